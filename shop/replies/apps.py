from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "shop.replies"
    verbose_name = "Replies"

    def ready(self) -> None:
        from shop.replies import jobs  # noqa: F401  # registers the handlers

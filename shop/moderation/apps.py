from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "shop.moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from shop.moderation import jobs  # noqa: F401  # registers the handlers

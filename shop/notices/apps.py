from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shop.notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        from shop.notices import jobs  # noqa: F401  # registers the handlers

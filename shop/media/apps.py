from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "shop.media"

    def ready(self) -> None:
        from shop.media import jobs  # noqa: F401  # registers the handlers

from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "shop.distribution"

    def ready(self) -> None:
        from shop.distribution import jobs  # noqa: F401  # registers the handlers

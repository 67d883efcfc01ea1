from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "shop.samples"

    def ready(self) -> None:
        from shop.samples import jobs  # noqa: F401

from django.apps import AppConfig


class AfterSaleConfig(AppConfig):
    name = "shop.aftersale"
    verbose_name = "After the sale"

    def ready(self) -> None:
        from shop.aftersale import jobs  # noqa: F401  # registers the handlers

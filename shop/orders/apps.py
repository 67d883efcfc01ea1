from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "shop.orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        from shop.orders import jobs  # noqa: F401

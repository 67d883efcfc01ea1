from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "shop.idempotency"
    verbose_name = "Idempotency keys"

    def ready(self) -> None:
        from shop.idempotency import jobs  # noqa: F401

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "billing.plans"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.plans import jobs  # noqa: F401

from django.apps import AppConfig


class PushesConfig(AppConfig):
    name = "tenants.pushes"
    verbose_name = "Pushes of WeChat"

    def ready(self) -> None:
        from tenants.pushes import jobs  # noqa: F401

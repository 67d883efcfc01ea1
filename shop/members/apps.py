from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "shop.members"

    def ready(self) -> None:
        from shop.members import jobs  # noqa: F401  # registers the handlers

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Shops"

    def ready(self) -> None:
        from django.db.models.signals import post_delete
        from django_tenants.signals import tenant_delete_callback

        from tenants import jobs  # noqa: F401

        # It listens to every row of every model, so that each DELETE first reads what it deletes;
        # a shop's schema goes by `provisioning.drop_schema`.
        post_delete.disconnect(tenant_delete_callback)

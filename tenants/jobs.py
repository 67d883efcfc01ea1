"""What the worker does for tenants: build schemas, and carry the tenant with every message."""

from django.conf import settings

from jobs.messages import handles
from jobs.schedule import every
from storage import files
from tenants import actions, provisioning, standing
from tenants.messages import ClosingsDue, SchemaWanted, ShopPurged, SparesWanted
from tenants.models import Tenant
from tenants.states import TenantState


@handles(SchemaWanted, queue="settle")
def build_wanted_schema(message: SchemaWanted) -> None:
    """Build the schema of a shop that found no spare. Again is harmless."""
    tenant = Tenant.objects.get(pk=message.tenant_id)
    while not actions.move_in(tenant=tenant):
        provisioning.add_spare()


@handles(SparesWanted, queue="bulk")
def refill_spares(message: SparesWanted) -> None:
    """Build spares until enough wait."""
    provisioning.refill_spares(settings.SPARE_SCHEMAS)


@handles(ClosingsDue, queue="settle")
def close_shops(message: ClosingsDue) -> None:
    """Close the shops whose time is over. Again finds none."""
    standing.close_due()


@handles(ShopPurged, queue="bulk")
def delete_data(message: ShopPurged) -> None:
    """Delete what a purged shop left. Again finds nothing."""
    tenant = Tenant.objects.get(pk=message.tenant_id, state=TenantState.PURGED)
    files.delete_prefix(tenant.public_id)
    if tenant.schema_name:
        provisioning.drop_schema(tenant.schema_name)


every(minutes=10, message=SparesWanted())
every(hours=1, message=ClosingsDue())

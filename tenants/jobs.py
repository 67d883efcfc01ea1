"""What the worker does for tenants: build schemas, and carry the tenant with every message."""

from django.conf import settings

from jobs.messages import handles
from jobs.schedule import every
from tenants import actions, provisioning, standing
from tenants.messages import ClosingsDue, SchemaWanted, SparesWanted
from tenants.models import Tenant


@handles(SchemaWanted, queue="settle")
def build_wanted_schema(message: SchemaWanted) -> None:
    """Build the schema of a shop that found no spare. Again is harmless."""
    tenant = Tenant.objects.get(pk=message.tenant_id)
    while not actions.move_in(tenant=tenant):
        provisioning.add_spare(settings.NEW_SHOPS_CELL)


@handles(SparesWanted, queue="bulk")
def refill_spares(message: SparesWanted) -> None:
    """Build spares until enough wait."""
    provisioning.refill_spares(settings.SPARE_SCHEMAS)


@handles(ClosingsDue, queue="settle")
def close_shops(message: ClosingsDue) -> None:
    """Close the shops whose time is over. Again finds none."""
    standing.close_due()


every(minutes=10, message=SparesWanted())
every(hours=1, message=ClosingsDue())

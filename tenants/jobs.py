"""What the worker does for tenants: build schemas, and carry the tenant with every message."""

from django.conf import settings

from jobs.messages import handles
from jobs.schedule import every
from tenants import actions, provisioning
from tenants.messages import SchemaWanted, SparesWanted
from tenants.models import Tenant


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


every(minutes=10, message=SparesWanted())

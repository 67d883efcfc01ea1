"""Schemas with a shop's data that are no shop's just now: unclaimed, or replaced by a restore."""

from collections.abc import Iterable
from datetime import datetime

from kernel import clock
from tenants import provisioning
from tenants.archives.models import StraySchema
from tenants.archives.states import StraySide
from tenants.models import Tenant
from tenants.provisioning import OWNER


def note(schema: str, public_id: str, side: StraySide, until: datetime) -> StraySchema:
    """Write down, by the owner's hand, that a schema stands beside its shop."""
    strays = StraySchema.objects.using(OWNER)
    return strays.create(schema_name=schema, public_id=public_id, side=side, until=until)


def drop_of(public_id: str, side: StraySide | None = None) -> int:
    """Drop a shop's stray schemas; return how many."""
    strays = StraySchema.objects.using(OWNER).filter(public_id=public_id)
    return _drop(strays.filter(side=side) if side else strays)


def drop_due() -> int:
    """Drop what is too old; return how many."""
    return _drop(StraySchema.objects.using(OWNER).filter(until__lte=clock.now()))


def _drop(strays: Iterable[StraySchema]) -> int:
    dropped = 0
    for stray in strays:
        if Tenant.objects.using(OWNER).filter(schema_name=stray.schema_name).exists():
            stray.delete()  # a restore that did not come to its end: the shop still lives there
            continue
        provisioning.drop_schema(stray.schema_name)
        stray.delete()
        dropped += 1
    return dropped

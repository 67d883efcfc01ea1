"""Questions about the fleet: who is behind, and what became of the last run. On the platform."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from tenants import context
from tenants.fleet.models import Outcome, Run
from tenants.fleet.states import OutcomeState
from tenants.models import SchemaVersion, SpareSchema, Tenant
from tenants.states import TenantState
from tenants.template import TEMPLATE


@dataclass(frozen=True, slots=True)
class Standing:
    """How the fleet stands: the version that new shops get, and how many have another."""

    version: str
    schemas: int
    behind: int


def target(using: str = "default") -> str:
    """Return the template's version, which every schema should have; empty before there is one."""
    row = SchemaVersion.objects.using(using).filter(schema_name=TEMPLATE).first()
    return row.version if row else ""


def schema_names(using: str = "default") -> Iterator[str]:
    """Yield the schemas of the fleet: spares first, which have no customers; then the shops."""
    yield from SpareSchema.objects.using(using).order_by("pk").values_list("schema_name", flat=True)
    shops = Tenant.objects.using(using).filter(schema_name__isnull=False)
    for name in shops.exclude(state=TenantState.PURGED).order_by("pk").values_list(
        "schema_name", flat=True
    ):
        yield str(name)


def behind(wanted: str, using: str = "default") -> list[str]:
    """Return the schemas that have another version than `wanted`, or none that we know of."""
    versions = SchemaVersion.objects.using(using).filter(version=wanted)
    there = set(versions.values_list("schema_name", flat=True))
    return [name for name in schema_names(using) if name not in there]


def standing() -> Standing:
    """Return how the fleet stands. Three statements, whatever its size."""
    version = target()
    counts = dict(
        SchemaVersion.objects.exclude(schema_name=TEMPLATE)
        .values_list("version")
        .annotate(Count("schema_name"))
    )
    schemas = sum(counts.values())
    return Standing(version, schemas, schemas - counts.get(version, 0))


def version_of(schema_name: str) -> str:
    """Return the version of a schema; empty where we know of none."""
    row = SchemaVersion.objects.filter(schema_name=schema_name).first()
    return row.version if row else ""


def is_behind(schema_name: str) -> bool:
    """Say whether a schema has another version than the template. From within a shop, too."""
    with context.public():
        return version_of(schema_name) != target()


def failures_of(run: Run) -> list[Outcome]:
    """Return the schemas that a run could not bring to its version."""
    return list(run.outcomes.filter(state=OutcomeState.FAILED).order_by("pk"))

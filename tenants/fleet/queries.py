"""Questions about the fleet: who is behind, and what became of the last run. On the platform."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from tenants import cells, context
from tenants.cells import HOME
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


def schema_names(using: str = "default") -> list[str]:
    """Return the schemas of the fleet in the cell that is entered: spares first, which have no
    customers; then the shops."""
    cell = cells.current()
    with cells.entered(HOME):
        spares = SpareSchema.objects.using(using).filter(cell=cell).order_by("pk")
        shops = Tenant.objects.using(using).filter(cell=cell, schema_name__isnull=False)
        shops = shops.exclude(state=TenantState.PURGED).order_by("pk")
        found = [rows.values_list("schema_name", flat=True) for rows in (spares, shops)]
        return [str(name) for names in found for name in names]


def behind(wanted: str, using: str = "default") -> list[str]:
    """Return the schemas that have another version than `wanted`, or none that we know of."""
    versions = SchemaVersion.objects.using(using).filter(version=wanted)
    there = set(versions.values_list("schema_name", flat=True))
    return [name for name in schema_names(using) if name not in there]


def standing() -> Standing:
    """Return how the fleet stands. Two statements a cell, whatever its size."""
    version, counts = target(), Counter[str]()
    for cell in cells.names():
        with context.public(cell):
            shops = SchemaVersion.objects.exclude(schema_name=TEMPLATE)
            counts.update(dict(shops.values_list("version").annotate(Count("schema_name"))))
    return Standing(version, counts.total(), counts.total() - counts[version])


def version_of(schema_name: str) -> str:
    """Return the version of a schema; empty where we know of none."""
    row = SchemaVersion.objects.filter(schema_name=schema_name).first()
    return row.version if row else ""


def is_behind(schema_name: str) -> bool:
    """Say whether a schema has another version than the template. From within a shop, too."""
    with context.public(cells.current()):
        return version_of(schema_name) != target()


def arrivals(origin: str, target: str, using: str = "default") -> int:
    """Return how many schemas runs have brought from a version to another."""
    outcomes = Outcome.objects.using(using).filter(run__target=target, came_from=origin)
    return outcomes.filter(state=OutcomeState.DONE).count()


def failures_of(run: Run) -> list[Outcome]:
    """Return the schemas that a run could not bring to its version."""
    return list(run.outcomes.filter(state=OutcomeState.FAILED).order_by("pk"))

"""The first page of the console: how the platform does, in one look."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from billing.inbox.models import Notification
from billing.rollups.models import ShopDay
from jobs.queue import QUEUES
from kernel import clock
from kernel.money import Money
from tenants import cells, context
from tenants.models import SpareSchema, Tenant
from tenants.states import TenantState

UNHANDLED_AFTER = timedelta(minutes=5)

_QUEUES = """
SELECT queue_name,
       coalesce(extract(epoch FROM now() - min(available_at)
                FILTER (WHERE state = 'queued' AND available_at <= now())), 0)::bigint,
       count(*) FILTER (WHERE state = 'queued' AND available_at <= now()),
       count(*) FILTER (WHERE state = 'consumed'),
       count(*) FILTER (WHERE state = 'rejected')
FROM dramatiq.queue GROUP BY queue_name"""


def all_figures() -> dict[str, Any]:
    """Return everything the first page shows, in a constant number of statements."""
    waiting = queues()
    return {
        "shops_by_state": shops_by_state(),
        "spares_count": SpareSchema.objects.count(),
        "queues": waiting,
        "dead_count": sum(queue["dead"] for queue in waiting),
        "today": today(),
        "callbacks_late_count": callbacks_late(),
        "callbacks_odd": callbacks_odd(),
    }


def shops_by_state() -> list[dict[str, Any]]:
    """Return `[{"state", "count"}]`, every state, also the empty ones."""
    counts = dict(
        Tenant.objects.order_by().values_list("state").annotate(Count("pk"))
    )
    return [{"state": str(state), "count": counts.get(state, 0)} for state in TenantState]


def queues() -> list[dict[str, Any]]:
    """Return for each queue the age of its oldest ready job in seconds, and its counts, in all
    cells together."""
    found = {
        name: {"name": name, "oldest_seconds": 0, "ready": 0, "running": 0, "dead": 0}
        for name in QUEUES
    }
    for cell in cells.names():
        with context.public(cell), connection.cursor() as cursor:
            cursor.execute(_QUEUES)
            for name, age, ready, running, dead in cursor.fetchall():
                one: dict[str, Any] = found[name]
                one["oldest_seconds"] = max(one["oldest_seconds"], int(age))
                one["ready"] += ready
                one["running"] += running
                one["dead"] += dead
    return list(found.values())


def today() -> list[dict[str, Any]]:
    """Return the latest two days of the roll-ups by shop, the biggest first, at most 20 rows."""
    since = timezone.localdate(clock.now()) - timedelta(days=1)
    days = list(ShopDay.objects.filter(day__gte=since).order_by("-day", "-gross_minor")[:20])
    names = dict(
        Tenant.objects.filter(public_id__in={d.tenant_public_id for d in days})
        .values_list("public_id", "name")
    )
    return [
        {
            "day": day.day,
            "shop": names.get(day.tenant_public_id, day.tenant_public_id),
            "orders": day.orders_count,
            "gross": str(Money(day.gross_minor, day.currency)),
            "refunds": str(Money(day.refunds_minor, day.currency)),
            "net": str(Money(day.net_minor, day.currency)),
        }
        for day in days
    ]


def callbacks_late() -> int:
    """Return how many callbacks wait for more than five minutes."""
    late = clock.now() - UNHANDLED_AFTER
    return Notification.objects.filter(handled_at=None, received_at__lt=late).count()


def callbacks_odd() -> list[Any]:
    """Return `{"outcome", "count"}` of the last day, without the usual outcomes."""
    since = clock.now() - timedelta(days=1)
    return list(
        Notification.objects.filter(received_at__gte=since)
        .exclude(outcome__in=["", "applied", "repeated"])
        .order_by("outcome")
        .values("outcome")
        .annotate(count=Count("pk"))
    )

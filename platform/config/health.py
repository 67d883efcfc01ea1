"""Is the process alive, can it serve, and what does it measure."""

import hmac
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout

from jobs.queue import QUEUES
from tenants import cells, context
from tenants.fleet import queries as fleet
from wechat import component

_AGES = """
SELECT queue_name,
       coalesce(extract(epoch FROM now() - min(available_at)
                FILTER (WHERE state = 'queued' AND available_at <= now())), 0),
       count(*) FILTER (WHERE state = 'queued' AND available_at <= now()),
       count(*) FILTER (WHERE state = 'rejected')
FROM dramatiq.queue GROUP BY queue_name"""


def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, stands at our migrations, and takes messages.

    `schemas` tells how many of the shops' schemas are behind the template: shops are served
    meanwhile, so that it decides nothing.
    """
    facts: dict[str, Any] = {"database": False, "migrations": False, "queue": False}
    try:
        with context.public(), connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = {tuple(row) for row in cursor.fetchall()}
            facts["database"] = True
            facts["migrations"] = _expected() <= applied
            cursor.execute("SELECT 1 FROM dramatiq.queue LIMIT 1")
            facts["queue"] = True
            facts["schemas"] = asdict(fleet.standing())
    except (DatabaseError, PoolTimeout) as error:
        facts["error"] = type(error).__name__
    ready = facts["database"] and facts["migrations"] and facts["queue"]
    return JsonResponse({"ready": ready, **facts}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus: with the internal token, or to loopback, unproxied, where none is set."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.INTERNAL_TOKEN:
        allowed = hmac.compare_digest(given.encode(), settings.INTERNAL_TOKEN.encode())
    else:
        # Behind a proxy on this machine everybody would come from loopback.
        is_proxied = settings.TRUSTED_PROXIES or "X-Forwarded-For" in request.headers
        allowed = not is_proxied and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
    if not allowed:
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    told = generate_latest(REGISTRY) + generate_latest(_STORED)
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST)


_known: set[tuple[str, str]] = set()


def _expected() -> set[tuple[str, str]]:
    """Return the migrations of this code: read once."""
    if not _known:
        _known.update(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    return _known


class QueueCollector(Collector):
    """How old the oldest ready message is: a worker that looks healthy and does nothing shows."""

    def collect(self) -> list[GaugeMetricFamily]:
        """Read the queue; without a database there is nothing to tell."""
        labels = ["queue", "cell"]
        age = GaugeMetricFamily(
            "jobs_oldest_seconds", "Age of the oldest ready job.", labels=labels
        )
        ready = GaugeMetricFamily("jobs_ready", "Jobs that could run now.", labels=labels)
        dead = GaugeMetricFamily("jobs_dead", "Dead letters.", labels=labels)
        for cell in cells.names():
            rows = dict.fromkeys(QUEUES, (0.0, 0, 0))
            try:
                with context.public(cell), connection.cursor() as cursor:
                    cursor.execute(_AGES)
                    rows |= {name: (float(a), r, d) for name, a, r, d in cursor.fetchall()}
            except (DatabaseError, PoolTimeout):
                continue
            for queue, (seconds, waiting, buried) in rows.items():
                age.add_metric([queue, cell], seconds)
                ready.add_metric([queue, cell], waiting)
                dead.add_metric([queue, cell], buried)
        return [family for family in (age, ready, dead) if family.samples]

    def describe(self) -> list[GaugeMetricFamily]:
        """Say nothing at registration, so that importing needs no database."""
        return []


class TicketCollector(Collector):
    """How old WeChat's newest ticket is: at 12 hours the platform can do nothing at WeChat."""

    def collect(self) -> list[GaugeMetricFamily]:
        """Read the ticket; nothing is told before the first, or without credentials."""
        family = GaugeMetricFamily("wechat_ticket_seconds", "Age of the newest component ticket.")
        if settings.WECHAT is None:
            return []
        try:
            with context.public():
                age = component.ticket_age()
        except (DatabaseError, PoolTimeout):
            return []
        if age is not None:
            family.add_metric([], age.total_seconds())
        return [family]

    def describe(self) -> list[GaugeMetricFamily]:
        """Say nothing at registration, as above."""
        return []


_STORED = CollectorRegistry()
"""Apart from the process's own, because reading it needs the database."""
_STORED.register(QueueCollector())
_STORED.register(TicketCollector())

"""A loaded schema becomes a shop: its rows on the platform, in one transaction of the application.

The figures it had published and its open jobs come with it. Its jobs are believed as far as they
name a handler of ours; whatever shop they name, they run in this one.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from jobs.broker import broker
from jobs.messages import publish
from jobs.queue import QUEUES
from tenants.archives import strays
from tenants.archives.messages import ShopArrived
from tenants.archives.platform_rows import JOBS, ROLLUPS
from tenants.archives.reading import Archive, ArchiveDamaged
from tenants.models import Account, Membership, Tenant, TenantStep
from tenants.modules import Module
from tenants.moves import move
from tenants.states import Role, TenantState

_AT_ONCE = 500
_COLUMNS = """
SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
AND NOT attisdropped AND attname NOT IN ('id', 'tenant_public_id') ORDER BY attnum"""
_JOB = """
INSERT INTO dramatiq.queue (queue_name, message_id, state, message, available_at, tenant)
VALUES (%s, %s, 'queued', %s::jsonb, %s, %s)"""


def move_in(
    archive: Archive,
    schema: str,
    *,
    owner: Account,
    name: str,
    public_id: str,
    code: str,
    state: TenantState,
) -> Tenant:
    """Make the shop of a schema that arrived, with its owner. Raises StrayIsGone."""
    facts = archive.manifest.shop
    known = set(Module)
    with transaction.atomic():
        tenant = Tenant(
            name=name,
            public_id=public_id,
            code=code,
            schema_name=schema,
            currency=facts.currency,
            timezone=facts.timezone,
            modules=[module for module in facts.modules if module in known],
        )
        tenant.save()
        Membership.objects.create(account=owner, tenant=tenant, role=Role.OWNER)
        reason = f"from an archive of {facts.public_id}, {archive.manifest.made_at:%F %T} UTC"
        TenantStep.objects.create(
            tenant=tenant, state=tenant.state, reason=reason, by=owner.email
        )
        move(tenant, state, reason=reason, by=owner.email)
        strays.claim(schema)
        if state != TenantState.SANDBOX:
            with connection.cursor() as cursor:
                bring_rows(cursor, archive, public_id)
            publish(ShopArrived(tenant.pk), tenant=public_id)
    return tenant


def bring_rows(cursor: Any, archive: Archive, public_id: str) -> None:
    """Write what travelled with the shop: its published figures and its open jobs."""
    for table in ROLLUPS:
        for some in _portions(archive, f"platform/{table}.jsonl"):
            _insert(cursor, table, public_id, some)
    for some in _portions(archive, f"platform/{JOBS}.jsonl"):
        for job in some:
            _enqueue(cursor, public_id, job)


def forget_rows(cursor: Any, public_id: str) -> None:
    """Delete what `bring_rows` writes: the shop's published figures and all of its jobs."""
    for table in ROLLUPS:
        cursor.execute(f"DELETE FROM public.{table} WHERE tenant_public_id = %s", [public_id])
    cursor.execute("DELETE FROM dramatiq.queue WHERE tenant = %s", [public_id])


def _insert(cursor: Any, table: str, public_id: str, rows: list[dict[str, Any]]) -> None:
    cursor.execute(_COLUMNS, [f"public.{table}"])
    columns = [name for (name,) in cursor.fetchall() if name in rows[0]]
    listed = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO public.{table} (tenant_public_id, {listed}) SELECT %s, {listed}"
        f" FROM jsonb_populate_recordset(NULL::public.{table}, %s::jsonb)",
        [public_id, json.dumps(rows)],
    )


def _enqueue(cursor: Any, public_id: str, job: dict[str, Any]) -> None:
    message = job.get("message")
    if not isinstance(message, dict) or job.get("queue_name") not in QUEUES:
        raise ArchiveDamaged(what="a job is no job")
    if message.get("actor_name") not in broker.actors:  # of older code: nobody could run it
        return
    message_id = str(uuid4())
    options = {**message.get("options", {}), "tenant": public_id}
    message = {**message, "message_id": message_id, "options": options}
    row = [job["queue_name"], message_id, json.dumps(message), job["available_at"], public_id]
    cursor.execute(_JOB, row)


def _portions(archive: Archive, name: str) -> Iterator[list[dict[str, Any]]]:
    if name not in archive.manifest.members:
        return
    lines = archive.lines(name)
    while some := list(islice(lines, _AT_ONCE)):
        try:
            yield [json.loads(line) for line in some]
        except ValueError as error:
            raise ArchiveDamaged(what=f"{name} holds no JSON") from error

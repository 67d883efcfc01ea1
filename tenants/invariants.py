"""What must hold between a shop and its neighbours (I7, I9, I11 of the reliability catalogue).

I7 and I11 are proved by tests for every door and every log line; here, that the database itself
keeps shops apart, and that no job carries what must not be written down.
"""

from collections.abc import Iterator

from tenants import cells, context
from tenants.backend.base import role_of
from tenants.proofs import rows, sentences

_REACHED = """
SELECT nspname FROM pg_catalog.pg_namespace
WHERE has_schema_privilege(current_user, oid, 'USAGE') AND nspname !~ '^(pg_|information_schema)'
  AND nspname NOT IN (%(own)s, 'public', 'dramatiq')"""

_OTHER_TENANT = """
SELECT format('I9: job %%s is in the queue of %%s but would run in %%s', message_id, tenant,
    coalesce(message->'options'->>'tenant', 'no shop'))
FROM dramatiq.queue
WHERE (tenant = %(tenant)s OR message->'options'->>'tenant' = %(tenant)s)
  AND state IN ('queued', 'consumed')
  AND tenant IS DISTINCT FROM coalesce(message->'options'->>'tenant', '')"""

_TELLS_TOO_MUCH = r"""
SELECT format('I11: job %%s carries what looks like a phone number, a token or a key', message_id)
FROM dramatiq.queue
WHERE tenant = %(tenant)s AND (message->'kwargs')::text ~
    '\m1[3-9][0-9]{9}\M|-----BEGIN|"(access_token|session_key|secret|password|phone)"'"""


def violations() -> Iterator[str]:
    """Yield what is wrong between the current shop and everything that is not the shop."""
    shop = context.shop()
    role = role_of(shop.schema_name)
    for (schema,) in rows(_REACHED, own=shop.schema_name):
        if role_of(schema) != role:
            yield f"I7: the shop's role {role} reaches schema {schema}"
    for cell in cells.names():
        with context.public(cell):
            found = list(sentences(_OTHER_TENANT, _TELLS_TOO_MUCH, tenant=shop.public_id))
        yield from found

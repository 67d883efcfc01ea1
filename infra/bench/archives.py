"""One shop of many orders: exported, imported elsewhere, set back to a moment, erased.

`python -m infra.bench.archives [--orders 10000]` brings a whole installation of its own: a shop
sells as in the first sale, one of its paid orders is multiplied by statements, and then the
operator's own commands run on it. Prints seconds, and fails where anything is not equal.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from infra.backups.drill import compare, digests, keep_log, manage
from infra.backups.places import remove
from infra.backups.taking import settle, take_base
from infra.first_sale import journey
from infra.first_sale.__main__ import CATALOGUE
from infra.stage.stage import Stage, opened

_ORDER = """
SELECT o.id, o.number, a.out_trade_no, a.transaction_id FROM {s}.orders_order o
JOIN {s}.payments_payment p ON p.order_id = o.id JOIN {s}.payments_attempt a ON a.payment_id = p.id
WHERE o.state = 'completed' LIMIT 1"""
_TABLES = {
    "orders_order": "id = %(order)s",
    "orders_orderline": "order_id = %(order)s",
    "orders_orderstep": "order_id = %(order)s",
    "orders_parcel": "order_id = %(order)s",
    "orders_shippingupload": "order_id = %(order)s",
    "payments_payment": "order_id = %(order)s",
    "payments_attempt": "payment_id IN (SELECT id FROM {s}.payments_payment"
    " WHERE order_id = %(order)s)",
    "payments_paymentstep": "payment_id IN (SELECT id FROM {s}.payments_payment"
    " WHERE order_id = %(order)s)",
    "ledger_journal": "reference IN (%(number)s, %(trade)s)",
    "ledger_transfer": "journal_id IN (SELECT id FROM {s}.ledger_journal"
    " WHERE reference IN (%(number)s, %(trade)s))",
    "notices_notice": "order_id = %(order)s",
}
_COLUMNS = """
SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = ''
ORDER BY attnum"""
_BALANCES = """
UPDATE {s}.ledger_balance b SET amount_minor = (
    SELECT coalesce(sum(CASE WHEN credit = b.account THEN amount_minor ELSE -amount_minor END), 0)
    FROM {s}.ledger_transfer t WHERE b.account IN (credit, debit) AND t.currency = b.currency)"""

CANARY = "canary7f3a"
_PLANTED = (
    "UPDATE {s}.orders_order SET remark = %(word)s",
    "UPDATE {s}.members_member SET nickname = %(word)s",
    "UPDATE public.tenants_tenant SET name = %(word)s WHERE public_id = %(shop)s",
    "UPDATE public.tenants_tenantstep SET reason = %(word)s WHERE tenant_id ="
    " (SELECT id FROM public.tenants_tenant WHERE public_id = %(shop)s)",
    "UPDATE public.inbox_notification SET outcome = %(word)s WHERE tenant_public_id = %(shop)s",
)
_EVERY_TABLE = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)'"""


@dataclass(frozen=True)
class Figures:
    """Seconds, megabytes, rows."""

    orders: int
    rows: int
    archive_mb: float
    export_seconds: float
    import_seconds: float
    restore_seconds: float
    erase_seconds: float
    canaries: int
    """Places in which a word of the shop stood before it was erased."""
    canaries_left: list[str]

    def lines(self) -> list[str]:
        """Return how it reads."""
        return [
            f"{self.orders} orders, {self.rows} rows of facts: export {self.export_seconds:.1f} s"
            f" ({self.archive_mb:.1f} MB), import {self.import_seconds:.1f} s and equal,"
            f" set back to a moment {self.restore_seconds:.1f} s and equal",
            f"erased in {self.erase_seconds:.1f} s: a word of it in {self.canaries} places before,"
            f" in {len(self.canaries_left)} after {self.canaries_left or ''}".rstrip(),
        ]


def measure(stage: Stage, backups: Path, orders: int, tell: Callable[[str], None]) -> Figures:
    """Fill a shop and run the operator's commands on it."""
    url = stage.place.owner_url
    keep_log(stage, backups)
    shop = journey.run(stage, CATALOGUE, lambda _: None, email="many@example.com").shop
    take_base(url, backups)
    for name in ("web", "worker"):
        stage.kill(name)  # what is measured is the commands
    with psycopg.connect(url) as connection:
        multiply(connection, shop, orders)
    to, before = settle(url), digests(url, shop)
    rows = sum(count for _, count in before.values())
    tell(f"{orders} orders, {rows} rows of facts")
    file = backups / "shop.zip"
    export_seconds = _timed(lambda: manage(stage, "export_shop", shop, file))
    archive_mb = file.stat().st_size / 1e6
    tell(f"export {export_seconds:.1f} s, {archive_mb:.1f} MB")
    import_seconds = _import(stage, file, shop, before)
    tell(f"import {import_seconds:.1f} s, equal")
    with psycopg.connect(url, autocommit=True) as connection:
        schema = _schema(connection, shop)
        connection.execute(f"TRUNCATE {schema}.orders_order CASCADE")
    restore_seconds = _timed(
        lambda: manage(stage, "restore_shop", shop, "--to", to.isoformat(), "--backup", backups)
    )
    compare("the restored shop", before, digests(url, shop))
    tell(f"set back in {restore_seconds:.1f} s, equal")
    plant(stage, shop)
    sung = singing(stage)
    erase_seconds = _timed(lambda: manage(stage, "shell", "-c", _ERASE.format(shop=shop)))
    left = singing(stage)
    tell(f"erased in {erase_seconds:.1f} s; a canary in {len(sung)} places, now in {len(left)}")
    return Figures(
        orders, rows, archive_mb, export_seconds, import_seconds, restore_seconds, erase_seconds,
        len(sung), left,
    )  # fmt: skip


def plant(stage: Stage, shop: str) -> None:
    """Put a word of the shop into its rows, the platform's rows about it, and a file."""
    with psycopg.connect(stage.place.owner_url, autocommit=True) as connection:
        schema = _schema(connection, shop)
        for change in _PLANTED:
            connection.execute(change.format(s=schema), {"word": CANARY, "shop": shop})
    folder = stage.place.data / "media" / shop / "notes"
    folder.mkdir(parents=True)
    (folder / f"{CANARY}.txt").write_text(CANARY)


def singing(stage: Stage) -> list[str]:
    """Return every table of the database, and every file beside it, that holds the word."""
    found = []
    with psycopg.connect(stage.place.owner_url, autocommit=True) as connection:
        for schema, table in connection.execute(_EVERY_TABLE).fetchall():
            name = f'"{schema}"."{table}"'
            query = f"SELECT 1 FROM {name} t WHERE strpos(t::text, %s) > 0 LIMIT 1"
            if connection.execute(query, [CANARY]).fetchone():
                found.append(name)
    folders = [stage.place.data / name for name in ("media", "archives", "logs")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return found + [p.name for p in files if CANARY in p.name or CANARY.encode() in p.read_bytes()]


_ERASE = """
from tenants.models import Tenant
from tenants.archives import erasing
tenant = Tenant.objects.get(public_id="{shop}")
print(erasing.erase(tenant, erasing.marks_of(tenant)))
"""


def multiply(connection: psycopg.Connection[Any], shop: str, times: int) -> None:
    """Write a paid order of the shop so many times more, with everything that belongs to it."""
    schema = _schema(connection, shop)
    found = connection.execute(_ORDER.format(s=schema)).fetchone()
    if found is None:
        raise LookupError("the shop has no completed order")
    order, number, trade, transaction = found
    facts = {"order": order, "number": number, "trade": trade}
    known = ((trade, "T"), (number, "N"), (transaction, "W"))
    words = [(str(old), f"'{kind}' || lpad(n::text, 15, '0')") for old, kind in known if old]
    ids = [order]
    for table, which in _TABLES.items():
        name = f"{schema}.{table}"
        columns = dict(connection.execute(_COLUMNS, [name]).fetchall())
        where = which.format(s=schema)
        if "id" in columns and columns["id"] == "uuid":
            rows = connection.execute(f"SELECT id FROM {name} WHERE {where}", facts).fetchall()
            ids += [row[0] for row in rows]
        chosen = ", ".join(_other(column, kind, words) for column, kind in columns.items())
        listed = ", ".join(f'"{column}"' for column in columns)
        connection.execute(
            f"INSERT INTO {name} ({listed}) SELECT {chosen}"
            f" FROM {name}, generate_series(1, %(n)s) n WHERE {where}",
            {**facts, "ids": ids, "n": times},
        )
    connection.execute(_BALANCES.format(s=schema))


def _other(column: str, kind: str, words: list[tuple[str, str]]) -> str:
    """Return what a column is in the n-th copy: other ids and numbers, the rest as it is."""
    name = f'"{column}"'
    if kind == "uuid":
        return f"CASE WHEN {name} = ANY(%(ids)s) THEN md5({name}::text || n)::uuid ELSE {name} END"
    if kind in {"text", "character varying", "jsonb"}:
        text = f"{name}::text"
        for old, new in words:
            text = f"replace({text}, '{old}', {new})"
        return f"({text})::{kind}"
    return name


def _import(stage: Stage, file: Path, shop: str, before: Any) -> float:
    """Bring the archive into another installation on the same server; compare; return seconds."""
    with psycopg.connect(stage.place.owner_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere")
    url = stage.place.owner_url.replace("/xiaopu?", "/elsewhere?")
    data = stage.place.data / "elsewhere"
    data.mkdir()
    there = Stage(stage.place, stage.guard,
                  {**stage.environment, "DATABASE_URL": url, "DATA_DIR": str(data)})  # fmt: skip
    manage(there, "prepare_database")
    make = "from tenants.models import Account; Account.objects.create_user('new@example.com')"
    manage(there, "shell", "-c", make)
    seconds = _timed(lambda: manage(there, "import_shop", file, "--owner", "new@example.com"))
    compare("the imported shop", before, digests(url, shop))
    return seconds


def _schema(connection: psycopg.Connection[Any], public_id: str) -> str:
    [(schema,)] = connection.execute(
        "SELECT schema_name FROM public.tenants_tenant WHERE public_id = %s", [public_id]
    ).fetchall()
    return f'"{schema}"'


def _timed(run: Callable[[], object]) -> float:
    began = time.monotonic()
    run()
    return time.monotonic() - began


def main() -> int:
    """Measure; print the figures; return 0 when everything was equal."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench.archives")
    parser.add_argument("--orders", type=int, default=10_000)
    asked = parser.parse_args()
    backups = Path(tempfile.mkdtemp(prefix="xiaopu-backups-"))
    try:
        with opened(settings=journey.SETTINGS) as stage:
            tell = lambda line: print(line, flush=True)  # noqa: E731
            figures = measure(stage, backups, asked.orders, tell)
    finally:
        remove(backups)
    print("\n".join(figures.lines()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Books of many transfers, and what it costs to read them, inside the platform's environment.

`python -m infra.bench.ledger TRANSFERS` makes a shop, writes so many transfers into its books (a
year of them, half of them into the wallets of a thousand members), and prints one JSON line:
medians in milliseconds, the whole proof in seconds.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection, connections  # noqa: E402  # models exist only now

from billing.ledger import invariants, queries  # noqa: E402
from billing.settlements import queries as settlements  # noqa: E402
from infra.bench.wares import open_shop  # noqa: E402
from kernel import clock  # noqa: E402
from tenants import context  # noqa: E402

MEMBERS, PORTION, TIMES = 1_000, 20_000, 20
_JOURNALS = """
INSERT INTO ledger_journal (id, kind, reference, at, why)
SELECT lpad(to_hex(n), 32, '0')::uuid, CASE n %% 2 WHEN 0 THEN 'payment' ELSE 'distribution' END,
    'bench' || n, %(now)s - make_interval(secs => (%(all)s - n) * 31536000.0 / %(all)s),
    jsonb_build_object('order_number', n::text)
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n"""
_TRANSFERS = """
INSERT INTO ledger_transfer
    (id, journal_id, debit, credit, credit_holder, amount_minor, currency)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid,
    CASE n %% 2 WHEN 0 THEN 'wechat' ELSE 'distribution' END,
    CASE n %% 2 WHEN 0 THEN 'held' ELSE 'wallet' END,
    CASE n %% 2 WHEN 1 THEN lpad(to_hex(n / 2 %% %(members)s), 32, '0')::uuid END,
    1 + n %% 500, 'CNY'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n"""
_KEPT = (
    "INSERT INTO ledger_balance (account, currency, amount_minor)"
    " SELECT credit, currency, sum(amount_minor) FROM ledger_transfer WHERE credit = 'held'"
    " GROUP BY credit, currency",
    "INSERT INTO ledger_holderbalance (account, holder, currency, amount_minor)"
    " SELECT credit, credit_holder, currency, sum(amount_minor) FROM ledger_transfer"
    " WHERE credit = 'wallet' GROUP BY credit, credit_holder, currency",
)


def measure(transfers: int) -> dict[str, float]:
    """Write the books and read them."""
    shop = open_shop("Books")
    with context.activate(shop):
        _fill(transfers)
    with connections["owner"].cursor() as owner:
        for table in ("journal", "transfer", "balance", "holderbalance"):
            owner.execute(f"VACUUM ANALYZE {shop.schema_name}.ledger_{table}")
    with context.activate(shop):
        member, day = UUID(int=7), queries.day_of(clock.now())
        lines = queries.wallet_lines(member, before=None, limit=10**6)
        middle = lines[len(lines) // 2].id
        began = time.perf_counter()
        wrong = list(invariants.violations())
        proof_seconds = time.perf_counter() - began
        if wrong:
            raise AssertionError(wrong[0])
        return {
            "transfers": transfers,
            "lines_of_wallet": len(lines),
            "page_ms": _ms(lambda: queries.wallet_lines(member, before=None, limit=20)),
            "middle_page_ms": _ms(lambda: queries.wallet_lines(member, before=middle, limit=20)),
            "wallet_ms": _ms(lambda: queries.wallet(member)),
            "day_ms": _ms(lambda: settlements.count(day)),
            "balances_ms": _ms(queries.balances, times=3),
            "proof_seconds": proof_seconds,
        }


def _fill(transfers: int) -> None:
    now = clock.now()
    with connection.cursor() as cursor:
        for first in range(1, transfers + 1, PORTION):
            asked: dict[str, Any] = {
                "first": first,
                "last": min(first + PORTION - 1, transfers),
                "all": transfers,
                "members": MEMBERS,
                "now": now,
            }
            cursor.execute(_JOURNALS, asked)
            cursor.execute(_TRANSFERS, asked)
        for statement in _KEPT:
            cursor.execute(statement)


def _ms(ask: Callable[[], object], times: int = TIMES) -> float:
    ask()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))

"""A month of bills for many shops in one run: fetched files are made here, everything else is real.

`python -m infra.bench.reconciliation [--shops 100] [--days 30] [--lines 20]` brings an installation
of its own and takes it away again. With `--here` it uses that of DATABASE_URL and SECRET_KEY, opens
shops of its own there and leaves them. Prints seconds per step, and per 10,000 lines.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from infra.stage.stage import opened


def main() -> int:
    """Open the shops, sell, write the bills, load and compare them; print the figures."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench.reconciliation")
    parser.add_argument("--shops", type=int, default=100)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--lines", type=int, default=20, help="sales of each shop and day")
    parser.add_argument("--here", action="store_true", help="in the installation of DATABASE_URL")
    asked = parser.parse_args()
    if not asked.here:
        return _on_a_stage(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(_run(asked.shops, asked.days, asked.lines))
    return 0


def _on_a_stage(arguments: list[str]) -> int:
    """Run as a process of an installation that is made for it."""
    with opened(settings={"SPARE_SCHEMAS": "1"}) as stage:
        stage.kill("worker")  # it would fetch the simulator's bills of these days, which are empty
        command = [sys.executable, "-m", "infra.bench.reconciliation", "--here", *arguments]
        return subprocess.run(command, env=dict(stage.environment), check=False).returncode


def _run(shops_count: int, days_count: int, lines_count: int) -> str:
    from billing.bills import actions as bills
    from billing.bills.states import BillKind
    from billing.reconciliation import actions
    from billing.reconciliation.models import Difference
    from tenants import context

    shops = [_open(n) for n in range(shops_count)]
    first = date(2026, 9, 1)
    spent = {"load": 0.0, "compare": 0.0}
    started = time.perf_counter()
    for n in range(days_count):
        day = first + timedelta(days=n)
        rows = [row for shop, sub in shops for row in _sell(shop, sub, day, lines_count)]
        file = bills.want(kind=BillKind.TRADE, day=day)
        bills.keep(file=file, text=_written(rows))
        begun = time.perf_counter()
        bills.load(file_id=file.pk)
        spent["load"] += time.perf_counter() - begun
        begun = time.perf_counter()
        for shop, _ in shops:
            with context.activate(shop):
                actions.reconcile(bill=BillKind.TRADE, day=day)
        spent["compare"] += time.perf_counter() - begun
        print(f"  … {day}", file=sys.stderr, flush=True)
    found = 0
    for shop, _ in shops:
        with context.activate(shop):
            found += Difference.objects.count()
    lines = shops_count * days_count * lines_count
    per = sum(spent.values()) * 10_000 / lines
    return (
        f"{shops_count} shops, {days_count} days, {lines} lines: loaded in {spent['load']:.1f} s,"
        f" compared in {spent['compare']:.1f} s, {per:.2f} s for 10,000 lines,"
        f" {found} differences on clean bills; {time.perf_counter() - started:.0f} s with the sales"
    )


def _open(n: int) -> tuple[Any, str]:
    from kernel.identifiers import opaque
    from tenants import actions, directory, provisioning
    from tenants.models import Account, Tenant

    provisioning.refill_spares(1)
    word = opaque(8)
    account = Account.objects.create_user(f"{word}@example.com")
    tenant = actions.open_shop(account=account, name=f"Bench {word}")
    sub = f"17{uuid4().int % 10**8:08d}"
    row = Tenant.objects.get(pk=tenant.pk)
    actions.connect_wechat(tenant=row, appid=f"wxbench{n}{word}", sub_mchid=sub)
    return directory.shop_of(Tenant.objects.get(pk=tenant.pk)), sub


def _sell(shop: Any, sub: str, day: date, count: int) -> list[tuple[str, str, int, datetime]]:
    """Put sales into payments and books as accepting does; return the lines of the bill."""
    from django.db import transaction

    from billing.ledger import actions as ledger
    from billing.ledger.actions import Line
    from billing.ledger.states import Account, JournalKind
    from billing.payments.models import Attempt, Payment
    from kernel import clock
    from kernel.money import Money
    from tenants import context

    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    rows = []
    with context.activate(shop), clock.at(at), transaction.atomic():
        for n in range(count):
            number, fen = f"{shop.code}{day:%y%m%d}{n:06d}01", 1_000 + 37 * n
            payment = Payment.objects.create(
                order_id=uuid4(), order_number=f"{day:%Y%m%d}-{n:08d}", amount_minor=fen,
                currency="CNY", description="d", state="succeeded", expires_at=at,
            )  # fmt: skip
            Attempt.objects.create(
                payment=payment, out_trade_no=number, sub_mchid=sub, appid="wx", openid="o",
                state="succeeded", transaction_id=f"42{number}", success_at=at,
            )  # fmt: skip
            amount = Money(fen)
            ledger.post(
                kind=JournalKind.PAYMENT,
                reference=number,
                lines=[
                    Line(Account.WECHAT, Account.HELD, amount),
                    Line(Account.FEES, Account.WECHAT, amount.share(60)),
                ],
                why={"order_number": payment.order_number, "fee_bp": 60},
            )
            rows.append((sub, number, fen, at))
    return rows


def _written(rows: list[tuple[str, str, int, datetime]]) -> str:
    head = (
        "交易时间,商户号,特约商户号,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,手续费,"
        "订单金额"
    )
    lines = [head]
    for sub, number, fen, at in rows:
        beijing = at + timedelta(hours=8)
        fee = (fen * 60 + 5_000) // 10_000
        yuan = f"{fen // 100}.{fen % 100:02d}"
        values = [f"{beijing:%Y-%m-%d %H:%M:%S}", "1900000100", sub, f"42{number}", number]
        values += ["SUCCESS", "CNY", yuan, f"{fee // 100}.{fee % 100:02d}000", yuan]
        lines.append(",".join(f"`{value}" for value in values))
    sums = "总交易单数,应结订单总金额,手续费总金额"
    return "\r\n".join([*lines, sums, f"`{len(rows)},`0.00,`0.00"]) + "\r\n"


if __name__ == "__main__":
    sys.exit(main())

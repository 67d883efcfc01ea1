"""One morning in one process: fetch the bill, keep, load, compare, repair. It can be taken up again.

WeChat is the simulator, a program of its own, a day and a half ahead; the queue is drained as the
real broker does it. The shop sold twice on that day and heard of one sale only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from billing.bills import actions as bills
from billing.bills.models import BillFile, BillLine
from billing.bills.states import BillKind
from billing.ledger.models import Journal
from billing.payments import actions as payments
from billing.payments.models import Attempt
from billing.reconciliation import actions
from billing.reconciliation.models import Difference, DifferenceStep, Line
from billing.reconciliation.states import LIVE_DIFFERENCES
from billing.rollups.models import ShopDifference
from billing.settlements import invariants as money
from kernel import clock
from kernel.money import Money
from tenants import context
from tests.faults.purchase import World

BY = "root@example.com"


@dataclass(frozen=True)
class Morning:
    """A bill that is to be fetched and compared, with one payment in it that the shop lacks."""

    day: date
    lost_number: str


def new_morning(world: World, day: date) -> Morning:
    """Sell something that nobody here hears of: the callback and the ladder are lost."""
    wish = {"appid": world.appid, "user": uuid4().hex[:12]}
    openid = world.simulated.control("POST", "login", **wish)["openid"]
    with context.activate(world.shop):
        payment = payments.open_payment(
            order_id=uuid4(),
            order_number=f"20261121-{uuid4().int % 10**8:08d}",
            amount=Money(500),
            description="d",
            expires_at=clock.now() + timedelta(minutes=30),
        )
        sheet = payments.prepay(order_id=payment.order_id, appid=world.appid, openid=openid)
        number = payment.attempts.get().out_trade_no
    told = {**sheet.as_dict(), "appid": world.appid, "openid": openid, "callback": "drop"}
    world.simulated.control("POST", "pay", **told)
    return Morning(day, number)


def run(world: World, morning: Morning) -> None:
    """Do what is left to do: the schedule, the worker and the member of staff repeat themselves."""
    with context.public():
        file = bills.want(kind=BillKind.TRADE, day=morning.day)
        for _ in range(3):
            file.refresh_from_db()
            if file.state == "wanted":
                bills.fetch(file_id=file.pk)
            elif file.state == "kept":
                bills.load(file_id=file.pk)
    with context.activate(world.shop):
        actions.reconcile(bill=BillKind.TRADE, day=morning.day)
        for row in Difference.objects.filter(
            number=morning.lost_number, state__in=LIVE_DIFFERENCES
        ):
            actions.repair(difference_id=row.pk, by=BY, note="lost callback")
        actions.reconcile(bill=BillKind.TRADE, day=morning.day)


def wrong(world: World, morning: Morning) -> list[str]:
    """Return what is not as it must be once a morning was taken to its end."""
    found: list[str] = []
    with context.public():
        [file] = BillFile.objects.filter(kind="trade", day=morning.day)
        lines = BillLine.objects.filter(file=file).count()
        told = dict(ShopDifference.objects.values_list("number", "state"))
    if (file.state, file.lines_count) != ("loaded", lines):
        found.append(f"the file is {file.state} with {lines} of {file.lines_count} lines")
    with context.activate(world.shop):
        found += _inside(morning, lines, told)
        found += money.violations()
    return found


def _inside(morning: Morning, lines: int, told: dict[str, Any]) -> list[str]:
    journals = Journal.objects.filter(kind="payment", reference=morning.lost_number).count()
    attempt = Attempt.objects.select_related("payment").get(out_trade_no=morning.lost_number)
    rows = list(Difference.objects.filter(number=morning.lost_number).values_list("state", flat=True))
    settled = DifferenceStep.objects.filter(
        difference__number=morning.lost_number, state="fixed"
    ).count()
    facts = {
        "journals": (journals, 1),
        "payment": (attempt.payment.state, "succeeded"),
        "lines taken": (Line.objects.filter(bill="trade", day=morning.day).count(), lines),
        "differences": (rows, ["fixed"]),
        "times settled": (settled, 1),
        "told": (told.get(morning.lost_number), "fixed"),
    }
    return [f"{name}: {is_} and not {ought}" for name, (is_, ought) in facts.items() if is_ != ought]

"""One morning in one process: fetch the bill, keep, load, compare, repair. It can be taken up again.

WeChat is the simulator, a program of its own, which is two days ahead by then: the day's bill is
there. The shop sold on that day and never heard of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from billing.bills import actions as bills
from billing.bills.models import BillFile, BillLine
from billing.bills.states import BillKind, day_of
from billing.ledger.models import Journal
from billing.payments import actions as payments
from billing.payments.models import Attempt
from billing.reconciliation import actions
from billing.reconciliation.models import Difference, DifferenceStep, Line
from billing.reconciliation.states import LIVE_DIFFERENCES
from billing.rollups.models import ShopDifference
from kernel import clock
from kernel.money import Money
from tenants import context
from tenants.context import Shop
from tests.faults import bugs, purchase
from tests.faults.crash import Flow
from tests.faults.purchase import World
from tests.wechat_simulator.stage import Simulated

BY = "root@example.com"
TWO_DAYS_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class Morning:
    """A bill that is to be fetched and compared, with one payment in it that the shop lacks."""

    day: date
    lost_number: str


def build(shop: Shop, simulated: Simulated) -> World:
    """Open a shop that sells; the bills are the platform's, and its days this world's alone."""
    return purchase.build(shop, simulated)


def new_morning(world: World) -> Morning:
    """Sell something that nobody here hears of, on a day of its own: its callback is lost."""
    told = world.simulated.control("GET", "clock")["now"]
    day = day_of(datetime.fromisoformat(told))
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
    paying = {**sheet.as_dict(), "appid": world.appid, "openid": openid, "callback": "drop"}
    world.simulated.control("POST", "pay", **paying)
    world.simulated.control("POST", "clock", advance_seconds=TWO_DAYS_SECONDS)
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


def _again(world: World, morning: Morning, _: bool) -> None:
    run(world, morning)


FLOW = Flow(
    name="reconcile",
    build=build,
    begin=new_morning,
    run=run,
    again=_again,
    wrong=wrong,
    calls=frozenset({"HTTP bills.trade_bill", "HTTP bills.trade_bill.file", "HTTP pay.query"}),
    may_leave=False,
    bugs=(bugs.loads_lines_before_it_says_so, bugs.takes_the_lines_over_until_it_says_so),
    lanes=1,
)

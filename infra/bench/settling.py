"""Payments settled per second, end to end: from the customer's paying to the books.

Orders are made and prepaid before. Then all of them are paid at once: the simulator signs and sends
its callbacks, the web stores them, the worker applies them. It ends when the books hold the last.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from infra.bench.floor import Clerk
from infra.bench.load import measure
from infra.bench.meters import Meter
from infra.bench.visits import Visitor, WentWrong
from infra.bench.watcher import Watcher

Asked = dict[str, Any]
"""What the platform answered to a wish to pay: the arguments of `wx.requestPayment`."""


@dataclass(frozen=True)
class Settled:
    """What it came to. CPU in milliseconds per payment; the floor's is PostgreSQL's alone."""

    payments: int
    per_second: float
    cpu_ms: float
    floor_ms: float

    @property
    def times_floor(self) -> float:
        """Return how many times the floor a payment costs."""
        return self.cpu_ms / self.floor_ms if self.floor_ms else 0.0

    def as_dict(self) -> dict[str, float]:
        """Return everything as JSON takes it."""
        return {**asdict(self), "times_floor": self.times_floor}


def settle(
    meter: Meter,
    watcher: Watcher,
    visitors: Sequence[Visitor],
    clerks: Sequence[Clerk],
    *,
    each: int,
    seconds: float,
) -> Settled:
    """Have every visitor pay `each` orders at once; measure the floor beside it."""
    asked = [[one.ask_to_pay(one.order()) for _ in range(each)] for one in visitors]
    for one in visitors:
        one.leave()
    watcher.wait_until_quiet()
    schema, payments = visitors[0].wares.schema, each * len(visitors)
    before = watcher.payments_in_books(schema)

    def pay(visitor: Visitor, one: Asked) -> None:
        told = visitor.pay_asked(one, {"wait": True})
        if told["callback_statuses"] != [204]:
            raise WentWrong(f"the callback was refused: {told}")

    with meter.spent() as cpu:
        began = time.perf_counter()
        _at_once(visitors, asked, pay)
        watcher.wait_for_payments(schema, before + payments)
        lasted = time.perf_counter() - began
        watcher.wait_until_quiet()
    floor = measure(meter, [clerk.settle for clerk in clerks], seconds)
    return Settled(
        payments=payments,
        per_second=payments / lasted,
        cpu_ms=1000 * sum(cpu.values()) / payments,
        floor_ms=floor.cpu_ms("postgres"),
    )


def _at_once(
    visitors: Sequence[Visitor], asked: Sequence[list[Asked]], pay: Callable[[Visitor, Asked], None]
) -> None:
    """Let every visitor pay its orders in a thread of its own. Raises the first error of any."""
    errors: list[BaseException] = []

    def run(visitor: Visitor, waiting: list[Asked]) -> None:
        try:
            while waiting and not errors:
                pay(visitor, waiting.pop())
        except BaseException as error:  # told to the caller's thread
            errors.append(error)

    pairs = zip(visitors, asked, strict=True)
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]

"""What the person at the keyboard sees: one line a step, the receipt, the statement."""

import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from infra.first_sale.expected import COMMISSION_BP, FEE_BP, Purchase

WIDTH = 78
Tell = Callable[[str], None]


@dataclass
class Timeline:
    """Tells each step as it ends, with how long it took, and remembers the durations."""

    tell: Tell
    began_at: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def title(self, words: str) -> None:
        """Begin a chapter."""
        self.tell(f"\n{words}\n{'─' * WIDTH}")

    @contextmanager
    def step(self, words: str) -> Iterator[list[str]]:
        """Time what happens inside; it may append details to what is told."""
        began = time.monotonic()
        details: list[str] = []
        yield details
        took = self.seconds[words] = time.monotonic() - began
        self.tell(f"{began - self.began_at:7.2f} s  {took:6.2f} s  {words}")
        for detail in details:
            self.tell(detail if "\n" in detail else f"{'':20}{detail}")


def receipt(number: str, bought: Purchase, *, state: str) -> str:
    """Return the receipt of an order."""
    rows = [
        (f"{ware.name} × {quantity}", yuan(ware.price_minor * quantity))
        for ware, quantity in bought.lines
    ]
    sums = [
        ("商品 · goods", yuan(bought.goods)),
        ("运费 · delivery", yuan(bought.freight)),
        ("合计 · total", yuan(bought.total)),
    ]
    return _sheet(f"收据 · receipt  {number}  {state}", rows, sums)


def statement(day: str, figures: Mapping[str, int]) -> str:
    """Return the settlement statement of a day."""
    orders, refunds = figures["orders_count"], figures["refunds_count"]
    rows = [
        (f"收款 · paid ({orders})", yuan(figures["gross_minor"])),
        (f"退款 · refunded ({refunds})", yuan(-figures["refunds_minor"])),
        (f"微信手续费 · WeChat's fee ({_percent(FEE_BP)})", yuan(-figures["fee_minor"])),
        (f"平台佣金 · commission ({_percent(COMMISSION_BP)})", yuan(-figures["commission_minor"])),
    ]
    net = [("净额 · net", yuan(figures["net_minor"]))]
    return _sheet(f"结算单 · settlement statement  {day}", rows, net)


def yuan(minor: int) -> str:
    """Return an amount of fen as people write it."""
    sign = "-" if minor < 0 else ""
    return f"{sign}¥{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _sheet(title: str, rows: list[tuple[str, str]], sums: list[tuple[str, str]]) -> str:
    line = "    " + "·" * (WIDTH - 8)
    told = [*map(_row, rows), line, *map(_row, sums)]
    return "\n".join(["", f"    {title}", line, *told, ""])


def _row(row: tuple[str, str]) -> str:
    words, amount = row
    return f"    {words}{' ' * (WIDTH - 8 - _columns(words) - len(amount))}{amount}"


def _columns(text: str) -> int:
    """Return how wide a text is on a terminal: Chinese takes two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02d} %"

"""Why does an order cost this, and what became of its money: one answer for every amount."""

from collections.abc import Mapping
from typing import Any

from billing.explanations import queries as billing
from billing.payments import queries as payments
from kernel.explanations import Explanation, Step
from kernel.money import Money
from shop.orders.models import Order

_RULES: dict[tuple[str, str], tuple[str, str]] = {
    ("goods", "price_times_quantity"): ("单价 × 数量", "Price × pieces"),
    ("freight", "free"): ("免运费", "Delivery is free"),
    ("freight", "free_from"): ("满额免运费", "Delivery is free from so much goods on"),
    ("freight", "flat"): ("固定运费", "Flat fee for delivery"),
}
"""What the rules of `orders.amounts` are called; a rule without words shows its own name."""
_NOT_INPUTS = frozenset({"kind", "rule", "amount_minor"})


def of_order(order: Order, *, for_staff: bool) -> list[Explanation]:
    """Return why an order costs what it costs, and each refund; for staff also what was taken off.

    The order's lines must be at hand. Nothing is left out, so the list of a new order is short:
    its total and its freight.
    """
    payment = payments.payment_of(order.pk)
    found = [_total(order), _freight(order)]
    if payment is not None:
        found += billing.of_payment(payment, with_costs=for_staff)
    return found


def _total(order: Order) -> Explanation:
    titles = {str(line.sku_id): f"{line.title} {line.label}".strip() for line in order.lines.all()}
    return Explanation(
        subject="total",
        zh="订单金额",
        en="Total of the order",
        reference=order.number,
        amount=Money(order.total_minor, order.currency),
        steps=tuple(_step(reason, order.currency, titles) for reason in order.explain),
    )


def _freight(order: Order) -> Explanation:
    return Explanation(
        subject="freight",
        zh="运费",
        en="Delivery",
        reference=order.number,
        amount=Money(order.freight_minor, order.currency),
        steps=tuple(
            _step(reason, order.currency, {})
            for reason in order.explain
            if reason["kind"] == "freight"
        ),
    )


def _step(reason: Mapping[str, Any], currency: str, titles: Mapping[str, str]) -> Step:
    """Read a reason that the order kept; inputs that say nothing are left out."""
    rule = str(reason["rule"])
    zh, en = _RULES.get((str(reason["kind"]), rule), (rule, rule))
    inputs = {name: value for name, value in reason.items() if name not in _NOT_INPUTS and value}
    title = titles.get(str(reason.get("reference", "")))
    if title:
        zh, en, inputs["title"] = f"{title}：{zh}", f"{title}: {en}", title
    return Step(rule, zh, en, Money(int(reason["amount_minor"]), currency), inputs)

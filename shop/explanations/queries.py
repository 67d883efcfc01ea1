"""Why does an order cost this, and what became of its money: one answer for every amount."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from billing.explanations import queries as billing
from billing.payments import queries as payments
from kernel.explanations import Explanation, Step
from kernel.money import Money
from shop.orders import queries as orders
from shop.orders.models import Order, OrderReturn, OrderReturnLine
from shop.orders.parts import part_of
from shop.orders.states import LIVE_RETURNS

_RULES: dict[tuple[str, str], tuple[str, str]] = {
    ("goods", "price_times_quantity"): ("单价 × 数量", "Price × pieces"),
    ("discount", "coupon_fixed"): ("优惠券分摊", "Share of the coupon"),
    ("discount", "coupon_percent"): ("优惠券分摊", "Share of the coupon"),
    ("freight", "fetched"): ("到店自提，无运费", "Fetched by the buyer, so no delivery"),
    ("freight", "free"): ("免运费", "Delivery is free"),
    ("freight", "free_from"): ("满额免运费", "Delivery is free from so much goods on"),
    ("freight", "flat"): ("固定运费", "Flat fee for delivery"),
}
"""What the rules of `orders.amounts` are called; a rule without words shows its own name."""
_NOT_INPUTS = frozenset({"kind", "rule", "amount_minor"})


def of_order(order: Order, *, for_staff: bool) -> list[Explanation]:
    """Return why an order costs what it costs, and each refund; for staff also what was taken off.

    The order's lines must be at hand. Nothing is left out, so the list of a new order is short:
    its total, its discount if it has one, and its freight.
    """
    payment = payments.payment_of(order.pk)
    found = [_total(order), *_discount(order), _freight(order)]
    if payment is not None:
        parts = refund_parts(orders.returns_of(order.pk))
        found += billing.of_payment(payment, with_costs=for_staff, parts=parts)
    return found


def refund_parts(returns: Sequence[OrderReturn]) -> dict[str, list[Step]]:
    """Return by its key what each return is made of: so many pieces of a line, at what they were
    paid with, or an amount that was agreed on; and the delivery. The oldest stands first."""
    found: dict[str, list[Step]] = {}
    taken: dict[UUID, tuple[int, int]] = {}
    for row in returns:
        steps = [_returned(part, row.currency, *taken.get(part.line_id, (0, 0)))
                 for part in row.lines.all()]  # fmt: skip
        if row.freight_minor:
            amount = Money(row.freight_minor, row.currency)
            steps.append(Step("freight", "运费", "Delivery", amount))
        found[row.key] = steps
        if row.state in LIVE_RETURNS:
            for part in row.lines.all():
                pieces, minor = taken.get(part.line_id, (0, 0))
                taken[part.line_id] = (pieces + part.quantity, minor + part.amount_minor)
    return found


def _returned(part: OrderReturnLine, currency: str, pieces: int, before_minor: int) -> Step:
    line = part.line
    paid, before = Money(line.paid_minor, currency), Money(before_minor, currency)
    amount = Money(part.amount_minor, currency)
    worth = part_of(paid, line.quantity, taken=pieces, before=before, count=part.quantity)
    is_worth = bool(part.quantity) and amount == worth
    title = f"{line.title} {line.label}".strip()
    inputs: dict[str, int | str] = {
        "title": title,
        "quantity": part.quantity,
        "of_quantity": line.quantity,
        "paid_minor": paid.minor,
        "discount_minor": line.discount_minor,
        "quantity_before": pieces,
        "refunded_before_minor": before_minor,
    }
    if is_worth:
        return Step("pieces", f"{title}：实付 × 件数", f"{title}: Paid × pieces", amount, inputs)
    return Step("agreed", f"{title}：商定的金额", f"{title}: As agreed", amount, inputs)


def _discount(order: Order) -> Iterator[Explanation]:
    """Derive what the coupon takes off: its amount, or a share of the goods, up to its limit."""
    reason = next((r for r in order.explain if r["kind"] == "discount"), None)
    if reason is None:
        return
    none, off = Money(0, order.currency), Money(order.discount_minor, order.currency)
    name, inputs = str(reason["coupon"]), {"coupon": str(reason["coupon"])}
    steps = [Step("coupon_fixed", f"优惠券“{name}”", f"Coupon “{name}”", none - off, inputs)]
    if reason["rate_bp"]:
        rate = {"base_minor": int(reason["base_minor"]), "rate_bp": int(reason["rate_bp"])}
        share = Money(rate["base_minor"], order.currency).share(rate["rate_bp"])
        zh, en = f"优惠券“{name}”，按比例", f"Coupon “{name}”, by rate"
        steps = [Step("coupon_percent", zh, en, none - share, {**inputs, **rate})]
        if share != off:
            most = {"most_minor": int(reason["most_minor"])}
            steps.append(Step("coupon_most", "最多优惠", "Up to its limit", share - off, most))
    yield Explanation(
        subject="discount",
        zh="优惠",
        en="Discount",
        reference=order.number,
        amount=none - off,
        steps=tuple(steps),
    )


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

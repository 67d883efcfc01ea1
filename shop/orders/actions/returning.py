"""The way back: money of an order asked back, whole or in parts.

Note [what a part does]. Pieces that did not go out are given back first, and go out no more; they
are on the shelf again when the money has arrived, pieces that had gone out only if staff say that
they came back. The delivery goes back with the last piece if nothing of the order ever went out.

Note [second person]. When what one order gives back without a second person comes to more than
REFUND_TWO_PERSON_MINOR, the return waits: another member of staff, or the platform's, agrees or
declines. The pieces and the money are spoken for meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import F, Sum

from billing.payments import queries as payment_queries
from billing.refunds import actions as refunds
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from shop.orders.actions.arriving import free_closed, gone_back, locked, release, spend
from shop.orders.actions.moving import move_return, note
from shop.orders.actions.sending import LineUnknown
from shop.orders.messages import MoneyWentBack
from shop.orders.models import Order, OrderLine, OrderReturn, OrderReturnLine
from shop.orders.parts import part_of, spread
from shop.orders.states import LIVE_RETURNS, ORDER_FLOW, OrderState, ReturnState
from tenants.transactions import verb

REFUNDABLE = ORDER_FLOW.before(OrderState.REFUNDED)


class OrderNotRefundable(Refusal):
    """Nothing was paid, or all of it goes back already."""

    en = "The order is {state}; there is nothing to refund."
    zh = "订单当前状态为 {state}，没有可退的金额。"


class OrderChangedMeanwhile(Refusal):
    """A parcel went out, or the state moved, after the order was looked at."""

    en = "The order has changed meanwhile (it is {state}). Please look at it again."
    zh = "订单刚刚有变动（当前状态 {state}），请重新查看后再操作。"


class RefundsTooMany(Refusal):
    """More pieces or money of a line, or of the delivery, than are left."""

    status: ClassVar[int] = 422
    en = "Only {pieces} pieces and {left} of “{title}” can still be refunded."
    zh = "“{title}”最多还可退 {pieces} 件、{left}。"


class NothingChosen(Refusal):
    """No piece and no money was named."""

    status: ClassVar[int] = 422
    en = "Please choose what goes back."
    zh = "请选择要退的商品或金额。"


class NothingWouldGoOut(Refusal):
    """Every piece was taken out before anything was sent, and some of the money was to stay: such
    an order could never be shipped, so it would wait for a parcel for ever."""

    status: ClassVar[int] = 422
    en = "Nothing of the order would be sent then. Give all of its money back."
    zh = "这样订单将没有可发的商品，请办理全额退款。"


class OwnRefund(Refusal):
    """Who asked for a refund above the limit cannot be the one who agrees."""

    status: ClassVar[int] = 403
    en = "Refunds of an order above {limit} need a second person. You asked for this one."
    zh = "单个订单退款超过 {limit} 须由另一位同事复核，您是该退款的申请人。"


class ReturnAlreadyDecided(Refusal):
    """Somebody was faster."""

    en = "This refund is {state} already."
    zh = "该退款当前状态为 {state}，不能再操作。"


@dataclass(frozen=True)
class Part:
    """So many pieces of a line; `amount_minor` None: what they are worth."""

    quantity: int = 0
    amount_minor: int | None = None


@verb
def request_refund(*, order: Order, reason: str, by: str, key: str) -> OrderReturn:
    """Give back what is left of the order's money; from now on nothing is shipped.

    What lies ready for a buyer who has not come is on the shelf again when the money has arrived.
    `order` is as the caller saw it: if a parcel went out since, the caller must look again. `key`
    makes the return one and the same. Raises OrderNotRefundable, OrderChangedMeanwhile, and what
    billing's `request` raises.
    """
    now = _hold(order)
    known = OrderReturn.objects.filter(order=order.pk, key=key).first()
    if known is not None:
        return known
    payment = payment_queries.payment_of(order.pk)
    left = Money(0, order.currency)
    if payment is not None:
        left = payment.refundable - _waiting(order.pk, order.currency)
        if not left.minor:
            raise OrderNotRefundable(state=order.state)
    lines = _lines(order.pk)
    of_lines = [Money(line.paid_minor - line.refunded_minor, order.currency) for line in lines]
    of_freight = Money(now.freight_minor - now.freight_refunded_minor, order.currency)
    *amounts, freight = spread(left, [*of_lines, of_freight])
    wanted = [
        (line, line.quantity - line.quantity_refunded, amount)
        for line, amount in zip(lines, amounts, strict=True)
    ]
    at_counter = now.pickup is not None and now.state == OrderState.SHIPPED
    return _return(
        now, wanted, freight=freight, reason=reason, by=by, key=key, restocked=at_counter
    )


@verb
def request_part(
    *,
    order: Order,
    parts: Mapping[UUID, Part],
    freight_minor: int = 0,
    is_restocked: bool = False,
    reason: str,
    by: str,
    key: str,
) -> OrderReturn:
    """Give back some pieces, some money or some of the delivery, by line id.

    See Note [what a part does]. Raises as `request_refund`, LineUnknown, RefundsTooMany,
    NothingWouldGoOut, NothingChosen.
    """
    now = _hold(order)
    known = OrderReturn.objects.filter(order=order.pk, key=key).first()
    if known is not None:
        return known
    lines = {line.pk: line for line in _lines(order.pk)}
    if not parts.keys() <= lines.keys():
        raise LineUnknown
    wanted = [(line, *_worth(line, parts[pk])) for pk, line in lines.items() if pk in parts]
    freight = Money(freight_minor, order.currency)
    left = now.freight_minor - now.freight_refunded_minor
    if not 0 <= freight_minor <= left:
        raise RefundsTooMany(pieces=0, left=Money(left, order.currency), title="运费 · delivery")
    if not now.parcels_count and all(
        line.quantity_refunded + sum(n for one, n, _ in wanted if one is line) == line.quantity
        for line in lines.values()
    ):
        freight = Money(left, order.currency)
        if not _takes_all(now, wanted, freight):
            raise NothingWouldGoOut
    return _return(
        now, wanted, freight=freight, reason=reason, by=by, key=key, restocked=is_restocked
    )


@verb
def approve_return(*, row: OrderReturn, by: str) -> None:
    """A second person agrees. Again changes nothing.

    Raises OwnRefund, ReturnAlreadyDecided, and what billing's `request` raises.
    """
    order = locked(row.order_id)
    row.refresh_from_db()
    if row.state == ReturnState.WAITING and by == row.by:
        limit = Money(settings.REFUND_TWO_PERSON_MINOR, row.currency)
        raise OwnRefund(limit=limit)
    if not move_return(row, ReturnState.ASKED, decided_by=by):
        if row.state == ReturnState.DECLINED:
            raise ReturnAlreadyDecided(state=row.state)
        return
    note(order.pk, order.state, reason=f"refund of {row.amount} agreed", by=by)
    _ask(order, row)


@verb
def decline_return(*, row: OrderReturn, by: str) -> None:
    """The return shall not be: the pieces and the money are free again. Again changes nothing.

    Raises ReturnAlreadyDecided.
    """
    order = locked(row.order_id)
    row.refresh_from_db()
    if not move_return(row, ReturnState.DECLINED, decided_by=by):
        if row.state != ReturnState.DECLINED:
            raise ReturnAlreadyDecided(state=row.state)
        return
    release(order, row, reason=f"refund of {row.amount} declined", by=by)


def _hold(order: Order) -> Order:
    """Lock the order's row and see that it still is as the caller saw it."""
    now = locked(order.pk)
    if order.state not in REFUNDABLE:
        raise OrderNotRefundable(state=order.state)
    if (now.state, now.parcels_count) != (order.state, order.parcels_count):
        order.refresh_from_db()
        raise OrderChangedMeanwhile(state=order.state)
    if free_closed(now):
        now.refresh_from_db()
    return now


def _lines(order_id: UUID) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order_id).order_by("position"))


def _worth(line: OrderLine, part: Part) -> tuple[int, Money]:
    """Return pieces and money of a part. Raises RefundsTooMany."""
    paid = Money(line.paid_minor, line.order.currency)
    before = Money(line.refunded_minor, paid.currency)
    pieces = line.quantity - line.quantity_refunded
    if 0 <= part.quantity <= pieces:
        worth = part_of(
            paid,
            line.quantity,
            taken=line.quantity_refunded,
            before=before,
            count=part.quantity,
        )
        asked = worth if part.amount_minor is None else Money(part.amount_minor, paid.currency)
        if 0 <= asked.minor <= (paid - before).minor:
            return part.quantity, asked
    raise RefundsTooMany(pieces=pieces, left=paid - before, title=line.title)


def _return(
    order: Order,
    wanted: list[tuple[OrderLine, int, Money]],
    *,
    freight: Money,
    reason: str,
    by: str,
    key: str,
    restocked: bool,
) -> OrderReturn:
    """Write what goes back, and ask billing for it, or a second person first."""
    goods = sum((amount for _, _, amount in wanted), Money(0, order.currency))
    amount = goods + freight
    if not amount.minor and order.total_minor:
        raise NothingChosen
    waiting = _needs_second_person(order, amount)
    is_whole = _takes_all(order, wanted, freight)
    row = OrderReturn.objects.create(
        order=order,
        key=key,
        state=ReturnState.WAITING if waiting else ReturnState.ASKED,
        is_whole=is_whole,
        goods_minor=goods.minor,
        freight_minor=freight.minor,
        amount_minor=amount.minor,
        currency=order.currency,
        is_restocked=restocked,
        reason=reason[:80],
        by=by,
    )
    for line, quantity, worth in wanted:
        cancelled = min(quantity, line.quantity_unshipped)
        OrderReturnLine.objects.create(
            parent=row,
            line=line,
            quantity=quantity,
            quantity_cancelled=cancelled,
            amount_minor=worth.minor,
        )
        spend(line, quantity, cancelled, worth.minor)
    rows = Order.objects.filter(pk=order.pk)
    rows.update(freight_refunded_minor=F("freight_refunded_minor") + freight.minor)
    if is_whole:
        rows.update(refund_requested_at=clock.now())
    what = "full refund" if is_whole else f"refund of {amount}"
    said = f"{what} waits for a second person" if waiting else f"{what} requested"
    note(order.pk, order.state, reason=f"{said}: {reason}", by=by)
    if not waiting:
        _ask(order, row)
    return row


def _takes_all(order: Order, wanted: list[tuple[OrderLine, int, Money]], freight: Money) -> bool:
    """Say whether nothing of the order's money is left after this."""
    spent = sum(amount.minor for _, _, amount in wanted) + freight.minor
    sums = OrderLine.objects.filter(order=order).aggregate(spent=Sum("refunded_minor"))
    before = int(sums["spent"] or 0) + order.freight_refunded_minor
    return before + spent == order.total_minor


def _needs_second_person(order: Order, amount: Money) -> bool:
    """See Note [second person]."""
    limit: int = settings.REFUND_TWO_PERSON_MINOR
    if not limit:
        return False
    alone = OrderReturn.objects.filter(order=order, state__in=LIVE_RETURNS, decided_by="")
    before = alone.aggregate(sum=Sum("amount_minor"))["sum"]
    return int(before or 0) + amount.minor > limit


def _waiting(order_id: UUID, currency: str) -> Money:
    """Return what is spoken for and not yet known to billing."""
    rows = OrderReturn.objects.filter(order=order_id, state=ReturnState.WAITING)
    return Money(int(rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0), currency)


def _ask(order: Order, row: OrderReturn) -> None:
    """Have billing give the money back; an order that cost nothing is done at once."""
    payment = payment_queries.payment_of(order.pk)
    if payment is None:
        move_return(row, ReturnState.SUCCEEDED)
        gone_back(order.pk, [row], reason="cost nothing, so nothing to give back")
        publish(MoneyWentBack(order.pk))  # all of it, though billing has nothing to tell
    else:
        refunds.request(
            payment=payment, amount=row.amount, reason=row.reason, by=row.by, key=row.key
        )

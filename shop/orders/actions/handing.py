"""What the buyer fetches: made ready at the counter, and handed over for a code (ADR 0017)."""

import secrets
from typing import ClassVar

from django.db.models import F

from kernel.errors import Refusal
from shop.orders.actions.sending import OrderNotShippable, confirm_receipt, hold_for_parcel, pack
from shop.orders.models import Order, Parcel
from shop.orders.states import OrderState
from tenants.transactions import verb

MOST_TRIES = 10
"""Codes that staff may enter for one order: one in 100,000 guesses the right one."""


class OrderIsSent(Refusal):
    """It goes to an address: nobody comes for it."""

    en = "This order is sent to an address. It is not handed over."
    zh = "该订单为快递配送，无法自提核销。"


class PickupCodeWrong(Refusal):
    """The code is another order's, or mistyped."""

    status: ClassVar[int] = 422
    en = "This is not the code of this order. {left} tries are left."
    zh = "取货码与该订单不符，还可尝试 {left} 次。"


class PickupCodeBlocked(Refusal):
    """Six digits are safe only while they cannot be tried one after the other."""

    status: ClassVar[int] = 429
    en = "Too many codes were tried. Have the buyer confirm the receipt on their own phone."
    zh = "取货码尝试次数过多，请让买家在自己的手机上确认收货。"


@verb
def make_ready(*, order: Order, by: str) -> None:
    """Lay what is left of the order at the counter, for the buyer to fetch. Again changes nothing.

    Raises OrderIsSent, OrderIsBeingRefunded, OrderNotShippable.
    """
    if order.pickup is None:
        raise OrderIsSent
    try:
        hold_for_parcel(order)
    except OrderNotShippable:
        if order.state in {OrderState.SHIPPED, OrderState.COMPLETED}:
            return
        raise
    pack(Parcel(order=order, by=by), None, reason="ready for pick-up")


def hand_over(*, order: Order, code: str, by: str) -> None:
    """The buyer came and showed the code: the order is completed, ready or not before.

    Every try is counted first, in a transaction of its own, so that neither a refusal nor tries at
    once are free. Again changes nothing. Raises OrderIsSent, PickupCodeBlocked, PickupCodeWrong,
    and what `make_ready` and `confirm_receipt` raise.
    """
    if order.pickup is None:
        raise OrderIsSent
    rows = Order.objects.filter(pk=order.pk, pickup_tries__lt=MOST_TRIES)
    if not rows.update(pickup_tries=F("pickup_tries") + 1):
        raise PickupCodeBlocked
    order.refresh_from_db()
    if not secrets.compare_digest(code.encode(), order.pickup_code.encode()):
        raise PickupCodeWrong(left=MOST_TRIES - order.pickup_tries)
    _hand_over(order, by)


@verb
def _hand_over(order: Order, by: str) -> None:
    if order.state == OrderState.PAID:
        make_ready(order=order, by=by)
    confirm_receipt(order=order, by=by, reason="handed over for the code")

"""Everything that can happen to an order. Verbs by what they are about, one name each."""

from shop.orders.actions.arriving import note_closed, note_refund
from shop.orders.actions.buying import Basket, Collecting, create, fill_basket, set_freight
from shop.orders.actions.handing import hand_over, make_ready
from shop.orders.actions.moving import OrderCannotMove
from shop.orders.actions.paying import cancel, expire, give_back_late, mark_paid, prepay, refresh
from shop.orders.actions.returning import (
    OrderChangedMeanwhile,
    Part,
    approve_return,
    decline_return,
    request_part,
    request_refund,
)
from shop.orders.actions.sending import (
    confirm_receipt,
    confirm_silently,
    retry_upload,
    ship,
    upload_shipping,
)

__all__ = [
    "Basket",
    "Collecting",
    "OrderCannotMove",
    "OrderChangedMeanwhile",
    "Part",
    "approve_return",
    "cancel",
    "confirm_receipt",
    "confirm_silently",
    "create",
    "decline_return",
    "expire",
    "fill_basket",
    "give_back_late",
    "hand_over",
    "make_ready",
    "mark_paid",
    "note_closed",
    "note_refund",
    "prepay",
    "refresh",
    "request_part",
    "request_refund",
    "retry_upload",
    "set_freight",
    "ship",
    "upload_shipping",
]

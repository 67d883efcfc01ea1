"""What requests hear: money went back, or stayed."""

from billing.refunds.messages import RefundSucceeded
from jobs.messages import handles
from shop.aftersale import actions
from shop.orders.messages import MoneyStayed, MoneyWentBack


@handles(RefundSucceeded, queue="pay")
def note_refund(message: RefundSucceeded) -> None:
    """End the request whose money arrived. Again changes nothing."""
    actions.note_refund(order_id=message.order_id)


@handles(MoneyWentBack, queue="pay")
def note_money_went_back(message: MoneyWentBack) -> None:
    """End the request of an order that cost nothing, of which billing has nothing to tell."""
    actions.note_refund(order_id=message.order_id)


@handles(MoneyStayed, queue="pay")
def note_money_stayed(message: MoneyStayed) -> None:
    """Have the shop answer once more. Again changes nothing."""
    actions.note_money_stayed(order_id=message.order_id)

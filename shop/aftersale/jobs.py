"""What requests hear: money went back."""

from billing.refunds.messages import RefundSucceeded
from jobs.messages import handles
from shop.aftersale import actions


@handles(RefundSucceeded, queue="pay")
def note_refund(message: RefundSucceeded) -> None:
    """End the request whose money arrived. Again changes nothing."""
    actions.note_refund(order_id=message.order_id)

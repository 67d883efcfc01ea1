"""What orders hear: money came, money went back, time is over, parcels are to be told."""

from billing.payments.messages import PaymentSucceeded
from billing.refunds.messages import RefundClosed, RefundSucceeded
from jobs.messages import handles
from shop.orders import actions
from shop.orders.messages import AutoConfirm, ExpireOrder, GiveBackLate, UploadShipping


@handles(PaymentSucceeded, queue="pay")
def mark_order_paid(message: PaymentSucceeded) -> None:
    """Ship it soon, or give the money back: never silence."""
    actions.mark_paid(order_id=message.order_id)


@handles(RefundSucceeded, queue="pay")
def note_refund(message: RefundSucceeded) -> None:
    """Write what went back; put on the shelf what never left it."""
    actions.note_refund(order_id=message.order_id)


@handles(RefundClosed, queue="pay")
def note_closed_refund(message: RefundClosed) -> None:
    """Free what the refund was for. Again finds it free."""
    actions.note_closed(order_id=message.order_id)


@handles(GiveBackLate, queue="pay")
def give_back_late(message: GiveBackLate) -> None:
    """Send a late payment back once more. Again finds it asked for."""
    actions.give_back_late(order_id=message.order_id)


@handles(ExpireOrder, queue="settle")
def expire_order(message: ExpireOrder) -> None:
    """Cancel what nobody paid in time."""
    actions.expire(order_id=message.order_id)


@handles(UploadShipping, queue="notify")
def upload_shipping(message: UploadShipping) -> None:
    """Tell WeChat of the parcels; it keeps the money back until it knows."""
    actions.upload_shipping(order_id=message.order_id, attempt=message.attempt)


@handles(AutoConfirm, queue="settle")
def confirm_silent_order(message: AutoConfirm) -> None:
    """Count a shipped order as received."""
    actions.confirm_silently(order_id=message.order_id)

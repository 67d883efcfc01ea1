"""Questions about refunds. Inside a shop."""

from django.db.models import QuerySet, Sum

from billing.payments.models import Attempt, Payment
from billing.refunds.models import Refund
from billing.refunds.states import RefundState
from kernel.money import Money


def find_refund(out_refund_no: str) -> Refund | None:
    """Return the refund of this shop under a number, with its payment and attempt."""
    rows = Refund.objects.select_related("payment", "attempt")
    return rows.filter(out_refund_no=out_refund_no).first()


def refunds_of(payment: Payment) -> list[Refund]:
    """Return every refund of a payment, the oldest first; those of a double payment too."""
    return list(payment.refunds.order_by("created_at", "id"))


def returned_of(payment: Payment) -> Money:
    """Return how much of a payment has gone back for good."""
    return _returned(Refund.objects.filter(payment=payment, attempt__is_extra=False), payment)


def returned_from(attempt: Attempt, payment: Payment) -> Money:
    """Return how much of the money of one attempt has gone back for good."""
    return _returned(Refund.objects.filter(attempt=attempt), payment)


def returned_by_hand(attempt: Attempt, payment: Payment) -> Money:
    """Return how much of the money of one attempt went back outside WeChat."""
    return _returned(Refund.objects.filter(attempt=attempt, is_by_hand=True), payment)


def unfinished_count() -> int:
    """Return how many refunds of the shop have not ended."""
    ended = [RefundState.SUCCEEDED, RefundState.CLOSED]
    return Refund.objects.exclude(state__in=ended).count()


def _returned(rows: QuerySet[Refund], payment: Payment) -> Money:
    minor = rows.filter(state=RefundState.SUCCEEDED).aggregate(sum=Sum("amount_minor"))["sum"]
    return Money(int(minor or 0), payment.currency)

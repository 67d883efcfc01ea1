"""Questions about payments. Inside a shop."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from billing.payments.models import Attempt, Payment
from billing.payments.states import LIVE_ATTEMPTS, AttemptState


def payment_of(order_id: UUID) -> Payment | None:
    """Return the payment of an order, or None if none was opened."""
    return Payment.objects.filter(order_id=order_id).first()


def with_is_direct(rows: QuerySet[Payment]) -> QuerySet[Any]:
    """Return the payments with `is_direct`: whether a merchant of the shop's own got the money."""
    paid = Attempt.objects.filter(
        payment=OuterRef("pk"), state=AttemptState.SUCCEEDED, is_extra=False
    )
    return rows.annotate(is_direct=Exists(paid.exclude(direct_mchid="")))


def payments_of(order_ids: list[UUID]) -> dict[UUID, Payment]:
    """Return the payments of many orders, by order, in one query."""
    return {p.order_id: p for p in Payment.objects.filter(order_id__in=order_ids)}


def find_told(out_trade_no: str, transaction_id: str | None) -> tuple[Attempt, bool] | None:
    """Return this shop's attempt under a number, with its payment, or None.

    With it: whether the transaction is known as that of another attempt. One statement.
    """
    same = Attempt.objects.filter(transaction_id=transaction_id).exclude(pk=OuterRef("pk"))
    rows = Attempt.objects.select_related("payment").annotate(is_of_another=Exists(same))
    attempt = rows.filter(out_trade_no=out_trade_no).first()
    return None if attempt is None else (attempt, attempt.is_of_another)


def attempts_of(payment: Payment) -> list[Attempt]:
    """Return every attempt that was ever made, the oldest first."""
    return list(payment.attempts.order_by("id"))


def live_attempts(payment: Payment) -> list[Attempt]:
    """Return the attempts that a customer could still pay, the oldest first."""
    return list(payment.attempts.filter(state__in=LIVE_ATTEMPTS).order_by("id"))


def paying_attempt(payment: Payment) -> Attempt | None:
    """Return the attempt that paid the payment, or None while it is unpaid."""
    return payment.attempts.filter(state=AttemptState.SUCCEEDED, is_extra=False).first()

"""What in a shop's money waits for a person: told to the platform once an hour, and tried again."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.payments.states import PaymentState
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from billing.refunds.states import RefundState
from billing.rollups import troubles as rollups
from billing.rollups.troubles import Stuck
from billing.sharing import actions as sharings
from billing.sharing import following
from billing.sharing import queries as sharing_queries
from billing.sharing.models import Sharing
from billing.sharing.states import SharingState
from billing.withdrawals import transferring
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import IN_FLIGHT
from billing.withdrawals.states import WithdrawalState as W
from kernel import clock
from tenants import context
from tenants.transactions import verb

SLOW = timedelta(days=3)
"""WeChat hands money back within minutes, to some cards within three days (CONTRACT §4.9)."""
OVERDUE = timedelta(hours=1)
"""So long after its expiry a payment is paid or closed, unless WeChat refuses to say."""
MOST = 500


class Noun(StrEnum):
    """What may wait for a person."""

    PAYMENT = "payment"
    REFUND = "refund"
    WITHDRAWAL = "withdrawal"
    SHARING = "sharing"


@verb
def tell() -> int:
    """Tell the platform what of the shop waits for a person now; return how much."""
    shop = context.shop()
    stuck = [*_payments(), *_refunds(), *_withdrawals(), *_sharings()]
    with context.public():
        rollups.replace(shop.public_id, stuck)
    return len(stuck)


def retry(*, noun: Noun, row_id: UUID, by: str) -> None:
    """Have the worker ask WeChat now. Raises what the noun's own verb does, and DoesNotExist."""
    _RETRY[noun](row_id, by)


def _payments() -> Iterator[Stuck]:
    rows = Payment.objects.filter(
        state=PaymentState.OPEN, expires_at__lt=clock.now() - OVERDUE, attempts__isnull=False
    )
    for row in rows.distinct().order_by("expires_at")[:MOST]:
        yield Stuck(
            noun=Noun.PAYMENT,
            row_id=row.pk,
            number=row.order_number,
            order_number=row.order_number,
            amount_minor=row.amount_minor,
            currency=row.currency,
            state=row.state,
            reason="",
            tries_count=0,
            since_at=row.expires_at,
        )


def _refunds() -> Iterator[Stuck]:
    slow = Q(created_at__lt=clock.now() - SLOW) & ~Q(
        state__in=[RefundState.SUCCEEDED, RefundState.CLOSED]
    )
    rows = Refund.objects.select_related("payment").filter(Q(state=RefundState.ABNORMAL) | slow)
    for row in rows.order_by("created_at")[:MOST]:
        yield Stuck(
            noun=Noun.REFUND,
            row_id=row.pk,
            number=row.out_refund_no,
            order_number=row.payment.order_number,
            amount_minor=row.amount_minor,
            currency=row.currency,
            state=row.state,
            reason=row.refusal,
            tries_count=row.tries_count,
            since_at=row.created_at,
        )


def _withdrawals() -> Iterator[Stuck]:
    """A customer may take a day to confirm; all else that WeChat was told should be over soon."""
    slow = Q(tried_at__lt=clock.now() - SLOW, state__in=sorted(IN_FLIGHT - {W.WAIT_USER_CONFIRM}))
    refused = Q(state__in=sorted({W.APPROVED, *IN_FLIGHT})) & ~Q(refusal="")
    for row in Withdrawal.objects.filter(slow | refused).order_by("pk")[:MOST]:
        yield Stuck(
            noun=Noun.WITHDRAWAL,
            row_id=row.pk,
            number=row.number,
            order_number="",
            amount_minor=row.amount_minor,
            currency=row.currency,
            state=row.state,
            reason=row.refusal,
            tries_count=row.tries_count,
            since_at=row.created_at,
        )


def _sharings() -> Iterator[Stuck]:
    """WeChat refuses until it counts the receipt as confirmed: that takes a day, and nobody."""
    rows = sharing_queries.needing_a_person().select_related("attempt__payment")
    usual = Q(state=SharingState.PLANNED, created_at__gt=clock.now() - following.ALARM_AFTER)
    for row in rows.exclude(usual).prefetch_related("parts__returns").order_by("pk")[:MOST]:
        yield Stuck(
            noun=Noun.SHARING,
            row_id=row.pk,
            number=row.out_order_no,
            order_number=row.attempt.payment.order_number,
            amount_minor=sum(part.planned_minor for part in row.parts.all()),
            currency=row.currency,
            state=row.state,
            reason=sharing_queries.what_is_wrong(row),
            tries_count=row.tries_count,
            since_at=row.created_at,
        )


def _retry_payment(row_id: UUID, by: str) -> None:
    payments.retry(payment=Payment.objects.get(pk=row_id), by=by)


def _retry_refund(row_id: UUID, by: str) -> None:
    refunds.retry(refund=Refund.objects.get(pk=row_id), by=by)


def _retry_withdrawal(row_id: UUID, by: str) -> None:
    transferring.retry(withdrawal=Withdrawal.objects.get(pk=row_id), by=by)


def _retry_sharing(row_id: UUID, by: str) -> None:
    sharings.retry(sharing=Sharing.objects.select_related("attempt").get(pk=row_id), by=by)


_RETRY: dict[Noun, Callable[[UUID, str], None]] = {
    Noun.PAYMENT: _retry_payment,
    Noun.REFUND: _retry_refund,
    Noun.WITHDRAWAL: _retry_withdrawal,
    Noun.SHARING: _retry_sharing,
}

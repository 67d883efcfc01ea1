"""What must be true of a shop's money, whatever died when (the platform's `verify_invariants`).

The numbers are those of the reliability catalogue. Everything is read; nothing is repaired here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Sum

from billing.ledger import invariants as ledger
from billing.ledger import queries as books
from billing.ledger.states import JournalKind
from billing.payments.models import Attempt, Payment, PaymentStep
from billing.payments.states import LIVE_ATTEMPTS, PAYMENT_FLOW, AttemptState, PaymentState
from billing.refunds.models import Refund, RefundStep
from billing.refunds.states import LIVE_REFUNDS, REFUND_FLOW, RefundState
from billing.settlements import queries
from billing.settlements.amounts import Figures, figures_of
from billing.settlements.models import Statement
from kernel.money import Money
from kernel.states import Flow
from tenants import context

S = TypeVar("S", bound=StrEnum)
_SOLD = (JournalKind.PAYMENT, JournalKind.REFUND, JournalKind.EARNING)
_FIGURES = (
    "gross_minor",
    "refunds_minor",
    "fee_minor",
    "commission_minor",
    "net_minor",
    "orders_count",
    "refunds_count",
)


def violations() -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the current shop's money."""
    yield from ledger.violations()
    yield from _effects()
    yield from _refunds()
    yield from _forgotten()
    yield from _histories()
    yield from _statements()


def _effects() -> Iterator[str]:
    """I3: every success has its one journal, of the right amount, and no journal is without."""
    paid = {
        a.out_trade_no: a.payment.amount_minor
        for a in Attempt.objects.filter(state=AttemptState.SUCCEEDED).select_related("payment")
    }
    returned = {
        r.out_refund_no: r.amount_minor for r in Refund.objects.filter(state=RefundState.SUCCEEDED)
    }
    yield from _differences(paid, JournalKind.PAYMENT)
    yield from _differences(returned, JournalKind.REFUND)
    for payment in Payment.objects.filter(state=PaymentState.SUCCEEDED).exclude(
        Exists(
            Attempt.objects.filter(
                payment=OuterRef("pk"), state=AttemptState.SUCCEEDED, is_extra=False
            )
        )
    ):
        yield f"I3: payment {payment} has no attempt that paid it"


def _differences(here: dict[str, int], kind: JournalKind) -> Iterator[str]:
    posted = books.amounts_of(kind)
    for reference in sorted(here.keys() | posted.keys()):
        if here.get(reference) != posted.get(reference):
            yield (
                f"I3: {kind} {reference} came to {here.get(reference)} here"
                f" and {posted.get(reference)} in the books"
            )


def _refunds() -> Iterator[str]:
    """I6: what is kept as refunded is the sum of the live refunds, and never more than paid."""
    kept = Q(refunds__state__in=LIVE_REFUNDS, refunds__attempt__is_extra=False)
    for payment in Payment.objects.annotate(live=Sum("refunds__amount_minor", filter=kept)):
        if payment.refunded_minor != (payment.live or 0):
            yield f"I6: {payment} keeps {payment.refunded_minor} refunded of {payment.live or 0}"
    live = Q(refunds__state__in=LIVE_REFUNDS)
    attempts = Attempt.objects.annotate(live=Sum("refunds__amount_minor", filter=live))
    for attempt in attempts.filter(live__gt=F("payment__amount_minor")):
        yield f"I6: {attempt} gives back {attempt.live}, more than was paid"


def _forgotten() -> Iterator[str]:
    """I8: whatever is not known for good has a message that will ask."""
    attempts = Attempt.objects.filter(state__in=LIVE_ATTEMPTS).values_list("pk", flat=True)
    refunds = Refund.objects.exclude(state__in=[RefundState.SUCCEEDED, RefundState.CLOSED])
    wanted = {
        "attempt_id": {str(pk) for pk in attempts},
        "refund_id": {str(pk) for pk in refunds.values_list("pk", flat=True)},
    }
    for name, ids in wanted.items():
        for missing in sorted(ids - _queued(name)):
            yield f"I8: no message will ask after {name} {missing}"


def _queued(name: str) -> set[str]:
    """Return the values of a payload field in the messages of this shop that will still run."""
    shop = context.shop()
    with context.public(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT message->'kwargs'->>%s FROM dramatiq.queue"
            " WHERE tenant = %s AND state IN ('queued', 'consumed')",
            [name, shop.public_id],
        )
        return {row[0] for row in cursor.fetchall() if row[0]}


def _histories() -> Iterator[str]:
    """I10: every history starts at the flow's start, follows it, and ends where the row stands."""
    steps = PaymentStep.objects.order_by("payment_id", "at").values_list("payment_id", "state")
    states = dict(Payment.objects.values_list("pk", "state"))
    yield from _strays("payment", PAYMENT_FLOW, states, steps)
    refund_steps = RefundStep.objects.order_by("refund_id", "at").values_list("refund_id", "state")
    refund_states = dict(Refund.objects.values_list("pk", "state"))
    yield from _strays("refund", REFUND_FLOW, refund_states, refund_steps)


def _strays(
    noun: str, flow: Flow[S], states: dict[UUID, str], steps: Iterable[tuple[UUID, str]]
) -> Iterator[str]:
    last: dict[UUID, str] = {}
    for pk, state in steps:
        before = last.get(pk)
        is_right = state == flow.start if before is None else state == before
        if not is_right and (before is None or state not in flow.steps[type(flow.start)(before)]):
            yield f"I10: {noun} {pk} went from {before} to {state}"
        last[pk] = state
    for pk, state in states.items():
        if last.get(pk) != state:
            yield f"I10: {noun} {pk} is {state} but its history ends at {last.get(pk)}"


def _statements() -> Iterator[str]:
    """I12: the figures of the books are those of the payments, and the statements add up to them.

    Fee and commission are recounted from what was paid and what went back, at the rates that the
    journals name.
    """
    whole = figures_of((f.debit, f.credit, f.minor) for f in books.all_flows(*_SOLD))
    expected = _expected()
    if whole != expected:
        yield f"I12: the books come to {whole}, the payments to {expected}"
    for statement in Statement.objects.order_by("day"):
        recount = queries.count(statement.day)
        if any(getattr(statement, n) != getattr(recount, n) for n in _FIGURES):
            yield f"I12: the statement of {statement.day} is not what its transfers come to"
        gone = books.span_of(statement.day)[1]
        if statement.closed_at < gone:
            yield f"I12: the statement of {statement.day} was closed before the day was over"


def _expected() -> Figures:
    """Count the four figures from payments and refunds, without looking at any transfer."""
    returned: Counter[UUID] = Counter()
    for refund in Refund.objects.filter(state=RefundState.SUCCEEDED):
        returned[refund.attempt_id] += refund.amount_minor
    fee_rates = books.rates_of(JournalKind.PAYMENT, "fee_bp")
    commission_rates = books.rates_of(JournalKind.EARNING, "commission_bp")
    gross = fee = commission = 0
    paid = Attempt.objects.filter(state=AttemptState.SUCCEEDED).select_related("payment")
    for attempt in paid:
        remaining = Money(attempt.payment.amount_minor - returned[attempt.pk])
        gross += attempt.payment.amount_minor
        fee += remaining.share(fee_rates.get(attempt.out_trade_no, 0)).minor
        rate_bp = commission_rates.get(attempt.payment.order_number)
        if rate_bp is not None and not attempt.is_extra:
            commission += remaining.share(rate_bp).minor
    return Figures(gross=gross, refunds=sum(returned.values()), fee=fee, commission=commission)

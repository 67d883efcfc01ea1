"""What a shop earns, and how its days are counted and closed."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from billing.ledger import actions as ledger
from billing.ledger import queries as books
from billing.ledger.actions import JournalDiffers, Line
from billing.ledger.states import Account, JournalKind
from billing.payments import queries as payments
from billing.payments.models import Payment
from billing.payments.states import PaymentState
from billing.refunds import queries as refunds
from billing.rollups import actions as rollups
from billing.rollups.actions import Count
from billing.settlements import queries
from billing.settlements.models import Statement
from billing.sharing import actions as sharing
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import context
from tenants.transactions import verb

GRACE = timedelta(minutes=10)
"""How long after midnight a day is closed: longer than any transaction of it may still run."""


class RemittanceDiffers(Refusal):
    """The bank's number stands in the books already, for another amount."""

    en = "Under {reference} another amount was noted. What takes it back needs its own number."
    zh = "流水号 {reference} 已登记过另一笔金额，本次未入账；冲回请使用另外的编号。"


@verb
def earn(*, order_id: UUID, order_number: str) -> None:
    """Move what an order brought from held to sales and post the commission. Once.

    Where the money is frozen for profit sharing, the sharing is planned with it.

    Nothing happens for an order that was never paid or is refunded in full.
    """
    rows = payments.with_is_direct(Payment.objects.select_for_update(of=("self",)))
    payment = rows.filter(order_id=order_id).first()
    if payment is None or payment.state != PaymentState.SUCCEEDED:
        return
    if books.find_journal(kind=JournalKind.EARNING, reference=order_number):
        return
    refunded = refunds.returned_of(payment)
    earned = payment.amount - refunded
    if not earned.minor:
        return
    # A shop that is paid directly owes no commission of its sales: its plan's invoice is all.
    rate_bp: int = 0 if payment.is_direct else settings.COMMISSION_BP
    ledger.post(
        kind=JournalKind.EARNING,
        reference=order_number,
        lines=[
            Line(Account.HELD, Account.SALES, earned),
            Line(Account.COMMISSION, Account.PLATFORM, earned.share(rate_bp)),
        ],
        why={
            "order_number": order_number,
            "payment_id": str(payment.pk),
            "paid_minor": payment.amount_minor,
            "refunded_minor": refunded.minor,
            "commission_bp": rate_bp,
        },
    )
    sharing.plan(payment=payment, earned=earned, commission_bp=rate_bp)


@verb
def note_remittance(*, reference: str, amount: Money, by: str, why: str) -> bool:
    """Note that the owner paid commission to the platform's bank; say whether that was new.

    `reference` is the bank's number of it. A negative amount takes back what was noted wrongly or
    went back to the owner. More than is owed is no mistake: it pays for what comes. Raises
    RemittanceDiffers when another amount was noted under the number; ValueError for none, or in a
    currency that is not the shop's.
    """
    if not amount.minor or amount.currency != context.shop().currency:
        raise ValueError(f"a remittance is an amount of the shop's currency, not {amount}")
    debit, credit = Account.PLATFORM, Account.OWNER
    if amount.minor < 0:
        debit, credit = credit, debit
    line = Line(debit, credit, Money(abs(amount.minor), amount.currency))
    try:
        posted = ledger.post(
            kind=JournalKind.REMITTANCE,
            reference=reference,
            lines=[line],
            why={"by": by, "reason": why},
        )
    except JournalDiffers:
        raise RemittanceDiffers(reference=reference) from None
    return posted is not None


def count_day(day: date) -> None:
    """Count a day of the current shop and tell the platform's roll-up."""
    ledger.begin_count(day)
    counted_at = clock.now()
    _roll_up(queries.statement(day), counted_at)


def close_days() -> list[date]:
    """Close every day that is over and on which an order was paid or money moved; return which."""
    latest = Statement.objects.order_by("-day").values_list("day", flat=True).first()
    after = None if latest is None else books.span_of(latest)[1]
    today = books.day_of(clock.now() - GRACE)
    closed = []
    while (moment := queries.first_moment_after(after)) is not None:
        day = books.day_of(moment)
        if day >= today:
            break
        _close_day(day)
        closed.append(day)
        after = books.span_of(day)[1]
    return closed


def _close_day(day: date) -> None:
    ledger.begin_count(day)
    counted_at = clock.now()
    Statement.objects.bulk_create([queries.count(day)], ignore_conflicts=True)
    _roll_up(queries.statement(day), counted_at)


def _roll_up(statement: Statement, counted_at: datetime) -> None:
    count = Count(**{name: getattr(statement, name) for name in Count.__dataclass_fields__})
    shop = context.shop()
    with context.public():
        rollups.record(
            tenant_public_id=shop.public_id,
            day=statement.day,
            count=count,
            counted_at=counted_at,
        )

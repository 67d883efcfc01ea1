"""How an invoice comes to be: numbered without gaps, each line with its derivation; and its end."""

from datetime import datetime
from typing import Any

from django.db.models import F

from billing.plans.amounts import Proration
from billing.plans.models import Counter, Invoice, InvoiceLine, PlanVersion, Subscription
from billing.plans.moves import move_invoice, note
from billing.plans.states import InvoiceState, LineKind, Purpose
from billing.platform_books import actions as books
from billing.platform_books.actions import Line
from billing.platform_books.states import PlatformAccount, PlatformJournalKind, holder_of


def issue_period(
    subscription: Subscription,
    *,
    version: PlanVersion,
    interval: str,
    begins: datetime,
    ends: datetime,
    due_at: datetime,
    by: str,
) -> Invoice:
    """Write the invoice of a whole period. Under the subscription's lock."""
    price = version.price(interval)
    why = {"price_minor": price.minor, "interval": str(interval)}
    lines = [(LineKind.PLAN, version, price.minor, why)]
    return _issue(
        subscription, Purpose.PERIOD, version, interval, begins, ends, due_at, lines, by
    )


def issue_change(
    subscription: Subscription,
    *,
    version: PlanVersion,
    interval: str,
    begins: datetime,
    ends: datetime,
    cost: Proration,
    due_at: datetime,
    by: str,
) -> Invoice:
    """Write the invoice of a change in the middle of a period. Under the subscription's lock."""
    present = subscription.version.price(subscription.interval)
    division = {"used_seconds": cost.used_seconds, "left_seconds": cost.left_seconds}
    is_whole = interval != subscription.interval
    charged = {"price_minor": version.price(interval).minor, "interval": str(interval)}
    lines = [
        (
            LineKind.PLAN if is_whole else LineKind.REST,
            version,
            cost.rest.minor,
            charged if is_whole else {**charged, **division},
        ),
        (
            LineKind.UNUSED,
            subscription.version,
            -cost.unused.minor,
            {
                "price_minor": present.minor,
                "interval": subscription.interval,
                **division,
            },
        ),
    ]
    return _issue(
        subscription, Purpose.CHANGE, version, interval, begins, ends, due_at, lines, by
    )


def void(invoice: Invoice, *, subscription: Subscription, reason: str, by: str) -> bool:
    """Take an unpaid invoice back; False if it is open no more. Under the lock."""
    if not move_invoice(invoice, InvoiceState.VOID):
        return False
    if invoice.total_minor:
        _post(invoice, PlatformJournalKind.VOID, debit=PlatformAccount.SUBSCRIPTIONS)
    note(subscription, "invoice_void", by=by, facts={"invoice": invoice.name, "reason": reason})
    return True


def void_open(subscription: Subscription, *, reason: str, by: str) -> None:
    """Take back every unpaid invoice. Under the lock."""
    for invoice in subscription.invoices.filter(state=InvoiceState.OPEN):
        void(invoice, subscription=subscription, reason=reason, by=by)


def _issue(
    subscription: Subscription,
    purpose: Purpose,
    version: PlanVersion,
    interval: str,
    begins: datetime,
    ends: datetime,
    due_at: datetime,
    lines: list[tuple[LineKind, PlanVersion, int, dict[str, Any]]],
    by: str,
) -> Invoice:
    total = sum(minor for _, _, minor, _ in lines)
    invoice = Invoice.objects.create(
        number=_next_number(),
        subscription=subscription,
        purpose=purpose,
        version=version,
        interval=interval,
        period_from=begins,
        period_to=ends,
        currency=version.currency,
        total_minor=total,
        due_at=due_at,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, kind=kind, version=of, amount_minor=minor, why=why)
        for kind, of, minor, why in lines
    )
    if total:
        _post(invoice, PlatformJournalKind.INVOICE, credit=PlatformAccount.SUBSCRIPTIONS)
    note(
        subscription,
        "invoiced",
        by=by,
        facts={"invoice": invoice.name, "total_minor": total, "purpose": str(purpose)},
    )
    return invoice


def _next_number() -> int:
    """Take the next number: the row is locked until the invoice is committed, or neither is."""
    Counter.objects.get_or_create(name="invoice")
    Counter.objects.filter(name="invoice").update(last=F("last") + 1)
    return Counter.objects.values_list("last", flat=True).get(name="invoice")


def _post(
    invoice: Invoice,
    kind: PlatformJournalKind,
    *,
    debit: PlatformAccount = PlatformAccount.RECEIVABLE,
    credit: PlatformAccount = PlatformAccount.RECEIVABLE,
) -> None:
    shop = invoice.subscription.tenant.public_id
    holder, owed = holder_of(shop), PlatformAccount.RECEIVABLE
    line = Line(
        debit,
        credit,
        invoice.total,
        debit_holder=holder if debit == owed else None,
        credit_holder=holder if credit == owed else None,
    )
    books.post(
        kind=kind,
        reference=invoice.name,
        lines=[line],
        why={"shop": shop, "invoice": invoice.name, "total_minor": invoice.total_minor},
    )

"""The one entry through which an invoice becomes paid by WeChat: callback and question alike.

An invoice is paid once. Money that comes for one that was paid, or taken back, is noted as the
shop's credit and goes back by itself.
"""

from typing import Any

from django.conf import settings
from django.db.models import Q

from billing.ledger.alarms import alarm
from billing.plans import giving_back
from billing.plans.applying import settle
from billing.plans.models import Invoice, InvoiceAttempt
from billing.plans.moves import locked, move_attempt, note
from billing.plans.states import AttemptState, InvoiceState, Told
from billing.platform_books import actions as books
from billing.platform_books.actions import Line
from billing.platform_books.states import PlatformAccount, PlatformJournalKind, holder_of
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants.transactions import verb
from wechat.configured import credentials
from wechat.pay import Transaction

A = PlatformAccount
PAID_STATES = frozenset({"SUCCESS", "REFUND"})
"""REFUND means paid, then refunded at least in part (CONTRACT §4.7)."""


class InvoiceNotOpen(Refusal):
    """The invoice is paid or void: nothing is to be paid for it."""

    en = "The invoice {invoice} is {state}."
    zh = "账单 {invoice} 当前状态为 {state}。"


def apply_success(*, out_trade_no: str, transaction: Transaction) -> Told:
    """Take a payment that WeChat reports; any number of reports has one effect."""
    if transaction.trade_state not in PAID_STATES:
        return Told.NOT_PAID
    attempt = (
        InvoiceAttempt.objects.select_related("invoice").filter(out_trade_no=out_trade_no).first()
    )
    if attempt is None:
        alarm("plan_payment_unknown", out_trade_no=out_trade_no)
        return Told.UNKNOWN
    wrong = _mismatches(attempt, transaction)
    if wrong:
        alarm("plan_payment_mismatch", out_trade_no=out_trade_no, wrong=wrong)
        return Told.MISMATCHED
    return _accept(attempt, transaction)


@verb
def pay_by_bank(*, invoice: Invoice, reference: str, by: str) -> Invoice:
    """Note that an invoice was paid into the platform's bank account. Staff.

    Raises InvoiceNotOpen.
    """
    row = locked(invoice.subscription_id)
    fresh = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if fresh.state != InvoiceState.OPEN:
        raise InvoiceNotOpen(invoice=fresh.name, state=fresh.state)
    holder = holder_of(row.tenant.public_id)
    books.post(
        kind=PlatformJournalKind.PAYMENT,
        reference=f"bank {fresh.name}",
        lines=[Line(A.BANK, A.RECEIVABLE, fresh.total, credit_holder=holder)],
        why={"invoice": fresh.name, "shop": row.tenant.public_id, "bank_reference": reference},
    )
    note(row, "paid_by_bank", by=by, facts={"invoice": fresh.name, "reference": reference})
    settle(row, fresh, paid_by=reference[:80])
    return fresh


def _mismatches(attempt: InvoiceAttempt, told: Transaction) -> list[str]:
    """Return the names of the fields that do not fit what was ordered (CONTRACT §4.7)."""
    mine = credentials().pay
    invoice = attempt.invoice
    same = InvoiceAttempt.objects.filter(transaction_id=told.transaction_id)
    fits = {
        "out_trade_no": told.out_trade_no == attempt.out_trade_no,
        "mchid": told.sp_mchid == mine.sp_mchid and told.sub_mchid == "",
        "appid": told.sub_appid == mine.sp_appid,
        "amount_fen": told.amount_fen == invoice.total_minor,
        "currency": told.currency == invoice.currency,
        "transaction_id": bool(told.transaction_id)
        and attempt.transaction_id in {None, told.transaction_id}
        and not same.filter(~Q(pk=attempt.pk)).exists(),
    }
    return [name for name, is_right in fits.items() if not is_right]


@verb
def _accept(attempt: InvoiceAttempt, told: Transaction) -> Told:
    """Move attempt and invoice, post the journal, give what was bought: all of it or nothing."""
    row = locked(attempt.invoice.subscription_id)
    invoice = Invoice.objects.select_for_update().get(pk=attempt.invoice_id)
    is_extra = invoice.state != InvoiceState.OPEN
    taken = move_attempt(
        attempt,
        AttemptState.SUCCEEDED,
        transaction_id=told.transaction_id,
        success_at=told.success_at or clock.now(),
        is_extra=is_extra,
    )
    if not taken:
        return Told.REPEATED
    _post(row.tenant.public_id, invoice, attempt)
    facts = {"invoice": invoice.name, "out_trade_no": attempt.out_trade_no}
    if is_extra:
        note(row, "paid_twice", by="wechat", facts=facts)
        giving_back.return_extra(attempt, amount=invoice.total)
        return Told.EXTRA
    settle(row, invoice, paid_by="wechat")
    return Told.APPLIED


def _post(shop: str, invoice: Invoice, attempt: InvoiceAttempt) -> None:
    rate_bp: int = settings.WECHAT_FEE_BP
    owed = A.CREDIT if attempt.is_extra else A.RECEIVABLE
    fee: Money = invoice.total.share(rate_bp)
    why: dict[str, Any] = {
        "shop": shop,
        "invoice": invoice.name,
        "transaction_id": attempt.transaction_id,
        "paid_minor": invoice.total_minor,
        "fee_bp": rate_bp,
        "is_extra": attempt.is_extra,
    }
    books.post(
        kind=PlatformJournalKind.PAYMENT,
        reference=attempt.out_trade_no,
        lines=[
            Line(A.WECHAT, owed, invoice.total, credit_holder=holder_of(shop)),
            Line(A.FEES, A.WECHAT, fee),
        ],
        why=why,
    )

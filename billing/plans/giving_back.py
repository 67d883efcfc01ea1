"""Money of invoices that goes back: by staff, or by itself where an invoice was paid twice.

The row and its number are committed before WeChat hears of it: one number refunds once, however
often it is told (CONTRACT §4.9).
"""

from uuid import UUID

from django.db.models import F, Sum

from billing.inbox import queries as inbox
from billing.ledger.alarms import alarm
from billing.plans.messages import FollowPlanRefund
from billing.plans.models import Invoice, InvoiceAttempt, InvoiceRefund
from billing.plans.moves import locked, move_refund, note
from billing.plans.states import AttemptState, RefundState
from billing.platform_books import actions as books
from billing.platform_books import queries as book_queries
from billing.platform_books.actions import Line
from billing.platform_books.states import PlatformAccount, PlatformJournalKind, holder_of
from billing.refunds import ladder
from billing.refunds.accepting import Word
from billing.refunds.amounts import share_given_back
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants.transactions import verb
from wechat import pay
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused

A = PlatformAccount
MOST_REFUNDS = 50
_STATES = {
    "SUCCESS": RefundState.SUCCEEDED,
    "CLOSED": RefundState.CLOSED,
    "ABNORMAL": RefundState.ABNORMAL,
}


class InvoiceNotRefundable(Refusal):
    """Less is left of what was paid by WeChat than is to go back."""

    en = "Only {left} of this invoice can still be given back."
    zh = "该账单最多还可退 {left}。"


@verb
def request(*, invoice: Invoice, amount: Money, reason: str, by: str, key: str) -> InvoiceRefund:
    """Decide to give back a part of a paid invoice; the worker hands it to WeChat.

    The same key again is the same refund. Raises InvoiceNotRefundable.
    """
    row = locked(invoice.subscription_id)
    attempt = InvoiceAttempt.objects.filter(
        invoice=invoice, state=AttemptState.SUCCEEDED, is_extra=False
    ).first()
    known = InvoiceRefund.objects.filter(attempt=attempt, key=key).first() if attempt else None
    if known is not None:
        return known
    fresh = Invoice.objects.get(pk=invoice.pk)
    left = fresh.refundable
    if attempt is None or amount.minor <= 0 or amount > left:
        raise InvoiceNotRefundable(left=left if attempt else Money(0, fresh.currency))
    Invoice.objects.filter(pk=fresh.pk).update(refunded_minor=F("refunded_minor") + amount.minor)
    facts = {"invoice": fresh.name, "amount_minor": amount.minor, "reason": reason}
    note(row, "refund_requested", by=by, facts=facts)
    return _create(attempt, amount, reason=reason, by=by, key=key)


def return_extra(attempt: InvoiceAttempt, *, amount: Money) -> InvoiceRefund:
    """Send money back that paid nothing. In the transaction that found it."""
    return _create(attempt, amount, reason="paid twice", by="platform", key="paid twice")


def follow(*, refund_id: UUID, step: int) -> None:
    """Hand a refund over, or ask how it stands, until it has ended. Outside any transaction."""
    refund = InvoiceRefund.objects.select_related("attempt__invoice").get(pk=refund_id)
    if refund.state in {RefundState.SUCCEEDED, RefundState.CLOSED}:
        return
    try:
        _hand_over(refund)
        following, wait = step + 1, float(ladder.wait_seconds(step + 1))
    except WeChatFailure as failure:
        following, wait = step, float(ladder.RETRY_SECONDS)
        if not failure.retryable:
            following = step + 1
            wait = ladder.wait_seconds(step + 1)
            alarm("plan_refund_refused", out_refund_no=refund.out_refund_no, code=failure.code)
    _follow_later(refund, following, wait)


def apply_word(word: Word) -> str:
    """Take what WeChat says of a refund; any number of times has one effect."""
    refund = (
        InvoiceRefund.objects.select_related("attempt__invoice")
        .filter(out_refund_no=word.out_refund_no)
        .first()
    )
    if refund is None:
        alarm("plan_refund_unknown", out_refund_no=word.out_refund_no)
        return "unknown"
    fits = (word.out_trade_no, word.amount_fen, word.total_fen) == (
        refund.attempt.out_trade_no,
        refund.amount_minor,
        refund.attempt.invoice.total_minor,
    )
    if not fits:
        alarm("plan_refund_mismatch", out_refund_no=word.out_refund_no)
        return "mismatched"
    target = _STATES.get(word.status)
    return "waiting" if target is None else _end(refund, target)


def _return_anew(closed: InvoiceRefund) -> None:
    """Ask a day later, under a new number, for what paid nothing: nobody else would ask for it."""
    made = InvoiceRefund.objects.filter(attempt=closed.attempt).count()
    if made < MOST_REFUNDS:
        _create(
            closed.attempt, closed.amount, reason=closed.reason, by=closed.by,
            key=f"paid twice {made + 1}", wait=ladder.ANEW_SECONDS,
        )  # fmt: skip


def _create(
    attempt: InvoiceAttempt, amount: Money, *, reason: str, by: str, key: str, wait: float = 0
) -> InvoiceRefund:
    place = InvoiceRefund.objects.filter(attempt=attempt).count() + 1
    if place > MOST_REFUNDS:
        raise InvoiceNotRefundable(left=Money(0, amount.currency))
    refund = InvoiceRefund.objects.create(
        attempt=attempt,
        key=key,
        out_refund_no=f"{attempt.out_trade_no}R{place:02d}",
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason[:80],
        by=by,
    )
    publish(FollowPlanRefund(refund.pk, 0), tenant="", delay_seconds=wait)
    return refund


def _hand_over(refund: InvoiceRefund) -> None:
    """Ask first if it was told before; else tell it, under its number for ever."""
    if refund.tries_count:
        try:
            told = pay.query_refund(sub_mchid=None, out_refund_no=refund.out_refund_no)
        except OrderNotExist:
            pass
        else:
            apply_word(Word.of_answer(told))
            return
    InvoiceRefund.objects.filter(pk=refund.pk).update(tries_count=F("tries_count") + 1)
    try:
        told = pay.refund(
            sub_mchid=None,
            out_trade_no=refund.attempt.out_trade_no,
            out_refund_no=refund.out_refund_no,
            amount_fen=refund.amount_minor,
            total_fen=refund.attempt.invoice.total_minor,
            reason=refund.reason,
            notify_url=inbox.platform_notify_url(),
        )
    except WeChatRefused as refusal:
        alarm("plan_refund_refused", out_refund_no=refund.out_refund_no, code=refusal.code)
        return
    apply_word(Word.of_answer(told))


@verb
def _end(refund: InvoiceRefund, target: RefundState) -> str:
    row = locked(refund.attempt.invoice.subscription_id)
    columns = {"succeeded_at": clock.now()} if target == RefundState.SUCCEEDED else {}
    if not move_refund(refund, target, **columns):
        return "repeated"
    if target == RefundState.SUCCEEDED:
        _post(row.tenant.public_id, refund)
    else:
        alarm(f"plan_refund_{target}", out_refund_no=refund.out_refund_no)
    if target == RefundState.CLOSED and refund.attempt.is_extra:
        _return_anew(refund)
    elif target == RefundState.CLOSED:
        Invoice.objects.filter(pk=refund.attempt.invoice_id).update(
            refunded_minor=F("refunded_minor") - refund.amount_minor
        )
    note(row, f"refund_{target}", by="wechat", facts={"out_refund_no": refund.out_refund_no})
    return "applied"


def _post(shop: str, refund: InvoiceRefund) -> None:
    """Post the refund with the share of WeChat's fee that it brings back."""
    attempt = refund.attempt
    paid = book_queries.get_journal(
        kind=PlatformJournalKind.PAYMENT, reference=attempt.out_trade_no
    )
    others = InvoiceRefund.objects.filter(attempt=attempt, state=RefundState.SUCCEEDED)
    before = others.exclude(pk=refund.pk).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    fee = share_given_back(
        paid=attempt.invoice.total,
        before=Money(int(before), refund.currency),
        amount=refund.amount,
        rate_bp=paid.why["fee_bp"],
    )
    source = A.CREDIT if attempt.is_extra else A.REFUNDED
    holder = holder_of(shop) if attempt.is_extra else None
    books.post(
        kind=PlatformJournalKind.REFUND,
        reference=refund.out_refund_no,
        lines=[
            Line(source, A.WECHAT, refund.amount, debit_holder=holder),
            Line(A.WECHAT, A.FEES, fee),
        ],
        why={
            "shop": shop,
            "invoice": attempt.invoice.name,
            "refund_minor": refund.amount_minor,
            "refunded_before_minor": int(before),
            "fee_bp": paid.why["fee_bp"],
            "reason": refund.reason,
        },
    )


@verb
def _follow_later(refund: InvoiceRefund, step: int, wait: float) -> None:
    ended = InvoiceRefund.objects.filter(
        pk=refund.pk, state__in=[RefundState.SUCCEEDED, RefundState.CLOSED]
    )
    if not ended.exists():
        publish(FollowPlanRefund(refund.pk, step), delay_seconds=wait, tenant="")

"""The one entry through which a refund ends: answer, callback and question all come here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.ledger import actions as ledger
from billing.ledger import queries as books
from billing.ledger.actions import Line
from billing.ledger.alarms import alarm
from billing.ledger.states import Account, JournalKind
from billing.payments import actions as payments
from billing.payments.messages import PaidTwice
from billing.payments.models import Payment
from billing.refunds import ladder, queries
from billing.refunds.amounts import share_given_back
from billing.refunds.messages import RefundClosed, RefundSucceeded
from billing.refunds.models import Refund
from billing.refunds.moves import move_refund, note
from billing.refunds.states import RefundState, Told
from jobs.messages import publish
from kernel import clock
from tenants.transactions import verb
from wechat.notify import RefundNotice
from wechat.pay import RefundResult

_STATES = {
    "SUCCESS": RefundState.SUCCEEDED,
    "CLOSED": RefundState.CLOSED,
    "ABNORMAL": RefundState.ABNORMAL,
    "PROCESSING": RefundState.SUBMITTED,
}
_CONTRARY = frozenset({RefundState.SUCCEEDED, RefundState.CLOSED})


@dataclass(frozen=True, slots=True)
class Word:
    """What WeChat says of a refund, however it came: one shape for answer and callback."""

    out_refund_no: str
    out_trade_no: str
    status: str
    amount_fen: int
    total_fen: int
    success_at: datetime | None

    @classmethod
    def of_answer(cls, told: RefundResult) -> "Word":
        """Read an answer of the API."""
        return cls(
            told.out_refund_no,
            told.out_trade_no,
            told.status,
            told.amount_fen,
            told.total_fen,
            told.success_at,
        )

    @classmethod
    def of_notice(cls, told: RefundNotice) -> "Word":
        """Read a callback, where the status has another name (CONTRACT §4.9)."""
        return cls(
            told.out_refund_no,
            told.out_trade_no,
            told.refund_status,
            told.amount_fen,
            told.total_fen,
            told.success_at,
        )


def apply_result(word: Word) -> Told:
    """Take what WeChat says of a refund; any number of times has one effect."""
    refund = queries.find_refund(word.out_refund_no)
    if refund is None:
        alarm("refund_unknown", out_refund_no=word.out_refund_no)
        return Told.UNKNOWN
    wrong = _mismatches(refund, word)
    if wrong:
        note(refund, "mismatched", wrong=wrong, told_fen=word.amount_fen)
        alarm("refund_mismatch", out_refund_no=refund.out_refund_no, wrong=wrong)
        return Told.MISMATCHED
    return _accept(refund.pk, refund.payment_id, word)


def _mismatches(refund: Refund, word: Word) -> list[str]:
    """Return the names of the fields that do not fit."""
    fits = {
        "out_trade_no": word.out_trade_no == refund.attempt.out_trade_no,
        "amount_fen": word.amount_fen == refund.amount_minor,
        "total_fen": word.total_fen == refund.payment.amount_minor,
        "status": word.status in _STATES,
    }
    return [name for name, is_right in fits.items() if not is_right]


@verb
def _accept(refund_id: UUID, payment_id: UUID, word: Word) -> Told:
    """Move the refund, post the journal and tell the shop: all of it or nothing."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    target = _STATES[word.status]
    if refund.state == target and not refund.is_by_hand:
        return Told.REPEATED
    columns = {}
    if target == RefundState.SUCCEEDED:
        columns = {"succeeded_at": word.success_at or clock.now()}
    if not move_refund(refund, target, event=target.value, **columns):
        return _old_news(refund, target)
    if target == RefundState.SUCCEEDED:
        succeed(payment, refund)
    elif target == RefundState.CLOSED:
        _give_up(payment, refund)
    elif target == RefundState.ABNORMAL:
        alarm("refund_abnormal", out_refund_no=refund.out_refund_no)
    return Told.APPLIED


def _old_news(refund: Refund, target: RefundState) -> Told:
    """Tell a word that was overtaken from one that contradicts what WeChat said before.

    Of what was paid by hand WeChat knew nothing: whatever it says now, the money may go twice.
    """
    if not refund.is_by_hand and not {RefundState(refund.state), target} <= _CONTRARY:
        return Told.REPEATED
    note(refund, "contradicted", told=target)
    alarm("refund_contradicted", out_refund_no=refund.out_refund_no, told=target)
    return Told.CONTRADICTED


def _give_up(payment: Payment, refund: Refund) -> None:
    """WeChat closed the refund, so the money stayed: it may be asked back again."""
    if refund.attempt.is_extra:  # nobody above knows of this money, so nobody there would ask
        publish(PaidTwice(refund.attempt_id), delay_seconds=ladder.ANEW_SECONDS)
    else:
        payments.release_refund(payment_id=refund.payment_id, amount=refund.amount)
        publish(RefundClosed(refund.pk, payment.pk, payment.order_id))
    alarm("refund_closed", out_refund_no=refund.out_refund_no)


def succeed(payment: Payment, refund: Refund) -> None:
    """Post a refund that has come to its good end, and tell the shop. Under the payment's lock."""
    _post(payment, refund)
    if not refund.attempt.is_extra:  # the order never knew of the second payment
        publish(RefundSucceeded(refund.pk, payment.pk, payment.order_id))


def _post(payment: Payment, refund: Refund) -> None:
    """Post the refund with the shares it gives back, at the rates they were taken at.

    What the shop paid by hand came from its owner: WeChat still has the money, and keeps its fee.
    """
    paid = books.get_journal(kind=JournalKind.PAYMENT, reference=refund.attempt.out_trade_no)
    earned = None
    if not refund.attempt.is_extra:
        earned = books.find_journal(kind=JournalKind.EARNING, reference=payment.order_number)
    before = queries.returned_from(refund.attempt, payment) - refund.amount
    by_hand = queries.returned_by_hand(refund.attempt, payment)
    rates = {"fee_bp": paid.why["fee_bp"]}
    source = Account.REFUNDED if earned else Account.HELD
    if refund.is_by_hand:
        lines = [Line(source, Account.OWNER, refund.amount)]
    else:
        fee = share_given_back(
            paid=payment.amount,
            before=before - by_hand,
            amount=refund.amount,
            rate_bp=rates["fee_bp"],
        )
        lines = [
            Line(source, Account.WECHAT, refund.amount),
            Line(Account.WECHAT, Account.FEES, fee),
        ]
    if earned:
        rates["commission_bp"] = earned.why["commission_bp"]
        back = share_given_back(
            paid=payment.amount,
            before=before,
            amount=refund.amount,
            rate_bp=rates["commission_bp"],
        )
        lines.append(Line(Account.PLATFORM, Account.COMMISSION, back))
    ledger.post(
        kind=JournalKind.REFUND,
        reference=refund.out_refund_no,
        lines=lines,
        why={
            "order_number": payment.order_number,
            "refund_id": str(refund.pk),
            "out_trade_no": refund.attempt.out_trade_no,
            "paid_minor": payment.amount_minor,
            "refunded_before_minor": before.minor,
            "refund_minor": refund.amount_minor,
            "reason": refund.reason,
            "by_hand_minor": by_hand.minor,
            **rates,
        },
    )

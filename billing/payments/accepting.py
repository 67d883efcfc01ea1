"""The one entry through which a payment becomes paid: callback, poll and close all come here."""

from typing import Any

from django.conf import settings

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.alarms import alarm
from billing.ledger.states import Account, JournalKind
from billing.payments import ladder, queries
from billing.payments.messages import PaidTwice, PaymentSucceeded, QueryPayment
from billing.payments.models import Attempt, Payment, PaymentStep
from billing.payments.moves import note, succeed
from billing.payments.states import Applied, PaymentState
from jobs.messages import publish
from kernel import clock
from tenants import merchants
from tenants.transactions import verb
from wechat.pay import Transaction

PAID_STATES = frozenset({"SUCCESS", "REFUND"})
"""REFUND means paid, then refunded at least in part (CONTRACT §4.7)."""
_APPLIED = {
    PaymentState.OPEN: Applied.APPLIED,
    PaymentState.CLOSED: Applied.LATE,
    PaymentState.SUCCEEDED: Applied.PAID_TWICE,
}
"""What a success did, by where the payment stood before."""


def apply_success(*, out_trade_no: str, transaction: Transaction) -> Applied:
    """Take a payment that WeChat reports; any number of reports has one effect.

    Nothing that WeChat says is believed before every field fits the attempt that we committed
    (CONTRACT §4.7): one that does not fit is noted and alarmed, and has no effect.
    """
    if transaction.trade_state not in PAID_STATES:
        return Applied.NOT_PAID
    told = queries.find_told(out_trade_no, transaction.transaction_id)
    if told is None:
        alarm("payment_unknown", out_trade_no=out_trade_no)
        return Applied.UNKNOWN
    attempt, is_of_another = told
    wrong = _mismatches(attempt, transaction, is_of_another)
    if wrong:
        _note_mismatch(attempt, wrong, transaction)
        return Applied.MISMATCHED
    return _accept(attempt, transaction)


def _mismatches(attempt: Attempt, told: Transaction, is_of_another: bool) -> list[str]:
    """Return the names of the fields that do not fit."""
    fits = {
        "out_trade_no": told.out_trade_no == attempt.out_trade_no,
        "sp_mchid": told.sp_mchid == merchants.mchid_of(attempt),
        "sub_mchid": told.sub_mchid == attempt.sub_mchid,
        "sub_appid": told.sub_appid == attempt.appid,
        "payer_openid": told.payer_openid == attempt.openid,
        "amount_fen": told.amount_fen == attempt.payment.amount_minor,
        "currency": told.currency == attempt.payment.currency,
        "transaction_id": bool(told.transaction_id)
        and attempt.transaction_id in {None, told.transaction_id}
        and not is_of_another,
    }
    return [name for name, is_right in fits.items() if not is_right]


def _note_mismatch(attempt: Attempt, wrong: list[str], told: Transaction) -> None:
    """Write down what did not fit, once, and wake a person, each time."""
    facts: dict[str, Any] = {
        "out_trade_no": attempt.out_trade_no,
        "wrong": wrong,
        "told_fen": told.amount_fen,
        "told_currency": told.currency,
    }
    known = PaymentStep.objects.filter(payment=attempt.payment, event="mismatched", facts=facts)
    if not known.exists():
        note(attempt.payment, "mismatched", **facts)
    alarm("payment_mismatch", **facts)


@verb
def _accept(attempt: Attempt, told: Transaction) -> Applied:
    """Move attempt and payment, post the journal and tell the shop: all of it or nothing."""
    success = succeed(
        attempt,
        transaction_id=told.transaction_id,
        success_at=told.success_at or clock.now(),
    )
    if success is None:
        return Applied.REPEATED
    payment = attempt.payment
    if attempt.is_extra:
        publish(PaidTwice(attempt.pk))
    else:
        publish(PaymentSucceeded(payment.pk, payment.order_id))
        for other in success.others:  # so that nobody pays the same order twice
            publish(QueryPayment(other, ladder.ONCE))
    _post(payment, attempt)
    return _APPLIED[success.before]


def _post(payment: Payment, attempt: Attempt) -> None:
    rate_bp: int = settings.WECHAT_FEE_BP
    ledger.post(
        kind=JournalKind.PAYMENT,
        reference=attempt.out_trade_no,
        lines=[
            Line(Account.WECHAT, Account.HELD, payment.amount),
            Line(Account.FEES, Account.WECHAT, payment.amount.share(rate_bp)),
        ],
        why={
            "order_number": payment.order_number,
            "payment_id": str(payment.pk),
            "transaction_id": attempt.transaction_id,
            "paid_minor": payment.amount_minor,
            "fee_bp": rate_bp,
            "is_extra": attempt.is_extra,
        },
    )

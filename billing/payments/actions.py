"""Everything that can happen to a payment, except that it is paid (payments.accepting).

Note [no call inside a transaction]. Every verb that speaks to WeChat commits what it means to do,
calls, and commits what came out (DESIGN §5). Whatever dies in between, the ladder of QueryPayment
that was committed with the attempt asks WeChat and finds out.

Note [lock order]. Payment row, then attempts and refunds, then the ledger. Everybody.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from billing.inbox import queries as inbox
from billing.ledger.alarms import alarm
from billing.payments import ladder, queries
from billing.payments.accepting import apply_success
from billing.payments.messages import QueryPayment
from billing.payments.models import Attempt, Payment
from billing.payments.moves import move_attempt, move_payment, note, prepare, step_of
from billing.payments.states import LIVE_ATTEMPTS, Applied, AttemptState, PaymentState
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import context, directory, merchants
from tenants.directory import Payee
from tenants.inserting import insert_together
from tenants.transactions import verb
from wechat import pay
from wechat.errors import OrderNotExist, OrderPaid, WeChatFailure, WeChatRefused

LEAST_SECONDS = 60
"""WeChat refuses a time_expire that is less than a minute ahead (CONTRACT §4.6)."""
MOST_ATTEMPTS = 99
_ASK_WHY = frozenset({"ORDER_CLOSED", "OUT_TRADE_NO_USED", "INVALID_REQUEST"})
"""Answers to a prepay that say that the order stands elsewhere than we thought."""
_SAYS_LITTLE = "INVALID_REQUEST"
"""The one of them that WeChat gives for a wrong set-up as well: the next try ends like this one."""
_OVER_AT_WECHAT = frozenset({"CLOSED", "REVOKED"})
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


class PaymentNotPossible(Refusal):
    """The payment is paid, closed, about to expire, or was tried too often."""

    en = "This order can no longer be paid ({state})."
    zh = "该订单已不能付款（{state}）。"


class ShopCannotBePaid(Refusal):
    """The shop has no merchant number yet, or WeChat does not accept it."""

    en = "This shop cannot take payments yet."
    zh = "该小铺暂时无法收款。"


class NothingToAsk(Refusal):
    """The payment is paid or closed, or nobody ever tried to pay it."""

    en = "There is nothing to ask WeChat: the payment is {state}."
    zh = "无需向微信查询：该笔支付当前状态为 {state}。"


class PaymentUnavailable(Refusal):
    """WeChat did not answer, or not clearly: nothing is lost, try again."""

    status = 503
    en = "WeChat Pay does not answer at the moment. Please try again shortly."
    zh = "微信支付暂时没有响应，请稍后再试。"


def open_payment(
    *,
    order_id: UUID,
    order_number: str,
    amount: Money,
    description: str,
    expires_at: datetime,
) -> Payment:
    """Open the payment of an order, in the caller's transaction. Raises ValueError for amount 0.

    `description` is what the customer reads in WeChat, cut at 127 characters (CONTRACT §4.6).
    """
    if amount.minor <= 0:
        raise ValueError("only amounts above zero are paid")
    _number_of(order_number, 1)
    payment = Payment(
        order_id=order_id,
        order_number=order_number,
        amount_minor=amount.minor,
        currency=amount.currency,
        description=description[:127],
        expires_at=expires_at,
    )
    insert_together(payment, step_of(payment, "opened", amount_minor=amount.minor))
    return payment


def prepay(*, order_id: UUID, appid: str, openid: str) -> pay.RequestPayment:
    """Order an order's payment at WeChat for one payer; return what `wx.requestPayment` takes.

    The same payer again gets the same order. Call it outside any transaction. Raises
    PaymentNotPossible, ShopCannotBePaid, PaymentUnavailable.
    """
    payee = directory.payee_of(context.shop())
    if payee is None:
        raise ShopCannotBePaid
    attempt = _intend(order_id, payee, appid=appid, openid=openid)
    prepay_id = _order(attempt)
    _note_prepaid(attempt, prepay_id)
    with merchants.speaking_for(attempt):
        return pay.request_payment_params(appid=appid, prepay_id=prepay_id)


def sync(*, payment: Payment) -> PaymentState:
    """Ask WeChat now and take what it says; return where the payment stands then.

    Call it outside any transaction. Raises PaymentUnavailable; then nothing changed.
    """
    if payment.state == PaymentState.OPEN:
        with _translated():
            for attempt in queries.live_attempts(payment):
                _ask(attempt)
        payment.refresh_from_db()
    return PaymentState(payment.state)


def close(*, payment: Payment, reason: str) -> PaymentState:
    """Make sure that the payment can be paid no more; return CLOSED, or SUCCEEDED if it was paid.

    Each attempt is asked after before it is closed at WeChat. Call it outside any transaction.
    Raises PaymentUnavailable: then the payment is as open as before.
    """
    for _ in range(5):  # a prepay may slip in between asking and closing
        with _translated():
            for attempt in queries.live_attempts(payment):
                _close_attempt(attempt)
        state = _close_payment(payment, reason)
        if state != PaymentState.OPEN:
            return state
    raise PaymentUnavailable


def follow(*, attempt_id: UUID, step: int) -> None:
    """Ask how an attempt stands, as often as the ladder says, until it is known for good."""
    attempt = Attempt.objects.select_related("payment").get(pk=attempt_id)
    if attempt.state == AttemptState.SUCCEEDED:
        return
    payment = attempt.payment
    try:
        _look(attempt, step)
        following = ladder.next_step(
            step, made_at=attempt.created_at, expires_at=payment.expires_at
        )
        wait = None
    except (WeChatFailure, PaymentUnavailable) as failure:
        following, wait = step, _patience(failure)
    if following is not None and step != ladder.ONCE:
        _follow_later(attempt, following, wait)


@verb
def retry(*, payment: Payment, by: str) -> None:
    """Have the worker ask after each attempt now; what was to be paid by now is closed if it can.

    Raises NothingToAsk.
    """
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    attempts = queries.live_attempts(row)
    if row.state != PaymentState.OPEN or not attempts:
        raise NothingToAsk(state=row.state)
    step = ladder.LAST if row.expires_at < clock.now() else ladder.ONCE
    note(row, "retried", by=by)
    for attempt in attempts:
        publish(QueryPayment(attempt.pk, step))


def ask_again(*, attempt: Attempt) -> Applied:
    """Ask WeChat after an attempt, wherever it stands here, and take what it says.

    NOT_PAID also where WeChat has no such order. Call it outside any transaction. Raises
    PaymentUnavailable; then nothing changed.
    """
    with _translated():
        _, done = _ask(attempt)
    return done


def reserve_refund(*, payment: Payment, amount: Money) -> bool:
    """Set `amount` aside to go back; say whether so much is left. In the caller's transaction."""
    rows = Payment.objects.filter(
        pk=payment.pk,
        state=PaymentState.SUCCEEDED,
        refunded_minor__lte=F("amount_minor") - amount.minor,
    )
    return bool(rows.update(refunded_minor=F("refunded_minor") + amount.minor))


def release_refund(*, payment_id: UUID, amount: Money) -> None:
    """Take back what `reserve_refund` set aside: the money stayed with the shop."""
    Payment.objects.filter(pk=payment_id).update(refunded_minor=F("refunded_minor") - amount.minor)


@verb
def _intend(order_id: UUID, payee: Payee, *, appid: str, openid: str) -> Attempt:
    """Commit the number, and the ladder that follows it, before WeChat hears of it."""
    payment = Payment.objects.select_for_update().filter(order_id=order_id).first()
    if payment is None:
        raise PaymentNotPossible(state="not opened")
    if payment.currency != "CNY":
        raise ShopCannotBePaid
    left = payment.expires_at - clock.now()
    if payment.state != PaymentState.OPEN or left <= timedelta():
        raise PaymentNotPossible(state="expired" if left <= timedelta() else payment.state)
    made = queries.attempts_of(payment)  # read after the lock: nobody adds to them now
    # Late, WeChat repeats what it knows, and takes nothing that it does not know yet.
    is_late = left < timedelta(seconds=LEAST_SECONDS)
    usable = frozenset({AttemptState.PREPAID}) if is_late else LIVE_ATTEMPTS
    for attempt in made:
        if attempt.state in usable and (attempt.appid, attempt.openid) == (appid, openid):
            attempt.payment = payment
            return attempt
    place = len(made) + 1
    if is_late or place > MOST_ATTEMPTS:
        raise PaymentNotPossible(state="expired")
    attempt = Attempt(
        payment=payment,
        out_trade_no=_number_of(payment.order_number, place),
        sub_mchid=payee.sub_mchid,
        direct_mchid=payee.direct_mchid,
        appid=appid,
        openid=openid,
        is_shared=payee.is_sharing,
    )
    insert_together(attempt, step_of(payment, "attempted", out_trade_no=attempt.out_trade_no))
    _publish_step(attempt, 0)
    return attempt


def _number_of(order_number: str, place: int) -> str:
    """Name an attempt: unique beyond the shop, for the shop's code leads (CONTRACT §4.6)."""
    number = f"{context.shop().code}{order_number.replace('-', '')}{place:02d}"
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"{order_number!r} makes no out_trade_no")
    return number


def _order(attempt: Attempt) -> str:
    payment = attempt.payment
    payee = directory.payee_as(context.shop(), attempt.direct_mchid)
    if payee is None:
        raise ShopCannotBePaid
    try:
        with merchants.speaking_for(attempt) as sub_mchid:
            return pay.prepay(
                sub_mchid=sub_mchid,
                sub_appid=attempt.appid,
                openid=attempt.openid,
                out_trade_no=attempt.out_trade_no,
                description=payment.description,
                amount_fen=payment.amount_minor,
                notify_url=inbox.notify_url(payee),
                expires_at=payment.expires_at,
                is_shared=attempt.is_shared,
            )
    except WeChatFailure as failure:
        raise _why_not(attempt, failure) from failure


def _why_not(attempt: Attempt, failure: WeChatFailure) -> Refusal:
    """Find out why there is no prepay: paid or closed a moment ago, never allowed, or away."""
    if isinstance(failure, OrderPaid) or failure.code in _ASK_WHY:
        if failure.code == _SAYS_LITTLE:
            alarm("prepay_refused", out_trade_no=attempt.out_trade_no, code=failure.code)
        with _translated():
            _close_attempt(attempt)
        attempt.payment.refresh_from_db()
        if attempt.payment.state != PaymentState.OPEN:
            return PaymentNotPossible(state=attempt.payment.state)
        return PaymentUnavailable()  # the next try orders under a new number
    if failure.retryable:
        return PaymentUnavailable()
    alarm("prepay_refused", out_trade_no=attempt.out_trade_no, code=failure.code)
    return ShopCannotBePaid()


def _note_prepaid(attempt: Attempt, prepay_id: str) -> None:
    """Commit what WeChat answered, unless the payment ended meanwhile."""
    if not prepare(attempt, prepay_id=prepay_id):
        _renew_prepaid(attempt, prepay_id)


@verb
def _renew_prepaid(attempt: Attempt, prepay_id: str) -> None:
    """Note a fresh prepay_id of the same order, for the same payer again.

    Refuse if the attempt was closed meanwhile: the payer's next one is under a new number, and
    whoever can pay two numbers may pay both.
    """
    payment = Payment.objects.select_for_update().get(pk=attempt.payment_id)
    if payment.state != PaymentState.OPEN:
        raise PaymentNotPossible(state=payment.state)
    prepaid = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.PREPAID)
    if not prepaid.update(prepay_id=prepay_id, prepaid_at=clock.now()):
        raise PaymentUnavailable


def _ask(attempt: Attempt) -> tuple[str | None, Applied]:
    """Return WeChat's word for the attempt (None: it has no such order) and what it did here."""
    try:
        with merchants.speaking_for(attempt) as sub_mchid:
            told = pay.query(sub_mchid=sub_mchid, out_trade_no=attempt.out_trade_no)
    except OrderNotExist:
        return None, Applied.NOT_PAID
    return told.trade_state, apply_success(out_trade_no=attempt.out_trade_no, transaction=told)


def _close_attempt(attempt: Attempt) -> None:
    """Close an attempt at WeChat and here, or take its money if it turns out to be paid."""
    if _is_over(attempt):
        return
    try:
        with merchants.speaking_for(attempt) as sub_mchid:
            pay.close(sub_mchid=sub_mchid, out_trade_no=attempt.out_trade_no)
    except OrderNotExist:
        pass  # our prepay never arrived: there is nothing to close
    except WeChatRefused:  # paid or closed between our question and this?
        if not _is_over(attempt):
            raise
        return
    _note_closed(attempt)


def _is_over(attempt: Attempt) -> bool:
    """Ask WeChat; say whether the attempt was paid or closed there, and note which."""
    word, done = _ask(attempt)
    if done in {Applied.MISMATCHED, Applied.UNKNOWN}:
        raise PaymentUnavailable  # somebody paid something: a person has been alarmed
    if word in _OVER_AT_WECHAT:
        _note_closed(attempt)
        return True
    return done != Applied.NOT_PAID


@verb
def _note_closed(attempt: Attempt) -> None:
    if move_attempt(attempt, AttemptState.CLOSED):
        attempt.payment.refresh_from_db(fields=["state"])
        note(attempt.payment, "attempt_closed", out_trade_no=attempt.out_trade_no)


@verb
def _close_payment(payment: Payment, reason: str) -> PaymentState:
    """Close the payment unless it was paid, or an attempt was made, meanwhile."""
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if row.state == PaymentState.OPEN and not queries.live_attempts(row):
        move_payment(row, PaymentState.CLOSED, event="closed", reason=reason[:200])
    payment.state = row.state
    return PaymentState(row.state)


def _look(attempt: Attempt, step: int) -> None:
    """Do what a step of the ladder asks for, given where attempt and payment stand."""
    if attempt.state == AttemptState.CLOSED:
        if step == ladder.LAST:  # a prepay that we had given up may have arrived after all
            _ask(attempt)
    elif attempt.payment.state != PaymentState.OPEN:
        _close_attempt(attempt)
    else:
        _, done = _ask(attempt)
        if done == Applied.NOT_PAID and step == ladder.LAST:
            close(payment=attempt.payment, reason="expired")


def _patience(failure: Exception) -> float:
    """Return how long to wait after a question that brought no answer, or a dubious one."""
    cause = failure.__cause__ if isinstance(failure, PaymentUnavailable) else failure
    if not isinstance(cause, WeChatFailure):
        return float(ladder.REFUSED_RETRY_SECONDS)  # paid, but not as ordered: alarmed already
    if cause.retryable:
        return float(ladder.RETRY_SECONDS)
    alarm("payment_query_refused", code=cause.code)
    return float(ladder.REFUSED_RETRY_SECONDS)


@verb
def _follow_later(attempt: Attempt, step: int, wait: float | None = None) -> None:
    """Publish a step of the ladder, unless the attempt is known for good."""
    if not Attempt.objects.filter(pk=attempt.pk, state=AttemptState.SUCCEEDED).exists():
        _publish_step(attempt, step, wait)


def _publish_step(attempt: Attempt, step: int, wait: float | None = None) -> None:
    if attempt.state == AttemptState.CLOSED:
        step = ladder.LAST
    if wait is None:
        wait = ladder.wait_seconds(
            step,
            made_at=attempt.created_at,
            expires_at=attempt.payment.expires_at,
            now=clock.now(),
        )
    publish(QueryPayment(attempt.pk, step), delay_seconds=wait)


@contextmanager
def _translated() -> Iterator[None]:
    """Say PaymentUnavailable where WeChat failed; the cause stays attached."""
    try:
        yield
    except WeChatFailure as failure:
        raise PaymentUnavailable from failure

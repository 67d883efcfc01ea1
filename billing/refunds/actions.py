"""Everything that can happen to a refund, except how it ends (refunds.accepting).

Note [one number]. The row and its `out_refund_no` are committed before the first call and never
change: WeChat refunds once under a number, however often it hears it (CONTRACT §4.9).

Note [a minute apart]. WeChat refuses a second refund of one payment within a minute. Nobody who
gives money back should have to wait and click again: a refund is taken at once, and its first step
up the ladder is due a minute after the one before. What WeChat can never take is refused at once,
before any call: more than fifty refunds of a payment, or one of a payment older than a year.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Max

from billing.inbox import queries as inbox
from billing.ledger import queries as books
from billing.ledger.alarms import alarm
from billing.payments import actions as payments
from billing.payments import queries as payment_queries
from billing.payments.models import Attempt, Payment
from billing.payments.states import PaymentState
from billing.refunds import ladder
from billing.refunds.accepting import Word, apply_result, succeed
from billing.refunds.messages import FollowRefund
from billing.refunds.models import Refund
from billing.refunds.moves import move_refund, note
from billing.refunds.states import LIVE_REFUNDS, REFUND_FLOW, RefundState
from billing.sharing import actions as sharing
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import context, directory, merchants
from tenants.transactions import verb
from wechat import pay
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused

MOST_REFUNDS = 50
"""WeChat's limit of refunds per payment (CONTRACT §4.9)."""
REFUNDABLE_FOR = timedelta(days=365)
"""WeChat refunds a payment within a year (CONTRACT §4.9)."""
_ENDED = frozenset({RefundState.SUCCEEDED, RefundState.CLOSED})
_TRY = "handed_over"


class NothingToRefund(Refusal):
    """The payment was never paid."""

    en = "Nothing was paid, so nothing can be refunded."
    zh = "该订单尚未付款，无法退款。"


class RefundExceedsPayment(Refusal):
    """More is asked back than is left of the payment."""

    en = "Only {left} of this payment can still be refunded."
    zh = "该笔付款最多还可退 {left}。"


class TooManyRefunds(Refusal):
    """WeChat allows only so many refunds of one payment."""

    en = "A payment can be refunded in {most} parts at most."
    zh = "一笔付款最多分 {most} 次退款。"


class PaymentTooOld(Refusal):
    """WeChat refunds no payment of more than a year ago."""

    en = "WeChat Pay refunds within a year; this payment was made on {paid_on}."
    zh = "微信支付仅支持一年内的交易退款，该笔付款日期为 {paid_on}。"


class RefundKeyReused(Refusal):
    """The same key was used for a refund of another amount."""

    status = 422
    en = "This refund was requested before with another amount."
    zh = "该退款请求已提交过，且金额不同。"


class SecondPersonForRefund(Refusal):
    """Who asked for a refund above the limit cannot be the one who says that it was paid."""

    status = 403
    en = "Refunds above {limit} need a second person. You asked for this one."
    zh = "退款超过 {limit} 须由另一位同事确认，您是该退款的申请人。"


class RefundUnavailable(Refusal):
    """WeChat did not say whether it has the refund: nothing was changed."""

    status = 503
    en = "WeChat Pay does not answer at the moment. Please try again shortly."
    zh = "微信支付暂时没有响应，请稍后再试。"


class RefundMayBeOnItsWay(Refusal):
    """WeChat was asked for it so recently that the request may still arrive there."""

    en = "WeChat was asked for this refund only just now. Please try again in {minutes} minutes."
    zh = "刚刚向微信提交过该退款，请在 {minutes} 分钟后再试。"


class RefundCannotMove(Refusal):
    """The refund is not in a state from which this step is allowed."""

    en = "The refund is {state} and cannot become {target}."
    zh = "退款当前状态为 {state}，不能变为 {target}。"


@verb
def request(*, payment: Payment, amount: Money, reason: str, by: str, key: str) -> Refund:
    """Decide on a refund; the worker hands it to WeChat. The same key again is the same refund.

    Raises NothingToRefund, PaymentTooOld, RefundExceedsPayment, TooManyRefunds, RefundKeyReused;
    ValueError for an amount that is not above zero or of another currency. `reason` is shown to
    the customer.
    """
    if amount.minor <= 0 or amount.currency != payment.currency:
        raise ValueError("a refund is above zero and in the payment's currency")
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    known = row.refunds.filter(key=key).first()
    if known is not None:
        if known.amount != amount:
            raise RefundKeyReused
        return known
    attempt = payment_queries.paying_attempt(row)
    if row.state != PaymentState.SUCCEEDED or attempt is None:
        raise NothingToRefund
    if attempt.success_at and attempt.success_at + REFUNDABLE_FOR < clock.now():
        raise PaymentTooOld(paid_on=books.day_of(attempt.success_at).isoformat())
    if not payments.reserve_refund(payment=row, amount=amount):
        raise RefundExceedsPayment(left=row.refundable)
    payment.refunded_minor = row.refunded_minor + amount.minor
    return _create(row, attempt, amount=amount, reason=reason, by=by, key=key)


@verb
def return_extra(*, attempt_id: UUID) -> Refund:
    """Send back the money of an attempt whose payment was paid already. Idempotent.

    What WeChat gave up is asked back anew, under a new number. Raises TooManyRefunds.
    """
    attempt = Attempt.objects.get(pk=attempt_id, is_extra=True)
    payment = Payment.objects.select_for_update().get(pk=attempt.payment_id)
    made = Refund.objects.filter(attempt=attempt)
    live = made.filter(state__in=sorted(LIVE_REFUNDS)).first()
    return live or _create(
        payment,
        attempt,
        amount=payment.amount,
        reason="重复付款，自动退款",
        by="platform",
        key=f"paid_twice:{attempt.out_trade_no}:{made.count() + 1:02d}",
    )


@verb
def retry(*, refund: Refund, by: str) -> None:
    """Hand a refund to WeChat once more, or ask how it stands, under its number and at once.

    Raises RefundCannotMove for one that has ended.
    """
    Payment.objects.select_for_update().get(pk=refund.payment_id)
    refund.refresh_from_db(fields=["state"])
    if refund.state in _ENDED:
        raise RefundCannotMove(state=refund.state, target=RefundState.REQUESTED)
    move_refund(refund, RefundState.REQUESTED, event="retried")
    note(refund, "asked_by", by=by)
    publish(FollowRefund(refund.pk, 0))


def prove_unpaid(*, refund: Refund) -> int:
    """Ask WeChat, which must know nothing of the refund; return the tries that were seen before.

    Call it outside any transaction. Raises RefundCannotMove where WeChat knows it, whatever became
    of it there: what WeChat could not hand over is settled in its console, and told to us then.
    Raises RefundMayBeOnItsWay, RefundUnavailable.
    """
    seen = refund.tries_count
    _check_quiet(refund)
    try:
        is_known = _ask(refund)
    except WeChatFailure:
        raise RefundUnavailable from None
    if is_known:
        refund.refresh_from_db(fields=["state"])
        raise RefundCannotMove(state=refund.state, target=RefundState.SUCCEEDED)
    return seen


@verb
def note_paid_by_hand(*, refund: Refund, why: str, by: str, seen_tries: int) -> Refund:
    """Say that the shop gave the money back itself, for instance through its bank.

    Only what was left to a person, and `prove_unpaid` saw `seen_tries` tries: a try that began
    since refuses. Again changes nothing. Raises RefundCannotMove, SecondPersonForRefund.
    """
    payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
    row = Refund.objects.select_related("attempt").select_for_update(of=("self",)).get(pk=refund.pk)
    if row.is_by_hand:
        return row
    limit: int = settings.REFUND_TWO_PERSON_MINOR
    if row.amount_minor > limit and by == row.by:
        raise SecondPersonForRefund(limit=Money(limit, row.currency))
    if row.state != RefundState.ABNORMAL or row.tries_count != seen_tries:
        raise RefundCannotMove(state=row.state, target=RefundState.SUCCEEDED)
    columns = {"is_by_hand": True, "succeeded_at": clock.now()}
    move_refund(row, RefundState.SUCCEEDED, event="paid_by_hand", **columns)
    note(row, "told_by", by=by, why=why)
    succeed(payment, row)
    return row


def follow(*, refund_id: UUID, step: int) -> None:
    """Hand a refund to WeChat, or ask how it stands, until it has ended. Outside transactions."""
    refund = Refund.objects.select_related("payment", "attempt").get(pk=refund_id)
    if refund.state in _ENDED:
        return
    try:
        following, wait = step + 1, ladder.wait_seconds(step + 1)
        if refund.state != RefundState.REQUESTED:
            _ask(refund)
        elif sharing.give_back(
            attempt_id=refund.attempt_id,
            cause=refund.out_refund_no,
            asked_at=refund.due_at or refund.created_at,
        ):
            submit(refund=refund, is_last_try=step >= ladder.GIVE_UP)
        else:  # the platform gives its share back first
            following, wait = step, sharing.WAIT_SECONDS
    except WeChatFailure as failure:
        following, wait = step, ladder.RETRY_SECONDS
        if not failure.retryable:
            alarm("refund_query_refused", out_refund_no=refund.out_refund_no, code=failure.code)
            following, wait = step + 1, ladder.wait_seconds(step + 1)
    _follow_later(refund, following, wait)


def submit(*, refund: Refund, is_last_try: bool = False) -> None:
    """Hand a refund to WeChat under its number; ask first if we did so before.

    A refusal is noted, alarmed and tried again later: the shop's balance at WeChat may be too
    small today. After the last try it is left to a person. Raises a WeChatFailure that is none.
    """
    if refund.tries_count and _ask(refund):
        return
    payee = directory.payee_as(context.shop(), refund.attempt.direct_mchid)
    if payee is None:
        _note_refusal(refund, "NO_MERCHANT", is_last_try)
        return
    if not _note_try(refund):  # it ended meanwhile: a person paid it
        return
    try:
        with merchants.speaking_for(refund.attempt) as sub_mchid:
            answer = pay.refund(
                sub_mchid=sub_mchid,
                out_trade_no=refund.attempt.out_trade_no,
                out_refund_no=refund.out_refund_no,
                amount_fen=refund.amount_minor,
                total_fen=refund.payment.amount_minor,
                reason=refund.reason,
                notify_url=inbox.notify_url(payee),
            )
    except WeChatRefused as refusal:
        _note_refusal(refund, refusal.code, is_last_try)
        return
    apply_result(Word.of_answer(answer))


def ask_again(*, refund: Refund) -> bool:
    """Ask WeChat after a refund, wherever it stands here, and take what it says.

    Returns whether WeChat knows it. Call it outside any transaction. Raises a WeChatFailure.
    """
    return _ask(refund)


def _create(
    payment: Payment, attempt: Attempt, *, amount: Money, reason: str, by: str, key: str
) -> Refund:
    """Commit the number and the job that follows it. Under the payment's lock.

    See Note [a minute apart].
    """
    before = Refund.objects.filter(attempt=attempt).aggregate(n=Count("pk"), latest=Max("due_at"))
    place, now = before["n"] + 1, clock.now()
    due_at = ladder.due_at(now, before["latest"])
    if place > MOST_REFUNDS:
        raise TooManyRefunds(most=MOST_REFUNDS)
    refund = Refund.objects.create(
        payment=payment,
        attempt=attempt,
        key=key,
        out_refund_no=f"{attempt.out_trade_no}R{place:02d}",
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason[:80],
        by=by,
        created_at=now,
        due_at=due_at,
    )
    note(refund, "requested", by=by, amount_minor=amount.minor)
    publish(FollowRefund(refund.pk, 0), delay_seconds=(due_at - now).total_seconds())
    return refund


def _ask(refund: Refund) -> bool:
    """Ask WeChat and take what it says; say whether it knows the refund."""
    try:
        with merchants.speaking_for(refund.attempt) as sub_mchid:
            answer = pay.query_refund(sub_mchid=sub_mchid, out_refund_no=refund.out_refund_no)
    except OrderNotExist:
        return False
    apply_result(Word.of_answer(answer))
    return True


def _check_quiet(refund: Refund) -> None:
    """Refuse while a request of ours may still be on its way to WeChat."""
    tried = refund.steps.filter(event=_TRY).aggregate(latest=Max("at"))["latest"]
    left = tried + ladder.QUIET - clock.now() if tried else timedelta()
    if left > timedelta():
        raise RefundMayBeOnItsWay(minutes=int(left.total_seconds() // 60) + 1)


@verb
def _note_try(refund: Refund) -> bool:
    """Count a try before it begins, unless the refund has ended; say whether it may begin."""
    live = Refund.objects.filter(pk=refund.pk).exclude(state__in=_ENDED)
    may_begin = bool(live.update(tries_count=F("tries_count") + 1))
    refund.refresh_from_db(fields=["state"])
    if may_begin:
        note(refund, _TRY)
    return may_begin


@verb
def _note_refusal(refund: Refund, code: str, is_last_try: bool) -> None:
    Payment.objects.select_for_update().get(pk=refund.payment_id)
    Refund.objects.filter(pk=refund.pk).update(refusal=code[:64])
    refund.refresh_from_db(fields=["state"])
    note(refund, "refused", code=code)
    alarm("refund_refused", out_refund_no=refund.out_refund_no, code=code)
    if is_last_try and refund.state in REFUND_FLOW.before(RefundState.ABNORMAL):
        move_refund(refund, RefundState.ABNORMAL, event="left_to_a_person")


@verb
def _follow_later(refund: Refund, step: int, wait: float) -> None:
    """Publish the next step unless the refund has ended."""
    if not Refund.objects.filter(pk=refund.pk, state__in=_ENDED).exists():
        publish(FollowRefund(refund.pk, step), delay_seconds=wait)

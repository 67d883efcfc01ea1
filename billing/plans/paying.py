"""Paying an invoice by a code on the screen: WeChat Pay's native orders (CONTRACT §4.6).

The platform sells itself (direct mode). An attempt is committed with the ladder that follows it
before WeChat hears its number; callbacks are not promised, so the ladder asks.
"""

from datetime import timedelta
from uuid import UUID

from billing.inbox import queries as inbox
from billing.ledger.alarms import alarm
from billing.payments import ladder
from billing.plans.accepting import InvoiceNotOpen, apply_success
from billing.plans.messages import FollowAttempt
from billing.plans.models import Invoice, InvoiceAttempt
from billing.plans.moves import locked, move_attempt
from billing.plans.states import LIVE_ATTEMPTS, AttemptState, InvoiceState, Told
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from tenants.transactions import verb
from wechat import pay
from wechat.configured import credentials
from wechat.errors import OrderNotExist, OrderPaid, WeChatFailure, WeChatRefused

CODE_MINUTES = 30
"""So long a code can be scanned; then the page shows the next one."""
LEAST_LEFT = timedelta(minutes=2)
MOST_ATTEMPTS = 99
_OVER = frozenset({"CLOSED", "REVOKED"})


class CodeUnavailable(Refusal):
    """WeChat gave no code: nothing was paid, try again."""

    status = 503
    en = "WeChat Pay gives no code at the moment. Nothing was paid; please try again shortly."
    zh = "微信支付暂时无法生成二维码，尚未扣款，请稍后再试。"


class OnlyInYuan(Refusal):
    """WeChat Pay takes yuan only; invoices in other currencies are paid by bank."""

    status = 422
    en = "This invoice is in {currency} and is paid by bank transfer."
    zh = "该账单币种为 {currency}，请通过银行转账支付。"


def show_code(*, invoice: Invoice, description: str) -> InvoiceAttempt:
    """Return an order for the invoice with a code that can be scanned now.

    The same code again while it is good. Call it outside any transaction. Raises InvoiceNotOpen,
    OnlyInYuan, CodeUnavailable.
    """
    attempt = _intend(invoice)
    if attempt.state == AttemptState.SHOWN:
        return attempt
    try:
        code_url = pay.prepay_native(
            sub_mchid=None,
            appid=credentials().pay.sp_appid,
            out_trade_no=attempt.out_trade_no,
            description=description,
            amount_fen=invoice.total_minor,
            notify_url=inbox.platform_notify_url(),
            expires_at=attempt.expires_at,
        )
    except WeChatFailure as failure:
        if not failure.retryable:
            alarm("plan_code_refused", out_trade_no=attempt.out_trade_no, code=failure.code)
        raise CodeUnavailable from failure
    _note_shown(attempt, code_url)
    return attempt


def ask(*, invoice: Invoice) -> None:
    """Ask WeChat now about the codes of an invoice that may have been paid.

    Call it outside any transaction; a WeChat that is away changes nothing.
    """
    for attempt in invoice.attempts.filter(state__in=LIVE_ATTEMPTS):
        try:
            _ask(attempt)
        except WeChatFailure:
            return


def follow(*, attempt_id: UUID, step: int) -> None:
    """Ask how an attempt stands, as often as the ladder says, and close it when it is over."""
    attempt = InvoiceAttempt.objects.get(pk=attempt_id)
    if attempt.state not in LIVE_ATTEMPTS and step != ladder.LAST:
        return
    try:
        word, told = _ask(attempt)
        if told == Told.NOT_PAID and step == ladder.LAST and attempt.state in LIVE_ATTEMPTS:
            _close(attempt, word)
        following = ladder.next_step(
            step, made_at=attempt.created_at, expires_at=attempt.expires_at
        )
        wait = None
    except WeChatFailure as failure:
        following, wait = step, float(ladder.RETRY_SECONDS)
        if not failure.retryable:
            alarm("plan_query_refused", out_trade_no=attempt.out_trade_no, code=failure.code)
            wait = float(ladder.REFUSED_RETRY_SECONDS)
    if following is not None:
        _follow_later(attempt, following, wait)


@verb
def _intend(invoice: Invoice) -> InvoiceAttempt:
    """Commit the number, and the ladder that follows it, before WeChat hears of it."""
    row = locked(invoice.subscription_id)
    fresh = Invoice.objects.get(pk=invoice.pk)
    if fresh.state != InvoiceState.OPEN or not fresh.total_minor:
        raise InvoiceNotOpen(invoice=fresh.name, state=fresh.state)
    if fresh.currency != "CNY":
        raise OnlyInYuan(currency=fresh.currency)
    now = clock.now()
    live = fresh.attempts.filter(state__in=LIVE_ATTEMPTS, expires_at__gt=now + LEAST_LEFT)
    known = live.order_by("-created_at").first()
    if known is not None:
        return known
    place = fresh.attempts.count() + 1
    if place > MOST_ATTEMPTS:
        raise CodeUnavailable
    attempt = InvoiceAttempt.objects.create(
        invoice=fresh,
        # No shop's code has an L (kernel.identifiers), so no order of a shop has this name.
        out_trade_no=f"PLAN{row.tenant.code}{fresh.number:08d}{place:02d}",
        expires_at=now + timedelta(minutes=CODE_MINUTES),
    )
    _publish_step(attempt, 0, None)
    return attempt


@verb
def _note_shown(attempt: InvoiceAttempt, code_url: str) -> None:
    move_attempt(attempt, AttemptState.SHOWN, code_url=code_url)


def _ask(attempt: InvoiceAttempt) -> tuple[str | None, Told]:
    """Return WeChat's word for the attempt (None: it has no such order) and what it did here."""
    try:
        told = pay.query(sub_mchid=None, out_trade_no=attempt.out_trade_no)
    except OrderNotExist:
        return None, Told.NOT_PAID
    return told.trade_state, apply_success(out_trade_no=attempt.out_trade_no, transaction=told)


def _close(attempt: InvoiceAttempt, word: str | None) -> None:
    if word is not None and word not in _OVER:
        try:
            pay.close(sub_mchid=None, out_trade_no=attempt.out_trade_no)
        except OrderPaid:
            _ask(attempt)
            return
        except OrderNotExist:
            pass
        except WeChatRefused:
            if _ask(attempt)[0] not in _OVER:
                raise
    move_attempt(attempt, AttemptState.CLOSED)


@verb
def _follow_later(attempt: InvoiceAttempt, step: int, wait: float | None) -> None:
    succeeded = InvoiceAttempt.objects.filter(pk=attempt.pk, state=AttemptState.SUCCEEDED)
    if not succeeded.exists():
        _publish_step(attempt, step, wait)


def _publish_step(attempt: InvoiceAttempt, step: int, wait: float | None) -> None:
    if wait is None:
        wait = ladder.wait_seconds(
            step, made_at=attempt.created_at, expires_at=attempt.expires_at, now=clock.now()
        )
    publish(FollowAttempt(attempt.pk, step), delay_seconds=wait, tenant="")

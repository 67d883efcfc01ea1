"""How the platform gives back a part of its part, before a refund. Speaks, outside transactions."""

from uuid import UUID

from django.db.models import F

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.alarms import alarm
from billing.ledger.states import Account, JournalKind
from billing.payments.models import Payment
from billing.sharing import ladder, queries
from billing.sharing.messages import FollowReturn
from billing.sharing.models import ShareReturn
from billing.sharing.moves import move_return, note
from billing.sharing.states import ReturnState
from jobs.messages import publish
from kernel import clock
from tenants.transactions import verb
from wechat import sharing as wechat_sharing
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused
from wechat.sharing import ReturnResult, SharingReturn


def follow(*, share_return_id: UUID) -> None:
    """Hand a return to WeChat, or ask how it stands, until it has ended."""
    back = queries.get_return(share_return_id)
    if back.state != ReturnState.REQUESTED:
        return
    try:
        told = _ask(back) if back.tries_count else None
        if told is None:
            told = _call(back)
        if told is not None:
            apply_told(back, told)
        wait = ladder.ask_seconds(clock.now() - back.created_at)
    except WeChatFailure as failure:
        wait = ladder.RETRY_SECONDS
        if not failure.retryable:
            alarm("share_return_query_refused", out_return_no=back.out_return_no)
            wait = ladder.REFUSED_RETRY_SECONDS
    _follow_later(back, wait)


def apply_told(back: ShareReturn, told: SharingReturn) -> None:
    """Take what WeChat says of a return; any number of times has one effect."""
    if (told.amount_fen, told.return_mchid) != (back.amount_minor, back.part.account):
        alarm("share_return_mismatch", out_return_no=back.out_return_no)
    elif told.result is ReturnResult.SUCCESS:
        _succeed(back)
    elif told.result is ReturnResult.FAILED:
        _fail(back, told.fail_reason or "FAILED")


def _ask(back: ShareReturn) -> SharingReturn | None:
    try:
        return wechat_sharing.query_return(
            sub_mchid=back.part.sharing.attempt.sub_mchid,
            out_order_no=back.part.sharing.out_order_no,
            out_return_no=back.out_return_no,
        )
    except OrderNotExist:
        return None


def _call(back: ShareReturn) -> SharingReturn | None:
    """Ask for the money; None where WeChat refuses, which is the return's end."""
    _note_try(back)
    try:
        return wechat_sharing.take_back(
            sub_mchid=back.part.sharing.attempt.sub_mchid,
            out_order_no=back.part.sharing.out_order_no,
            out_return_no=back.out_return_no,
            return_mchid=back.part.account,
            amount_fen=back.amount_minor,
            description="订单退款，退回佣金",
        )
    except WeChatRefused as refusal:
        _fail(back, refusal.code)
        return None


@verb
def _note_try(back: ShareReturn) -> None:
    ShareReturn.objects.filter(pk=back.pk).update(tries_count=F("tries_count") + 1)
    back.refresh_from_db(fields=["tries_count"])


@verb
def _succeed(back: ShareReturn) -> None:
    payment = Payment.objects.select_for_update().get(pk=back.part.sharing.attempt.payment_id)
    if not move_return(back, ReturnState.SUCCEEDED):
        return
    note(back.part.sharing, "returned", number=back.out_return_no)
    ledger.post(
        kind=JournalKind.SHARE_RETURN,
        reference=back.out_return_no,
        lines=[Line(Account.WECHAT, Account.PLATFORM, back.amount)],
        why={
            "order_number": payment.order_number,
            "share": back.part.number,
            "cause": back.cause,
            "given_minor": back.part.amount_minor,
            "refunded_minor": payment.refunded_minor,
        },
    )


@verb
def _fail(back: ShareReturn, reason: str) -> None:
    """The platform keeps what it owes: its account in the books falls below zero by the refund."""
    Payment.objects.select_for_update().get(pk=back.part.sharing.attempt.payment_id)
    if move_return(back, ReturnState.FAILED, reason=reason):
        note(back.part.sharing, "return_failed", number=back.out_return_no, reason=back.reason)
        alarm("share_return_failed", out_return_no=back.out_return_no, reason=back.reason)


@verb
def _follow_later(back: ShareReturn, wait: float) -> None:
    if ShareReturn.objects.filter(pk=back.pk, state=ReturnState.REQUESTED).exists():
        publish(FollowReturn(back.pk), delay_seconds=wait)

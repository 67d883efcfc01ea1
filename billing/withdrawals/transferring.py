"""What is said to WeChat about a withdrawal. Nothing here runs inside a transaction.

Every call is announced by a committed row (`tries_count`, `tried_at`), so that a crash leaves a
question, never a second transfer. Money that may have moved is released only on WeChat's word, or
once WeChat says that it knows no such number while none of our requests can be on its way.
"""

from uuid import UUID

from django.db.models import F

from billing.inbox import queries as inbox
from billing.ledger.alarms import alarm
from billing.withdrawals import actions, books, ladder
from billing.withdrawals.accepting import Word, apply_word
from billing.withdrawals.actions import ShopCannotTransfer, WithdrawalCannotMove
from billing.withdrawals.messages import FollowWithdrawal
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.moves import PLATFORM, WECHAT, locked, move, note
from billing.withdrawals.states import ENDED, TO_REVIEW, UNTOLD
from billing.withdrawals.states import WithdrawalState as W
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from tenants import context, directory, merchants
from tenants.directory import Payee
from tenants.transactions import verb
from wechat import transfers, vault
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused
from wechat.transfers import Grant, ReportInfo

SCENE_ID = "1005"
"""WeChat's scene for commission (CONTRACT §4.12)."""
REPORTS = (ReportInfo("岗位类型", "推广员"), ReportInfo("报酬说明", "推广佣金"))
"""What WeChat wants reported of scene 1005."""
REMARK = "钱包提现"


class TransferUnavailable(Refusal):
    """WeChat does not answer. Nothing was changed here."""

    status = 503
    en = "WeChat Pay does not answer at the moment. Please try again."
    zh = "微信支付暂时无响应，请稍后再试。"


class TransferMayBeOnItsWay(Refusal):
    """WeChat was asked so recently that the request may still arrive there."""

    en = "WeChat was asked only just now. Please try again in {minutes} minutes."
    zh = "刚刚向微信提交过转账，请在 {minutes} 分钟后再试。"


def follow(*, withdrawal_id: UUID, step: int) -> None:
    """Hand a withdrawal to WeChat, or ask how it stands, until it has ended."""
    row = Withdrawal.objects.get(pk=withdrawal_id)
    if row.state in ENDED:
        return
    try:
        submit(withdrawal=row)
        following, wait = step + 1, ladder.wait_seconds(step + 1)
    except WeChatFailure as failure:
        following, wait = step, ladder.RETRY_SECONDS
        if not failure.retryable:
            alarm("transfer_query_refused", number=row.number, code=failure.code)
            following, wait = step + 1, ladder.wait_seconds(step + 1)
    _follow_later(row, following, wait)


def submit(*, withdrawal: Withdrawal) -> None:
    """Hand an approved withdrawal to WeChat under its number; ask first if we did so before.

    A refusal is noted, alarmed and tried again later: the shop's account at WeChat may hold too
    little today. Raises a WeChatFailure that is no refusal.
    """
    if withdrawal.tries_count and _ask(withdrawal):
        withdrawal.refresh_from_db()
        if not _lacks_package(withdrawal):
            return
    if not _note_try(withdrawal):
        return  # it was cancelled, paid by hand, or told of by WeChat meanwhile
    try:
        with merchants.speaking_for(withdrawal) as sub_mchid:
            answer = transfers.create(
                sub_mchid=sub_mchid,
                appid=withdrawal.appid,
                openid=withdrawal.openid,
                out_bill_no=withdrawal.number,
                amount_fen=withdrawal.net_minor,
                scene_id=SCENE_ID,
                remark=REMARK,
                report_infos=REPORTS,
                user_name=vault.unseal(withdrawal.sealed_name),
                notify_url=_notify_url(withdrawal),
            )
    except WeChatRefused as refusal:
        _note_unclear(withdrawal, refusal.code or "REFUSED")
        alarm("transfer_refused", number=withdrawal.number, code=refusal.code)
        return
    except WeChatFailure:
        _note_unclear(withdrawal, "")
        raise
    apply_word(Word.of_asked(answer))


def refresh(*, withdrawal: Withdrawal) -> Withdrawal:
    """Ask WeChat now how a withdrawal stands. Raises TransferUnavailable; then nothing changed."""
    if withdrawal.tries_count and withdrawal.state not in ENDED:
        try:
            _ask(withdrawal)
        except WeChatFailure:
            raise TransferUnavailable from None
    withdrawal.refresh_from_db()
    return withdrawal


def stop(*, withdrawal: Withdrawal, by: str) -> Withdrawal:
    """See to it that a withdrawal is not paid. It may turn out to be paid already.

    What WeChat has not heard of is cancelled at once; otherwise WeChat is asked to, and its word
    ends it. Again changes nothing. Raises WithdrawalCannotMove when it is paid, TransferUnavailable
    when WeChat is away, TransferMayBeOnItsWay.
    """
    if withdrawal.state in UNTOLD | {W.CANCELLED}:
        return actions.cancel(withdrawal=withdrawal, by=by)
    if withdrawal.state in ENDED:
        raise WithdrawalCannotMove(state=withdrawal.state)
    try:
        if not _ask_to_cancel(withdrawal, by):
            _check_quiet(withdrawal)
            _release_unheard(withdrawal, by)
    except WeChatFailure:
        raise TransferUnavailable from None
    withdrawal.refresh_from_db()
    if withdrawal.state == W.PAID:
        raise WithdrawalCannotMove(state=withdrawal.state)
    return withdrawal


def pay_by_hand(*, withdrawal: Withdrawal, answer: str, by: str) -> Withdrawal:
    """Note that the shop paid the net amount itself, where no transfer of WeChat's can be.

    Raises WithdrawalCannotMove when WeChat has the transfer, TransferMayBeOnItsWay,
    TransferUnavailable, SecondPersonNeeded.
    """
    seen = withdrawal.tries_count
    if seen and withdrawal.state not in ENDED:
        _check_quiet(withdrawal)
        try:
            is_known = _ask(withdrawal)
        except WeChatFailure:
            raise TransferUnavailable from None
        if is_known:
            withdrawal.refresh_from_db()
            raise WithdrawalCannotMove(state=withdrawal.state)
    return actions.note_paid_by_hand(withdrawal=withdrawal, answer=answer, by=by, seen_tries=seen)


def confirmation_of(row: Withdrawal) -> dict[str, str] | None:
    """Return what `wx.requestMerchantTransfer` takes; None while there is nothing to confirm.

    For the holder's eyes only (CONTRACT §4.12); subMchId is empty in direct mode.
    """
    if row.state != W.WAIT_USER_CONFIRM or not row.package_info:
        return None
    return {
        "mchId": merchants.mchid_of(row),
        "subMchId": row.sub_mchid,
        "appId": row.appid,
        "package": row.package_info,
    }


def ask_grant() -> Grant:
    """Ask the shop's merchant to let the platform transfer; its owner agrees at WeChat.

    Again asks under the same number. Raises ShopCannotTransfer, TransferUnavailable.
    """
    payee = directory.payee_of(context.shop())
    if payee is None:
        raise ShopCannotTransfer
    if payee.direct_mchid:
        return _own(payee)
    try:
        return transfers.ask_grant(
            sub_mchid=payee.sub_mchid, out_apply_no=f"{context.shop().code}G{payee.sub_mchid}"
        )
    except WeChatFailure:
        raise TransferUnavailable from None


def grant() -> Grant:
    """Ask whether the shop's merchant lets the platform transfer. Raises as `ask_grant`."""
    payee = directory.payee_of(context.shop())
    if payee is None:
        raise ShopCannotTransfer
    if payee.direct_mchid:
        return _own(payee)
    try:
        return transfers.grant_of(sub_mchid=payee.sub_mchid)
    except WeChatFailure:
        raise TransferUnavailable from None


def _own(payee: Payee) -> Grant:
    """A merchant that pays from its own account by its own keys needs nobody's permission."""
    return Grant(sub_mchid=payee.direct_mchid, state="AUTHORIZED", out_apply_no=None)


def _ask(row: Withdrawal) -> bool:
    """Ask WeChat and take what it says; say whether it knows the transfer."""
    try:
        with merchants.speaking_for(row) as sub_mchid:
            told = transfers.query(sub_mchid=sub_mchid, out_bill_no=row.number)
    except OrderNotExist:
        return False
    apply_word(Word.of_told(told))
    return True


def _ask_to_cancel(row: Withdrawal, by: str) -> bool:
    """Ask WeChat to cancel, then how it stands; say whether it knows the transfer."""
    _note(row, "cancel_asked", by)
    try:
        with merchants.speaking_for(row) as sub_mchid:
            transfers.cancel(sub_mchid=sub_mchid, out_bill_no=row.number)
    except OrderNotExist:
        return False
    except WeChatRefused as refusal:
        _note(row, "cancel_refused", WECHAT, code=refusal.code)
    return _ask(row)


def _check_quiet(row: Withdrawal) -> None:
    """Refuse while a request of ours may still be on its way to WeChat."""
    assert row.tried_at is not None
    left = row.tried_at + ladder.QUIET - clock.now()
    if left.total_seconds() > 0:
        raise TransferMayBeOnItsWay(minutes=int(left.total_seconds() // 60) + 1)


def _notify_url(row: Withdrawal) -> str:
    payee = directory.payee_as(context.shop(), row.direct_mchid)
    return inbox.notify_url(payee) if payee else ""


@verb
def _release_unheard(withdrawal: Withdrawal, by: str) -> None:
    """Cancel what WeChat knows nothing of; not if we have tried again since it said so."""
    row = locked(withdrawal.pk)
    if row.tries_count != withdrawal.tries_count or row.state not in {W.SUBMITTING, W.UNKNOWN}:
        raise WithdrawalCannotMove(state=row.state)
    move(row, W.CANCELLED, event="cancelled", by=by)
    books.release(row)


@verb
def _note_try(withdrawal: Withdrawal) -> bool:
    """Commit that WeChat is about to hear of it; say whether it still should."""
    row = locked(withdrawal.pk)
    tries = {"tries_count": F("tries_count") + 1, "tried_at": clock.now()}
    if row.state == W.SUBMITTING or _lacks_package(row):
        # A process died on the way, or another one is at it; or the answer was lost. Harmless.
        Withdrawal.objects.filter(pk=row.pk).update(**tries)
        note(row, "handed_over", by=PLATFORM)
        return True
    return move(row, W.SUBMITTING, event="handed_over", by=PLATFORM, **tries)


@verb
def _note_unclear(withdrawal: Withdrawal, code: str) -> None:
    """Note that WeChat refused, or did not answer: it may have the transfer all the same."""
    row = locked(withdrawal.pk)
    if row.state in ENDED:
        return
    Withdrawal.objects.filter(pk=row.pk).update(refusal=code[:64])
    event = "refused" if code else "unclear"
    if not move(row, W.UNKNOWN, event=event, by=WECHAT):
        note(row, event, by=WECHAT, code=code)


def _lacks_package(row: Withdrawal) -> bool:
    """Say whether the person could not confirm: only asking again, by the same words, tells how."""
    return row.state == W.WAIT_USER_CONFIRM and not row.package_info


@verb
def retry(*, withdrawal: Withdrawal, by: str) -> None:
    """Have the worker look at it now, from the first step of the ladder on. Again is harmless.

    Raises WithdrawalCannotMove for one that WeChat has nothing to do with.
    """
    row = locked(withdrawal.pk)
    if row.state in ENDED or row.state in TO_REVIEW:
        raise WithdrawalCannotMove(state=row.state)
    note(row, "retried", by=by)
    publish(FollowWithdrawal(row.pk, 0))


@verb
def _note(withdrawal: Withdrawal, event: str, by: str, **facts: object) -> None:
    note(locked(withdrawal.pk), event, by=by, **facts)


@verb
def _follow_later(row: Withdrawal, step: int, wait: float) -> None:
    """Publish the next step unless the withdrawal has ended."""
    if not Withdrawal.objects.filter(pk=row.pk, state__in=ENDED).exists():
        publish(FollowWithdrawal(row.pk, step), delay_seconds=wait)

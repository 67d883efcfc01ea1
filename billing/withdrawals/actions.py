"""Asking for the money of a wallet, and the shop's yes or no. WeChat: withdrawals.transferring.

Note [one number]. The number is in the row from the request on, and never changes: WeChat pays
once under a number, however often it hears it (CONTRACT §4.12).

Note [lock order]. A withdrawal's row is locked before the wallet's balance, by everybody.
"""

import secrets
from typing import ClassVar
from uuid import UUID

from billing.ledger import queries as ledger_queries
from billing.wallets import actions as wallets
from billing.withdrawals import books, queries
from billing.withdrawals.amounts import LEAST_TRANSFER_MINOR, Quote, Rules, quote
from billing.withdrawals.messages import FollowWithdrawal
from billing.withdrawals.models import RulesSetting, Withdrawal
from billing.withdrawals.moves import CUSTOMER, locked, move, step_of
from billing.withdrawals.states import TO_REVIEW, UNTOLD, Channel
from billing.withdrawals.states import WithdrawalState as W
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import context, directory, phones
from tenants.inserting import insert_unless_there
from tenants.transactions import verb
from wechat import vault
from wechat.transfers import NAME_FROM_FEN


class WithdrawalsClosed(Refusal):
    """The shop takes no requests for withdrawals now."""

    en = "This shop takes no withdrawals at the moment."
    zh = "本店暂未开放提现。"


class WithdrawalTooSmall(Refusal):
    """The amount is below the shop's minimum, or its fee leaves less than WeChat transfers."""

    en = "The least amount is {least}."
    zh = "最低提现金额为 {least}。"


class FeeLeavesTooLittle(Refusal):
    """After the fee less is left than WeChat transfers at all."""

    en = "After the fee of {fee} only {net} would be left; WeChat transfers {least} at least."
    zh = "扣除手续费 {fee} 后仅剩 {net}，低于微信最低转账金额 {least}。"


class DailyAmountReached(Refusal):
    """The member's most for a day is reached."""

    en = "At most {most} can be withdrawn in a day; {left} is left today."
    zh = "每日最多可提现 {most}，今日还可提现 {left}。"


class DailyCountReached(Refusal):
    """The member's requests for a day are used up."""

    en = "At most {most} withdrawals a day are possible."
    zh = "每日最多可提现 {most} 次。"


class WalletInDebt(Refusal):
    """More was taken back than the wallet held: nothing is paid out until that is made up for."""

    en = "This wallet owes {debt}, so nothing can be withdrawn."
    zh = "钱包欠款 {debt}，还清前无法提现。"


class NameNeeded(Refusal):
    """WeChat wants the name of a person who is paid so much."""

    status: ClassVar[int] = 422
    en = "From {least} on WeChat needs the real name of the person who is paid."
    zh = "提现金额达到 {least} 时，微信要求填写收款人真实姓名。"


class WithdrawalKeyReused(Refusal):
    """The same key was used for a withdrawal of another amount."""

    status: ClassVar[int] = 422
    en = "This withdrawal was requested before with another amount."
    zh = "该提现请求已提交过，且金额不同。"


class WithdrawalCannotMove(Refusal):
    """The withdrawal is not in a state from which this step is allowed."""

    en = "The withdrawal is {state}, so this cannot be done."
    zh = "提现当前状态为 {state}，无法执行此操作。"


class SecondPersonNeeded(Refusal):
    """So much is paid out only when two persons have said yes, and this one did already."""

    en = "From {least} on a second person must agree. The owner can add staff or raise the limit."
    zh = "提现金额达到 {least} 时需由另一位员工复核。店主可添加员工或调高复核金额。"


class OwnWithdrawal(Refusal):
    """Where two persons must agree, the one who is paid is none of them."""

    en = "This is your own withdrawal; two other persons must agree to it."
    zh = "这是您本人的提现，需由另外两位员工审核。"


class ShopCannotTransfer(Refusal):
    """The shop has no merchant number at WeChat Pay, or does not sell in yuan."""

    en = "This shop cannot transfer through WeChat Pay. Pay by hand instead."
    zh = "本店暂不能通过微信支付转账，可改为线下打款。"


class RulesUnfit(Refusal):
    """By these rules the least withdrawal would leave less than WeChat transfers."""

    status: ClassVar[int] = 422
    en = "Of the minimum only {net} would be left after the fee; WeChat transfers {least} at least."
    zh = "按此规则，最低提现金额扣除手续费后仅剩 {net}，低于微信最低转账金额 {least}。"


def quote_for(*, amount: Money) -> Quote:
    """Say what an amount would cost by the present rules. Raises what `request` raises of amounts.

    Says nothing about whether the wallet holds so much.
    """
    rules = queries.rules()
    return _quoted(amount, rules)


@verb
def request(
    *, holder: UUID, appid: str, openid: str, amount: Money, key: str, name: str = ""
) -> Withdrawal:
    """Ask for `amount` of a wallet; it is held at once. The same key again is the same request.

    `appid` and `openid` are the holder's at WeChat, `name` the real one. Raises WithdrawalsClosed,
    WithdrawalTooSmall, FeeLeavesTooLittle, NameNeeded, WalletInDebt, WalletTooSmall,
    DailyAmountReached, DailyCountReached, WithdrawalKeyReused.
    """
    known = Withdrawal.objects.filter(holder=holder, key=key).first()
    if known is not None:
        return _same(known, amount)
    rules = queries.rules()
    quoted = _quoted(amount, rules)
    if quoted.net.minor >= NAME_FROM_FEN and not name:
        raise NameNeeded(least=Money(NAME_FROM_FEN, amount.currency))
    row = _row(quoted, rules, holder=holder, appid=appid, openid=openid, key=key, name=name)
    if not insert_unless_there(row):  # a request with this key was faster, and is committed now
        return _same(Withdrawal.objects.get(holder=holder, key=key), amount)
    step_of(row, "requested", by=CUSTOMER).save(force_insert=True)
    debt = wallets.debt_of(holder)
    if debt.minor:
        raise WalletInDebt(debt=debt)
    books.hold(row)
    _check_day(row, rules)  # after the hold, which lets one request of a wallet in at a time
    return row


@verb
def approve(*, withdrawal: Withdrawal, by: str) -> Withdrawal:
    """Say yes. With the last yes that is needed the worker hands it to WeChat.

    Again by the same person changes nothing. Raises WithdrawalCannotMove, SecondPersonNeeded,
    OwnWithdrawal, ShopCannotTransfer.
    """
    row = locked(withdrawal.pk)
    if row.state not in TO_REVIEW:
        last = row.approver if row.needs_second else row.reviewer
        if last and by in {row.reviewer, row.approver}:  # it was handed over, however it ended
            return row
        raise WithdrawalCannotMove(state=row.state)
    _check_not_own(row, by)
    if row.needs_second and row.state == W.REQUESTED:
        move(row, W.REVIEWED, event="reviewed", by=by, reviewer=by)
        return row
    columns = _last_yes(row, by)
    payee = directory.payee_of(context.shop())
    if payee is None or row.currency != "CNY":
        raise ShopCannotTransfer
    columns |= {"sub_mchid": payee.sub_mchid, "direct_mchid": payee.direct_mchid}
    move(row, W.APPROVED, event="approved", by=by, **columns)
    publish(FollowWithdrawal(row.pk, 0))
    return row


@verb
def reject(*, withdrawal: Withdrawal, answer: str, by: str) -> Withdrawal:
    """Say no, and why: the money is in the wallet again. Again changes nothing.

    Raises WithdrawalCannotMove.
    """
    row = locked(withdrawal.pk)
    if row.state == W.REJECTED:
        return row
    if not move(row, W.REJECTED, event="rejected", by=by, answer=answer):
        raise WithdrawalCannotMove(state=row.state)
    books.release(row)
    return row


@verb
def cancel(*, withdrawal: Withdrawal, by: str) -> Withdrawal:
    """Take a request back before WeChat has heard of it. Again changes nothing.

    Raises WithdrawalCannotMove: later only WeChat can cancel (transferring.stop).
    """
    row = locked(withdrawal.pk)
    if row.state == W.CANCELLED:
        return row
    if row.state not in UNTOLD or not move(row, W.CANCELLED, event="cancelled", by=by):
        raise WithdrawalCannotMove(state=row.state)
    books.release(row)
    return row


@verb
def note_paid_by_hand(
    *, withdrawal: Withdrawal, answer: str, by: str, seen_tries: int
) -> Withdrawal:
    """Say that the shop paid the net amount itself. It counts as the last yes.

    Only where WeChat surely has no transfer: it never heard of the number, or
    transferring.pay_by_hand has just proved so and saw `seen_tries` tries. A try that began since
    refuses. Again changes nothing. Raises WithdrawalCannotMove, SecondPersonNeeded, OwnWithdrawal.
    """
    row = locked(withdrawal.pk)
    if row.state == W.PAID and row.channel == Channel.MANUAL:
        return row
    is_untold = row.state in UNTOLD and not row.tries_count
    is_proved = row.state in {W.SUBMITTING, W.UNKNOWN} and row.tries_count == seen_tries > 0
    if not (is_untold or is_proved):
        raise WithdrawalCannotMove(state=row.state)
    _check_not_own(row, by)
    columns = _last_yes(row, by) if row.state in TO_REVIEW else {}
    columns |= {"channel": Channel.MANUAL, "answer": answer}
    move(row, W.PAID, event="paid_by_hand", by=by, **columns)
    books.pay_out(row)
    return row


@verb
def set_rules(*, rules: Rules) -> None:
    """Set the shop's rules: they count from the next request on. Raises RulesUnfit."""
    currency = context.shop().currency
    least = Money(LEAST_TRANSFER_MINOR, currency)
    net = quote(Money(rules.minimum_minor, currency), rules).net
    if net < least:
        raise RulesUnfit(net=net, least=least)
    values = {field: getattr(rules, field) for field in Rules.__dataclass_fields__}
    RulesSetting.objects.update_or_create(pk=1, defaults=values)


def _quoted(amount: Money, rules: Rules) -> Quote:
    if not rules.is_open:
        raise WithdrawalsClosed
    if amount.minor < rules.minimum_minor:
        raise WithdrawalTooSmall(least=Money(rules.minimum_minor, amount.currency))
    quoted = quote(amount, rules)
    least = Money(LEAST_TRANSFER_MINOR, amount.currency)
    if quoted.net < least:
        raise FeeLeavesTooLittle(fee=quoted.fee, net=quoted.net, least=least)
    return quoted


def _row(
    quoted: Quote, rules: Rules, *, holder: UUID, appid: str, openid: str, key: str, name: str
) -> Withdrawal:
    now = clock.now()
    return Withdrawal(
        holder=holder,
        key=key,
        number=f"{context.shop().code}W{now:%y%m%d}{secrets.randbelow(10**10):010d}",
        amount_minor=quoted.amount.minor,
        fee_minor=quoted.fee.minor,
        net_minor=quoted.net.minor,
        currency=quoted.amount.currency,
        fee_bp=quoted.fee_bp,
        fee_fixed_minor=quoted.fee_fixed_minor,
        needs_second=rules.needs_second(quoted.amount),
        appid=appid,
        openid=openid,
        sealed_name=vault.seal(name) if quoted.net.minor >= NAME_FROM_FEN else "",
        created_at=now,
    )


def _same(known: Withdrawal, amount: Money) -> Withdrawal:
    if known.amount != amount:
        raise WithdrawalKeyReused
    return known


def _check_day(row: Withdrawal, rules: Rules) -> None:
    """Hold the request against the member's most for today."""
    used = queries.usage(row.holder, ledger_queries.day_of(row.created_at), but=row.pk)
    if used.count >= rules.daily_count:
        raise DailyCountReached(most=rules.daily_count)
    left = rules.daily_minor - used.minor
    if row.amount_minor > left:
        raise DailyAmountReached(
            most=Money(rules.daily_minor, row.currency), left=Money(max(0, left), row.currency)
        )


def _last_yes(row: Withdrawal, by: str) -> dict[str, object]:
    """Return who agreed, where this yes is to be the last. Raises SecondPersonNeeded."""
    if not row.needs_second:
        return {"reviewer": by}
    if row.state == W.REQUESTED or by == row.reviewer:
        least = queries.rules().second_approval_from_minor or row.amount_minor
        raise SecondPersonNeeded(least=Money(min(least, row.amount_minor), row.currency))
    return {"approver": by}


def _check_not_own(row: Withdrawal, by: str) -> None:
    """Refuse the person who is paid, known by the phone on which they work for the shop."""
    if not row.needs_second:
        return
    with context.public():
        is_own = phones.email_of(appid=row.appid, openid=row.openid) == by
    if is_own:
        raise OwnWithdrawal

"""What a member asks of the wallet: translated for billing, which knows no members."""

import hashlib
from typing import ClassVar
from uuid import UUID

from billing.wallets import actions as wallets
from billing.withdrawals import actions as withdrawals
from billing.withdrawals.models import Withdrawal
from kernel.errors import Refusal
from kernel.money import Money
from shop.members.models import Member
from shop.wallets import queries
from tenants import context
from tenants.transactions import verb


class NetChanged(Refusal):
    """The fee is not what the member was shown."""

    en = "After the fee {net} would arrive. Please look again."
    zh = "扣除手续费后实际到账 {net}，请重新确认。"


class MemberUnknown(Refusal):
    """The shop has no such member."""

    status: ClassVar[int] = 404
    en = "There is no such member."
    zh = "没有这位会员。"


@verb
def withdraw(
    *,
    member: Member,
    amount_minor: int,
    key: str,
    name: str = "",
    expected_net_minor: int | None = None,
) -> Withdrawal:
    """Ask for money of a member's wallet. The same key again is the same request.

    Raises NetChanged and what `billing.withdrawals.actions.request` raises.
    """
    amount = Money(amount_minor, context.shop().currency)
    net = withdrawals.quote_for(amount=amount).net
    if expected_net_minor is not None and expected_net_minor != net.minor:
        raise NetChanged(net=net)
    return withdrawals.request(
        holder=member.pk,
        appid=member.appid,
        openid=member.openid,
        amount=amount,
        key=hashlib.sha256(key.encode()).hexdigest(),
        name=name,
    )


@verb
def write_off(*, member_id: UUID, debt_minor: int, reason: str, by: str, key: str) -> None:
    """Forgive what a member owes; again changes nothing.

    Raises MemberUnknown, NoDebt, DebtChanged.
    """
    if not queries.exists(member_id):
        raise MemberUnknown
    wallets.write_off(
        holder=member_id,
        debt=Money(debt_minor, context.shop().currency),
        reason=reason,
        by=by,
        key=hashlib.sha256(key.encode()).hexdigest()[:24],
    )

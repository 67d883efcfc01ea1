"""Everything that can happen to a member."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kernel import clock, identifiers
from kernel.errors import Refusal
from shop.members import queries
from shop.members.models import Address, Member, Token
from shop.members.states import MEMBER_FLOW, MemberState
from shop.moderation import actions as moderation
from shop.moderation.parts import Author, Standing, Subject, TextPart
from shop.moderation.queries import standing_of
from shop.moderation.states import StandingState
from tenants import wechat_users
from tenants.transactions import verb
from wechat.content import Scene

IDLE = timedelta(days=30)
RENEW_AFTER = timedelta(days=1)
"""A token lives this much longer with each day on which it is used: one write a day."""
MOST_ADDRESSES = 20

# Runs under the member's lock. It counts what the UPDATE did, so that the mark is taken from the
# other address before it is given to this one.
_ADD_ADDRESS = """
WITH others AS (
    SELECT count(*) AS n FROM members_address WHERE member_id = %(member_id)s
), unmarked AS (
    UPDATE members_address SET is_default = false FROM others
    WHERE member_id = %(member_id)s AND is_default AND %(is_default)s AND others.n < %(most)s
    RETURNING id
)
INSERT INTO members_address (id, member_id, recipient, phone, country, province, city, district,
    street, postcode, is_default, created_at)
SELECT %(id)s, %(member_id)s, %(recipient)s, %(phone)s, %(country)s, %(province)s, %(city)s,
    %(district)s, %(street)s, %(postcode)s, %(is_default)s OR others.n = 0, %(created_at)s
FROM others, (SELECT count(*) FROM unmarked) AS cleared WHERE others.n < %(most)s
RETURNING is_default"""


class MemberBlocked(Refusal):
    """The shop wants nothing to do with this member."""

    status = 403
    en = "This account cannot be used in this shop."
    zh = "该账号已被本店停用。"


class MemberCannotMove(Refusal):
    """The member is in that state already."""

    en = "The member is {state} already."
    zh = "该会员已处于 {state} 状态。"


class TooManyAddresses(Refusal):
    """An address book has an end."""

    en = "You can keep {most} addresses. Please remove one first."
    zh = "最多保存 {most} 个地址，请先删除一个。"


@dataclass(frozen=True)
class SignedIn:
    """`token` is shown this once; only its hash is kept."""

    token: str
    expires_at: datetime
    member: Member


def login_with_code(*, appid: str, code: str) -> SignedIn:
    """Trade the code of `wx.login` for a token of this shop. Not inside a transaction.

    Raises MemberBlocked and what `tenants.wechat_users.identify` raises.
    """
    session = wechat_users.identify(appid=appid, code=code)
    return sign_in(appid=appid, openid=session.openid, unionid=session.unionid or "")


@verb
def sign_in(*, appid: str, openid: str, unionid: str = "") -> SignedIn:
    """Give a known openid a token; a new openid becomes a member. Raises MemberBlocked."""
    member, is_new = Member.objects.get_or_create(
        appid=appid, openid=openid, defaults={"unionid": unionid}
    )
    if member.state == MemberState.BLOCKED:
        raise MemberBlocked
    if unionid and member.unionid != unionid:
        member.unionid = unionid
        member.save(update_fields=["unionid"])
    Token.objects.filter(member=member, expires_at__lte=clock.now()).delete()
    secret, expires_at = identifiers.secret(), clock.now() + IDLE
    Token.objects.create(hash=queries.digest(secret), member=member, expires_at=expires_at)
    if not is_new:
        moderation.note_visit(author=Author(member.pk, appid, openid))
    return SignedIn(secret, expires_at, member)


def renew(*, token: Token) -> None:
    """Let a token that is in use live on. Writes at most once a day for each token."""
    expires_at = clock.now() + IDLE
    if expires_at - token.expires_at > RENEW_AFTER:
        Token.objects.filter(pk=token.pk).update(expires_at=expires_at)


def sign_out(*, token: Token) -> None:
    """End this token; the member's other devices stay signed in."""
    Token.objects.filter(pk=token.pk).delete()


@verb
def rename(*, member: Member, nickname: str) -> Member:
    """Have a nickname checked; until it passed, others see the one before (ADR 0012).

    Raises moderation's SubmittedTooOften.
    """
    row = _locked(member.pk)
    standing = moderation.submit(
        subject=Subject(queries.NICKNAME, row.pk),
        parts={"nickname": TextPart(nickname)},
        author=Author(row.pk, row.appid, row.openid),
        scene=Scene.PROFILE,
    )
    row.pending_nickname = nickname
    return _take_standing(row, standing)


@verb
def settle_nickname(*, member_id: UUID) -> None:
    """Take what moderation says of the nickname that was asked for last. Again is harmless."""
    row = _locked(member_id)
    standing = standing_of(queries.NICKNAME, member_id)
    if standing is not None:
        _take_standing(row, standing)


def block(*, member: Member) -> Member:
    """Refuse a member everywhere from the next request on, and end all their tokens."""
    with transaction.atomic():
        _move(member, MemberState.BLOCKED)
        Token.objects.filter(member=member).delete()
    return member


def unblock(*, member: Member) -> Member:
    """Welcome a blocked member again."""
    return _move(member, MemberState.ACTIVE)


@verb
def add_address(*, member: Member, is_default: bool, **fields: Any) -> Address:
    """Keep an address; the first one is the default. Raises TooManyAddresses."""
    _lock(member)
    address = Address(member=member, is_default=is_default, **fields)
    asked = {str(f.column): f.value_from_object(address) for f in Address._meta.concrete_fields}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_ADDRESS, {**asked, "most": MOST_ADDRESSES})
        row = cursor.fetchone()
    if row is None:
        raise TooManyAddresses(most=MOST_ADDRESSES)
    (address.is_default,) = row
    return address


@verb
def edit_address(*, address: Address, **changes: Any) -> Address:
    """Change the fields that are named; `is_default=True` takes the mark from the other one."""
    _lock(address.member)
    is_default = changes.pop("is_default", None)
    if is_default is False:
        changes["is_default"] = False
    for name, value in changes.items():
        setattr(address, name, value)
    if changes:
        address.save(update_fields=list(changes))
    return _make_default(address) if is_default else address


def remove_address(*, address: Address) -> None:
    """Forget an address. Orders keep their own copy."""
    address.delete()


def _locked(member_id: UUID) -> Member:
    """Lock a member's row against other changes, and not against rows that point to it: those are
    checked at COMMIT, where a sign-in may hold moderation's lock already."""
    return Member.objects.select_for_update(no_key=True).get(pk=member_id)


def _take_standing(member: Member, standing: Standing) -> Member:
    """Show what passed; hide what was shown and refused afterwards. The row is locked."""
    if standing.is_public and member.pending_nickname:
        member.nickname, member.pending_nickname = member.pending_nickname, ""
    elif standing.state == StandingState.REFUSED and not member.pending_nickname:
        member.nickname, member.pending_nickname = "", member.nickname
    member.nickname_standing = standing.state
    member.save(update_fields=["nickname", "pending_nickname", "nickname_standing"])
    return member


def _lock(member: Member) -> None:
    Member.objects.select_for_update().values_list("pk").get(pk=member.pk)


def _make_default(address: Address) -> Address:
    Address.objects.filter(member=address.member, is_default=True).update(is_default=False)
    address.is_default = True
    address.save(update_fields=["is_default"])
    return address


def _move(member: Member, target: MemberState) -> Member:
    moved = Member.objects.filter(pk=member.pk, state__in=MEMBER_FLOW.before(target)).update(
        state=target
    )
    if not moved:
        raise MemberCannotMove(state=member.state)
    member.state = target
    return member

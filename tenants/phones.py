"""Phones on which staff work inside the shop's own mini-program. Each verb is one transaction on
the platform.

Somebody of the staff makes a code in the portal and enters it on the phone: from then on this user
of this mini-program is that person in the shop, until the phone or the membership is taken away.
What a phone carries is a token for half an hour, given for a fresh `wx.login` only, so whoever
steals a customer's token cannot trade it for the till. Roles are read anew at every request.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kernel import clock, identifiers
from kernel.errors import Refusal
from tenants.context import Shop
from tenants.membership import NoSuchMember, lock, note
from tenants.models import LinkCode, Membership, Phone, PhoneToken, Tenant, WrongCode
from tenants.states import ROLE_RANK, Role

CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(minutes=30)
WRONG_SPAN = timedelta(minutes=15)
MOST_WRONG, MOST_WRONG_IN_SHOP = 5, 30
"""Of 10⁸ codes: thirty guesses while one lives find it once in three million times."""
MOST_PHONES = 5


class LinkCodeNotAccepted(Refusal):
    """The code is wrong, was used, or is older than ten minutes."""

    status = 403
    en = "This code is wrong, used, or older than {minutes} minutes. Make a new one in the portal."
    zh = "绑定码有误、已被使用或已超过 {minutes} 分钟，请在商家后台重新生成。"


class TooManyWrongCodes(Refusal):
    """Somebody is guessing, here or elsewhere in this shop; the codes that wait are safe."""

    status = 429
    en = "Too many wrong codes. Please wait {minutes} minutes."
    zh = "输错次数过多，请 {minutes} 分钟后再试。"


class PhoneNotLinked(Refusal):
    """This WeChat user works in no shop here, or does so no more."""

    status = 403
    en = "This phone is not linked to anybody who works in this shop."
    zh = "该微信未绑定本店成员。"


class NoSuchPhone(Refusal):
    """The phone is not linked to this shop, or is somebody else's."""

    status = 404
    en = "There is no such phone."
    zh = "没有这部手机。"


class TooManyPhones(Refusal):
    """A person has a few phones."""

    en = "You have linked {most} phones already. Please remove one first."
    zh = "最多绑定 {most} 部手机，请先解绑一部。"


@dataclass(frozen=True)
class SignedIn:
    """`token` is shown this once; only its hash is kept."""

    token: str
    expires_at: datetime
    phone: Phone


@dataclass(frozen=True)
class NewCode:
    """`code` is shown this once; only its hash is kept."""

    code: str
    expires_at: datetime


@transaction.atomic
def make_code(*, tenant: Tenant, account_id: int) -> NewCode:
    """Give a member of the staff a code for one phone; an earlier one is void. Raises
    TooManyPhones, NoSuchMember."""
    lock(tenant)
    member = Membership.objects.filter(tenant=tenant, account_id=account_id).first()
    if member is None:  # removed at this moment
        raise NoSuchMember
    if member.phones.count() >= MOST_PHONES:
        raise TooManyPhones(most=MOST_PHONES)
    LinkCode.objects.filter(membership=member).delete()
    code = _free_code(tenant)
    made = LinkCode.objects.create(
        membership=member, hash=_digest_of_code(tenant, code), expires_at=clock.now() + CODE_LIFE
    )
    return NewCode(code, made.expires_at)


def link(*, tenant: Tenant, appid: str, openid: str, code: str, device: str) -> SignedIn:
    """Spend a code: from now on this WeChat user is the member who made it.

    A user who was linked to somebody else changes over. A wrong code is counted, also when two
    come at once. Raises LinkCodeNotAccepted, TooManyWrongCodes, TooManyPhones.
    """
    with transaction.atomic():
        lock(tenant)
        _refuse_guessing(tenant, appid, openid)
        found = _find_code(tenant, code)
        if found is not None:
            return _link(tenant, found, appid, openid, device)
        WrongCode.objects.create(tenant=tenant, appid=appid, openid=openid)
    raise LinkCodeNotAccepted(minutes=CODE_LIFE.seconds // 60)


@transaction.atomic
def sign_in(*, tenant: Tenant, appid: str, openid: str) -> SignedIn:
    """Give a linked phone a token for half an hour. Raises PhoneNotLinked."""
    phone = (
        phones_of(tenant)
        .filter(appid=appid, openid=openid, membership__account__is_active=True)
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if phone is None:
        raise PhoneNotLinked
    return _sign_in(phone)


@transaction.atomic
def unlink(*, tenant: Tenant, phone_id: int, by: str, only_of: int | None = None) -> None:
    """Take a phone away, at once; `only_of` limits it to one account's. Raises NoSuchPhone."""
    lock(tenant)
    rows = phones_of(tenant).filter(pk=phone_id)
    phone = (rows if only_of is None else rows.filter(membership__account_id=only_of)).first()
    if phone is None:
        raise NoSuchPhone
    phone.delete()
    note(tenant, f"{phone.membership.account.email}: {phone} was unlinked", by)


def phones_of(tenant: Tenant) -> QuerySet[Phone]:
    """Return the phones of the shop's staff with their accounts, the oldest first."""
    rows = Phone.objects.filter(membership__tenant=tenant)
    return rows.select_related("membership__account").order_by("pk")


def find_phone(token: str, shop: Shop) -> Phone | None:
    """Return the phone that a living token of this shop belongs to, by one statement.

    Whose account was switched off has none.
    """
    found = (
        PhoneToken.objects.filter(
            hash=_digest(token),
            expires_at__gt=clock.now(),
            phone__membership__tenant_id=shop.id,
            phone__membership__account__is_active=True,
        )
        .select_related("phone__membership__account")
        .first()
    )
    return found.phone if found else None


def may_see_all(role: Role) -> bool:
    """Say whether somebody sees, and may take away, the phones of others."""
    return ROLE_RANK[role] >= ROLE_RANK[Role.OWNER]


def _link(tenant: Tenant, found: LinkCode, appid: str, openid: str, device: str) -> SignedIn:
    member = found.membership
    others = member.phones.exclude(appid=appid, openid=openid)
    if others.count() >= MOST_PHONES:
        raise TooManyPhones(most=MOST_PHONES)
    found.delete()
    WrongCode.objects.filter(tenant=tenant, appid=appid, openid=openid).delete()
    Phone.objects.filter(appid=appid, openid=openid).delete()  # and its tokens
    phone = Phone.objects.create(membership=member, appid=appid, openid=openid, device=device)
    note(tenant, f"{member.account.email} linked {phone}", member.account.email)
    return _sign_in(phone)


def _sign_in(phone: Phone) -> SignedIn:
    now = clock.now()
    PhoneToken.objects.filter(phone=phone, expires_at__lte=now).delete()
    Phone.objects.filter(pk=phone.pk).update(used_at=now)
    token = identifiers.secret()
    made = PhoneToken.objects.create(phone=phone, hash=_digest(token), expires_at=now + TOKEN_LIFE)
    return SignedIn(token, made.expires_at, phone)


def _refuse_guessing(tenant: Tenant, appid: str, openid: str) -> None:
    """Count under the tenant's lock, so that guesses at once are not each the first."""
    wrong = WrongCode.objects.filter(tenant=tenant)
    wrong.filter(at__lte=clock.now() - WRONG_SPAN).delete()
    is_full = wrong.count() >= MOST_WRONG_IN_SHOP
    if is_full or wrong.filter(appid=appid, openid=openid).count() >= MOST_WRONG:
        raise TooManyWrongCodes(minutes=WRONG_SPAN.seconds // 60)


def _find_code(tenant: Tenant, code: str) -> LinkCode | None:
    return (
        LinkCode.objects.filter(
            hash=_digest_of_code(tenant, code),
            expires_at__gt=clock.now(),
            membership__tenant=tenant,
            membership__account__is_active=True,
        )
        .select_related("membership__account")
        .first()
    )


def _free_code(tenant: Tenant) -> str:
    """Return eight digits that no code of this shop has."""
    while True:
        code = f"{secrets.randbelow(10**8):08}"
        if not LinkCode.objects.filter(hash=_digest_of_code(tenant, code)).exists():
            return code


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _digest_of_code(tenant: Tenant, code: str) -> bytes:
    """Eight digits are soon tried out against a plain hash: a key that is not stored is in it."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"link {tenant.pk} {code}".encode(), "sha256")


def email_of(*, appid: str, openid: str) -> str:
    """Return the address of whoever works on a phone; empty for nobody. Public."""
    rows = Phone.objects.filter(appid=appid, openid=openid)
    return rows.values_list("membership__account__email", flat=True).first() or ""

"""Who works in a shop, and in which role. Each verb is one transaction on the platform.

`by` is the e-mail address of whoever acts; every change is one line of the shop's history.
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kernel.errors import Refusal
from tenants.limits import Limit, demand_room
from tenants.models import Account, Membership, Tenant, TenantStep
from tenants.states import Role


class LastOwner(Refusal):
    """A shop is never without an owner."""

    en = "{email} is the last owner of this shop. Make somebody else an owner first."
    zh = "{email} 是本店唯一的店主，请先指定另一位店主。"


class AlreadyMember(Refusal):
    """The account has a role in the shop; a role is changed, not given twice."""

    en = "{email} already works in this shop."
    zh = "{email} 已经是本店成员。"


class NoSuchMember(Refusal):
    """Nobody with this number works in the shop."""

    status = 404
    en = "This person does not work in this shop."
    zh = "本店没有这位成员。"


class TooManyMembers(Refusal):
    """A small shop has a small staff."""

    status = 403
    en = "A shop has at most {most} members of staff."
    zh = "一家小铺最多 {most} 位成员。"


class AccountAsleep(Refusal):
    """The account was switched off by the platform."""

    en = "The account {email} is switched off and cannot be added."
    zh = "账号 {email} 已停用，不能添加。"


MOST_MEMBERS = 50
_TOLD = r"^\S+@\S+( joined as| left as|: \w+ became) \w+$"
"""What the verbs here note."""


def members_of(tenant: Tenant) -> QuerySet[Membership]:
    """Return the shop's staff with their accounts, the oldest first."""
    return Membership.objects.filter(tenant=tenant).select_related("account").order_by("pk")


def history_of(tenant: Tenant, *, limit: int) -> list[TenantStep]:
    """Return up to `limit` lines of who came, went or got another role, the latest first."""
    rows = tenant.steps.filter(reason__regex=_TOLD)
    return list(rows.order_by("-pk")[:limit])


def find_account(email: str) -> Account | None:
    """Return the account of an address, whatever its letters' case."""
    return Account.objects.filter(email__iexact=email.strip()).first()


@transaction.atomic
def add_member(*, tenant: Tenant, email: str, role: Role, by: str) -> tuple[Membership, bool]:
    """Give an account a role; an unknown address gets an account without a password.

    Returns the membership and whether the account is new: then its owner needs a mail with a
    link to choose a password, which the caller sends after the commit.
    """
    lock(tenant)
    working = Membership.objects.filter(tenant=tenant).count()
    if working >= MOST_MEMBERS:
        raise TooManyMembers(most=MOST_MEMBERS)
    allowed = Tenant.objects.values_list("limits", flat=True).get(pk=tenant.pk)
    demand_room(Limit.STAFF, adding=1, count=lambda: working, of=allowed)
    account, is_new = _account(email)
    if not account.is_active:
        raise AccountAsleep(email=account.email)
    if Membership.objects.filter(tenant=tenant, account=account).exists():
        raise AlreadyMember(email=account.email)
    member = Membership.objects.create(tenant=tenant, account=account, role=role)
    note(tenant, f"{account.email} joined as {role}", by)
    return member, is_new


@transaction.atomic
def change_role(*, tenant: Tenant, member_id: int, role: Role, by: str) -> Membership:
    """Give a member another role; the same role again changes nothing."""
    lock(tenant)
    member = _member(tenant, member_id)
    if member.role == role:
        return member
    if role != Role.OWNER:
        _refuse_last_owner(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    note(tenant, f"{member.account.email}: {before} became {role}", by)
    return member


@transaction.atomic
def remove_member(*, tenant: Tenant, member_id: int, by: str) -> str:
    """Take a member's role away and return the e-mail address; the account itself stays."""
    lock(tenant)
    member = _member(tenant, member_id)
    _refuse_last_owner(member)
    email = member.account.email
    member.delete()
    note(tenant, f"{email} left as {member.role}", by)
    return email


def lock(tenant: Tenant) -> None:
    """Make changes to one shop's staff wait for each other: two owners cannot remove each other."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def _account(email: str) -> tuple[Account, bool]:
    found = find_account(email)
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return Account.objects.create_user(email.strip()), True
    except IntegrityError:  # somebody signed up with the address at this moment
        return Account.objects.get(email__iexact=email.strip()), False


def _member(tenant: Tenant, member_id: int) -> Membership:
    found = members_of(tenant).filter(pk=member_id).first()
    if found is None:
        raise NoSuchMember
    return found


def _refuse_last_owner(member: Membership) -> None:
    others = Membership.objects.filter(tenant=member.tenant_id, role=Role.OWNER).exclude(
        pk=member.pk
    )
    if member.role == Role.OWNER and not others.exists():
        raise LastOwner(email=member.account.email)


def note(tenant: Tenant, words: str, by: str) -> None:
    """Write into the shop's history, which only grows; the shop's own state stays as it is."""
    state = Tenant.objects.values_list("state", flat=True).get(pk=tenant.pk)
    TenantStep.objects.create(tenant=tenant, state=state, reason=words[:200], by=by)

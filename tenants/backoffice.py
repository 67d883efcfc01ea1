"""The door of owners to the shop itself: what it is, its WeChat, its staff.

These rows belong to the platform, so every operation leaves the shop for them.
"""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Router, Status

from tenants import actions, context, membership, standing
from tenants import modules as parts
from tenants.models import Membership, Merchant, MiniProgram, Tenant
from tenants.modules import Module
from tenants.schemas import (
    ClosingIn,
    ModulesIn,
    ModulesOut,
    RoleIn,
    ShopOut,
    StaffIn,
    StaffList,
    StaffOut,
    StandingOut,
    WeChatIn,
    WeChatOut,
)
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["shop"], auth=staff())
owner = staff(Role.OWNER)
MemberId = Annotated[int, Field(ge=1, le=2**62)]


@router.get("/shop", response=ShopOut, summary="The shop, and who is asking")
def read_shop(request: HttpRequest) -> ShopOut:
    """Answer any member of the staff."""
    shop, asking = context.shop(), _staff_member(request)
    with context.public():
        tenant = Tenant.objects.get(pk=shop.id)
        return ShopOut(
            id=shop.public_id,
            name=shop.name,
            state=tenant.state,
            closes_at=tenant.closes_at,
            currency=shop.currency,
            timezone=shop.timezone,
            storefront_url=f"{settings.PUBLIC_URL}/s/{shop.public_id}/v1",
            modules=[Module(name) for name in shop.modules],
            wechat=_wechat(shop.id),
            email=asking.email,
            role=asking.role,
        )


@router.put("/wechat", response=WeChatOut, auth=owner, summary="Connect mini-program and merchant")
def connect_wechat(request: HttpRequest, body: WeChatIn) -> WeChatOut:
    """Bind the mini-program and the sub-merchant; 409 where another shop has them."""
    tenant = _tenant()
    with context.public():
        actions.connect_wechat(tenant=tenant, appid=body.appid, sub_mchid=body.sub_mchid)
        return _wechat(tenant.pk)


@router.put("/modules", response=ModulesOut, auth=owner, summary="Open and close parts of the shop")
def choose_modules(request: HttpRequest, body: ModulesIn) -> ModulesOut:
    """Everything of a part that is closed answers 403 module_off. Refused: 409 module_not_built."""
    tenant, by = _tenant(), _staff_member(request).email
    with context.public():
        return ModulesOut(modules=parts.choose(tenant=tenant, modules=body.modules, by=by))


@router.post("/closing", response=StandingOut, auth=owner, summary="Close the shop")
def begin_closing(request: HttpRequest, body: ClosingIn) -> StandingOut:
    """Take no more orders, and close when the time for exports is over."""
    tenant, by = _tenant(), _staff_member(request).email
    reason = body.reason or "closed by its owner"
    with context.public():
        return _standing(standing.begin_closing(tenant=tenant, reason=reason, by=by))


@router.delete("/closing", response=StandingOut, auth=owner, summary="Open it again after all")
def come_back(request: HttpRequest) -> StandingOut:
    """Take the closing back; the shop is as it was."""
    tenant, by = _tenant(), _staff_member(request).email
    with context.public():
        return _standing(standing.come_back(tenant=tenant, reason="its owner came back", by=by))


@router.get("/staff", response=StaffList, auth=owner, summary="Who works here")
def list_staff(request: HttpRequest) -> StaffList:
    """Answer the oldest member first."""
    tenant = _tenant()
    with context.public():
        return StaffList(items=[_staff_out(m) for m in membership.members_of(tenant)])


@router.post("/staff", response={201: StaffOut}, auth=owner, summary="Add somebody by e-mail")
def add_staff(request: HttpRequest, body: StaffIn) -> Status[StaffOut]:
    """Give an account a role; an unknown address gets an account and resets its password."""
    tenant, by = _tenant(), _staff_member(request).email
    with context.public():
        member, _ = membership.add_member(tenant=tenant, email=body.email, role=body.role, by=by)
        return Status(201, _staff_out(member))


@router.patch("/staff/{member_id}", response=StaffOut, auth=owner, summary="Change a role")
def change_role(request: HttpRequest, body: RoleIn, member_id: MemberId) -> StaffOut:
    """Refuse to take the last owner's role away."""
    tenant, by = _tenant(), _staff_member(request).email
    with context.public():
        changed = membership.change_role(tenant=tenant, member_id=member_id, role=body.role, by=by)
        return _staff_out(changed)


@router.delete("/staff/{member_id}", response={204: None}, auth=owner, summary="Remove somebody")
def remove_staff(request: HttpRequest, member_id: MemberId) -> Status[None]:
    """Take the role away; the account itself stays."""
    tenant, by = _tenant(), _staff_member(request).email
    with context.public():
        membership.remove_member(tenant=tenant, member_id=member_id, by=by)
    return Status(204, None)


def _staff_member(request: HttpRequest) -> StaffMember:
    found: StaffMember = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found


def _tenant() -> Tenant:
    shop = context.shop()
    with context.public():
        return Tenant.objects.get(pk=shop.id)


def _standing(tenant: Tenant) -> StandingOut:
    return StandingOut(state=tenant.state, closes_at=tenant.closes_at)


def _wechat(tenant_id: int) -> WeChatOut:
    appids = MiniProgram.objects.filter(tenant_id=tenant_id).order_by("pk")
    merchant = Merchant.objects.filter(tenant_id=tenant_id).first()
    return WeChatOut(
        appids=list(appids.values_list("appid", flat=True)),
        sub_mchid=merchant.sub_mchid if merchant else None,
    )


def _staff_out(member: Membership) -> StaffOut:
    return StaffOut(
        id=member.pk, email=member.account.email, role=Role(member.role), since=member.created_at
    )

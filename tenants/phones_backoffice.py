"""The door through which phones of the staff come in, and are shown out again.

These rows belong to the platform, so every operation leaves the shop for them.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Status

from tenants import context, modules, phones, wechat_users
from tenants.models import Phone, Tenant
from tenants.modules import Module
from tenants.schemas import (
    LinkCodeOut,
    PhoneLinkIn,
    PhoneLoginIn,
    PhoneOut,
    PhoneSignedInOut,
    PhonesOut,
)
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["phones"], auth=staff())
PhoneId = Annotated[int, Field(ge=1, le=2**62)]


@router.post(
    "/codes", response={201: LinkCodeOut}, auth=staff(in_portal=True), summary="A code for a phone"
)
def make_code(request: HttpRequest) -> Status[LinkCodeOut]:
    """Eight digits that link one phone to whoever asks, within ten minutes; the one before is void.

    Refused: 403 only_in_portal, 409 too_many_phones.
    """
    tenant = _tenant()
    with context.public():
        made = phones.make_code(tenant=tenant, account_id=_staff(request).account_id)
    return Status(201, LinkCodeOut(code=made.code, expires_at=made.expires_at))


@router.post("/link", response=PhoneSignedInOut, auth=None, summary="Link this phone")
def link(request: HttpRequest, body: PhoneLinkIn) -> Any:
    """Needs a fresh code of wx.login beside the portal's: it tells whose phone it is.

    Refused: 403 link_code_not_accepted, module_off, app_of_another_shop, 409 too_many_phones, 429
    too_many_wrong_codes, and as for signing in.
    """
    modules.demand(Module.OWNER)
    tenant = _tenant()
    person = wechat_users.identify(appid=body.appid, code=body.code)
    with context.public():
        signed_in = phones.link(
            tenant=tenant,
            appid=body.appid,
            openid=person.openid,
            code=body.link_code,
            device=body.device,
        )
    return _signed_in(signed_in)


@router.post("/login", response=PhoneSignedInOut, auth=None, summary="Sign in on a linked phone")
def login(request: HttpRequest, body: PhoneLoginIn) -> Any:
    """Give a token for half an hour; send it as Bearer to every operation of the backoffice.

    Refused: 401 login_code_refused, 403 module_off, phone_not_linked, app_of_another_shop, 503
    sign_in_unavailable.
    """
    modules.demand(Module.OWNER)
    tenant = _tenant()
    person = wechat_users.identify(appid=body.appid, code=body.code)
    with context.public():
        return _signed_in(phones.sign_in(tenant=tenant, appid=body.appid, openid=person.openid))


@router.get("", response=PhonesOut, summary="Linked phones")
def list_phones(request: HttpRequest) -> PhonesOut:
    """Owners see everybody's, others their own; the oldest first."""
    tenant, asking = _tenant(), _staff(request)
    with context.public():
        rows = phones.phones_of(tenant)
        if not phones.may_see_all(asking.role):
            rows = rows.filter(membership__account_id=asking.account_id)
        return PhonesOut(items=[_phone(row, asking) for row in rows])


@router.delete("/{phone_id}", response={204: None}, summary="Unlink a phone")
def unlink(request: HttpRequest, phone_id: PhoneId) -> Status[None]:
    """It is out with its next request. Owners unlink anybody's, others their own; from a phone one
    unlinks that phone only. Refused: 404 no_such_phone."""
    tenant, asking = _tenant(), _staff(request)
    if asking.phone_id not in {None, phone_id}:
        raise phones.NoSuchPhone
    only_of = None if phones.may_see_all(asking.role) else asking.account_id
    with context.public():
        phones.unlink(tenant=tenant, phone_id=phone_id, by=asking.email, only_of=only_of)
    return Status(204, None)


def _staff(request: HttpRequest) -> StaffMember:
    found: StaffMember = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found


def _tenant() -> Tenant:
    shop = context.shop()
    with context.public():
        return Tenant.objects.get(pk=shop.id)


def _signed_in(signed_in: phones.SignedIn) -> PhoneSignedInOut:
    member = signed_in.phone.membership
    return PhoneSignedInOut(
        token=signed_in.token,
        expires_at=signed_in.expires_at,
        phone_id=signed_in.phone.pk,
        email=member.account.email,
        role=Role(member.role),
    )


def _phone(row: Phone, asking: StaffMember) -> PhoneOut:
    member = row.membership
    return PhoneOut(
        id=row.pk,
        device=row.device,
        email=member.account.email,
        role=Role(member.role),
        linked_at=row.linked_at,
        used_at=row.used_at,
        is_this_one=row.pk == asking.phone_id,
    )

"""The members' door: sign in, be called something, and keep addresses."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language_from_request
from ninja import Router, Status

from shop.members import actions, queries
from shop.members.auth import member
from shop.members.models import Address, Member
from shop.members.schemas import (
    AddressChange,
    AddressesOut,
    AddressIn,
    AddressOut,
    LoginIn,
    LoginOut,
    MemberChange,
    MemberOut,
)

router = Router(tags=["members"])


@router.post("/login", response=LoginOut, summary="Sign in with the code of wx.login")
def login(request: HttpRequest, body: LoginIn) -> Any:
    """Refused: 401 login_code_refused, 403 app_of_another_shop, member_blocked,
    member_blocked_by_we_chat, 503 sign_in_unavailable."""
    signed_in = actions.login_with_code(appid=body.appid, code=body.code)
    return {
        "token": signed_in.token,
        "expires_at": signed_in.expires_at,
        "member": _shown(request, signed_in.member),
    }


@router.post("/logout", response={204: None}, auth=member, summary="Sign out this device")
def logout(request: HttpRequest) -> Any:
    """End the token that this request brings."""
    actions.sign_out(token=request.member_token)  # type: ignore[attr-defined]  # set by auth
    return Status(204, None)


@router.get("/me", response=MemberOut, auth=member, summary="Who am I")
def me(request: HttpRequest) -> Any:
    """Return the member whose token this is."""
    return _shown(request, request.auth)  # type: ignore[attr-defined]  # set by ninja


@router.patch("/me", response=MemberOut, auth=member, summary="Change my nickname")
def change_me(request: HttpRequest, body: MemberChange) -> Any:
    """Have it checked: until it passed, others see the one before. Refused: 429
    submitted_too_often."""
    mine = request.auth  # type: ignore[attr-defined]  # set by ninja
    return _shown(request, actions.rename(member=mine, nickname=body.nickname))


@router.get("/addresses", response=AddressesOut, auth=member, summary="My addresses")
def addresses(request: HttpRequest) -> Any:
    """Return all of them, at most 20: the default one first."""
    return {"items": list(queries.addresses_of(request.auth))}  # type: ignore[attr-defined]  # set by ninja


@router.post("/addresses", response={201: AddressOut}, auth=member, summary="Add an address")
def add_address(request: HttpRequest, body: AddressIn) -> Any:
    """The first one becomes the default. Refused: 409 too_many_addresses."""
    return Status(201, actions.add_address(member=request.auth, **body.dict()))  # type: ignore[attr-defined]  # set by ninja


@router.get("/addresses/{uuid:address_id}", response=AddressOut, auth=member, summary="An address")
def address(request: HttpRequest, address_id: UUID) -> Any:
    """Return one of my addresses."""
    return _mine(request, address_id)


@router.patch(
    "/addresses/{uuid:address_id}", response=AddressOut, auth=member, summary="Change an address"
)
def change_address(request: HttpRequest, address_id: UUID, body: AddressChange) -> Any:
    """Change the fields that are sent."""
    changes = body.dict(exclude_none=True)
    return actions.edit_address(address=_mine(request, address_id), **changes)


@router.delete(
    "/addresses/{uuid:address_id}", response={204: None}, auth=member, summary="Remove an address"
)
def remove_address(request: HttpRequest, address_id: UUID) -> Any:
    """Forget an address; orders keep their own copy."""
    actions.remove_address(address=_mine(request, address_id))
    return Status(204, None)


def _shown(request: HttpRequest, member: Member) -> dict[str, Any]:
    names = ("id", "nickname", "pending_nickname", "nickname_standing")
    reason = queries.why_nickname_waits(member, get_language_from_request(request))
    return {**{name: getattr(member, name) for name in names}, "nickname_reason": reason}


def _mine(request: HttpRequest, address_id: UUID) -> Address:
    found = queries.find_address(request.auth, address_id)  # type: ignore[attr-defined]  # set by ninja
    if found is None:
        raise Http404
    return found

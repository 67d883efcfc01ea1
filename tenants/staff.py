"""Who of the shop's staff is at the door of the backoffice, and in which role."""

from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthorizationError
from ninja.security import APIKeyCookie

from kernel.errors import Refusal
from tenants import context, modules, phones, queries
from tenants.modules import Module
from tenants.states import ROLE_RANK, Role


class OnlyInPortal(Refusal):
    """What only owners may do is not done from a phone: it needs the password's sign-in."""

    status = 403
    en = "This is done in the portal only, not from a phone."
    zh = "此操作只能在商家后台进行，不能在手机上操作。"


@dataclass(frozen=True)
class StaffMember:
    """`request.auth` of every backoffice operation. `phone_id` is None for a portal's session."""

    account_id: int
    email: str
    role: Role
    phone_id: int | None = None


class staff(APIKeyCookie):  # noqa: N801  # reads as a word on the route: auth=staff(Role.MANAGER)
    """Let in whoever has at least this role in the current shop.

    A portal's session comes as a cookie, and ninja checks CSRF; a linked phone's token comes as
    Bearer, which no page can send by accident. A request with a token is judged by it alone.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, least: Role = Role.FULFILMENT, *, in_portal: bool = False) -> None:
        self.least = least
        self.in_portal = in_portal or least == Role.OWNER
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Any:
        """Judge by the token where there is one, else by the session."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            modules.demand(Module.OWNER)
            return self._admit(_by_phone(token.strip()))
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return the StaffMember, None for a stranger; refuse a role that is too low."""
        return self._admit(_by_session(request))

    def _admit(self, found: StaffMember | None) -> StaffMember | None:
        if found is None:
            return None
        structlog.contextvars.bind_contextvars(
            account=found.account_id, via="portal" if found.phone_id is None else "phone"
        )
        if ROLE_RANK[found.role] < ROLE_RANK[self.least]:
            raise AuthorizationError
        if self.in_portal and found.phone_id is not None:
            raise OnlyInPortal
        return found


def _by_session(request: HttpRequest) -> StaffMember | None:
    shop = context.shop()
    with context.public():
        account = request.user
        if not account.is_authenticated:
            return None
        role = queries.find_role(account.pk, shop)
    return StaffMember(account.pk, account.email, Role(role)) if role else None


def _by_phone(token: str) -> StaffMember | None:
    shop = context.shop()
    with context.public():
        phone = phones.find_phone(token, shop)
    if phone is None:
        return None
    account, role = phone.membership.account, Role(phone.membership.role)
    return StaffMember(account.pk, account.email, role, phone.pk)

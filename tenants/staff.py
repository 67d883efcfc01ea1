"""Who of the shop's staff is at the door of the backoffice, and in which role."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthorizationError
from ninja.security import APIKeyCookie

from tenants import context, queries
from tenants.states import ROLE_RANK, Role


@dataclass(frozen=True)
class StaffMember:
    """`request.auth` of every backoffice operation."""

    account_id: int
    email: str
    role: Role


class staff(APIKeyCookie):  # noqa: N801  # reads as a word on the route: auth=staff(Role.MANAGER)
    """Let in whoever has at least this role in the current shop; CSRF is checked by ninja."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, least: Role = Role.FULFILMENT) -> None:
        self.least = least
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return the StaffMember, None for a stranger; refuse a role that is too low."""
        shop = context.shop()
        with context.public():
            account = request.user
            if not account.is_authenticated:
                return None
            role = queries.find_role(account.pk, shop)
        if role is None:
            return None
        if ROLE_RANK[Role(role)] < ROLE_RANK[self.least]:
            raise AuthorizationError
        return StaffMember(account.pk, account.email, Role(role))

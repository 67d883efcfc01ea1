"""Who may stand at a shop's desk: every page of a shop asks here first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from billing.plans import queries as plans
from billing.plans.models import Invoice
from kernel.errors import Refusal
from portal.words import sentence
from tenants import directory, queries
from tenants.context import Shop
from tenants.fleet import mismatches
from tenants.fleet.mismatches import UPDATED_WITHIN, ShopBeingUpdated
from tenants.lifecycle import Door, ShopMoving, may, refusal
from tenants.models import Account, Tenant
from tenants.states import ROLE_RANK, Role, TenantState


@dataclass(frozen=True)
class Desk:
    """A member of a shop's staff at work: which shop, which person, which role."""

    tenant: Tenant
    shop: Shop
    account: Account
    role: Role

    @property
    def is_owner(self) -> bool:
        """Say whether this person may do everything in the shop."""
        return self.role == Role.OWNER

    @property
    def is_manager(self) -> bool:
        """Say whether this person may change products and give money back."""
        return self.may(Role.MANAGER)

    def may(self, least: Role) -> bool:
        """Say whether this person has at least this role."""
        return ROLE_RANK[self.role] >= ROLE_RANK[least]

    @property
    def is_open(self) -> bool:
        """Say whether the shop may be changed: it sells."""
        return may(self.tenant.state, Door.WRITE)

    @property
    def standing_reason(self) -> str:
        """Return why the shop stands where it does, as its history says."""
        steps = self.tenant.steps.filter(state=self.tenant.state).order_by("pk")
        return steps.values_list("reason", flat=True).last() or ""

    @property
    def owed(self) -> Invoice | None:
        """Return the invoice that waits to be paid, for the banner of owners."""
        found = plans.subscription_of(self.tenant) if self.is_owner else None
        return plans.open_invoice(found) if found else None

    @property
    def trial_ends_at(self) -> datetime | None:
        """Return when the trial of the shop's plan ends, for the banner of owners."""
        found = plans.subscription_of(self.tenant) if self.is_owner else None
        return found.trial_ends_at if found and found.state == "trialing" else None

    @property
    def is_readable(self) -> bool:
        """Say whether the shop's pages may be looked at."""
        return may(self.tenant.state, Door.READ)


Page = Callable[..., HttpResponseBase]
GONE = frozenset({TenantState.CLOSED, TenantState.PURGED})
"""Shops that nobody but the platform's staff sees."""


def at_desk(
    least: Role = Role.FULFILMENT, *, also_closed: bool = False, door: Door | None = None
) -> Callable[[Page], Page]:
    """Let in staff of the shop from this role up; hand the page a Desk instead of the public id.

    Strangers get 404, a role that is too low 403. Without a `door`, looking goes through READ and
    sending through WRITE. Where that is shut the start page says why; `also_closed` is for that
    page itself.
    """

    def decorate(page: Page) -> Page:
        @login_required
        @wraps(page)
        def enter(request: HttpRequest, public_id: str, **rest: Any) -> HttpResponseBase:
            desk = desk_of(request, public_id)
            if not desk.may(least):
                raise PermissionDenied
            if desk.shop.is_moving:
                return _not_now(request, ShopMoving())
            is_looking = request.method in {"GET", "HEAD"}
            asked = door or (Door.READ if is_looking else Door.WRITE)
            refused = None if also_closed else refusal(desk.tenant.state, asked)
            if refused is not None:
                if not is_looking:
                    messages.error(request, sentence(refused))
                return redirect("portal:shop", public_id=public_id)
            try:
                return page(request, desk, **rest)
            except ProgrammingError as error:
                why = mismatches.why(error, desk.shop)
                if why is None:
                    raise
                return _not_now(request, why)

        return enter

    return decorate


def _not_now(request: HttpRequest, why: Refusal) -> HttpResponse:
    """Say why the shop's pages are away for a moment: it moves, or it is being updated."""
    again = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    content = {"words": sentence(why), "again": again}
    response = render(request, "503.html", content, status=why.status)
    is_behind = isinstance(why, ShopBeingUpdated)
    response.headers["Retry-After"] = str(UPDATED_WITHIN if is_behind else 3)
    return response


def desk_of(request: HttpRequest, public_id: str) -> Desk:
    """Return where the signed-in person works in this shop; 404 for everybody else.

    Reads the row instead of the directory: the waiting page must see a shop open at once.
    """
    account = request.user
    tenant = Tenant.objects.filter(public_id=public_id).first()
    if tenant is None or tenant.state in GONE or not isinstance(account, Account):
        raise Http404
    shop = directory.shop_of(tenant)
    role = queries.find_role(account.pk, shop)
    if role is None:
        raise Http404
    return Desk(tenant=tenant, shop=shop, account=account, role=Role(role))

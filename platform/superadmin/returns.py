"""Refunds of one shop above the limit: the platform may be the second person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.money import Money
from shop.orders import actions as orders
from shop.orders import queries as order_queries
from superadmin.acts import ask_why
from superadmin.audit import record
from superadmin.ledger import ShopChoice
from superadmin.site import site
from tenants import context, directory
from tenants.models import Tenant

MOST = 100
"""So many are shown, the oldest first."""


@site.page("returns/", "returns")
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a shop, and list its refunds that need a second person."""
    form = ShopChoice(request.GET or None)
    content: dict[str, Any] = {
        **site.each_context(request),
        "title": _("Refunds that need a second person"),
        "form": form,
        "limit": Money(settings.REFUND_TWO_PERSON_MINOR),
    }
    if form.is_bound and form.is_valid():
        content |= waiting(form.cleaned_data["shop"])
    return TemplateResponse(request, "superadmin/returns.html", content)


@site.page("returns/<str:public_id>/<uuid:row_id>/<str:verb>/", "decide_return")
def act(request: HttpRequest, public_id: str, row_id: UUID, verb: str) -> HttpResponse:
    """Ask why, then agree to a refund above the limit, or decline it."""
    tenant = Tenant.objects.filter(public_id=public_id).first()
    found = _VERBS.get(verb)
    if tenant is None or found is None or not request.user.is_superuser:
        raise Http404
    title, run = found

    def do(reason: str) -> str:
        with transaction.atomic():
            with context.activate(directory.shop_of(tenant)):
                facts = run(row_id, f"platform:{request.user}")
            record(request, f"{verb} refund", tenant, after=facts, reason=reason)
        return gettext("Done: %(job)s") % {"job": f"{title} {facts['number']}"}

    back = f"{reverse('superadmin:returns')}?shop={public_id}"
    words = gettext("%(shop)s: the reason stands in the audit log.") % {"shop": tenant.name}
    return ask_why(
        request, site.each_context(request), title=str(title), words=words, back=back, do=do
    )


def waiting(tenant: Tenant) -> dict[str, Any]:
    """Return `{"tenant", "above_limit"}`: rows with what a page shows of them."""
    with context.activate(directory.shop_of(tenant)):
        rows = [
            {
                "id": row.pk,
                "number": row.order.number,
                "amount": str(row.amount),
                "why": f"{row.reason} ({row.by})",
                "since": row.created_at,
            }
            for row in order_queries.waiting_returns(limit=MOST)
        ]
    return {"tenant": tenant, "above_limit": rows}


def _decide(row_id: UUID, by: str, verb: Callable[..., None]) -> dict[str, Any]:
    rows = order_queries.waiting_returns(limit=None)
    row = next((r for r in rows if r.pk == row_id), None)
    if row is None:
        raise Http404
    verb(row=row, by=by)
    return {"number": row.order.number, "amount": str(row.amount), "state": str(row.state)}


def _approve(row_id: UUID, by: str) -> dict[str, Any]:
    return _decide(row_id, by, orders.approve_return)


def _decline(row_id: UUID, by: str) -> dict[str, Any]:
    return _decide(row_id, by, orders.decline_return)


_VERBS = {
    "approve": (_("Agree to the refund"), _approve),
    "decline": (_("Decline the refund"), _decline),
}

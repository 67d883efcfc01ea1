"""Profit sharing of one shop: who shares, what waits, what a person must look at; try again."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.sharing import actions, queries
from billing.sharing.models import Sharing
from superadmin.acts import ask_why
from superadmin.audit import record
from superadmin.ledger import ShopChoice
from superadmin.site import site
from tenants import actions as tenants
from tenants import context, directory
from tenants.context import Shop
from tenants.models import Merchant, Tenant

MOST = 100
"""So many are shown of each part of the list."""


@site.page("sharings/", "sharings")
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a shop, and show what of its payments is shared."""
    form = ShopChoice(request.GET or None)
    content = {**site.each_context(request), "title": _("Profit sharing"), "form": form}
    if form.is_bound and form.is_valid():
        content |= _of(form.cleaned_data["shop"], may_act=_may_act(request))
    return TemplateResponse(request, "superadmin/sharings.html", content)


@site.page("sharings/retry/", "sharing_retry")
def retry(request: HttpRequest) -> HttpResponse:
    """Ask why, then try again: the sharing's history and the audit log both remember."""
    tenant = _tenant(request)
    shop = directory.shop_of(tenant)
    row = _row(shop, request.GET.get("number", ""))

    def do(reason: str) -> str:
        before = {"number": row.out_order_no, "state": row.state, "refusal": row.refusal}
        with transaction.atomic():
            with context.activate(shop):
                actions.retry(sharing=row, by=str(request.user))
            record(request, "retry sharing", tenant, before=before, after={}, reason=reason)
        return gettext("Done: %(job)s") % {"job": row.out_order_no}

    title = f"{gettext('Try again')}: {row.out_order_no}"
    words = gettext(
        "What WeChat refused is handed over now, under the same number: it shares once. What the"
        " platform did not give back is asked of its merchant again."
    )
    return _ask(request, tenant, title, words, do)


@site.page("sharings/switch/", "sharing_switch")
def switch(request: HttpRequest) -> HttpResponse:
    """Ask why, then have the shop's payments ordered with profit sharing, or without."""
    tenant = _tenant(request)
    is_on = not Merchant.objects.filter(tenant=tenant, is_sharing=True).exists()

    def do(reason: str) -> str:
        with transaction.atomic():
            tenants.set_sharing(tenant=tenant, is_on=is_on)
            before, after = {"is_sharing": not is_on}, {"is_sharing": is_on}
            record(request, "switch sharing", tenant, before=before, after=after, reason=reason)
        return gettext("Done: %(job)s") % {"job": tenant.name}

    title = gettext("Share from now on") if is_on else gettext("Share no more")
    words = gettext(
        "It counts for payments that are ordered from now on. The owner must have allowed the"
        " platform to share at WeChat Pay, else sharings are refused there and wait."
    )
    return _ask(request, tenant, f"{title}: {tenant.name}", words, do)


def _of(tenant: Tenant, *, may_act: bool) -> dict[str, Any]:
    shop = directory.shop_of(tenant)
    merchant = Merchant.objects.filter(tenant=tenant).first()
    with context.activate(shop):
        parts = [
            (_("Needs a person"), _described(queries.needing_a_person()), may_act),
            (_("Under way"), _described(queries.under_way()), False),
            (_("Ended"), _described(queries.ended()), False),
        ]
    asked = {"shop": shop.public_id}
    return {
        "shop": shop,
        "merchant": merchant,
        "parts": parts,
        "switch_link": f"{reverse('superadmin:sharing_switch')}?{urlencode(asked)}"
        if may_act and merchant
        else "",
        "retry_link": f"{reverse('superadmin:sharing_retry')}?{urlencode(asked)}",
    }


def _described(rows: Any) -> list[dict[str, Any]]:
    """Return each sharing with its parts and returns, read in three queries."""
    found = rows.select_related("attempt__payment").prefetch_related("parts__returns")
    return [{"row": row, "parts": _parts(row)} for row in found.order_by("-pk")[:MOST]]


def _parts(sharing: Sharing) -> list[dict[str, Any]]:
    described = []
    for part in sorted(sharing.parts.all(), key=lambda p: p.place):
        part.sharing = sharing
        returns = sorted(part.returns.all(), key=lambda r: r.out_return_no)
        described.append({"part": part, "returns": returns})
    return described


def _ask(request: HttpRequest, tenant: Tenant, title: str, words: str, do: Any) -> HttpResponse:
    back = f"{reverse('superadmin:sharings')}?{urlencode({'shop': tenant.public_id})}"
    page = {**site.each_context(request), "opts": Tenant._meta}
    return ask_why(request, page, title=title, words=words, back=back, do=do)


def _tenant(request: HttpRequest) -> Tenant:
    if not _may_act(request):
        raise PermissionDenied
    tenant = Tenant.objects.filter(public_id=request.GET.get("shop", "")).first()
    if tenant is None:
        raise Http404
    return tenant


def _row(shop: Shop, number: str) -> Sharing:
    with context.activate(shop):
        row = queries.find_sharing(number)
    if row is None:
        raise Http404
    return row


def _may_act(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("tenants.change_tenant"))

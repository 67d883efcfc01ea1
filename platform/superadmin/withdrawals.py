"""Withdrawals of one shop: what is under way, what WeChat refuses, and which jobs died on it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.withdrawals import queries, transferring
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import LIVE, UNTOLD
from billing.withdrawals.states import WithdrawalState as W
from superadmin import letters
from superadmin.acts import ask_why
from superadmin.audit import record
from superadmin.ledger import ShopChoice
from superadmin.site import site
from tenants import context, directory
from tenants.context import Shop
from tenants.models import Tenant

MOST = 100
"""So many are shown of what is live, and of what has ended."""
_VERBS: dict[str, tuple[Any, Any, Callable[..., object]]] = {
    "retry": (
        _("Ask WeChat again"),
        _("The worker asks WeChat at once, under the same number: it pays once."),
        transferring.retry,
    ),
    "stop": (
        _("Stop"),
        _("WeChat is asked to cancel. The money goes back unless it was paid already."),
        transferring.stop,
    ),
}


@site.page("withdrawals/", "withdrawals")
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a shop, and show what it pays out."""
    form = ShopChoice(request.GET or None)
    content = {**site.each_context(request), "title": _("Withdrawals"), "form": form}
    if form.is_bound and form.is_valid():
        content |= _of(form.cleaned_data["shop"], may_act=_may_act(request))
    return TemplateResponse(request, "superadmin/withdrawals.html", content)


@site.page("withdrawals/act/", "withdrawal_act")
def act(request: HttpRequest) -> HttpResponse:
    """Ask why, then do it: the withdrawal's history and the audit log both remember."""
    if not _may_act(request):
        raise PermissionDenied
    tenant = Tenant.objects.filter(public_id=request.GET.get("shop", "")).first()
    chosen = _VERBS.get(request.GET.get("verb", ""))
    if tenant is None or chosen is None:
        raise Http404
    shop, (title, words, verb) = directory.shop_of(tenant), chosen
    row = _row(shop, request.GET.get("number", ""))

    def do(reason: str) -> str:
        before = {"number": row.number, "state": row.state}
        with context.activate(shop):
            verb(withdrawal=row, by=str(request.user))
        after = {"number": row.number, "state": _row(shop, row.number).state}
        name = f"{request.GET['verb']} withdrawal"
        record(request, name, tenant, before=before, after=after, reason=reason)
        return gettext("Done: %(job)s") % {"job": f"{title}: {row.number}"}

    back = f"{reverse('superadmin:withdrawals')}?{urlencode({'shop': tenant.public_id})}"
    page = {**site.each_context(request), "opts": Tenant._meta}
    asked = f"{title}: {row.number}"
    return ask_why(request, page, title=asked, words=str(words), back=back, do=do)


def _of(tenant: Tenant, *, may_act: bool) -> dict[str, Any]:
    shop = directory.shop_of(tenant)
    with context.activate(shop):
        live = list(queries.search().filter(state__in=LIVE).order_by("pk")[:MOST])
        ended = list(queries.search().exclude(state__in=LIVE)[:MOST])
    dead = letters.dead_letters().filter(
        letters.about("billing.withdrawals"), tenant=shop.public_id
    )
    acts = {row.pk: _acts(row, shop) if may_act else [] for row in live}
    return {
        "shop": shop,
        "parts": [
            {"words": _("Under way"), "rows": [(row, acts[row.pk]) for row in live]},
            {"words": _("Ended"), "rows": [(row, []) for row in ended]},
        ],
        "dead_count": dead.count(),
        "dead_link": f"{reverse('superadmin:jobs_queuedmessage_changelist')}"
        f"?{urlencode({'state': 'rejected', 'q': shop.public_id})}",
    }


def _acts(row: Withdrawal, shop: Shop) -> list[tuple[Any, str]]:
    """Return what can be done to a live withdrawal: words and link."""
    verbs = [] if row.state in UNTOLD - {W.APPROVED} else ["retry"]
    verbs += [] if row.state == W.CANCELLING else ["stop"]
    asked = {"shop": shop.public_id, "number": row.number}
    base = reverse("superadmin:withdrawal_act")
    return [(_VERBS[verb][0], f"{base}?{urlencode({**asked, 'verb': verb})}") for verb in verbs]


def _may_act(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("tenants.change_tenant"))


def _row(shop: Shop, number: str) -> Withdrawal:
    with context.activate(shop):
        row = queries.find(number)
    if row is None:
        raise Http404
    return row

"""Which shops owe commission to the platform, the largest first; from here a payment is noted."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.platform_books.queries import Owing
from billing.settlements import owing
from superadmin.site import site
from superadmin.words import said
from tenants.models import Tenant
from tenants.states import LIVE_STATES, OPEN_STATES

PER_PAGE = 50


@site.page("owing/", "owing")
def show(request: HttpRequest) -> HttpResponse:
    """Show a page of the shops that owe; `?currency=` shows those of one currency."""
    currency = request.GET.get("currency", "")
    seen = owing.look(currency=currency, number=request.GET.get("page", "1"), size=PER_PAGE)
    ids = [row.public_id for row in seen.rows]
    named = Tenant.objects.filter(public_id__in=ids).select_related("merchant")
    tenants = {tenant.public_id: tenant for tenant in named.prefetch_related("mini_programs")}
    content = {
        **site.each_context(request),
        "title": _("Who owes commission"),
        "totals": seen.totals,
        "currency": currency,
        "page": seen.page,
        "may_note": request.user.is_superuser,
        "rows": [_described(row, tenants.get(row.public_id)) for row in seen.rows],
    }
    return TemplateResponse(request, "superadmin/owing.html", content)


def _described(row: Owing, tenant: Tenant | None) -> dict[str, Any]:
    """Return a row with its shop, if that is known, and the way to note a payment of it."""
    link = ""
    if tenant and tenant.state in LIVE_STATES:
        asked = {"shop": tenant.public_id, "amount": str(row.owed).split(" ")[0]}
        link = f"{reverse('superadmin:remittances')}?{urlencode(asked)}"
    return {
        "row": row,
        "tenant": tenant,
        "appids": [program.appid for program in tenant.mini_programs.all()] if tenant else [],
        "is_sharing": getattr(getattr(tenant, "merchant", None), "is_sharing", False),
        "state": said(tenant.state) if tenant and tenant.state not in OPEN_STATES else "",
        "note_link": link,
    }

"""Products at the owner's desk: the list, on sale or hidden, and bringing a file."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from shop.catalog import actions, queries
from shop.catalog.states import ProductState
from shop.samples import queries as samples
from tenants import context
from tenants.states import Role

PER_PAGE = 20
FILTERS = [
    ("", _("All")),
    (ProductState.ON_SALE.value, _("On sale")),
    (ProductState.HIDDEN.value, _("Hidden")),
    (ProductState.DRAFT.value, _("Draft")),
]
VERBS = {
    "publish": (actions.publish, _("“%(title)s” is on sale.")),
    "hide": (actions.hide, _("“%(title)s” is hidden. Orders already made stay as they are.")),
}


@require_safe
@at_desk(Role.MANAGER)
def list_products(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a page of products, the newest first, with their stock."""
    state, q = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    if state not in dict(FILTERS):
        raise Http404
    try:
        with context.activate(desk.shop):
            page = _read(q, state, request.GET.get("after"))
    except Refusal:  # an old or broken link to a further page
        return redirect("portal:products", public_id=desk.shop.public_id)
    content = {"desk": desk, "products": page["items"], "next": page["next"], "state": state,
               "q": q, "filters": FILTERS, "is_further": "after" in request.GET}
    return render(request, "portal/products.html", content)


@require_POST
@at_desk(Role.MANAGER)
def change(request: HttpRequest, desk: Desk, product_id: UUID, verb: str) -> HttpResponse:
    """Put a product on sale, or hide it; the other button undoes it."""
    if verb not in VERBS:
        raise Http404
    act, told = VERBS[verb]
    with context.activate(desk.shop):
        product = queries.find_product(product_id)
        if product is None:
            raise Http404
        try:
            act(product=product, by=desk.account.email)
            messages.success(request, str(told) % {"title": product.title})
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
    back = reverse("portal:products", args=[desk.shop.public_id])
    return redirect(f"{back}?state={state}" if (state := _known_state(request)) else back)


def _known_state(request: HttpRequest) -> str:
    state = request.POST.get("state", "")
    return state if state in dict(FILTERS) else ""


def _read(q: str, state: str, after: str | None) -> dict[str, Any]:
    """Return `{"items": […], "next": …}` without the samples that were removed."""
    found = queries.staff_products(q=q, state=state or None, cursor=after, limit=PER_PAGE)
    page: dict[str, Any] = json.loads(found)
    gone = {str(product_id) for product_id in samples.removed_product_ids()}
    page["items"] = [item for item in page["items"] if item["id"] not in gone]
    return page

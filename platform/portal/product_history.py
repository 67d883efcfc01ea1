"""What people did to a product: on sale or not, its prices, its stock as they counted it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.access import Desk, at_desk
from portal.templatetags.portal import money
from shop.catalog import queries
from shop.catalog.models import ProductStep
from shop.catalog.states import ProductState
from shop.inventory import queries as inventory
from shop.inventory.models import Movement
from shop.inventory.states import MovementKind
from shop.samples.actions import BY as SAMPLES
from tenants import context
from tenants.context import Shop
from tenants.states import Role

PER_PAGE = 50
STATES = {
    ProductState.ON_SALE: _("On sale"),
    ProductState.HIDDEN: _("Hidden"),
    ProductState.DRAFT: _("Draft"),
}
KINDS = {
    MovementKind.RECEIPT: _("Goods received"),
    MovementKind.ADJUST: _("Stock set"),
    MovementKind.IMPORT: _("Stock set by a file"),
}


@dataclass(frozen=True)
class Change:
    """One figure or word before and after; empty where there was, or is, none."""

    what: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One act of one person."""

    id: UUID
    at: datetime
    by: str
    changes: list[Change]
    note: str = ""


@require_safe
@at_desk(Role.MANAGER)
def show(request: HttpRequest, desk: Desk, product_id: UUID) -> HttpResponse:
    """Show what was done to a product and by whom, the latest first."""
    before = _cursor(request.GET.get("before"))
    with context.activate(desk.shop):
        product = queries.find_product(product_id)
        if product is None:
            raise Http404
        labels = queries.labels_of(product)
        more = PER_PAGE + 1
        steps = queries.steps_of(product, before=before, limit=more)
        counts = inventory.counted(labels, before=before, limit=more)
    found = [_of_step(step, labels, desk.shop) for step in steps]
    found += [_of_count(count, labels) for count in counts]
    found.sort(key=lambda line: line.id, reverse=True)
    lines = found[:PER_PAGE]
    content = {
        "desk": desk,
        "product": product,
        "lines": lines,
        "next": lines[-1].id if len(found) > PER_PAGE else None,
        "is_further": before is not None,
    }
    return render(request, "portal/product_history.html", content)


def _of_step(step: ProductStep, labels: dict[UUID, str], shop: Shop) -> Line:
    changes = []
    if "state" in step.before:
        words = [str(STATES[ProductState(one["state"])]) for one in (step.before, step.after)]
        changes.append(Change(str(_("State")), "", *words))
    was, now = step.before.get("prices", {}), step.after.get("prices", {})
    for key in dict.fromkeys([*now, *was]):
        prices = [money(one.get(key), shop.currency) for one in (was, now)]
        changes.append(Change(str(_("Price")), labels.get(UUID(key), ""), *prices))
    return Line(step.pk, step.at, _who(step.by), changes)


def _of_count(row: Movement, labels: dict[UUID, str]) -> Line:
    """Tell the stock before and after; of what was noted before both were kept, the difference."""
    kind = MovementKind(row.kind)
    figures = "", f"{row.quantity:+d}"
    if row.on_hand is not None:
        figures = str(row.on_hand - row.quantity), str(row.on_hand)
    note = "" if kind == MovementKind.IMPORT else row.reference
    change = Change(str(KINDS[kind]), labels.get(row.sku_id, ""), *figures)
    return Line(row.pk, row.at, _who(row.by), [change], note)


def _who(by: str) -> str:
    return str(_("with the samples")) if by == SAMPLES else by


def _cursor(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None

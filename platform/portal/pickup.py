"""What customers fetch: the points that the shop keeps, and an order handed over at one."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.orders import find_order
from portal.words import sentence
from shop.orders import actions as orders
from shop.pickup_points import actions, queries
from shop.pickup_points.models import MOST_POINTS, PickupPoint
from tenants import context
from tenants.lifecycle import Door
from tenants.states import Role


class PointForm(forms.Form):
    """Where it is, when it is open, and whether new orders may choose it."""

    name = forms.CharField(label=_("Name"), max_length=40)
    address = forms.CharField(label=_("Address"), max_length=200)
    hours = forms.CharField(
        label=_("Opening hours"), max_length=100, help_text=_("In your own words.")
    )
    phone = forms.RegexField(
        label=_("Telephone"),
        regex=r"^\+?[0-9][0-9 \-]{3,17}[0-9]$",
        error_messages={"invalid": _("Digits, please; spaces, + and - may stand between them.")},
    )
    is_active = forms.BooleanField(
        label=_("Customers may choose it"), required=False, initial=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER)
def points(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the points, and add one."""
    form = PointForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            with context.activate(desk.shop):
                made = actions.add(**form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, gettext("%(name)s was added.") % {"name": made.name})
            return redirect("portal:pickup_points", public_id=desk.shop.public_id)
    with context.activate(desk.shop):
        rows = list(queries.points())
    content = {"desk": desk, "form": form, "points": rows, "has_room": len(rows) < MOST_POINTS}
    status = 422 if form.errors else 200
    return render(request, "portal/pickup_points.html", content, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER)
def point(request: HttpRequest, desk: Desk, point_id: UUID) -> HttpResponse:
    """Change a point."""
    with context.activate(desk.shop):
        row = _point(point_id)
        initial = {name: getattr(row, name) for name in PointForm.base_fields}
        form = PointForm(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_valid():
            actions.edit(point=row, **form.cleaned_data)
    if not form.is_valid():
        content = {"desk": desk, "form": form, "point": row}
        status = 422 if form.errors else 200
        return render(request, "portal/pickup_point.html", content, status=status)
    messages.success(request, gettext("%(name)s was saved.") % {"name": row.name})
    return redirect("portal:pickup_points", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.MANAGER)
def remove(request: HttpRequest, desk: Desk, point_id: UUID) -> HttpResponse:
    """Forget a point; orders that are to be fetched there keep their copy."""
    with context.activate(desk.shop):
        row = _point(point_id)
        actions.remove(point=row)
    messages.success(request, gettext("%(name)s was removed.") % {"name": row.name})
    return redirect("portal:pickup_points", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.FULFILMENT, door=Door.FINISH)
def make_ready(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """It lies at the counter; a refusal is said above the order."""
    return _change(request, desk, number, gettext("It is ready. The customer is told."))


@require_POST
@at_desk(Role.FULFILMENT, door=Door.FINISH)
def hand_over(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The customer is here and shows the code."""
    code = "".join(request.POST.get("code", "").split())
    return _change(request, desk, number, gettext("Handed over. WeChat is being told."), code=code)


def _change(request: HttpRequest, desk: Desk, number: str, told: str, **code: Any) -> HttpResponse:
    act = orders.hand_over if code else orders.make_ready
    with context.activate(desk.shop):
        try:
            act(order=find_order(number), by=desk.account.email, **code)
            messages.success(request, told)
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
    return redirect("portal:order", public_id=desk.shop.public_id, number=number)


def _point(point_id: UUID) -> PickupPoint:
    found = queries.points().filter(pk=point_id).first()
    if found is None:
        raise Http404
    return found

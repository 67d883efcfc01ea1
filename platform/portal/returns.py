"""A part of an order's money at the owner's desk: pieces, money, delivery; and the second yes."""

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
from kernel.identifiers import uuid7
from kernel.money import EXPONENTS, Money
from portal.access import Desk, at_desk
from portal.orders import find_order, may_refund
from portal.words import sentence
from shop.orders import actions, queries
from shop.orders.models import Order, OrderReturn
from tenants import context
from tenants.lifecycle import Door
from tenants.states import Role


class PartForm(forms.Form):
    """How many pieces of each line, how much more or less, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=80, min_length=2)
    is_restocked = forms.BooleanField(
        label=_("Pieces that were shipped came back and can be sold again"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        digits = EXPONENTS.get(order.currency, 2)
        self.order, self.factor = order, 10**digits
        self.open_lines = [
            line for line in order.lines.all() if line.refunded_minor < line.paid_minor
        ]
        for line in self.open_lines:
            name = " ".join(filter(None, [line.title, line.label]))
            left = line.quantity - line.quantity_refunded
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                label=name,
                min_value=0,
                max_value=left,
                initial=0,
                help_text=_("pieces, of %(count)s") % {"count": left},
            )
            self.fields[f"money-{line.pk}"] = forms.DecimalField(
                label=_("%(name)s: another amount") % {"name": name},
                min_value=0,
                decimal_places=digits,
                required=False,
                help_text=_("Empty: what the pieces cost. With no pieces: money alone."),
            )
        if order.freight_minor > order.freight_refunded_minor:
            left_minor = order.freight_minor - order.freight_refunded_minor
            self.fields["freight"] = forms.DecimalField(
                label=_("Delivery"),
                min_value=0,
                decimal_places=digits,
                required=False,
                help_text=_("up to %(amount)s") % {"amount": Money(left_minor, order.currency)},
            )
        self.order_fields([n for n in self.fields if n not in {"reason", "is_restocked"}])

    def parts(self) -> dict[UUID, actions.Part]:
        """Return what was chosen, by line id."""
        found = {}
        for line in self.open_lines:
            pieces = self.cleaned_data[f"line-{line.pk}"]
            money = self._minor(f"money-{line.pk}")
            if pieces or money is not None:
                found[line.pk] = actions.Part(pieces, money)
        return found

    def freight_minor(self) -> int:
        """Return how much of the delivery was chosen."""
        return self._minor("freight") or 0

    def _minor(self, name: str) -> int | None:
        amount = self.cleaned_data.get(name)
        return None if amount is None else int(amount * self.factor)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER, door=Door.FINISH)
def part(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Ask what goes back, then have it go back, or wait for a second person."""
    with context.activate(desk.shop):
        order = find_order(number)
        if not may_refund(order):
            raise Http404
        seen = f"{order.state}-{order.parcels_count}"
        sent = request.POST if request.method == "POST" else None
        form = PartForm(sent, order=order, initial={"seen": seen, "key": uuid7()})
        if form.is_valid() and form.cleaned_data["seen"] != seen:
            form.add_error(None, gettext("The order has changed meanwhile. Please look again."))
        row = _ask(form, order, desk.account.email) if form.is_valid() else None
    if row is None:
        content = {"desk": desk, "order": order, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "portal/return.html", content, status=status)
    _say(request, row)
    return redirect("portal:order", public_id=desk.shop.public_id, number=number)


@require_POST
@at_desk(Role.MANAGER, door=Door.FINISH)
def decide(
    request: HttpRequest, desk: Desk, number: str, return_id: UUID, verb: str
) -> HttpResponse:
    """Agree to a refund above the limit, or decline it."""
    act = {"approve": actions.approve_return, "decline": actions.decline_return}.get(verb)
    with context.activate(desk.shop):
        rows = {row.pk: row for row in queries.returns_of(find_order(number).pk)}
        if act is None or return_id not in rows:
            raise Http404
        try:
            act(row=rows[return_id], by=desk.account.email)
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
        else:
            messages.success(request, gettext("Done."))
    return redirect("portal:order", public_id=desk.shop.public_id, number=number)


def _ask(form: PartForm, order: Order, by: str) -> OrderReturn | None:
    try:
        return actions.request_part(
            order=order,
            parts=form.parts(),
            freight_minor=form.freight_minor(),
            is_restocked=form.cleaned_data["is_restocked"],
            reason=form.cleaned_data["reason"],
            by=by,
            key=f"part-{form.cleaned_data['key']}",
        )
    except Refusal as refusal:
        form.add_error(None, sentence(refusal))
        return None


def _say(request: HttpRequest, row: OrderReturn) -> None:
    if row.state == "waiting":
        told = gettext("%(amount)s wait for a second person's yes.")
    else:
        told = gettext("%(amount)s are on their way back.")
    messages.success(request, told % {"amount": row.amount})

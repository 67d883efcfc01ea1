"""Orders at the owner's desk: the list, one order, a parcel, money back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.payments import queries as payments
from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import explained, sentence
from shop.explanations import queries as explanations
from shop.orders import actions, queries
from shop.orders.carriers import CARRIERS
from shop.orders.models import Order
from shop.orders.states import OrderState, ReturnState
from tenants import context
from tenants.lifecycle import Door
from tenants.states import Role

PER_PAGE = 20
FILTERS = [
    ("", _("All")),
    (OrderState.PAID.value, _("To ship")),
    ("pickup", _("To hand over")),
    (OrderState.UNPAID.value, _("Unpaid")),
    (OrderState.SHIPPED.value, _("On the way")),
    (OrderState.COMPLETED.value, _("Completed")),
    (OrderState.REFUNDED.value, _("Refunded")),
    (OrderState.CANCELLED.value, _("Cancelled")),
]


class ParcelForm(forms.Form):
    """A courier, a number, and how many pieces of each line are in the parcel."""

    carrier_code = forms.ChoiceField(label=_("Courier"))
    tracking_number = forms.RegexField(
        label=_("Tracking number"),
        regex=r"^[0-9A-Za-z\-]{4,40}$",
        error_messages={"invalid": _("4 to 40 letters and digits, please.")},
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_chinese = (get_language() or "zh").startswith("zh")
        names = [(c.code, c.zh if is_chinese else c.en) for c in CARRIERS.values()]
        self.fields["carrier_code"].choices = names  # type: ignore[attr-defined]
        self.open_lines = [line for line in order.lines.all() if line.quantity_unshipped]
        for line in self.open_lines:
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                label=" ".join(filter(None, [line.title, line.label])),
                min_value=0,
                max_value=line.quantity_unshipped,
                initial=line.quantity_unshipped,
                help_text=_("%(count)s left to ship") % {"count": line.quantity_unshipped},
            )

    def contents(self) -> dict[UUID, int]:
        """Return the chosen quantities by line id."""
        found = {line.pk: self.cleaned_data[f"line-{line.pk}"] for line in self.open_lines}
        return {line_id: quantity for line_id, quantity in found.items() if quantity}


class RefundForm(forms.Form):
    """Why the money goes back, and that it is meant."""

    reason = forms.CharField(label=_("Reason"), max_length=80, min_length=2)
    seen = forms.CharField(widget=forms.HiddenInput)
    is_meant = forms.BooleanField(
        label=_("Yes, give back all of the money. This cannot be undone.")
    )


@require_safe
@at_desk(Role.FULFILMENT)
def list_orders(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a page of orders, the newest first."""
    state, q = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    if state not in dict(FILTERS):
        raise Http404
    with context.activate(desk.shop):
        is_pickup = state == "pickup"
        found = queries.search(state=None if is_pickup else state, q=q)
        found = queries.listed(queries.to_hand_over(found) if is_pickup else found)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        orders = list(page.object_list)
    content = {"desk": desk, "orders": orders, "page": page, "state": state, "q": q,
               "filters": FILTERS}
    return render(request, "portal/orders.html", content)


@require_safe
@at_desk(Role.FULFILMENT)
def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show an order whole."""
    return _page(request, desk, number)


@require_POST
@at_desk(Role.FULFILMENT, door=Door.FINISH)
def ship(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Note a parcel; a refusal comes back above the form."""
    with context.activate(desk.shop):
        order = find_order(number)
        form = ParcelForm(request.POST, order=order)
        if form.is_valid():
            try:
                actions.ship(
                    order=order,
                    carrier_code=form.cleaned_data["carrier_code"],
                    tracking_number=form.cleaned_data["tracking_number"],
                    by=desk.account.email,
                    contents=form.contents(),
                )
            except Refusal as refusal:
                form.add_error(None, sentence(refusal))
    if form.errors:
        return _page(request, desk, number, form=form, status=422)
    told = gettext("Parcel %(number)s is noted. WeChat is being told.")
    messages.success(request, told % {"number": form.cleaned_data["tracking_number"]})
    return redirect("portal:order", public_id=desk.shop.public_id, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER, door=Door.FINISH)
def refund(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Ask whether it is meant, then give back all of the money that is left."""
    with context.activate(desk.shop):
        order = find_order(number)
        seen = f"{order.state}-{order.parcels_count}"
        sent = request.POST if request.method == "POST" else None
        form = RefundForm(sent, initial={"seen": seen})
        if form.is_valid() and form.cleaned_data["seen"] != seen:
            form.add_error(None, gettext("The order has changed meanwhile. Please look again."))
        if form.is_valid():
            try:
                tries = queries.ended_in_vain(order.pk)
                made = actions.request_refund(
                    order=order,
                    reason=form.cleaned_data["reason"],
                    by=desk.account.email,
                    key=f"full-{order.pk}-{tries}" if tries else f"full-{order.pk}",
                )
            except Refusal as refusal:
                form.add_error(None, sentence(refusal))
    if not form.is_valid():
        content = {"desk": desk, "order": order, "form": form,
                   "left_minor": order.total_minor - order.refunded_minor}
        status = 422 if form.is_bound else 200
        return render(request, "portal/refund.html", content, status=status)
    told = gettext("The refund is on its way. WeChat usually needs a minute.")
    if made.state == ReturnState.WAITING:
        told = gettext("%(amount)s wait for a second person's yes.") % {"amount": made.amount}
    messages.success(request, told)
    return redirect("portal:order", public_id=desk.shop.public_id, number=number)


def may_ship(order: Order) -> bool:
    """Say whether a parcel can go out."""
    return (
        order.state == OrderState.PAID
        and order.refund_requested_at is None
        and order.pickup is None
    )


def may_hand_over(order: Order) -> bool:
    """Say whether the customer may come for it."""
    return (
        order.pickup is not None
        and order.state in {OrderState.PAID, OrderState.SHIPPED}
        and order.refund_requested_at is None
    )


def may_refund(order: Order) -> bool:
    """Say whether there is money that can go back."""
    return (
        order.state in {OrderState.PAID, OrderState.SHIPPED, OrderState.COMPLETED}
        and order.refund_requested_at is None
        and order.refunded_minor < order.total_minor
    )


def find_order(number: str) -> Order:
    """Return an order of the shop whole. Raises Http404."""
    found = queries.whole(queries.search().filter(number=number)).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    desk: Desk,
    number: str,
    *,
    form: ParcelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    with context.activate(desk.shop):
        order = find_order(number)
        payment = payments.payment_of(order.pk)
        refunds = queries.refunds_of(payment) if payment else []
        returns = queries.returns_of(order.pk)
        upload = queries.find_upload(order.pk)
        told = explanations.of_order(order, for_staff=desk.is_manager)
        if form is None and may_ship(order):
            form = ParcelForm(order=order)
    content = {
        "desk": desk, "order": order, "form": form, "payment": payment, "refunds": refunds,
        "waiting": [row for row in returns if row.state == ReturnState.WAITING],
        "upload": upload, "may_ship": may_ship(order),
        "may_hand_over": may_hand_over(order),
        "may_refund": desk.is_manager and may_refund(order),
        "carriers": CARRIERS, "explanations": [explained(one) for one in told],
    }  # fmt: skip
    return render(request, "portal/order.html", content, status=status)

"""Coupons at the owner's desk: give out, see what became of them, stop."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel import clock
from kernel.errors import Refusal
from kernel.money import EXPONENTS
from portal.access import Desk, at_desk
from portal.words import sentence
from shop.catalog.models import Category, Product
from shop.coupons import actions, queries
from shop.coupons.amounts import CouponKind, CouponScope
from shop.coupons.models import Coupon
from tenants import context
from tenants.context import Shop
from tenants.states import Role

PER_PAGE = 20
MOST_TO_CHOOSE = 500
"""So many products stand in the list to choose from, the newest first."""
KINDS = [(CouponKind.FIXED, _("An amount")), (CouponKind.PERCENT, _("A percentage"))]
SCOPES = [
    (CouponScope.ALL, _("Everything")),
    (CouponScope.CATEGORIES, _("Some categories")),
    (CouponScope.PRODUCTS, _("Some products")),
]

_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
"""After the last day that a calendar has there is no midnight."""


class DateField(forms.DateField):
    """A day, by the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CouponForm(forms.Form):
    """A coupon's terms, in whole units of money, in percent and in days of the shop."""

    title = forms.CharField(label=_("Name"), max_length=40)
    kind = forms.ChoiceField(label=_("Takes off"), choices=KINDS)
    amount = forms.Field(label=_("Amount off"))
    percent = forms.DecimalField(
        label=_("Percent off"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    most = forms.Field(label=_("At most"), help_text=_("For a percentage. Empty: no limit."))
    least = forms.Field(
        label=_("From so much goods on"),
        help_text=_("Before the discount, without delivery. Empty: from anything on."),
    )
    scope = forms.ChoiceField(label=_("Good for"), choices=SCOPES)
    categories = forms.MultipleChoiceField(label=_("Categories"), required=False)
    products = forms.MultipleChoiceField(label=_("Products"), required=False)
    days = forms.IntegerField(
        label=_("Good for so many days from the claim"), min_value=1, max_value=3650, required=False
    )
    starts_on = DateField(label=_("Or from this day"), required=False, validators=_DAYS)
    ends_on = DateField(label=_("until the end of this day"), required=False, validators=_DAYS)
    total = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000_000)
    per_member = forms.IntegerField(
        label=_("How many a customer may claim"), min_value=1, max_value=100, initial=1
    )

    def __init__(self, *args: Any, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        digits = EXPONENTS.get(shop.currency, 2)
        self.unit, self.zone = 10**digits, ZoneInfo(shop.timezone)
        for name in ("amount", "most", "least"):  # the shop's currency says how many decimals
            self.fields[name] = forms.DecimalField(
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
                min_value=0,
                max_value=10**8,
                decimal_places=digits,
                required=False,
            )
        shelves = Category.objects.select_related("parent").order_by("position", "pk")
        self._offer("categories", [(str(c.pk), " / ".join(_path(c))) for c in shelves])
        goods = Product.objects.order_by("-pk").values_list("pk", "title")[:MOST_TO_CHOOSE]
        self._offer("products", [(str(pk), title) for pk, title in goods])

    def clean(self) -> dict[str, Any]:
        """See that what belongs together is there."""
        typed = self.cleaned_data
        needed = "amount" if typed.get("kind") == CouponKind.FIXED else "percent"
        if needed not in self.errors and not typed.get(needed):
            self.add_error(needed, gettext("Please say how much."))
        scope = typed.get("scope")
        if scope != CouponScope.ALL and not typed.get(str(scope)):
            self.add_error(str(scope), gettext("Please choose at least one."))
        days, first, last = (typed.get(name) for name in ("days", "starts_on", "ends_on"))
        if (days is None) == (last is None):
            self.add_error("days", gettext("Please give either days or a last day."))
        elif first and not last:
            self.add_error("ends_on", gettext("Please give a last day."))
        elif first and last and last < first:
            self.add_error("ends_on", gettext("The last day is before the first."))
        return typed

    def terms(self) -> dict[str, Any]:
        """Return what `actions.create` takes."""
        typed = self.cleaned_data
        kind, scope = CouponKind(typed["kind"]), CouponScope(typed["scope"])
        is_fixed = kind == CouponKind.FIXED
        most = None if is_fixed or not typed["most"] else self._minor(typed["most"])
        first, last = typed["starts_on"], typed["ends_on"]
        return {
            "title": typed["title"],
            "kind": kind,
            "amount_minor": self._minor(typed["amount"]) if is_fixed else 0,
            "rate_bp": 0 if is_fixed else int(typed["percent"] * 100),
            "most_minor": most,
            "least_minor": self._minor(typed["least"] or Decimal()),
            "starts_at": self._midnight(first) if first else None,
            "ends_at": self._midnight(last + timedelta(days=1)) if last else None,
            "days": typed["days"],
            "total": typed["total"],
            "per_member": typed["per_member"],
            "scope": scope,
            "scope_ids": [] if scope == CouponScope.ALL else [UUID(pk) for pk in typed[scope]],
        }

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def _minor(self, amount: Decimal) -> int:
        return int(amount * self.unit)

    def _midnight(self, day: Any) -> datetime:
        return datetime.combine(day, time(), self.zone)


@require_safe
@at_desk(Role.MANAGER)
def list_coupons(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a page of coupons, the newest first."""
    with context.activate(desk.shop):
        page = Paginator(queries.search(), PER_PAGE).get_page(request.GET.get("page"))
        rows = [_shown(row) for row in page.object_list]
    content = {"desk": desk, "rows": rows, "page": page, "state": "", "q": ""}
    return render(request, "portal/coupons.html", content)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER)
def create(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for the terms, and give the coupon out."""
    with context.activate(desk.shop):
        form = CouponForm(request.POST or None, shop=desk.shop)
        if form.is_bound and form.is_valid():
            try:
                actions.create(**form.terms())
            except Refusal as refusal:
                form.add_error(None, sentence(refusal))
    if form.is_bound and form.is_valid():
        messages.success(request, gettext("The coupon can be claimed now."))
        return redirect("portal:coupons", public_id=desk.shop.public_id)
    content = {"desk": desk, "form": form}
    return render(request, "portal/coupon.html", content, status=422 if form.is_bound else 200)


@require_POST
@at_desk(Role.MANAGER)
def stop(request: HttpRequest, desk: Desk, coupon_id: UUID) -> HttpResponse:
    """Give a coupon out no more."""
    with context.activate(desk.shop):
        found = Coupon.objects.filter(pk=coupon_id).first()
        if found is None:
            raise Http404
        actions.stop(coupon=found)
    messages.success(request, gettext("Stopped. Customers keep those that they have claimed."))
    return redirect("portal:coupons", public_id=desk.shop.public_id)


def _path(category: Category) -> list[str]:
    return [category.parent.name, category.name] if category.parent else [category.name]


def _shown(row: Coupon) -> Coupon:
    """Give a row how it looks on a page."""
    is_over = row.ends_at is not None and row.ends_at <= clock.now()
    row.is_offered = row.stopped_at is None and not is_over  # type: ignore[attr-defined]
    row.is_gone = row.claimed_count >= row.total  # type: ignore[attr-defined]
    row.scope_words = dict(SCOPES)[CouponScope(row.scope)]  # type: ignore[attr-defined]
    row.covered = queries.names_of(row) if row.scope_ids else []  # type: ignore[attr-defined]
    # The last moment is the midnight after the last day.
    row.last_moment = row.ends_at - timedelta(seconds=1) if row.ends_at else None  # type: ignore[attr-defined]
    return row

"""The platform's money in one look: plots by day, shops, and what waits for a person."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.bills.models import BillFile
from billing.reconciliation.states import DifferenceState
from billing.reconciliation.troubles import Noun
from billing.reconciliation.words import TITLES
from billing.rollups import differences, troubles
from billing.rollups.models import ShopDay
from billing.settlements import owing
from kernel import clock
from kernel.money import Money
from superadmin import letters
from superadmin.plots import Bar, bars
from superadmin.site import site
from tenants.models import Tenant

DAYS, MOST_DAYS, SHOPS_PER_PAGE = 30, 366, 25
FIGURES = (
    ("gross", _("Gross"), "#2f9380"),
    ("refunds", _("Refunds"), "#b45309"),
    ("fee", _("WeChat's fee"), "#64748b"),
    ("commission", _("Commission"), "#0e7562"),
    ("distribution", _("For recommendations"), "#7c3aed"),
)
TROUBLES = (
    (Noun.PAYMENT, _("Payments that wait")),
    (Noun.REFUND, _("Refunds that wait")),
    (Noun.WITHDRAWAL, _("Withdrawals that wait")),
    (Noun.SHARING, _("Sharings that wait")),
)
_SUMS = ("gross", "refunds", "fee", "commission", "distribution", "net")


class SpanForm(forms.Form):
    """Which days."""

    first = forms.DateField(
        label=_("From"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    last = forms.DateField(label=_("To"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins, or is longer than a year."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            words = gettext("Choose 1 to 366 days, from the first to the last.")
            raise forms.ValidationError(words)
        return cleaned


@site.page("money/", "money_overview")
def show(request: HttpRequest) -> HttpResponse:
    """Show plots, shops, and what waits for a person; `?first=&last=` choose the days."""
    today = timezone.localdate(clock.now())
    usual = {"first": today - timedelta(days=DAYS - 1), "last": today}
    asked = {name: request.GET.get(name) or day for name, day in usual.items()}
    form = SpanForm(asked)
    span = form.cleaned_data if form.is_valid() else usual
    content = {
        **site.each_context(request),
        "title": _("Money overview"),
        "form": form,
        **_figures(span["first"], span["last"]),
        "shops": _shops(span["first"], span["last"], request.GET.get("page", "1")),
        "waiting": _waiting(),
        "span": f"first={span['first']}&last={span['last']}",
    }
    status = 200 if form.is_valid() else 422
    return TemplateResponse(request, "superadmin/overview.html", content, status=status)


def _figures(first: date, last: date) -> dict[str, Any]:
    """Return totals by currency, and a plot of each figure in the currency that has most."""
    sums = {name: Sum(f"{name}_minor") for name in _SUMS}
    days: Any = ShopDay.objects.filter(day__gte=first, day__lte=last)
    totals = list(
        days.order_by().values("currency").annotate(**sums, orders=Sum("orders_count"))
    )  # fmt: skip
    totals.sort(key=lambda row: -row["orders"])
    if not totals:
        return {"totals": [], "plots": []}
    currency = totals[0]["currency"]
    rows = days.filter(currency=currency).order_by().values("day").annotate(**sums)
    by_day = {row["day"]: row for row in rows}
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        "totals": [
            {**row, **{name: str(Money(int(row[name]), row["currency"])) for name in _SUMS}}
            for row in totals
        ],
        "plots": [_plot(name, words, colour, every, by_day, currency)
                  for name, words, colour in FIGURES],
    }  # fmt: skip


def _plot(
    name: str, words: Any, colour: str, every: list[date], by_day: Mapping[date, Any],
    currency: str,
) -> dict[str, Any]:  # fmt: skip
    values = [int(by_day[day][name]) if day in by_day else 0 for day in every]
    drawn = [
        Bar(f"{day:%m-%d}", value, str(Money(value, currency)))
        for day, value in zip(every, values, strict=True)
    ]
    most = str(Money(max(0, *values), currency)).rsplit(" ", 1)[0]
    total = str(Money(sum(values), currency))
    picture = bars(f"{words}: {total}", drawn, colour=colour, top_said=most)
    return {"words": words, "total": total, "picture": picture}


def _shops(first: date, last: date, page: str) -> Any:
    """Return a page of the shops of these days, the biggest first."""
    sums = {name: Sum(f"{name}_minor") for name in _SUMS}
    days: Any = ShopDay.objects.filter(day__gte=first, day__lte=last)
    rows = (
        days.order_by()
        .values("tenant_public_id", "currency")
        .annotate(**sums, orders=Sum("orders_count"))
        .order_by("-gross", "tenant_public_id")
    )
    found = Paginator(rows, SHOPS_PER_PAGE).get_page(page)
    shown: list[Any] = list(found)
    ids = {row["tenant_public_id"] for row in shown}
    names = dict(Tenant.objects.filter(public_id__in=ids).values_list("public_id", "name"))
    found.object_list = [
        {
            **row,
            **{name: str(Money(int(row[name]), row["currency"])) for name in _SUMS},
            "name": names.get(row["tenant_public_id"], row["tenant_public_id"]),
        }
        for row in shown
    ]
    return found


def _waiting() -> dict[str, Any]:
    """Return what waits for a person, in a constant number of statements."""
    language = get_language() or "zh-hans"
    waiting = troubles.counts()
    kinds = differences.totals([DifferenceState.OPEN])
    return {
        "differences": [
            {**row, "words": TITLES[row["kind"]].said(language)} for row in kinds
        ],
        "troubles": [
            {"noun": noun, "words": words, "count": waiting.get(noun, 0)}
            for noun, words in TROUBLES
        ],
        "late_bills_count": BillFile.objects.filter(
            state__in=["wanted", "kept"], tries_count__gte=4
        ).count(),
        "owing_count": sum(total.shops_count for total in owing.totals()),
        "dead_count": letters.dead_letters().filter(letters.about(letters.MONEY)).count(),
    }

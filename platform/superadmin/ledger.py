"""The ledger check: proves one shop's books on demand, changing nothing."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.ledger import queries as ledger
from superadmin.audit import record
from superadmin.site import site
from tenants import context, directory
from tenants.models import Tenant
from tenants.states import LIVE_STATES

MOST_FAULTS = 20

CHECKS: list[tuple[Any, Callable[[], Iterable[str]]]] = [
    (_("The ledger adds up and its guarded balances agree"), ledger.imbalances),
]


class ShopChoice(forms.Form):
    """Whose books."""

    shop = forms.CharField(
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("Public id or name of a shop")}),
    )

    def clean_shop(self) -> Tenant:
        """Return the shop that is meant; only one that has books."""
        word = self.cleaned_data["shop"].strip()
        named = Tenant.objects.filter(Q(public_id=word) | Q(name__iexact=word))
        found = named.filter(state__in=LIVE_STATES).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no such shop with books."))
        return found


@site.page("ledger/", "ledger_check")
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a shop, and show what its books come to."""
    form = ShopChoice(request.GET or None)
    content = {**site.each_context(request), "title": _("Ledger check"), "form": form}
    if form.is_bound and form.is_valid():
        tenant = form.cleaned_data["shop"]
        content |= examine(tenant)
        record(request, "check ledger", tenant, after={"is_sound": content["is_sound"]})
    return TemplateResponse(request, "superadmin/ledger.html", content)


def examine(tenant: Tenant) -> dict[str, Any]:
    """Return `{"shop", "checks": [{"words", "faults"}], "is_sound", "balances"}`."""
    shop = directory.shop_of(tenant)
    with context.activate(shop):
        checks = [
            {"words": words, "faults": list(islice(check(), MOST_FAULTS))}
            for words, check in CHECKS
        ]
        balances = [(str(account), str(held)) for account, held in ledger.balances().items()]
    sound = not any(check["faults"] for check in checks)
    return {"shop": shop, "checks": checks, "is_sound": sound, "balances": balances}

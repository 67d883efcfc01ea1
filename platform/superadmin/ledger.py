"""The ledger check: proves one shop's books on demand, changing nothing."""

from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.ledger import queries as ledger
from superadmin.audit import record
from superadmin.site import site
from tenants import context, directory
from tenants.models import Tenant
from tenants.states import LIVE_STATES

MOST = 20
"""So many faults of one check are shown."""

_WORDS = {
    "billing.settlements.invariants.violations": _(
        "Ledger, payments, refunds and statements agree"
    ),
    "billing.withdrawals.invariants.violations": _("Withdrawals agree with wallets and holds"),
    "billing.sharing.invariants.violations": _("Sharings agree with payments and the books"),
    "billing.platform_books.invariants.violations_of_shop": _(
        "The platform's books hold what the shop owes"
    ),
    "shop.orders.invariants.violations": _("Orders agree with stock, payments and parcels"),
    "shop.coupons.invariants.violations": _("Coupons agree with orders"),
    "shop.distribution.invariants.violations": _("Commission of recommenders agrees with orders"),
    "tenants.invariants.violations": _("The shop is apart from its neighbours"),
}
"""What the checks of settings.INVARIANTS are called; one without words shows its own name."""


class ShopChoice(forms.Form):
    """Whose books."""

    shop = forms.CharField(
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("Public id or name of a shop")}),
    )

    def clean_shop(self) -> Tenant:
        """Return the shop that is meant; only one that has books.

        A public id comes first: owners choose the names, which may be another shop's public id.
        """
        word = self.cleaned_data["shop"].strip()
        living = Tenant.objects.filter(state__in=LIVE_STATES)
        found = living.filter(public_id=word).first() or living.filter(name__iexact=word).first()
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
            {"words": _WORDS.get(name, name), "faults": list(islice(import_string(name)(), MOST))}
            for name in getattr(settings, "INVARIANTS", _WORDS)
        ]
        balances = [(str(account), str(held)) for account, held in ledger.balances().items()]
    sound = not any(check["faults"] for check in checks)
    return {"shop": shop, "checks": checks, "is_sound": sound, "balances": balances}

"""Commission that owners pay to the platform's bank: what a shop owes, and what came in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.settlements import actions, queries
from kernel.errors import Refusal
from kernel.money import EXPONENTS, Money
from superadmin.audit import record
from superadmin.ledger import ShopChoice
from superadmin.site import site
from tenants import context, directory
from tenants.models import Tenant

MOST = 100
"""So many are shown, the latest first."""


class RemittanceForm(forms.Form):
    """What the bank says of one transfer."""

    amount = forms.DecimalField(
        label=_("Amount; a minus takes back what was noted wrongly or returned"),
        min_value=-100_000_000, max_value=100_000_000,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    reference = forms.CharField(
        label=_("The bank's number of it"), max_length=48, widget=UnfoldAdminTextInputWidget
    )
    reason = forms.CharField(
        label=_("Reason"), min_length=3, max_length=200, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, currency: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.currency = currency

    def clean_amount(self) -> Money:
        """Return the amount in whole minor units; zero moves nothing."""
        minor = self.cleaned_data["amount"] * Decimal(10) ** EXPONENTS.get(self.currency, 2)
        if not minor or minor != int(minor):
            raise forms.ValidationError(
                gettext("This is no amount of %(currency)s.") % {"currency": self.currency}
            )
        return Money(int(minor), self.currency)


@site.page("remittances/", "remittances")
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a shop; show what it owes and what it paid; note what came in.

    `?amount=` is what the form begins with.
    """
    choice = ShopChoice(request.GET or None)
    content: dict[str, Any] = {
        **site.each_context(request),
        "title": _("Commission paid by bank"),
        "choice": choice,
    }
    status = 200
    if choice.is_bound and choice.is_valid():
        tenant: Tenant = choice.cleaned_data["shop"]
        if request.method == "POST":
            if not request.user.is_superuser:
                raise Http404
            form = RemittanceForm(request.POST, currency=tenant.currency)
            if form.is_valid():
                _note(request, tenant, **form.cleaned_data)
                back = f"{reverse('superadmin:remittances')}?shop={tenant.public_id}"
                return HttpResponseRedirect(back)
            status = 422
        else:
            begun = {"amount": request.GET.get("amount", "")}
            form = RemittanceForm(initial=begun, currency=tenant.currency)
        content |= {"form": form, **books_of(tenant)}
    return TemplateResponse(request, "superadmin/remittances.html", content, status=status)


def books_of(tenant: Tenant) -> dict[str, Any]:
    """Return `{"tenant", "owed", "advance", "rows"}` from the shop's own books."""
    with context.activate(directory.shop_of(tenant)):
        owed = queries.owed_to_platform()
        return {
            "tenant": tenant,
            "owed": owed,
            "advance": Money(-owed.minor, owed.currency),
            "rows": queries.remittances(limit=MOST),
        }


def _note(
    request: HttpRequest, tenant: Tenant, *, amount: Money, reference: str, reason: str
) -> None:
    try:
        with transaction.atomic():
            with context.activate(directory.shop_of(tenant)):
                is_new = actions.note_remittance(
                    reference=reference, amount=amount, by=f"platform:{request.user}", why=reason
                )
            if is_new:
                facts = {"reference": reference, "amount": str(amount)}
                record(request, "note remittance", tenant, after=facts, reason=reason)
    except Refusal as refusal:
        messages.error(request, refusal.sentence(get_language() or "zh-hans"))
        return
    words = gettext("Noted: %(amount)s") if is_new else gettext("This was noted before: %(amount)s")
    messages.success(request, words % {"amount": amount})

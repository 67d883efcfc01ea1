"""Why this amount? For any order or withdrawal of any shop, by its number."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.explanations import queries as billing
from billing.withdrawals import queries as withdrawals
from kernel.explanations import Explanation
from shop.explanations import queries
from shop.explanations.words import figures
from shop.orders import queries as orders
from superadmin.audit import record
from superadmin.ledger import ShopChoice
from superadmin.site import site
from tenants import context, directory
from tenants.models import Tenant


class NumberChoice(ShopChoice):
    """Whose books, and which order or withdrawal."""

    number = forms.CharField(
        max_length=40,
        widget=UnfoldAdminTextInputWidget(
            attrs={"placeholder": _("Number of an order or a withdrawal")}
        ),
    )


@site.page("why/", "why")
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a number, and show every amount of it with the steps that add up to it."""
    form = NumberChoice(request.GET or None)
    content = {**site.each_context(request), "title": _("Why this amount?"), "form": form}
    if form.is_bound and form.is_valid():
        tenant, number = form.cleaned_data["shop"], form.cleaned_data["number"].strip()
        found = explanations_of(tenant, number)
        if not found:
            form.add_error("number", gettext("The shop has nothing under this number."))
        else:
            record(request, "look at amounts", tenant, after={"number": number})
        content |= {"explanations": [shown(told) for told in found]}
    return TemplateResponse(request, "superadmin/why.html", content)


def explanations_of(tenant: Tenant, number: str) -> list[Explanation]:
    """Return the derivations of what stands under a number of a shop; none if nothing does."""
    with context.activate(directory.shop_of(tenant)):
        order = orders.listed(orders.search().filter(number=number)).first()
        if order is not None:
            return queries.of_order(order, for_staff=True)
        row = withdrawals.find(number)
        return [billing.withdrawal(row)] if row else []


def shown(told: Explanation) -> dict[str, Any]:
    """Return an explanation in the reader's language."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return {
        "title": getattr(told, language),
        "reference": told.reference,
        "amount": str(told.amount),
        "steps": [
            {
                "words": getattr(step, language),
                "figures": figures(step),
                "amount": str(step.amount),
            }
            for step in told.steps
        ],
    }

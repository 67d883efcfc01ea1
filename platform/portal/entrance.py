"""The way in: the landing page, naming a shop, waiting until it stands."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import Refusal
from portal.access import GONE, Desk, at_desk
from portal.words import sentence
from tenants import actions, queries
from tenants.models import Account, Membership
from tenants.states import TenantState


class ShopForm(forms.Form):
    """The one question asked of a new owner."""

    name = forms.CharField(
        label=_("Name of the shop"),
        max_length=60,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is."""
    return render(request, "portal/landing.html")


@never_cache
@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the shop, to the choice of shops, or to naming the first one."""
    open_ones = _open_ones(request)
    if len(open_ones) == 1 and "another" not in request.GET:
        return redirect("portal:shop", public_id=open_ones[0].tenant.public_id)
    return render(
        request, "portal/start.html", {"form": ShopForm(), "memberships": open_ones}
    )


@login_required
@require_POST
def open_shop(request: HttpRequest) -> HttpResponse:
    """Open a shop under the given name; a refusal comes back next to the field."""
    form = ShopForm(request.POST)
    if form.is_valid():
        try:
            tenant = actions.open_shop(account=_account(request), name=form.cleaned_data["name"])
        except Refusal as refusal:
            form.add_error("name", sentence(refusal))
        else:
            return redirect("portal:shop", public_id=tenant.public_id)
    content = {"form": form, "memberships": _open_ones(request)}
    return render(request, "portal/start.html", content, status=422)


@never_cache
@require_safe
@at_desk(also_closed=True)
def state(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tell the waiting page whether the shop stands: `{"state": "trial", "is_ready": true}`."""
    ready = desk.tenant.state != TenantState.PROVISIONING
    return JsonResponse({"state": desk.tenant.state, "is_ready": ready})


def _open_ones(request: HttpRequest) -> list[Membership]:
    """Return where the person works, without the shops that are gone."""
    found = queries.memberships_of(_account(request))
    return [each for each in found if each.tenant.state not in GONE]


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)
    return account

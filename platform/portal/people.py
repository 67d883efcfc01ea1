"""The staff of a shop: who works here, invite, change a role, remove."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.accounts import send_invitation
from portal.words import sentence
from tenants import membership
from tenants.states import Role

ROLES = [
    (Role.MANAGER.value, _("Manager: products, orders, refunds, statements")),
    (Role.FULFILMENT.value, _("Fulfilment: sees orders and ships them")),
    (Role.OWNER.value, _("Owner: everything, also staff and WeChat")),
]
SHOWN = 50
"""So many lines of history stand below."""


class PersonForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)


class RoleForm(forms.Form):
    """The role a member shall have."""

    role = forms.ChoiceField(choices=ROLES)


@require_safe
@at_desk(Role.OWNER)
def list_people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who works in the shop."""
    return _page(request, desk, PersonForm())


@require_POST
@at_desk(Role.OWNER)
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add a member; someone without an account gets one, and a mail to choose a password."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    try:
        member, is_new = membership.add_member(
            tenant=desk.tenant,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            by=desk.account.email,
        )
    except Refusal as refusal:
        form.add_error("email", sentence(refusal))
        return _page(request, desk, form, status=refusal.status)
    if is_new:
        send_invitation(member.account, shop_name=desk.shop.name, by=desk.account.email)
        told = gettext("%(email)s was added and got a mail to choose a password.")
    else:
        told = gettext("%(email)s was added.")
    messages.success(request, told % {"email": member.account.email})
    return redirect("portal:people", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.OWNER)
def change_role(request: HttpRequest, desk: Desk, member_id: int) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, PersonForm(), status=422)

    def act() -> str:
        role = Role(form.cleaned_data["role"])
        member = membership.change_role(
            tenant=desk.tenant, member_id=member_id, role=role, by=desk.account.email
        )
        return gettext("The role of %(email)s was changed.") % {"email": member.account.email}

    return _try(request, desk, act)


@require_POST
@at_desk(Role.OWNER)
def remove(request: HttpRequest, desk: Desk, member_id: int) -> HttpResponse:
    """Take somebody's role away."""

    def act() -> str:
        email = membership.remove_member(
            tenant=desk.tenant, member_id=member_id, by=desk.account.email
        )
        return gettext("%(email)s no longer works here.") % {"email": email}

    return _try(request, desk, act)


def _try(request: HttpRequest, desk: Desk, act: Callable[[], str]) -> HttpResponse:
    """Act, and go back to the list with one sentence on how it went."""
    try:
        messages.success(request, act())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:people", public_id=desk.shop.public_id)


def _page(
    request: HttpRequest, desk: Desk, form: PersonForm, *, status: int = 200
) -> HttpResponse:
    members = membership.members_of(desk.tenant)
    steps = membership.history_of(desk.tenant, limit=SHOWN)
    content = {"desk": desk, "form": form, "members": members, "roles": ROLES, "steps": steps}
    return render(request, "portal/people.html", content, status=status)

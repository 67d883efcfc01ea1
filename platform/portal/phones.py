"""Phones on which staff work inside the mini-program: make a code, see them, take one away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel.codes import code_of
from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from tenants import phones
from tenants.lifecycle import Door


@never_cache
@require_safe
@at_desk()
def list_phones(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show one's own phones; owners see everybody's."""
    return _page(request, desk)


@never_cache
@require_POST
@at_desk()
def make_code(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a new code, this once: only its hash is kept, so no reload can show it again."""
    try:
        made = phones.make_code(tenant=desk.tenant, account_id=desk.account.pk)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return redirect("portal:phones", public_id=desk.shop.public_id)
    return _page(request, desk, made)


@require_POST
@at_desk(door=Door.READ)
def unlink(request: HttpRequest, desk: Desk, phone_id: int) -> HttpResponse:
    """Take a phone away: one's own, or as an owner anybody's."""
    only_of = None if phones.may_see_all(desk.role) else desk.account.pk
    try:
        phones.unlink(tenant=desk.tenant, phone_id=phone_id, by=desk.account.email, only_of=only_of)
        messages.success(request, gettext("The phone was unlinked. It is out at once."))
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:phones", public_id=desk.shop.public_id)


def _page(request: HttpRequest, desk: Desk, made: phones.NewCode | None = None) -> HttpResponse:
    rows = phones.phones_of(desk.tenant)
    if not phones.may_see_all(desk.role):
        rows = rows.filter(membership__account=desk.account)
    content = {
        "desk": desk,
        "phones": rows,
        "made": made,
        "digits": f"{made.code[:4]} {made.code[4:]}" if made else "",
        "drawing": code_of(made.code) if made else None,
        "minutes": phones.CODE_LIFE.seconds // 60,
        "is_on": "owner" in desk.shop.modules,
    }
    return render(request, "portal/phones.html", content, status=201 if made else 200)

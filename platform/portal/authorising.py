"""Handing an app over to the platform: to WeChat's page, and back from it."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kernel.codes import code_of
from kernel.errors import Refusal
from portal.access import Desk, at_desk, desk_of
from portal.program_steps import mark_of_all
from portal.words import sentence
from tenants import context
from tenants.models import MiniProgram
from tenants.programs import actions, queries
from tenants.states import ProgramKind, Role


class KindForm(forms.Form):
    """Which kind of app is going to be authorised."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in ProgramKind])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.OWNER)
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show WeChat's pages, as a link and as a code for the phone; each visit makes new ones.

    A form cannot lead to WeChat itself: our content policy keeps forms at home.
    """
    form = KindForm(request.POST)
    if request.method != "POST":
        return redirect("portal:programs", public_id=desk.shop.public_id)
    if not form.is_valid():
        raise Http404
    kind = ProgramKind(form.cleaned_data["kind"])
    try:
        with context.public():
            pages = actions.begin_authorisation(
                tenant=desk.tenant, by=desk.account.email, kind=kind
            )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return redirect("portal:programs", public_id=desk.shop.public_id)
    content = {
        "desk": desk,
        "pages": pages,
        "code": code_of(pages.mobile),
        "is_official_account": kind == ProgramKind.OFFICIAL_ACCOUNT,
        "mark": mark_of_all(queries.programs_of(desk.tenant.pk)),
    }
    return render(request, "portal/authorise.html", content)


@never_cache
@require_safe
@at_desk(Role.OWNER)
def state(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tell the page that shows the code whether an app arrived: `{"mark": "…"}` changes then."""
    return JsonResponse({"mark": mark_of_all(queries.programs_of(desk.tenant.pk))})


@never_cache
@require_safe
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Take the owner who comes back from WeChat, signed in on this device or not.

    The token in the address says whose shop it is. Again is harmless.
    """
    try:
        with context.public():
            program = actions.finish_authorisation(
                token=token, auth_code=request.GET.get("auth_code", "")
            )
    except Refusal as refusal:
        content = {"words": sentence(refusal), "may_repeat": refusal.status == 503}
        return render(request, "portal/not_authorised.html", content, status=refusal.status)
    return _welcome(request, program)


def _welcome(request: HttpRequest, program: MiniProgram) -> HttpResponse:
    """Lead the owner on; a device that is not signed in learns only that it worked."""
    public_id = program.tenant.public_id
    try:
        is_owner = desk_of(request, public_id).is_owner
    except Http404:
        is_owner = False
    if not is_owner:
        return render(request, "portal/authorised.html")
    messages.success(request, gettext("WeChat told us: you authorised the platform."))
    return redirect("portal:program", public_id=public_id, program_id=program.pk)

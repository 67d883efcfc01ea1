"""A mini-program at the owner's desk: authorise, configure, preview, submit, release.

These rows belong to the platform, which is current for every page; WeChat is called by jobs, so
the page asks how things stand while it waits.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import Refusal
from portal import program_steps, program_words
from portal.access import Desk, at_desk
from portal.program_steps import Life
from portal.words import sentence
from preview import simulator
from storage import files
from tenants import context, directory
from tenants.programs import actions as programs
from tenants.programs import queries
from tenants.releases import actions, pictures
from tenants.releases import queries as releases
from tenants.releases.advice import ADVICE
from tenants.releases.models import Rejection, Release
from tenants.releases.states import RESTING, ReleaseState
from tenants.states import Role

CLICKS: dict[str, tuple[Callable[..., Release], Any]] = {
    "retry": (actions.retry, _("We try again.")),
    "withdraw": (actions.withdraw, _("The submission is being taken back.")),
    "publish": (actions.publish, _("The release begins.")),
    "end-grey": (actions.end_grey, _("The partial release is being ended.")),
    "roll-back": (actions.roll_back, _("Rolling back begins.")),
}
"""Verbs that need no more than a click, with the sentence that follows."""

RESTARTS = frozenset(RESTING | {ReleaseState.RELEASED})
"""Where a version may be prepared anew without taking something back at WeChat."""


class SubmitForm(forms.Form):
    """What WeChat's reviewers read."""

    version_desc = forms.CharField(
        label=_("What is new in this version"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For WeChat's reviewers; at most 200 characters. May stay empty."),
    )
    feedback = forms.CharField(
        label=_("What you mended"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The reviewer reads it next to the refusal; at most 200 characters."),
    )

    def __init__(self, *args: Any, release: Release, **kwargs: Any) -> None:
        kwargs["initial"] = {"version_desc": release.version_desc}
        super().__init__(*args, **kwargs)
        if not release.rejections.all():
            del self.fields["feedback"]


class GreyForm(forms.Form):
    """The share of customers that gets the version, which can only grow."""

    percentage = forms.IntegerField(
        label=_("Customers who get it, in per cent"), min_value=1, max_value=99
    )

    def __init__(self, *args: Any, release: Release, **kwargs: Any) -> None:
        least = min(release.grey_percentage + 1, 99)
        kwargs["initial"] = {"percentage": min(max(10, release.grey_percentage * 2), 99)}
        super().__init__(*args, **kwargs)
        self.fields["percentage"].widget.attrs.update({"min": least, "data-number": ""})


@never_cache
@require_safe
@at_desk(Role.OWNER)
def list_programs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lead to the shop's first app; without any, show the five steps and where they begin."""
    found = queries.programs_of(desk.tenant.pk)
    if found:
        return redirect("portal:program", public_id=desk.shop.public_id, program_id=found[0].pk)
    content = {"desk": desk, "simulator": simulator.address()}
    return render(request, "portal/programs.html", content)


@never_cache
@require_safe
@at_desk(Role.OWNER)
def show(request: HttpRequest, desk: Desk, program_id: int) -> HttpResponse:
    """Show an app's five steps."""
    return _page(request, desk, program_id)


@never_cache
@require_safe
@at_desk(Role.OWNER)
def state(request: HttpRequest, desk: Desk, program_id: int) -> HttpResponse:
    """Tell the page whether it is out of date: `{"mark": "…", "is_waiting": true}`."""
    life = _life(desk, program_id)
    told = {"mark": program_steps.mark(life), "is_waiting": program_steps.is_waiting(life)}
    return JsonResponse(told)


@require_POST
@at_desk(Role.OWNER)
def configure(request: HttpRequest, desk: Desk, program_id: int) -> HttpResponse:
    """Set and read everything again."""
    program = _life(desk, program_id).program

    def act() -> str:
        programs.configure(program=program, by=desk.account.email)
        return gettext("WeChat is being asked; this takes a few seconds.")

    return _try(request, desk, program_id, act)


@require_POST
@at_desk(Role.OWNER)
def start(request: HttpRequest, desk: Desk, program_id: int) -> HttpResponse:
    """Bring the newest version here, to be looked at."""
    program = _life(desk, program_id).program

    def act() -> str:
        release = actions.start(program=program, by=desk.account.email)
        told = gettext("Version %(version)s is on its way to WeChat.")
        return told % {"version": release.template.version}

    return _try(request, desk, program_id, act)


@require_POST
@at_desk(Role.OWNER)
def click(request: HttpRequest, desk: Desk, release_id: UUID, verb: str) -> HttpResponse:
    """Do what needs no form: see CLICKS."""
    if verb not in CLICKS:
        raise Http404
    release = _release(desk, release_id)

    def act() -> str:
        do, words = CLICKS[verb]
        do(release=release, by=desk.account.email)
        return str(words)

    return _try(request, desk, release.mini_program_id, act)


@require_POST
@at_desk(Role.OWNER)
def submit(request: HttpRequest, desk: Desk, release_id: UUID) -> HttpResponse:
    """Submit for review, for the first time or again."""
    release = _release(desk, release_id)
    form = SubmitForm(request.POST, release=release)
    if not form.is_valid():
        return _page(request, desk, release.mini_program_id, submit_form=form, status=422)

    def act() -> str:
        actions.submit(release=release, by=desk.account.email, **form.cleaned_data)
        return gettext("The version is on its way to WeChat's reviewers.")

    return _try(request, desk, release.mini_program_id, act)


@require_POST
@at_desk(Role.OWNER)
def grey(request: HttpRequest, desk: Desk, release_id: UUID) -> HttpResponse:
    """Give the version to a share of the customers, or widen the share."""
    release = _release(desk, release_id)
    form = GreyForm(request.POST, release=release)
    if not form.is_valid():
        return _page(request, desk, release.mini_program_id, grey_form=form, status=422)

    def act() -> str:
        percentage = form.cleaned_data["percentage"]
        actions.grey(release=release, percentage=percentage, by=desk.account.email)
        told = gettext("%(percentage)s per cent of the customers are getting it.")
        return told % {"percentage": percentage}

    return _try(request, desk, release.mini_program_id, act)


@require_safe
@at_desk(Role.OWNER)
def preview(request: HttpRequest, desk: Desk, release_id: UUID) -> HttpResponse:
    """Return the picture that opens the trial version; WeChat is asked for it once."""
    release = _release(desk, release_id)
    try:
        with context.public():
            picture = pictures.preview(release=release)
    except Refusal as refusal:
        return HttpResponse(
            sentence(refusal), status=refusal.status, content_type="text/plain; charset=utf-8"
        )
    kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
    return HttpResponse(picture, content_type=kind, headers={"Cache-Control": "private"})


def _page(
    request: HttpRequest,
    desk: Desk,
    program_id: int,
    *,
    submit_form: SubmitForm | None = None,
    grey_form: GreyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.programs_of(desk.tenant.pk)
    program = next((p for p in found if p.pk == program_id), None)
    if program is None:
        raise Http404
    life = program_steps.life_of(program)
    release = life.release
    content = {
        "desk": desk,
        "programs": found,
        "program": program,
        "life": life,
        "release": release,
        "steps": program_steps.steps(life),
        "parts": program_steps.parts(life),
        "is_configuration_poor": program_steps.is_poor(life),
        "submit_is_here": release is not None and release.state == ReleaseState.COMMITTED,
        "lines": program_steps.lines(life),
        "mark": program_steps.mark(life),
        "is_waiting": program_steps.is_waiting(life),
        "trouble": program_words.trouble(release) if release else "",
        "may_preview": release is not None and "preview" in releases.next_steps(release),
        "restarts": RESTARTS,
        "may_roll_back": _may_roll_back(life),
        "rejection": _told(life.rejection),
        "quota": releases.quota(),
        "has_merchant": directory.payee_of(desk.shop) is not None,
        "simulator": simulator.address(),
    }
    if release is not None:
        content["submit_form"] = submit_form or SubmitForm(release=release)
        content["grey_form"] = grey_form or GreyForm(release=release)
    return render(request, "portal/program.html", content, status=status)


def _life(desk: Desk, program_id: int) -> Life:
    try:
        return program_steps.life_of(queries.get_program(desk.tenant.pk, program_id))
    except queries.ProgramNotFound:
        raise Http404 from None


def _release(desk: Desk, release_id: UUID) -> Release:
    try:
        return releases.get_release(desk.tenant.pk, release_id)
    except releases.ReleaseNotFound:
        raise Http404 from None


def _may_roll_back(life: Life) -> bool:
    return life.live is not None and "roll_back" in releases.next_steps(life.live)


def _told(rejection: Rejection | None) -> dict[str, Any] | None:
    """Return a refusal for the reader: WeChat's words, our advice, its pictures."""
    if rejection is None:
        return None
    advised = ADVICE.get(rejection.advice_code, ADVICE["other"])
    is_chinese = (get_language() or "zh").startswith("zh")
    return {
        "reason": rejection.reason,
        "advice": advised.advice_zh if is_chinese else advised.advice_en,
        "advice_code": advised.code,
        "link": advised.link,
        "pictures": [files.url(key) for key in rejection.files],
        "missing_count": len(rejection.media_ids) - len(rejection.files),
        "at": rejection.at,
    }


def _try(request: HttpRequest, desk: Desk, program_id: int, act: Callable[[], str]) -> HttpResponse:
    """Act on the platform, and go back to the page with one sentence on how it went."""
    try:
        with context.public():
            messages.success(request, act())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:program", public_id=desk.shop.public_id, program_id=program_id)

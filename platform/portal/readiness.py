"""Readiness at the owner's desk: what blocks a release, what blocks payments, what is fine.

These rows belong to the platform, which is current for every page; WeChat is asked by jobs, so
the page asks how far they are while it waits.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from shop.notices import actions as notices
from tenants import context
from tenants.models import MiniProgram
from tenants.programs.queries import ProgramNotFound
from tenants.readiness import actions, queries
from tenants.readiness.checking import MP, NO, PAY, YES
from tenants.readiness.queries import Item, Readiness
from tenants.readiness.states import Blocks, FindingState, QuestionKind
from tenants.states import ProgramKind, Role

BADGES = {
    FindingState.OK: ("good", _("Fine")),
    FindingState.TODO: ("wait", _("To do")),
    FindingState.WRONG: ("bad", _("Wrong")),
    FindingState.UNKNOWN: ("", _("Unknown")),
    FindingState.ASKED: ("wait", _("Your answer")),
}
SITES = {MP: "mp.weixin.qq.com", PAY: "pay.weixin.qq.com"}
PAGES = {"wechat/": _("Connect WeChat")}


@dataclass(frozen=True)
class Line:
    """One precondition in the reader's language, with the exact next click."""

    key: str
    title: str
    badge: tuple[str, Any]
    detail: str
    why: str
    how: str
    link: str
    link_words: Any
    is_elsewhere: bool
    question: str
    kind: str
    answer: str
    needs_step: bool
    """Something is to be done; what is unknown only waits for the next look."""


@never_cache
@require_safe
@at_desk(Role.OWNER)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show every precondition of the shop and one of its mini-programs (`?program=`)."""
    program = _program(request, desk)
    found = queries.readiness_of(desk.tenant, program)
    groups = [
        _group(found, desk, Blocks.RELEASE, _("What blocks a release")),
        _group(found, desk, Blocks.PAYMENT, _("What blocks payments")),
        _group(found, desk, Blocks.NOTHING, _("Worth doing")),
    ]
    programs = MiniProgram.objects.filter(
        tenant=desk.tenant, kind=ProgramKind.MINI_PROGRAM
    ).order_by("-pk")
    content = {
        "desk": desk,
        "program": program,
        "programs": list(programs),
        "found": found,
        "groups": groups,
        "fine": [_line(item, desk) for item in found.fine],
        "mark": _mark(found),
        "yes": YES,
        "no": NO,
    }
    return render(request, "portal/readiness.html", content)


@never_cache
@require_safe
@at_desk(Role.OWNER)
def state(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say how far the look is: another `mark` is another page."""
    program = _program(request, desk)
    return JsonResponse({"mark": _mark(queries.readiness_of(desk.tenant, program))})


@require_POST
@at_desk(Role.OWNER)
def run(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the mini-program looked at again."""
    program = _program(request, desk)
    if program is None:
        raise Http404
    actions.want_checkup(program=program)
    return _back(desk, program)


@require_POST
@at_desk(Role.OWNER)
def answer(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Keep what the owner answered."""
    program, value = _program(request, desk), request.POST.get("value", "")
    try:
        actions.answer(
            tenant=desk.tenant, program=program, key=key, value=value, by=desk.account.email
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return _back(desk, program, f"#{key}")


@require_POST
@at_desk(Role.OWNER)
def choose_notices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the templates of subscribe messages chosen for the mini-program."""
    program = _program(request, desk)
    if program is None:
        raise Http404
    try:
        with context.activate(desk.shop):
            notices.set_up(appid=program.appid, by=desk.account.email)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, gettext("The templates are being chosen; check again shortly."))
    return _back(desk, program, "#notices")


def _program(request: HttpRequest, desk: Desk) -> MiniProgram | None:
    wanted = request.GET.get("program") or request.POST.get("program") or ""
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        raise Http404
    try:
        return queries.program_of(desk.tenant.pk, int(wanted) if wanted else None)
    except ProgramNotFound:
        raise Http404 from None


def _back(desk: Desk, program: MiniProgram | None, place: str = "") -> HttpResponse:
    page = reverse("portal:readiness", args=[desk.shop.public_id])
    return redirect(f"{page}?program={program.pk}{place}" if program else f"{page}{place}")


def _mark(found: Readiness) -> str:
    if found.is_running:
        return "running"
    return found.checked_at.isoformat() if found.checked_at else "never"


def _group(found: Readiness, desk: Desk, blocks: Blocks, title: Any) -> dict[str, Any]:
    return {
        "name": blocks,
        "title": title,
        "is_ready": found.is_ready(blocks),
        "lines": [_line(item, desk) for item in found.open_items(blocks)],
    }


def _line(item: Item, desk: Desk) -> Line:
    language, check = get_language() or "zh-hans", item.check
    question = check.question
    is_elsewhere = item.link.startswith("https://")
    page = reverse("portal:shop", args=[desk.shop.public_id]) + item.link
    return Line(
        key=check.key,
        title=check.title.said(language),
        badge=BADGES[item.state],
        detail=item.detail.said(language),
        why=check.why.said(language),
        how=check.how.said(language),
        link=(item.link if is_elsewhere else page) if item.link else "",
        link_words=SITES.get(item.link) or PAGES.get(item.link) or _("Open the mini-program"),
        is_elsewhere=is_elsewhere,
        question=question.words.said(language) if question else "",
        kind="date" if question and question.kind == QuestionKind.DATE else "choice",
        answer=item.answer,
        needs_step=item.state not in {FindingState.OK, FindingState.UNKNOWN},
    )

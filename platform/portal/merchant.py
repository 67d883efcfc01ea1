"""How the shop is paid: what is still needed, a number that there is, or one to apply for."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.payments import readiness
from kernel.codes import code_of
from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.merchant_forms import PARTS, ApplymentForm, DirectForm, NumberForm
from portal.words import sentence
from preview import simulator
from tenants import context, merchants
from tenants.applyments import actions, queries
from tenants.applyments.answers import PICTURES, TEXTS
from tenants.applyments.models import Applyment
from tenants.applyments.states import AT_WECHAT, EDITABLE, FOLLOWED, ApplymentState
from tenants.models import DirectMerchant, Merchant, MiniProgram
from tenants.states import Role

A = ApplymentState
STATES: dict[str, tuple[str, str]] = {
    A.DRAFT: ("wait", gettext_noop("Not handed in")),
    A.SUBMITTING: ("", gettext_noop("Being handed to WeChat")),
    A.AUDITING: ("", gettext_noop("WeChat is reviewing")),
    A.REJECTED: ("bad", gettext_noop("To be corrected")),
    A.TO_BE_CONFIRMED: ("wait", gettext_noop("Account to be verified")),
    A.TO_BE_SIGNED: ("wait", gettext_noop("To be signed")),
    A.SIGNING: ("", gettext_noop("WeChat opens the permissions")),
    A.FINISHED: ("good", gettext_noop("Finished")),
    A.CANCELLED: ("bad", gettext_noop("Given up")),
}
"""How a state looks, and what it is called."""


@dataclass(frozen=True)
class Need:
    """A line of the checklist."""

    title: str
    why: str
    is_done: bool
    link: str = ""
    words: str = ""


@never_cache
@require_safe
@at_desk(Role.OWNER)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the checklist, where an application stands, and the ways to be paid."""
    return _page(request, desk, NumberForm())


@require_POST
@at_desk(Role.OWNER)
def bind(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Bind a sub-merchant number that the owner has."""
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            merchants.bind(tenant=desk.tenant, sub_mchid=form.cleaned_data["sub_mchid"])
        except Refusal as refusal:
            form.add_error("sub_mchid", sentence(refusal))
        else:
            messages.success(request, gettext("The merchant number is bound."))
            return redirect("portal:merchant", public_id=desk.shop.public_id)
    return _page(request, desk, form, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.OWNER)
def apply(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Fill in the application, a part at a time; hand it in when it is whole."""
    if request.method == "POST":
        return _fill_in(request, desk)
    row = queries.applyment_of(desk.tenant)
    if row is None or row.state not in EDITABLE:
        row = None
    return _form_page(request, desk, row, None)


@require_POST
@at_desk(Role.OWNER)
def act(request: HttpRequest, desk: Desk, verb: str) -> HttpResponse:
    """Ask WeChat now how it stands, or give it up."""
    row = queries.applyment_of(desk.tenant)
    if row is None or verb not in {"look", "drop"}:
        raise Http404
    try:
        if verb == "look":
            actions.look(applyment=row)
        else:
            actions.drop(applyment=row, by=desk.account.email)
            messages.success(request, gettext("Given up; what you filled in is deleted."))
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:merchant", public_id=desk.shop.public_id)


@never_cache
@require_safe
@at_desk(Role.OWNER)
def state(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tell the waiting page where the application stands: `{"mark": "…"}`. From our rows only."""
    return JsonResponse({"mark": _mark(queries.applyment_of(desk.tenant))})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.OWNER)
def direct(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the keys of the shop's own merchant, prove them at WeChat, and use them."""
    known = _direct_of(desk)
    form = DirectForm(request.POST or None, initial={"mchid": known.mchid if known else ""})
    if form.is_valid():
        by = desk.account.email
        try:
            row = merchants.enter(tenant=desk.tenant, keys=form.keys(), by=by)
            merchants.use(tenant=desk.tenant, mchid=row.mchid, by=by)
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
        else:
            told = gettext("WeChat Pay accepts the keys: the shop is paid directly.")
            messages.success(request, told)
            return redirect("portal:merchant", public_id=desk.shop.public_id)
    content = {"desk": desk, "form": form, "known": known}
    return render(request, "portal/direct.html", content, status=422 if form.is_bound else 200)


@require_POST
@at_desk(Role.OWNER)
def switch(request: HttpRequest, desk: Desk, verb: str) -> HttpResponse:
    """Be paid directly, or through the platform; what is under way ends where it began."""
    known, by = _direct_of(desk), desk.account.email
    try:
        if verb == "use" and known is not None:
            merchants.use(tenant=desk.tenant, mchid=known.mchid, by=by)
        elif verb == "stop":
            merchants.stop(tenant=desk.tenant, by=by)
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:merchant", public_id=desk.shop.public_id)


def _page(
    request: HttpRequest, desk: Desk, form: NumberForm, status: int = 200
) -> HttpResponse:
    row, merchant = queries.applyment_of(desk.tenant), _merchant_of(desk)
    known = _direct_of(desk)
    url = queries.sign_url_of(row) if row else ""
    look, words = STATES[row.state] if row else ("", "")
    content = {
        "desk": desk,
        "form": form,
        "merchant": merchant,
        "direct": known,
        "row": row,
        "look": look,
        "words": gettext(words) if words else "",
        "needs": _needs(desk, row, merchant, known),
        "rejections": queries.rejections_of(row) if row else [],
        "sign_url": url,
        "code": code_of(url) if url else None,
        "may_apply": merchant is None and (row is None or row.ended_at or row.state in EDITABLE),
        "may_look": row is not None and row.state in AT_WECHAT,
        "is_waiting": row is not None and row.state in FOLLOWED,
        "mark": _mark(row),
        "simulator": simulator.address(),
    }
    return render(request, "portal/merchant.html", content, status=status)


def _needs(
    desk: Desk, row: Applyment | None, merchant: Merchant | None, direct: DirectMerchant | None
) -> list[Need]:
    """Return what must be true before customers can pay, computed from facts."""
    shop = [desk.shop.public_id]
    programs = list(MiniProgram.objects.filter(tenant=desk.tenant).order_by("-pk"))
    has_number = merchant is not None or (direct is not None and direct.is_used)
    with context.activate(desk.shop):
        was_prepaid = any(readiness.facts(app.appid)["was_prepaid"] for app in programs)
    handed = row is not None and row.state not in EDITABLE | {A.CANCELLED}
    signed = row is not None and row.state in {A.SIGNING, A.FINISHED}
    needs = [
        Need(gettext("A mini-program"), gettext("WeChat Pay asks in which one you sell."),
             bool(programs), reverse("portal:programs", args=shop), gettext("To the mini-program")),
    ]  # fmt: skip
    if not has_number or row is not None:
        needs += [
            Need(gettext("The application is with WeChat"),
                 gettext("Have ready: business licence, both sides of the legal person's ID card, a"
                         " bank account, a phone. Review takes WeChat one to five days."),
                 handed or has_number, reverse("portal:apply", args=shop), gettext("Fill in")),
            Need(gettext("Account verified and contract signed"),
                 gettext("WeChat gives a link and a code for it; they appear on this page."),
                 signed or has_number),
        ]  # fmt: skip
    return [
        *needs,
        Need(gettext("A merchant number"), gettext("Until then customers can look, not pay."),
             has_number),
        Need(gettext("Number and mini-program bound to each other"),
             gettext("pay.weixin.qq.com → Product centre → AppID account management, then confirm"
                     " at mp.weixin.qq.com. We know it once WeChat has taken an order."),
             was_prepaid),
    ]  # fmt: skip


def _fill_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what came, words before pictures, which WeChat may refuse; then hand in, say what is
    wrong, or go on later."""
    try:
        row = actions.begin(tenant=desk.tenant, by=desk.account.email)
        row = actions.save(applyment=row, answers=_texts(request))
        for name in PICTURES:
            if file := request.FILES.get(name):
                row = actions.upload(applyment=row, name=name, body=file.read())
        form = ApplymentForm(request.POST, answers=queries.answers_of(row))
        if "hand_in" not in request.POST:
            told = gettext("Saved. Nothing has gone to WeChat but the pictures.")
            messages.success(request, told)
            return redirect("portal:apply", public_id=desk.shop.public_id)
        if not form.is_valid():
            return _form_page(request, desk, row, form, status=422)
        actions.hand_in(applyment=row, by=desk.account.email)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return redirect("portal:apply", public_id=desk.shop.public_id)
    return redirect("portal:merchant", public_id=desk.shop.public_id)


def _texts(request: HttpRequest) -> dict[str, str]:
    """Return what was typed; an empty field of what is not shown again changes nothing."""
    typed = {name: request.POST.get(name, "").strip()[:200] for name in TEXTS}
    secret = ApplymentForm.UNSHOWN
    return {name: value for name, value in typed.items() if value or name not in secret}


def _form_page(
    request: HttpRequest,
    desk: Desk,
    row: Applyment | None,
    form: ApplymentForm | None,
    status: int = 200,
) -> HttpResponse:
    answers = queries.answers_of(row) if row else {}
    found = form or ApplymentForm(answers=answers)
    refused = {r.name: r.reason for r in queries.rejections_of(row)} if row else {}
    parts: list[tuple[Any, list[Any]]] = [
        (
            title,
            [
                {"field": found[name], "refused": refused.get(name, ""),
                 "is_kept": name in ApplymentForm.UNSHOWN and bool(answers.get(name))}
                for name in names
            ],
        )
        for title, names in PARTS
    ]  # fmt: skip
    content = {
        "desk": desk,
        "row": row,
        "parts": parts,
        "others": [r for r in queries.rejections_of(row) if not r.name] if row else [],
        "has_program": bool(queries.selling_appid(desk.tenant)),
        "wrong": bool(found.is_bound and found.errors),
    }
    return render(request, "portal/apply.html", content, status=status)


def _merchant_of(desk: Desk) -> Merchant | None:
    return Merchant.objects.filter(tenant=desk.tenant).first()


def _direct_of(desk: Desk) -> DirectMerchant | None:
    rows = DirectMerchant.objects.filter(tenant=desk.tenant)
    return rows.order_by("-is_used", "-proved_at").first()


def _mark(row: Applyment | None) -> str:
    return f"{row.state}-{row.revision}-{bool(row.sealed_sign_url)}" if row else "none"



"""The plan at the owner's desk: what is used of it, another one, invoices, paying by a code."""

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

from billing.plans import actions, paying, queries
from billing.plans.models import Invoice, InvoiceAttempt, PlanVersion, Subscription
from billing.plans.states import Interval, InvoiceState
from kernel import clock
from kernel.codes import code_of
from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.look import PARTS
from portal.words import sentence
from preview import simulator
from tenants.lifecycle import Door
from tenants.limits import Limit
from tenants.modules import has
from tenants.states import Role
from wechat.errors import WeChatNotConfigured

LIMIT_WORDS = {
    Limit.STAFF: _("Members of staff"),
    Limit.PRODUCTS: _("Products"),
    Limit.STORAGE_BYTES: _("Pictures (MB)"),
    Limit.ORDERS_PER_MONTH: _("Orders this month"),
    Limit.MESSAGES_PER_MONTH: _("Messages this month"),
}
INTERVALS = [(Interval.MONTH.value, _("by the month")), (Interval.YEAR.value, _("by the year"))]


class ChoiceForm(forms.Form):
    """Which plan, paid for how long at a time."""

    version = forms.IntegerField(min_value=1)
    interval = forms.ChoiceField(choices=INTERVALS)


@never_cache
@require_safe
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the plan, what is used of it, the other plans, the invoices."""
    subscription = queries.subscription_of(desk.tenant)
    allowed = subscription.version.limits if subscription else {}
    content = {
        "desk": desk,
        "subscription": subscription,
        "plan_name": plan_name(subscription.version) if subscription else "",
        "next_name": (
            plan_name(subscription.next_version)
            if subscription and subscription.next_version
            else ""
        ),
        "meters": [_said(meter) for meter in queries.meters(desk.tenant, allowed)],
        "offers": [_offer(subscription, version) for version in queries.offered()],
        "open_invoice": queries.open_invoice(subscription) if subscription else None,
        "invoices": queries.invoices_of(subscription) if subscription else [],
        "now": clock.now(),
    }
    return render(request, "portal/plan.html", content)


@require_POST
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Change the plan: lead to the invoice that does it, or say when it changes."""
    form, subscription = ChoiceForm(request.POST), queries.subscription_of(desk.tenant)
    if not form.is_valid():
        raise Http404
    rows = PlanVersion.objects.select_related("plan")
    version = rows.filter(pk=form.cleaned_data["version"]).first()
    if version is None:
        raise Http404
    if subscription is None:
        subscription = actions.start_trial(
            tenant=desk.tenant, plan=version.plan, by=desk.account.email
        )
    assert subscription is not None
    try:
        invoice = actions.choose(
            subscription=subscription,
            version=version,
            interval=Interval(form.cleaned_data["interval"]),
            by=desk.account.email,
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        if invoice is not None:
            return redirect(
                "portal:invoice", public_id=desk.shop.public_id, number=invoice.number
            )
        messages.success(request, gettext("Done. This page says what is and what comes."))
    return redirect("portal:plan", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def change(request: HttpRequest, desk: Desk, verb: str) -> HttpResponse:
    """Cancel the plan at the end of what is paid, or take that back."""
    subscription = queries.subscription_of(desk.tenant)
    verbs = {"cancel": actions.cancel, "resume": actions.resume}
    if subscription is None or verb not in verbs:
        raise Http404
    try:
        verbs[verb](subscription=subscription, by=desk.account.email)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:plan", public_id=desk.shop.public_id)


@never_cache
@require_safe
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def show_invoice(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Show an invoice whole, printable; while it is open, with the code that pays it."""
    invoice = _invoice(desk, number)
    code = _code(invoice)
    content = {
        "desk": desk,
        "invoice": invoice,
        "lines": [(line, plan_name(line.version)) for line in invoice.lines.all()],
        "code": code,
        "picture": code_of(code.code_url) if code else None,
        "mark": _mark(invoice),
        "refunds": _refunds(invoice),
        "simulator": simulator.address(),
    }
    return render(request, "portal/invoice.html", content)


@require_POST
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def pay(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Have WeChat make a code for the invoice, and show it on the invoice's page."""
    invoice = _invoice(desk, number)
    try:
        paying.show_code(
            invoice=invoice,
            description=gettext("Xiaopu: plan for %(shop)s") % {"shop": desk.shop.name},
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    except WeChatNotConfigured:
        messages.error(request, gettext("WeChat Pay is not set up on this platform yet."))
    return redirect("portal:invoice", public_id=desk.shop.public_id, number=number)


@require_POST
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def look(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Ask WeChat now whether it was paid."""
    invoice = _invoice(desk, number)
    paying.ask(invoice=invoice)
    if _invoice(desk, number).state == InvoiceState.OPEN:
        messages.info(request, gettext("WeChat has no payment for this invoice yet."))
    return redirect("portal:invoice", public_id=desk.shop.public_id, number=number)


@never_cache
@require_safe
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def state(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Tell the waiting page where the invoice stands: `{"mark": "open-…"}`. From our rows only."""
    return JsonResponse({"mark": _mark(_invoice(desk, number))})


def plan_name(version: PlanVersion) -> str:
    """Return the plan's name in the reader's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return version.plan.name_zh if is_chinese else version.plan.name_en


def _invoice(desk: Desk, number: int) -> Invoice:
    found = queries.find_invoice(desk.tenant, number)
    if found is None:
        raise Http404
    return found


def _code(invoice: Invoice) -> InvoiceAttempt | None:
    """Return the code that can be scanned just now, or None."""
    if invoice.state != InvoiceState.OPEN:
        return None
    good = [a for a in invoice.attempts.all() if a.state == "shown" and a.expires_at > clock.now()]
    return max(good, key=lambda a: a.created_at, default=None)


def _mark(invoice: Invoice) -> str:
    code: UUID | str = found.pk if (found := _code(invoice)) else "none"
    return f"{invoice.state}-{code}"


def _refunds(invoice: Invoice) -> list[Any]:
    found = [r for a in invoice.attempts.all() for r in a.refunds.all()]
    return sorted(found, key=lambda r: r.created_at)


def warnings(desk: Desk) -> list[dict[str, Any]]:
    """Return the meters that are nearly full, with words, for the owner's start page."""
    subscription = queries.subscription_of(desk.tenant) if desk.is_owner else None
    if subscription is None or not subscription.version.limits:
        return []
    meters = queries.meters(desk.tenant, subscription.version.limits)
    return [_said(meter) for meter in meters if meter["is_near"] or meter["is_full"]]


def _said(meter: dict[str, Any]) -> dict[str, Any]:
    """Put words to a meter; bytes become megabytes."""
    limit = Limit(meter["limit"])
    size = 1_000_000 if limit == Limit.STORAGE_BYTES else 1
    used, most = -(-meter["used"] // size), meter["most"]
    return {**meter, "words": LIMIT_WORDS[limit], "used": used,
            "most": None if most is None else most // size}  # fmt: skip


def _offer(subscription: Subscription | None, version: PlanVersion) -> dict[str, Any]:
    """Return a plan that may be chosen, with what a change would cost now for each interval."""
    prices = []
    for interval, words in INTERVALS:
        is_here = subscription is not None and (
            (subscription.version_id, subscription.interval) == (version.pk, interval)
        )
        cost = actions.quote(subscription, version, Interval(interval)) if subscription else None
        prices.append({
            "interval": interval, "words": words, "is_here": is_here,
            "minor": version.price(interval).minor,
            "now_minor": cost.due.minor if cost and not cost.is_cheaper else None,
            "is_later": bool(cost and cost.is_cheaper),
        })  # fmt: skip
    limits = [
        {"words": LIMIT_WORDS[limit], "most": version.limits.get(limit, None)
         if limit != Limit.STORAGE_BYTES or limit not in version.limits
         else version.limits[limit] // 1_000_000}
        for limit in Limit
    ]  # fmt: skip
    is_here = bool(subscription and subscription.version.plan_id == version.plan_id)
    parts = [words for part, words in PARTS.items() if has(version.modules, part)]
    return {"version": version, "parts": parts if version.modules is not None else [],
            "name": plan_name(version), "prices": prices, "limits": limits,
            "is_here": is_here}  # fmt: skip

"""The owner's start page: what is done, what comes next, and why."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel import clock
from portal import checklist, connection, plans
from portal.access import Desk, at_desk
from preview import offers, simulator
from shop.catalog.models import Product
from shop.samples import actions as samples
from shop.samples import queries as sample_queries
from tenants import context
from tenants.states import Role, TenantState

FILLING = timedelta(minutes=2)
"""So long the page of a new shop waits for the samples; then it shows the shop as it is."""


@never_cache
@require_safe
@at_desk(also_closed=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the checklist; or the waiting page, or why the shop does not sell."""
    if desk.tenant.state == TenantState.PROVISIONING:
        return render(request, "portal/waiting.html", {"desk": desk}, status=202)
    if not desk.is_open:
        return render(request, "portal/not_open.html", {"desk": desk})
    facts = checklist.facts_of(desk, connection.connected(desk))
    steps = [step for step in checklist.steps(facts) if desk.may(step.least) or step.is_done]
    content = {
        "desk": desk,
        "facts": facts,
        "steps": steps,
        "done_count": sum(step.is_done for step in steps),
        "next_name": next((step.name for step in steps if not step.is_done), ""),
        "warnings": plans.warnings(desk),
        "simulator": simulator.address(),
        "preview": offers.of(desk.shop.public_id),
        "is_filling": _is_filling(desk),
    }
    return render(request, "portal/shop.html", content)


@never_cache
@require_safe
@at_desk()
def state(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tell the page whether the samples are still on their way: `{"mark": "True"}`."""
    return JsonResponse({"mark": str(_is_filling(desk))})


@require_POST
@at_desk(Role.MANAGER)
def remove_samples(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take all samples away."""
    with context.activate(desk.shop):
        samples.remove(by=desk.account.email)
    messages.success(request, gettext("The samples are gone. You can bring them back below."))
    return redirect("portal:shop", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.MANAGER)
def add_samples(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Bring the samples back."""
    with context.activate(desk.shop):
        samples.add(by=desk.account.email)
    messages.success(request, gettext("The samples are back."))
    return redirect("portal:shop", public_id=desk.shop.public_id)


def _is_filling(desk: Desk) -> bool:
    """Say whether the shop is new and empty, because its samples come by a job."""
    if clock.now() - desk.tenant.created_at > FILLING:
        return False
    with context.activate(desk.shop):
        return not (sample_queries.were_added() or Product.objects.exists())

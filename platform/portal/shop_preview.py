"""The shop as customers see it: a phone on the start page, and fresh links for it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import Desk, at_desk
from preview import offers
from tenants.lifecycle import Door


@never_cache
@require_safe
@at_desk(door=Door.BROWSE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lead to the preview by a fresh link; without one to the start page, which says why."""
    offer = offers.of(desk.shop.public_id)
    if not offer.address:
        return redirect("portal:shop", public_id=desk.shop.public_id)
    return redirect(offer.address)


@never_cache
@require_safe
@at_desk(door=Door.BROWSE)
def link(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the phone on a page a fresh link before its own ends: {"address", "seconds"}."""
    offer = offers.of(desk.shop.public_id)
    return JsonResponse({"address": offer.address, "seconds": offer.seconds})

"""The shop front's door for staff: everyone sees, managers decorate."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from shop.catalog.backoffice import version_seen
from shop.home import actions, queries
from shop.home.actions import WantedBanner
from shop.home.models import Front
from shop.home.schemas import FrontIn, FrontOut
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["home"], auth=staff())
_SHOWN = (
    "announcement", "chosen_product_ids", "shows_newest", "brand_colour", "logo_id", "language",
    "tab_labels", "service_phone", "hot_words", "version",
)  # fmt: skip


@router.get("/home", response=FrontOut, summary="How the shop front is decorated")
def front(request: HttpRequest) -> Any:
    """Its `version` is what If-Match wants when it is changed."""
    return _shown(queries.front())


@router.patch(
    "/home", response=FrontOut, auth=staff(Role.MANAGER), summary="Decorate the shop front"
)
def decorate(request: HttpRequest, body: FrontIn) -> Any:
    """Refused: 412 changed_meanwhile, 422 image_unknown, block_product_unknown,
    428 version_missing."""
    changes = body.dict(exclude_unset=True)
    banners = changes.pop("banners", None)
    if banners is not None:
        banners = [WantedBanner(**banner) for banner in banners]
    return _shown(actions.decorate(version=version_seen(request), banners=banners, **changes))


def _shown(row: Front) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _SHOWN}, "banners": queries.banners()}

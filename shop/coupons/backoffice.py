"""The door for the shop's staff: give out coupons, see what became of them, stop them."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from shop.catalog import cursors
from shop.coupons import actions, queries
from shop.coupons.models import Coupon
from shop.coupons.schemas import CouponIn, StaffCouponOut, StaffCouponPage
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["coupons"], auth=staff(Role.MANAGER))


@router.get("", response=StaffCouponPage, summary="The shop's coupons")
def list_coupons(
    request: HttpRequest,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first, with how many are claimed, reserved by unpaid orders, and used."""
    items, further = queries.page(queries.search(), "coupons", cursor, limit)
    return {"items": items, "next": further}


@router.post("", response={201: StaffCouponOut}, summary="Give out a coupon")
def create(request: HttpRequest, body: CouponIn) -> Any:
    """Its terms stay as they are; it can be stopped. Refusals: coupon_scope_unknown,
    coupon_over_already."""
    return Status(201, _coupon(actions.create(**body.dict()).pk))


@router.get("/{uuid:coupon_id}", response=StaffCouponOut, summary="A coupon")
def show(request: HttpRequest, coupon_id: UUID) -> Coupon:
    """Its terms, and what became of it."""
    return _coupon(coupon_id)


@router.post("/{uuid:coupon_id}/stop", response=StaffCouponOut, summary="Give it out no more")
def stop(request: HttpRequest, coupon_id: UUID) -> Coupon:
    """Those that members hold stay good. Again changes nothing."""
    actions.stop(coupon=_coupon(coupon_id))
    return _coupon(coupon_id)


def _coupon(coupon_id: UUID) -> Coupon:
    found = queries.search().filter(pk=coupon_id).first()
    if found is None:
        raise Http404
    return found

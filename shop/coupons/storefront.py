"""The door for customers: what may be claimed, claim it, what is mine."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from shop.catalog import cursors
from shop.coupons import actions, queries
from shop.coupons.schemas import ClaimablesOut, MemberCouponOut, MemberCouponPage
from shop.idempotency.actions import once
from shop.members.auth import member, visitor
from shop.members.models import Member

router = Router(tags=["coupons"], auth=member)
Tab = Literal["usable", "used", "expired"]
MOST_SHOWN = 20


@router.get("", response=ClaimablesOut, auth=[member, visitor], summary="Coupons to claim")
def list_claimable(request: HttpRequest, product_id: UUID | None = None) -> dict[str, Any]:
    """The newest twenty that are left; with `product_id` those that cover it.

    Open to everybody; whoever signed in also reads what they have claimed.
    """
    who = request.auth if isinstance(request.auth, Member) else None  # type: ignore[attr-defined]
    rows = queries.with_claims_of(queries.claimable(product_id=product_id), who)
    return {"items": rows[:MOST_SHOWN]}


@router.post("/{uuid:coupon_id}/claim", response={201: MemberCouponOut}, summary="Claim a coupon")
def claim(request: HttpRequest, coupon_id: UUID) -> HttpResponse:
    """Needs the header Idempotency-Key: the same key gives the same coupon.

    Refusals: coupon_not_offered, coupons_all_claimed, coupon_claimed_already,
    idempotency_key_missing, idempotency_key_reused.
    """
    who = _member(request)

    def take() -> tuple[int, MemberCouponOut]:
        row = actions.claim(member=who, coupon_id=coupon_id)
        return 201, MemberCouponOut.from_orm(row)

    return once(request, caller=f"member:{who.pk}", body=b"", do=take)


@router.get("/mine", response=MemberCouponPage, summary="My coupons")
def list_mine(
    request: HttpRequest,
    state: Tab | None = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first, with how many there are behind each tab."""
    who = _member(request)
    rows = queries.coupons_of(who, which=state)
    items, further = queries.page(rows, "my_coupons", cursor, limit)
    return {"items": items, "next": further, "counts": queries.counts_of(who)}


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found

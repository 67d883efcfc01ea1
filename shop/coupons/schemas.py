"""What crosses the doors of coupons. Money in minor units, times in UTC."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from kernel import clock
from shop.coupons.amounts import CouponKind, CouponScope
from shop.coupons.models import Coupon, MemberCoupon
from shop.coupons.queries import OVER, USABLE
from shop.coupons.states import MemberCouponState
from tenants import context

Title = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
Off = Annotated[int, Field(ge=0, le=10**10)]


class CouponIn(Schema):
    """A coupon to give out. Either `amount_minor`, or `rate_bp` (1/10000ths) and perhaps
    `most_minor`; either `ends_at`, or `days` from the claim; `scope_ids` unless it covers all."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    kind: CouponKind
    amount_minor: Off = 0
    rate_bp: Annotated[int, Field(ge=0, le=10_000)] = 0
    most_minor: Annotated[int, Field(ge=1, le=10**10)] | None = None
    least_minor: Off = 0
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    total: Annotated[int, Field(ge=1, le=10_000_000)]
    per_member: Annotated[int, Field(ge=1, le=100)] = 1
    scope: CouponScope = CouponScope.ALL
    scope_ids: list[UUID] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _can_be_meant(self) -> "CouponIn":
        if self.kind == CouponKind.FIXED:
            if not self.amount_minor or self.rate_bp or self.most_minor is not None:
                raise ValueError("a fixed coupon has amount_minor, and neither rate nor limit")
        elif not self.rate_bp or self.amount_minor:
            raise ValueError("a coupon in percent has rate_bp, and no amount_minor")
        if (self.ends_at is None) == (self.days is None):
            raise ValueError("give either ends_at or days")
        if self.starts_at and not (self.ends_at and self.starts_at < self.ends_at):
            raise ValueError("starts_at stands before ends_at")
        if (self.scope == CouponScope.ALL) == bool(self.scope_ids):
            raise ValueError("give scope_ids unless the coupon covers everything")
        return self


class CouponOut(Schema):
    """A coupon as everybody may read it. `rate_bp` are 1/10000ths off."""

    id: UUID
    title: str
    kind: CouponKind
    amount_minor: int
    rate_bp: int
    most_minor: int | None
    least_minor: int
    scope: CouponScope
    scope_ids: list[UUID]
    starts_at: datetime | None
    ends_at: datetime | None
    days: int | None
    per_member: int
    currency: str

    @staticmethod
    def resolve_currency(coupon: Coupon) -> str:
        """Return the shop's."""
        return context.shop().currency


class ClaimableOut(CouponOut):
    """A coupon that may be claimed. `is_claimed`: this member has had as many as one may."""

    left: int
    is_claimed: bool

    @staticmethod
    def resolve_left(coupon: Coupon) -> int:
        """Return how many there are to claim."""
        return coupon.total - coupon.claimed_count

    @staticmethod
    def resolve_is_claimed(coupon: Any) -> bool:
        """Say whether the member who asks has had all of theirs."""
        return bool(coupon.claims >= coupon.per_member)


class ClaimablesOut(Schema):
    """What may be claimed now."""

    items: list[ClaimableOut]


class MemberCouponOut(Schema):
    """A member's coupon. `state`: usable, reserved, used or expired; `order_id`: who holds it."""

    id: UUID
    coupon: CouponOut
    state: str
    order_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    created_at: datetime

    @staticmethod
    def resolve_state(row: MemberCoupon) -> str:
        """Name the state with the calendar in sight."""
        if row.state != MemberCouponState.CLAIMED:
            return row.state
        return USABLE if row.ends_at > clock.now() else OVER


class MemberCouponPage(Schema):
    """A page of a member's coupons, and how many there are behind each tab."""

    items: list[MemberCouponOut]
    next: str | None
    counts: dict[str, int]


class StaffCouponOut(CouponOut):
    """A coupon with what became of it; `stopped_at`: it is given out no more."""

    total: int
    claimed_count: int
    reserved_count: int
    used_count: int
    created_at: datetime
    stopped_at: datetime | None


class StaffCouponPage(Schema):
    """A page of the shop's coupons."""

    items: list[StaffCouponOut]
    next: str | None

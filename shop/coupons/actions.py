"""Everything that can happen to coupons: given out, claimed, held by an order, used, returned.

Note [order]. A transaction that moves a coupon and stock moves the coupon first, so that none
waits for another in a circle.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db.models import F, Q

from kernel import clock
from kernel.errors import Refusal
from shop.catalog.models import Category, Product
from shop.coupons.amounts import CouponKind, CouponScope
from shop.coupons.models import Coupon, MemberCoupon, MemberCouponStep
from shop.coupons.moves import move
from shop.coupons.states import MemberCouponState
from shop.members.models import Member
from tenants.inserting import insert_together
from tenants.transactions import verb


class CouponScopeUnknown(Refusal):
    """It is to cover categories or products that the shop does not have."""

    status: ClassVar[int] = 422
    en = "Please choose the categories or products again: some of them are gone."
    zh = "部分分类或商品已不存在，请重新选择。"


class CouponOverAlready(Refusal):
    """Its last moment has passed before the first could be claimed."""

    status: ClassVar[int] = 422
    en = "The coupon would be over already."
    zh = "优惠券的结束时间已过。"


class CouponNotOffered(Refusal):
    """It was stopped, or its time is over."""

    en = "This coupon is no longer offered."
    zh = "该优惠券已停止发放。"


class CouponsAllClaimed(Refusal):
    """Others were faster."""

    en = "All of these coupons have been claimed."
    zh = "优惠券已被领完。"


class CouponClaimedAlready(Refusal):
    """The member has had as many of them as one may."""

    en = "You may claim {per_member} of this coupon, and you have."
    zh = "该优惠券每人限领 {per_member} 张，您已领取。"


class CouponTaken(Refusal):
    """Another order holds it, or its time is over."""

    en = "This coupon is used by another order. Please choose again."
    zh = "该优惠券已被其他订单使用，请重新选择。"


@verb
def create(
    *,
    title: str,
    kind: CouponKind,
    amount_minor: int = 0,
    rate_bp: int = 0,
    most_minor: int | None = None,
    least_minor: int = 0,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    days: int | None = None,
    total: int,
    per_member: int = 1,
    scope: CouponScope = CouponScope.ALL,
    scope_ids: Sequence[UUID] = (),
) -> Coupon:
    """Give out a coupon; its terms stay as they are. Either `ends_at` or `days`.

    Raises CouponScopeUnknown, CouponOverAlready.
    """
    wanted = set(scope_ids)
    shelf = {CouponScope.CATEGORIES: Category, CouponScope.PRODUCTS: Product}.get(scope)
    if shelf is not None and shelf._default_manager.filter(pk__in=wanted).count() != len(wanted):
        raise CouponScopeUnknown
    if ends_at is not None and ends_at <= clock.now():
        raise CouponOverAlready
    return Coupon.objects.create(
        title=title,
        kind=kind,
        amount_minor=amount_minor,
        rate_bp=rate_bp,
        most_minor=most_minor,
        least_minor=least_minor,
        starts_at=starts_at,
        ends_at=ends_at,
        days=days,
        total=total,
        per_member=per_member,
        scope=scope,
        scope_ids=sorted(wanted),
    )


@verb
def stop(*, coupon: Coupon) -> None:
    """Give it out no more; those that members hold stay good. Again changes nothing."""
    Coupon.objects.filter(pk=coupon.pk, stopped_at__isnull=True).update(stopped_at=clock.now())


@verb
def claim(*, member: Member, coupon_id: UUID) -> MemberCoupon:
    """Take one. Its row is locked first, so never more are claimed than there are.

    Raises CouponNotOffered, CouponsAllClaimed, CouponClaimedAlready.
    """
    now = clock.now()
    offered = Coupon.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), pk=coupon_id)
    left = offered.filter(stopped_at__isnull=True, claimed_count__lt=F("total"))
    if not left.update(claimed_count=F("claimed_count") + 1):
        is_offered = offered.filter(stopped_at__isnull=True).exists()
        raise CouponsAllClaimed if is_offered else CouponNotOffered
    coupon = Coupon.objects.get(pk=coupon_id)
    if MemberCoupon.objects.filter(coupon=coupon, member=member).count() >= coupon.per_member:
        raise CouponClaimedAlready(per_member=coupon.per_member)
    row = MemberCoupon(
        coupon=coupon,
        member=member,
        starts_at=max(now, coupon.starts_at or now),
        ends_at=coupon.ends_at or now + timedelta(days=coupon.days or 0),
        created_at=now,
    )
    insert_together(row, MemberCouponStep(member_coupon=row, state=row.state, at=now))
    return row


@verb
def reserve(*, member_coupon_id: UUID, order_id: UUID) -> None:
    """Hold a coupon for an order that is made now, or is paid late. Raises CouponTaken."""
    if not move(member_coupon_id, MemberCouponState.RESERVED, order_id=order_id):
        raise CouponTaken


@verb
def use(*, member_coupon_id: UUID, order_id: UUID) -> None:
    """The order that holds it was paid. Again changes nothing."""
    move(member_coupon_id, MemberCouponState.USED, order_id=order_id)


@verb
def give_back(*, member_coupon_id: UUID, order_id: UUID) -> None:
    """The order that held it was cancelled, or all of its money went back: it is the member's
    again, as long as its period lasts. Again, or for another order: nothing."""
    move(member_coupon_id, MemberCouponState.CLAIMED, order_id=order_id)

"""Questions about coupons: what may be claimed, what a member holds, what fits a basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kernel import clock
from shop.catalog import cursors
from shop.catalog.models import Category, Product
from shop.coupons.amounts import (
    CouponKind,
    CouponScope,
    Discount,
    Goods,
    Misfit,
    Terms,
    Unusable,
    discount,
)
from shop.coupons.models import Coupon, MemberCoupon
from shop.coupons.states import MemberCouponState
from shop.members.models import Member

MOST_AT_CHECKOUT = 100
"""A checkout looks at so many of a member's coupons: those that end first."""

HELD = f"""SELECT jsonb_agg(jsonb_build_object(
        'id', held.id, 'coupon_id', c.id, 'title', c.title, 'kind', c.kind,
        'amount_minor', c.amount_minor, 'rate_bp', c.rate_bp, 'most_minor', c.most_minor,
        'least_minor', c.least_minor, 'scope', c.scope, 'scope_ids', c.scope_ids,
        'starts_at', held.starts_at, 'ends_at', held.ends_at) ORDER BY held.ends_at, held.id)
    FROM (SELECT * FROM coupons_membercoupon
        WHERE member_id = %(member)s AND state = 'claimed' AND ends_at > %(now)s
          AND (%(member_coupon)s::uuid IS NULL OR id = %(member_coupon)s::uuid)
        ORDER BY ends_at, id LIMIT {MOST_AT_CHECKOUT}) held
    JOIN coupons_coupon c ON c.id = held.coupon_id"""
"""A member's coupons that are not over, for `held_from`; all, or the one `member_coupon`."""

USABLE, USED, OVER = "usable", "used", "expired"


@dataclass(frozen=True)
class Held:
    """A coupon in a member's hands, with its terms."""

    member_coupon_id: UUID
    coupon_id: UUID
    title: str
    terms: Terms
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Offer:
    """What a member's coupon would do for a basket."""

    held: Held
    outcome: Discount | Misfit

    @property
    def discount(self) -> Discount | None:
        """Return what it takes off; None where it does not fit."""
        return self.outcome if isinstance(self.outcome, Discount) else None


def held_from(rows: Sequence[Mapping[str, Any]] | None) -> list[Held]:
    """Return what `HELD` found."""
    return [
        Held(
            member_coupon_id=UUID(row["id"]),
            coupon_id=UUID(row["coupon_id"]),
            title=row["title"],
            terms=Terms(
                kind=CouponKind(row["kind"]),
                amount_minor=row["amount_minor"],
                rate_bp=row["rate_bp"],
                most_minor=row["most_minor"],
                least_minor=row["least_minor"],
                scope=CouponScope(row["scope"]),
                scope_ids=frozenset(map(UUID, row["scope_ids"])),
            ),
            starts_at=datetime.fromisoformat(row["starts_at"]),
            ends_at=datetime.fromisoformat(row["ends_at"]),
        )
        for row in rows or ()
    ]


def offers(held: Sequence[Held], goods: Sequence[Goods], currency: str) -> list[Offer]:
    """Return what each would do, the best first; of equal ones that which ends first."""
    now = clock.now()
    found = [
        Offer(
            one,
            Misfit(Unusable.NOT_BEGUN)
            if one.starts_at > now
            else discount(one.terms, goods, currency),
        )
        for one in held
    ]
    return sorted(
        found,
        key=lambda offer: (
            -(offer.discount.minor if offer.discount else 0),
            offer.held.ends_at,
            offer.held.member_coupon_id,
        ),
    )


def claimable(*, product_id: UUID | None = None) -> QuerySet[Coupon]:
    """Return what may be claimed now, the newest first; for one product those that cover it."""
    now = clock.now()
    rows = Coupon.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        stopped_at__isnull=True,
        claimed_count__lt=F("total"),
    ).order_by("-pk")
    if product_id is None:
        return rows
    of_product = Product.objects.filter(pk=product_id).values_list(
        "category_id", "category__parent_id"
    )
    shelves = [shelf for pair in of_product for shelf in pair if shelf]
    return rows.filter(
        Q(scope=CouponScope.ALL)
        | Q(scope=CouponScope.PRODUCTS, scope_ids__contains=[product_id])
        | Q(scope=CouponScope.CATEGORIES, scope_ids__overlap=shelves)
    )


def with_claims_of(coupons: QuerySet[Coupon], member: Member | None) -> QuerySet[Coupon]:
    """Have `claims` come along: how many a member has had; none for a stranger."""
    if member is None:
        return coupons.annotate(claims=Value(0))
    # For each coupon that is shown, by the index; a join would count what everybody claimed.
    mine = MemberCoupon.objects.filter(coupon=OuterRef("pk"), member=member).order_by()
    count = Subquery(mine.values("coupon").annotate(n=Count("pk")).values("n"))
    return coupons.annotate(claims=Coalesce(count, 0))


def coupons_of(member: Member, *, which: str | None = None) -> QuerySet[MemberCoupon]:
    """Return a member's coupons, the newest first; `which`: usable, used or expired."""
    mine = MemberCoupon.objects.filter(member=member).select_related("coupon").order_by("-pk")
    return mine.filter(_TABS[which]()) if which else mine


def counts_of(member: Member) -> dict[str, int]:
    """Return how many of a member's coupons are usable, used and expired."""
    counts = {name: Count("pk", filter=when()) for name, when in _TABS.items()}
    found: dict[str, int] = MemberCoupon.objects.filter(member=member).aggregate(**counts)
    return found


def search() -> QuerySet[Coupon]:
    """Return the shop's coupons, the newest first, with how many are reserved and used."""
    return Coupon.objects.order_by("-pk").annotate(
        reserved_count=Count("claimed", filter=Q(claimed__state=MemberCouponState.RESERVED)),
        used_count=Count("claimed", filter=Q(claimed__state=MemberCouponState.USED)),
    )


def page(
    coupons: QuerySet[Any], kind: str, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """Return a page, the newest first, and the cursor of the next one."""
    if cursor:
        (last,) = cursors.decode(cursor, kind, UUID)
        coupons = coupons.filter(pk__lt=last)
    found = list(coupons[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursors.encode(kind, found[limit - 1].pk) if more else None


def names_of(coupon: Coupon) -> list[str]:
    """Return what the categories or products are called that a coupon covers."""
    if coupon.scope == CouponScope.CATEGORIES:
        shelves = Category.objects.filter(pk__in=coupon.scope_ids)
        return list(shelves.order_by("position", "pk").values_list("name", flat=True))
    goods = Product.objects.filter(pk__in=coupon.scope_ids)
    return list(goods.order_by("pk").values_list("title", flat=True))


def _usable() -> Q:
    return Q(state=MemberCouponState.CLAIMED, ends_at__gt=clock.now())


def _over() -> Q:
    return Q(state=MemberCouponState.CLAIMED, ends_at__lte=clock.now())


def _used() -> Q:
    return ~Q(state=MemberCouponState.CLAIMED)


_TABS = {USABLE: _usable, USED: _used, OVER: _over}

"""Coupons that the shop gives out, and those that members hold."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.coupons.amounts import CouponKind, CouponScope, Terms
from shop.coupons.states import MEMBER_COUPON_FLOW, MemberCouponState
from shop.members.models import Member


class Coupon(models.Model):
    """What members may claim. Its terms never change: what was promised is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in CouponKind])
    amount_minor = models.BigIntegerField(default=0)
    """What a fixed one takes off."""
    rate_bp = models.IntegerField(default=0)
    """What one in percent takes off, in 1/10000ths of the goods it covers."""
    most_minor = models.BigIntegerField(null=True)
    """What one in percent takes off at most."""
    least_minor = models.BigIntegerField(default=0)
    """From so much of the goods it covers on."""
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    """Until when all of them are good; null: see `days`."""
    days = models.IntegerField(null=True)
    """For how many days from the claim one is good."""
    total = models.IntegerField()
    claimed_count = models.IntegerField(default=0)
    per_member = models.IntegerField(default=1)
    scope = models.CharField(
        max_length=16, choices=[(s, s) for s in CouponScope], default=CouponScope.ALL
    )
    scope_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    """The categories or the products."""
    created_at = models.DateTimeField(default=clock.now)
    stopped_at = models.DateTimeField(null=True)
    """From here on it is given out no more; those that members hold stay good."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=CouponKind.FIXED, amount_minor__gt=0, rate_bp=0)
                & Q(most_minor__isnull=True)
                | Q(kind=CouponKind.PERCENT, amount_minor=0, rate_bp__range=(1, 10_000))
                & (Q(most_minor__isnull=True) | Q(most_minor__gt=0)),
                name="coupon_takes_something_off",
            ),
            models.CheckConstraint(condition=Q(least_minor__gte=0), name="coupon_least_sane"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=False, days__isnull=True)
                & (Q(starts_at__isnull=True) | Q(starts_at__lt=F("ends_at")))
                | Q(ends_at__isnull=True, starts_at__isnull=True, days__gte=1),
                name="coupon_has_a_period",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=1, per_member__gte=1, claimed_count__gte=0)
                & Q(claimed_count__lte=F("total")),
                name="coupon_not_given_out_more",
            ),
            models.CheckConstraint(
                condition=Q(scope=CouponScope.ALL, scope_ids=[])
                | Q(scope__in=[CouponScope.CATEGORIES, CouponScope.PRODUCTS]) & ~Q(scope_ids=[]),
                name="coupon_scope_named",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def terms(self) -> Terms:
        """Return what it is worth."""
        return Terms(
            kind=CouponKind(self.kind),
            amount_minor=self.amount_minor,
            rate_bp=self.rate_bp,
            most_minor=self.most_minor,
            least_minor=self.least_minor,
            scope=CouponScope(self.scope),
            scope_ids=frozenset(self.scope_ids),
        )


class MemberCoupon(models.Model):
    """One coupon in a member's hands, good from `starts_at` until `ends_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    coupon = models.ForeignKey(
        Coupon, on_delete=models.PROTECT, related_name="claimed", db_index=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="coupons", db_index=False
    )
    state = models.CharField(
        max_length=16,
        choices=[(s, s) for s in MemberCouponState],
        default=MEMBER_COUPON_FLOW.start,
    )
    order_id = models.UUIDField(null=True)
    """The one order that holds it."""
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_id"],
                condition=Q(order_id__isnull=False),
                name="member_coupon_one_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state=MemberCouponState.CLAIMED, order_id__isnull=True)
                | Q(
                    state__in=[MemberCouponState.RESERVED, MemberCouponState.USED],
                    order_id__isnull=False,
                ),
                name="member_coupon_held_by_an_order",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="member_coupon_by_member"),
            models.Index(fields=["coupon", "member"], name="member_coupon_by_coupon"),
            models.Index(
                fields=["member", "ends_at"],
                condition=Q(state=MemberCouponState.CLAIMED),
                name="member_coupon_usable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id} of {self.member_id}: {self.state}"


class MemberCouponStep(models.Model):
    """One line of a member's coupon's history. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_coupon = models.ForeignKey(
        MemberCoupon, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    order_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["member_coupon", "id"], name="member_coupon_step_by_one")]

    def __str__(self) -> str:
        return f"{self.member_coupon_id} -> {self.state}"

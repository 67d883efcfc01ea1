"""Rows of an order: what was bought, at what price, what was sent, and how it went."""

from django.db import models
from django.db.models import F, Q

from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money
from shop.members.models import Member
from shop.orders.carriers import CARRIERS, Carrier
from shop.orders.states import ORDER_FLOW, OrderState, ReturnState, UploadState


class FreightSetting(models.Model):
    """The shop's one rule for delivery. No row: delivery is free."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    flat_minor = models.BigIntegerField(default=0)
    free_from_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="order_freight_one_row"),
            models.CheckConstraint(
                condition=Q(flat_minor__gte=0)
                & (Q(free_from_minor__isnull=True) | Q(free_from_minor__gte=0)),
                name="order_freight_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flat_minor}, free from {self.free_from_minor}"


class Order(models.Model):
    """A purchase. Prices, titles and the address are copies of the moment it was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=16)
    """What people read to each other: yymmdd (UTC) and ten random digits."""
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in OrderState], default=ORDER_FLOW.start
    )
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    """What the coupon takes off the goods; never off the delivery."""
    freight_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    """What has gone back to the buyer so far."""
    freight_refunded_minor = models.BigIntegerField(default=0, db_default=0)
    """How much of the delivery was asked back."""
    explain = models.JSONField(default=list)
    """Why it costs what it costs: the reasons of `amounts.quote`."""
    address = models.JSONField()
    """Where the parcels go. Of an order that is fetched: only who comes, and the phone."""
    pickup = models.JSONField(null=True)
    """The point where it is fetched, as it was; None: it is sent."""
    pickup_code = models.CharField(max_length=6, default="", db_default="")
    """What the buyer shows at the counter. Never shown to staff."""
    pickup_tries = models.SmallIntegerField(default=0, db_default=0)
    """How often staff entered a code, right or wrong."""
    remark = models.CharField(max_length=200, default="", blank=True)
    member_coupon_id = models.UUIDField(null=True)
    """The member's coupon that the order was made with; whether it still holds it, the coupon
    says."""
    parcels_count = models.IntegerField(default=0)
    refund_requested_at = models.DateTimeField(null=True)
    """From here on nothing is shipped: the whole of it goes back."""
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="order_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(OrderState)), name="order_state_known"
            ),
            models.CheckConstraint(
                condition=Q(goods_minor__gte=F("discount_minor"), freight_minor__gte=0)
                & Q(discount_minor__gte=0)
                & Q(total_minor=F("goods_minor") - F("discount_minor") + F("freight_minor")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor=0) | Q(member_coupon_id__isnull=False),
                name="order_discount_has_a_coupon",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
                name="order_refunded_within_total",
            ),
            models.CheckConstraint(
                condition=Q(
                    freight_refunded_minor__gte=0, freight_refunded_minor__lte=F("freight_minor")
                ),
                name="order_freight_refunded_within",
            ),
            models.CheckConstraint(
                condition=Q(pickup__isnull=True, pickup_code="")
                | (Q(pickup__isnull=False, freight_minor=0) & ~Q(pickup_code="")),
                name="order_fetched_by_code_without_freight",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="order_by_member"),
            models.Index(fields=["state", "-id"], name="order_by_state"),
            models.Index(
                fields=["id"],
                condition=Q(pickup__isnull=False, state__in=["paid", "shipped"]),
                name="order_to_hand_over",
            ),
            models.Index(
                fields=["paid_at"],
                condition=Q(total_minor=0, paid_at__isnull=False),
                name="order_free_by_payment",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """So many of one SKU, as it was when it was bought. The SKU itself may change or go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    sku_id = models.UUIDField()
    product_id = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=255)
    label = models.TextField(default="", blank=True)
    image_url = models.TextField(default="", blank=True)
    unit_price_minor = models.BigIntegerField()
    quantity = models.IntegerField()
    amount_minor = models.BigIntegerField()
    """Price × quantity."""
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    """The line's share of the order's discount."""
    quantity_shipped = models.IntegerField(default=0)
    quantity_refunded = models.IntegerField(default=0, db_default=0)
    """Pieces whose money was asked back."""
    quantity_cancelled = models.IntegerField(default=0, db_default=0)
    """Of these, pieces that had not gone out and never will."""
    refunded_minor = models.BigIntegerField(default=0, db_default=0)
    """How much of the line was asked back, with or without pieces."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sku_id"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, unit_price_minor__gte=0)
                & Q(amount_minor=F("unit_price_minor") * F("quantity")),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=F("amount_minor")),
                name="order_line_discount_within",
            ),
            models.CheckConstraint(
                condition=Q(quantity_shipped__gte=0, quantity_shipped__lte=F("quantity")),
                name="order_line_not_overshipped",
            ),
            models.CheckConstraint(
                condition=Q(quantity_refunded__gte=0, quantity_refunded__lte=F("quantity"))
                & Q(refunded_minor__gte=0)
                & Q(refunded_minor__lte=F("amount_minor") - F("discount_minor")),
                name="order_line_refunded_within",
            ),
            models.CheckConstraint(
                condition=Q(quantity_cancelled__gte=0)
                & Q(quantity_cancelled__lte=F("quantity") - F("quantity_shipped")),
                name="order_line_cancelled_unshipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title} {self.label}".rstrip()

    @property
    def paid_minor(self) -> int:
        """Return what the buyer pays for the line: its amount less its share of the discount."""
        return self.amount_minor - self.discount_minor

    @property
    def quantity_unshipped(self) -> int:
        """Return how many pieces wait for a parcel."""
        return self.quantity - self.quantity_shipped - self.quantity_cancelled


class OrderStep(models.Model):
    """One line of an order's history; the same state again is a note. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps", db_index=False)
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="order_step_by_order")]

    def __str__(self) -> str:
        return f"{self.order_id} -> {self.state}: {self.reason}"


class Parcel(models.Model):
    """Something that went out, with the courier's number on it; or, with neither courier nor
    number, what lies ready at the counter for a buyer who fetches it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="parcels", db_index=False
    )
    carrier_code = models.CharField(max_length=20)
    tracking_number = models.CharField(max_length=40)
    shipped_at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "carrier_code", "tracking_number"], name="order_parcel_once"
            ),
        ]
        indexes = [models.Index(fields=["tracking_number"], name="order_parcel_by_tracking")]

    def __str__(self) -> str:
        return f"{self.carrier_code} {self.tracking_number}"

    @property
    def carrier(self) -> Carrier | None:
        """Return the courier with its names; None for what is fetched."""
        return CARRIERS.get(self.carrier_code)


class ParcelLine(models.Model):
    """How many pieces of a line are in a parcel."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parcel = models.ForeignKey(
        Parcel, on_delete=models.PROTECT, related_name="contents", db_index=False
    )
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="sent", db_index=False
    )
    quantity = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="order_parcel_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_parcel_line_some"),
        ]
        indexes = [models.Index(fields=["line"], name="order_parcel_line_by_line")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ShippingUpload(models.Model):
    """What WeChat has been told of an order's parcels; until it knows, the money is frozen."""

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, related_name="upload", primary_key=True
    )
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in UploadState], default=UploadState.PENDING
    )
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=300, default="", blank=True)
    parcels_count = models.IntegerField(default=0)
    """How many parcels WeChat has heard of."""
    since = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(UploadState)), name="order_upload_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["order"],
                condition=Q(state__in=["pending", "failed"]),
                name="order_upload_unsent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"


class OrderReturn(models.Model):
    """Some or all of an order's money goes back. Billing's refund carries the same `key`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="returns", db_index=False
    )
    key = models.CharField(max_length=80)
    """The caller's name for it: the same key again is the same return."""
    state = models.CharField(max_length=16, choices=[(s, s) for s in ReturnState])
    is_whole = models.BooleanField()
    """All that was left of the order: nothing more of it is shipped."""
    goods_minor = models.BigIntegerField()
    freight_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    is_restocked = models.BooleanField(default=False)
    """Whether pieces that had gone out come back on the shelf."""
    reason = models.CharField(max_length=80)
    by = models.CharField(max_length=254)
    decided_by = models.CharField(max_length=254, default="", blank=True)
    """The second person, where one was needed."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="order_return_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(ReturnState)), name="order_return_state_known"
            ),
            models.CheckConstraint(
                condition=Q(goods_minor__gte=0, freight_minor__gte=0)
                & Q(amount_minor=F("goods_minor") + F("freight_minor")),
                name="order_return_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("by")) | Q(state="declined"),
                name="order_return_second_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state=ReturnState.WAITING), name="order_return_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what goes back."""
        return Money(self.amount_minor, self.currency)


class OrderReturnLine(models.Model):
    """What of a line goes back: pieces, money, or money alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey(
        OrderReturn, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="returned", db_index=False
    )
    quantity = models.IntegerField()
    quantity_cancelled = models.IntegerField()
    """Of `quantity`, those that had not gone out."""
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "line"], name="order_return_line_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, quantity_cancelled__gte=0)
                & Q(quantity__gte=F("quantity_cancelled")),
                name="order_return_line_sane",
            ),
        ]
        indexes = [models.Index(fields=["line"], name="order_return_line_by_line")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"

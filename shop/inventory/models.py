"""How many there are: stock, what orders hold of it, and every movement that ever was."""

from django.db import models
from django.db.models import F, Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.catalog.models import Sku
from shop.inventory.states import COUNTED, RESERVATION_FLOW, MovementKind, ReservationState


class Stock(models.Model):
    """What lies on the shelf, and how much of it is promised."""

    sku = models.OneToOneField(
        Sku, on_delete=models.PROTECT, primary_key=True, related_name="stock"
    )
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "inventory_stock"
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")),
                name="stock_reserved_within_on_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} of {self.sku_id}, {self.reserved} reserved"


class Reservation(models.Model):
    """What one order holds of one SKU."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField()
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in ReservationState], default=RESERVATION_FLOW.start
    )
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "inventory_reservation"
        constraints = [
            models.UniqueConstraint(fields=["order_id", "sku"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_of_something"),
            models.CheckConstraint(
                condition=Q(state__in=list(ReservationState)), name="reservation_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.sku_id} for {self.order_id}, {self.state}"


class Movement(models.Model):
    """One line of stock's history. Append only, by grant.

    on_hand = Σ receipt + adjust + import + return − consume;
    reserved = Σ reserve − release − consume. A test holds the verbs to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in MovementKind])
    quantity = models.IntegerField()
    """Signed for receipt, adjust and import; the plain number of goods otherwise."""
    on_hand = models.PositiveIntegerField(null=True)
    """What was there after it, where somebody said how much there is; before: less `quantity`."""
    reference = models.CharField(max_length=200)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "inventory_movement"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(MovementKind)), name="movement_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["sku", "id"], name="movement_of_sku"),
            models.Index(
                fields=["sku", "id"],
                condition=Q(kind__in=sorted(COUNTED)),
                name="movement_counted_of_sku",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity} of {self.sku_id}"

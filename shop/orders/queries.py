"""Questions about orders: lists, one order whole, what WeChat must hear, what is not in order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from billing.payments import queries as payment_queries
from billing.payments.models import Payment
from billing.refunds import queries as refund_queries
from billing.refunds.models import Refund
from kernel import clock
from shop.catalog import cursors
from shop.catalog.queries import FOR_SALE, SkuForSale, shown
from shop.coupons.queries import HELD, Held, held_from
from shop.members.models import Member
from shop.orders.amounts import FreightRule
from shop.orders.invariants import violations
from shop.orders.models import (
    FreightSetting,
    Order,
    OrderLine,
    OrderReturn,
    OrderReturnLine,
    OrderStep,
    Parcel,
    ParcelLine,
    ShippingUpload,
)
from shop.orders.states import OrderState, ReturnState, UploadState
from tenants.limits import Limit, month_began
from wechat.shipping import ParcelInfo

__all__ = ["violations"]

UNSENT = (UploadState.PENDING, UploadState.FAILED)


@dataclass(frozen=True)
class Shipment:
    """What WeChat wants to know about an order's parcels."""

    appid: str
    openid: str
    transaction_id: str
    parcels: list[ParcelInfo]
    all_shipped: bool
    is_fetched: bool


@dataclass(frozen=True)
class Alarms:
    """Orders of which WeChat does not know the parcels, and the money it keeps for them."""

    count: int
    frozen_minor: int
    orders: list[ShippingUpload]


@dataclass(frozen=True)
class Start:
    """What a checkout begins with: where to, by which rule, and how much of what is wanted."""

    address: dict[str, str] | None
    point: dict[str, str] | None
    offers_pickup: bool
    rule: FreightRule
    lines: list[tuple[SkuForSale | None, int]]
    coupons: list[Held]
    """The member's coupons, where they were asked for."""
    shelves: dict[UUID, frozenset[UUID]]
    """By product, where there are coupons: its category and the one above."""


_START = f"""
WITH wanted (sku_id, quantity, place) AS (
    SELECT sku_id, quantity, row_number() OVER (ORDER BY id DESC) FROM cart_cartline
    WHERE %(from_cart)s AND member_id = %(member)s AND selected
    UNION ALL
    SELECT * FROM unnest(%(skus)s::uuid[], %(counts)s::int[]) WITH ORDINALITY
)
SELECT (SELECT jsonb_build_object(
            'recipient', recipient, 'phone', phone, 'country', country, 'province', province,
            'city', city, 'district', district, 'street', street, 'postcode', postcode)
        FROM members_address WHERE id = %(address)s AND member_id = %(member)s),
    (SELECT jsonb_build_object(
            'point_id', id, 'name', name, 'address', address, 'hours', hours, 'phone', phone)
        FROM pickup_points_pickuppoint WHERE id = %(point)s AND is_active),
    (SELECT to_jsonb(count(*) > 0) FROM pickup_points_pickuppoint WHERE is_active),
    (SELECT jsonb_build_array(flat_minor, free_from_minor) FROM orders_freightsetting),
    (CASE WHEN %(coupons)s THEN ({HELD}) END),
    (CASE WHEN %(coupons)s THEN (
        SELECT array_remove(ARRAY[p.category_id, shelf.parent_id], NULL) FROM catalog_product p
        LEFT JOIN catalog_category shelf ON shelf.id = p.category_id WHERE p.id = sku.product_id
    ) END),
    wanted.quantity, sku.*
FROM (VALUES (1)) AS always LEFT JOIN wanted ON true
LEFT JOIN LATERAL ({FOR_SALE} WHERE s.id = wanted.sku_id LIMIT 1) AS sku ON true
ORDER BY wanted.place"""


def start_of(
    member: Member,
    *,
    address_id: UUID | None,
    point_id: UUID | None = None,
    demand: Mapping[UUID, int] | None,
    with_coupons: bool = False,
    member_coupon_id: UUID | None = None,
) -> Start:
    """Return what a member's checkout begins with, by one statement.

    `address` is None for an id that is not the member's, `point` for one that is not offered.
    `lines` are of the demand, with None for an unknown SKU, or of what is ticked in the cart if the
    demand is None. `coupons` are all that are not over, or the one that is named.
    """
    asked = {
        "member": member.pk,
        "address": address_id,
        "point": point_id,
        "from_cart": demand is None,
        "skus": list(demand or ()),
        "counts": list((demand or {}).values()),
        "coupons": with_coupons,
        "member_coupon": member_coupon_id,
        "now": clock.now(),
        **shown(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_START, asked)
        rows = cursor.fetchall()
    address, point, offers, rule, held = (json.loads(part or "null") for part in rows[0][:5])
    lines = [
        (SkuForSale(*known) if known[0] else None, quantity, frozenset(shelves or ()))
        for _, _, _, _, _, shelves, quantity, *known in rows
        if quantity is not None
    ]
    return Start(
        address=address,
        point=point,
        offers_pickup=offers,
        rule=FreightRule(*(rule or ())),
        lines=[(sku, quantity) for sku, quantity, _ in lines],
        coupons=held_from(held),
        shelves={sku.product_id: shelves for sku, _, shelves in lines if sku},
    )


def orders_of(member: Member) -> QuerySet[Order]:
    """Return a member's orders, the newest first."""
    return Order.objects.filter(member=member).order_by("-pk")


def listed(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Have the lines come along: two statements, however many orders."""
    return orders.prefetch_related(Prefetch("lines", OrderLine.objects.order_by("position")))


def whole(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Have everything come along that a detail page shows."""
    contents = ParcelLine.objects.order_by("line__position").select_related("line")
    return listed(orders).prefetch_related(
        Prefetch("parcels", Parcel.objects.order_by("shipped_at", "pk")),
        Prefetch("parcels__contents", contents),
        Prefetch("steps", OrderStep.objects.order_by("at", "pk")),
    )


def search(*, state: str | None = None, q: str = "") -> QuerySet[Order]:
    """Return the shop's orders, newest first: by number, tracking number, recipient or phone."""
    orders = Order.objects.order_by("-pk")
    if state:
        orders = orders.filter(state=state)
    if q:
        tracked = Parcel.objects.filter(order=OuterRef("pk"), tracking_number=q)
        orders = orders.filter(
            Q(number=q) | Q(address__recipient__icontains=q) | Q(address__phone=q) | Exists(tracked)
        )
    return orders


def waiting(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep those that wait for a parcel: paid, and the money does not go back."""
    return orders.filter(
        state=OrderState.PAID, refund_requested_at__isnull=True, pickup__isnull=True
    )


def to_hand_over(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep those whose buyers come for them, ready or not, and the money does not go back."""
    return orders.filter(
        state__in=[OrderState.PAID, OrderState.SHIPPED],
        refund_requested_at__isnull=True,
        pickup__isnull=False,
    )


def oldest_first(
    orders: QuerySet[Order], cursor: str | None, limit: int
) -> tuple[list[Order], str | None]:
    """Return a page as `page` does, from the other end: who waits longest stands first."""
    if cursor:
        (last,) = cursors.decode(cursor, "orders_oldest", UUID)
        orders = orders.filter(pk__gt=last)
    found = list(listed(orders.order_by("pk"))[: limit + 1])
    further = cursors.encode("orders_oldest", found[limit - 1].pk) if len(found) > limit else None
    return found[:limit], further


def page(orders: QuerySet[Order], cursor: str | None, limit: int) -> tuple[list[Order], str | None]:
    """Return a page of orders with their lines, newest first, and the cursor of the next one."""
    if cursor:
        (last,) = cursors.decode(cursor, "orders", UUID)
        orders = orders.filter(pk__lt=last)
    found = list(listed(orders)[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursors.encode("orders", found[limit - 1].pk) if more else None


def counts_by_state(orders: QuerySet[Order]) -> dict[str, int]:
    """Return how many there are in each state; a state without orders is absent."""
    rows = orders.order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def free_paid_at(
    begins: datetime | None, ends: datetime | None
) -> QuerySet[Order, datetime | None]:
    """Return when orders that cost nothing were paid, from `begins` on and before `ends`."""
    rows = Order.objects.filter(total_minor=0, paid_at__isnull=False)
    if begins is not None:
        rows = rows.filter(paid_at__gte=begins)
    if ends is not None:
        rows = rows.filter(paid_at__lt=ends)
    return rows.values_list("paid_at", flat=True)


def month_count() -> int:
    """Return how many orders of this month count: all but those that were cancelled."""
    placed = Order.objects.filter(created_at__gte=month_began())
    return placed.exclude(state=OrderState.CANCELLED).count()


def usage() -> dict[str, int]:
    """Return how many orders came this month (settings.USAGE)."""
    return {Limit.ORDERS_PER_MONTH: month_count()}


def unfinished_count() -> int:
    """Return how many orders wait for payment, a parcel or its receipt."""
    going_on = [OrderState.UNPAID, OrderState.PAID, OrderState.SHIPPED]
    return Order.objects.filter(state__in=going_on).count()


def freight_rule() -> FreightRule:
    """Return the shop's rule for delivery: free, unless it was set."""
    row = FreightSetting.objects.filter(pk=1).first()
    return FreightRule(row.flat_minor, row.free_from_minor) if row else FreightRule()


def demand_of(order: Order) -> dict[UUID, int]:
    """Return the quantities of an order by SKU."""
    lines = OrderLine.objects.filter(order=order).order_by("position")
    return dict(lines.values_list("sku_id", "quantity"))


def unshipped_demand(order_id: UUID) -> dict[UUID, int]:
    """Return how many pieces of each SKU wait to go out."""
    gone = F("quantity_shipped") + F("quantity_cancelled")
    lines = OrderLine.objects.filter(order=order_id, quantity__gt=gone)
    return dict(lines.values_list("sku_id", F("quantity") - gone))


def cancelled_demand(order_id: UUID) -> int:
    """Return how many pieces of an order's lines were cancelled and never go out."""
    sum_ = OrderLine.objects.filter(order=order_id).aggregate(n=Sum("quantity_cancelled"))["n"]
    return int(sum_ or 0)


def returns_of(order_id: UUID) -> list[OrderReturn]:
    """Return what was asked back of an order, the oldest first, with its lines."""
    lines = OrderReturnLine.objects.order_by("line__position").select_related("line")
    rows = OrderReturn.objects.filter(order=order_id).order_by("pk")
    return list(rows.prefetch_related(Prefetch("lines", lines)))


def waiting_returns(*, limit: int | None = 100) -> list[OrderReturn]:
    """Return what waits for a second person, the oldest first."""
    rows = OrderReturn.objects.filter(state=ReturnState.WAITING).order_by("pk")
    return list(rows.select_related("order")[:limit])


def ended_in_vain(order_id: UUID) -> int:
    """Return how often money of an order was asked back and stayed: declined, or closed."""
    ends = (ReturnState.CLOSED, ReturnState.DECLINED)
    return OrderReturn.objects.filter(order=order_id, state__in=ends).count()


def refunds_of(payment: Payment) -> list[Refund]:
    """Return what was asked back of an order's money, the oldest first."""
    rows = Refund.objects.filter(payment=payment, attempt__is_extra=False)
    return list(rows.order_by("pk"))


def refunded_so_far(order_id: UUID) -> int:
    """Return how much of an order's money is with the buyer again."""
    payment = payment_queries.payment_of(order_id)
    return refund_queries.returned_of(payment).minor if payment else 0


def find_upload(order_id: UUID) -> ShippingUpload | None:
    """Return what WeChat was told so far; None for an order of which nothing went out."""
    return ShippingUpload.objects.select_related("order").filter(pk=order_id).first()


def shipment_of(order: Order) -> Shipment | None:
    """Return what to tell WeChat of an order; None if WeChat was not paid for it."""
    payment = payment_queries.payment_of(order.pk)
    attempt = payment_queries.paying_attempt(payment) if payment else None
    if attempt is None or attempt.transaction_id is None:
        return None
    contents = ParcelLine.objects.select_related("line").order_by("line__position")
    rows = Parcel.objects.filter(order=order).order_by("shipped_at", "pk")
    parcels = list(rows.prefetch_related(Prefetch("contents", contents)))
    # Counted from these very parcels: the order's state may be newer than the list.
    sent = sum(part.quantity for parcel in parcels for part in parcel.contents.all())
    return Shipment(
        appid=attempt.appid,
        openid=attempt.openid,
        transaction_id=attempt.transaction_id,
        parcels=[_parcel_info(parcel, order) for parcel in parcels],
        all_shipped=sent + cancelled_demand(order.pk) == sum(demand_of(order).values()),
        is_fetched=order.pickup is not None,
    )


def shipping_alarms(*, limit: int = 100) -> Alarms:
    """Return the orders whose parcels WeChat does not know yet, the oldest first."""
    unsent = ShippingUpload.objects.filter(state__in=UNSENT)
    totals = unsent.aggregate(
        count=Count("pk"), frozen=Sum(F("order__total_minor") - F("order__refunded_minor"))
    )
    oldest = unsent.select_related("order").order_by("since", "pk")[:limit]
    return Alarms(totals["count"], int(totals["frozen"] or 0), list(oldest))


def _parcel_info(parcel: Parcel, order: Order) -> ParcelInfo:
    words = [f"{sent.line.title} × {sent.quantity}" for sent in parcel.contents.all()]
    phone = str(order.address.get("phone", ""))
    return ParcelInfo(
        tracking_number=parcel.tracking_number,
        carrier_code=parcel.carrier_code,
        item_description="; ".join(words)[:120],
        receiver_phone_masked=f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "",
    )

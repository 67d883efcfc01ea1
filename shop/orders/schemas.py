"""What crosses the doors of orders. Money in minor units, times in UTC."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from billing.payments.models import Payment
from billing.refunds.models import Refund
from kernel.codes import picture_of
from shop.cart.models import MOST_LINES, MOST_OF_ONE
from shop.coupons.amounts import CouponKind, CouponScope, Discount, Misfit
from shop.coupons.queries import Offer
from shop.orders.actions import Basket, Collecting
from shop.orders.models import Order
from shop.orders.states import BUYER_VIEW, OrderState

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Quantity = Annotated[int, Field(ge=1, le=MOST_OF_ONE)]
Remark = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=PRINTABLE)]
Minor = Annotated[int, Field(ge=0, le=10**12)]


class Strict(Schema):
    """Input with a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class WantedLine(Strict):
    """So many of one SKU."""

    sku_id: UUID
    quantity: Quantity


class Wanted(Strict):
    """What to buy: these lines, or what is ticked in the cart. One of the two."""

    lines: list[WantedLine] | None = Field(default=None, min_length=1, max_length=MOST_LINES)
    from_cart: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> "Wanted":
        if (self.lines is None) != self.from_cart:
            raise ValueError("give either lines or from_cart")
        ids = {line.sku_id for line in self.lines or []}
        if len(ids) != len(self.lines or []):
            raise ValueError("each sku_id once, please")
        return self

    @property
    def demand(self) -> dict[UUID, int] | None:
        """Return the quantities by SKU; None for `from_cart`."""
        if self.lines is None:
            return None
        return {line.sku_id: line.quantity for line in self.lines}


class PreviewIn(Wanted):
    """What would it cost, sent to this address or fetched at this point, with this coupon or the
    best there is."""

    address_id: UUID | None = None
    pickup_point_id: UUID | None = None
    member_coupon_id: UUID | None = None
    best_coupon: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "PreviewIn":
        if self.address_id and self.pickup_point_id:
            raise ValueError("give either address_id or pickup_point_id")
        return self


class CollectingIn(Strict):
    """At which point the order is fetched, and who comes."""

    point_id: UUID
    recipient: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=PRINTABLE),
    ]
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,17}[0-9]$")]


class OrderIn(Wanted):
    """Buy it: sent to `address_id`, or fetched as `pickup` says; one of the two.

    With `expected_total_minor` a changed price refuses instead of surprising.
    """

    address_id: UUID | None = None
    pickup: CollectingIn | None = None
    remark: Remark = ""
    member_coupon_id: UUID | None = None
    expected_total_minor: Minor | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "OrderIn":
        if (self.address_id is None) == (self.pickup is None):
            raise ValueError("give either address_id or pickup")
        return self

    @property
    def to(self) -> UUID | Collecting:
        """Return where the order goes, or how it is fetched."""
        if self.pickup is not None:
            return Collecting(**self.pickup.dict())
        assert self.address_id is not None
        return self.address_id


class PayIn(Strict):
    """In which mini-program the buyer is; the one of the sign-in if absent."""

    appid: str | None = Field(default=None, max_length=32)


class ReasonOut(Schema):
    """One step of the sum: what it is for, by which rule, how much. A discount's share of a line is
    `discount_minor` × `line_minor` / `base_minor`, and stands below zero."""

    kind: str
    rule: str
    amount_minor: int
    reference: str
    quantity: int
    unit_price_minor: int
    free_from_minor: int | None
    coupon: str = ""
    discount_minor: int = 0
    base_minor: int = 0
    line_minor: int = 0
    rate_bp: int = 0
    most_minor: int | None = None


class OrderLineOut(Schema):
    """A line as it was bought, or would be. It is paid with `amount_minor - discount_minor`."""

    sku_id: UUID
    product_id: UUID
    title: str
    label: str
    image_url: str
    unit_price_minor: int
    quantity: int
    amount_minor: int
    discount_minor: int


class CheckoutCouponOut(Schema):
    """A coupon of the buyer's at checkout. Usable: `discount_minor` is what it takes off. If not,
    `reason` is not_begun, not_covered, below_least (`missing_minor` more of its goods are needed)
    or nothing_off."""

    member_coupon_id: UUID
    title: str
    kind: CouponKind
    amount_minor: int
    rate_bp: int
    most_minor: int | None
    least_minor: int
    scope: CouponScope
    starts_at: datetime
    ends_at: datetime
    is_usable: bool
    discount_minor: int
    reason: str | None
    missing_minor: int

    @classmethod
    def of(cls, offer: Offer) -> "CheckoutCouponOut":
        """Show what a coupon would do."""
        held, outcome = offer.held, offer.outcome
        return cls(
            member_coupon_id=held.member_coupon_id,
            title=held.title,
            kind=held.terms.kind,
            amount_minor=held.terms.amount_minor,
            rate_bp=held.terms.rate_bp,
            most_minor=held.terms.most_minor,
            least_minor=held.terms.least_minor,
            scope=held.terms.scope,
            starts_at=held.starts_at,
            ends_at=held.ends_at,
            is_usable=offer.discount is not None,
            discount_minor=outcome.minor if isinstance(outcome, Discount) else 0,
            reason=outcome.why if isinstance(outcome, Misfit) else None,
            missing_minor=outcome.missing_minor if isinstance(outcome, Misfit) else 0,
        )


class ShipToOut(Schema):
    """Where the parcels go. Of an order that is fetched: who comes; the rest is empty."""

    recipient: str
    phone: str
    country: str
    province: str
    city: str
    district: str
    street: str
    postcode: str


class PickupOut(Schema):
    """The point where an order is fetched, as it was when it was ordered."""

    point_id: UUID
    name: str
    address: str
    hours: str
    phone: str


class PreviewOut(Schema):
    """What the order would cost, and why. Nothing is held yet. `coupons` are the buyer's, the best
    first; `member_coupon_id` is the one that the total is made with."""

    lines: list[OrderLineOut]
    currency: str
    goods_minor: int
    discount_minor: int
    freight_minor: int
    total_minor: int
    explain: list[ReasonOut]
    address: ShipToOut | None
    member_coupon_id: UUID | None
    coupons: list[CheckoutCouponOut]
    pickup: PickupOut | None

    @classmethod
    def of(cls, basket: Basket) -> "PreviewOut":
        """Show a basket."""
        return cls(
            lines=[
                OrderLineOut(
                    sku_id=sku.sku_id,
                    product_id=sku.product_id,
                    title=sku.title,
                    label=sku.label,
                    image_url=sku.image_url or "",
                    unit_price_minor=sku.price_minor,
                    quantity=quantity,
                    amount_minor=sku.price_minor * quantity,
                    discount_minor=off,
                )
                for (sku, quantity), off in zip(basket.lines, basket.quote.discounts, strict=True)
            ],
            currency=basket.quote.total.currency,
            goods_minor=basket.quote.goods.minor,
            discount_minor=basket.quote.discount.minor,
            freight_minor=basket.quote.freight.minor,
            total_minor=basket.quote.total.minor,
            explain=[ReasonOut.model_validate(r.as_dict()) for r in basket.quote.explain],
            address=ShipToOut.model_validate(basket.address) if basket.address else None,
            member_coupon_id=basket.coupon.held.member_coupon_id if basket.coupon else None,
            coupons=[CheckoutCouponOut.of(offer) for offer in basket.offers],
            pickup=PickupOut.model_validate(basket.point) if basket.point else None,
        )


class CreatedOut(Schema):
    """An order that was made; `state` is `paid` at once where it costs nothing."""

    id: UUID
    number: str
    state: str
    currency: str
    total_minor: int
    expires_at: datetime


class OrderOut(Schema):
    """An order as a list shows it; with `pickup` it is fetched, not sent."""

    id: UUID
    number: str
    state: str
    pickup: PickupOut | None
    currency: str
    goods_minor: int
    discount_minor: int
    freight_minor: int
    total_minor: int
    refunded_minor: int
    parcels_count: int
    created_at: datetime
    expires_at: datetime
    lines: list[OrderLineOut]


class OrderPage(Schema):
    """A page of a buyer's orders, and how many there are behind each tab."""

    items: list[OrderOut]
    next: str | None
    counts: dict[str, int]


class ContentOut(Schema):
    """How many pieces of a line are in a parcel."""

    line_id: UUID
    quantity: int


class CarrierOut(Schema):
    """A courier by WeChat's code."""

    code: str
    zh: str
    en: str


class ParcelOut(Schema):
    """A parcel on its way; without a courier what lies ready for the buyer."""

    id: UUID
    carrier_code: str
    carrier: CarrierOut | None
    tracking_number: str
    shipped_at: datetime
    contents: list[ContentOut]


class StepOut(Schema):
    """One line of the order's history."""

    state: str
    reason: str
    at: datetime


class RefundOut(Schema):
    """Money on its way back. `state`: requested, submitted, succeeded, abnormal, closed."""

    amount_minor: int
    state: str
    reason: str
    created_at: datetime
    succeeded_at: datetime | None


class BoughtLineOut(OrderLineOut):
    """A line of an order, with what of it has gone out."""

    id: UUID
    quantity_shipped: int
    quantity_refunded: int
    quantity_cancelled: int
    refunded_minor: int


class OrderDetail(Schema):
    """An order with everything that happened to it.

    `payment_state`: none (it costs nothing), open, succeeded or closed. `refund_state`: none,
    in_progress, partly or fully.
    """

    id: UUID
    number: str
    state: str
    currency: str
    goods_minor: int
    discount_minor: int
    freight_minor: int
    total_minor: int
    refunded_minor: int
    explain: list[ReasonOut]
    address: ShipToOut
    pickup: PickupOut | None
    remark: str
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    lines: list[BoughtLineOut]
    parcels: list[ParcelOut]
    steps: list[StepOut]
    payment_state: str
    refund_state: str
    refunds: list[RefundOut]

    @classmethod
    def of(cls, order: Order, payment: Payment | None, refunds: list[Refund]) -> Self:
        """Show an order that `queries.whole` read."""
        order.payment_state = payment.state if payment else "none"  # type: ignore[attr-defined]
        order.refund_state = _refund_state(order)  # type: ignore[attr-defined]
        order.refunds = refunds  # type: ignore[attr-defined]
        return cls.from_orm(order)


class TicketOut(Schema):
    """What the buyer shows at the counter: six digits, and a QR code as a `data:` address, which
    reads `number-code`."""

    code: str
    picture: str


class MyOrder(OrderDetail):
    """An order as its buyer sees it. `ticket`: while it waits to be fetched."""

    ticket: TicketOut | None

    @classmethod
    def of(cls, order: Order, payment: Payment | None, refunds: list[Refund]) -> Self:
        """Show an order that `queries.whole` read."""
        order.ticket = _ticket(order)  # type: ignore[attr-defined]
        return super().of(order, payment, refunds)


class RequestPaymentOut(Schema):
    """The arguments of `wx.requestPayment`, as they are."""

    timeStamp: str  # noqa: N815 - WeChat's names
    nonceStr: str  # noqa: N815
    package: str
    signType: str  # noqa: N815
    paySign: str  # noqa: N815


def tabs(counts: dict[str, int]) -> dict[str, int]:
    """Name the counts as a buyer's tabs are named, empty ones included."""
    return {tab: counts.get(state, 0) for tab, state in BUYER_VIEW.items()}


def _ticket(order: Order) -> TicketOut | None:
    is_waiting = order.state in {OrderState.PAID, OrderState.SHIPPED}
    if not order.pickup_code or not is_waiting or order.refund_requested_at is not None:
        return None
    read = f"{order.number}-{order.pickup_code}"
    return TicketOut(code=order.pickup_code, picture=picture_of(read))


def _refund_state(order: Order) -> str:
    if order.refunded_minor >= order.total_minor and (
        order.refunded_minor or order.state == OrderState.REFUNDED
    ):
        return "fully"
    if order.refund_requested_at is not None:
        return "in_progress"
    return "partly" if order.refunded_minor else "none"

"""From a basket to an order: one calculation, one transaction."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from billing.ledger import queries as books
from billing.ledger.messages import BooksMoved
from billing.payments import actions as payments
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from shop.cart import actions as cart
from shop.cart.actions import SkuNotForSale
from shop.catalog.queries import SkuForSale
from shop.coupons import actions as coupons
from shop.coupons import queries as coupon_queries
from shop.coupons.amounts import Goods, Misfit
from shop.coupons.queries import Offer
from shop.inventory import actions as inventory
from shop.inventory.actions import StockRanOut
from shop.members.models import Member
from shop.orders import queries
from shop.orders.actions.moving import BUYER, PLATFORM, move, step_of
from shop.orders.amounts import Coupon, FreightRule, Item, Quote, quote
from shop.orders.messages import ExpireOrder
from shop.orders.models import FreightSetting, Order, OrderLine
from shop.orders.states import OrderState
from tenants import context
from tenants.inserting import insert_together
from tenants.limits import Limit, hold_room
from tenants.transactions import verb

_ADDRESS = (
    "recipient", "phone", "country", "province", "city", "district", "street", "postcode",
)  # fmt: skip


class NothingToBuy(Refusal):
    """No lines were given, and none is ticked in the cart."""

    status: ClassVar[int] = 422
    en = "Choose at least one item."
    zh = "请至少选择一件商品。"


class PriceChanged(Refusal):
    """The total is not what the buyer was shown; nothing was ordered."""

    en = "The total has changed to {total_minor} (in cents). Please check again."
    zh = "订单金额已变为 {total_minor} 分，请重新确认。"


class OrderNumberTaken(Refusal):
    """Ten random digits met twice on one day; the same request again gets other digits."""

    status: ClassVar[int] = 503
    en = "Please try again."
    zh = "请重试。"


class AddressUnknown(Refusal):
    """The buyer has no such address."""

    status: ClassVar[int] = 404
    en = "There is no such address."
    zh = "没有这个收货地址。"


class CouponUnknown(Refusal):
    """The buyer has no such coupon; or it was used, or its time is over."""

    status: ClassVar[int] = 404
    en = "This coupon is used or over. Please choose again."
    zh = "该优惠券已使用或已过期，请重新选择。"


class CouponUnfit(Refusal):
    """The coupon takes nothing off these goods now; `reason` says why."""

    en = "This coupon does not fit this order ({reason})."
    zh = "该优惠券不适用于此订单（{reason}）。"


class PickupNotOffered(Refusal):
    """The shop has no point where orders are fetched."""

    en = "This shop does not offer pick-up. Please choose an address."
    zh = "本店暂不支持到店自提，请选择收货地址。"


class PickupPointGone(Refusal):
    """The point was there when the buyer looked, or never; others are."""

    en = "This pick-up point is no longer offered. Please choose another one."
    zh = "该自提点已停用，请重新选择。"


@dataclass(frozen=True)
class Collecting:
    """The buyer fetches the order: at which point, and who comes."""

    point_id: UUID
    recipient: str
    phone: str


@dataclass(frozen=True)
class Basket:
    """What a buyer wants, priced now; every line can be bought now."""

    lines: tuple[tuple[SkuForSale, int], ...]
    quote: Quote
    address: dict[str, str] | None
    point: dict[str, str] | None
    offers: tuple[Offer, ...]
    """What the buyer's coupons would do, where that was asked; the best first."""
    coupon: Offer | None
    """The one that the quote is made with."""

    @property
    def demand(self) -> dict[UUID, int]:
        """Return the quantities by SKU."""
        return {sku.sku_id: quantity for sku, quantity in self.lines}


def fill_basket(
    *,
    member: Member,
    demand: Mapping[UUID, int] | None,
    address_id: UUID | None = None,
    point_id: UUID | None = None,
    member_coupon_id: UUID | None = None,
    with_coupons: bool = False,
    best_coupon: bool = False,
) -> Basket:
    """Price the demand, or what is ticked in the cart if it is None. Writes nothing.

    With `point_id` it is fetched there, which costs no freight. Of the cart, what cannot be bought
    is passed over, as the cart's own total does. The coupon is the one that is named, or with
    `best_coupon` that which takes off most. Raises NothingToBuy, AddressUnknown, PickupNotOffered,
    PickupPointGone, SkuNotForSale, StockRanOut, CouponUnknown, CouponUnfit.
    """
    start = queries.start_of(
        member,
        address_id=address_id,
        point_id=point_id,
        demand=demand,
        with_coupons=with_coupons or best_coupon or member_coupon_id is not None,
        member_coupon_id=None if with_coupons else member_coupon_id,
    )
    if address_id and start.address is None:
        raise AddressUnknown
    if point_id and start.point is None:
        raise PickupPointGone if start.offers_pickup else PickupNotOffered
    lines = list(_buyable(start.lines, leaves_out=demand is None))
    if not lines:
        raise NothingToBuy
    items = [Item(str(sku.sku_id), sku.price_minor, quantity) for sku, quantity in lines]
    currency = context.shop().currency
    goods = [
        Goods(sku.product_id, start.shelves.get(sku.product_id, frozenset()), item.amount_minor)
        for (sku, _), item in zip(lines, items, strict=True)
    ]
    offers = coupon_queries.offers(start.coupons, goods, currency)
    chosen = _chosen(offers, member_coupon_id, takes_best=best_coupon)
    rule = FreightRule(is_fetched=True) if point_id else start.rule
    quoted = quote(items, rule, currency=currency, coupon=_coupon(chosen))
    return Basket(tuple(lines), quoted, start.address, start.point, tuple(offers), chosen)


@verb
def create(
    *,
    member: Member,
    to: UUID | Collecting,
    demand: Mapping[UUID, int] | None,
    remark: str = "",
    member_coupon_id: UUID | None = None,
    expected_total_minor: int | None = None,
) -> Order:
    """Order it: coupon and stock held, payment opened, time running, all in one transaction.

    It goes `to` an address, or is fetched. `demand` None takes what is ticked in the cart out of
    there. An order that costs nothing is paid at once. Raises what `fill_basket` raises,
    PriceChanged, OrderLimitReached, OrderNumberTaken, CouponTaken.
    """
    collecting = to if isinstance(to, Collecting) else None
    basket = fill_basket(
        member=member,
        demand=demand,
        address_id=None if isinstance(to, Collecting) else to,
        point_id=collecting.point_id if collecting else None,
        member_coupon_id=member_coupon_id,
    )
    if collecting:
        who = {"recipient": collecting.recipient, "phone": collecting.phone}
        basket = replace(basket, address=dict.fromkeys(_ADDRESS, "") | who)
    total = basket.quote.total
    if expected_total_minor is not None and expected_total_minor != total.minor:
        raise PriceChanged(total_minor=total.minor)
    hold_room(Limit.ORDERS_PER_MONTH, adding=1, count=queries.month_count)
    order = _write(member, basket, remark)
    if order.member_coupon_id:
        coupons.reserve(member_coupon_id=order.member_coupon_id, order_id=order.pk)
    inventory.reserve(order_id=order.pk, demand=basket.demand, expires_at=order.expires_at)
    if total.minor:
        payments.open_payment(
            order_id=order.pk,
            order_number=order.number,
            amount=total,
            description=_description(basket),
            expires_at=order.expires_at,
        )
        publish(ExpireOrder(order.pk), delay_seconds=settings.PAYMENT_MINUTES * 60)
    else:
        move(order, OrderState.PAID, reason="costs nothing", by=PLATFORM)
        inventory.consume(order_id=order.pk)
        publish(BooksMoved(books.day_of(clock.now()).isoformat()))  # the day has one order more
    if demand is None:
        cart.remove(member=member, sku_ids=basket.demand)
    return order


@verb
def set_freight(*, flat_minor: int, free_from_minor: int | None) -> None:
    """Set the shop's rule for delivery: a flat fee, waived from so much goods on."""
    FreightSetting.objects.update_or_create(
        pk=1, defaults={"flat_minor": flat_minor, "free_from_minor": free_from_minor}
    )


def _buyable(
    wanted: Sequence[tuple[SkuForSale | None, int]], *, leaves_out: bool
) -> Iterator[tuple[SkuForSale, int]]:
    for sku, quantity in wanted:
        refusal = _why_not(sku, quantity)
        if sku is not None and refusal is None:
            yield sku, quantity
        elif refusal and not leaves_out:
            raise refusal


def _why_not(sku: SkuForSale | None, quantity: int) -> Refusal | None:
    if sku is None or not sku.on_sale:
        return SkuNotForSale()
    if sku.available >= quantity:
        return None
    name = " · ".join(filter(None, (sku.title, sku.label)))
    return StockRanOut(sku=name, sku_id=sku.sku_id, left=max(0, sku.available))


def _write(member: Member, basket: Basket, remark: str) -> Order:
    now = clock.now()
    order = Order(
        number=_number(),
        member=member,
        currency=basket.quote.total.currency,
        goods_minor=basket.quote.goods.minor,
        discount_minor=basket.quote.discount.minor,
        member_coupon_id=basket.coupon.held.member_coupon_id if basket.coupon else None,
        freight_minor=basket.quote.freight.minor,
        total_minor=basket.quote.total.minor,
        explain=[reason.as_dict() for reason in basket.quote.explain],
        address=basket.address,
        pickup=basket.point,
        pickup_code=f"{secrets.randbelow(10**6):06d}" if basket.point else "",
        remark=remark,
        created_at=now,
        expires_at=now + timedelta(minutes=settings.PAYMENT_MINUTES),
    )
    lines = [
        _line(order, position, sku, quantity, off)
        for position, ((sku, quantity), off) in enumerate(
            zip(basket.lines, basket.quote.discounts, strict=True)
        )
    ]
    try:
        insert_together(order, *lines, step_of(order.pk, order.state, reason="ordered", by=BUYER))
    except IntegrityError as error:
        # Of what is unique here, only the number is left to chance.
        if isinstance(error.__cause__, UniqueViolation):
            raise OrderNumberTaken from error
        raise
    return order


def _chosen(
    offers: Sequence[Offer], member_coupon_id: UUID | None, *, takes_best: bool
) -> Offer | None:
    if member_coupon_id is None:
        return offers[0] if takes_best and offers and offers[0].discount else None
    for offer in offers:
        if offer.held.member_coupon_id == member_coupon_id:
            if isinstance(offer.outcome, Misfit):
                raise CouponUnfit(reason=offer.outcome.why)
            return offer
    raise CouponUnknown


def _coupon(offer: Offer | None) -> Coupon | None:
    if offer is None or offer.discount is None:
        return None
    terms = offer.held.terms
    return Coupon(offer.held.title, terms.kind, terms.rate_bp, terms.most_minor, offer.discount)


def _line(order: Order, position: int, sku: SkuForSale, quantity: int, off: int) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
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


def _number() -> str:
    return f"{clock.now():%y%m%d}{secrets.randbelow(10**10):010d}"


def _description(basket: Basket) -> str:
    """Say what is paid for, within WeChat's 127 bytes (CONTRACT §4.6)."""
    title = basket.lines[0][0].title
    more = f" +{len(basket.lines) - 1}" if len(basket.lines) > 1 else ""
    room = 127 - len(more.encode())
    return title.encode()[:room].decode(errors="ignore") + more

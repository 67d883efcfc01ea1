"""From a basket to an order: one calculation, one transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from billing.payments import actions as payments
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from shop.cart import actions as cart
from shop.cart.actions import SkuNotForSale
from shop.catalog.queries import SkuForSale, skus_for_sale
from shop.inventory import actions as inventory
from shop.inventory.actions import StockRanOut
from shop.members.models import Address, Member
from shop.orders import queries
from shop.orders.actions.moving import BUYER, PLATFORM, move, note
from shop.orders.amounts import Item, Quote, quote
from shop.orders.messages import ExpireOrder
from shop.orders.models import FreightSetting, Order, OrderLine
from shop.orders.states import OrderState
from tenants import context


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


@dataclass(frozen=True)
class Basket:
    """What a buyer wants, priced now; every line can be bought now."""

    lines: tuple[tuple[SkuForSale, int], ...]
    quote: Quote

    @property
    def demand(self) -> dict[UUID, int]:
        """Return the quantities by SKU."""
        return {sku.sku_id: quantity for sku, quantity in self.lines}


def fill_basket(demand: Mapping[UUID, int], *, leaves_out: bool = False) -> Basket:
    """Price the demand. Raises NothingToBuy, SkuNotForSale, or StockRanOut. Writes nothing.

    `leaves_out` passes over what cannot be bought, as the cart's own total does.
    """
    skus = skus_for_sale(demand)
    lines = []
    for sku_id, quantity in demand.items():
        sku = skus.get(sku_id)
        refusal = _why_not(sku, quantity)
        if sku is not None and refusal is None:
            lines.append((sku, quantity))
        elif refusal and not leaves_out:
            raise refusal
    if not lines:
        raise NothingToBuy
    items = [Item(str(sku.sku_id), sku.price_minor, quantity) for sku, quantity in lines]
    total = quote(items, queries.freight_rule(), currency=context.shop().currency)
    return Basket(tuple(lines), total)


@transaction.atomic
def create(
    *,
    member: Member,
    address: Address,
    demand: Mapping[UUID, int],
    remark: str = "",
    expected_total_minor: int | None = None,
    from_cart: bool = False,
) -> Order:
    """Order it: stock held, payment opened, time running, all in one transaction.

    An order that costs nothing is paid at once. `from_cart` passes over what cannot be bought, as
    the cart's total does, and takes what was bought out of it. Raises what `fill_basket` raises,
    PriceChanged, StockRanOut, or OrderNumberTaken.
    """
    basket = fill_basket(demand, leaves_out=from_cart)
    total = basket.quote.total
    if expected_total_minor is not None and expected_total_minor != total.minor:
        raise PriceChanged(total_minor=total.minor)
    order = _write(member, address, basket, remark)
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
    if from_cart:
        cart.remove(member=member, sku_ids=basket.demand)
    return order


@transaction.atomic
def set_freight(*, flat_minor: int, free_from_minor: int | None) -> None:
    """Set the shop's rule for delivery: a flat fee, waived from so much goods on."""
    FreightSetting.objects.update_or_create(
        pk=1, defaults={"flat_minor": flat_minor, "free_from_minor": free_from_minor}
    )


def _why_not(sku: SkuForSale | None, quantity: int) -> Refusal | None:
    if sku is None or not sku.on_sale:
        return SkuNotForSale()
    if sku.available >= quantity:
        return None
    name = " · ".join(filter(None, (sku.title, sku.label)))
    return StockRanOut(sku=name, sku_id=sku.sku_id, left=max(0, sku.available))


def _write(member: Member, address: Address, basket: Basket, remark: str) -> Order:
    now = clock.now()
    order = Order(
        number=_number(),
        member=member,
        currency=basket.quote.total.currency,
        goods_minor=basket.quote.goods.minor,
        freight_minor=basket.quote.freight.minor,
        total_minor=basket.quote.total.minor,
        explain=[reason.as_dict() for reason in basket.quote.explain],
        address=_snapshot(address),
        remark=remark,
        created_at=now,
        expires_at=now + timedelta(minutes=settings.PAYMENT_MINUTES),
    )
    try:
        order.save(force_insert=True)
    except IntegrityError as error:
        if "order_number_once" in str(error):
            raise OrderNumberTaken from error
        raise
    OrderLine.objects.bulk_create(
        _line(order, position, sku, quantity)
        for position, (sku, quantity) in enumerate(basket.lines)
    )
    note(order.pk, order.state, reason="ordered", by=BUYER)
    return order


def _line(order: Order, position: int, sku: SkuForSale, quantity: int) -> OrderLine:
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
    )


def _snapshot(address: Address) -> dict[str, str]:
    fields = (
        "recipient", "phone", "country", "province", "city", "district", "street", "postcode",
    )  # fmt: skip
    return {field: getattr(address, field) for field in fields}


def _number() -> str:
    return f"{clock.now():%y%m%d}{secrets.randbelow(10**10):010d}"


def _description(basket: Basket) -> str:
    """Say what is paid for, within WeChat's 127 bytes (CONTRACT §4.6)."""
    title = basket.lines[0][0].title
    more = f" +{len(basket.lines) - 1}" if len(basket.lines) > 1 else ""
    room = 127 - len(more.encode())
    return title.encode()[:room].decode(errors="ignore") + more

"""What a notice says of an order or a refund: a text for each fact, as WeChat's types take it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from billing.refunds.models import Refund
from kernel.money import EXPONENTS, Money
from shop.notices.news import Fact, News
from shop.orders.models import Order, OrderLine, Parcel
from tenants import context

_SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
_HINT = "点击查看订单详情"
_STATUS = {News.ORDER_PAID: "已支付", News.ORDER_SHIPPED: "已发货", News.REFUNDED: "已退款"}


def facts_of(
    news: News,
    *,
    order: Order,
    lines: Sequence[OrderLine],
    parcel: Parcel | None = None,
    refund: Refund | None = None,
) -> dict[Fact, str]:
    """Return a text for every fact that this news can tell. Money in the order's currency."""
    amount = Money(order.total_minor, order.currency) if refund is None else refund.amount
    happened_at = {
        News.ORDER_PAID: order.paid_at,
        News.ORDER_SHIPPED: order.shipped_at,
        News.REFUNDED: refund.succeeded_at if refund else None,
    }[news]
    facts = {
        Fact.NUMBER: order.number,
        Fact.GOODS: _goods(lines),
        Fact.AMOUNT: _amount(amount),
        Fact.STATUS: _STATUS[news],
        Fact.TIME: _moment(happened_at or order.created_at),
        Fact.HINT: _HINT,
    }
    if parcel is not None:
        facts[Fact.CARRIER] = parcel.carrier.zh if parcel.carrier else "到店自提"
        facts[Fact.TRACKING] = parcel.tracking_number or order.number
    if news == News.ORDER_SHIPPED and order.pickup is not None:
        facts |= {Fact.STATUS: "待自提", Fact.HINT: "商品已备好，请凭取货码自提"}
    if refund is not None:
        facts[Fact.REASON] = refund.reason or _STATUS[news]
    return facts


def _goods(lines: Sequence[OrderLine]) -> str:
    """Name the first, and count the rest within the 20 characters that a line holds."""
    more = f"等{len(lines)}种" if len(lines) > 1 else ""
    return lines[0].title[: 20 - len(more)] + more


def _amount(money: Money) -> str:
    digits = EXPONENTS.get(money.currency, 2)
    whole = str(money.minor).rjust(digits + 1, "0")
    text = f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
    return f"{_SYMBOLS.get(money.currency, '')}{text}"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo(context.shop().timezone))
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"

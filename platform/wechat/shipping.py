"""Order shipping management: tell WeChat what was sent, so that it releases the money (§5).

The calls need the public schema current and no open transaction (see `wechat.component`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from wechat import api, callers, moments
from wechat.errors import BadAnswer

_PATH = "/wxa/sec/order"
_UNIFIED, _SPLIT = 1, 2
_BY_MERCHANT_NUMBER, _BY_TRANSACTION_ID = 1, 2
_PRESALE, _TEST = 1, 2
MAX_PARCELS = 15
MAX_SUB_ORDERS = 50
"""How many orders are told at once; the number is ours, WeChat names none that we know."""


class Logistics(IntEnum):
    """How an order reaches its buyer."""

    EXPRESS = 1
    CITY = 2
    VIRTUAL = 3
    PICK_UP = 4


class OrderState(IntEnum):
    """Where an order stands for WeChat (3 to 6 are not confirmed by any official page)."""

    TO_SHIP = 1
    SHIPPED = 2
    CONFIRMED = 3
    DONE = 4
    REFUNDED = 5
    TO_SETTLE = 6


@dataclass(frozen=True)
class ParcelInfo:
    """One parcel. `carrier_code` is WeChat's id of the carrier; SF demands the masked phone.

    `receiver_phone_masked` shows the last four digits only (`189****1234`), or is empty.
    """

    tracking_number: str
    carrier_code: str
    item_description: str
    receiver_phone_masked: str = ""


@dataclass(frozen=True)
class ShippingStatus:
    """The order as WeChat's shipping side sees it: 1 to ship, 2 shipped, 3 confirmed, 4 done,
    5 refunded, 6 settled (3 to 6 are not confirmed by any official page)."""

    transaction_id: str
    order_state: int


@dataclass(frozen=True)
class OrderKey:
    """An order by WeChat's number, or by the merchant's and ours; only one way is filled in."""

    transaction_id: str = ""
    mchid: str = ""
    out_trade_no: str = ""

    def __post_init__(self) -> None:
        if bool(self.transaction_id) == bool(self.mchid and self.out_trade_no):
            raise ValueError("an order has WeChat's number, or a merchant's and ours")

    @property
    def content(self) -> dict[str, object]:
        """The key as an upload spells it."""
        if self.transaction_id:
            return {
                "order_number_type": _BY_TRANSACTION_ID,
                "transaction_id": self.transaction_id,
            }
        return {
            "order_number_type": _BY_MERCHANT_NUMBER,
            "mchid": self.mchid,
            "out_trade_no": self.out_trade_no,
        }


@dataclass(frozen=True)
class SubOrder:
    """One order of a combined payment, and the parcels it went out in."""

    key: OrderKey
    parcels: tuple[ParcelInfo, ...]
    all_shipped: bool = True


@dataclass(frozen=True)
class ShippingOrder:
    """An order as WeChat's shipping side lists it. `order_state` may be one we do not know."""

    transaction_id: str
    merchant_id: str
    sub_merchant_id: str
    merchant_trade_no: str
    openid: str
    paid_fen: int
    paid_at: datetime
    order_state: int
    is_in_complaint: bool
    is_all_shipped: bool


@dataclass(frozen=True)
class Carrier:
    """A carrier that WeChat knows: the code to upload, and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class ShippingReminder:
    """WeChat misses the shipping of a paid order (`trade_manage_remind_shipping`)."""

    transaction_id: str
    merchant_id: str
    sub_merchant_id: str
    merchant_trade_no: str
    paid_at: datetime | None
    message: str


@dataclass(frozen=True)
class Settlement:
    """When the money of an order comes, or came (`trade_manage_order_settlement`, sent twice).

    `confirm_method` is 1 by time, 2 by the buyer, 0 not yet; `settled_at` is None the first time.
    """

    transaction_id: str
    merchant_id: str
    sub_merchant_id: str
    merchant_trade_no: str
    paid_at: datetime | None
    shipped_at: datetime | None
    estimated_at: datetime | None
    confirm_method: int
    confirmed_at: datetime | None
    settled_at: datetime | None


def upload(
    *,
    appid: str,
    transaction_id: str,
    openid: str,
    parcels: Sequence[ParcelInfo],
    all_shipped: bool,
    uploaded_at: datetime,
) -> None:
    """Tell WeChat that an order went out by express, in one parcel or in several.

    A later `uploaded_at` wins; a wholly shipped order can be told anew once. `openid` is the
    payer's at `appid`. Raises PaymentNotYetKnown (retry after 1, 2, 4 s and later) right after a
    payment, ValueError for parcels that cannot be right, or another WeChatFailure.
    """
    content = _express(parcels, all_shipped=all_shipped)
    _upload(appid, OrderKey(transaction_id), openid, content, uploaded_at)


def upload_pickup(
    *, appid: str, transaction_id: str, openid: str, item_description: str, uploaded_at: datetime
) -> None:
    """Tell WeChat that the buyer fetched an order in the shop. Raises as `upload` does."""
    content = _unparcelled(Logistics.PICK_UP, item_description)
    _upload(appid, OrderKey(transaction_id), openid, content, uploaded_at)


def upload_unparcelled(
    *,
    appid: str,
    transaction_id: str,
    openid: str,
    logistics: Logistics,
    item_description: str,
    uploaded_at: datetime,
) -> None:
    """Tell WeChat of an order without a parcel: brought within the city, virtual, or fetched.

    Withdrawals, coupons and virtual goods need it too (§5.2). Raises as `upload` does.
    """
    if logistics == Logistics.EXPRESS:
        raise ValueError("an express order has parcels")
    content = _unparcelled(logistics, item_description)
    _upload(appid, OrderKey(transaction_id), openid, content, uploaded_at)


def upload_combined(
    *,
    appid: str,
    key: OrderKey,
    openid: str,
    sub_orders: Sequence[SubOrder],
    uploaded_at: datetime,
) -> None:
    """Tell WeChat what became of several orders that were paid together, all by express.

    All keys are of one kind. Raises ValueError, or as `upload` does.
    """
    if not 1 <= len(sub_orders) <= MAX_SUB_ORDERS:
        raise ValueError(f"a combined upload has 1 to {MAX_SUB_ORDERS} orders")
    if {bool(sub.key.transaction_id) for sub in sub_orders} != {bool(key.transaction_id)}:
        raise ValueError("all orders of a combined upload are named in one way")
    whole: dict[str, object] = {
        "order_key": key.content,
        "sub_orders": [
            {"order_key": sub.key.content, **_express(sub.parcels, all_shipped=sub.all_shipped)}
            for sub in sub_orders
        ],
        "upload_time": moments.rfc3339(uploaded_at, timespec="milliseconds"),
        "payer": {"openid": openid},
    }
    _post(appid, "upload_combined_shipping_info", whole)


def order_status(*, appid: str, transaction_id: str) -> ShippingStatus:
    """Ask how WeChat's shipping side sees an order. Raises a WeChatFailure."""
    answer = _post(appid, "get_order", {"transaction_id": transaction_id}, is_read=True)
    order = answer.get("order")
    found: Mapping[str, Any] = order if isinstance(order, dict) else {}
    return ShippingStatus(transaction_id, api.whole_in(found, "order_state"))


def orders(
    *,
    appid: str,
    paid_from: datetime | None = None,
    paid_until: datetime | None = None,
    state: OrderState | None = None,
    openid: str = "",
    page_size: int = 100,
) -> Iterator[ShippingOrder]:
    """Yield the app's paid orders page by page, as they are asked for. Raises a WeChatFailure.

    `paid_until` is included. An answer that turns back on itself is a BadAnswer.
    """
    between = {
        name: int(moment.timestamp())
        for name, moment in (("begin_time", paid_from), ("end_time", paid_until))
        if moment is not None
    }
    content: dict[str, object] = {
        "page_size": page_size,
        **({"pay_time_range": between} if between else {}),
        **({"order_state": int(state)} if state is not None else {}),
        **({"openid": openid} if openid else {}),
    }
    seen: set[str] = set()
    while True:
        answer = _post(appid, "get_order_list", content, is_read=True)
        yield from (_order(item) for item in api.objects_in(answer, "order_list"))
        if not answer.get("has_more"):
            return
        last = api.text_in(answer, "last_index")
        if last in seen:
            raise BadAnswer("the list of orders does not go on")
        seen.add(last)
        content["last_index"] = last


def remind_to_confirm(*, appid: str, transaction_id: str, received_at: datetime) -> None:
    """Have WeChat ask the buyer to confirm what the carrier delivered at `received_at`.

    Once per order, and for parcels only. Raises AlreadyReminded, or another WeChatFailure.
    """
    content = {"transaction_id": transaction_id, "received_time": int(received_at.timestamp())}
    _post(appid, "notify_confirm_receive", content)


def is_trade_managed(appid: str) -> bool:
    """Say whether WeChat holds the money of this app until shipping is told."""
    answer = _post(appid, "is_trade_managed", {"appid": appid}, is_read=True)
    return _truth_in(answer, "is_trade_managed")


def is_confirmation_completed(appid: str) -> bool:
    """Say whether every merchant of the app agreed to shipping management, or was unbound."""
    name = "is_trade_management_confirmation_completed"
    return _truth_in(_post(appid, name, {"appid": appid}, is_read=True), "completed")


def set_jump_path(appid: str, path: str) -> None:
    """Set the page that WeChat's shipping messages open; empty is WeChat's own page.

    WeChat appends transaction_id, merchant_id, sub_merchant_id and merchant_trade_no.
    """
    _post(appid, "set_msg_jump_path", {"path": path})


def report_presale(*, appid: str, transaction_id: str, ships_at: datetime) -> None:
    """Report an order that ships later than 15 and up to 330 days after payment (§5.2)."""
    content: dict[str, object] = {
        "order_id": transaction_id,
        "type": _PRESALE,
        "delay_to": int(ships_at.timestamp()),
    }
    _post(appid, "opspecialorder", content)


def report_test_order(*, appid: str, transaction_id: str) -> None:
    """Report an order that was a test: it is not shipped, and WeChat gives the money back."""
    _post(appid, "opspecialorder", {"order_id": transaction_id, "type": _TEST})


def carriers(appid: str) -> tuple[Carrier, ...]:
    """Return the carriers whose codes an upload may name. Raises a WeChatFailure."""
    path = "/cgi-bin/express/delivery/open_msg/get_delivery_list"
    answer = callers.app_post(appid, path, call="shipping.carriers", content={}, is_read=True)
    return tuple(
        Carrier(api.text_in(item, "delivery_id"), api.text_in(item, "delivery_name"))
        for item in api.objects_in(answer, "delivery_list")
    )


def access_reminder(fields: Mapping[str, str]) -> str:
    """Read `trade_manage_remind_access_api`: WeChat's words to an app that uploads nothing."""
    return fields.get("msg", "")


def shipping_reminder(fields: Mapping[str, str]) -> ShippingReminder:
    """Read `trade_manage_remind_shipping`. Raises ValueError for a push without an order."""
    return ShippingReminder(
        **_numbers(fields), paid_at=_moment(fields, "pay_time"), message=fields.get("msg", "")
    )


def settlement(fields: Mapping[str, str]) -> Settlement:
    """Read `trade_manage_order_settlement`. Raises ValueError for a push without an order."""
    method = fields.get("confirm_receive_method", "")
    return Settlement(
        **_numbers(fields),
        paid_at=_moment(fields, "pay_time"),
        shipped_at=_moment(fields, "shipped_time"),
        estimated_at=_moment(fields, "estimated_settlement_time"),
        confirm_method=int(method) if method.isdecimal() else 0,
        confirmed_at=_moment(fields, "confirm_receive_time"),
        settled_at=_moment(fields, "settlement_time"),
    )


def _upload(
    appid: str,
    key: OrderKey,
    openid: str,
    content: Mapping[str, object],
    uploaded_at: datetime,
) -> None:
    whole = {
        "order_key": key.content,
        **content,
        "upload_time": moments.rfc3339(uploaded_at, timespec="milliseconds"),
        "payer": {"openid": openid},
    }
    _post(appid, "upload_shipping_info", whole)


def _express(parcels: Sequence[ParcelInfo], *, all_shipped: bool) -> dict[str, object]:
    if not 1 <= len(parcels) <= MAX_PARCELS:
        raise ValueError(f"an upload has 1 to {MAX_PARCELS} parcels")
    is_split = len(parcels) > 1 or not all_shipped
    return {
        "logistics_type": int(Logistics.EXPRESS),
        "delivery_mode": _SPLIT if is_split else _UNIFIED,
        "shipping_list": [_parcel(parcel) for parcel in parcels],
        **({"is_all_delivered": all_shipped} if is_split else {}),
    }


def _unparcelled(logistics: Logistics, item_description: str) -> dict[str, object]:
    return {
        "logistics_type": int(logistics),
        "delivery_mode": _UNIFIED,
        "shipping_list": [{"item_desc": item_description[:120]}],
    }


def _parcel(parcel: ParcelInfo) -> dict[str, object]:
    if not (parcel.tracking_number and parcel.carrier_code and parcel.item_description):
        raise ValueError("a parcel has a tracking number, a carrier and a description")
    if parcel.receiver_phone_masked.replace("+", "").replace("-", "").isdigit():
        raise ValueError("the receiver's phone must be masked but for its last four digits")
    shown: dict[str, object] = {
        "tracking_no": parcel.tracking_number,
        "express_company": parcel.carrier_code,
        "item_desc": parcel.item_description[:120],
    }
    if parcel.receiver_phone_masked:
        shown["contact"] = {"receiver_contact": parcel.receiver_phone_masked}
    elif parcel.carrier_code.upper() == "SF":
        raise ValueError("SF needs the receiver's masked phone")
    return shown


def _order(item: Mapping[str, Any]) -> ShippingOrder:
    shipping = api.object_in(item, "shipping")
    return ShippingOrder(
        transaction_id=api.text_in(item, "transaction_id"),
        merchant_id=api.text_or_empty(item, "merchant_id"),
        sub_merchant_id=api.text_or_empty(item, "sub_merchant_id"),
        merchant_trade_no=api.text_or_empty(item, "merchant_trade_no"),
        openid=api.text_or_empty(item, "openid"),
        paid_fen=api.whole_in(item, "paid_amount"),
        paid_at=api.moment_in(item, "pay_time"),
        order_state=api.whole_in(item, "order_state"),
        is_in_complaint=bool(item.get("in_complaint")),
        is_all_shipped=bool(shipping.get("finish_shipping")),
    )


def _truth_in(answer: Mapping[str, Any], name: str) -> bool:
    value = answer.get(name)
    if not isinstance(value, bool):
        raise BadAnswer(f"the answer lacks {name}")
    return value


def _numbers(fields: Mapping[str, str]) -> dict[str, str]:
    names = ("transaction_id", "merchant_id", "sub_merchant_id", "merchant_trade_no")
    numbers = {name: fields.get(name, "") for name in names}
    if not (numbers["transaction_id"] or numbers["merchant_trade_no"]):
        raise ValueError("this push names no order")
    return numbers


def _moment(fields: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment that WeChat writes as seconds; None when it is absent or 0."""
    seconds = fields.get(name, "")
    if not seconds.isdecimal() or int(seconds) == 0:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError(f"{name} is no moment") from None


def _post(
    appid: str, name: str, content: Mapping[str, object], *, is_read: bool = False
) -> dict[str, Any]:
    call = f"shipping.{name}"
    return callers.app_post(appid, f"{_PATH}/{name}", call=call, content=content, is_read=is_read)

"""Order shipping management: tell WeChat what was sent, so that it releases the money (§5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wechat import api, component, moments

_PATH = "/wxa/sec/order"
_EXPRESS, _PICK_UP = 1, 4
_UNIFIED, _SPLIT = 1, 2
_BY_TRANSACTION_ID = 2
MAX_PARCELS = 15


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
    if not 1 <= len(parcels) <= MAX_PARCELS:
        raise ValueError(f"an upload has 1 to {MAX_PARCELS} parcels")
    is_split = len(parcels) > 1 or not all_shipped
    content: dict[str, object] = {
        "logistics_type": _EXPRESS,
        "delivery_mode": _SPLIT if is_split else _UNIFIED,
        "shipping_list": [_parcel(parcel) for parcel in parcels],
    }
    if is_split:
        content["is_all_delivered"] = all_shipped
    _upload(appid, transaction_id, openid, content, uploaded_at)


def upload_pickup(
    *, appid: str, transaction_id: str, openid: str, item_description: str, uploaded_at: datetime
) -> None:
    """Tell WeChat that the buyer fetched an order in the shop. Raises as `upload` does."""
    content: dict[str, object] = {
        "logistics_type": _PICK_UP,
        "delivery_mode": _UNIFIED,
        "shipping_list": [{"item_desc": item_description[:120]}],
    }
    _upload(appid, transaction_id, openid, content, uploaded_at)


def order_status(*, appid: str, transaction_id: str) -> ShippingStatus:
    """Ask how WeChat's shipping side sees an order. Raises a WeChatFailure."""
    answer = _post(appid, "get_order", {"transaction_id": transaction_id})
    order = answer.get("order")
    found: Mapping[str, Any] = order if isinstance(order, dict) else {}
    return ShippingStatus(transaction_id, api.whole_in(found, "order_state"))


def _upload(
    appid: str,
    transaction_id: str,
    openid: str,
    content: Mapping[str, object],
    uploaded_at: datetime,
) -> None:
    key = {"order_number_type": _BY_TRANSACTION_ID, "transaction_id": transaction_id}
    whole = {
        "order_key": key,
        **content,
        "upload_time": moments.rfc3339(uploaded_at, timespec="milliseconds"),
        "payer": {"openid": openid},
    }
    _post(appid, "upload_shipping_info", whole)


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


def _post(appid: str, name: str, content: Mapping[str, object]) -> dict[str, Any]:
    def ask(token: str) -> dict[str, Any]:
        query = {"access_token": token}
        return api.post(f"{_PATH}/{name}", call=f"shipping.{name}", query=query, content=content)

    return component.as_authorizer(appid, ask)

"""Shipping management and its traps; money frozen until the customer confirms."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)
UPLOAD = "/wxa/sec/order/upload_shipping_info"


class Parcel:
    """A paid order, and what a shop tells WeChat about it."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.token, self.uploads = shop, shop.authorizer_token(), 0
        self.transaction_id = shop.paid("ORDER-0001")

    def upload(self, **changed: Any) -> int:
        self.uploads += 1
        moment = datetime.now(UTC) + timedelta(seconds=self.uploads)
        parcel = {"tracking_no": "YT1", "express_company": "YTO", "item_desc": "tea"}
        body = {
            "order_key": {"order_number_type": 2, "transaction_id": self.transaction_id},
            "logistics_type": 1,
            "delivery_mode": 1,
            "shipping_list": [parcel],
            "upload_time": moment.isoformat(timespec="milliseconds"),
            "payer": {"openid": self.shop.openid},
            **changed,
        }
        return self.shop.simulated.weixin(UPLOAD, body, access_token=self.token)["errcode"]

    def order(self) -> dict[str, Any]:
        wish = {"transaction_id": self.transaction_id}
        path = "/wxa/sec/order/get_order"
        return self.shop.simulated.weixin(path, wish, access_token=self.token)["order"]

    def funds(self) -> str:
        return self.shop.simulated.control("GET", "orders/ORDER-0001")["funds"]


def parcel(number: str, company: str = "YTO", **more: Any) -> dict[str, Any]:
    return {"tracking_no": number, "express_company": company, "item_desc": "tea", **more}


def test_money_is_frozen_until_shipped_and_confirmed(simulated_shop: Shop) -> None:
    it, simulated = Parcel(simulated_shop), simulated_shop.simulated
    assert (it.order()["order_state"], it.funds()) == (1, "frozen")
    early = simulated.http.post("/_control/orders/ORDER-0001/confirm_receipt")
    assert early.status_code == 409
    assert it.upload() == 0
    assert (it.order()["order_state"], it.funds()) == (2, "frozen")
    simulated.control("POST", "orders/ORDER-0001/confirm_receipt")
    assert (it.order()["order_state"], it.funds()) == (3, "settled")


def test_a_payment_may_be_unknown_for_a_while(simulated_shop: Shop) -> None:
    simulated_shop.simulated.control("PUT", "settings", shipping_known_after_seconds=30)
    it = Parcel(simulated_shop)
    assert it.upload() == 10060001
    simulated_shop.simulated.control("POST", "clock", advance_seconds=31)
    assert it.upload() == 0


def test_an_order_can_be_reshipped_once_and_repeats_change_nothing(simulated_shop: Shop) -> None:
    it = Parcel(simulated_shop)
    assert it.upload(upload_time="2026-11-20T18:00:00.000+08:00") == 0
    assert it.upload() == 10060023
    older = "2026-11-20T17:00:00.000+08:00"
    assert it.upload(upload_time=older, shipping_list=[parcel("YT2")]) == 10060023
    assert it.upload(shipping_list=[parcel("YT2")]) == 0
    assert it.order()["shipping"]["shipping_list"][0]["tracking_no"] == "YT2"
    assert it.upload(shipping_list=[parcel("YT3")]) == 10060003


def test_a_split_delivery_adds_up(simulated_shop: Shop) -> None:
    it = Parcel(simulated_shop)
    split = {"delivery_mode": 2, "is_all_delivered": False}
    assert it.upload(**split, shipping_list=[parcel("YT1")]) == 0
    assert it.order()["order_state"] == 1
    last = {"delivery_mode": 2, "is_all_delivered": True}
    assert it.upload(**last, shipping_list=[parcel("YT2")]) == 0
    numbers = [one["tracking_no"] for one in it.order()["shipping"]["shipping_list"]]
    assert (it.order()["order_state"], numbers) == (2, ["YT1", "YT2"])


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"logistics_type": 9}, 10060005),
        ({"logistics_type": 4, "delivery_mode": 2, "is_all_delivered": True}, 10060006),
        ({"delivery_mode": 2}, 10060007),
        ({"shipping_list": [parcel("1", item_desc="")]}, 10060008),
        ({"shipping_list": [parcel("1", item_desc="x" * 121)]}, 10060009),
        ({"shipping_list": []}, 10060014),
        ({"shipping_list": [parcel("", "")]}, 10060014),
        ({"shipping_list": [parcel("SF1", "SF")]}, 10060014),
        ({"shipping_list": [parcel("1"), parcel("2")]}, 10060024),
        ({"payer": {"openid": "oNobody"}}, 10060031),
        ({"upload_time": "yesterday"}, 268485216),
        ({"order_key": {"order_number_type": 2, "transaction_id": "4200"}}, 10060001),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_a_wrong_upload_has_its_number(
    simulated_shop: Shop, changed: dict[str, Any], errcode: int
) -> None:
    assert Parcel(simulated_shop).upload(**changed) == errcode


def test_sf_wants_a_contact_and_pick_up_no_number(simulated_shop: Shop) -> None:
    it = Parcel(simulated_shop)
    contact = {"receiver_contact": "189****1234"}
    assert it.upload(shipping_list=[parcel("SF1", "SF", contact=contact)]) == 0
    assert it.upload(logistics_type=4, shipping_list=[{"item_desc": "tea"}]) == 0


def test_a_wholly_refunded_order_cannot_be_shipped(simulated_shop: Shop) -> None:
    it = Parcel(simulated_shop)
    simulated_shop.refund("ORDER-0001", "R1", 100)
    assert it.upload() == 10060004
    assert it.order()["order_state"] == 5


def test_lists_reminders_and_management(simulated_shop: Shop) -> None:
    it, simulated = Parcel(simulated_shop), simulated_shop.simulated

    def call(name: str, **body: Any) -> dict[str, Any]:
        return simulated.weixin(f"/wxa/sec/order/{name}", body, access_token=it.token)

    listed = call("get_order_list", order_state=1)
    assert [one["transaction_id"] for one in listed["order_list"]] == [it.transaction_id]
    reminder = {"transaction_id": it.transaction_id, "received_time": 1}
    assert call("notify_confirm_receive", **reminder)["errcode"] == 10060004
    it.upload()
    assert call("notify_confirm_receive", **reminder)["errcode"] == 0
    assert call("notify_confirm_receive", **reminder)["errcode"] == 10060014
    assert call("is_trade_managed", appid=simulated_shop.appid)["is_trade_managed"] is True
    name = "is_trade_management_confirmation_completed"
    assert call(name, appid=simulated_shop.appid)["completed"] is True
    assert call("get_order", transaction_id="x")["errcode"] == 10060001
    path = "/cgi-bin/express/delivery/open_msg/get_delivery_list"
    told = simulated.weixin(path, {}, access_token=it.token)
    assert told["count"] == len(told["delivery_list"]) == 8
    assert told["delivery_list"][0] == {"delivery_id": "SF", "delivery_name": "顺丰速运"}
    no_token = simulated.weixin("/wxa/sec/order/get_order", {"a": 1})
    assert no_token["errcode"] == 41001

"""Shipping pushes, receipt by time, combined and special orders."""

import time
from typing import Any

import pytest

from tests.wechat_simulator.app_ears import listen_for_pushes, opened, pushes
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)

ORDER = "/wxa/sec/order/"


def own_token(shop: Shop) -> str:
    """A token of the app itself, fresh also after the clock has moved."""
    own = {"appid": shop.appid, "secret": shop.extra["appsecret"]}
    wish = {**own, "grant_type": "client_credential"}
    return shop.simulated.weixin("/cgi-bin/stable_token", wish)["access_token"]


def call(shop: Shop, name: str, body: dict[str, Any]) -> int:
    answer = shop.simulated.weixin(ORDER + name, body, access_token=own_token(shop))
    return int(answer["errcode"])


def delivery(shop: Shop, number: str, **changed: Any) -> dict[str, Any]:
    key = {"order_number_type": 1, "mchid": shop.sub_mchid, "out_trade_no": number}
    parcel = {"tracking_no": "YT1", "express_company": "YTO", "item_desc": "龙井茶"}
    return {
        "order_key": key,
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [parcel],
        "upload_time": time.strftime("%Y-%m-%dT%H:%M:%S.000+08:00"),
        "payer": {"openid": shop.openid},
        **changed,
    }


def events(shop: Shop) -> list[dict[str, Any]]:
    return [opened(shop, one) for one in pushes(shop)]


def test_a_delivery_is_settled_by_time_and_told_twice(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    transaction = simulated_shop.paid("ORDER-0001")
    assert call(simulated_shop, "upload_shipping_info", delivery(simulated_shop, "ORDER-0001")) == 0
    simulated_shop.simulated.control("POST", "clock", advance_seconds=10 * 86400 - 60)
    (shipped,) = events(simulated_shop)
    assert (shipped["Event"], shipped["transaction_id"]) == (
        "trade_manage_order_settlement",
        transaction,
    )
    wait = int(shipped["estimated_settlement_time"]) - int(shipped["shipped_time"])
    assert wait == 10 * 86400
    simulated_shop.simulated.control("POST", "clock", advance_seconds=120)
    settled = events(simulated_shop)[1]
    assert settled["confirm_receive_method"] == "1"
    assert settled["merchant_trade_no"] == "ORDER-0001"
    order = simulated_shop.simulated.control("GET", "orders/ORDER-0001")
    assert order["funds"] == "settled"


def test_a_customer_may_confirm_before(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    simulated_shop.paid("ORDER-0001")
    call(simulated_shop, "upload_shipping_info", delivery(simulated_shop, "ORDER-0001"))
    simulated_shop.simulated.control("POST", "orders/ORDER-0001/confirm_receipt")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=20 * 86400)
    methods = [one.get("confirm_receive_method") for one in events(simulated_shop)]
    assert methods == [None, "2"]


def test_virtual_goods_settle_sooner_and_never_when_switched_off(simulated_shop: Shop) -> None:
    virtual = {"logistics_type": 3, "shipping_list": [{"item_desc": "会员卡"}]}
    simulated_shop.paid("ORDER-0001")
    body = delivery(simulated_shop, "ORDER-0001", **virtual)
    assert call(simulated_shop, "upload_shipping_info", body) == 0
    simulated_shop.simulated.control("POST", "clock", advance_seconds=2 * 86400 + 5)
    found = simulated_shop.simulated.control("GET", "orders/ORDER-0001")
    assert found["funds"] == "settled"
    simulated_shop.simulated.control("PUT", "settings", receipt_virtual_days=0)
    simulated_shop.paid("ORDER-0002")
    call(simulated_shop, "upload_shipping_info", delivery(simulated_shop, "ORDER-0002", **virtual))
    simulated_shop.simulated.control("POST", "clock", advance_seconds=30 * 86400)
    assert simulated_shop.simulated.control("GET", "orders/ORDER-0002")["funds"] == "frozen"


def test_an_unshipped_order_is_complained_about(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    simulated_shop.paid("ORDER-0001")
    simulated_shop.paid("ORDER-0002")
    call(simulated_shop, "upload_shipping_info", delivery(simulated_shop, "ORDER-0002"))
    simulated_shop.simulated.control("POST", "clock", advance_seconds=48 * 3600 + 5)
    told = [one for one in events(simulated_shop) if "remind" in one["Event"]]
    assert [(one["Event"], one["merchant_trade_no"]) for one in told] == [
        ("trade_manage_remind_shipping", "ORDER-0001")
    ]
    simulated_shop.simulated.control("POST", f"mini_programs/{simulated_shop.appid}/remind_access")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=1)
    assert events(simulated_shop)[-1]["Event"] == "trade_manage_remind_access_api"


def test_a_combined_delivery_is_all_or_nothing(simulated_shop: Shop) -> None:
    numbers = ("ORDER-0001", "ORDER-0002")
    for number in numbers:
        simulated_shop.paid(number)
    whole = delivery(simulated_shop, "COMBINED-1")
    shared = {name: whole.pop(name) for name in ("upload_time", "payer", "order_key")}
    keys = [delivery(simulated_shop, number)["order_key"] for number in numbers]
    orders = [{**whole, "order_key": key} for key in keys]
    wrong = {**orders[1], "logistics_type": 9}
    path = "upload_combined_shipping_info"
    assert call(simulated_shop, path, {**shared, "sub_orders": [orders[0], wrong]}) == 10060005
    assert simulated_shop.simulated.control("GET", "orders/ORDER-0001")["shipping"] is None
    assert call(simulated_shop, path, {**shared, "sub_orders": orders}) == 0
    for number in numbers:
        shipping = simulated_shop.simulated.control("GET", f"orders/{number}")["shipping"]
        assert shipping["finish_shipping"] is True
    assert call(simulated_shop, path, {**shared, "sub_orders": []}) == 10060014


def test_the_jump_path_is_kept(simulated_shop: Shop) -> None:
    assert call(simulated_shop, "set_msg_jump_path", {"path": "pages/order/detail"}) == 0
    assert call(simulated_shop, "set_msg_jump_path", {"path": ""}) == 10060014
    path = f"mini_programs/{simulated_shop.appid}/jump_path"
    assert simulated_shop.simulated.control("GET", path) == {"path": "pages/order/detail"}


@pytest.mark.parametrize(
    ("body", "errcode"),
    [({"type": 3}, 10060014), ({"type": 1}, 10060014), ({"type": 2, "order_id": "x"}, 10060001)],
)
def test_special_orders_need_their_fields(
    simulated_shop: Shop, body: dict[str, Any], errcode: int
) -> None:
    transaction = simulated_shop.paid("ORDER-0001")
    assert call(simulated_shop, "opspecialorder", {"order_id": transaction, **body}) == errcode


def test_special_orders_are_not_complained_about(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    later = int(time.time()) + 15 * 86400
    first, second = simulated_shop.paid("ORDER-0001"), simulated_shop.paid("ORDER-0002")
    pre_sale = {"order_id": first, "type": 1, "delay_to": later}
    assert call(simulated_shop, "opspecialorder", pre_sale) == 0
    assert call(simulated_shop, "opspecialorder", {"order_id": second, "type": 2}) == 0
    assert simulated_shop.simulated.control("GET", "orders/ORDER-0002")["funds"] == "settled"
    simulated_shop.simulated.control("POST", "clock", advance_seconds=49 * 3600)
    assert events(simulated_shop) == []

"""Prepay, query and close: every refusal pay v3 gives, and the signatures around them."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)
JSAPI = "/v3/pay/partner/transactions/jsapi"


def test_every_answer_is_signed_also_refusals_and_the_empty_204(simulated_shop: Shop) -> None:
    shop = simulated_shop
    merchants = {"sp_mchid": shop.simulated.pay["sp_mchid"], "sub_mchid": shop.sub_mchid}
    accepted = shop.prepay("ORDER-0001")
    refused = shop.prepay("bad")
    closing = "/v3/pay/partner/transactions/out-trade-no/ORDER-0001/close"
    closed = shop.simulated.signed("POST", closing, merchants)
    assert [accepted.status_code, refused.status_code, closed.status_code] == [200, 400, 204]
    for answer in (accepted, refused, closed):
        assert shop.simulated.verify(answer)
        assert answer.headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
        assert answer.headers["Request-ID"]


@pytest.mark.parametrize(
    "changed",
    [
        {"mchid": "1900000000"},
        {"serial_no": "0" * 40},
        {"signature": "AAAA"},
        {"nonce_str": "f" * 32},
        {"timestamp": "1"},
        {"signed_timestamp": str(int(time.time()) - 400)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_request_that_is_not_ours_is_refused(
    simulated_shop: Shop, changed: dict[str, str]
) -> None:
    order = simulated_shop.order("ORDER-0001")
    answer = simulated_shop.simulated.signed("POST", JSAPI, order, **changed)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")
    assert simulated_shop.simulated.verify(answer)


def test_a_nonce_is_good_for_one_request(simulated_shop: Shop) -> None:
    order, nonce = simulated_shop.order("ORDER-0001"), f"n{time.time_ns()}"
    answers = [
        simulated_shop.simulated.signed("POST", JSAPI, order, signed_nonce=nonce) for _ in "12"
    ]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_the_signature_covers_the_raw_body(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    headers = simulated.authorization("POST", JSAPI, b'{"a":1}')
    answer = simulated.http.post(JSAPI, content=b'{"a": 1}', headers=headers)
    assert answer.json()["code"] == "SIGN_ERROR"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"out_trade_no": "short"}, "/out_trade_no"),
        ({"out_trade_no": "has space in it"}, "/out_trade_no"),
        ({"description": None}, "/description"),
        ({"description": "x" * 128}, "/description"),
        ({"attach": "x" * 129}, "/attach"),
        ({"amount": {"total": "100"}}, "/amount/total"),
        ({"amount": {"total": 0}}, "/amount/total"),
        ({"amount": {"total": 1.5}}, "/amount/total"),
        ({"amount": {"total": 1, "currency": "USD"}}, "/amount/currency"),
        ({"amount": None}, "/amount"),
        ({"payer": {}}, "/payer/sub_openid"),
        ({"payer": {"sub_openid": "oNobody"}}, "/payer/openid"),
        ({"sub_appid": None}, "/sub_appid"),
        ({"sp_mchid": "1900000000"}, "/sp_mchid"),
        ({"time_expire": "tomorrow"}, "/time_expire"),
        ({"time_expire": "2020-01-01T00:00:00+08:00"}, "/time_expire"),
        ({"notify_url": "https://shop.example/notify?shop=1"}, "/notify_url"),
        ({"notify_url": "http://shop.example/notify"}, "/notify_url"),
        ({"notify_url": "https://10.0.0.1/notify"}, "/notify_url"),
        ({"notify_url": "notify"}, "/notify_url"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_field_is_named(
    simulated_shop: Shop, changed: dict[str, Any], pointer: str
) -> None:
    number = changed.pop("out_trade_no", "ORDER-0001")
    answer = simulated_shop.prepay(number, **changed)
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR"), answer.text
    assert answer.json()["detail"]["field"] == pointer
    assert simulated_shop.simulated.control("GET", "orders") == {"orders": []}


def test_orders_are_found_by_payer_and_by_a_part_of_the_number(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    bob = simulated.control("POST", "login", appid=simulated_shop.appid, user="bob")["openid"]
    simulated_shop.prepay("ORDER-0001")
    simulated_shop.prepay("ORDER-0002", payer={"sub_openid": bob})

    def found(query: str) -> list[str]:
        told = simulated.control("GET", f"orders?{query}")["orders"]
        return [order["out_trade_no"] for order in told]

    assert found("") == ["ORDER-0002", "ORDER-0001"]
    assert found(f"openid={bob}") == ["ORDER-0002"]
    assert found("number=0001") == ["ORDER-0001"]
    assert found(f"openid={bob}&number=0001") == found("number=%25") == []


def test_shops_and_apps_must_belong_together(simulated_shop: Shop) -> None:
    other = simulated_shop.simulated.control("POST", "mini_programs")
    answer = simulated_shop.prepay("ORDER-0001", sub_mchid=other["sub_mchid"])
    assert (answer.status_code, answer.json()["code"]) == (400, "APPID_MCHID_NOT_MATCH")
    answer = simulated_shop.prepay("ORDER-0001", sub_mchid="1699999999")
    assert (answer.status_code, answer.json()["code"]) == (400, "MCH_NOT_EXISTS")


def test_an_identical_repeat_gives_a_fresh_prepay_id_and_a_changed_one_is_refused(
    simulated_shop: Shop,
) -> None:
    first = simulated_shop.prepay("ORDER-0001").json()["prepay_id"]
    second = simulated_shop.prepay("ORDER-0001").json()["prepay_id"]
    assert first != second
    changed = simulated_shop.prepay("ORDER-0001", amount={"total": 101, "currency": "CNY"})
    assert (changed.status_code, changed.json()["code"]) == (400, "INVALID_REQUEST")
    other = simulated_shop.simulated.control("POST", "mini_programs")
    openid = simulated_shop.simulated.control("POST", "login", appid=other["appid"], user="eve")[
        "openid"
    ]
    taken = simulated_shop.prepay(
        "ORDER-0001",
        sub_mchid=other["sub_mchid"],
        sub_appid=other["appid"],
        payer={"sub_openid": openid},
    )
    assert (taken.status_code, taken.json()["code"]) == (403, "OUT_TRADE_NO_USED")


def test_paid_and_closed_orders_take_no_more(simulated_shop: Shop) -> None:
    shop = simulated_shop
    closing = "/v3/pay/partner/transactions/out-trade-no/{}/close"
    merchants = {"sp_mchid": shop.simulated.pay["sp_mchid"], "sub_mchid": shop.sub_mchid}
    shop.paid("ORDER-PAID")
    assert shop.prepay("ORDER-PAID").json()["code"] == "ORDERPAID"
    answer = shop.simulated.signed("POST", closing.format("ORDER-PAID"), merchants)
    assert (answer.status_code, answer.json()["code"]) == (400, "ORDERPAID")

    prepay_id = shop.prepay("ORDER-SHUT").json()["prepay_id"]
    assert shop.simulated.signed("POST", closing.format("ORDER-SHUT"), merchants).status_code == 204
    assert shop.prepay("ORDER-SHUT").json()["code"] == "ORDER_CLOSED"
    refused = shop.simulated.control("POST", "pay", **shop.sheet(prepay_id))
    assert refused == {"errMsg": "requestPayment:fail", "reason": "the order is CLOSED"}


def test_queries_tell_the_owner_only(simulated_shop: Shop) -> None:
    assert simulated_shop.query("ORDER-0001").json()["code"] == "ORDER_NOT_EXIST"
    transaction_id = simulated_shop.paid("ORDER-0001")
    told = simulated_shop.query("ORDER-0001").json()
    assert (told["trade_state"], told["transaction_id"]) == ("SUCCESS", transaction_id)
    assert told["amount"]["total"] == 100
    other = simulated_shop.simulated.control("POST", "mini_programs")["sub_mchid"]
    simulated_shop.sub_mchid = other
    answer = simulated_shop.query("ORDER-0001")
    assert (answer.status_code, answer.json()["code"]) == (404, "ORDER_NOT_EXIST")


def test_the_payment_sheet_is_checked_like_a_phone_does(simulated_shop: Shop) -> None:
    shop = simulated_shop
    prepay_id = shop.prepay("ORDER-0001").json()["prepay_id"]
    for changed, reason in [
        ({"paySign": "AAAA"}, "paySign is wrong"),
        ({"timeStamp": "1"}, "paySign is wrong"),
        ({"signType": "MD5"}, "signType must be RSA"),
        ({"package": "prepay_id=wx0"}, "unknown prepay_id"),
        ({"appid": "wx0"}, "the app that calls is not the app of the prepay"),
        ({"openid": "oNobody"}, "this person is not the payer of the prepay"),
    ]:
        answer = shop.simulated.control("POST", "pay", **shop.sheet(prepay_id, **changed))
        assert answer == {"errMsg": "requestPayment:fail", "reason": reason}
    answer = shop.simulated.control("POST", "pay", **shop.sheet(prepay_id, action="refuse"))
    assert answer == {"errMsg": "requestPayment:fail cancel"}
    assert shop.query("ORDER-0001").json()["trade_state"] == "NOTPAY"


def test_time_expire_stops_payment_without_closing_the_order(simulated_shop: Shop) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    prepay_id = simulated_shop.prepay("ORDER-0001", time_expire=soon).json()["prepay_id"]
    simulated_shop.simulated.control("POST", "clock", advance_seconds=901)
    sheet = simulated_shop.sheet(prepay_id)
    refused = simulated_shop.simulated.control("POST", "pay", **sheet)
    assert refused["reason"] == "time_expire has passed"
    assert simulated_shop.query("ORDER-0001").json()["trade_state"] == "NOTPAY"
    later = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    assert simulated_shop.prepay("ORDER-0002", time_expire=later).status_code == 200


def test_a_prepay_id_lives_two_hours(simulated_shop: Shop) -> None:
    prepay_id = simulated_shop.prepay("ORDER-0001").json()["prepay_id"]
    simulated_shop.simulated.control("POST", "clock", advance_seconds=7201)
    refused = simulated_shop.simulated.control("POST", "pay", **simulated_shop.sheet(prepay_id))
    assert refused["reason"] == "this prepay_id is older than two hours"


def test_a_prepay_costs_a_few_milliseconds(simulated_shop: Shop) -> None:
    for index in range(20):
        assert simulated_shop.prepay(f"ORDER-{index:04d}").status_code == 200
    events = simulated_shop.simulated.control("GET", "events")["events"]
    spent = sorted(event["milliseconds"] for event in events if event["path"] == JSAPI)
    assert spent[len(spent) // 2] < 20

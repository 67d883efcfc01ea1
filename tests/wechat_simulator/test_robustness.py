"""Odd input gets an answer of WeChat's kind, never a crash; many callers at once are served."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.wechat_calls import simulator as answered
from infra.wechat_calls.inventory import PAGE, all_calls
from tests.wechat_simulator.stage import Shop, Simulated, component_token

pytest_plugins = ("tests.wechat_simulator.fixtures",)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"description":"\\ud800"}', b"[" * 100_000, b"\xff\xfe"],
    ids=str,
)
def test_odd_bodies_are_parameter_errors_of_pay(simulated_shop: Shop, body: bytes) -> None:
    simulated = simulated_shop.simulated
    for target in ("/v3/pay/partner/transactions/jsapi", "/v3/refund/domestic/refunds"):
        headers = simulated.authorization("POST", target, body)
        answer = simulated.http.post(target, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("get_order_list", {"pay_time_range": [1]}),
        ("get_order_list", {"last_index": "x"}),
        ("get_order_list", {"pay_time_range": {"begin_time": [1]}}),
        ("upload_shipping_info", {"order_key": "x"}),
        ("upload_shipping_info", {}),
        ("upload_shipping_info", {"order_key": {"order_number_type": "2"}}),
    ],
)
def test_odd_fields_are_parameter_errors_of_shipping(
    simulated_shop: Shop, name: str, body: dict[str, Any]
) -> None:
    token = simulated_shop.authorizer_token()
    path, body = f"/wxa/sec/order/{name}", body or {"none": 1}
    answer = simulated_shop.simulated.weixin(path, body, access_token=token)
    assert answer["errcode"] == 10060014


def test_odd_wishes_are_refused_by_the_control_api(simulated_shop: Shop) -> None:
    http = simulated_shop.simulated.http
    for path, wish in [
        ("clock", {"advance_seconds": "1"}),
        ("clock", {"advance_seconds": -1}),
        ("pay", {"callback": "maybe"}),
        ("pay", {"callback": "forge", "forge": "maybe"}),
        ("component/../component", {}),
        ("orders/ORDER-0001/callback", {"times": 0}),
        ("login", {"appid": "wx0", "user": "x"}),
    ]:
        assert http.post(f"/_control/{path}", json=wish).status_code in (400, 404, 405)
    assert http.put("/_control/settings", json={"trust": "nobody"}).status_code == 400
    assert http.put("/_control/settings", json={"colour": 1}).status_code == 400


def test_reset_forgets_everything_but_the_credentials(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    component_token(simulated, simulated_shop.listener)
    simulated_shop.listener.status = 500
    simulated_shop.paid("ORDER-0001")
    simulated.control("POST", "clock", advance_seconds=5)
    simulated.control("POST", "reset")
    assert simulated.control("GET", "orders") == {"orders": []}
    nobody = {"ticket_url": "", "message_url": "", "ticket_pushes": []}
    assert simulated.control("GET", "component") == nobody
    clock = simulated.control("GET", "clock")
    assert (clock["offset_seconds"], clock["agenda_count"]) == (0, 0)
    assert simulated.control("GET", "credentials") == simulated.credentials
    assert simulated.control("GET", "events")["events"] == []


def test_one_order_paid_from_many_phones_is_paid_once(simulated_shop: Shop) -> None:
    sheets = []
    for _ in range(10):
        prepay_id = simulated_shop.prepay("ORDER-0001").json()["prepay_id"]
        sheets.append(simulated_shop.sheet(prepay_id))
    with ThreadPoolExecutor(10) as phones:
        answers = list(
            phones.map(lambda s: simulated_shop.simulated.control("POST", "pay", **s), sheets)
        )
    assert sorted(a["errMsg"] for a in answers) == ["requestPayment:fail"] * 9 + [
        "requestPayment:ok"
    ]
    assert len(simulated_shop.listener.received) == 1


def test_many_refunds_at_once_stay_within_the_payment(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    with ThreadPoolExecutor(10) as clerks:
        answers = list(
            clerks.map(lambda n: simulated_shop.refund("ORDER-0001", f"R{n}", 30), range(10))
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [400] * 7


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/wxa/getvisitstatus", 43002),
        ("PUT", "/wxa/commit", 43002),
        ("GET", "/wxa/uploadmedia", 43002),
        ("GET", "/cgi-bin/message/subscribe/send", 43002),
        ("POST", "/wxa/undocodeaudit", 43001),
        ("POST", "/wxa/revertgrayrelease", 43001),
        ("POST", "/wxa/revertcoderelease", 43001),
        ("POST", "/wxa/resetusersessionkey", 43001),
        ("POST", "/cgi-bin/token", 43001),
        ("POST", "/sns/jscode2session", 43001),
        ("POST", "/sns/component/jscode2session", 43001),
        ("DELETE", "/wxa/get_category", 43001),
    ],
)
def test_a_wrong_method_is_refused_in_wechats_own_form(
    simulated: Simulated, method: str, path: str, code: int
) -> None:
    answer = simulated.http.request(method, path, params={"access_token": "none"})
    said = {43001: "require GET method", 43002: "require POST method"}[code]
    assert (answer.status_code, answer.json()["errcode"]) == (200, code)
    assert answer.json()["errmsg"].startswith(f"{said} rid: ")


@pytest.mark.parametrize(
    "path", ["/wxa/get_category", "/cgi-bin/wxopen/getallcategories", "/wxa/gettemplatelist"]
)
def test_what_only_tells_is_told_to_get_and_post_alike(simulated_shop: Shop, path: str) -> None:
    simulated = simulated_shop.simulated
    token = simulated_shop.authorizer_token()
    if path.startswith("/wxa/gettemplate"):
        token = component_token(simulated, simulated_shop.listener)
    query = {"access_token": token}
    answers = [
        simulated.http.get(path, params=query),
        simulated.http.post(path, params=query),
        simulated.http.post(path, params=query, json={}),
    ]
    assert [answer.json()["errcode"] for answer in answers] == [0, 0, 0]
    assert answers[1].json() == answers[2].json() == answers[0].json()


def test_every_listed_call_is_answered_under_its_own_method(simulated: Simulated) -> None:
    """Without a token each is refused, but neither for its path nor for its method."""
    calls = [
        call
        for call in all_calls()
        if answered.imitates(call) and call.method != PAGE and not call.path.startswith("/v3/")
    ]
    assert len(calls) > 80
    for call in calls:
        answer = simulated.http.request(call.method, call.path, json={"none": 1})
        assert answer.status_code == 200, call
        assert int(answer.json()["errcode"]) not in (0, 43001, 43002), call

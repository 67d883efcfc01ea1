"""Quotas, addresses, permissions, request ids, sessions: what every call passes."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from tests.wechat_simulator.stage import Shop, component_token

pytest_plugins = ("tests.wechat_simulator.fixtures",)

CHECK = "/wxa/msg_sec_check"


@pytest.fixture
def token(simulated_shop: Shop) -> str:
    return simulated_shop.authorizer_token()


def own_token(shop: Shop) -> str:
    own = {"appid": shop.appid, "secret": shop.extra["appsecret"]}
    wish = {**own, "grant_type": "client_credential"}
    return shop.simulated.weixin("/cgi-bin/stable_token", wish)["access_token"]


def checked(shop: Shop, token: str) -> dict[str, Any]:
    body = {"version": 2, "openid": shop.openid, "scene": 2, "content": "tea"}
    return shop.simulated.weixin(CHECK, body, access_token=token)


def change(shop: Shop, **settings: Any) -> None:
    shop.simulated.control("PUT", "settings", **settings)


def test_a_minute_and_a_day_have_their_quotas(simulated_shop: Shop, token: str) -> None:
    change(simulated_shop, quotas={CHECK: [2, 3]})
    codes = [checked(simulated_shop, token)["errcode"] for _ in range(3)]
    assert codes == [0, 0, 45011]
    simulated_shop.simulated.control("POST", "clock", advance_seconds=60)
    codes = [checked(simulated_shop, token)["errcode"] for _ in range(2)]
    assert codes == [0, 45009]


def test_quotas_are_cleared_ten_times_a_month(simulated_shop: Shop, token: str) -> None:
    change(simulated_shop, quotas={CHECK: [0, 1]})
    body, path = {"appid": simulated_shop.appid}, "/cgi-bin/clear_quota"
    for _ in range(10):
        assert checked(simulated_shop, token)["errcode"] == 0
        assert checked(simulated_shop, token)["errcode"] == 45009
        assert simulated_shop.simulated.weixin(path, body, access_token=token)["errcode"] == 0
    assert simulated_shop.simulated.weixin(path, body, access_token=token)["errcode"] == 48006
    other = {"appid": "wx0"}
    assert simulated_shop.simulated.weixin(path, other, access_token=token)["errcode"] == 40013


def test_unlimited_codes_answer_45009_by_the_minute(simulated_shop: Shop, token: str) -> None:
    path = "/wxa/getwxacodeunlimit"
    change(simulated_shop, quotas={path: [1, 0]})
    http, query = simulated_shop.simulated.http, {"access_token": token}
    first, second = (http.post(path, params=query, json={"scene": "a"}) for _ in "ab")
    assert first.headers["Content-Type"] == "image/png"
    assert second.json()["errcode"] == 45009


def test_addresses_not_on_the_list_are_refused(simulated_shop: Shop, token: str) -> None:
    own = own_token(simulated_shop)
    change(simulated_shop, allowed_ips=["203.0.113.9"])
    answer = checked(simulated_shop, token)
    assert answer["errcode"] == 61004
    assert "127.0.0.1" in answer["errmsg"]
    assert checked(simulated_shop, own)["errcode"] == 40164
    assert simulated_shop.simulated.weixin("/cgi-bin/token")["errcode"] == 40164
    change(simulated_shop, allowed_ips=["127.0.0.1"])
    assert checked(simulated_shop, token)["errcode"] == 0


def test_a_permission_that_was_not_granted_is_61007(simulated_shop: Shop, token: str) -> None:
    path = f"mini_programs/{simulated_shop.appid}"
    simulated_shop.simulated.control("PUT", path, scopes=[17, 142])
    assert checked(simulated_shop, token)["errcode"] == 61007
    assert checked(simulated_shop, own_token(simulated_shop))["errcode"] == 0


def test_an_api_may_be_denied_to_an_app(simulated_shop: Shop, token: str) -> None:
    change(simulated_shop, ungranted_apis={simulated_shop.appid: [CHECK]})
    assert checked(simulated_shop, token)["errcode"] == 48001


def test_escapes_may_be_refused_and_errcodes_may_be_texts(simulated_shop: Shop, token: str) -> None:
    http, query = simulated_shop.simulated.http, {"access_token": token}
    raw = (
        '{"version":2,"scene":2,"content":"\\u8336","openid":"' + simulated_shop.openid + '"}'
    ).encode()
    assert http.post(CHECK, params=query, content=raw).json()["errcode"] == 0
    change(simulated_shop, refuse_escapes=47001, errcode_as_text=True)
    assert http.post(CHECK, params=query, content=raw).json()["errcode"] == "47001"
    assert checked(simulated_shop, token)["errcode"] == "0"


def test_a_failure_is_found_by_its_request_id(simulated_shop: Shop, token: str) -> None:
    body = {"version": 2, "scene": 9, "openid": simulated_shop.openid, "content": "tea"}
    refused = simulated_shop.simulated.weixin(CHECK, body, access_token=token)
    rid, path = refused["errmsg"].split(" rid: ")[1], "/cgi-bin/openapi/rid/get"
    found = simulated_shop.simulated.weixin(path, {"rid": rid}, access_token=token)["request"]
    assert found["request_url"] == CHECK
    assert '"scene"' in found["request_body"]
    assert "40129" in found["response_body"]
    unknown = simulated_shop.simulated.weixin(path, {"rid": "x"}, access_token=token)
    assert unknown["errcode"] == 76001
    other = simulated_shop.simulated.control("POST", "mini_programs")
    foreign = {"appid": other["appid"], "secret": other["appsecret"]}
    wish = {**foreign, "grant_type": "client_credential"}
    theirs = simulated_shop.simulated.weixin("/cgi-bin/stable_token", wish)["access_token"]
    refused = simulated_shop.simulated.weixin(path, {"rid": rid}, access_token=theirs)
    assert refused["errcode"] == 76003
    simulated_shop.simulated.control("POST", "clock", advance_seconds=8 * 86400)
    late = own_token(simulated_shop)
    assert (
        simulated_shop.simulated.weixin(path, {"rid": rid}, access_token=late)["errcode"] == 76004
    )


def test_a_malformed_token_is_not_an_unknown_one(simulated_shop: Shop) -> None:
    assert checked(simulated_shop, "not a token")["errcode"] == 40014
    assert checked(simulated_shop, "unknown")["errcode"] == 40001
    assert checked(simulated_shop, "")["errcode"] == 41001


@pytest.mark.parametrize(
    "settings",
    [
        {"quotas": {CHECK: [1]}},
        {"quotas": {CHECK: 5}},
        {"content_words": {"tea": ["risky"]}},
        {"errcode_as_text": 1},
        {"session_hmac_key": 5},
        {"released_pages": []},
    ],
)
def test_settings_keep_their_shape(simulated_shop: Shop, settings: dict[str, Any]) -> None:
    answer = simulated_shop.simulated.http.put("/_control/settings", json=settings)
    assert answer.status_code == 400


def session(shop: Shop, component: str) -> dict[str, Any]:
    code = shop.simulated.control("POST", "login", appid=shop.appid, user="alice")["code"]
    query = {"appid": shop.appid, "js_code": code, "grant_type": "authorization_code"}
    me = shop.simulated.credentials["component"]["appid"]
    path = "/sns/component/jscode2session"
    return shop.simulated.weixin(
        path, **query, component_appid=me, component_access_token=component
    )


def test_apps_of_one_owner_share_an_identity(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    component = component_token(simulated, simulated_shop.listener)
    assert "unionid" not in session(simulated_shop, component)
    simulated.control("PUT", f"mini_programs/{simulated_shop.appid}/owner", owner="tea house")
    made = simulated.control("POST", "mini_programs")
    simulated.control("PUT", f"mini_programs/{made['appid']}/owner", owner="tea house")
    other = Shop(simulated, simulated_shop.listener, made["appid"], "", "", made)
    one, two = session(simulated_shop, component), session(other, component)
    assert one["openid"] != two["openid"]
    assert one["unionid"] == two["unionid"]


def test_a_blocked_person_cannot_log_in(simulated_shop: Shop) -> None:
    component = component_token(simulated_shop.simulated, simulated_shop.listener)
    simulated_shop.simulated.control("PUT", "people/alice", is_blocked=True)
    assert session(simulated_shop, component)["errcode"] == 40226
    simulated_shop.simulated.control("PUT", "people/alice", is_blocked=False)
    assert len(session(simulated_shop, component)["session_key"]) == 24


@pytest.mark.parametrize("form", ["base64_text", "bytes"])
def test_a_session_is_checked_by_its_key_and_can_be_renewed(
    simulated_shop: Shop, token: str, form: str
) -> None:
    change(simulated_shop, session_hmac_key=form)
    component = component_token(simulated_shop.simulated, simulated_shop.listener)
    key = session(simulated_shop, component)["session_key"]

    def ask(path: str, key: str, **changed: str) -> dict[str, Any]:
        raw = base64.b64decode(key) if form == "bytes" else key.encode()
        signature = hmac.new(raw, b"", hashlib.sha256).hexdigest()
        query = {"openid": simulated_shop.openid, "signature": signature}
        query |= {"sig_method": "hmac_sha256", "access_token": token, **changed}
        return simulated_shop.simulated.weixin(path, **query)

    assert ask("/wxa/checksession", key)["errcode"] == 0
    fresh = ask("/wxa/resetusersessionkey", key)["session_key"]
    assert ask("/wxa/checksession", key)["errcode"] == 87009
    assert ask("/wxa/checksession", fresh)["errcode"] == 0
    assert ask("/wxa/checksession", fresh, openid="oNobody")["errcode"] == 40003
    assert ask("/wxa/checksession", fresh, sig_method="md5")["errcode"] == 40097


def test_a_payer_has_a_unionid_for_five_minutes(simulated_shop: Shop, token: str) -> None:
    simulated = simulated_shop.simulated
    transaction = simulated_shop.paid("ORDER-0001")
    query = {"openid": simulated_shop.openid, "access_token": token}
    path = "/wxa/getpaidunionid"
    assert simulated.weixin(path, **query, transaction_id=transaction)["errcode"] == 89002
    simulated.control("PUT", f"mini_programs/{simulated_shop.appid}/owner", owner="tea house")
    named = {"mch_id": simulated_shop.sub_mchid, "out_trade_no": "ORDER-0001"}
    by_number = simulated.weixin(path, **query, **named)
    assert (
        by_number["unionid"]
        == simulated.weixin(path, **query, transaction_id=transaction)["unionid"]
    )
    simulated.control("POST", "clock", advance_seconds=301)
    assert simulated.weixin(path, **query, transaction_id=transaction)["errcode"] == 89300

"""Content safety: words, verdicts by hash, the asynchronous push, and who may be asked about."""

import hashlib
from typing import Any

import pytest

from tests.wechat_simulator.app_ears import listen_for_pushes, opened, pushes
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


@pytest.fixture
def token(simulated_shop: Shop) -> str:
    return simulated_shop.authorizer_token()


def checked(shop: Shop, token: str, **changed: Any) -> dict[str, Any]:
    body = {"version": 2, "openid": shop.openid, "scene": 2, "content": "龙井茶很香"}
    body = {name: value for name, value in {**body, **changed}.items() if value is not None}
    return shop.simulated.weixin("/wxa/msg_sec_check", body, access_token=token)


def test_fine_words_pass(simulated_shop: Shop, token: str) -> None:
    answer = checked(simulated_shop, token)
    assert answer["errcode"] == 0
    assert answer["result"] == {"suggest": "pass", "label": 100}
    assert answer["detail"] == [
        {"strategy": "content_model", "errcode": 0, "suggest": "pass", "label": 100, "prob": 90}
    ]
    assert len(answer["trace_id"].split("-")) == 3


def test_the_worst_word_decides(simulated_shop: Shop, token: str) -> None:
    held = checked(simulated_shop, token, content="加微信聊")
    assert held["result"] == {"suggest": "review", "label": 10001}
    assert held["detail"][0]["keyword"] == "加微信"
    refused = checked(simulated_shop, token, content="加微信", title="赌博")
    assert refused["result"] == {"suggest": "risky", "label": 20006}
    assert [one["strategy"] for one in refused["detail"]] == ["keyword", "keyword", "content_model"]
    nickname = checked(simulated_shop, token, scene=1, signature="代开发票")
    assert nickname["result"]["suggest"] == "risky"


def test_the_words_are_a_setting(simulated_shop: Shop, token: str) -> None:
    words = {"tea": ["risky", 20012]}
    simulated_shop.simulated.control("PUT", "settings", content_words=words)
    assert checked(simulated_shop, token, content="tea")["result"]["label"] == 20012
    assert checked(simulated_shop, token, content="赌博")["result"]["suggest"] == "pass"


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"version": 1}, 87014),
        ({"version": None}, 87014),
        ({"version": 3}, 40097),
        ({"scene": 5}, 40129),
        ({"scene": None}, 40129),
        ({"content": ""}, 44002),
        ({"content": "茶" * 2501}, 40097),
        ({"title": 5}, 40097),
        ({"openid": "oNobody"}, 40003),
    ],
)
def test_each_field_is_checked(
    simulated_shop: Shop, token: str, changed: dict[str, Any], errcode: int
) -> None:
    assert checked(simulated_shop, token, **changed)["errcode"] == errcode


def test_2500_characters_are_allowed(simulated_shop: Shop, token: str) -> None:
    assert checked(simulated_shop, token, content="茶" * 2500)["errcode"] == 0


def test_only_a_recent_visitor_of_this_app_can_be_asked_about(
    simulated_shop: Shop, token: str
) -> None:
    simulated = simulated_shop.simulated
    other = simulated.control("POST", "mini_programs")["appid"]
    foreign = simulated.control("POST", "login", appid=other, user="alice")["openid"]
    assert checked(simulated_shop, token, openid=foreign)["errcode"] == 43104
    simulated.control("POST", "clock", advance_seconds=7195)
    assert checked(simulated_shop, token)["errcode"] == 0
    simulated.control("POST", "clock", advance_seconds=10)
    own = {"appid": simulated_shop.appid, "secret": simulated_shop.extra["appsecret"]}
    wish = {**own, "grant_type": "client_credential"}
    token = simulated.weixin("/cgi-bin/stable_token", wish)["access_token"]
    assert checked(simulated_shop, token)["errcode"] == 61010
    simulated.control("POST", "login", appid=simulated_shop.appid, user="alice")
    assert checked(simulated_shop, token)["errcode"] == 0


def test_a_picture_is_judged_by_its_hash(simulated_shop: Shop, token: str) -> None:
    def check(body: bytes) -> int:
        where, files = {"access_token": token}, {"media": ("a.png", body, "image/png")}
        return simulated_shop.simulated.http.post(
            "/wxa/img_sec_check", params=where, files=files
        ).json()["errcode"]

    assert check(PNG) == 0
    sha256 = hashlib.sha256(PNG).hexdigest()
    simulated_shop.simulated.control("PUT", "verdicts", sha256=sha256, suggest="risky")
    assert check(PNG) == 87014
    assert check(PNG + b"x" * 1024 * 1024) == 40006
    assert check(b"not a picture") == 40137
    simulated_shop.simulated.control("PUT", "verdicts", sha256=sha256, suggest="pass")
    assert check(PNG) == 0


def start_media_check(shop: Shop, token: str, **changed: Any) -> dict[str, Any]:
    url = f"{shop.simulated.credentials['api_base']}/_control/credentials"
    body = {"media_url": url, "media_type": 2, "version": 2, "scene": 3, "openid": shop.openid}
    path = "/wxa/media_check_async"
    return shop.simulated.weixin(path, {**body, **changed}, access_token=token)


def test_the_verdict_on_a_file_is_pushed_later(simulated_shop: Shop, token: str) -> None:
    listen_for_pushes(simulated_shop)
    simulated = simulated_shop.simulated
    simulated.control("PUT", "settings", media_check_seconds=90, media_check_details=2)
    body = simulated.http.get("/_control/credentials").content
    sha256 = hashlib.sha256(body).hexdigest()
    simulated.control("PUT", "verdicts", sha256=sha256, suggest="review", label=20002)
    started = start_media_check(simulated_shop, token)
    simulated.control("POST", "clock", advance_seconds=89)
    assert pushes(simulated_shop) == []
    simulated.control("POST", "clock", advance_seconds=2)
    (received,) = pushes(simulated_shop)
    told = opened(simulated_shop, received)
    assert (told["Event"], told["trace_id"], told["appid"], told["errcode"]) == (
        "wxa_media_check",
        started["trace_id"],
        simulated_shop.appid,
        "0",
    )
    assert told["FromUserName"] == simulated_shop.openid
    assert told["result"] == {"suggest": "review", "label": "20002"}
    assert len(told["detail"]) == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a.png", "http://example.com/a.png"])
def test_a_file_that_cannot_be_fetched_is_an_error_in_the_push(
    simulated_shop: Shop, token: str, url: str
) -> None:
    listen_for_pushes(simulated_shop)
    assert start_media_check(simulated_shop, token, media_url=url)["errcode"] == 0
    simulated_shop.simulated.control("POST", "clock", advance_seconds=61)
    told = opened(simulated_shop, pushes(simulated_shop)[0])
    assert told["errcode"] == "-1008"
    assert "result" not in told


def test_a_lost_media_push_never_comes(simulated_shop: Shop, token: str) -> None:
    listen_for_pushes(simulated_shop)
    place = f"/hooks/wechat/apps/{simulated_shop.appid}/events#wxa_media_check"
    fault = {"kind": "lose_callbacks", "path_prefix": place}
    simulated_shop.simulated.control("POST", "faults", **fault)
    start_media_check(simulated_shop, token)
    simulated_shop.simulated.control("POST", "clock", advance_seconds=86400)
    assert pushes(simulated_shop) == []
    (sent,) = simulated_shop.simulated.control("GET", "pushes")["pushes"]
    assert (sent["event"], sent["state"]) == ("wxa_media_check", "lost")


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [({"media_type": 3}, 40097), ({"media_url": "ftp://x/y"}, 40097), ({"scene": 0}, 40129)],
)
def test_a_media_check_needs_its_fields(
    simulated_shop: Shop, token: str, changed: dict[str, Any], errcode: int
) -> None:
    assert start_media_check(simulated_shop, token, **changed)["errcode"] == errcode


def test_the_risk_of_a_person_is_what_the_tester_says(simulated_shop: Shop, token: str) -> None:
    body = {"appid": simulated_shop.appid, "openid": simulated_shop.openid, "scene": 1}
    body["client_ip"] = "203.0.113.9"
    path = "/wxa/getuserriskrank"
    assert simulated_shop.simulated.weixin(path, body, access_token=token)["risk_rank"] == 0
    simulated_shop.simulated.control("PUT", "people/alice", risk_rank=4)
    answer = simulated_shop.simulated.weixin(path, body, access_token=token)
    assert answer["risk_rank"] == 4
    assert "unoin_id" in answer
    del body["client_ip"]
    refused = simulated_shop.simulated.weixin(path, body, access_token=token)
    assert refused["errcode"] == 40097

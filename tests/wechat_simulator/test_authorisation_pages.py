"""The pages where an owner authorises an account: every refusal, and the race of its results."""

import re
from typing import Any

import httpx
import pytest

from tests.wechat_simulator.platform_stage import Platform, platform_of
from tests.wechat_simulator.stage import Listener, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)

DESKTOP = "/cgi-bin/componentloginpage"
MOBILE = "/wxaopen/safe/bindcomponent"
BACK = "https://shop.example/back/tokenoftheshop?kept=1"


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


def query_of(platform: Platform, **changed: str) -> dict[str, str]:
    code = platform.own("api_create_preauthcode")
    assert code["expires_in"] == 600
    return {
        "component_appid": platform.appid,
        "pre_auth_code": code["pre_auth_code"],
        "redirect_uri": BACK,
        "auth_type": "3",
        **changed,
    }


def shown(platform: Platform, query: dict[str, str], path: str = DESKTOP) -> str:
    answer = platform.simulated.http.get(path, params=query)
    assert answer.status_code == 200
    return answer.text


def answered(
    platform: Platform, query: dict[str, str], path: str = DESKTOP, **form: Any
) -> httpx.Response:
    return platform.simulated.http.post(path, data={**query, **form})


def consented(platform: Platform, query: dict[str, str], **form: Any) -> httpx.URL:
    form = {"decision": "consent", "scopes": ["17", "18", "1"], **form}
    answer = answered(platform, query, **form)
    assert answer.status_code == 302, answer.text
    return httpx.URL(answer.headers["Location"])


def test_consent_goes_back_with_a_code_and_pushes_the_same_code(platform: Platform) -> None:
    query = query_of(platform)
    back = consented(platform, query, account="new:mini_program", name="茶 & Tee")
    assert str(back).startswith("https://shop.example/back/tokenoftheshop?kept=1&auth_code=")
    assert back.params["expires_in"] == "3600"
    (event,) = platform.events("authorized", "updateauthorized")
    assert list(event) == [
        *("AppId", "CreateTime", "InfoType", "AuthorizerAppid", "AuthorizationCode"),
        *("AuthorizationCodeExpiredTime", "PreAuthCode"),
    ]
    assert event["InfoType"] == "authorized"
    assert event["AuthorizationCode"] == back.params["auth_code"]
    assert event["PreAuthCode"] == query["pre_auth_code"]
    told = platform.adopt(back.params["auth_code"])
    assert told["authorizer_appid"] == event["AuthorizerAppid"]
    assert [one["funcscope_category"]["id"] for one in told["func_info"]] == [17, 18]
    assert platform.adopt(event["AuthorizationCode"])["errcode"] == 40163
    info = platform.own("api_get_authorizer_info", authorizer_appid=told["authorizer_appid"])
    assert info["authorizer_info"]["nick_name"] == "茶 & Tee"
    assert info["authorization_info"]["func_info"] == told["func_info"]


def test_a_second_consent_is_an_update_and_keeps_the_refresh_token(platform: Platform) -> None:
    made = platform.simulated.control("POST", "mini_programs", name="Tea")
    consented(platform, query_of(platform), account=made["appid"], scopes=["142"])
    (event,) = platform.events("authorized", "updateauthorized")
    assert event["InfoType"] == "updateauthorized"
    told = platform.adopt(event["AuthorizationCode"])
    assert told["authorizer_refresh_token"] == made["authorizer_refresh_token"]
    assert [one["funcscope_category"]["id"] for one in told["func_info"]] == [142]


def test_authorising_again_after_a_withdrawal_gives_a_new_refresh_token(platform: Platform) -> None:
    made = platform.simulated.control("POST", "mini_programs", name="Tea")
    platform.simulated.control("POST", f"mini_programs/{made['appid']}/unauthorise")
    assert platform.adopt(made["auth_code"])["errcode"] == 61003
    back = consented(platform, query_of(platform), account=made["appid"])
    told = platform.adopt(back.params["auth_code"])
    assert told["authorizer_refresh_token"] != made["authorizer_refresh_token"]
    assert [one["InfoType"] for one in platform.events("authorized", "unauthorized")] == [
        "unauthorized",
        "authorized",
    ]


def test_the_push_can_be_made_to_come_later(platform: Platform) -> None:
    platform.simulated.control("PUT", "settings", authorised_push_after_seconds=30)
    back = consented(platform, query_of(platform), account="new:mini_program")
    assert platform.adopt(back.params["auth_code"])["authorizer_appid"]
    assert platform.events("authorized") == []
    platform.advance(31)
    (event,) = platform.events("authorized")
    assert event["AuthorizationCode"] == back.params["auth_code"]


def test_refusing_ends_on_the_page_and_tells_nobody(platform: Platform) -> None:
    query = query_of(platform)
    answer = answered(platform, query, decision="refuse", account="new:mini_program")
    assert answer.status_code == 200
    assert "Cancelled" in answer.text
    assert platform.simulated.control("GET", "mini_programs")["mini_programs"] == []
    assert platform.events("authorized") == []
    assert consented(platform, query, account="new:mini_program").params["auth_code"]


def test_a_pre_auth_code_works_once_and_for_ten_minutes(platform: Platform) -> None:
    query = query_of(platform)
    consented(platform, query, account="new:mini_program")
    assert "has been used" in shown(platform, query)
    assert "has been used" in answered(platform, query, decision="consent").text
    late = query_of(platform)
    platform.advance(601)
    assert "expired" in shown(platform, late)
    assert "invalid" in shown(platform, {**late, "pre_auth_code": "preauthcode@@@made-up"})


def test_the_kinds_of_account_follow_auth_type(platform: Platform) -> None:
    program = platform.simulated.control("POST", "mini_programs", name="Tea")["appid"]
    account = platform.simulated.control("POST", "official_accounts", name="News")["appid"]
    for auth_type, present, absent in (("1", account, program), ("2", program, account)):
        text = shown(platform, query_of(platform, auth_type=auth_type))
        assert present in text
        assert absent not in text
        refused = answered(
            platform, query_of(platform, auth_type=auth_type), decision="consent", account=absent
        )
        assert "choose an account" in refused.text
    both = shown(platform, query_of(platform))
    assert program in both
    assert account in both
    assert "auth_type must be" in shown(platform, query_of(platform, auth_type="7"))


def test_biz_appid_leaves_one_choice(platform: Platform) -> None:
    made = [platform.simulated.control("POST", "mini_programs")["appid"] for _ in range(2)]
    query = query_of(platform, biz_appid=made[0])
    text = shown(platform, query)
    assert made[0] in text
    assert made[1] not in text
    assert "new:mini_program" not in text
    form = {"decision": "consent", "scopes": "18"}
    for other in (made[1], "new:mini_program"):
        assert "choose an account" in answered(platform, query, account=other, **form).text
    assert consented(platform, query, account=made[0]).params["auth_code"]
    unknown = query_of(platform, biz_appid="wx0000000000000000")
    assert "no such account" in shown(platform, unknown)
    wrong_kind = query_of(platform, biz_appid=made[0], auth_type="1")
    assert "no such account" in shown(platform, wrong_kind)


def test_at_least_one_permission_set_must_be_ticked(platform: Platform) -> None:
    query = query_of(platform)
    form = {"decision": "consent", "account": "new:mini_program", "scopes": "1"}
    assert "at least one permission set" in answered(platform, query, **form).text
    assert platform.simulated.control("GET", "mini_programs")["mini_programs"] == []


def test_the_mobile_page_needs_its_two_constants(platform: Platform) -> None:
    query = query_of(platform)
    assert "no_scan must be 1" in shown(platform, query, MOBILE)
    query |= {"action": "bindcomponent", "no_scan": "1"}
    assert "Consent" in shown(platform, query, MOBILE)
    form = {"decision": "consent", "account": "new:official_account", "scopes": ["1", "3"]}
    answer = answered(platform, query, MOBILE, **form)
    told = platform.adopt(httpx.URL(answer.headers["Location"]).params["auth_code"])
    assert [one["funcscope_category"]["id"] for one in told["func_info"]] == [1, 3]


def test_odd_addresses_are_explained_not_followed(platform: Platform) -> None:
    assert "third-party platform" in shown(platform, query_of(platform, component_appid="wx0"))
    for address in ("javascript:alert(1)", "//nowhere", ""):
        assert "redirect_uri" in shown(platform, query_of(platform, redirect_uri=address))
    text = shown(platform, query_of(platform, redirect_uri='https://x.example/"><script>'))
    assert "<script" not in text


def test_the_form_may_redirect_to_the_platform_only(platform: Platform) -> None:
    answer = platform.simulated.http.get(DESKTOP, params=query_of(platform))
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self' https://shop.example;" in policy
    assert not re.findall(r'(?:src|href)="(?!/)', answer.text)


def test_an_official_account_shows_no_mini_program_info(platform: Platform) -> None:
    back = consented(platform, query_of(platform), account="new:official_account", name="News")
    appid = platform.adopt(back.params["auth_code"])["authorizer_appid"]
    info = platform.own("api_get_authorizer_info", authorizer_appid=appid)["authorizer_info"]
    assert info["user_name"] == "gh_" + appid[2:14]
    assert info["service_type_info"] == {"id": 2}
    assert "MiniProgramInfo" not in info
    picture = platform.simulated.http.get(info["head_img"])
    assert picture.content.startswith(b"\x89PNG\r\n\x1a\n")
    listed = platform.own("api_get_authorizer_list", offset=0, count=10)
    assert [one["authorizer_appid"] for one in listed["list"]] == [appid]


def test_a_mini_program_describes_itself_wholly(platform: Platform) -> None:
    program = platform.new_program()
    told = platform.own("api_get_authorizer_info", authorizer_appid=program.appid)
    info = told["authorizer_info"]
    assert info["principal_name"] == "Tea Trading Co., Ltd. (simulated)"
    assert info["verify_type_info"] == {"id": 0}
    assert info["signature"]
    assert info["MiniProgramInfo"] == {
        "network": {
            "RequestDomain": [],
            "WsRequestDomain": [],
            "UploadDomain": [],
            "DownloadDomain": [],
            "BizDomain": [],
            "UDPDomain": [],
        },
        "categories": [{"first": "商家自营", "second": "百货"}],
        "visit_status": 0,
    }
    changed = {"is_verified": False, "has_head_img": False, "signature": "新", "name": "Neu"}
    platform.simulated.control("PUT", f"mini_programs/{program.appid}", **changed)
    info = platform.own("api_get_authorizer_info", authorizer_appid=program.appid)
    info = info["authorizer_info"]
    assert (info["nick_name"], info["signature"]) == ("Neu", "新")
    assert info["verify_type_info"] == {"id": -1}
    assert "head_img" not in info

"""Registering a mini-program for a company, and certifying one."""

from typing import Any

import httpx
import pytest

from tests.wechat_simulator.platform_stage import Platform, platform_of
from tests.wechat_simulator.stage import Listener, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)

PATH = "/wxa/component/fastregisterenterpriseweapp"
WISH: dict[str, Any] = {
    "new_version": True,
    "name": "龙井茶业有限公司",
    "code": "91330100MA28TEA00X",
    "component_phone": "4001234567",
}
DAY_SECONDS = 24 * 3600


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


def page(platform: Platform, url: str) -> str:
    return platform.simulated.http.get(url).text


def decided(platform: Platform, url: str, decision: str) -> httpx.Response:
    taskid = httpx.URL(url).params["taskid"]
    form = {"taskid": taskid, "decision": decision}
    return platform.simulated.http.post("/wxaopen/registration", data=form)


def results(platform: Platform) -> list[dict[str, Any]]:
    return platform.events("notify_third_fasteregister")


def test_the_old_call_is_gone(platform: Platform) -> None:
    assert platform.call("/cgi-bin/component/fastregisterweapp", WISH)["errcode"] == -1


def test_the_legal_person_confirms_and_the_app_is_adopted(platform: Platform) -> None:
    task = platform.call(PATH, WISH, action="create")
    assert (task["errcode"], task["status"]) == (0, 0)
    text = page(platform, task["authorize_url"])
    assert WISH["name"] in text
    assert WISH["code"] in text
    assert "注册成功" in decided(platform, task["authorize_url"], "consent").text
    (push,) = results(platform)
    assert (push["status"], push["msg"]) == ("0", "OK")
    assert push["info"] == {
        "name": WISH["name"],
        "code": WISH["code"],
        "code_type": "1",
        "component_phone": WISH["component_phone"],
    }
    told = platform.adopt(push["auth_code"])
    assert told["authorizer_appid"] == push["appid"]
    info = platform.own("api_get_authorizer_info", authorizer_appid=push["appid"])
    info = info["authorizer_info"]
    assert info["principal_name"] == WISH["name"]
    assert info["verify_type_info"] == {"id": -1}
    assert info["signature"] == ""
    asked = platform.call(PATH, {"taskid": task["taskid"]}, action="query")
    assert (asked["status"], asked["taskid"]) == (12, task["taskid"])
    assert "has ended" in page(platform, task["authorize_url"])


def test_a_refusal_is_told_only_when_asked(platform: Platform) -> None:
    task = platform.call(PATH, WISH)
    decided(platform, task["authorize_url"], "refuse")
    assert results(platform) == []
    assert platform.call(PATH, {"taskid": task["taskid"]}, action="query")["status"] == 2
    assert "ended" in decided(platform, task["authorize_url"], "consent").text
    assert platform.simulated.control("GET", "mini_programs")["mini_programs"] == []


def test_nobody_confirms_within_a_day(platform: Platform) -> None:
    task = platform.call(PATH, WISH)
    platform.advance(DAY_SECONDS + 1)
    platform.renew()
    (push,) = results(platform)
    assert (push["status"], push["appid"], push["auth_code"]) == ("100003", "", "")
    assert platform.call(PATH, {"taskid": task["taskid"]}, action="query")["status"] == 1
    assert platform.call(PATH, WISH)["errcode"] == 0


def test_one_task_per_company_at_a_time(platform: Platform) -> None:
    task = platform.call(PATH, WISH)
    assert platform.call(PATH, WISH)["errcode"] == 89249
    assert platform.call(PATH, {**WISH, "code": "91330100MA28TEA11X"})["errcode"] == 0
    path = f"registrations/{task['taskid']}"
    platform.simulated.control("POST", path, decision="fail", status=1001, msg="too many")
    (push,) = results(platform)
    assert (push["status"], push["msg"]) == ("1001", "too many")
    assert platform.call(PATH, WISH)["errcode"] == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"new_version": False}, 89253),
        ({"name": ""}, 89253),
        ({"component_phone": None}, 89253),
        ({"code": "123456789"}, 89255),
        ({"code": "91330100MA28TEAOOX"}, 89255),
    ],
)
def test_faults_of_a_registration(platform: Platform, changed: dict[str, Any], code: int) -> None:
    assert platform.call(PATH, {**WISH, **changed})["errcode"] == code


def test_an_unknown_task(platform: Platform) -> None:
    assert platform.call(PATH, {"taskid": "x"}, action="query")["errcode"] == 89250
    assert "no such registration" in page(platform, "/wxaopen/registration?taskid=x")


def test_certification_makes_an_app_verified(platform: Platform) -> None:
    program = platform.new_program()
    path = f"mini_programs/{program.appid}"
    platform.simulated.control("PUT", path, is_verified=False)
    assert program.code("/wxa/sec/wxaauth", {}) == 40097
    data = {"customer_type": 1, "contact_info": {"name": "a", "email": "a@shop.example"}}
    taskid = program.call("/wxa/sec/wxaauth", {"auth_data": data})["taskid"]
    asked = program.call("/wxa/sec/queryauth", {"taskid": taskid})
    assert (asked["task_status"], asked["apply_status"]) == (0, 0)
    assert asked["appid"] == program.appid
    assert platform.new_program("B").code("/wxa/sec/queryauth", {"taskid": taskid}) == 40097
    platform.simulated.control("POST", f"certifications/{taskid}", decision="pass")
    pushed = platform.events("notify_3rd_wxa_auth")
    assert [(one["taskid"], one["apply_status"]) for one in pushed] == [
        (taskid, "0"),
        (taskid, "4"),
    ]
    assert program.state()["is_verified"] is True

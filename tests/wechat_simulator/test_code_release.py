"""The life of an app's code, from draft to rollback, with every refusal on the way."""

import json
from typing import Any

import pytest

from tests.wechat_simulator.platform_stage import Platform, Program, platform_of
from tests.wechat_simulator.stage import Listener, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)

DETECTION = "/wxa/security/get_code_privacy_info"


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


@pytest.fixture
def program(platform: Platform) -> Program:
    return platform.new_program()


# --- drafts and templates ---------------------------------------------------------------------


def test_a_draft_becomes_a_template_until_the_library_is_full(platform: Platform) -> None:
    control = platform.simulated.control
    drafts = [control("POST", "drafts", user_version=f"1.{n}")["draft_id"] for n in range(2)]
    listed = platform.call("/wxa/gettemplatedraftlist")["draft_list"]
    assert [one["draft_id"] for one in listed] == drafts[::-1]
    assert set(listed[0]) == {"create_time", "user_version", "user_desc", "draft_id"}
    assert platform.call("/wxa/addtotemplate", {"draft_id": 999})["errcode"] == 85064
    control("PUT", "settings", template_limit=2)
    for draft_id, kind in zip(drafts, (0, 1), strict=True):
        wish = {"draft_id": draft_id, "template_type": kind}
        assert platform.call("/wxa/addtotemplate", wish)["errcode"] == 0
    assert platform.call("/wxa/addtotemplate", {"draft_id": drafts[0]})["errcode"] == 85065
    templates = platform.call("/wxa/gettemplatelist")["template_list"]
    assert [(one["user_version"], one["template_type"]) for one in templates] == [
        ("1.1", 1),
        ("1.0", 0),
    ]
    ordinary = platform.call("/wxa/gettemplatelist", template_type="0")["template_list"]
    assert [one["user_version"] for one in ordinary] == ["1.0"]
    gone = {"template_id": templates[0]["template_id"]}
    assert platform.call("/wxa/deletetemplate", gone)["errcode"] == 0
    assert platform.call("/wxa/deletetemplate", gone)["errcode"] == 85064
    assert len(platform.call("/wxa/gettemplatelist")["template_list"]) == 1


def test_only_the_components_token_opens_the_library(program: Program) -> None:
    refused = program.call("/wxa/gettemplatelist")
    assert refused["errcode"] == 40001


# --- commit -----------------------------------------------------------------------------------


def test_a_commit_makes_a_trial_version(platform: Platform, program: Program) -> None:
    assert program.code("/wxa/get_page") == 86001
    assert program.code("/wxa/get_qrcode") == 86001
    assert program.code(DETECTION) == 86001
    assert program.call("/wxa/getversioninfo", {}) == {"errcode": 0, "errmsg": "ok"}
    template_id = platform.template()
    assert program.commit(template_id, "1.2.3") == 0
    told = program.call("/wxa/getversioninfo", {})
    assert set(told) == {"errcode", "errmsg", "exp_info"}
    assert told["exp_info"]["exp_version"] == "1.2.3"
    assert told["exp_info"]["exp_desc"] == "version 1.2.3"
    assert program.call("/wxa/get_page")["page_list"][0] == "pages/home/home"
    trial = program.state()["code"]["trial"]
    assert trial["ext_json"]["extAppid"] == program.appid
    body = {"template_id": str(template_id), "ext_json": "{}", "user_version": "2"}
    assert program.code("/wxa/commit", body) == 0


def test_the_trial_code_is_a_picture_and_names_a_page(program: Program) -> None:
    program.committed()
    http = program.platform.simulated.http
    query = {"access_token": program.token, "path": "pages/home/home?shop=1"}
    answer = http.get("/wxa/get_qrcode", params=query)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert program.code("/wxa/get_qrcode", path="pages/no/no") == 41030


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ({"ext": {}}, 47001),
        ("{", 85048),
        ("[]", 85048),
        ('{"extAppid": "wx0000000000000000"}', 85013),
        ('{"made_up": 1}', 85013),
        ('{"ext": []}', 85013),
        ('{"requiredPrivateInfos": [1]}', 85013),
        ('{"tabBar": {"list": 1}}', 85013),
        ('{"pages": []}', 85047),
        ('{"pages": ["pages/no/no"]}', 85045),
        ('{"extPages": {"pages/no/no": {}}}', 85045),
        ('{"tabBar": {"list": [{"pagePath": "pages/no/no"}]}}', 85045),
        ('{"tabBar": {"list": [{"text": "home"}]}}', 85046),
        ("", 0),
        ('{"pages": ["pages/me/me"], "window": {}, "tabBar": {"list": []}}', 0),
    ],
)
def test_ext_json_is_a_text_and_every_fault_in_it_has_a_number(
    platform: Platform, program: Program, text: Any, code: int
) -> None:
    body = {"template_id": platform.template(), "ext_json": text, "user_version": "1"}
    assert program.code("/wxa/commit", body) == code
    assert (program.state()["code"]["trial"] is None) is (code != 0)


def test_other_faults_of_a_commit(platform: Platform, program: Program) -> None:
    whole = {"template_id": platform.template(), "ext_json": "{}", "user_version": "1"}
    for changed, code in (
        ({"template_id": 999}, 85014),
        ({"template_id": "x"}, 85014),
        ({"user_version": ""}, 40097),
        ({"user_version": "v" * 65}, 40097),
        ({"user_desc": 1}, 40097),
        ({"template_id": platform.template(is_broken=True)}, 85043),
        ({"template_id": platform.template(is_too_large=True)}, 85044),
    ):
        assert program.code("/wxa/commit", {**whole, **changed}) == code
    assert program.code("/wxa/commit", {**whole, "user_version": "v" * 64}) == 0


def test_a_standard_template_takes_only_three_keys(platform: Platform, program: Program) -> None:
    draft = platform.simulated.control("POST", "drafts", user_version="1")["draft_id"]
    platform.call("/wxa/addtotemplate", {"draft_id": draft, "template_type": 1})
    template_id = platform.call("/wxa/gettemplatelist")["template_list"][0]["template_id"]
    body = {"template_id": template_id, "user_version": "1"}
    text = json.dumps({"extAppid": program.appid, "ext": {}, "window": {}})
    assert program.code("/wxa/commit", {**body, "ext_json": text}) == 0
    assert program.code("/wxa/commit", {**body, "ext_json": '{"extEnable": true}'}) == 85013


def test_the_apps_own_token_and_other_kinds_of_account_are_refused(
    platform: Platform, program: Program
) -> None:
    app = platform.simulated.control("POST", "mini_programs", name="Own")
    own = {"appid": app["appid"], "secret": app["appsecret"], "grant_type": "client_credential"}
    token = platform.simulated.weixin("/cgi-bin/token", **own)["access_token"]
    assert Program(platform, app["appid"], token).code("/wxa/get_page") == 86000
    made = platform.simulated.control("POST", "official_accounts", name="News")
    code = platform.simulated.control("POST", f"mini_programs/{made['appid']}/authorise")
    told = platform.adopt(code["auth_code"])
    account = Program(platform, made["appid"], told["authorizer_access_token"])
    assert account.code("/wxa/commit", {"template_id": 1}) == 61007
    for path, body in (
        ("/wxa/modify_domain", {"action": "get"}),
        ("/wxa/get_page", None),
        ("/wxa/getversioninfo", {}),
        ("/wxa/grayrelease", {"gray_percentage": 1}),
        ("/wxa/change_visitstatus", {"action": "close"}),
        ("/cgi-bin/wxopen/getcategory", None),
    ):
        assert account.code(path, body) == 85015
    assert program.code("/wxa/get_page") == 86001


# --- detection --------------------------------------------------------------------------------


def test_detection_takes_its_time_and_starts_anew_with_each_commit(
    platform: Platform, program: Program
) -> None:
    platform.simulated.control("PUT", "settings", detection_seconds=60)
    template_id = platform.template()
    program.commit(template_id)
    assert program.code(DETECTION) == 61039
    assert program.submit()["errcode"] == 61039
    platform.advance(50)
    program.commit(template_id, "1.0.1")
    platform.advance(50)
    assert program.code(DETECTION) == 61039
    platform.advance(11)
    assert program.call(DETECTION) == {
        "errcode": 0,
        "errmsg": "ok",
        "without_auth_list": [],
        "without_conf_list": [],
    }
    assert program.submit()["errcode"] == 0


def test_private_interfaces_need_permission_and_declaration(
    platform: Platform, program: Program
) -> None:
    template_id = platform.template(apis=["wx.getLocation"])
    program.commit(template_id)
    platform.advance(6)
    told = program.call(DETECTION)
    assert told["without_auth_list"] == ["wx.getLocation"]
    assert told["without_conf_list"] == ["wx.getLocation"]
    assert program.submit()["errcode"] == 61040

    program.commit(template_id, requiredPrivateInfos=["getLocation"])
    platform.advance(6)
    told = program.call(DETECTION)
    assert (told["without_auth_list"], told["without_conf_list"]) == (["wx.getLocation"], [])
    assert program.submit(privacy_api_not_use=True)["errcode"] == 61040

    wish = {"api_name": "wx.getLocation", "content": "nearby shops"}
    assert program.code("/wxa/security/apply_privacy_interface", wish) == 0
    path = f"mini_programs/{program.appid}/privacy_interfaces"
    platform.simulated.control("POST", path, api_name="wx.getLocation", decision="pass")
    assert program.call(DETECTION)["without_auth_list"] == []
    assert program.submit()["errcode"] == 0


def test_an_interface_nobody_needs_may_be_renounced(platform: Platform, program: Program) -> None:
    program.commit(platform.template(apis=["wx.getLocation"]))
    platform.advance(6)
    assert program.submit(privacy_api_not_use=True)["errcode"] == 0


# --- release ----------------------------------------------------------------------------------


def test_release_needs_a_passed_audit_and_works_once(program: Program) -> None:
    assert program.code("/wxa/release", {}) == 85019
    program.committed()
    program.submit()
    assert program.code("/wxa/release", {}) == 85020
    program.decide("pass")
    assert program.code("/wxa/release", {"version": 1}) == 47001
    empty = program.platform.simulated.http.post(f"/wxa/release?access_token={program.token}")
    assert empty.json()["errcode"] == 44002
    assert program.state()["code"]["released"] is None
    assert program.code("/wxa/release", {}) == 0
    assert program.code("/wxa/release", {}) == 85052
    told = program.call("/wxa/getversioninfo", {})
    assert told["release_info"]["release_version"] == "1.0.0"
    assert program.state()["code"]["released"]["user_version"] == "1.0.0"
    assert program.submit()["errcode"] == 85086


def test_a_refused_or_withdrawn_version_is_not_released(program: Program) -> None:
    program.committed()
    program.submit()
    program.decide("refuse")
    assert program.code("/wxa/release", {}) == 85020
    program.submit()
    assert program.code("/wxa/undocodeaudit") == 0
    assert program.code("/wxa/release", {}) == 85020


def test_grey_release_grows_and_ends(program: Program) -> None:
    def grey(percentage: object, **flags: bool) -> int:
        return program.code("/wxa/grayrelease", {"gray_percentage": percentage, **flags})

    def plan() -> dict[str, Any]:
        return dict(program.call("/wxa/getgrayreleaseplan")["gray_release_plan"])

    assert grey(10) == 85079
    assert plan()["status"] == 0
    program.released()
    assert grey(10) == 85080
    program.committed("2.0.0")
    program.submit()
    assert grey(10) == 85080
    program.decide("pass")
    for wrong in (0, 101, -1, "10", True, None):
        assert grey(wrong) == 85081
    assert grey(0, support_debuger_first=True) == 0
    assert grey(10, support_experiencer_first=True) == 0
    assert grey(10) == 85082
    assert grey(5) == 85082
    now = plan()
    assert (now["status"], now["gray_percentage"]) == (1, 10)
    assert (now["support_debuger_first"], now["support_experiencer_first"]) == (False, True)
    state = program.state()["code"]
    assert (state["grey"]["user_version"], state["grey"]["percentage"]) == ("2.0.0", 10)
    assert state["released"]["user_version"] == "1.0.0"
    assert program.code("/wxa/revertcoderelease") == 87011
    assert program.code("/wxa/revertgrayrelease") == 0
    assert program.code("/wxa/revertgrayrelease") == 85021
    assert plan()["status"] == 4
    assert grey(30) == 0
    assert program.code("/wxa/release", {}) == 0
    assert plan()["status"] == 3
    assert program.state()["code"]["released"]["user_version"] == "2.0.0"
    assert program.state()["code"]["grey"] is None


def test_rollback_goes_one_step_back_once(program: Program) -> None:
    assert program.code("/wxa/revertcoderelease") == 87012
    program.released("1.0.0")
    assert program.code("/wxa/revertcoderelease") == 87012
    program.released("2.0.0")
    program.released("3.0.0")
    listed = program.call("/wxa/revertcoderelease", action="get_history_version")["version_list"]
    assert [one["user_version"] for one in listed] == ["2.0.0", "1.0.0"]
    assert set(listed[0]) == {"commit_time", "user_version", "user_desc", "app_version"}
    assert program.code("/wxa/revertcoderelease", app_version="999") == 87012
    assert program.code("/wxa/revertcoderelease") == 0
    assert program.state()["code"]["released"]["user_version"] == "2.0.0"
    assert program.state()["code"]["released"]["is_rollback"] is True
    assert program.code("/wxa/revertcoderelease") == 87012
    program.released("4.0.0")
    assert program.state()["code"]["released"]["user_version"] == "4.0.0"


def test_rollback_to_a_named_version(program: Program) -> None:
    for version in ("1.0.0", "2.0.0", "3.0.0"):
        program.released(version)
    listed = program.call("/wxa/revertcoderelease", action="get_history_version")["version_list"]
    oldest = str(listed[-1]["app_version"])
    assert program.code("/wxa/revertcoderelease", app_version=oldest) == 0
    assert program.state()["code"]["released"]["user_version"] == "1.0.0"
    assert program.state()["code"]["history"] == []


def test_an_app_is_closed_and_opened(program: Program) -> None:
    assert program.call("/wxa/getvisitstatus", {})["status"] == 1
    assert program.code("/wxa/change_visitstatus", {"action": "hide"}) == 85022
    assert program.code("/wxa/change_visitstatus", {"action": "open"}) == 85021
    assert program.code("/wxa/change_visitstatus", {"action": "close"}) == 0
    assert program.code("/wxa/change_visitstatus", {"action": "close"}) == 85021
    assert program.call("/wxa/getvisitstatus", {})["status"] == 0
    assert program.state()["code"]["visible"] is False
    assert program.code("/wxa/change_visitstatus", {"action": "open"}) == 0
    assert program.call("/wxa/getvisitstatus", {})["status"] == 1

"""Domains, categories, the privacy guide and the interfaces that need permission."""

from typing import Any

import pytest

from tests.wechat_simulator.platform_stage import Platform, Program, platform_of
from tests.wechat_simulator.stage import Listener, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)

SERVER = "/cgi-bin/component/modify_wxa_server_domain"
BUSINESS = "/cgi-bin/component/modify_wxa_jump_domain"
EMPTY: dict[str, list[str]] = {
    "requestdomain": [],
    "wsrequestdomain": [],
    "uploaddomain": [],
    "downloaddomain": [],
}


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


@pytest.fixture
def program(platform: Platform) -> Program:
    return platform.new_program()


def own_list(platform: Platform, hosts: str, action: str = "set", **more: Any) -> dict[str, Any]:
    wish = {"action": action, "wxa_server_domain": hosts, "is_modify_published_together": True}
    return platform.call(SERVER, {**wish, **more})


# --- domains ----------------------------------------------------------------------------------


def test_the_platforms_list_has_two_states(platform: Platform) -> None:
    told = platform.call(SERVER, {"action": "add", "wxa_server_domain": "a.example;b.example"})
    assert told == {
        "errcode": 0,
        "errmsg": "ok",
        "published_wxa_server_domain": "",
        "testing_wxa_server_domain": "a.example;b.example",
    }
    told = own_list(platform, "c.example", "add")
    assert told["published_wxa_server_domain"] == "c.example"
    assert told["testing_wxa_server_domain"] == "a.example;b.example;c.example"
    told = own_list(platform, "a.example;c.example", "delete")
    assert told["published_wxa_server_domain"] == ""
    assert platform.call(SERVER, {"action": "get"})["testing_wxa_server_domain"] == "b.example"
    assert own_list(platform, "x", "make")["errcode"] == 40097
    assert own_list(platform, "https://a.example")["errcode"] == 40097
    many = ";".join(f"h{n}.example" for n in range(1001))
    assert own_list(platform, many)["errcode"] == 85016


def test_an_apps_domains_come_from_the_platforms_published_list(
    platform: Platform, program: Program
) -> None:
    wish = {"action": "add", "requestdomain": ["https://api.example"]}
    assert program.code("/wxa/modify_domain", wish) == 85018
    own_list(platform, "api.example", is_modify_published_together=False)
    assert program.code("/wxa/modify_domain", wish) == 85018
    own_list(platform, "api.example;cdn.example")
    told = program.call("/wxa/modify_domain", wish)
    assert told == {
        "errcode": 0,
        "errmsg": "ok",
        **EMPTY,
        "requestdomain": ["https://api.example"],
    }
    assert program.code("/wxa/modify_domain", wish) == 85017
    sockets = {"action": "add", "wsrequestdomain": ["wss://api.example"]}
    assert program.call("/wxa/modify_domain", sockets)["wsrequestdomain"] == ["wss://api.example"]
    whole = {"action": "set", "downloaddomain": ["https://cdn.example"]}
    told = program.call("/wxa/modify_domain", whole)
    assert {name: told[name] for name in EMPTY} == {
        **EMPTY,
        "downloaddomain": ["https://cdn.example"],
    }
    gone = {"action": "delete", "downloaddomain": ["https://cdn.example"]}
    assert program.code("/wxa/modify_domain", gone) == 0
    assert program.call("/wxa/modify_domain", {"action": "get"})["downloaddomain"] == []
    for wrong in (
        {"action": "add", "requestdomain": ["http://api.example"]},
        {"action": "add", "requestdomain": ["https://api.example/path"]},
        {"action": "add", "wsrequestdomain": ["https://api.example"]},
        {"action": "shake"},
        {},
    ):
        assert program.code("/wxa/modify_domain", wrong) == 40097
    text = {"action": "add", "requestdomain": "https://api.example"}
    assert program.code("/wxa/modify_domain", text) == 47001


def test_too_many_domains(program: Program) -> None:
    urls = [f"https://h{number}.example" for number in range(201)]
    wish = {"action": "set", "requestdomain": urls}
    assert program.code("/wxa/modify_domain_directly", wish) == 85016
    assert program.code("/wxa/modify_domain_directly", {**wish, "requestdomain": urls[:200]}) == 0


def test_direct_domains_need_no_list_and_both_are_effective(
    platform: Platform, program: Program
) -> None:
    own_list(platform, "api.example")
    through = {"action": "set", "requestdomain": ["https://api.example"]}
    direct = {"action": "set", "requestdomain": ["https://other.example"]}
    assert program.code("/wxa/modify_domain", through) == 0
    assert program.code("/wxa/modify_domain_directly", direct) == 0
    told = program.call("/wxa/get_effective_domain", {})
    lists = {name: told[f"{name}_domain"]["requestdomain"] for name in ("mp", "third", "direct")}
    assert lists == {
        "mp": [],
        "third": ["https://api.example"],
        "direct": ["https://other.example"],
    }
    both = ["https://api.example", "https://other.example"]
    assert told["effective_domain"]["requestdomain"] == both
    assert told["effective_domain"]["udpdomain"] == []
    info = platform.own("api_get_authorizer_info", authorizer_appid=program.appid)
    network = info["authorizer_info"]["MiniProgramInfo"]["network"]
    assert network["RequestDomain"] == both
    assert program.state()["domains"]["requestdomain"] == both


def test_business_domains(platform: Platform, program: Program) -> None:
    path = "/wxa/setwebviewdomain"
    wish = {"action": "add", "webviewdomain": ["https://m.shop.example"]}
    assert program.code(path, wish) == 89020
    listed = {"action": "set", "wxa_jump_h5_domain": "shop.example"}
    platform.call(BUSINESS, {**listed, "is_modify_published_together": True})
    assert program.call(path, wish)["webviewdomain"] == ["https://m.shop.example"]
    assert program.code(path, wish) == 89019
    foreign = {"action": "add", "webviewdomain": ["https://notshop.example"]}
    assert program.code(path, foreign) == 89021
    many = [f"https://h{number}.shop.example" for number in range(201)]
    assert program.code(path, {"action": "set", "webviewdomain": many}) == 89029
    assert program.call(path, {})["webviewdomain"] == ["https://shop.example"]
    assert program.call(path, {"action": "get"})["webviewdomain"] == ["https://shop.example"]
    change = f"mini_programs/{program.appid}"
    platform.simulated.control("PUT", change, is_personal=True)
    assert program.code(path, wish) == 89231


def test_the_console_sets_the_platforms_lists_too(platform: Platform, program: Program) -> None:
    control = platform.simulated.control
    told = control("PUT", "platform_domains", server=["api.example"], business=["b.example"])
    assert told["server"] == {"published": ["api.example"], "testing": ["api.example"]}
    wish = {"action": "add", "requestdomain": ["https://api.example"]}
    assert program.code("/wxa/modify_domain", wish) == 0
    assert control("GET", "platform_domains") == told


# --- categories -------------------------------------------------------------------------------


def test_an_app_starts_with_a_category_that_an_audit_accepts(program: Program) -> None:
    assert program.call("/wxa/get_category")["category_list"] == [
        {"first_class": "商家自营", "second_class": "百货", "first_id": 1, "second_id": 103}
    ]
    owned = program.call("/cgi-bin/wxopen/getcategory")
    assert owned["category_limit"] == 20
    assert [one["audit_status"] for one in owned["categories"]] == [3]


def test_the_catalogue_is_a_tree_without_what_was_withdrawn(program: Program) -> None:
    nodes = program.call("/cgi-bin/wxopen/getallcategories")["categories_list"]["categories"]
    assert nodes[0]["id"] == 0
    by_id = {node["id"]: node for node in nodes}
    assert by_id[401]["father"] == 4
    assert 401 in by_id[4]["children"]
    assert by_id[401]["sensitive_type"] == 1
    assert by_id[401]["qualify"]["exter_list"]
    assert 501 not in by_id


def test_sensitive_categories_are_reviewed(platform: Platform, program: Program) -> None:
    add = "/cgi-bin/wxopen/addcategory"
    papers = [{"key": "许可证", "value": "media"}]

    def added(first: int, second: int, **more: Any) -> int:
        return program.code(add, {"categories": [{"first": first, "second": second, **more}]})

    assert added(3, 301) == 0
    assert added(3, 301) == 53304
    assert added(3, 401) == 53303
    assert added(5, 501) == 53303
    assert added(4, 401) == 53303
    assert added(4, 401, certicates=papers) == 0
    assert program.code(add, {}) == 47001
    named = [one["second_id"] for one in program.call("/wxa/get_category")["category_list"]]
    assert named == [103, 301]
    pair = {"first": 4, "second": 401}
    assert program.code("/cgi-bin/wxopen/deletecategory", pair) == 53308
    modified = {**pair, "certicates": papers}
    assert program.code("/cgi-bin/wxopen/modifycategory", modified) == 53307

    path = f"mini_programs/{program.appid}/categories"
    platform.simulated.control("POST", path, **pair, decision="refuse", reason="unreadable")
    (push,) = program.pushes("wxa_category_audit")
    told = {name: push[name] for name in ("ret", "first", "second", "reason")}
    assert told == {"ret": "2", "first": "4", "second": "401", "reason": "unreadable"}
    assert program.code("/cgi-bin/wxopen/modifycategory", pair) == 53303
    assert program.code("/cgi-bin/wxopen/modifycategory", modified) == 0
    platform.simulated.control("POST", path, **pair, decision="pass")
    assert [one["ret"] for one in program.pushes("wxa_category_audit")] == ["2", "3"]
    assert len(program.call("/wxa/get_category")["category_list"]) == 3
    assert program.code("/cgi-bin/wxopen/deletecategory", pair) == 0
    assert program.code("/cgi-bin/wxopen/deletecategory", pair) == 53303


# --- privacy ----------------------------------------------------------------------------------

OWNER = {"contact_phone": "13800138000", "notice_method": "弹窗", "store_expire_timestamp": "30天"}


def test_the_guide_is_replaced_and_shown_beside_what_the_code_uses(program: Program) -> None:
    path = "/cgi-bin/component/getprivacysetting"
    told = program.call(path, {"privacy_ver": 2})
    assert (told["code_exist"], told["privacy_list"], told["setting_list"]) == (0, [], [])
    assert told["update_time"] == 0
    assert set(told["owner_setting"].values()) == {""}
    descriptions = told["privacy_desc"]["privacy_desc_list"]
    assert {"privacy_key": "PhoneNumber", "privacy_desc": "手机号"} in descriptions

    purposes = [{"privacy_key": "PhoneNumber", "privacy_text": "to call you"}]
    wish = {"privacy_ver": 2, "owner_setting": OWNER, "setting_list": purposes}
    assert program.code("/cgi-bin/component/setprivacysetting", wish) == 0
    program.committed()
    told = program.call(path, {"privacy_ver": 2})
    assert told["code_exist"] == 1
    assert told["privacy_list"] == ["PhoneNumber", "Address"]
    assert told["owner_setting"] == {
        "contact_email": "",
        "contact_qq": "",
        "contact_weixin": "",
        "ext_file_media_id": "",
        **OWNER,
    }
    assert [(one["privacy_key"], one["privacy_text"]) for one in told["setting_list"]] == [
        ("PhoneNumber", "to call you"),
        ("Address", ""),
    ]
    published = program.call(path, {"privacy_ver": 1})
    assert published["owner_setting"]["contact_phone"] == ""
    assert program.state()["privacy"]["settings"] == purposes


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 47001),
        ({"owner_setting": {"notice_method": "弹窗"}}, 40097),
        ({"owner_setting": {"contact_email": "a@shop.example"}}, 40097),
        ({"owner_setting": OWNER, "privacy_ver": 3}, 40097),
        ({"owner_setting": OWNER, "setting_list": [{"privacy_key": "Mood"}]}, 40097),
        ({"owner_setting": OWNER, "setting_list": [{"privacy_key": "Album"}]}, 40097),
        ({"owner_setting": OWNER, "setting_list": ["Album"]}, 47001),
        ({"owner_setting": OWNER}, 0),
    ],
)
def test_faults_of_a_guide(program: Program, body: dict[str, Any], code: int) -> None:
    assert program.code("/cgi-bin/component/setprivacysetting", body) == code


def test_an_interface_is_applied_for_and_decided(platform: Platform, program: Program) -> None:
    apply = "/wxa/security/apply_privacy_interface"
    wish = {"api_name": "wx.choosePoi", "content": "addresses"}

    def status() -> dict[str, Any]:
        listed = program.call("/wxa/security/get_privacy_interface")["interface_list"]
        return next(one for one in listed if one["api_name"] == "wx.choosePoi")

    assert status()["status"] == 1
    assert program.code(apply, {"api_name": "wx.fly", "content": "x"}) == 40097
    assert program.code(apply, {"api_name": "wx.choosePoi"}) == 40097
    audit_id = program.call(apply, wish)["audit_id"]
    assert isinstance(audit_id, int)
    assert program.code(apply, wish) == 61041
    assert (status()["status"], status()["audit_id"]) == (3, audit_id)

    path = f"mini_programs/{program.appid}/privacy_interfaces"
    name = {"api_name": "wx.choosePoi"}
    platform.simulated.control("POST", path, **name, decision="refuse", reason="no scene")
    (push,) = program.pushes("wxa_privacy_apply")
    result = push["result_info"]
    assert (result["api_name"], result["status"], result["reason"]) == (
        "wx.choosePoi",
        "2",
        "no scene",
    )
    assert result["audit_id"] == str(audit_id)
    assert (status()["status"], status()["fail_reason"]) == (4, "no scene")
    assert program.code(apply, wish) == 0
    platform.simulated.control("POST", path, **name, decision="pass")
    assert program.pushes("wxa_privacy_apply")[-1]["result_info"]["status"] == "3"
    assert status()["status"] == 5
    assert program.code(apply, wish) == 61041
    assert "wx.choosePoi" in program.state()["privacy"]["granted_interfaces"]

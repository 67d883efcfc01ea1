"""The console of the third-party platform's world: many apps, whole states, odd wishes."""

import pytest

from tests.wechat_simulator.platform_stage import Platform, platform_of
from tests.wechat_simulator.stage import Listener, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


def test_a_thousand_apps_are_made_listed_and_used(platform: Platform) -> None:
    wish = {"count": 1000, "name_prefix": "Shop"}
    made = platform.simulated.control("POST", "mini_programs/bulk", **wish)["mini_programs"]
    assert len({one["appid"] for one in made}) == 1000
    assert (made[0]["name"], made[-1]["name"]) == ("Shop 1", "Shop 1000")
    told = platform.adopt(made[500]["auth_code"])
    assert told["authorizer_appid"] == made[500]["appid"]
    seen: dict[str, str] = {}
    for offset in (0, 500, 1000):
        page = platform.own("api_get_authorizer_list", offset=offset, count=500)
        assert page["total_count"] == 1000
        seen |= {one["authorizer_appid"]: one["refresh_token"] for one in page["list"]}
    assert seen == {one["appid"]: one["authorizer_refresh_token"] for one in made}
    page_text = platform.simulated.http.get("/").text
    assert page_text.count("Shop ") < 500


def test_many_apps_can_be_made_with_a_version_that_their_customers_run(
    platform: Platform,
) -> None:
    platform.new_program().released("1.0.0")
    [template] = platform.simulated.control("GET", "templates")["templates"]
    wish = {"count": 3, "released_template_id": template["template_id"]}
    made = platform.simulated.control("POST", "mini_programs/bulk", **wish)["mini_programs"]
    running = platform.simulated.control("GET", "released_versions")["versions"]
    assert {running[one["appid"]] for one in made} == {"1.0.0"}
    code = platform.simulated.control("GET", f"mini_programs/{made[0]['appid']}")["code"]
    assert code["released"]["user_version"] == code["trial"]["user_version"] == "1.0.0"
    assert (code["audit"]["state"], code["audit"]["is_released"]) == ("passed", True)
    before = platform.simulated.control("GET", "settings")["audit_used"]
    assert before == 1  # only what was submitted


def test_a_new_apps_state_is_whole_and_empty(platform: Platform) -> None:
    program = platform.new_program()
    state = program.state()
    assert state["kind"] == "mini_program"
    assert state["is_authorised"] is True
    assert 18 in state["scopes"]
    assert state["code"] == {
        "trial": None,
        "audit": None,
        "released": None,
        "history": [],
        "grey": None,
        "visible": True,
    }
    program.released("1.0.0")
    code = program.state()["code"]
    assert code["audit"]["state"] == "passed"
    assert code["audit"]["is_released"] is True
    assert code["trial"]["user_version"] == code["released"]["user_version"] == "1.0.0"


def test_open_audits_are_listed_until_they_are_decided(platform: Platform) -> None:
    first, second = (platform.new_program(name).committed() for name in ("A", "B"))
    for program in (first, second):
        program.submit()
    listed = platform.simulated.control("GET", "audits")["audits"]
    assert [one["appid"] for one in listed] == [first.appid, second.appid]
    assert listed[0]["body"]["item_list"]
    first.decide("pass")
    listed = platform.simulated.control("GET", "audits")["audits"]
    assert [one["appid"] for one in listed] == [second.appid]


def test_permission_sets_can_be_taken_away(platform: Platform) -> None:
    program = platform.new_program()
    path = f"mini_programs/{program.appid}"
    assert platform.simulated.control("PUT", path, scopes=[17, 142])["scopes"] == [17, 142]
    info = platform.own("api_get_authorizer_info", authorizer_appid=program.appid)
    granted = info["authorization_info"]["func_info"]
    assert [one["funcscope_category"]["id"] for one in granted] == [17, 142]


@pytest.mark.parametrize(
    ("method", "path", "wish", "status"),
    [
        ("POST", "mini_programs/bulk", {"count": 0}, 400),
        ("POST", "mini_programs/bulk", {"count": "9"}, 400),
        ("POST", "mini_programs/bulk", {"count": 1, "released_template_id": 9}, 400),
        ("GET", "mini_programs/wx0", {}, 404),
        ("PUT", "mini_programs/{appid}", {"scopes": [1]}, 400),
        ("PUT", "mini_programs/{appid}", {"audit_block": 1}, 400),
        ("PUT", "mini_programs/{appid}", {"colour": "red"}, 400),
        ("PUT", "mini_programs/{appid}", {"categories": [[1, 401]]}, 400),
        ("PUT", "mini_programs/{appid}", {"categories": [["1", 2]]}, 400),
        ("POST", "mini_programs/{appid}/audit", {"decision": "pass"}, 409),
        ("POST", "mini_programs/wx0/audit", {"decision": "pass"}, 404),
        ("POST", "mini_programs/{appid}/privacy_interfaces", {"decision": "x"}, 400),
        ("POST", "mini_programs/{appid}/privacy_interfaces", {"decision": "pass"}, 409),
        ("POST", "mini_programs/{appid}/categories", {"decision": "pass"}, 400),
        ("POST", "drafts", {}, 400),
        ("POST", "drafts", {"user_version": "1", "pages": []}, 400),
        ("POST", "drafts", {"user_version": "1", "pages": "home"}, 400),
        ("PUT", "platform_domains", {"server": "a.example"}, 400),
        ("POST", "registrations/x", {"decision": "consent"}, 404),
        ("POST", "registrations/x", {"decision": "sing"}, 400),
        ("POST", "certifications/x", {"decision": "pass"}, 404),
    ],
)
def test_odd_wishes_are_refused_in_kind(
    simulated: Simulated, method: str, path: str, wish: dict[str, object], status: int
) -> None:
    appid = simulated.control("POST", "mini_programs")["appid"]
    answer = simulated.http.request(method, "/_control/" + path.format(appid=appid), json=wish)
    assert answer.status_code == status
    assert answer.json()["error"]
    state = simulated.control("GET", f"mini_programs/{appid}")
    assert [one["second"] for one in state["categories"]] == [103]

"""The control page as a reviewer uses it: accounts, reviews, templates, registrations."""

import pytest

from tests.wechat_simulator.platform_stage import Platform, Program, platform_of
from tests.wechat_simulator.stage import Listener, Simulated
from tests.wechat_simulator.test_page import act, page

pytest_plugins = ("tests.wechat_simulator.fixtures",)


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


@pytest.fixture
def program(platform: Platform) -> Program:
    return platform.new_program("Tea <b>")


def test_a_reviewer_refuses_and_passes_from_the_page(platform: Platform, program: Program) -> None:
    program.committed("1.2.3")
    program.submit(version_desc="<i>first</i>")
    text = page(platform.simulated)
    assert "1.2.3" in text
    assert "<i>first" not in text
    assert "Tea <b>" not in text
    path = f"mini_programs/{program.appid}/audit"
    form = {"decision": "refuse", "reason": "no menu", "screenshots": "2"}
    assert "is refused; pushed" in act(platform.simulated, path, **form)
    (push,) = program.pushes("weapp_audit_fail")
    assert push["Reason"] == "no menu"
    assert len(push["ScreenShot"].split("|")) == 2
    assert "no audit of this app is open" in act(platform.simulated, path, decision="pass")
    program.submit()
    assert "is delayed" in act(platform.simulated, path, decision="delay", screenshots="1")
    assert "is passed" in act(platform.simulated, path, decision="pass", screenshots="1")
    assert "已通过" in page(platform.simulated)
    assert "not a whole number" in act(
        platform.simulated, path, decision="refuse", screenshots="many"
    )


def test_other_reviews_are_decided_from_the_page(platform: Platform, program: Program) -> None:
    wish = {"api_name": "wx.getLocation", "content": "nearby"}
    program.call("/wxa/security/apply_privacy_interface", wish)
    papers = {"first": 4, "second": 401, "certicates": [{"key": "a", "value": "b"}]}
    program.call("/cgi-bin/wxopen/addcategory", {"categories": [papers]})
    data = {"customer_type": 1, "contact_info": {}}
    taskid = program.call("/wxa/sec/wxaauth", {"auth_data": data})["taskid"]
    text = page(platform.simulated)
    assert all(words in text for words in ("wx.getLocation", "社区/论坛", taskid))
    base = f"mini_programs/{program.appid}"
    granted = act(
        platform.simulated,
        f"{base}/privacy_interfaces",
        api_name="wx.getLocation",
        decision="pass",
    )
    assert "wx.getLocation: granted" in granted
    decided = act(
        platform.simulated, f"{base}/categories", first="4", second="401", decision="pass"
    )
    assert "Category 4/401 decided" in decided
    assert "Certification decided" in act(
        platform.simulated, f"certifications/{taskid}", decision="pass"
    )
    assert "Nothing waits" in page(platform.simulated)


def test_code_and_domains_are_prepared_from_the_page(platform: Platform) -> None:
    simulated = platform.simulated
    assert "uploaded" in act(simulated, "drafts", user_version="3.1", user_desc="新")
    (draft,) = simulated.control("GET", "drafts")["drafts"]
    added = act(simulated, "templates", draft_id=str(draft["draft_id"]))
    assert "is a template now" in added
    assert platform.call("/wxa/gettemplatelist")["template_list"][0]["user_version"] == "3.1"
    assert "template not found" in act(simulated, "templates", draft_id="999999")
    told = act(simulated, "platform_domains", server="a.example; b.example", business="")
    assert "are published" in told
    lists = simulated.control("GET", "platform_domains")
    assert lists["server"]["published"] == ["a.example", "b.example"]
    saved = act(
        simulated,
        "review_settings",
        audit_decision="pass",
        audit_after_seconds="10",
        detection_seconds="1",
        audit_quota="7",
    )
    assert "Settings saved" in saved
    assert simulated.control("GET", "settings")["audit_quota"] == 7
    assert "audit_decision: one of" in act(simulated, "review_settings", audit_decision="dice")
    assert simulated.control("GET", "settings")["audit_quota"] == 7


def test_accounts_are_made_withdrawn_and_given_back(platform: Platform, program: Program) -> None:
    simulated = platform.simulated
    assert "Created News" in act(simulated, "official_accounts", name="News")
    base = f"mini_programs/{program.appid}"
    assert "withdrew" in act(simulated, f"{base}/unauthorise")
    assert "not authorised 未授权" in page(simulated)
    assert "Authorised and pushed" in act(simulated, f"{base}/authorise")
    assert [one["AuthorizerAppid"] for one in platform.events("authorized")] == [program.appid]


def test_the_trial_code_leads_to_a_page_about_the_version(program: Program) -> None:
    program.committed("1.2.3")
    http = program.platform.simulated.http
    query = {"access_token": program.token, "path": "pages/me/me"}
    picture = http.get("/wxa/get_qrcode", params=query).content
    address = picture.split(b"wxacode\0\0\0\0\0")[1].split(b"?path=")[0].decode()
    shown = http.get(address, params={"path": "pages/me/me"}).text
    assert "1.2.3" in shown
    assert "pages/me/me" in shown
    program.committed("1.2.4")
    assert "newer trial version" in http.get(address).text


def test_a_registration_waits_on_the_page(platform: Platform) -> None:
    wish = {"new_version": True, "name": "茶业", "code": "91330100MA28TEA00X"}
    path = "/wxa/component/fastregisterenterpriseweapp"
    task = platform.call(path, {**wish, "component_phone": "1"})
    assert f"taskid={task['taskid']}" in page(platform.simulated)

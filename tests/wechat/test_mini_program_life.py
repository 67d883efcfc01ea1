"""A mini-program's life at the real simulator: authorised, configured, audited, released, undone.

The client and the simulator share no code; what the client says arrived is read in the
simulator's own books.
"""

import json
import time
import urllib.parse
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.test import override_settings

from kernel import clock
from tenants import context
from tests.wechat.crowd import hang_up
from tests.wechat_simulator.stage import Program, Simulated, listening, ticket_in
from wechat import (
    audits,
    authorization,
    categories,
    component,
    diagnosis,
    domains,
    errors,
    login,
    own_app,
    phone,
    privacy,
    program_code,
    registration,
    session_keys,
    templates,
)
from wechat.authorization import AppKind
from wechat.credentials import Credentials
from wechat.domains import Domains
from wechat.session_keys import KeyForm

pytestmark = pytest.mark.django_db
TEMPLATE = Path(__file__).resolve().parents[2] / "miniprogram_template/miniprogram"
HOST = "shop.example"
PNG = b"\x89PNG\r\n\x1a\n"
EXT = {"tenant": "t_1", "apiBase": f"https://{HOST}", "v": "1.4.0"}
SHOP_DOMAINS = Domains(
    request=(f"https://{HOST}",),
    websocket=(f"wss://{HOST}",),
    upload=(f"https://{HOST}",),
    download=(f"https://{HOST}",),
)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    running = Program(tmp_path_factory.mktemp("wechat")).start()
    yield running
    running.end()


@pytest.fixture
def wechat(db, program):
    """The simulator with an empty memory, and the platform with its ticket."""
    hang_up()
    simulated = Simulated(program)
    simulated.control("POST", "reset")
    with listening() as ears:
        simulated.control("PUT", "component", ticket_url=f"{ears.base}/ticket")
        ticket = ticket_in(simulated, ears.wait_for(1)[0])
    push = {
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": ticket,
        "CreateTime": str(int(time.time())),
    }
    found = Credentials.read(program.directory / "credentials.json")
    with override_settings(WECHAT=found), context.public():
        component.save_ticket(push)
        yield simulated
    simulated.http.close()
    hang_up()


@pytest.fixture
def appid(wechat):
    made = wechat.control("POST", "mini_programs", name="Teahouse")
    return component.adopt_once(made["auth_code"]).appid


@pytest.fixture
def template(wechat):
    """A template of ours, in the way it gets there: uploaded, then taken out of the drafts."""
    draft_id = wechat.control("POST", "drafts", user_version="1.4.0", user_desc="tea")["draft_id"]
    templates.add_draft(draft_id)
    return templates.templates()[0]


def described(wechat, appid):
    return wechat.control("GET", f"mini_programs/{appid}")


def commit(appid, template, **changes):
    wish = {
        "template_id": template.template_id,
        "ext": program_code.ExtJson(appid, EXT),
        "user_version": "1.4.0",
        "user_desc": "龙井茶",
    }
    program_code.commit(appid, **{**wish, **changes})


def ready(wechat, appid, template):
    """Commit, and wait for the detection on WeChat's clock."""
    commit(appid, template)
    wechat.control("POST", "clock", advance_seconds=60)


def submission(appid, **changes):
    item = audits.SubmissionItem(
        categories.categories(appid)[0], "pages/home/home", ("龙井茶", "茶具"), "首页"
    )
    wish = {"items": (item,), "version_desc": "龙井茶", "order_path": "pages/orders/orders"}
    return audits.Submission(**{**wish, **changes})


def passed(wechat, appid, template):
    ready(wechat, appid, template)
    program_code.submit_audit(appid, submission=submission(appid))
    wechat.control("POST", f"mini_programs/{appid}/audit", decision="pass")


class TestAuthorisation:
    @pytest.mark.parametrize("where", ["desktop", "mobile"])
    def test_an_owner_consents_on_the_page_and_comes_back_with_a_code(self, where, wechat):
        made = wechat.control("POST", "mini_programs", name="Teahouse")
        back = "https://shop.example/wechat/authorised/one-time-token"
        before = clock.now()
        invitation = authorization.pages(redirect_uri=back)
        assert invitation.expires_at - before < timedelta(seconds=601)

        address = getattr(invitation, where).partition("#")[0]
        page = wechat.http.get(address)
        assert page.status_code == 200
        assert made["appid"] in page.text

        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        assert query["redirect_uri"] == back
        assert query["auth_type"] == "2"

    def test_the_page_may_be_narrowed_to_one_app(self, wechat):
        wechat.control("POST", "mini_programs", name="Other")
        made = wechat.control("POST", "mini_programs", name="Teahouse")
        invitation = authorization.pages(
            redirect_uri="https://shop.example/", wanted=AppKind.BOTH, appid=made["appid"]
        )
        page = wechat.http.get(invitation.desktop).text
        assert made["appid"] in page
        assert "Other" not in page

    def test_an_app_tells_who_it_is(self, wechat, appid):
        domains.set_platform_domains((HOST,))
        domains.replace(appid, SHOP_DOMAINS)
        info = component.app_info(appid)
        assert (info.appid, info.nick_name, info.user_name) == (
            appid,
            "Teahouse",
            f"gh_{appid[2:14]}",
        )
        assert info.principal_name
        assert info.head_img.startswith("http")
        assert (info.is_mini_program, info.is_verified, info.visit_status) == (True, True, 0)
        assert info.request_domains == (f"https://{HOST}",)
        assert info.categories == ("商家自营/百货",)
        assert {18, 142} <= set(info.permission_set_ids)

    def test_an_official_account_has_no_program(self, wechat):
        made = wechat.control("POST", "official_accounts", name="Teahouse news")
        wish = {"push": False}
        code = wechat.control("POST", f"mini_programs/{made['appid']}/authorise", **wish)
        found = component.adopt_once(code["auth_code"])
        info = component.app_info(found.appid)
        assert (info.nick_name, info.is_mini_program) == ("Teahouse news", False)
        assert (info.request_domains, info.categories) == ((), ())

    def test_a_code_that_was_never_good_is_refused(self, wechat):
        with pytest.raises(errors.WeChatRefused):
            component.adopt_once("queryauthcode@@@never")
        assert not component.is_adopted("wx0000000000000001")

    def test_the_second_bringer_of_a_code_asks_wechat_nothing(self, wechat):
        made = wechat.control("POST", "mini_programs", name="Teahouse")
        first = component.adopt_once(made["auth_code"])
        asked = len(wechat.control("GET", "events")["events"])
        assert component.adopt_once(made["auth_code"]) == first
        assert component.adopt_once(made["auth_code"], appid=first.appid) == first
        assert len(wechat.control("GET", "events")["events"]) == asked

    def test_a_code_spent_by_one_who_died_is_made_good_by_the_push(self, wechat):
        made = wechat.control("POST", "mini_programs", name="Teahouse")
        content = {
            "component_appid": wechat.credentials["component"]["appid"],
            "authorization_code": made["auth_code"],
        }
        wechat.weixin(
            "/cgi-bin/component/api_query_auth",
            content,
            component_access_token=component.component_token(),
        )
        with pytest.raises(errors.WeChatRefused):
            component.adopt_once(made["auth_code"])
        found = component.adopt_once(made["auth_code"], appid=made["appid"])
        assert found.appid == made["appid"]
        assert 142 in found.permission_set_ids
        assert program_code.is_visible(made["appid"])
        assert component.adopt_once(made["auth_code"]) == found

    def test_a_code_from_before_the_owner_took_it_back_is_no_consent(self, wechat):
        made = wechat.control("POST", "mini_programs", name="Teahouse")
        appid = component.adopt_once(made["auth_code"]).appid
        wechat.control("POST", f"mini_programs/{appid}/unauthorise")
        component.forget_authorization(appid)
        with pytest.raises(errors.WeChatRefused):
            component.adopt_once(made["auth_code"])
        with pytest.raises(errors.AuthorizationLost):
            component.adopt_once(made["auth_code"], appid=appid)
        assert not component.is_adopted(appid)
        again = wechat.control("POST", f"mini_programs/{appid}/authorise", push=False)
        assert component.adopt_once(again["auth_code"]).appid == appid
        assert program_code.is_visible(appid)


class TestRegistration:
    def test_a_company_is_registered_and_adopted(self, wechat):
        begun = registration.register(
            name="龙井茶叶有限公司", code="91330106MA2H0000X1", component_phone="057112345678"
        )
        assert begun.status == 0
        assert begun.authorize_url.startswith("http")
        with listening() as ears:
            wechat.control("PUT", "component", ticket_url=f"{ears.base}/push")
            ears.wait_for(1)
            wechat.control("POST", f"registrations/{begun.task_id}", decision="consent")
            received = ears.wait_for(2)[-1]
        fields = _opened(received)
        ended = registration.registration_result(fields)
        assert ended.is_registered
        assert ended.name == "龙井茶叶有限公司"
        assert component.adopt_once(ended.auth_code, appid=ended.appid).appid == ended.appid
        assert not component.app_info(ended.appid).is_verified

    def test_a_failed_registration_says_so(self):
        fields = {"InfoType": "notify_third_fasteregister", "status": "100001", "msg": "no"}
        ended = registration.registration_result(fields)
        assert (ended.is_registered, ended.status, ended.message) == (False, 100001, "no")

    @pytest.mark.parametrize("code", ["", "91330106MA2H0000", "九1330106MA2H0000X1"])
    def test_a_code_that_cannot_be_one_is_not_sent(self, code, wechat):
        with pytest.raises(ValueError):
            registration.register(name="茶", code=code, component_phone="1")

    def test_another_push_is_no_result(self):
        with pytest.raises(ValueError):
            registration.registration_result({"InfoType": "authorized"})


def _opened(received):
    from wechat import push

    query = dict(urllib.parse.parse_qsl(received.path.partition("?")[2]))
    return push.open_component_push(query, received.body)


class TestDomains:
    def test_they_are_the_platforms_first(self, wechat, appid):
        with pytest.raises(errors.DomainNotOfPlatform):
            domains.replace(appid, SHOP_DOMAINS)
        assert domains.get(appid) == Domains()
        domains.set_platform_domains((HOST,))
        assert domains.replace(appid, SHOP_DOMAINS) == SHOP_DOMAINS
        assert domains.replace(appid, SHOP_DOMAINS) == SHOP_DOMAINS
        assert domains.effective(appid) == SHOP_DOMAINS
        known = described(wechat, appid)["domains"]
        assert known["wsrequestdomain"] == [f"wss://{HOST}"]

    def test_a_host_with_a_scheme_is_not_sent(self, wechat):
        with pytest.raises(ValueError):
            domains.set_platform_domains((f"https://{HOST}",))

    def test_pages_to_show_may_be_set_twice(self, wechat, appid):
        with pytest.raises(errors.DomainNotOfPlatform):
            domains.set_webview(appid, (f"https://{HOST}",))
        wechat.control("PUT", "platform_domains", business=[HOST])
        domains.set_webview(appid, (f"https://{HOST}",))
        domains.set_webview(appid, (f"https://{HOST}",))
        assert described(wechat, appid)["domains"]["webviewdomain"] == [f"https://{HOST}"]


class TestCategoriesAndPrivacy:
    def test_a_category_is_chosen_and_given_up(self, wechat, appid):
        offered = {(c.first_id, c.second_id): c for c in categories.settable(appid)}
        clothes = offered[1, 102]
        assert (clothes.first_class, clothes.second_class) == ("商家自营", "服装/鞋/箱包")
        assert (clothes.is_sensitive, offered[1, 101].is_sensitive) == (False, True)
        categories.add(appid, first_id=1, second_id=102)
        names = [(c.first_id, c.second_id, c.third_id) for c in categories.categories(appid)]
        assert (1, 102, 0) in names
        categories.remove(appid, first_id=1, second_id=102)
        assert (1, 102, 0) not in [
            (c.first_id, c.second_id, c.third_id) for c in categories.categories(appid)
        ]

    def test_the_guide_explains_what_the_code_collects(self, wechat, appid, template):
        assert not privacy.guide(appid).code_exists
        ready(wechat, appid, template)
        found = privacy.guide(appid)
        assert found.code_exists
        assert found.keys_in_code == found.missing_keys == ("PhoneNumber", "Address")
        assert dict(found.key_names)["PhoneNumber"] == "手机号"
        wanted = (("PhoneNumber", "联系您送货"), ("Address", "送货"))
        guide = privacy.PrivacyGuide("tea@example.com", "", "弹窗", "30天", wanted)
        privacy.set_guide(appid, guide)
        now = privacy.guide(appid)
        assert (now.settings, now.missing_keys) == (wanted, ())

    def test_a_guide_without_an_owner_is_not_sent(self, wechat, appid):
        with pytest.raises(ValueError):
            privacy.set_guide(appid, privacy.PrivacyGuide("", "", "弹窗", "", ()))

    def test_an_interface_is_applied_for(self, wechat, appid, template):
        privacy.apply_for_interface(appid, api_name="wx.getLocation", purpose="找最近的门店")
        wish = {"api_name": "wx.getLocation", "decision": "pass"}
        answer = wechat.control("POST", f"mini_programs/{appid}/privacy_interfaces", **wish)
        assert answer["is_granted"] is True


class TestTemplates:
    def test_a_draft_becomes_a_template_and_goes(self, wechat):
        wish = {"user_version": "1.4.0", "user_desc": "龙井茶"}
        draft_id = wechat.control("POST", "drafts", **wish)["draft_id"]
        (draft,) = templates.drafts()
        assert (draft.draft_id, draft.user_version, draft.user_desc) == (
            draft_id,
            "1.4.0",
            "龙井茶",
        )
        templates.add_draft(draft_id)
        (found,) = templates.templates()
        assert (found.user_version, found.is_standard) == ("1.4.0", False)
        assert abs(found.created_at - clock.now()) < timedelta(minutes=5)
        templates.delete(found.template_id)
        assert templates.templates() == ()
        with pytest.raises(errors.TemplateUnknown):
            templates.delete(found.template_id)
        with pytest.raises(errors.TemplateUnknown):
            templates.add_draft(4_711)

    def test_a_full_library_says_so(self, wechat, template):
        wechat.control("PUT", "settings", template_limit=1)
        draft_id = templates.drafts()[0].draft_id
        with pytest.raises(errors.TemplateLibraryFull):
            templates.add_draft(draft_id)


class TestCode:
    def test_ext_json_carries_tenant_api_and_version_and_no_more(self, wechat, appid, template):
        commit(appid, template)
        trial = described(wechat, appid)["code"]["trial"]
        assert trial["ext_json"] == {
            "extEnable": True,
            "extAppid": appid,
            "directCommit": False,
            "ext": EXT,
            "requiredPrivateInfos": ["chooseAddress"],
        }
        assert (trial["user_version"], trial["user_desc"]) == ("1.4.0", "龙井茶")

    def test_what_the_template_declares_is_declared(self):
        declared = json.loads((TEMPLATE / "app.json").read_text())["requiredPrivateInfos"]
        assert declared == list(program_code.PRIVATE_INFOS)

    @pytest.mark.parametrize("ext", [{}, EXT | {"theme": "red"}, {"tenant": "t_1", "v": "1"}])
    def test_another_ext_is_not_made(self, ext):
        with pytest.raises(ValueError):
            program_code.ExtJson("wx0000000000000001", ext)

    def test_what_cannot_be_committed_is_named(self, wechat, appid, template):
        with pytest.raises(errors.TemplateUnknown):
            commit(appid, template, template_id=4_711)
        with pytest.raises(ValueError):
            commit(appid, template, user_version="1" * 65)
        with pytest.raises(ValueError):
            commit(appid, template, ext=program_code.ExtJson("wx0000000000000001", EXT))
        wish = {"user_version": "1.5.0", "is_broken": True}
        templates.add_draft(wechat.control("POST", "drafts", **wish)["draft_id"])
        with pytest.raises(errors.ExtRefused):
            commit(appid, templates.templates()[0])
        assert described(wechat, appid)["code"]["trial"] is None

    def test_detection_is_waited_for(self, wechat, appid, template):
        with pytest.raises(errors.NothingCommitted):
            program_code.detection(appid)
        commit(appid, template)
        assert program_code.detection(appid) == program_code.Detection(is_finished=False)
        with pytest.raises(errors.DetectionNotFinished) as caught:
            program_code.submit_audit(appid, submission=submission(appid))
        assert caught.value.retryable
        wechat.control("POST", "clock", advance_seconds=60)
        assert program_code.detection(appid) == program_code.Detection(is_finished=True)

    def test_undeclared_locations_are_found_and_stop_the_submission(self, wechat, appid):
        wish = {"user_version": "2.0.0", "apis": ["wx.getLocation"]}
        templates.add_draft(wechat.control("POST", "drafts", **wish)["draft_id"])
        ready(wechat, appid, templates.templates()[0])
        found = program_code.detection(appid)
        assert found.interfaces_without_permission == ("wx.getLocation",)
        assert found.interfaces_without_declaration == ("wx.getLocation",)
        with pytest.raises(errors.LocationUndeclared):
            program_code.submit_audit(appid, submission=submission(appid))
        promised = submission(appid, privacy_api_not_use=True)
        assert program_code.submit_audit(appid, submission=promised).isdecimal()

    def test_the_trial_can_be_seen(self, wechat, appid, template):
        with pytest.raises(errors.NothingCommitted):
            program_code.trial_qr(appid)
        commit(appid, template)
        assert program_code.trial_qr(appid).startswith(PNG)
        with_page = program_code.trial_qr(appid, path="pages/home/home?a=1&b=茶")
        assert with_page.startswith(PNG)
        assert "pages/home/home" in program_code.pages(appid)
        with pytest.raises(errors.WeChatRefused) as caught:
            program_code.trial_qr(appid, path="pages/nowhere")
        assert caught.value.code == "41030"


class TestAudits:
    def test_nothing_was_submitted_yet(self, wechat, appid, template):
        assert program_code.latest_audit(appid) is None
        ready(wechat, appid, template)
        assert program_code.latest_audit(appid) is None

    def test_one_passes(self, wechat, appid, template):
        ready(wechat, appid, template)
        audit_id = program_code.submit_audit(appid, submission=submission(appid))
        waiting = program_code.audit_status(appid, audit_id)
        assert (waiting.audit_id, waiting.state) == (audit_id, audits.AuditState.IN_REVIEW)
        assert waiting.user_desc == "龙井茶"
        with pytest.raises(errors.AlreadyInAudit):
            program_code.submit_audit(appid, submission=submission(appid))
        program_code.speed_up(appid, audit_id)
        wechat.control("POST", f"mini_programs/{appid}/audit", decision="pass")
        assert program_code.latest_audit(appid).state is audits.AuditState.PASSED
        assert program_code.latest_audit(appid).audit_id == audit_id

    def test_one_is_refused_with_pictures_answered_and_submitted_again(
        self, wechat, appid, template
    ):
        ready(wechat, appid, template)
        program_code.submit_audit(appid, submission=submission(appid))
        wish = {"decision": "refuse", "reason": "1:<br>类目不符", "screenshots": 2}
        wechat.control("POST", f"mini_programs/{appid}/audit", **wish)
        refused = program_code.latest_audit(appid)
        assert (refused.state, refused.reason) == (audits.AuditState.REFUSED, "1:<br>类目不符")
        assert len(refused.screenshots) == 2
        assert program_code.audit_status(appid, refused.audit_id) == refused
        pictures = {program_code.screenshot(appid, one)[:8] for one in refused.screenshots}
        assert pictures == {PNG}
        with pytest.raises(errors.WeChatRefused):
            program_code.screenshot(appid, "of-nobody")

        picture = program_code.trial_qr(appid)
        media_id = program_code.upload_media(appid, name="证明.png", body=picture, mime="image/png")
        answer = submission(
            appid,
            feedback="类目已改",
            feedback_media_ids=(media_id,),
            preview_picture_ids=(media_id,),
            ugc=audits.UgcDeclaration((0,)),
        )
        audit_id = program_code.submit_audit(appid, submission=answer)
        assert audit_id != refused.audit_id

    def test_one_is_delayed_withdrawn_and_the_limit_is_named(self, wechat, appid, template):
        ready(wechat, appid, template)
        wechat.control("PUT", "settings", withdrawals_a_day=1)
        program_code.submit_audit(appid, submission=submission(appid))
        wechat.control("POST", f"mini_programs/{appid}/audit", decision="delay")
        assert program_code.latest_audit(appid).state is audits.AuditState.DELAYED
        program_code.withdraw_audit(appid)
        assert program_code.latest_audit(appid).state is audits.AuditState.WITHDRAWN
        program_code.submit_audit(appid, submission=submission(appid))
        with pytest.raises(errors.WithdrawLimit):
            program_code.withdraw_audit(appid)

    def test_the_pool_is_one_for_all_and_runs_dry(self, wechat, appid, template):
        wechat.control("PUT", "settings", audit_quota=1)
        ready(wechat, appid, template)
        assert program_code.quota(appid) == program_code.Quota(1, 1, 3, 3)
        program_code.submit_audit(appid, submission=submission(appid))
        assert program_code.quota(appid).rest == 0
        other = component.adopt_once(
            wechat.control("POST", "mini_programs", name="Bookshop")["auth_code"]
        ).appid
        ready(wechat, other, template)
        with pytest.raises(errors.AuditQuotaSpent):
            program_code.submit_audit(other, submission=submission(other))

    def test_what_a_reviewer_would_not_take_is_named(self, wechat, appid, template):
        ready(wechat, appid, template)
        with pytest.raises(errors.SubmissionRefused) as caught:
            program_code.submit_audit(appid, submission=submission(appid, order_path="pages/no"))
        assert caught.value.code == "85007"
        wechat.control("PUT", f"mini_programs/{appid}", signature="")
        with pytest.raises(errors.ProfileIncomplete):
            program_code.submit_audit(appid, submission=submission(appid))
        with pytest.raises(errors.AuditUnknown):
            program_code.audit_status(appid, "4711")

    def test_the_pushes_say_the_same(self, wechat, appid, template):
        ready(wechat, appid, template)
        with listening() as ears:
            url = f"{ears.base}/apps/$APPID$/events"
            wechat.control("PUT", "component", message_url=url)
            program_code.submit_audit(appid, submission=submission(appid))
            wish = {"decision": "refuse", "reason": "类目不符", "screenshots": 1}
            wechat.control("POST", f"mini_programs/{appid}/audit", **wish)
            received = ears.wait_for(1)[0]
        assert f"/apps/{appid}/events" in received.path
        news = audits.news_in(_opened(received))
        refused = program_code.latest_audit(appid)
        assert (news.state, news.reason) == (audits.AuditState.REFUSED, "类目不符")
        assert news.screenshots == refused.screenshots


class TestReleases:
    def test_it_is_released_once_and_seen(self, wechat, appid, template):
        with pytest.raises(errors.NothingToRelease):
            program_code.release(appid)
        assert program_code.versions(appid) == program_code.Versions(None, None)
        passed(wechat, appid, template)
        program_code.release(appid)
        with pytest.raises(errors.AlreadyReleased):
            program_code.release(appid)
        found = program_code.versions(appid)
        assert found.released.user_version == found.trial.user_version == "1.4.0"
        assert found.released.user_desc == "龙井茶"
        with pytest.raises(errors.CannotRollBack):
            program_code.rollback(appid)

    def test_it_reaches_a_share_of_the_users_first(self, wechat, appid, template):
        passed(wechat, appid, template)
        with pytest.raises(errors.GreyRefused):
            program_code.grey(appid, percentage=10)  # nothing is released to grey against
        program_code.release(appid)
        passed(wechat, appid, template)
        none = program_code.grey_plan(appid)
        assert (none.status, none.percentage) == (program_code.GreyStatus.INITIAL, 0)
        program_code.grey(appid, percentage=10, experiencers_first=True)
        running = program_code.grey_plan(appid)
        assert (running.status, running.percentage) == (program_code.GreyStatus.RUNNING, 10)
        with pytest.raises(errors.GreyRefused):
            program_code.grey(appid, percentage=5)
        with pytest.raises(ValueError):
            program_code.grey(appid, percentage=101)
        with pytest.raises(errors.CannotRollBack):
            program_code.rollback(appid)
        program_code.cancel_grey(appid)
        assert program_code.grey_plan(appid).status is program_code.GreyStatus.DELETED

    def test_it_goes_one_step_back_once(self, wechat, appid, template):
        passed(wechat, appid, template)
        program_code.release(appid)
        ready(wechat, appid, template)
        commit(appid, template, user_version="1.5.0")
        wechat.control("POST", "clock", advance_seconds=60)
        program_code.submit_audit(appid, submission=submission(appid))
        wechat.control("POST", f"mini_programs/{appid}/audit", decision="pass")
        program_code.release(appid)
        (before,) = program_code.history(appid)
        assert before.user_version == "1.4.0"
        program_code.rollback(appid, app_version=before.app_version)
        assert program_code.versions(appid).released.user_version == "1.4.0"
        with pytest.raises(errors.CannotRollBack):
            program_code.rollback(appid)

    def test_it_is_closed_and_opened_however_often(self, wechat, appid):
        assert program_code.is_visible(appid)
        for wanted in (False, False, True, True):
            program_code.set_visible(appid, wanted)
            assert program_code.is_visible(appid) is wanted


class TestPeople:
    def test_a_phone_number_is_told_once(self, wechat, appid):
        wish = {"appid": appid, "user": "buyer", "phone": "13800138000"}
        code = wechat.control("POST", "phone", **wish)["code"]
        found = phone.phone_number(appid, code)
        assert found == phone.PhoneNumber("86", "13800138000", "13800138000")
        with pytest.raises(errors.LoginCodeNotAccepted):
            phone.phone_number(appid, code)

    def test_an_app_of_our_own_uses_its_secret_and_a_stable_token(self, wechat):
        made = wechat.control("POST", "mini_programs", name="Demo", is_direct=True)
        wish = {"appid": made["appid"], "user": "buyer"}
        told = wechat.control("POST", "login", **wish)
        session = own_app.own_session(made["appid"], made["appsecret"], told["code"])
        assert session.openid == told["openid"]
        with pytest.raises(login.LoginCodeRefused):
            own_app.own_session(made["appid"], made["appsecret"], told["code"])
        with pytest.raises(errors.OperatorMustAct):
            own_app.own_token(made["appid"], "wrong")
        first = own_app.own_token(made["appid"], made["appsecret"])
        with clock.ahead(timedelta(minutes=115)):
            assert own_app.own_token(made["appid"], made["appsecret"]) == first
        wechat.control("POST", "clock", advance_seconds=117 * 60)
        with clock.ahead(timedelta(minutes=117)):
            assert own_app.own_token(made["appid"], made["appsecret"]) != first


class TestQuestionsAboutOurselves:
    def test_a_failed_call_can_be_looked_up(self, wechat, appid):
        with pytest.raises(errors.NothingToRelease) as caught:
            program_code.release(appid)
        found = diagnosis.request_of(appid, caught.value.rid)
        assert abs(found.invoked_at - clock.now()) < timedelta(minutes=5)
        with pytest.raises(errors.WeChatRefused):
            diagnosis.request_of(appid, "1-2-3")

    def test_counters_can_be_cleared(self, wechat, appid):
        diagnosis.clear_quota(appid)
        paths = [row["path"] for row in wechat.control("GET", "events")["events"]]
        assert paths[0] == "/cgi-bin/clear_quota"

    @pytest.mark.parametrize("form", list(KeyForm))
    def test_a_session_is_alive_until_the_next_login(self, form, wechat):
        names = {KeyForm.TEXT: "base64_text", KeyForm.BYTES: "bytes"}
        wechat.control("PUT", "settings", session_hmac_key=names[form])
        made = wechat.control("POST", "mini_programs", name="Demo")
        adopted = component.adopt_once(made["auth_code"]).appid
        wish = {"appid": adopted, "user": "buyer"}
        query = {
            "appid": adopted,
            "grant_type": "authorization_code",
            "component_appid": wechat.credentials["component"]["appid"],
            "component_access_token": component.component_token(),
            "js_code": wechat.control("POST", "login", **wish)["code"],
        }
        told = wechat.weixin("/sns/component/jscode2session", **query)
        session = {"openid": told["openid"], "session_key": told["session_key"]}
        assert session_keys.is_alive(adopted, **session, form=form)
        other = next(one for one in KeyForm if one is not form)
        assert not session_keys.is_alive(adopted, **session, form=other)
        again = wechat.control("POST", "login", **wish)["code"]
        wechat.weixin("/sns/component/jscode2session", **query | {"js_code": again})
        assert not session_keys.is_alive(adopted, **session, form=form)


def test_a_withdrawn_consent_shows_at_the_next_call(wechat, appid):
    wechat.control("POST", f"mini_programs/{appid}/unauthorise")
    with pytest.raises(errors.AuthorizationLost):
        program_code.is_visible(appid)
    with pytest.raises(errors.AuthorizationLost):
        component.app_info(appid)


def test_pages_are_ordinary_web_pages(wechat):
    """The owner's browser gets there without us: no token of ours is in the address."""
    address = authorization.pages(redirect_uri="https://shop.example/x").desktop
    assert component.component_token() not in address
    assert httpx.URL(address).path == "/cgi-bin/componentloginpage"

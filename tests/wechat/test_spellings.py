"""What goes out is spelt exactly; what comes in may be spelt in every way WeChat is known for."""

import json
import logging
from email import message_from_bytes
from urllib.parse import parse_qs, urlsplit

import pytest

from wechat import (
    api,
    audits,
    authorization,
    callers,
    categories,
    component,
    diagnosis,
    domains,
    errors,
    http,
    identity,
    own_app,
    phone,
    privacy,
    program_code,
    registration,
    session_keys,
    templates,
)
from wechat.audits import AuditState
from wechat.domains import Domains

APPID = "wx0000000000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
EXT = {"v": "1", "tenant": "t_茶", "apiBase": "https://shop.example"}
OK = {"errcode": 0, "errmsg": "ok"}
CATEGORY = categories.Category("商家自营", "百货", "", 1, 103, 0)


@pytest.fixture
def wechat(stub, monkeypatch):
    """A scripted WeChat that takes the tokens `S-1` and `C-1`."""
    monkeypatch.setattr(component, "as_authorizer", lambda _appid, ask: ask("SECRET-S-1"))
    monkeypatch.setattr(component, "as_component", lambda ask: ask("SECRET-C-1"))
    return stub


def sent(stub, number=-1):
    """Method, path, query and raw body of a request."""
    method, target, _, body = stub.asked[number]
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return method, parts.path, query, body


class TestPictures:
    def ask(self, content=None):
        return api.picture("/wxa/get_qrcode", call="test.picture", query={}, content=content)

    @pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a"])
    def test_a_picture_is_known_by_its_bytes_whatever_its_type_says(self, start, stub):
        stub.says((200, {"Content-Type": "application/json"}, start + b"\0" * 9))
        assert self.ask() == start + b"\0" * 9

    @pytest.mark.parametrize(
        "kind", ["image/jpeg", "application/json; encoding=utf-8", "text/plain"]
    )
    def test_a_failure_is_known_by_its_bytes_too(self, kind, stub):
        body = json.dumps({"errcode": 41030, "errmsg": "invalid page"}).encode()
        stub.says((200, {"Content-Type": kind}, body))
        with pytest.raises(errors.WeChatRefused) as caught:
            self.ask({"scene": "a"})
        assert caught.value.code == "41030"
        assert len(stub.asked) == 1

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b""),
            (200, b"<html>"),
            (200, b'{"errcode":0,"errmsg":"ok"}'),
            (200, b"BM this is another kind of picture"),
            (502, PNG),
        ],
    )
    def test_neither_is_a_bad_answer(self, status, body, stub):
        stub.says((status, {"Content-Type": "image/png"}, body))
        with pytest.raises(errors.BadAnswer):
            self.ask()

    def test_a_busy_wechat_is_asked_once_more(self, stub):
        stub.says_json({"errcode": -1})
        stub.says((200, {}, PNG))
        assert self.ask() == PNG

    def test_it_may_be_larger_than_json_and_take_longer(self, stub, slow, monkeypatch):
        monkeypatch.setattr(http, "READ_SECONDS", 0.1)
        large = PNG + b"\0" * (http.MAX_ANSWER_BYTES + 10)
        stub.says(slow(0.5, (200, {}, large)))
        assert self.ask() == large
        stub.says((200, {}, PNG + b"\0" * api.MAX_PICTURE_BYTES))
        with pytest.raises(errors.BadAnswer, match="longer than 2097152"):
            self.ask()


class TestFiles:
    def test_one_goes_up_as_the_one_part_media(self, wechat):
        wechat.says_json({"type": "image", "mediaid": "M-1"})
        body = PNG + b"\r\n--boundary\r\n"
        media_id = program_code.upload_media(APPID, name='证"明.png', body=body, mime="image/png")
        assert media_id == "M-1"
        method, path, query, raw = sent(wechat)
        assert (method, path, query) == (
            "POST",
            "/wxa/uploadmedia",
            {"access_token": "SECRET-S-1"},
        )
        head = wechat.asked[0][2]["Content-Type"]
        assert head.startswith("multipart/form-data; boundary=")
        (part,) = message_from_bytes(f"Content-Type: {head}\r\n\r\n".encode() + raw).get_payload()
        assert part.get_payload(decode=True) == body
        assert part.get_content_type() == "image/png"
        assert 'name="media"; filename="证%22明.png"'.encode() in raw

    def test_its_id_may_be_spelt_with_an_underscore(self, wechat):
        wechat.says_json({"type": "image", "media_id": "M-2"})
        wish = {"name": "a.png", "body": PNG, "mime": "image/png"}
        assert program_code.upload_media(APPID, **wish) == "M-2"

    def test_it_may_take_longer_than_a_buyer_would_wait(self, wechat, slow, monkeypatch):
        monkeypatch.setattr(http, "READ_SECONDS", 0.1)
        wechat.says(slow(0.5, (200, {}, b'{"mediaid":"M-3"}')))
        wish = {"name": "a.png", "body": PNG, "mime": "image/png"}
        assert program_code.upload_media(APPID, **wish) == "M-3"


class TestCode:
    def test_a_commit_to_the_letter(self, wechat):
        wechat.says_json(OK)
        ext = program_code.ExtJson(APPID, EXT)
        wish = {"template_id": 7, "user_version": "1.4.0", "user_desc": "龙井茶"}
        program_code.commit(APPID, ext=ext, **wish)
        inner = (
            r"{\"extEnable\":true,\"extAppid\":\"wx0000000000000001\",\"directCommit\":false,"
            r"\"ext\":{\"tenant\":\"t_茶\",\"apiBase\":\"https://shop.example\",\"v\":\"1\"},"
            r"\"requiredPrivateInfos\":[\"chooseAddress\"]}"
        )
        body = (
            f'{{"template_id":7,"ext_json":"{inner}","user_version":"1.4.0","user_desc":"龙井茶"}}'
        )
        assert sent(wechat) == (
            "POST",
            "/wxa/commit",
            {"access_token": "SECRET-S-1"},
            body.encode(),
        )

    def test_a_submission_to_the_letter(self, wechat):
        wechat.says_json({"auditid": 1234567})
        item = audits.SubmissionItem(CATEGORY, "pages/home/home", ("茶", "茶具"), "首页")
        ugc = audits.UgcDeclaration((3, 4), (1, 3), has_audit_team=True, audit_desc="先审后发")
        wish = audits.Submission(
            items=(item,),
            version_desc="龙井茶",
            order_path="pages/orders/orders",
            ugc=ugc,
            feedback="已改",
            feedback_media_ids=("M-1", "M-2"),
            preview_picture_ids=("M-3",),
        )
        assert program_code.submit_audit(APPID, submission=wish) == "1234567"
        assert json.loads(sent(wechat)[3]) == {
            "item_list": [
                {
                    "address": "pages/home/home",
                    "tag": "茶 茶具",
                    "title": "首页",
                    "first_class": "商家自营",
                    "second_class": "百货",
                    "first_id": 1,
                    "second_id": 103,
                }
            ],
            "version_desc": "龙井茶",
            "order_path": "pages/orders/orders",
            "feedback_info": "已改",
            "feedback_stuff": "M-1|M-2",
            "preview_info": {"video_id_list": [], "pic_id_list": ["M-3"]},
            "ugc_declare": {
                "scene": [3, 4],
                "method": [1, 3],
                "has_audit_team": 1,
                "audit_desc": "先审后发",
            },
            "privacy_api_not_use": False,
        }
        assert b"\\u" not in sent(wechat)[3]

    def test_what_is_empty_is_not_submitted(self, wechat):
        wechat.says_json({"auditid": "1234567"})
        assert program_code.submit_audit(APPID, submission=audits.Submission()) == "1234567"
        assert sent(wechat)[3] == b'{"privacy_api_not_use":false}'

    @pytest.mark.parametrize(
        "wish",
        [
            {"items": (audits.SubmissionItem(CATEGORY),) * 6},
            {"items": (audits.SubmissionItem(CATEGORY, title="茶" * 33),)},
            {"items": (audits.SubmissionItem(CATEGORY, tags=("茶",) * 11),)},
            {"items": (audits.SubmissionItem(CATEGORY, tags=("茶" * 21,)),)},
            {"feedback": "茶" * 201},
            {"feedback_media_ids": ("M",) * 6},
        ],
    )
    def test_what_is_too_much_is_not_made(self, wish):
        with pytest.raises(ValueError):
            audits.Submission(**wish)

    @pytest.mark.parametrize("answer", [{}, {"auditid": None}, {"auditid": ""}, {"auditid": True}])
    def test_a_submission_without_an_id_is_a_bad_answer(self, answer, wechat):
        wechat.says_json(answer)
        with pytest.raises(errors.BadAnswer) as caught:
            program_code.submit_audit(APPID, submission=audits.Submission())
        assert caught.value.outcome_unknown

    @pytest.mark.parametrize("call", ["release", "is_visible", "versions"])
    def test_an_empty_body_is_an_empty_object(self, call, wechat):
        wechat.says_json({"status": 1})
        getattr(program_code, call)(APPID)
        assert sent(wechat)[3] == b"{}"

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (0, AuditState.PASSED),
            ("1", AuditState.REFUSED),
            (2, AuditState.IN_REVIEW),
            ("3", AuditState.WITHDRAWN),
            (4, AuditState.DELAYED),
        ],
    )
    @pytest.mark.parametrize("audit_id", [1234567, "1234567"])
    def test_an_audit_is_read_in_every_spelling(self, audit_id, status, state, wechat):
        answer = {"auditid": audit_id, "status": status, "reason": "<br>", "ScreenShot": "a|b"}
        wechat.says_json(answer)
        wanted = audits.AuditStatus("1234567", state, "<br>", ("a", "b"))
        assert program_code.latest_audit(APPID) == wanted
        wechat.says_json({"status": status, "screenshot": "a"})
        wanted = audits.AuditStatus("1234567", state, "", ("a",))
        assert program_code.audit_status(APPID, "1234567") == wanted
        assert sent(wechat)[3] == b'{"auditid":1234567}'

    @pytest.mark.parametrize("status", [5, "x", None])
    def test_an_audit_in_a_state_nobody_knows_is_a_bad_answer(self, status, wechat):
        wechat.says_json({"auditid": 1, "status": status})
        with pytest.raises(errors.BadAnswer):
            program_code.latest_audit(APPID)

    @pytest.mark.parametrize("errcode", [85012, 85058, 86001])
    def test_no_audit_is_none(self, errcode, wechat):
        wechat.says_json({"errcode": errcode})
        assert program_code.latest_audit(APPID) is None

    def test_times_and_numbers_may_be_texts(self, wechat):
        item = {"commit_time": "1488965944", "user_version": "1", "app_version": "111"}
        wechat.says_json({"version_list": [item]})
        (past,) = program_code.history(APPID)
        assert (past.app_version, past.user_desc, past.at.year) == (111, "", 2017)
        method, path, query, _ = sent(wechat)
        assert (method, path, query["action"]) == (
            "GET",
            "/wxa/revertcoderelease",
            "get_history_version",
        )

    def test_a_rollback_names_no_action(self, wechat):
        wechat.says_json(OK, OK)
        program_code.rollback(APPID)
        assert sent(wechat)[2] == {"access_token": "SECRET-S-1"}
        program_code.rollback(APPID, app_version=111)
        assert sent(wechat)[2] == {"access_token": "SECRET-S-1", "app_version": "111"}

    def test_a_status_of_a_grey_release_that_nobody_knows_is_a_bad_answer(self, wechat):
        wechat.says_json({"gray_release_plan": {"status": 9, "gray_percentage": 8}})
        with pytest.raises(errors.BadAnswer):
            program_code.grey_plan(APPID)
        wechat.says_json({"gray_release_plan": {"status": "1", "gray_percentage": "8"}})
        plan = program_code.GreyPlan(program_code.GreyStatus.RUNNING, 8)
        assert program_code.grey_plan(APPID) == plan

    def test_a_visibility_that_cannot_be_changed_is_told(self, wechat):
        wechat.says_json({"errcode": 85021}, {"status": 0})
        with pytest.raises(errors.WeChatRefused):
            program_code.set_visible(APPID, True)
        wechat.says_json({"errcode": 85021}, {"status": "0"})
        program_code.set_visible(APPID, False)

    def test_a_quota_without_speed_ups(self, wechat):
        wechat.says_json({"rest": "0", "limit": 20})
        assert program_code.quota(APPID) == program_code.Quota(0, 20, 0, 0)


class TestTemplates:
    def test_their_numbers_may_be_texts(self, wechat):
        item = {"template_id": "7", "user_version": "1.4.0", "create_time": "1488965944"}
        wechat.says_json({"template_list": [item | {"template_type": "1"}, item]})
        standard, ordinary = templates.templates()
        assert (standard.template_id, standard.is_standard, ordinary.is_standard) == (
            7,
            True,
            False,
        )
        assert sent(wechat)[2] == {"access_token": "SECRET-C-1"}

    def test_none_may_be_left_out(self, wechat):
        wechat.says_json(OK, {"draft_list": None})
        assert templates.templates() == templates.drafts() == ()

    @pytest.mark.parametrize("listed", ["x", [1], {"a": 1}])
    def test_what_is_no_list_of_them_is_a_bad_answer(self, listed, wechat):
        wechat.says_json({"template_list": listed})
        with pytest.raises(errors.BadAnswer):
            templates.templates()


class TestPushes:
    def test_audits_are_told(self):
        fields = {"Event": "weapp_audit_success", "SuccTime": "1488856741", "CreateTime": "1"}
        news = audits.news_in(fields)
        assert (news.state, news.at.year, news.screenshots) == (AuditState.PASSED, 2017, ())
        fields = {"Event": "weapp_audit_delay", "DelayTime": "1488856741", "Reason": "忙"}
        assert audits.news_in(fields).state is AuditState.DELAYED
        fields = {"Event": "weapp_audit_fail", "CreateTime": "1488856741", "ScreenShot": "a|b|"}
        assert audits.news_in(fields).screenshots == ("a", "b")
        assert audits.news_in({"Event": "subscribe"}) is None
        assert audits.news_in({}) is None


class TestDomains:
    wanted = Domains(("https://shop.example",))

    def test_unchanged_ones_are_compared(self, wechat):
        """85017 says "nothing new", and also "not a domain of the platform"."""
        wechat.says_json(
            {"errcode": 85017}, {"requestdomain": ["https://shop.example"], "uploaddomain": None}
        )
        assert domains.replace(APPID, self.wanted) == self.wanted
        wechat.says_json({"errcode": 85017}, {"requestdomain": []})
        with pytest.raises(errors.DomainsUnchanged):
            domains.replace(APPID, self.wanted)

    def test_all_four_lists_are_sent(self, wechat):
        wechat.says_json(OK, {"requestdomain": ["https://shop.example"]})
        domains.replace(APPID, self.wanted)
        assert json.loads(sent(wechat, 0)[3]) == {
            "action": "set",
            "requestdomain": ["https://shop.example"],
            "wsrequestdomain": [],
            "uploaddomain": [],
            "downloaddomain": [],
        }

    def test_the_platforms_go_out_in_one_text(self, wechat):
        wechat.says_json(OK, {"invalid_wxa_server_domain": "b.example"})
        domains.set_platform_domains(("a.example", "b.example:8443"))
        method, path, query, body = sent(wechat)
        assert (method, path) == ("POST", "/cgi-bin/component/modify_wxa_server_domain")
        assert query == {"access_token": "SECRET-C-1"}
        assert json.loads(body) == {
            "action": "set",
            "is_modify_published_together": True,
            "wxa_server_domain": "a.example;b.example:8443",
        }
        with pytest.raises(errors.DomainRefused):
            domains.set_platform_domains(("a.example", "b.example"))

    def test_pages_that_are_not_the_platforms_are_told(self, wechat):
        wechat.says_json({"errcode": 85017})
        with pytest.raises(errors.DomainsUnchanged):
            domains.set_webview(APPID, ("https://shop.example",))


class TestPhones:
    @pytest.mark.parametrize("country", ["86", 86])
    def test_a_country_may_be_a_number(self, country, wechat):
        info = {"phoneNumber": "+358401234567", "purePhoneNumber": 401234567}
        mark = {"watermark": {"appid": APPID, "timestamp": 1}, "countryCode": country}
        wechat.says_json({"errcode": 0, "phone_info": info | mark})
        found = phone.phone_number(APPID, "code")
        assert (found.country_code, found.number, found.pure_number) == (
            "86",
            "+358401234567",
            "401234567",
        )
        assert "401234567" not in repr(found)

    @pytest.mark.parametrize(
        "info",
        [
            None,
            {},
            {"watermark": {"appid": "wx0000000000000002"}, "phoneNumber": "1"},
            {"watermark": {"appid": APPID}, "countryCode": "86"},
            "13800138000",
        ],
    )
    def test_a_number_of_nobody_or_of_another_app_is_a_bad_answer(self, info, wechat):
        wechat.says_json({"phone_info": info})
        with pytest.raises(errors.BadAnswer) as caught:
            phone.phone_number(APPID, "code")
        assert "138" not in str(caught.value)


class TestApps:
    def test_a_new_app_lacks_almost_everything(self, wechat, monkeypatch):
        about = {"user_name": "gh_1", "MiniProgramInfo": {}}
        wechat.says_json({"authorizer_info": about})
        info = component.app_info(APPID)
        assert (info.nick_name, info.principal_name, info.signature) == ("", "", "")
        assert (info.is_mini_program, info.is_verified) == (True, False)
        assert (info.request_domains, info.categories) == ((), ())

    @pytest.mark.parametrize(
        ("number", "verified"), [(-1, False), ("-1", False), (0, True), (3, True)]
    )
    def test_any_kind_of_proof_is_proof(self, number, verified, wechat):
        about = {"user_name": "gh_1", "verify_type_info": {"id": number}}
        wechat.says_json({"authorizer_info": about})
        info = component.app_info(APPID)
        assert (info.is_verified, info.is_mini_program) == (verified, False)

    def test_the_pages_are_wechats_own_beside_wechats_own_api(self, wechat, given):
        wechat.says_json({"pre_auth_code": "P-1", "expires_in": "600"})
        pages = authorization.pages(redirect_uri="https://shop.example/?a=1&b=2", appid=APPID)
        assert pages.desktop == (
            f"{wechat.base}/cgi-bin/componentloginpage?component_appid=wx00000000000000c0"
            "&pre_auth_code=P-1&redirect_uri=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2"
            f"&auth_type=2&biz_appid={APPID}"
        )
        assert pages.mobile == (
            f"{wechat.base}/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1"
            "&component_appid=wx00000000000000c0&pre_auth_code=P-1"
            "&redirect_uri=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2"
            f"&auth_type=2&biz_appid={APPID}#wechat_redirect"
        )
        assert "P-1" not in repr(pages)
        real = given({"api_base": "https://api.weixin.qq.com"})
        assert (real.mp_base, real.open_base) == (
            "https://mp.weixin.qq.com",
            "https://open.weixin.qq.com",
        )

    def test_an_address_that_is_not_whole_is_not_offered(self, wechat):
        with pytest.raises(ValueError):
            authorization.pages(redirect_uri="/wechat/authorised")
        assert wechat.asked == []

    def test_a_guide_may_come_without_names(self, wechat):
        wechat.says_json({"code_exist": "1", "privacy_list": ["Album"], "setting_list": None})
        found = privacy.guide(APPID)
        assert found == privacy.CurrentGuide(True, ("Album",), ())
        assert found.missing_keys == ("Album",)

    def test_a_category_of_three_levels(self, wechat):
        item = {"first_class": "教育", "second_class": "学历教育", "third_class": "高等"}
        wechat.says_json(
            {"category_list": [item | {"first_id": 3, "second_id": "4", "third_id": 5}]}
        )
        (found,) = categories.categories(APPID)
        assert found == categories.Category("教育", "学历教育", "高等", 3, 4, 5)

    def test_a_sensitive_category_brings_its_papers(self, wechat):
        wechat.says_json(OK)
        papers = (categories.Certificate("《食品经营许可证》", "M-1"),)
        categories.add(APPID, first_id=1, second_id=101, certificates=papers)
        assert json.loads(sent(wechat)[3]) == {
            "categories": [
                {
                    "first": 1,
                    "second": 101,
                    "certicates": [{"key": "《食品经营许可证》", "value": "M-1"}],
                }
            ]
        }


class TestOthers:
    def test_a_call_is_looked_up_without_its_token(self, wechat):
        request = {
            "invoke_time": 1635927298,
            "cost_in_ms": 100,
            "request_url": "access_token=SECRET",
            "client_ip": "192.0.2.1",
        }
        wechat.says_json({"request": request})
        found = diagnosis.request_of(APPID, "1-2-3")
        assert (found.milliseconds, found.client_ip) == (100, "192.0.2.1")
        assert "SECRET" not in repr(found)

    def test_counters_are_cleared_a_limited_number_of_times(self, wechat):
        wechat.says_json(OK, {"errcode": 48006})
        diagnosis.clear_quota(APPID)
        assert json.loads(sent(wechat)[3]) == {"appid": APPID}
        with pytest.raises(errors.WeChatRefused):
            diagnosis.clear_quota(APPID)

    def test_a_payer_is_known_across_one_owners_apps(self, wechat):
        wechat.says_json({"unionid": "U-1"})
        assert identity.paid_unionid(APPID, openid="o", transaction_id="42") == "U-1"
        assert sent(wechat)[1:3] == (
            "/wxa/getpaidunionid",
            {"access_token": "SECRET-S-1", "openid": "o", "transaction_id": "42"},
        )

    def test_a_session_lives_or_does_not(self, wechat):
        wechat.says_json(OK, {"errcode": 87009}, {"errcode": 40003})
        wish = {"openid": "o", "session_key": "MDEyMzQ1Njc4OWFiY2RlZg=="}
        assert session_keys.is_alive(APPID, **wish)
        assert sent(wechat)[2]["signature"].startswith("65c26191fb22")
        assert not session_keys.is_alive(APPID, **wish)
        with pytest.raises(errors.WeChatRefused):
            session_keys.is_alive(APPID, **wish)


SAID = [
    # what is called, with the secrets that WeChat is made to repeat
    lambda: own_app.own_session(APPID, "SECRET-APP", "SECRET-CODE"),
    lambda: own_app._mint(APPID, "SECRET-APP"),
    lambda: phone.phone_number(APPID, "SECRET-CODE"),
    lambda: component.adopt_authorization("SECRET-AUTH"),
    lambda: component._refreshed(APPID, "SECRET-REFRESH"),
    lambda: component.start_push_ticket(),
    lambda: component.app_info(APPID),
    lambda: authorization.pages(redirect_uri="https://shop.example/"),
    lambda: registration.register(name="茶", code="S" * 18, component_phone="1"),
    lambda: program_code.trial_qr(APPID),
    lambda: program_code.upload_media(APPID, name="a.png", body=PNG, mime="image/png"),
    lambda: program_code.release(APPID),
    lambda: templates.templates(),
    lambda: domains.get(APPID),
    lambda: privacy.guide(APPID),
    lambda: callers.platform_get("/x", call="test.platform"),
]


@pytest.mark.parametrize("call", SAID)
@pytest.mark.parametrize("how", ["refused", "cut", "html", "echoed"])
def test_no_secret_is_said_in_logs_or_messages(call, how, wechat, caplog):
    """However WeChat fails: the log, the message and the repr hold no token, code, secret, phone."""

    def echo(handler):
        length = int(handler.headers.get("Content-Length") or 0)
        said = f"bad: {handler.path} {length}"
        asked = wechat.asked[-1][3].decode(errors="replace")
        body = {"errcode": 40097, "errmsg": f"{said} {asked[:500]} rid: 1-2-3"}
        return 200, {}, json.dumps(body).encode()

    caplog.set_level(logging.DEBUG)
    answers = {
        "refused": (200, {}, b'{"errcode":40097,"errmsg":"no rid: 1-2-3"}'),
        "cut": lambda _: None,
        "html": (200, {}, b"<html>SECRET</html>"),
        "echoed": echo,
    }
    wechat.says(answers[how])
    with pytest.raises(errors.WeChatFailure) as caught:
        call()
    failure = caught.value
    assert failure.__suppress_context__ or failure.__context__ is None
    told = caplog.text + str(failure) + repr(failure) + failure.message
    assert "SECRET" not in told
    assert "component-secret" not in told

"""Pushes, checks, messages, codes and links: the client, our door and the simulator, for real."""

import base64
import urllib.parse
from datetime import timedelta

import pytest
from django.test import override_settings

from kernel import clock
from tenants import context, directory
from tenants.models import MiniProgram
from tenants.pushes.models import Push
from tests.wechat.test_against_simulator import Simulator
from wechat import (
    breaker,
    component,
    content,
    customer_service,
    errors,
    links,
    login,
    official_account,
    push,
    qr_codes,
    shipping,
    subscriptions,
)
from wechat.content import RiskScene, Scene, Suggest
from wechat.credentials import Credentials, OwnApp
from wechat.subscriptions import PermitSource

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def simulator(tmp_path_factory):
    running = Simulator(tmp_path_factory.mktemp("wechat"))
    yield running
    running.stop()


@pytest.fixture
def ears(stub):
    """Our doors, as WeChat sees them: whatever is posted is kept and answered with success."""
    stub.says(*[(200, {}, b"success")] * 100)
    return stub


@pytest.fixture
def platform(db, simulator, ears):
    breaker.reset()
    with override_settings(WECHAT=simulator.credentials), context.public():
        wish = {
            "ticket_url": f"{ears.base}/hooks/wechat/component",
            "message_url": f"{ears.base}/hooks/wechat/apps/$APPID$/events",
        }
        simulator.control("PUT", "component", wish)
        simulator.control("POST", "component/push_ticket")
        pushes = [push.open_component_push(*one) for one in heard(ears, "/hooks/wechat/component")]
        # News of the app of the test before may come late, to us.
        tickets = [one for one in pushes if one["InfoType"] == "component_verify_ticket"]
        component.save_ticket(tickets[0])
        yield simulator


@pytest.fixture
def app(platform):
    """A mini-program whose owner has just authorised us; its appid."""
    made = platform.control("POST", "mini_programs", {"name": "Teahouse"})
    component.adopt_authorization(made["auth_code"])
    return made["appid"]


@pytest.fixture
def buyer(platform, app):
    """The openid of a customer who has just been here."""
    code = platform.control("POST", "login", {"appid": app, "user": "buyer"})["code"]
    return login.code_to_session(appid=app, code=code).openid


def heard(ears, path):
    """Query and body of everything that was posted to us below a path, the newest first."""
    posted = [(target, body) for method, target, _, body in ears.asked if method == "POST"]
    return [
        (dict(urllib.parse.parse_qsl(target.partition("?")[2])), body)
        for target, body in reversed(posted)
        if target.startswith(path)
    ]


def pushed(simulator, appid, event):
    """The newest push of this event to the app, whose first delivery has ended."""
    found = simulator.control("GET", f"pushes?appid={appid}&event={event}")["pushes"]
    return found[0]


def opened(simulator, appid, number):
    request = simulator.control("GET", f"pushes/{number}/request")
    return push.open_app_push(appid, request["query"], base64.b64decode(request["body_b64"]))


def sent(simulator, appid, fields):
    return simulator.control("POST", "pushes", {"appid": appid, "fields": fields})


class TestPushes:
    def test_a_push_to_a_shops_app_opens(self, platform, app, ears):
        told = sent(platform, app, {"Event": "weapp_audit_fail", "Reason": "1: <br>违规 ]]>"})
        assert told["state"] == "accepted"
        query, body = heard(ears, "/hooks/wechat/apps/")[0]
        fields = push.open_app_push(app, query, body)
        assert (fields["Event"], fields["Reason"]) == ("weapp_audit_fail", "1: <br>违规 ]]>")
        assert fields == opened(platform, app, told["id"])

    @pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
    @pytest.mark.parametrize("kind", ["xml", "json"])
    def test_an_own_app_pushes_in_every_mode_and_format(self, platform, app, ears, mode, kind):
        ears.script.clear()
        token, key = "own0token", "k" * 42 + "E"
        own = OwnApp(app, token, "" if mode == "plain" else key)
        known = platform.credentials
        mine = Credentials(known.api_base, known.pay_base, known.component, known.pay, (own,))
        with override_settings(WECHAT=mine):

            def answer(handler):
                query = dict(urllib.parse.parse_qsl(handler.path.partition("?")[2]))
                if handler.command == "GET":
                    return 200, {}, push.echo(app, query).encode()
                return 200, {}, b"success"

            ears.says(*[answer] * 20)
            wish = {"url": f"{ears.base}/own", "token": token, "encoding_aes_key": key,
                    "mode": mode, "format": kind}  # fmt: skip
            platform.control("PUT", f"mini_programs/{app}/message_url", wish)
            told = sent(platform, app, {"Event": "x", "List": [{"A": 1}, {"A": 2}]})
            assert told["state"] == "accepted"
            fields = push.open_app_push(app, *heard(ears, "/own")[0])
        assert (fields["Event"], push.rows(fields, "List")) == ("x", ({"A": "1"}, {"A": "2"}))
        assert [method for method, *_ in ears.asked].count("GET") >= 1

    def test_our_door_takes_the_genuine_one_and_none_of_the_forged(
        self, platform, app, shop, client, ears
    ):
        with context.public():
            MiniProgram.objects.create(tenant_id=shop.id, appid=app)
            directory.forget()
            number = sent(platform, app, {"Event": "weapp_audit_success"})["id"]
            forgeries = [
                "bad_signature", "missing_signature", "missing_timestamp", "missing_nonce",
                "wrong_appid", "wrong_key", "wrong_token", "old_timestamp", "future_timestamp",
                "truncated_ciphertext", "inner_xml_bomb", "xml_bomb", "huge_body",
                "not_a_message", "plain_without_signature",
            ]  # fmt: skip
            for forge in forgeries:
                assert self._deliver(platform, client, number, forge).status_code == 401, forge
            assert not Push.objects.exists()
            for _ in range(2):
                assert self._deliver(platform, client, number, "").content == b"success"
            assert self._deliver(platform, client, number, "replayed").content == b"success"
            assert [row.event for row in Push.objects.all()] == ["weapp_audit_success"]
            with clock.ahead(timedelta(hours=1)):
                late = self._deliver(platform, client, number, "replayed")
        assert (late.status_code, late.json()["message"]) == (401, "timestamp")

    def _deliver(self, simulator, client, number, forge):
        request = simulator.control("GET", f"pushes/{number}/request?forge={forge}")
        parts = urllib.parse.urlsplit(request["url"])
        address = f"{parts.path}?{urllib.parse.urlencode(request['query'])}"
        body = base64.b64decode(request["body_b64"])
        return client.post(address, body, content_type=request["headers"]["Content-Type"])

    def test_a_sealed_reply_is_understood(self, platform, app, buyer, ears):
        ears.script.clear()

        def reply(handler):
            query, body = heard(ears, "/hooks/wechat/apps/")[0]
            fields = push.open_app_push(app, query, body)
            assert official_account.message_of(fields).text == "价格"
            text = official_account.rendered(fields, "9.90 元 ]]> <茶>")
            sealed = push.seal_reply(app, text, nonce=query["nonce"], as_json=False)
            return 200, {"Content-Type": "text/xml"}, sealed.encode()

        ears.says(reply)
        wish = {"appid": app, "user": "buyer", "text": "价格"}
        told = platform.control("POST", "messages", wish)
        assert told["state"] == "accepted", told
        assert told["reply"]["Content"] == "9.90 元 ]]> <茶>"


class TestContent:
    def check(self, app, buyer, text):
        return content.check_text(app, openid=buyer, scene=Scene.COMMENT, content=text)

    def test_texts_are_judged_by_their_words(self, app, buyer):
        assert self.check(app, buyer, "龙井茶很香").suggest == Suggest.PASS
        held = self.check(app, buyer, "加微信聊")
        assert (held.suggest, held.label, held.keywords) == (Suggest.REVIEW, 10001, ("加微信",))
        assert self.check(app, buyer, "赌博").suggest == Suggest.RISKY

    def test_a_customer_long_gone_cannot_be_asked_about(self, platform, app, buyer):
        platform.control("POST", "clock", {"advance_seconds": 2 * 3600 + 60})
        with pytest.raises(errors.OpenidNotRecent):
            self.check(app, buyer, "茶")

    def test_a_picture_is_judged_at_once_or_by_push(self, platform, app, buyer, ears):
        risky = {"body_b64": base64.b64encode(PNG).decode(), "suggest": "risky", "label": 20002}
        platform.control("PUT", "verdicts", risky)
        found = content.check_picture(app, picture=PNG, name="a.png", mime="image/png")
        assert found.suggest == Suggest.RISKY
        fine = content.check_picture(app, picture=PNG + b"!", name="a.png", mime="image/png")
        assert fine.suggest == Suggest.PASS
        ears.script.clear()
        ears.says((200, {"Content-Type": "image/png"}, PNG), *[(200, {}, b"success")] * 5)
        trace_id = content.check_media(
            app, openid=buyer, scene=Scene.SOCIAL, media_url=f"{ears.base}/a.png"
        )
        platform.control("POST", "clock", {"advance_seconds": 3600})
        number = pushed(platform, app, "wxa_media_check")["id"]
        judged = content.media_finding(opened(platform, app, number))
        assert (judged.suggest, judged.label, judged.trace_id) == (Suggest.RISKY, 20002, trace_id)

    def test_the_risk_of_a_customer_is_known(self, platform, app, buyer):
        platform.control("PUT", "people/buyer", {"risk_rank": 4})
        rank = content.risk_rank(
            app, openid=buyer, scene=RiskScene.MARKETING, client_ip="203.0.113.7"
        )
        platform.control("PUT", "people/buyer", {"risk_rank": 0})
        assert rank == 4


class TestSubscriptions:
    def template(self, app):
        tid = "1128"
        keywords = subscriptions.library_keywords(app, tid=tid)
        chosen = {word.rule: word.keyword_id for word in reversed(keywords)}
        ids = [chosen["character_string"], chosen["thing"], chosen["amount"]]
        given = subscriptions.add_template(app, tid=tid, keyword_ids=ids, scene_desc="付款成功")
        (own,) = [one for one in subscriptions.own_templates(app) if one.template_id == given]
        return own

    def values(self, template):
        known = {"character_string": "T-1", "thing": "茶" * 30, "amount": "¥9.90"}
        return {key: known[key.rstrip("0123456789")] for key in template.keys}

    def test_the_library_is_read(self, app):
        ids = [category.category_id for category in subscriptions.categories(app)]
        page = subscriptions.library_titles(app, category_ids=ids)
        assert page.count >= len(page.titles) >= 1

    def test_one_permit_is_worth_one_message(self, platform, app, buyer, ears):
        template = self.template(app)
        wish = {"appid": app, "user": "buyer", "template_id": template.template_id}
        platform.control("POST", "subscribe", wish | {"action": "accept"})
        number = pushed(platform, app, "subscribe_msg_popup_event")["id"]
        (change,) = subscriptions.permit_changes(opened(platform, app, number))
        assert (change.openid, change.template_id) == (buyer, template.template_id)
        assert (change.accepted, change.source) == (True, PermitSource.POPUP)
        self.send(app, buyer, template)
        with pytest.raises(errors.NoPermitLeft):
            self.send(app, buyer, template)
        number = pushed(platform, app, "subscribe_msg_sent_event")["id"]
        (result,) = subscriptions.sent_messages(opened(platform, app, number))
        assert (result.openid, result.error_code) == (buyer, 0)

    def send(self, app, buyer, template):
        subscriptions.send(
            app, openid=buyer, template_id=template.template_id, data=self.values(template)
        )

    def test_a_ban_is_told_and_a_template_goes(self, platform, app, buyer):
        template = self.template(app)
        wish = {"appid": app, "user": "buyer", "template_id": template.template_id}
        platform.control("POST", "subscribe", wish | {"action": "ban"})
        number = pushed(platform, app, "subscribe_msg_change_event")["id"]
        (change,) = subscriptions.permit_changes(opened(platform, app, number))
        assert (change.accepted, change.source) == (False, PermitSource.CHANGE)
        subscriptions.delete_template(app, template_id=template.template_id)
        with pytest.raises(errors.MessageTemplateUnknown):
            self.send(app, buyer, template)


class TestService:
    def test_a_customer_who_wrote_is_answered(self, platform, app, buyer):
        with pytest.raises(errors.OutOfWindow):
            customer_service.send_text(app, openid=buyer, text="您好")
        platform.control("POST", "messages", {"appid": app, "user": "buyer", "text": "在吗"})
        customer_service.show_typing(app, openid=buyer)
        customer_service.send_text(app, openid=buyer, text="您好")
        media = customer_service.upload_media(app, picture=PNG, name="a.png", mime="image/png")
        customer_service.send_picture(app, openid=buyer, media_id=media)
        customer_service.send_link(
            app,
            openid=buyer,
            title="t",
            description="d",
            url="https://x/",
            picture_url="https://x/a",
        )
        told = platform.control("GET", f"messages?appid={app}&user=buyer")["messages"]
        assert [one["content"]["msgtype"] for one in reversed(told)] == ["text", "image", "link"]


class TestCodesAndLinks:
    def test_a_code_and_links_are_made(self, platform, app):
        platform.control("PUT", "settings", {"released_pages": {app: ["pages/home/index"]}})
        picture = qr_codes.unlimited(app, scene="k=42", page="pages/home/index")
        assert picture.startswith(b"\x89PNG")
        assert qr_codes.unlimited(app, scene="k=42", page="pages/soon", must_exist=False)
        with pytest.raises(errors.PageNotReleased):
            qr_codes.unlimited(app, scene="k=42", page="pages/none/at/all")
        made = links.url_link(app, path="", query="k=42", days=7)
        known = links.query_url_link(app, url_link=made)
        assert (known.appid, known.query) == (app, "k=42")
        assert links.query_scheme(app, scheme=links.scheme(app, path="")).appid == app


class TestShipping:
    def test_the_app_is_asked_about(self, app):
        assert shipping.is_trade_managed(app) in (True, False)
        assert shipping.is_confirmation_completed(app) is True
        assert list(shipping.orders(appid=app)) == []

    def test_an_order_nobody_paid_cannot_be_reminded_of(self, app):
        with pytest.raises(errors.PaymentNotYetKnown):
            shipping.remind_to_confirm(appid=app, transaction_id="42", received_at=clock.now())

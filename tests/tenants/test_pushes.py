"""The doors of pushes: kept once, told to whom it concerns, answered within the call."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sentry_sdk
import xmltodict
from django.db import OperationalError, connection
from django.test import override_settings
from prometheus_client import REGISTRY

from jobs import messages as bus
from jobs.schedule import entries
from kernel import clock
from tenants import context, directory
from tenants import standing as tenant_standing
from tenants.models import MiniProgram, Tenant
from tenants.pushes import actions, events, messages, queries, replying
from tenants.pushes.jobs import delete_old_pushes
from tenants.pushes.models import Push, Source
from tests import credentials as test_credentials
from tests.wechat.sealing import Sealer, now, post, xml
from wechat import component, official_account
from wechat.models import ComponentTicket

APPID = "wx00000000000000bb"
COMPONENT = "/hooks/wechat/component"
EVENTS = f"/hooks/wechat/apps/{APPID}/events"
OPENID = "oFirstCustomer"


@pytest.fixture
def credentials():
    with override_settings(WECHAT=test_credentials.credentials()):
        yield test_credentials.credentials()


@pytest.fixture
def sealer(credentials):
    own = credentials.component
    keys = {"appid": own.appid, "token": own.token, "encoding_aes_key": own.encoding_aes_key}
    return Sealer(keys)


@pytest.fixture
def app(shop):
    with context.public():
        MiniProgram.objects.create(tenant_id=shop.id, appid=APPID)
    directory.forget()
    return shop


@pytest.fixture
def heard(monkeypatch):
    """Every message that would be published, with the shop it goes to; all are heard by somebody."""
    told = []
    monkeypatch.setattr(actions, "handlers_of", lambda kind: ["somebody"])
    monkeypatch.setattr(
        actions, "publish", lambda message, tenant=None: told.append((message, tenant))
    )
    return told


@pytest.fixture
def send(client, sealer, no_calls):
    def deliver(fields, *, path=EVENTS, as_json=False):
        with context.public():
            if as_json:
                return post(client, path, *sealer.json_push(json.dumps(fields)), "application/json")
            return post(client, path, *sealer.push(xml(fields)))

    return deliver


@pytest.fixture
def no_calls(monkeypatch):
    """No socket may open while a door answers."""

    def refuse(_socket, address):
        raise AssertionError(f"a socket was opened to {address}")

    monkeypatch.setattr("socket.socket.connect", refuse)


def event(name, **more):
    head = {"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": now(), "MsgType": "event"}
    return head | {"Event": name} | more


def text(words, number="24000000000000001"):
    head = {"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": now(), "MsgType": "text"}
    return head | {"Content": words, "MsgId": number}


def info(name, **more):
    return {"AppId": "wx00000000000000c0", "CreateTime": now(), "InfoType": name} | more


def kept():
    with context.public():
        return list(Push.objects.order_by("received_at", "id"))


def counted(source, name, result):
    labels = {"source": source, "event": name, "result": result}
    return REGISTRY.get_sample_value("pushes_total", labels) or 0


def is_success(answer):
    return (answer.status_code, answer.content) == (200, b"success")


class TestOfTheComponent:
    def test_a_ticket_is_kept_sealed_and_never_in_the_table(self, send, app, credentials):
        ticket = "ticket@@@secret"
        fields = info(events.TICKET, ComponentVerifyTicket=ticket)
        assert is_success(send(fields, path=COMPONENT))
        assert is_success(send(fields, path=COMPONENT))
        assert kept() == []
        with context.public():
            row = ComponentTicket.objects.get()
            assert ticket not in row.sealed_ticket
            assert component._ticket(credentials.component.appid) == ticket

    def test_a_ticket_without_its_time_is_refused(self, send, app):
        fields = info(events.TICKET, ComponentVerifyTicket="t") | {"CreateTime": "soon"}
        assert send(fields, path=COMPONENT).status_code == 401
        with context.public():
            assert not ComponentTicket.objects.exists()

    @pytest.mark.parametrize("name", sorted(events.PLATFORM))
    def test_an_authorisation_is_told_to_the_platform_once(self, send, app, heard, name):
        fields = info(
            name,
            AuthorizerAppid="wx00000000000000ee",
            AuthorizationCode="queryauthcode@@@1",
            PreAuthCode="preauthcode@@@1",
        )
        for _ in range(3):
            assert is_success(send(fields, path=COMPONENT))
        [row] = kept()
        assert heard == [(messages.AppAuthorized(row.pk), "")]
        assert (row.source, row.appid, row.event, row.tenant_public_id, row.outcome) == (
            "component", "wx00000000000000ee", name, "", "",
        )  # fmt: skip

    @pytest.mark.parametrize("name", sorted(events.PLATFORM))
    def test_what_may_change_an_apps_owner_is_not_told_to_the_owner(self, send, app, heard, name):
        assert is_success(send(info(name, AuthorizerAppid=APPID), path=COMPONENT))
        [row] = kept()
        assert heard == [(messages.AppAuthorized(row.pk), "")]
        assert (row.appid, row.tenant_public_id) == (APPID, "")

    def test_a_code_lies_sealed_and_is_read_whole(self, send, app):
        fields = info(
            "authorized",
            AuthorizerAppid=APPID,
            AuthorizationCode="queryauthcode@@@1",
            AuthorizationCodeExpiredTime="600",
            PreAuthCode="preauthcode@@@1",
        )
        send(fields, path=COMPONENT)
        [row] = kept()
        with context.public(), connection.cursor() as cursor:
            cursor.execute("SELECT p::text FROM pushes_push p")
            stored = cursor.fetchone()[0]
        assert "queryauthcode" not in stored
        assert "preauthcode" not in stored
        assert row.fields["AuthorizationCodeExpiredTime"] == "600"
        assert queries.fields_of(row.pk) == fields
        assert queries.push(row.pk).appid == APPID

    def test_a_registration_brings_its_code_and_app(self, send, app, heard):
        fields = info("notify_third_fasteregister", appid="wx00000000000000ef", status="0",
                      auth_code="code@@@2", info={"name": "小铺", "code": "91"})  # fmt: skip
        send(fields, path=COMPONENT)
        [row] = kept()
        assert row.appid == "wx00000000000000ef"
        read = queries.fields_of(row.pk)
        assert (read["auth_code"], read["info.name"]) == ("code@@@2", "小铺")
        assert "auth_code" not in row.fields

    def test_what_concerns_a_known_app_is_told_to_its_shop(self, send, app, heard):
        fields = info("notify_apply_icpfiling_result", authorizer_appid=APPID, beian_status="3024")
        assert is_success(send(fields, path=COMPONENT))
        [row] = kept()
        assert heard == [(messages.ProgramJudged(row.pk), app.public_id)]

    def test_what_concerns_a_strangers_app_is_kept_and_ignored(self, send, app, heard):
        fields = info("notify_3rd_wxa_auth", appid="wx00000000000000ff")
        assert is_success(send(fields, path=COMPONENT))
        assert [row.outcome for row in kept()] == ["ignored"]
        assert heard == []

    def test_an_unknown_event_is_kept_and_counted_as_other(self, send, app, heard):
        before = counted("component", "other", "unknown")
        assert is_success(send(info("something_new", Word="x"), path=COMPONENT))
        [row] = kept()
        assert (row.event, row.outcome, row.fields["Word"]) == ("something_new", "unknown", "x")
        assert row.handled_at is not None
        assert heard == []
        assert counted("component", "other", "unknown") == before + 1


SAMPLES = {
    messages.AuditDecided: ("weapp_audit_success", "weapp_audit_fail", "weapp_audit_delay"),
    messages.MediaChecked: ("wxa_media_check",),
    messages.PermitsChanged: ("subscribe_msg_popup_event", "subscribe_msg_sent_event"),
    messages.FollowerChanged: ("subscribe", "unsubscribe", "SCAN"),
    messages.ShippingReminded: ("trade_manage_remind_shipping", "trade_manage_order_settlement"),
    messages.ProgramJudged: ("wxa_nickname_audit", "wxa_category_audit", "wxa_illegal_record"),
    messages.CustomerSpoke: ("user_enter_tempsession", "CLICK"),
}
CASES = [(kind, name) for kind, names in SAMPLES.items() for name in names]


class TestOfAnApp:
    @pytest.mark.parametrize(("kind", "name"), CASES, ids=[name for _, name in CASES])
    def test_an_event_is_told_inside_the_shop_once(self, send, app, heard, kind, name):
        fields = event(name, Extra="x")
        assert is_success(send(fields))
        assert is_success(send(fields, as_json=True))
        [row] = kept()
        assert heard == [(kind(row.pk), app.public_id)]
        assert (row.source, row.appid, row.event) == ("app", APPID, name)
        assert (row.tenant_public_id, row.outcome, row.handled_at) == (app.public_id, "", None)

    def test_a_handler_hears_it_inside_the_shop(self, send, app, run_jobs, monkeypatch):
        seen = []
        before = list(bus._actors.get(messages.MediaChecked, []))

        def look(message: messages.MediaChecked) -> None:
            fields = queries.fields_of(message.push_id)
            seen.append((context.shop().public_id, fields["trace_id"]))
            actions.note_handled(push_id=message.push_id, outcome="passed")
            actions.note_handled(push_id=message.push_id, outcome="again")

        bus.handles(messages.MediaChecked, queue="notify")(look)
        monkeypatch.setitem(
            bus._actors, messages.MediaChecked, bus._actors[messages.MediaChecked][len(before) :]
        )
        send(event("wxa_media_check", trace_id="T-1"))
        run_jobs()
        assert seen == [(app.public_id, "T-1")]
        assert [row.outcome for row in kept()] == ["passed"]

    def test_a_message_is_the_same_by_its_number_alone(self, send, app, heard):
        send(text("你好"))
        send(text("你好") | {"CreateTime": "1"}, as_json=True)
        send(text("你好", number="24000000000000002"))
        assert len(kept()) == 2
        assert [type(message) for message, _ in heard] == [messages.CustomerSpoke] * 2

    def test_two_events_of_one_second_are_two(self, send, app, heard):
        for trace_id in ("T-1", "T-2"):
            send(event("wxa_media_check", trace_id=trace_id))
        assert len(kept()) == len(heard) == 2

    def test_a_push_sent_again_to_another_shops_address_is_a_repeat(
        self, client, sealer, app, other_shop, heard
    ):
        with context.public():
            MiniProgram.objects.create(tenant_id=other_shop.id, appid="wxother")
            stolen = sealer.push(xml(event("weapp_audit_success")))
            assert is_success(post(client, EVENTS, *stolen))
            assert is_success(post(client, "/hooks/wechat/apps/wxother/events", *stolen))
        assert [row.appid for row in kept()] == [APPID]
        assert [tenant for _, tenant in heard] == [app.public_id]

    def test_an_unknown_app_is_answered_counted_and_kept_nowhere(self, send, app, heard):
        before = counted("app", "weapp_audit_success", "unknown_app")
        path = "/hooks/wechat/apps/wx00000000000000zz/events"
        assert is_success(send(event("weapp_audit_success"), path=path))
        assert kept() == heard == []
        assert counted("app", "weapp_audit_success", "unknown_app") == before + 1

    def test_an_unknown_event_is_kept_and_marked(self, send, app, heard):
        send(event("something_new"))
        send(event("VIEW", EventKey="https://shop.example/"))
        assert [(row.event, row.outcome) for row in kept()] == [
            ("something_new", "unknown"),
            ("VIEW", "ignored"),
        ]
        assert heard == []

    def test_what_nobody_hears_is_kept_and_ignored(self, send, app, heard, monkeypatch):
        monkeypatch.setattr(actions, "handlers_of", lambda kind: [])
        send(event("wxa_media_check", trace_id="T-1"))
        assert [(row.event, row.outcome) for row in kept()] == [("wxa_media_check", "ignored")]
        assert heard == []

    def test_a_push_sent_again_to_the_components_address_is_a_repeat(
        self, client, sealer, app, heard
    ):
        stolen = sealer.push(xml(event("wxa_media_check", appid=APPID, trace_id="T-1")))
        with context.public():
            for path in (EVENTS, COMPONENT):
                assert is_success(post(client, path, *stolen))
        assert len(kept()) == len(heard) == 1

    def test_names_of_events_cannot_drown_the_counters(self, send, app):
        send(event("x" * 500))
        assert [row.event for row in kept()] == ["x" * 64]
        assert counted("app", "x" * 64, "unknown") == 0

    def test_a_suspended_shop_hears_and_a_purged_one_does_not(self, send, app, heard):
        with context.public():
            tenant = Tenant.objects.get(pk=app.id)
            tenant_standing.suspend(tenant=tenant, reason="test", by="test")
            directory.forget()
            send(event("wxa_media_check", trace_id="T-1"))
            Tenant.objects.filter(pk=app.id).update(state="purged")
            directory.forget()
            send(event("wxa_media_check", trace_id="T-2"))
        assert [row.outcome for row in kept()] == ["", "closed"]
        assert len(heard) == 1

    def test_a_push_and_its_message_stand_or_fall_together(self, app, monkeypatch):
        def fail(message, tenant=None):
            raise OperationalError("no")

        monkeypatch.setattr(actions, "publish", fail)
        with context.public(), pytest.raises(OperationalError):
            actions.keep(source=Source.APP, appid=APPID, fields=event("wxa_media_check"), shop=app)
        assert kept() == []

    def test_the_address_is_proved_by_its_echo(self, client, sealer, app):
        with context.public():
            query = sealer.plain_query(echostr="4375120948345356249")
            answer = client.get(EVENTS, query)
            assert (answer.status_code, answer.content) == (200, b"4375120948345356249")
            assert answer["Content-Type"] == "text/plain"
            wrong = client.get(EVENTS, query | {"signature": "0" * 40})
        assert (wrong.status_code, wrong.json()["message"]) == (401, "signature")
        assert kept() == []

    def test_the_addresses_for_the_console(self, settings):
        settings.PUBLIC_URL = "https://xiaopu.example"
        assert queries.component_url() == "https://xiaopu.example/hooks/wechat/component"
        assert queries.message_url() == ("https://xiaopu.example/hooks/wechat/apps/$APPID$/events")


def keyword_reply(appid, fields):
    """Read a table of the shop, as a real one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_member")
    if fields.get("Event") == "subscribe":
        return official_account.Article("欢迎", "小铺", "https://x/a.png", "https://x/")
    return {"价格": f"{context.shop().name}：9.90 ]]> 元", "图": None}.get(fields.get("Content"))


def broken_reply(appid, fields):
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM members_member")


def sleepy_reply(appid, fields):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")


@pytest.fixture
def reported(monkeypatch):
    told = []
    monkeypatch.setattr(sentry_sdk, "capture_exception", told.append)
    monkeypatch.setattr(sentry_sdk, "capture_message", lambda words, **_: told.append(words))
    return told


@pytest.fixture
def replying_by(monkeypatch):
    """Name the function that replies. Tests are imported by path, so it is put in by hand."""

    def name(function):
        monkeypatch.setattr(replying, "import_string", lambda _: function)
        return override_settings(PASSIVE_REPLY="shop.replies.actions.reply_to")

    return name


class TestAReplyAtOnce:
    @pytest.mark.parametrize("as_json", [False, True])
    def test_a_keyword_is_answered_sealed_in_the_format_of_the_push(
        self, send, sealer, app, heard, replying_by, as_json
    ):
        with replying_by(keyword_reply):
            answer = send(text("价格"), as_json=as_json)
        assert answer.status_code == 200
        if as_json:
            reply = json.loads(sealer.decrypt(answer.json()["Encrypt"]))
        else:
            reply = official(sealer, answer.content)
        assert reply.pop("CreateTime")
        assert reply == {
            "ToUserName": OPENID,
            "FromUserName": "gh_1",
            "MsgType": "text",
            "Content": f"{app.name}：9.90 ]]> 元",
        }
        assert len(kept()) == len(heard) == 1

    def test_a_follower_is_greeted_with_an_article(self, send, sealer, app, replying_by):
        with replying_by(keyword_reply):
            reply = official(sealer, send(event("subscribe")).content)
        assert (reply["MsgType"], reply["ArticleCount"]) == ("news", "1")
        assert reply["Articles"]["item"] == {
            "Title": "欢迎", "Description": "小铺", "PicUrl": "https://x/a.png", "Url": "https://x/",
        }  # fmt: skip

    def test_a_repeat_is_answered_again_and_told_once(self, send, sealer, app, heard, replying_by):
        with replying_by(keyword_reply):
            first, again = send(text("价格")), send(text("价格"))
        contents = [official(sealer, answer.content)["Content"] for answer in (first, again)]
        assert contents == [f"{app.name}：9.90 ]]> 元"] * 2
        assert len(kept()) == len(heard) == 1

    def test_no_reply_is_success(self, send, app, replying_by):
        with replying_by(keyword_reply):
            assert is_success(send(text("别的")))
            assert is_success(send(text("图", number="3")))
            assert is_success(send(event("unsubscribe")))

    def test_without_a_replier_nobody_is_asked(self, send, app):
        with override_settings(PASSIVE_REPLY=""):
            assert is_success(send(text("价格")))

    def test_an_error_is_reported_and_is_success(self, send, app, heard, replying_by, reported):
        with replying_by(broken_reply):
            assert is_success(send(text("价格")))
        assert len(kept()) == len(heard) == len(reported) == 1
        assert "no_such_column" in str(reported[0])

    def test_a_slow_statement_is_cut_off(
        self, send, app, heard, replying_by, reported, monkeypatch
    ):
        monkeypatch.setattr(replying, "REPLY_SECONDS", 0.05)
        with replying_by(sleepy_reply):
            assert is_success(send(text("价格")))
        assert "statement timeout" in str(reported[0])
        assert len(kept()) == len(heard) == 1

    def test_a_late_reply_is_thrown_away(
        self, send, app, heard, replying_by, reported, monkeypatch
    ):
        ticks = iter([0.0, 3.5])
        monkeypatch.setattr(replying, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
        with replying_by(keyword_reply):
            assert is_success(send(text("价格")))
        assert reported == ["a passive reply took too long"]
        assert len(kept()) == len(heard) == 1

    def test_a_suspended_shop_does_not_speak(self, send, app, replying_by):
        with context.public():
            tenant = Tenant.objects.get(pk=app.id)
            tenant_standing.suspend(tenant=tenant, reason="test", by="test")
        directory.forget()
        with replying_by(keyword_reply):
            assert is_success(send(text("价格")))


def official(sealer, body):
    """Open a sealed XML reply."""
    sealed = xmltodict.parse(body)["xml"]
    signed = (sealed["TimeStamp"], sealed["Nonce"], sealed["Encrypt"])
    assert sealed["MsgSignature"] == sealer.signature(*signed)
    return xmltodict.parse(sealer.decrypt(sealed["Encrypt"]))["xml"]


class TestForgetting:
    def age(self, days, count=1):
        with context.public():
            for number in range(count):
                Push.objects.create(
                    source="app", appid=APPID, event="text", digest=f"{days}-{number}", fields={},
                    received_at=clock.now() - timedelta(days=days),
                )  # fmt: skip

    def test_old_pushes_go_and_younger_ones_stay(self, shop):
        self.age(31, 3)
        self.age(29)
        with context.public():
            delete_old_pushes(messages.OldPushesDue())
        assert [row.digest for row in kept()] == ["29-0"]

    def test_it_deletes_in_small_bites_and_goes_on(self, shop, monkeypatch, queued):
        self.age(31, 5)
        bite = actions.forget_old
        monkeypatch.setattr(actions, "forget_old", lambda: bite(most=1))
        monkeypatch.setattr("tenants.pushes.jobs._BATCHES", 3)
        with context.public():
            delete_old_pushes(messages.OldPushesDue())
            assert len(queued("delete_old_pushes")) == 1
            delete_old_pushes(messages.OldPushesDue())
        assert kept() == []
        assert len(queued("delete_old_pushes")) == 1

    def test_it_is_due_every_day(self):
        [entry] = [e for e in entries() if isinstance(e.message, messages.OldPushesDue)]
        assert (entry.seconds, entry.each_shop) == (24 * 3600, False)

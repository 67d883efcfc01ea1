"""Tickets and tokens: one row per app, renewed once, rotated without loss."""

import json
import os
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connection, transaction

from kernel import clock
from tenants import context
from wechat import component, errors, tokens, vault
from wechat.models import AccessToken, ComponentTicket

COMPONENT = "wx00000000000000c0"
SHOP = "wx0000000000000001"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
COMPONENT_TOKEN = {"component_access_token": "C-1", "expires_in": 7200}


def ticket_push(ticket="ticket@@@1", at=NOW):
    return {
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": ticket,
        "CreateTime": str(int(at.timestamp())),
    }


def authorizer(token, refresh_token, expires_in=7200):
    return {
        "authorizer_access_token": token,
        "expires_in": expires_in,
        "authorizer_refresh_token": refresh_token,
    }


def hold(appid, token, *, minutes, kind=AccessToken.Kind.COMPONENT, refresh_token=""):
    minted = tokens.Minted(token, minutes * 60, refresh_token)
    tokens.save(appid, kind=kind, minted=minted)


def hold_shop(token="S-1", *, minutes=120, refresh_token="R-1"):
    kind = AccessToken.Kind.AUTHORIZER
    hold(SHOP, token, minutes=minutes, kind=kind, refresh_token=refresh_token)


def asked(stub):
    """What WeChat was asked: (last word of the path, query, body)."""
    for _, target, _, body in stub.asked:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        yield parts.path.rpartition("/")[2], query, json.loads(body) if body else None


@pytest.fixture
def platform(db, stub):
    """The public schema, a ticket, and a scripted WeChat."""
    with context.public(), clock.at(NOW):
        component.save_ticket(ticket_push())
        yield stub


@pytest.mark.django_db
class TestTickets:
    def test_the_newest_ticket_is_kept_whatever_the_order(self, platform):
        component.save_ticket(ticket_push("ticket@@@3", NOW + timedelta(minutes=20)))
        component.save_ticket(ticket_push("ticket@@@2", NOW + timedelta(minutes=10)))
        row = ComponentTicket.objects.get()
        assert vault.unseal(row.sealed_ticket) == "ticket@@@3"
        assert row.issued_at == NOW + timedelta(minutes=20)

    @pytest.mark.parametrize(
        "push",
        [{}, {"InfoType": "authorized"}, ticket_push(""), ticket_push() | {"CreateTime": ""}],
    )
    def test_a_push_without_a_ticket_changes_nothing(self, push, platform):
        with pytest.raises(ValueError):
            component.save_ticket(push)
        assert vault.unseal(ComponentTicket.objects.get().sealed_ticket) == "ticket@@@1"

    def test_pushes_can_be_asked_for_again(self, platform):
        platform.says_json({"errcode": 0, "errmsg": "ok"})
        component.start_push_ticket()
        content = {"component_appid": COMPONENT, "component_secret": "component-secret"}
        assert list(asked(platform)) == [("api_start_push_ticket", {}, content)]

    @pytest.mark.parametrize(("minutes", "is_asked"), [(0, False), (34, False), (35, True)])
    def test_they_are_asked_for_when_they_stop(self, minutes, is_asked, platform):
        platform.says_json({"errcode": 0, "errmsg": "ok"})
        with clock.at(NOW + timedelta(minutes=minutes)):
            assert component.revive_ticket() is is_asked
        assert [name for name, _, _ in asked(platform)] == ["api_start_push_ticket"] * is_asked

    def test_they_are_asked_for_when_none_ever_came(self, platform):
        ComponentTicket.objects.all().delete()
        platform.says_json({"errcode": 0, "errmsg": "ok"})
        assert component.revive_ticket()


@pytest.mark.django_db
class TestComponentToken:
    def test_it_is_fetched_once_and_read_afterwards(self, platform):
        platform.says_json(COMPONENT_TOKEN)
        assert [component.component_token() for _ in range(3)] == ["C-1"] * 3
        content = {
            "component_appid": COMPONENT,
            "component_appsecret": "component-secret",
            "component_verify_ticket": "ticket@@@1",
        }
        assert list(asked(platform)) == [("api_component_token", {}, content)]
        assert AccessToken.objects.get().expires_at == NOW + timedelta(seconds=7200)

    def test_it_is_renewed_ten_minutes_ahead(self, platform):
        hold(COMPONENT, "C-0", minutes=11)
        assert component.component_token() == "C-0"
        platform.says_json(COMPONENT_TOKEN)
        with clock.at(NOW + timedelta(minutes=1)):
            assert component.component_token() == "C-1"
        assert len(platform.asked) == 1

    def test_without_a_ticket_nothing_is_asked(self, platform):
        ComponentTicket.objects.all().delete()
        with pytest.raises(component.ComponentTicketMissing) as caught:
            component.component_token()
        assert caught.value.retryable
        assert platform.asked == []

    def test_an_expired_ticket_is_named_so(self, platform):
        platform.says_json({"errcode": 61006, "errmsg": "component ticket is expired"})
        with pytest.raises(errors.TicketNotAccepted):
            component.component_token()
        assert not AccessToken.objects.exists()

    def test_a_token_that_still_works_is_used_while_wechat_is_unreachable(self, platform):
        hold(COMPONENT, "C-0", minutes=3)
        platform.says(lambda _: None)
        assert component.component_token() == "C-0"

    def test_a_token_that_is_over_is_never_used(self, platform):
        hold(COMPONENT, "C-0", minutes=3)
        platform.says(lambda _: None)
        with (
            clock.at(NOW + timedelta(minutes=3)),
            pytest.raises(errors.WeChatTimedOut),
        ):
            component.component_token()

    def test_neither_token_nor_ticket_stands_readable_in_the_database(self, platform):
        hold_shop("S-plain", refresh_token="R-plain")
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM wechat_accesstoken t")
            rows = str(cursor.fetchall())
            cursor.execute("SELECT t::text FROM wechat_componentticket t")
            rows += str(cursor.fetchall())
        assert "gAAAA" in rows
        assert [text for text in ("S-plain", "R-plain", "ticket@@@") if text in rows] == []

    def test_a_caller_inside_a_transaction_is_refused_before_wechat_is_asked(self, platform):
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            component.component_token()
        assert platform.asked == []


@pytest.mark.django_db
class TestAuthorizerToken:
    def test_a_rotated_refresh_token_is_saved_with_the_token(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        hold_shop(minutes=5)
        platform.says_json(authorizer("S-2", "R-2"))
        assert component.authorizer_token(SHOP) == "S-2"
        content = {
            "component_appid": COMPONENT,
            "authorizer_appid": SHOP,
            "authorizer_refresh_token": "R-1",
        }
        query = {"component_access_token": "C-1"}
        assert list(asked(platform)) == [("api_authorizer_token", query, content)]
        row = AccessToken.objects.get(appid=SHOP)
        assert vault.unseal(row.sealed_refresh_token) == "R-2"
        assert row.expires_at == NOW + timedelta(seconds=7200)

    def test_a_lost_refresh_token_is_recovered_from_wechats_list(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        hold_shop(minutes=5)
        listed = {"authorizer_appid": SHOP, "refresh_token": "R-9", "auth_time": 1}
        other = {"authorizer_appid": "wx0000000000000002", "refresh_token": "R-x", "auth_time": 1}
        platform.says_json(
            {"errcode": 61023, "errmsg": "refresh_token is invalid"},
            {"total_count": 2, "list": [other, listed]},
            authorizer("S-2", "R-9"),
        )
        assert component.authorizer_token(SHOP) == "S-2"
        assert [name for name, _, _ in asked(platform)] == [
            "api_authorizer_token",
            "api_get_authorizer_list",
            "api_authorizer_token",
        ]
        assert list(asked(platform))[2][2]["authorizer_refresh_token"] == "R-9"

    @pytest.mark.parametrize(
        "listed", [[], [{"authorizer_appid": SHOP, "refresh_token": "R-1", "auth_time": 1}]]
    )
    def test_an_authorisation_taken_back_is_named_so(self, listed, platform):
        hold(COMPONENT, "C-1", minutes=120)
        hold_shop(minutes=5)
        platform.says_json({"errcode": 61023}, {"total_count": len(listed), "list": listed})
        with pytest.raises(errors.AuthorizationLost):
            component.authorizer_token(SHOP)
        assert vault.unseal(AccessToken.objects.get(appid=SHOP).sealed_refresh_token) == "R-1"

    def test_a_shop_that_never_authorised_us_is_looked_for_once(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        platform.says_json({"total_count": 0, "list": []})
        with pytest.raises(errors.AuthorizationLost):
            component.authorizer_token(SHOP)
        assert [name for name, _, _ in asked(platform)] == ["api_get_authorizer_list"]

    def test_tokens_sealed_under_a_lost_key_are_recovered(self, platform, settings):
        hold_shop()
        settings.SECRET_KEY = "another-secret-key"
        hold(COMPONENT, "C-1", minutes=120)
        listed = [{"authorizer_appid": SHOP, "refresh_token": "R-1", "auth_time": 1}]
        platform.says_json({"total_count": 1, "list": listed}, authorizer("S-2", "R-1"))
        assert component.authorizer_token(SHOP) == "S-2"

    def test_tokens_sealed_under_a_fallback_key_are_read(self, platform, settings):
        hold_shop()
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-secret-key"
        assert component.authorizer_token(SHOP) == "S-1"
        assert platform.asked == []


@pytest.mark.django_db
class TestRefusedTokens:
    def test_a_refused_token_is_renewed_once_and_the_call_repeated_once(self, platform):
        hold(COMPONENT, "C-0", minutes=120)
        platform.says_json(COMPONENT_TOKEN)
        tried = []

        def ask(token):
            tried.append(token)
            if token == "C-0":
                raise errors.failure_for(42001, "expired")
            return "done"

        assert component.as_component(ask) == "done"
        assert tried == ["C-0", "C-1"]
        assert len(platform.asked) == 1

    @pytest.mark.parametrize("errcode", [40001, 40014, 42001, 42006])
    def test_a_token_refused_twice_is_not_tried_a_third_time(self, errcode, platform):
        hold(COMPONENT, "C-0", minutes=120)
        platform.says_json(COMPONENT_TOKEN)
        tried = []

        def ask(token):
            tried.append(token)
            raise errors.failure_for(errcode, "no")

        with pytest.raises(errors.TokenNotAccepted):
            component.as_component(ask)
        assert tried == ["C-0", "C-1"]

    def test_a_token_another_worker_has_renewed_meanwhile_is_taken_over(self, platform):
        hold(COMPONENT, "C-0", minutes=120)

        def ask(token):
            if token == "C-0":
                hold(COMPONENT, "C-7", minutes=120)
                raise errors.failure_for(40001, "not latest")
            return token

        assert component.as_component(ask) == "C-7"
        assert platform.asked == []

    def test_who_gets_the_lock_late_looks_again_before_asking(self, platform, monkeypatch):
        real = tokens._lock

        @contextmanager
        def late(appid):
            hold(COMPONENT, "C-7", minutes=120)  # its holder was done a moment before us
            with real(appid) as is_mine:
                yield is_mine

        monkeypatch.setattr(tokens, "_lock", late)
        assert component.component_token() == "C-7"
        assert platform.asked == []

    def test_a_shops_token_is_renewed_once_too(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        hold_shop()
        platform.says_json(authorizer("S-2", "R-2"))
        tried = []

        def ask(token):
            tried.append(token)
            if len(tried) == 1:
                raise errors.failure_for(40001, "no")
            return token

        assert component.as_authorizer(SHOP, ask) == "S-2"
        assert tried == ["S-1", "S-2"]


@pytest.mark.django_db
class TestAuthorisation:
    def test_a_code_is_traded_and_everything_kept(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        info = authorizer("S-1", "R-1") | {
            "authorizer_appid": SHOP,
            "func_info": [{"funcscope_category": {"id": 18}}, {"funcscope_category": {"id": 142}}],
        }
        platform.says_json({"authorization_info": info})
        assert not component.is_adopted(SHOP)
        found = component.adopt_authorization("queryauthcode@@@1")
        assert found == component.Authorization(SHOP, (18, 142))
        assert component.is_adopted(SHOP)
        assert component.authorizer_token(SHOP) == "S-1"
        assert len(platform.asked) == 1

    def test_a_code_used_before_changes_nothing(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        hold_shop()
        platform.says_json({"errcode": 61010, "errmsg": "code is expired"})
        with pytest.raises(errors.WeChatRefused):
            component.adopt_authorization("queryauthcode@@@1")
        assert component.authorizer_token(SHOP) == "S-1"

    def test_every_app_that_authorised_us_is_listed_page_by_page(self, platform):
        hold(COMPONENT, "C-1", minutes=120)
        apps = [(f"wx{number:016}", f"R-{number}") for number in range(501)]
        rows = [{"authorizer_appid": appid, "refresh_token": token} for appid, token in apps]
        platform.says_json({"list": rows[:500]}, {"list": rows[500:]})
        assert list(component.listed_refresh_tokens()) == apps
        assert [json.loads(body)["offset"] for *_, body in platform.asked] == [0, 500]

    def test_an_authorisation_taken_back_is_forgotten(self, platform):
        hold_shop()
        component.forget_authorization(SHOP)
        assert not component.is_adopted(SHOP)
        assert not AccessToken.objects.exists()


@pytest.fixture
def committed(django_db_setup, django_db_blocker, stub):
    """The platform with real commits, for threads; its rows are removed afterwards."""
    with django_db_blocker.unblock():
        with context.public():
            component.save_ticket(ticket_push())
        yield stub
        with context.public():
            AccessToken.objects.all().delete()
            ComponentTicket.objects.all().delete()
        connection.close()


def test_five_workers_who_need_a_token_at_once_make_one_call(committed, slow):
    barrier, found = threading.Barrier(5), []

    def work():
        try:
            with context.public():
                barrier.wait(5)
                found.append(component.component_token())
        finally:
            connection.close()

    committed.says(slow(0.3, (200, {}, json.dumps(COMPONENT_TOKEN).encode())))
    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert found == ["C-1"] * 5
    assert len(committed.asked) == 1


def test_while_one_worker_renews_the_others_use_the_token_that_still_works(committed, slow):
    with context.public():
        now = datetime.now(UTC)
        with clock.at(now):
            hold(COMPONENT, "C-0", minutes=5)
    committed.says(slow(0.5, (200, {}, json.dumps(COMPONENT_TOKEN).encode())))
    found = []

    def renew():
        try:
            with context.public():
                found.append(component.component_token())
        finally:
            connection.close()

    worker = threading.Thread(target=renew)
    worker.start()
    while not committed.asked:
        time.sleep(0.01)
    with context.public():
        assert component.component_token() == "C-0"
    assert found == []  # it did not wait for the one who renews
    worker.join(10)
    assert found == ["C-1"]
    assert len(committed.asked) == 1


def test_nothing_of_the_database_is_held_while_wechat_is_asked(committed):
    """No transaction is open, so a slow WeChat blocks no vacuum and no rollback undoes it."""
    seen = []

    def look(_handler):
        with psycopg.connect(os.environ["DATABASE_URL"]) as watcher:
            sql = (
                "SELECT count(*) FILTER (WHERE state LIKE 'idle in transaction%%'),"
                " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                "  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
                " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            seen.append(watcher.execute(sql).fetchone())
        return 200, {}, json.dumps(COMPONENT_TOKEN).encode()

    committed.says(look)
    with context.public():
        assert component.component_token() == "C-1"
    assert seen == [(0, 1)]
    with psycopg.connect(os.environ["DATABASE_URL"]) as watcher:
        locks = watcher.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    assert locks == (0,)

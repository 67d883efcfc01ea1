"""Alive, ready, measured; and a catalogue of every refusal."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from config import catalogue, health
from kernel import clock
from tenants import context
from tenants.backend.base import DatabaseWrapper
from tenants.context import Shop
from tenants.models import SchemaVersion
from tests import credentials as test_credentials
from wechat.models import ComponentTicket


def test_alive_asks_nothing_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/livez").content == b"ok\n"


def test_ready_says_what_it_found(db: None, two_shops: object) -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200
    told = response.json()
    standing = told.pop("schemas")
    assert told == {"ready": True, "database": True, "migrations": True, "queue": True}
    assert standing == {
        "version": SchemaVersion.objects.get(schema_name="t_template").version,
        "schemas": SchemaVersion.objects.count() - 1,
        "behind": 0,
    }


def test_shops_that_are_behind_are_counted_and_served(db: None, two_shops: Any) -> None:
    schema = two_shops[0].schema_name
    SchemaVersion.objects.filter(schema_name=schema).update(version="1-old")
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json()["schemas"]["behind"] == 1


def test_a_missing_migration_is_not_ready(db: None, two_shops: object, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "_known", {("orders", "9999_from_the_future")})
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] is False


def test_a_database_that_is_away_is_not_ready_and_a_shop_answers_503(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    with context.public():
        monkeypatch.setattr(DatabaseWrapper, "_cursor", away)
        ready = Client().get("/readyz")
        browsing = Client().get(
            f"/s/{shop.public_id}/v1/categories", headers={"Accept-Language": "en"}
        )
        monkeypatch.undo()
    assert (ready.status_code, ready.json()["database"]) == (503, False)
    assert (browsing.status_code, browsing.json()["code"]) == (503, "temporarily_unavailable")
    assert browsing["Retry-After"] == "2"


def test_metrics_are_for_us(db: None, two_shops: object, settings: Any) -> None:
    settings.INTERNAL_TOKEN = ""
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 403
    text = Client(REMOTE_ADDR="127.0.0.1").get("/metrics").content.decode()
    for name in ("http_requests_total", "jobs_oldest_seconds", "jobs_dead", "callbacks_total"):
        assert re.search(rf"^# TYPE {name}", text, re.MULTILINE), name
    assert 'jobs_oldest_seconds{cell="default",queue="pay"} 0.0' in text
    assert "tenant=" not in text
    settings.INTERNAL_TOKEN = "let-me-in"
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 403
    allowed = Client(REMOTE_ADDR="203.0.113.9").get(
        "/metrics", headers={"Authorization": "Bearer let-me-in"}
    )
    assert allowed.status_code == 200


def test_metrics_tell_how_old_the_newest_ticket_is(db: None, settings: Any) -> None:
    def told() -> list[str]:
        text = Client(REMOTE_ADDR="127.0.0.1").get("/metrics").content.decode()
        return re.findall(r"^wechat_ticket_seconds (.+)$", text, re.MULTILINE)

    settings.INTERNAL_TOKEN = ""
    settings.WECHAT = None
    assert told() == []
    settings.WECHAT = test_credentials.credentials()
    assert told() == []
    now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    with context.public():
        ComponentTicket.objects.create(
            appid=settings.WECHAT.component.appid, sealed_ticket="", issued_at=now
        )
    with clock.at(now + timedelta(hours=3)):
        assert told() == ["10800.0"]


def test_the_catalogue_lists_every_refusal_once_in_both_languages(db: None) -> None:
    entries = [e for e in catalogue.entries() if not e.source.startswith("tests")]
    assert len(entries) > 50
    assert [code for code, times in Counter(e.code for e in entries).items() if times > 1] == []
    chinese = re.compile(r"[\u4e00-\u9fff]|\{")
    for entry in entries:
        assert chinese.search(entry.zh), entry.code
        assert entry.why, entry.code
        assert 400 <= entry.status < 600, entry.code
    page = Client().get("/docs/errors/").content.decode()
    assert 'id="stock_ran_out"' in page


def test_a_proxy_beside_us_makes_nobody_local(db: None, two_shops: object, settings: Any) -> None:
    settings.INTERNAL_TOKEN = ""
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics", headers=forwarded).status_code == 403
    settings.TRUSTED_PROXIES = 1
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 403


def test_a_shop_answers_to_our_hosts_only(shop: Shop) -> None:
    address = f"/s/{shop.public_id}/v1/categories"
    assert Client().get(address, HTTP_HOST="evil.example.com").status_code == 400
    assert Client().get(address, HTTP_HOST="127.0.0.1").status_code == 200


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.example.com", "[::2]"])
def test_an_unknown_host_is_refused(db: None, host: str) -> None:
    assert Client().get("/", HTTP_HOST=host).status_code == 400

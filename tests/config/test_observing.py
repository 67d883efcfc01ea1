"""Logs, metrics and Sentry tell the tenant and keep the secrets."""

import json
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.db import IntegrityError, transaction
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from config import observing
from shop.catalog import storefront
from shop.members.models import Member
from tenants.context import Shop


class Kept(Transport):
    """A transport that keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [e for e in (envelope.get_event() for envelope in self.envelopes) if e]


@pytest.fixture
def sentry() -> Iterator[Kept]:
    transport = Kept()
    observing.configure_sentry("https://key@sentry.invalid/1", "test", transport=transport)
    yield transport
    sentry_sdk.init(dsn="")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise RuntimeError("phone 13800001234, token abc")

    monkeypatch.setattr(storefront.queries, "categories", fail)


def test_an_unexpected_error_reaches_sentry_with_the_tenant_and_the_caller_gets_a_problem(
    shop: Shop, sentry: Kept, broken: None
) -> None:
    response = Client(raise_request_exception=False).get(
        f"/s/{shop.public_id}/v1/categories",
        headers={"Authorization": "Bearer very-secret-token", "Accept-Language": "en"},
    )
    assert (response.status_code, response.json()["code"]) == (500, "unexpected_error")
    assert "13800001234" not in response.content.decode()
    (event,) = [e for e in sentry.events if e.get("exception")]
    assert event["tags"]["tenant"] == shop.public_id
    sent = json.dumps(event, default=str)
    assert "very-secret-token" not in sent
    assert "13800001234" not in sent
    assert "138****1234" in sent


def test_a_refusal_never_reaches_sentry(shop: Shop, sentry: Kept) -> None:
    assert Client().get(f"/s/{shop.public_id}/v1/products?cursor=nonsense").status_code == 422
    assert Client().get("/s/nosuchshop/v1/categories").status_code == 404
    assert sentry.events == []


def test_the_query_of_an_outgoing_call_stays_at_home() -> None:
    crumb = observing._before_breadcrumb(
        {"category": "httplib", "data": {"url": "u", "http.query": "access_token=abc"}}, {}
    )
    assert crumb == {"category": "httplib", "data": {"url": "u"}}


def test_what_names_a_secret_is_hidden_and_the_rest_is_not() -> None:
    assert observing.scrub(
        {
            "access_token": "x", "phone": "13800001234", "note": "call 13800001234 now",
            "nested": [{"session_key": "y", "amount_minor": 13800001234}], "order": "261121",
        }
    ) == {
        "access_token": "***", "phone": "***", "note": "call 138****1234 now",
        "nested": [{"session_key": "***", "amount_minor": 13800001234}], "order": "261121",
    }  # fmt: skip


def test_what_postgresql_says_of_a_row_is_hidden(shop: Shop, sentry: Kept) -> None:
    """A violated constraint names the row: an address, a member's openid."""
    key, street = "o" + "9" * 20, "n\n\nTorikatu " + "3"
    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        Member.objects.create(appid="wx1", openid=key)
        Member.objects.create(appid="wx1", openid=key)
    with pytest.raises(IntegrityError) as row, transaction.atomic():
        Member.objects.create(appid="wx1", openid="o1", nickname=street, created_at=None)
    for error, secret in ((twice.value, key), (row.value, street[3:])):
        assert secret in str(error)
        try:
            raise RuntimeError("the last word") from error
        except RuntimeError as last:
            text = observing.scrub("".join(traceback.format_exception(last)))
            observing.report(last)
        assert secret not in text
        assert "DETAIL: ***" in text
        assert "RuntimeError: the last word" in text
        assert secret not in json.dumps(sentry.events[-1]["exception"])


def test_only_our_own_proxy_names_a_request(settings: Any) -> None:
    given = "0123456789abcdef" * 2
    asked = {"X-Request-ID": given}
    assert Client().get("/livez", headers=asked).headers["X-Request-ID"] != given
    settings.TRUSTED_PROXIES = 1
    assert Client().get("/livez", headers=asked).headers["X-Request-ID"] == given
    strange = Client().get("/livez", headers={"X-Request-ID": "a\nline"}).headers["X-Request-ID"]
    assert len(strange) == 32


def test_every_request_leaves_one_line_with_its_tenant_and_no_secret_path(
    shop: Shop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="access")
    Client().get(f"/s/{shop.public_id}/v1/categories")
    Client().post("/hooks/wechatpay/a-secret-route-token", b"{}", content_type="application/json")
    lines = [record.msg for record in caplog.records if record.name == "access"]
    assert [line["route"] for line in lines] == [
        "s/<str:shop>/v1/categories",
        "hooks/wechatpay/<token>",
    ]
    assert lines[0]["tenant"] == shop.public_id
    assert lines[0]["status"] == 200
    assert lines[0]["request_id"]
    assert "a-secret-route-token" not in json.dumps(lines, default=str)

"""One shop's crowd is refused before it costs the other shops their turn."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants import rates
from tenants.context import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Five requests a second, and a clock that stands until it is moved."""
    settings.SHOP_REQUESTS_PER_SECOND = 5
    monkeypatch.setattr(rates, "_buckets", {})
    now = [1000.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: now[0])
    return now


def ask(shop: Shop, language: str = "en") -> Any:
    address = f"/s/{shop.public_id}/v1/categories"
    return Client().get(address, headers={"accept-language": language})


def test_a_crowd_is_asked_to_come_back_and_the_neighbour_is_served(
    clock: list[float], shop: Shop, other_shop: Shop
) -> None:
    assert [ask(shop).status_code for _ in range(11)] == [200] * 10 + [429]
    with CaptureQueriesContext(connection) as asked:
        refused = ask(shop, "zh-hans")
    assert refused.json()["code"] == "shop_too_busy"
    assert refused.json()["detail"] == "本店当前访问人数过多，请稍后再试。"
    assert refused.headers["Retry-After"] == "1"
    assert len(asked) == 0
    assert ask(other_shop).status_code == 200
    clock[0] += 0.5  # room for two more
    assert [ask(shop).status_code for _ in range(3)] == [200, 200, 429]


def test_a_quiet_hour_is_no_credit_for_a_thousand_requests(clock: list[float], shop: Shop) -> None:
    ask(shop)
    clock[0] += 3600
    assert [ask(shop).status_code for _ in range(11)] == [200] * 10 + [429]


def test_both_apis_of_a_shop_share_its_room(clock: list[float], shop: Shop) -> None:
    for _ in range(10):
        ask(shop)
    assert Client().get(f"/b/{shop.public_id}/v1/orders").json()["code"] == "shop_too_busy"


def test_without_a_limit_nothing_is_counted(clock: list[float], shop: Shop, settings: Any) -> None:
    settings.SHOP_REQUESTS_PER_SECOND = 0
    assert {ask(shop).status_code for _ in range(30)} == {200}
    assert rates._buckets == {}

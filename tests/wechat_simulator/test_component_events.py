"""Events of the component: repeated, struck by faults, sealed with keys that may be replaced."""

from typing import Any

import pytest

from infra.wechat_simulator import crypto
from tests.wechat_simulator.app_ears import listen_for_pushes, opened, pushes
from tests.wechat_simulator.stage import Received, Shop, Simulated, component_token

pytest_plugins = ("tests.wechat_simulator.fixtures",)

PATH = "/hooks/wechat/component"


@pytest.fixture
def shop(simulated_shop: Shop) -> Shop:
    """A shop whose first ticket has come, so that events are all that follows."""
    simulated_shop.listener.status = 200
    component_token(simulated_shop.simulated, simulated_shop.listener)
    return simulated_shop


def withdraw(shop: Shop) -> None:
    shop.simulated.control("POST", f"mini_programs/{shop.appid}/unauthorise")
    shop.simulated.control("POST", "clock", advance_seconds=60)


def events(shop: Shop, keys: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [opened(shop, one, keys) for one in shop.listener.received[1:]]


def order(shop: Shop, kind: str, **more: Any) -> None:
    place = f"{PATH}#unauthorized"
    shop.simulated.control("POST", "faults", path_prefix=place, kind=kind, **more)


def test_an_event_without_an_answer_is_tried_three_times(shop: Shop) -> None:
    shop.listener.status = 500
    withdraw(shop)
    told = events(shop)
    assert [one["InfoType"] for one in told] == ["unauthorized"] * 3
    assert len({one["CreateTime"] for one in told}) == 1


@pytest.mark.parametrize(
    ("kind", "count"),
    [("lose_callbacks", 0), ("drop_callbacks", 1), ("duplicate_callbacks", 2)],
)
def test_faults_strike_events(shop: Shop, kind: str, count: int) -> None:
    order(shop, kind)
    withdraw(shop)
    assert len(events(shop)) == count


def test_an_event_may_come_late(shop: Shop) -> None:
    order(shop, "reorder_callbacks", seconds=30)
    shop.simulated.control("POST", f"mini_programs/{shop.appid}/unauthorise")
    shop.simulated.control("POST", f"mini_programs/{shop.appid}/authorise", push=True)
    shop.simulated.control("POST", "clock", advance_seconds=60)
    kinds = [one["InfoType"] for one in events(shop)]
    assert kinds[-1] == "unauthorized"
    assert len(kinds) == 2


def test_an_event_may_be_signed_wrongly(shop: Shop) -> None:
    order(shop, "bad_callback_signature")
    withdraw(shop)
    with pytest.raises(AssertionError):
        events(shop)


def test_replaced_keys_seal_from_then_on(shop: Shop) -> None:
    listen_for_pushes(shop)
    shop.simulated.control("POST", "component/rotate", what="token")
    fresh = shop.simulated.control("POST", "component/rotate", what="encoding_aes_key")
    assert shop.simulated.control("GET", "credentials")["component"] == fresh
    keys = {**fresh, "owner": fresh["appid"]}
    wish = {"appid": shop.appid, "fields": {"Event": "weapp_audit_success"}}
    shop.simulated.control("POST", "pushes", **wish)
    (received,) = pushes(shop)
    assert opened(shop, received, keys)["Event"] == "weapp_audit_success"
    assert is_unreadable(shop, received)


def is_unreadable(shop: Shop, received: Received) -> bool:
    """Whether the first keys no longer open it."""
    sealed = received.body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    component = shop.simulated.credentials["component"]
    try:
        crypto.decrypt_push(sealed, component["appid"], component["encoding_aes_key"])
    except crypto.CannotDecrypt:
        return True
    return False


def test_a_replaced_secret_is_wrong(simulated: Simulated) -> None:
    fresh = simulated.control("POST", "component/rotate", what="appsecret")
    first = simulated.credentials["component"]
    path = "/cgi-bin/component/api_start_push_ticket"
    wish = {"component_appid": first["appid"], "component_secret": first["appsecret"]}
    assert simulated.weixin(path, wish)["errcode"] == 40125
    assert simulated.weixin(path, {**wish, "component_secret": fresh["appsecret"]})["errcode"] == 0
    refused = simulated.http.post("/_control/component/rotate", json={"what": "moon"})
    assert refused.status_code == 400

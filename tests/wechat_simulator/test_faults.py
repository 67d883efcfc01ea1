"""Misfortune by order: what is done, what is answered, and that it ends."""

import time

import httpx
import pytest

from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def order_fault(shop: Shop, kind: str, **more: object) -> None:
    shop.simulated.control("POST", "faults", path_prefix="/v3/pay", kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "status", "code", "is_done"),
    [
        ("500", 500, "SYSTEM_ERROR", False),
        ("429", 429, "FREQUENCY_LIMITED", False),
        ("system_error", 500, "SYSTEM_ERROR", True),
    ],
)
def test_failures_answer_before_or_after_the_work(
    simulated_shop: Shop, kind: str, status: int, code: str, is_done: bool
) -> None:
    order_fault(simulated_shop, kind)
    answer = simulated_shop.prepay("ORDER-0001")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert simulated_shop.simulated.verify(answer)
    found = simulated_shop.simulated.control("GET", "orders")["orders"]
    assert bool(found) is is_done
    assert simulated_shop.prepay("ORDER-0001").status_code == 200


def test_a_refund_may_be_accepted_though_the_answer_is_cut(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    simulated_shop.simulated.control(
        "POST", "faults", path_prefix="/v3/refund", kind="cut_after_commit"
    )
    with pytest.raises(httpx.TransportError):
        simulated_shop.refund("ORDER-0001", "R1", 100)
    assert simulated_shop.refund("ORDER-0001", "R1", 100).status_code == 200
    assert len(simulated_shop.simulated.control("GET", "refunds")["refunds"]) == 1


def test_half_a_body_and_html_are_no_answers(simulated_shop: Shop) -> None:
    order_fault(simulated_shop, "half_body")
    with pytest.raises(httpx.TransportError):
        simulated_shop.prepay("ORDER-0001")
    order_fault(simulated_shop, "html")
    answer = simulated_shop.prepay("ORDER-0001")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Wechatpay-Signature" not in answer.headers


@pytest.mark.parametrize("kind", ["bad_signature", "signtest", "wrong_serial"])
def test_an_answers_signature_may_be_wrong(simulated_shop: Shop, kind: str) -> None:
    order_fault(simulated_shop, kind)
    answer = simulated_shop.prepay("ORDER-0001")
    assert answer.status_code == 200
    assert not simulated_shop.simulated.verify(answer)


def test_slow_is_slow(simulated_shop: Shop) -> None:
    order_fault(simulated_shop, "slow", seconds=0.3)
    started = time.monotonic()
    assert simulated_shop.prepay("ORDER-0001").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_weixin_may_be_busy_or_out_of_quota(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated.control("POST", "faults", path_prefix="/cgi-bin", kind="-1")
    simulated.control("POST", "faults", path_prefix="/cgi-bin", kind="errcode", code="45009")
    codes = [simulated.weixin("/cgi-bin/token").get("errcode") for _ in range(3)]
    assert codes == [-1, 45009, 40002]


def test_callbacks_may_be_lost_or_doubled_by_fault(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated.control("POST", "faults", kind="drop_callbacks", times=-1)
    simulated_shop.paid("ORDER-0001")
    simulated.control("POST", "clock", advance_seconds=90000)
    assert simulated_shop.listener.received == []
    assert simulated.control("DELETE", "faults") == {"removed_count": 1}
    simulated.control("POST", "faults", kind="duplicate_callbacks")
    simulated_shop.paid("ORDER-0002")
    assert len(simulated_shop.listener.received) == 2


def test_nonsense_is_not_a_fault(simulated_shop: Shop) -> None:
    answer = simulated_shop.simulated.http.post("/_control/faults", json={"kind": "earthquake"})
    assert answer.status_code == 400


def test_a_simulator_that_is_down_says_nothing_for_a_while(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated.control("POST", "faults", kind="down", seconds=0.5, path_prefix="/cgi-bin")
    for _ in range(3):
        with pytest.raises(httpx.TransportError):
            simulated.weixin("/cgi-bin/token")
    assert simulated_shop.prepay("ORDER-0001").status_code == 200
    (fault,) = simulated.control("GET", "faults")["faults"]
    assert fault["hits"] == 3
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert simulated.weixin("/cgi-bin/token")["errcode"] == 40002
            break
        except httpx.TransportError:
            time.sleep(0.05)
    assert simulated.control("GET", "faults")["faults"] == []


def test_a_pay_callback_may_be_lost_for_good(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated.control("POST", "faults", kind="lose_callbacks")
    simulated_shop.paid("ORDER-0001")
    simulated.control("POST", "clock", advance_seconds=90000)
    assert simulated_shop.listener.received == []
    (callback,) = simulated.control("GET", "orders/ORDER-0001")["callbacks"]
    assert callback["state"] == "dropped"


def test_pay_callbacks_may_overtake_each_other(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated.control("POST", "faults", kind="reorder_callbacks", seconds=20)
    simulated_shop.paid("ORDER-0001")
    simulated_shop.paid("ORDER-0002")
    simulated.control("POST", "clock", advance_seconds=21)
    told = [simulated.opened(one)["resource"] for one in simulated_shop.listener.received]
    assert [one["out_trade_no"] for one in told] == ["ORDER-0002", "ORDER-0001"]


def test_a_pay_callback_may_be_signed_wrongly_once(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated_shop.listener.status = 500
    simulated.control("POST", "faults", kind="bad_callback_signature")
    simulated_shop.paid("ORDER-0001")
    simulated.control("POST", "clock", advance_seconds=16)
    first, second = simulated_shop.listener.received
    with pytest.raises(AssertionError):
        simulated.opened(first)
    assert simulated.opened(second)["resource"]["out_trade_no"] == "ORDER-0001"

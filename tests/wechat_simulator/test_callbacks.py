"""Callbacks: the retry ladder, losses and doubles, and every forgery."""

import itertools
import json

import pytest

from infra.wechat_simulator import crypto
from infra.wechat_simulator.notices import VARIANTS
from tests.wechat_simulator.stage import Received, Shop, payload_bytes

pytest_plugins = ("tests.wechat_simulator.fixtures",)
LADDER = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]


def sent_times(shop: Shop, number: str) -> list[float]:
    return [
        a["sent_at"] for a in shop.simulated.control("GET", f"orders/{number}")["callback_attempts"]
    ]


def test_an_accepted_callback_is_sent_once(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=90000)
    assert len(simulated_shop.listener.received) == 1
    (callback,) = simulated_shop.simulated.control("GET", "orders/ORDER-0001")["callbacks"]
    assert callback["state"] == "accepted"


def test_an_unanswered_callback_climbs_the_whole_ladder(simulated_shop: Shop) -> None:
    simulated_shop.listener.status = 500
    simulated_shop.paid("ORDER-0001")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=24 * 3600 + 300)
    times = sent_times(simulated_shop, "ORDER-0001")
    gaps = [round(after - before) for before, after in itertools.pairwise(times)]
    assert gaps == LADDER
    (callback,) = simulated_shop.simulated.control("GET", "orders/ORDER-0001")["callbacks"]
    assert (callback["state"], callback["sent_count"]) == ("exhausted", 16)
    bodies = [json.loads(received.body) for received in simulated_shop.listener.received]
    assert len({body["id"] for body in bodies}) == 1
    assert len({body["resource"]["nonce"] for body in bodies}) == 16


def test_the_ladder_ends_with_the_first_acceptance(simulated_shop: Shop) -> None:
    simulated_shop.listener.status = 404
    simulated_shop.paid("ORDER-0001")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=31)
    simulated_shop.listener.status = 200
    simulated_shop.simulated.control("POST", "clock", advance_seconds=90000)
    assert len(simulated_shop.listener.received) == 4


def test_a_dropped_callback_never_comes(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001", callback="drop")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=90000)
    assert simulated_shop.listener.received == []
    assert simulated_shop.query("ORDER-0001").json()["trade_state"] == "SUCCESS"


def test_a_delayed_callback_waits_for_the_virtual_clock(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001", callback="delay", delay_seconds=600)
    simulated_shop.simulated.control("POST", "clock", advance_seconds=590)
    assert simulated_shop.listener.received == []
    simulated_shop.simulated.control("POST", "clock", advance_seconds=20)
    assert len(simulated_shop.listener.received) == 1


def test_a_duplicated_callback_comes_many_times_at_once(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001", callback="duplicate", times=20)
    received = simulated_shop.listener.received
    assert len(received) == 20
    told = [simulated_shop.simulated.opened(one) for one in received]
    assert len({one["id"] for one in told}) == 1
    assert len({one.headers["Wechatpay-Signature"] for one in received}) == 20


def test_a_callback_can_be_sent_by_hand_in_parallel(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001", callback="drop")
    sent = simulated_shop.simulated.control(
        "POST", "orders/ORDER-0001/callback", times=50, parallel=True
    )
    assert sent["statuses"] == [204] * 50


def test_only_forgeries_exist_for_an_unpaid_order(simulated_shop: Shop) -> None:
    simulated_shop.prepay("ORDER-0001")
    answer = simulated_shop.simulated.http.get("/_control/callback_request/ORDER-0001")
    assert answer.status_code == 409
    sent = simulated_shop.simulated.control(
        "POST", "orders/ORDER-0001/callback", forge="amount_plus_one"
    )
    assert sent["statuses"] == [204]
    told = simulated_shop.simulated.opened(simulated_shop.listener.received[0])["resource"]
    assert (told["out_trade_no"], told["amount"]["total"]) == ("ORDER-0001", 101)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_forgery_differs_from_the_truth_in_its_own_way(
    simulated_shop: Shop, variant: str
) -> None:
    shop, simulated = simulated_shop, simulated_shop.simulated
    shop.paid("ORDER-0001")
    true = simulated.control("GET", "callback_request/ORDER-0001")
    false = simulated.control("GET", f"callback_request/ORDER-0001?forge={variant}")
    body, head = payload_bytes(false), false["headers"]
    is_signed = "Wechatpay-Signature" in head and crypto.is_signed(
        crypto.public_key(simulated.pay["wechatpay_public_key_pem"]),
        crypto.answer_text(
            head.get("Wechatpay-Timestamp", ""), head.get("Wechatpay-Nonce", ""), body
        ),
        head["Wechatpay-Signature"],
    )
    unsigned = {"bad_signature", "signtest", "reserialised_body", "huge_body", "gzip_bomb"}
    unsigned |= {"missing_signature", "missing_timestamp", "missing_nonce"}
    assert is_signed is (variant not in unsigned)
    honest = simulated.unsealed(payload_bytes(true))
    if variant == "huge_body":
        assert len(body) > 10 * 1024 * 1024
    elif variant == "gzip_bomb":
        assert head["Content-Encoding"] == "gzip"
    elif variant == "not_json":
        with pytest.raises(ValueError):
            json.loads(body)
    elif variant == "wrong_apiv3_key":
        with pytest.raises(crypto.CannotDecrypt):
            simulated.unsealed(body)
    elif variant == "other_route":
        assert false["url"].rpartition("/")[0] == true["url"].rpartition("/")[0]
        assert false["url"] != true["url"]
    elif variant.startswith("missing_"):
        assert len(head) == len(true["headers"]) - 1
    elif variant in ("old_timestamp", "future_timestamp"):
        apart = int(head["Wechatpay-Timestamp"]) - int(true["headers"]["Wechatpay-Timestamp"])
        expected = -30 * 86400 if variant == "old_timestamp" else 3600
        assert abs(apart - expected) <= 2
    elif variant in ("wrong_serial", "nonhex_serial"):
        assert head["Wechatpay-Serial"] != true["headers"]["Wechatpay-Serial"]
    elif variant == "wrong_event_type":
        assert simulated.unsealed(body)["event_type"] == "REFUND.SUCCESS"
    elif is_signed:
        assert simulated.unsealed(body)["resource"] != honest["resource"]


def test_a_payment_may_bring_a_forgery_only(simulated_shop: Shop) -> None:
    simulated_shop.listener.status = 401
    simulated_shop.paid("ORDER-0001", callback="forge", forge="bad_signature")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=90000)
    (received,) = simulated_shop.listener.received
    with pytest.raises(AssertionError):
        simulated_shop.simulated.opened(received)


def test_trust_may_alternate_between_both_keys(simulated_shop: Shop) -> None:
    simulated_shop.simulated.control("PUT", "settings", trust="alternate")
    simulated_shop.paid("ORDER-0001", callback="duplicate", times=4)
    serials = {one.headers["Wechatpay-Serial"] for one in simulated_shop.listener.received}
    certificate = simulated_shop.simulated.control("GET", "platform_certificate")
    assert serials == {
        certificate["serial_no"],
        simulated_shop.simulated.pay["wechatpay_public_key_id"],
    }


def test_a_handmade_request_is_the_one_the_simulator_sends(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    request = simulated_shop.simulated.control("GET", "callback_request/ORDER-0001")
    received = Received(request["url"], request["headers"], payload_bytes(request))
    told = simulated_shop.simulated.opened(received)
    assert told["id"] == json.loads(simulated_shop.listener.received[0].body)["id"]

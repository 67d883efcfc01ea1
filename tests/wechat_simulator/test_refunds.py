"""Refunds: one number each, never more than was paid, arriving later."""

from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def test_a_refund_is_processing_then_success_with_a_callback(simulated_shop: Shop) -> None:
    shop = simulated_shop
    shop.paid("ORDER-0001")
    asked = shop.refund("ORDER-0001", "R1", 40)
    assert (asked.status_code, asked.json()["status"]) == (200, "PROCESSING")
    shop.simulated.control("POST", "clock", advance_seconds=1.5)
    told = shop.simulated.opened(shop.listener.received[-1])
    assert told["event_type"] == "REFUND.SUCCESS"
    assert told["resource"]["refund_status"] == "SUCCESS"
    assert told["resource"]["amount"]["refund"] == 40
    assert shop.query("ORDER-0001").json()["trade_state"] == "REFUND"
    target = f"/v3/refund/domestic/refunds/R1?sub_mchid={shop.sub_mchid}"
    assert shop.simulated.signed("GET", target).json()["status"] == "SUCCESS"
    foreign = shop.simulated.signed("GET", "/v3/refund/domestic/refunds/R1?sub_mchid=1600000000")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")


def test_the_same_number_refunds_once(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    first = simulated_shop.refund("ORDER-0001", "R1", 40).json()
    assert simulated_shop.refund("ORDER-0001", "R1", 40).json() == first
    changed = simulated_shop.refund("ORDER-0001", "R1", 41)
    assert (changed.status_code, changed.json()["code"]) == (400, "INVALID_REQUEST")
    assert len(simulated_shop.simulated.control("GET", "refunds")["refunds"]) == 1


def test_refunds_never_exceed_the_payment(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    assert simulated_shop.refund("ORDER-0001", "R1", 60).status_code == 200
    too_much = simulated_shop.refund("ORDER-0001", "R2", 41)
    assert (too_much.status_code, too_much.json()["code"]) == (400, "INVALID_REQUEST")
    assert simulated_shop.refund("ORDER-0001", "R3", 40).status_code == 200


def test_refunds_need_a_paid_order_of_this_shop_and_its_true_total(simulated_shop: Shop) -> None:
    assert simulated_shop.refund("ORDER-0001", "R1", 1).json()["code"] == "RESOURCE_NOT_EXISTS"
    simulated_shop.prepay("ORDER-0001")
    assert simulated_shop.refund("ORDER-0001", "R1", 1).json()["code"] == "INVALID_REQUEST"
    simulated_shop.simulated.control("POST", "orders/ORDER-0001/pay")
    wrong = simulated_shop.refund(
        "ORDER-0001", "R1", 1, amount={"refund": 1, "total": 99, "currency": "CNY"}
    )
    assert wrong.json()["code"] == "INVALID_REQUEST"
    foreign = simulated_shop.refund("ORDER-0001", "R1", 1, sub_mchid="1600000000")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")


def test_fifty_partial_refunds_are_the_limit(simulated_shop: Shop) -> None:
    simulated_shop.paid("ORDER-0001")
    statuses = [simulated_shop.refund("ORDER-0001", f"R{n}", 1).status_code for n in range(51)]
    assert statuses == [200] * 50 + [400]


def test_a_refund_can_fail_at_the_bank_or_be_closed(simulated_shop: Shop) -> None:
    shop = simulated_shop
    shop.simulated.control("PUT", "settings", refund_delay_seconds=3600)
    shop.paid("ORDER-0001")
    shop.refund("ORDER-0001", "R1", 100)
    shop.simulated.control("POST", "refunds/R1", status="CLOSED")
    told = shop.simulated.opened(shop.listener.wait_for(2)[-1])
    assert told["event_type"] == "REFUND.CLOSED"
    assert shop.query("ORDER-0001").json()["trade_state"] == "SUCCESS"
    assert shop.refund("ORDER-0001", "R2", 100).status_code == 200

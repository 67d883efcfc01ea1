"""Complaints: heard, read, answered, completed; and refunds that a bank turned away."""

import pytest

from infra.wechat_simulator import crypto
from tests.wechat_simulator.merchant import Seller, code_of, first_of
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)
SERVICE = "/v3/merchant-service"


@pytest.fixture
def seller(simulated_shop: Shop) -> Seller:
    return first_of(simulated_shop)


def test_a_complaint_from_the_callback_to_its_end(simulated_shop: Shop, seller: Seller) -> None:
    shop, hook = simulated_shop, f"{SERVICE}/complaint-notifications"
    assert code_of(seller.call("GET", hook)) == (404, "RESOURCE_NOT_EXISTS")
    url = {"url": f"{shop.listener.base}/wxpay/complaints"}
    assert seller.call("POST", hook, url).json() == {"mchid": seller.mchid, **url}
    assert code_of(seller.call("POST", hook, url)) == (400, "INVALID_REQUEST")
    shop.paid("ORDER-0001")
    number = shop.simulated.control(
        "POST", "complaints", out_trade_no="ORDER-0001", detail="茶凉了", phone="13800138000"
    )["complaint_id"]
    told = seller.opened(shop.listener.wait_for(2)[-1])
    assert (told["event_type"], told["resource"]) == (
        "COMPLAINT.CREATE",
        {"complaint_id": number, "action_type": "CREATE_COMPLAINT"},
    )
    day = shop.simulated.control("GET", "clock")["now"][:10]
    listed = seller.call(
        "GET", f"{SERVICE}/complaints-v2?begin_date={day}&end_date={day}&limit=5&offset=0"
    ).json()
    assert (listed["total_count"], listed["data"][0]["complaint_id"]) == (1, number)
    one = f"{SERVICE}/complaints-v2/{number}"
    found = seller.call("GET", one).json()
    key = crypto.private_key(seller.keys["merchant_private_key_pem"])
    assert crypto.reveal(key, found["payer_phone"]) == "13800138000"
    assert found["complaint_order_info"][0]["out_trade_no"] == "ORDER-0001"
    names = {"complainted_mchid": shop.sub_mchid}
    assert code_of(seller.call("POST", f"{one}/complete", names)) == (400, "INVALID_REQUEST")
    said = {**names, "response_content": "我们重新发货"}
    assert seller.call("POST", f"{one}/response", said).status_code == 204
    assert seller.call("POST", f"{one}/complete", names).status_code == 204
    assert seller.call("GET", one).json()["complaint_state"] == "PROCESSED"
    history = seller.call("GET", f"{one}/negotiation-historys").json()["data"]
    assert [entry["operate_type"] for entry in history] == [
        "MERCHANT_CONFIRM_COMPLETE",
        "MERCHANT_RESPONSE",
        "USER_CREATE_COMPLAINT",
    ]
    shop.simulated.control("POST", f"complaints/{number}/reply", content="还是凉的")
    assert seller.call("GET", one).json()["complaint_state"] == "PENDING"
    moved = {"url": f"{shop.listener.base}/wxpay/complaints/moved"}
    assert seller.call("PUT", hook, moved).json() == {"mchid": seller.mchid, **moved}
    assert seller.call("GET", hook).json() == {"mchid": seller.mchid, **moved}
    assert seller.call("DELETE", hook).status_code == 204
    assert code_of(seller.call("GET", hook)) == (404, "RESOURCE_NOT_EXISTS")


def test_a_merchant_tells_how_a_refund_stands_and_shows_a_picture(
    simulated_shop: Shop, seller: Seller
) -> None:
    simulated_shop.paid("ORDER-0001")
    number = simulated_shop.simulated.control("POST", "complaints", out_trade_no="ORDER-0001")
    one = f"{SERVICE}/complaints-v2/{number['complaint_id']}"
    assert seller.upload(f"{SERVICE}/images/upload").json()["media_id"]
    told = seller.call("POST", f"{one}/update-refund-progress", {"action": "APPROVE"})
    assert told.status_code == 204
    unknown = seller.call("POST", f"{one}/update-refund-progress", {"action": "MAYBE"})
    assert code_of(unknown) == (400, "PARAM_ERROR")
    history = seller.call("GET", f"{one}/negotiation-historys").json()["data"]
    assert history[0]["operate_type"] == "MERCHANT_APPROVE_REFUND"


def test_a_refund_that_the_bank_turned_away_goes_to_another_card(
    simulated_shop: Shop, seller: Seller
) -> None:
    shop = simulated_shop
    shop.paid("ORDER-0001")
    refund_id = shop.refund("ORDER-0001", "R1", 100).json()["refund_id"]
    path = f"/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund"
    wish = {
        "sub_mchid": shop.sub_mchid,
        "out_refund_no": "R1",
        "type": "USER_BANK_CARD",
        "bank_type": "ICBC_DEBIT",
        "bank_account": seller.sealed("6222020000000000000"),
        "real_name": seller.sealed("张三"),
    }
    assert code_of(seller.call("POST", path, wish)) == (400, "INVALID_REQUEST")
    shop.simulated.control("POST", "refunds/R1", status="ABNORMAL")
    assert seller.opened(shop.listener.wait_for(2)[-1])["event_type"] == "REFUND.ABNORMAL"
    incomplete = {**wish, "bank_account": ""}
    assert code_of(seller.call("POST", path, incomplete)) == (400, "PARAM_ERROR")
    assert seller.call("POST", path, wish).json()["status"] == "PROCESSING"
    shop.simulated.control("POST", "clock", advance_seconds=2)
    assert seller.opened(shop.listener.wait_for(3)[-1])["event_type"] == "REFUND.SUCCESS"


def test_money_that_was_withdrawn_cannot_be_refunded(simulated_shop: Shop) -> None:
    shop = simulated_shop
    made = shop.simulated.control("POST", "mini_programs", is_trade_managed=False)
    openid = shop.simulated.control("POST", "login", appid=made["appid"], user="eve")["openid"]
    open_shop = Shop(shop.simulated, shop.listener, made["appid"], made["sub_mchid"], openid, made)
    open_shop.paid("ORDER-0001")
    funds = shop.simulated.control("GET", f"funds/{made['sub_mchid']}")
    assert (funds["BASIC"], funds["available"]) == (99, 99)
    shop.simulated.control("POST", f"funds/{made['sub_mchid']}", account="BASIC", fen=-99)
    refused = open_shop.refund("ORDER-0001", "R1", 100)
    assert code_of(refused) == (403, "NOT_ENOUGH")
    shop.simulated.control("POST", f"funds/{made['sub_mchid']}", account="BASIC", fen=99)
    assert open_shop.refund("ORDER-0001", "R1", 100).status_code == 200

"""Profit sharing: who may receive, how much, when, and what comes back."""

from typing import Any

import httpx
import pytest

from tests.wechat_simulator.merchant import Seller, code_of, first_of
from tests.wechat_simulator.stage import Listener, Shop, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)
ORDERS = "/v3/profitsharing/orders"
SHARED = {"settle_info": {"profit_sharing": True}, "amount": {"total": 10_000}}


@pytest.fixture
def shop(simulated: Simulated, listener: Listener) -> Shop:
    """A shop whose money is not frozen until receipt."""
    made = simulated.control("POST", "mini_programs", is_trade_managed=False)
    openid = simulated.control("POST", "login", appid=made["appid"], user="alice")["openid"]
    return Shop(simulated, listener, made["appid"], made["sub_mchid"], openid, made)


@pytest.fixture
def seller(shop: Shop) -> Seller:
    seller = first_of(shop)
    url = f"{shop.listener.base}/wxpay/sharing"
    shop.simulated.control("PUT", f"merchants/{seller.mchid}", sharing_url=url)
    wish = {
        "sub_mchid": shop.sub_mchid,
        "appid": shop.simulated.pay["sp_appid"],
        "type": "MERCHANT_ID",
        "account": seller.mchid,
        "name": seller.sealed("Platform"),
        "relation_type": "SERVICE_PROVIDER",
    }
    assert seller.call("POST", "/v3/profitsharing/receivers/add", wish).json() == {
        name: wish[name] for name in wish if name != "appid"
    }
    return seller


def paid(shop: Shop, number: str = "ORDER-0001", **changed: Any) -> str:
    transaction = shop.paid(number, prepay={**SHARED, **changed})
    shop.simulated.control("POST", "clock", advance_seconds=61)
    return transaction


def share(
    seller: Seller, shop: Shop, transaction: str, number: str, fen: int, **changed: Any
) -> httpx.Response:
    wish = {
        "sub_mchid": shop.sub_mchid,
        "appid": shop.simulated.pay["sp_appid"],
        "transaction_id": transaction,
        "out_order_no": number,
        "unfreeze_unsplit": False,
        "receivers": [
            {"type": "MERCHANT_ID", "account": seller.mchid, "amount": fen, "description": "cut"}
        ],
        **changed,
    }
    return seller.call("POST", ORDERS, wish)


def unsplit(seller: Seller, transaction: str) -> int:
    path = f"/v3/profitsharing/transactions/{transaction}/amounts"
    return seller.call("GET", path).json()["unsplit_amount"]


def test_a_share_arrives_is_told_and_leaves_the_rest(shop: Shop, seller: Seller) -> None:
    transaction = paid(shop)
    assert unsplit(seller, transaction) == 9940
    made = share(seller, shop, transaction, "S1", 500).json()
    assert (made["state"], made["receivers"][0]["result"]) == ("PROCESSING", "PENDING")
    shop.simulated.control("POST", "clock", advance_seconds=2)
    told = seller.opened(shop.listener.received[-1])
    assert told["event_type"] == "PROFITSHARING"
    assert told["resource"]["receiver"] == {
        "type": "MERCHANT_ID",
        "account": seller.mchid,
        "amount": 500,
        "description": "cut",
    }
    assert told["resource"]["sub_mchid"] == shop.sub_mchid
    path = f"{ORDERS}/S1?transaction_id={transaction}&sub_mchid={shop.sub_mchid}"
    found = seller.call("GET", path).json()
    assert (found["state"], found["receivers"][0]["result"]) == ("FINISHED", "SUCCESS")
    assert unsplit(seller, transaction) == 9440
    assert shop.simulated.control("GET", f"funds/{seller.mchid}")["BASIC"] == 500
    funds = shop.simulated.control("GET", f"funds/{shop.sub_mchid}")
    assert (funds["BASIC"], funds["available"]) == (9440, 0)


def test_the_same_number_shares_once(shop: Shop, seller: Seller) -> None:
    transaction = paid(shop)
    first = share(seller, shop, transaction, "S1", 500).json()
    assert share(seller, shop, transaction, "S1", 500).json() == first
    assert code_of(share(seller, shop, transaction, "S1", 501)) == (400, "INVALID_REQUEST")
    assert unsplit(seller, transaction) == 9440
    [found] = shop.simulated.control("GET", "sharings?number=S1")["sharings"]
    assert found["order_id"] == first["order_id"]
    assert shop.simulated.control("GET", "sharings?number=S2")["sharings"] == []


def test_what_cannot_be_shared(shop: Shop, seller: Seller) -> None:
    early = shop.paid("ORDER-0001", prepay=SHARED)
    assert code_of(share(seller, shop, early, "S1", 1)) == (400, "INVALID_REQUEST")
    unmarked = paid(shop, "ORDER-0002", settle_info={"profit_sharing": False})
    assert code_of(share(seller, shop, unmarked, "S2", 1)) == (400, "INVALID_REQUEST")
    assert code_of(share(seller, shop, early, "S3", 3001)) == (403, "RULE_LIMIT")
    shop.refund(
        "ORDER-0001",
        "R1",
        9900,
        amount={"refund": 9900, "total": 10_000, "currency": "CNY"},
    )
    assert code_of(share(seller, shop, early, "S4", 200)) == (403, "NOT_ENOUGH")
    stranger = [
        {"type": "PERSONAL_OPENID", "account": "oNobody", "amount": 1, "description": "cut"}
    ]
    answer = share(seller, shop, early, "S5", 1, receivers=stranger)
    assert code_of(answer) == (400, "INVALID_REQUEST")
    misnamed = [
        {
            "type": "MERCHANT_ID",
            "account": seller.mchid,
            "amount": 1,
            "description": "cut",
            "name": seller.sealed("Somebody"),
        }
    ]
    answer = share(seller, shop, early, "S6", 1, receivers=misnamed)
    assert code_of(answer) == (400, "INVALID_REQUEST")
    assert code_of(share(seller, shop, "4200000000", "S7", 1)) == (404, "RESOURCE_NOT_EXISTS")
    many = [stranger[0]] * 51
    assert code_of(share(seller, shop, early, "S8", 1, receivers=many)) == (400, "PARAM_ERROR")
    assert shop.simulated.control("GET", "sharings")["sharings"] == []


def test_money_under_shipping_management_waits_for_the_receipt(simulated_shop: Shop) -> None:
    managed = simulated_shop
    seller = first_of(managed)
    wish = {
        "sub_mchid": managed.sub_mchid,
        "appid": managed.simulated.pay["sp_appid"],
        "type": "PERSONAL_OPENID",
        "account": "oStaff",
        "relation_type": "STAFF",
    }
    assert seller.call("POST", "/v3/profitsharing/receivers/add", wish).status_code == 200
    transaction = paid(managed)
    answer = share(seller, managed, transaction, "S1", 1)
    assert code_of(answer) == (400, "INVALID_REQUEST")


def test_unfreezing_ends_sharing_and_frees_the_rest(shop: Shop, seller: Seller) -> None:
    transaction = paid(shop)
    wish = {
        "sub_mchid": shop.sub_mchid,
        "transaction_id": transaction,
        "out_order_no": "U1",
        "description": "done",
    }
    made = seller.call("POST", f"{ORDERS}/unfreeze", wish).json()
    assert [(r["account"], r["amount"]) for r in made["receivers"]] == [(shop.sub_mchid, 9940)]
    shop.simulated.control("POST", "clock", advance_seconds=2)
    assert unsplit(seller, transaction) == 0
    assert shop.simulated.control("GET", f"funds/{shop.sub_mchid}")["available"] == 9940
    assert code_of(share(seller, shop, transaction, "S1", 1)) == (400, "INVALID_REQUEST")


def test_after_thirty_days_the_rest_is_free_by_itself(shop: Shop, seller: Seller) -> None:
    transaction = paid(shop)
    assert shop.simulated.control("GET", f"funds/{shop.sub_mchid}")["available"] == 0
    shop.simulated.control("POST", "clock", advance_seconds=30 * 86400)
    assert shop.simulated.control("GET", f"funds/{shop.sub_mchid}")["available"] == 9940
    assert code_of(share(seller, shop, transaction, "S1", 1)) == (400, "INVALID_REQUEST")


def test_fifty_sharings_are_the_limit(shop: Shop, seller: Seller) -> None:
    transaction = paid(shop)
    statuses = [share(seller, shop, transaction, f"S{n}", 1).status_code for n in range(51)]
    assert statuses == [200] * 50 + [403]


def test_a_share_may_fail_and_its_money_stays(shop: Shop, seller: Seller) -> None:
    shop.simulated.control("PUT", "settings", sharing_delay_seconds=3600)
    transaction = paid(shop)
    order_id = share(seller, shop, transaction, "S1", 500).json()["order_id"]
    shop.simulated.control(
        "POST", f"sharings/{order_id}", result="CLOSED", fail_reason="RECEIVER_RECEIPT_LIMIT"
    )
    path = f"{ORDERS}/S1?transaction_id={transaction}&sub_mchid={shop.sub_mchid}"
    found = seller.call("GET", path).json()["receivers"][0]
    assert (found["result"], found["fail_reason"]) == ("CLOSED", "RECEIVER_RECEIPT_LIMIT")
    assert unsplit(seller, transaction) == 9940


def test_a_merchant_gives_its_share_back(shop: Shop, seller: Seller) -> None:
    transaction = paid(shop)
    share(seller, shop, transaction, "S1", 500)
    shop.simulated.control("POST", "clock", advance_seconds=2)
    wish = {
        "sub_mchid": shop.sub_mchid,
        "out_order_no": "S1",
        "out_return_no": "B1",
        "return_mchid": seller.mchid,
        "amount": 200,
        "description": "refund",
    }
    returns = "/v3/profitsharing/return-orders"
    assert seller.call("POST", returns, wish).json()["result"] == "PROCESSING"
    assert seller.call("POST", returns, wish).status_code == 200
    changed = seller.call("POST", returns, {**wish, "amount": 201})
    assert code_of(changed) == (400, "INVALID_REQUEST")
    more = seller.call("POST", returns, {**wish, "out_return_no": "B2", "amount": 301})
    assert code_of(more) == (400, "INVALID_REQUEST")
    shop.simulated.control("POST", "clock", advance_seconds=2)
    path = f"{returns}/B1?out_order_no=S1&sub_mchid={shop.sub_mchid}"
    assert seller.call("GET", path).json()["result"] == "SUCCESS"
    assert shop.simulated.control("GET", f"funds/{seller.mchid}")["BASIC"] == 300
    empty = shop.simulated.control("POST", f"funds/{seller.mchid}", account="BASIC", fen=-300)
    assert empty["BASIC"] == 0
    seller.call("POST", returns, {**wish, "out_return_no": "B3"})
    shop.simulated.control("POST", "clock", advance_seconds=2)
    failed = seller.call("GET", path.replace("B1", "B3")).json()
    assert (failed["result"], failed["fail_reason"]) == ("FAILED", "BALANCE_NOT_ENOUGH")


def test_receivers_are_removed_and_the_ratio_is_told(shop: Shop, seller: Seller) -> None:
    wish = {
        "sub_mchid": shop.sub_mchid,
        "appid": shop.simulated.pay["sp_appid"],
        "type": "MERCHANT_ID",
        "account": seller.mchid,
    }
    delete = "/v3/profitsharing/receivers/delete"
    assert seller.call("POST", delete, wish).status_code == 200
    assert code_of(seller.call("POST", delete, wish)) == (400, "INVALID_REQUEST")
    transaction = paid(shop)
    assert code_of(share(seller, shop, transaction, "S1", 1)) == (400, "INVALID_REQUEST")
    path = f"/v3/profitsharing/merchant-configs/{shop.sub_mchid}"
    assert seller.call("GET", path).json() == {"sub_mchid": shop.sub_mchid, "max_ratio": 3000}

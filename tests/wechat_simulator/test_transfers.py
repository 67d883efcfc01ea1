"""Merchant transfers: a bill, a person who confirms or not, and limits."""

from typing import Any

import httpx
import pytest

from tests.wechat_simulator.merchant import Seller, code_of, first_of
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)
BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
PARTNER = "/v3/fund-app/mch-transfer/partner"


@pytest.fixture
def seller(simulated_shop: Shop) -> Seller:
    return first_of(simulated_shop)


def wish_for(seller: Seller, number: str, fen: int = 100, **changed: Any) -> dict[str, Any]:
    appid = seller.keys["sp_appid"]
    openid = seller.simulated.control("POST", "login", appid=appid, user="bob")["openid"]
    return {
        "appid": appid,
        "out_bill_no": number,
        "transfer_scene_id": "1005",
        "openid": openid,
        "transfer_amount": fen,
        "transfer_remark": "commission",
        "notify_url": seller.notify_url,
        "transfer_scene_report_infos": [{"info_type": "岗位类型", "info_content": "推广员"}],
        **changed,
    }


def transfer(seller: Seller, number: str, fen: int = 100, **changed: Any) -> httpx.Response:
    return seller.call("POST", BILLS, wish_for(seller, number, fen, **changed))


def state(seller: Seller, number: str) -> tuple[str, str]:
    found = seller.call("GET", f"{BILLS}/out-bill-no/{number}").json()
    return found["state"], found.get("fail_reason", "")


def test_a_person_confirms_and_the_merchant_hears(seller: Seller) -> None:
    made = transfer(seller, "BILL1", 5000).json()
    assert made["state"] == "WAIT_USER_CONFIRM"
    assert made["package_info"]
    wrong = seller.simulated.http.post(
        "/_control/transfers/BILL1", json={"action": "confirm", "package": "another"}
    )
    assert wrong.status_code == 409
    seller.simulated.control(
        "POST", "transfers/BILL1", action="confirm", package=made["package_info"]
    )
    told = seller.opened(seller.listener.wait_for(1)[0])
    assert told["event_type"] == "MCHTRANSFER.BILL.FINISHED"
    said = told["resource"]
    assert (said["state"], said["transfer_amount"], said["mch_id"]) == (
        "SUCCESS",
        5000,
        seller.mchid,
    )
    path = f"{BILLS}/transfer-bill-no/{made['transfer_bill_no']}"
    assert seller.call("GET", path).json()["out_bill_no"] == "BILL1"
    assert "package_info" not in transfer(seller, "BILL1", 5000).json()


def test_the_same_number_pays_once(seller: Seller) -> None:
    before = seller.simulated.control("GET", f"funds/{seller.mchid}")["OPERATION"]
    first = transfer(seller, "BILL1").json()
    assert transfer(seller, "BILL1").json() == first
    assert code_of(transfer(seller, "BILL1", 101)) == (400, "INVALID_REQUEST")
    after = seller.simulated.control("GET", f"funds/{seller.mchid}")["OPERATION"]
    assert before - after == 100


def test_an_unconfirmed_bill_closes_after_a_day(seller: Seller) -> None:
    transfer(seller, "BILL1")
    seller.simulated.control("POST", "clock", advance_seconds=86399)
    assert state(seller, "BILL1")[0] == "WAIT_USER_CONFIRM"
    seller.simulated.control("POST", "clock", advance_seconds=2)
    assert state(seller, "BILL1") == ("FAIL", "OVERDUE_CLOSE")
    told = seller.opened(seller.listener.wait_for(1)[0])["resource"]
    assert (told["state"], told["fail_reason"]) == ("FAIL", "OVERDUE_CLOSE")


def test_a_bill_is_cancelled_before_it_is_confirmed_only(seller: Seller) -> None:
    transfer(seller, "BILL1")
    made = seller.call("POST", f"{BILLS}/out-bill-no/BILL1/cancel").json()
    assert made["state"] == "CANCELING"
    seller.simulated.control("POST", "clock", advance_seconds=2)
    assert state(seller, "BILL1")[0] == "CANCELLED"
    transfer(seller, "BILL2")
    seller.simulated.control("POST", "transfers/BILL2", action="confirm")
    answer = seller.call("POST", f"{BILLS}/out-bill-no/BILL2/cancel")
    assert code_of(answer) == (400, "INVALID_REQUEST")


def test_a_failed_bill_says_why_and_frees_the_money(seller: Seller) -> None:
    transfer(seller, "BILL1")
    seller.simulated.control("POST", "transfers/BILL1", action="fail", reason="REALNAME_NOT_PASS")
    assert state(seller, "BILL1") == ("FAIL", "REALNAME_NOT_PASS")
    funds = seller.simulated.control("GET", f"funds/{seller.mchid}")
    assert (
        funds["OPERATION"] == seller.simulated.control("GET", "settings")["operation_opening_fen"]
    )


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"out_bill_no": "has-dash"}, "/out_bill_no"),
        ({"transfer_scene_id": "9999"}, "/transfer_scene_id"),
        ({"transfer_scene_report_infos": []}, "/transfer_scene_report_infos"),
        ({"transfer_remark": "x" * 33}, "/transfer_remark"),
        ({"openid": "oNobody"}, "/openid"),
        ({"transfer_amount": 200_000}, "/user_name"),
        ({"user_name": "in clear"}, "/user_name"),
    ],
)
def test_what_a_bill_must_not_say(seller: Seller, changed: dict[str, Any], pointer: str) -> None:
    answer = seller.call("POST", BILLS, wish_for(seller, "BILL1") | changed)
    assert code_of(answer) == (400, "PARAM_ERROR")
    assert answer.json()["detail"]["field"] == pointer


def test_from_two_thousand_yuan_on_the_name_is_given_encrypted(seller: Seller) -> None:
    answer = transfer(seller, "BILL1", 200_000, user_name=seller.sealed("张三"))
    assert answer.status_code == 200
    shown = seller.simulated.control("GET", "transfers")["transfers"][0]
    assert shown["user_name"] == "张三"


def test_a_day_has_limits_for_the_person_and_for_the_merchant(seller: Seller) -> None:
    seller.simulated.control(
        "PUT", "settings", transfer_user_daily_fen=1000, transfer_merchant_daily_fen=1500
    )
    assert transfer(seller, "BILL1", 1000).status_code == 200
    assert code_of(transfer(seller, "BILL2", 1)) == (403, "RULE_LIMIT")
    appid = seller.keys["sp_appid"]
    carol = seller.simulated.control("POST", "login", appid=appid, user="carol")["openid"]
    assert code_of(transfer(seller, "BILL3", 501, openid=carol)) == (403, "RULE_LIMIT")
    assert transfer(seller, "BILL4", 500, openid=carol).status_code == 200
    seller.simulated.control("POST", "clock", advance_seconds=86400)
    assert transfer(seller, "BILL5", 1).status_code == 200


def test_without_money_nothing_is_transferred(seller: Seller) -> None:
    opening = seller.simulated.control("GET", "settings")["operation_opening_fen"]
    seller.simulated.control("POST", f"funds/{seller.mchid}", fen=99 - opening)
    assert code_of(transfer(seller, "BILL1", 100)) == (403, "NOT_ENOUGH")
    assert code_of(seller.call("GET", f"{BILLS}/out-bill-no/BILL1")) == (404, "NOT_FOUND")


def test_a_provider_pays_from_its_sub_merchant_with_a_grant(
    simulated_shop: Shop, seller: Seller
) -> None:
    shop = simulated_shop
    names = {"sub_mchid": shop.sub_mchid, "sub_appid": shop.appid, "openid": shop.openid}
    wish = wish_for(seller, "BILL1") | names
    assert code_of(seller.call("POST", f"{PARTNER}/transfer-bills", wish)) == (403, "NO_AUTH")
    path = f"{PARTNER}/sub-mch-authorizations/{shop.sub_mchid}"
    assert seller.call("GET", path).json()["state"] == "UNAUTHORIZED"
    grant = {"sub_mchid": shop.sub_mchid, "out_apply_no": "GRANT1"}
    made = seller.call("POST", f"{PARTNER}/sub-mch-authorizations", grant).json()
    assert made["state"] == "AUTHORIZED"
    path = f"{PARTNER}/sub-mch-authorizations/{shop.sub_mchid}"
    assert seller.call("GET", path).json() == {
        "sub_mchid": shop.sub_mchid,
        "state": "AUTHORIZED",
        "apply_order": {**grant, "state": "PASSED"},
    }
    assert seller.call("POST", f"{PARTNER}/transfer-bills", wish).status_code == 200
    path = f"{PARTNER}/transfer-bills/out-bill-no/BILL1?sub_mchid={shop.sub_mchid}"
    bill = seller.call("GET", path).json()
    assert bill["sub_mchid"] == shop.sub_mchid
    number = f"{bill['transfer_bill_no']}?sub_mchid={shop.sub_mchid}"
    assert seller.call("GET", f"{PARTNER}/transfer-bills/transfer-bill-no/{number}").json() == bill
    assert code_of(seller.call("GET", f"{BILLS}/out-bill-no/BILL1")) == (404, "NOT_FOUND")
    cancel = f"{PARTNER}/transfer-bills/out-bill-no/BILL1/cancel"
    answer = seller.call("POST", cancel, {"sub_mchid": shop.sub_mchid})
    assert answer.json()["state"] == "CANCELING"


def test_a_person_takes_it_with_all_that_the_mini_program_was_given(
    simulated_shop: Shop, seller: Seller
) -> None:
    shop = simulated_shop
    grant = {"sub_mchid": shop.sub_mchid, "out_apply_no": "GRANT1"}
    seller.call("POST", f"{PARTNER}/sub-mch-authorizations", grant)
    names = {"sub_mchid": shop.sub_mchid, "sub_appid": shop.appid, "openid": shop.openid}
    wish = wish_for(seller, "BILL1") | names
    made = seller.call("POST", f"{PARTNER}/transfer-bills", wish).json()
    given = {"mchId": seller.mchid, "subMchId": shop.sub_mchid, "appId": shop.appid,
             "package": made["package_info"], "openid": shop.openid}  # fmt: skip
    for name in given:
        told = seller.simulated.control("POST", "merchant_transfer", **{**given, name: "another"})
        assert told["errMsg"] == "requestMerchantTransfer:fail", name
    for word in ("ok", "fail"):
        told = seller.simulated.control("POST", "merchant_transfer", **given)
        assert told["errMsg"] == f"requestMerchantTransfer:{word}"
    [bill] = seller.simulated.control("GET", f"transfers?openid={shop.openid}")["transfers"]
    assert bill["state"] == "SUCCESS"
    assert seller.simulated.control("GET", "transfers?openid=another")["transfers"] == []

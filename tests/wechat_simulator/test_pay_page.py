"""The control page on merchants, transfers, sharing, onboarding, complaints and bills."""

import httpx
import pytest

from tests.wechat_simulator.merchant import Seller, first_of
from tests.wechat_simulator.stage import Shop
from tests.wechat_simulator.test_onboarding import APPLY, application

pytest_plugins = ("tests.wechat_simulator.fixtures",)


@pytest.fixture
def seller(simulated_shop: Shop) -> Seller:
    return first_of(simulated_shop)


def page(seller: Seller) -> str:
    return seller.simulated.http.get("/").text


def sent(seller: Seller, path: str, **form: str) -> str:
    """Send one form; returns the sentence shown afterwards."""
    answer = seller.simulated.http.post(f"/_page/{path}", data={"section": "top", **form})
    assert answer.status_code == 303
    query = httpx.URL(answer.headers["location"]).params
    return query.get("notice") or f"problem: {query.get('problem')}"


def test_merchants_are_made_and_their_keys_change(seller: Seller) -> None:
    assert sent(seller, "merchants", name="<b>Tea</b>", kind="direct").startswith("Created direct")
    assert "&lt;b&gt;Tea&lt;/b&gt;" in page(seller)
    path = f"merchants/{seller.mchid}/rotate"
    assert sent(seller, path, what="merchant_key").startswith("merchant_key of")
    serials = seller.again().keys["valid_serial_nos"]
    assert len(serials) == 2
    assert all(f"{serial[:16]}…" in page(seller) for serial in serials)
    assert sent(seller, path, what="nothing").startswith("problem: what must be")


def test_a_transfer_is_confirmed_by_a_button(seller: Seller) -> None:
    appid = seller.keys["sp_appid"]
    openid = seller.simulated.control("POST", "login", appid=appid, user="bob")["openid"]
    wish = {
        "appid": appid,
        "out_bill_no": "BILL1",
        "transfer_scene_id": "1005",
        "openid": openid,
        "transfer_amount": 100,
        "transfer_remark": "commission",
        "transfer_scene_report_infos": [{"info_type": "岗位类型", "info_content": "推广员"}],
    }
    made = seller.call("POST", "/v3/fund-app/mch-transfer/transfer-bills", wish).json()
    assert "确认收款" in page(seller)
    path = f"transfers/{made['transfer_bill_no']}"
    assert sent(seller, path, action="confirm") == "Transfer BILL1 is SUCCESS"
    assert "确认收款" not in page(seller)
    assert sent(seller, path, action="confirm") == "problem: the transfer is SUCCESS"


def test_days_with_payments_and_complaints_are_shown(simulated_shop: Shop, seller: Seller) -> None:
    assert "No payment, no bill." in page(seller)
    simulated_shop.paid("ORDER-0001")
    assert "No payment, no bill." not in page(seller)
    said = sent(seller, "complaints", out_trade_no="ORDER-0001", detail="冷茶")
    assert said.startswith("Complaint 2000")
    assert "冷茶" in page(seller)
    assert sent(seller, "complaints", out_trade_no="NOBODY") == "problem: no such paid order"


def test_the_addresses_that_pay_answers_lead_to_pages(simulated_shop: Shop, seller: Seller) -> None:
    shop, http = simulated_shop, seller.simulated.http
    order = shop.order("H5-ORDER-1")
    made = seller.call("POST", "/v3/pay/partner/transactions/h5", order).json()
    assert "龙井茶" in http.get(made["h5_url"]).text
    assert "支付成功" in http.post(made["h5_url"]).text
    assert shop.query("H5-ORDER-1").json()["trade_type"] == "MWEB"
    assert "无法支付" in http.post(made["h5_url"]).text


def test_an_application_is_signed_on_its_page(seller: Seller) -> None:
    number = seller.call("POST", APPLY, application(seller)).json()["applyment_id"]
    moved = seller.simulated.control("POST", f"applyments/{number}", state="TO_BE_SIGNED")
    assert moved["sub_mchid"] in seller.simulated.http.get(moved["sign_url"]).text
    assert "签约成功" in seller.simulated.http.post(moved["sign_url"]).text
    assert "无法签约" in seller.simulated.http.post(moved["sign_url"]).text
    found = seller.call("GET", f"{APPLY}applyment_id/{number}").json()
    assert found["applyment_state"] == "APPLYMENT_STATE_FINISHED"

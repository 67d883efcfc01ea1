"""Several merchants at once: keys, numbers, sub-merchants, and keys that change."""

from typing import Any

from infra.wechat_simulator import crypto
from tests.wechat_simulator.merchant import Seller, code_of, first_of
from tests.wechat_simulator.stage import Listener, Shop, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)
JSAPI = "/v3/pay/transactions/jsapi"


def direct(simulated: Simulated, listener: Listener) -> Seller:
    made = simulated.control("POST", "merchants", kind="direct", name="Tea")
    return Seller(simulated, listener, made)


def order(seller: Seller, number: str, **changed: Any) -> dict[str, Any]:
    appid = seller.keys["sp_appid"]
    openid = seller.simulated.control("POST", "login", appid=appid, user="bob")["openid"]
    return {
        "appid": appid,
        "mchid": seller.mchid,
        "description": "tea",
        "out_trade_no": number,
        "notify_url": seller.notify_url,
        "amount": {"total": 100},
        "payer": {"openid": openid},
        **changed,
    }


def test_two_merchants_use_the_same_number_and_hear_with_their_own_keys(
    simulated_shop: Shop,
) -> None:
    shop = simulated_shop
    seller = direct(shop.simulated, shop.listener)
    shop.paid("ORDER-0001")
    assert seller.call("POST", JSAPI, order(seller, "ORDER-0001")).status_code == 200
    key = f"{seller.mchid}:ORDER-0001"
    shop.simulated.control("POST", f"orders/{key}/pay", wait=True)
    told = seller.opened(shop.listener.received[-1])["resource"]
    assert (told["mchid"], told["out_trade_no"]) == (seller.mchid, "ORDER-0001")
    path = f"/v3/pay/transactions/out-trade-no/ORDER-0001?mchid={seller.mchid}"
    assert seller.call("GET", path).json()["transaction_id"] == told["transaction_id"]
    refund = {"out_trade_no": "ORDER-0001", "out_refund_no": "R1", "notify_url": seller.notify_url}
    amount = {"refund": 100, "total": 100, "currency": "CNY"}
    made = seller.call("POST", "/v3/refund/domestic/refunds", {**refund, "amount": amount}).json()
    assert (made["out_refund_no"], made["out_trade_no"]) == ("R1", "ORDER-0001")
    shop.simulated.control("POST", "clock", advance_seconds=2)
    assert seller.opened(shop.listener.received[-1])["resource"]["out_refund_no"] == "R1"
    assert shop.query("ORDER-0001").json()["trade_state"] == "SUCCESS"


def test_a_merchant_sees_nothing_of_another(simulated_shop: Shop) -> None:
    shop = simulated_shop
    seller = direct(shop.simulated, shop.listener)
    transaction = shop.paid("ORDER-0001")
    path = f"/v3/pay/transactions/id/{transaction}?mchid={seller.mchid}"
    assert code_of(seller.call("GET", path)) == (404, "ORDER_NOT_EXIST")
    partner = shop.order("ORDER-0002", sp_mchid=seller.mchid, sp_appid=seller.keys["sp_appid"])
    answer = seller.call("POST", "/v3/pay/partner/transactions/jsapi", partner)
    assert code_of(answer) == (403, "NO_AUTH")
    mixed = Seller(
        shop.simulated, shop.listener, {**seller.keys, "sp_mchid": shop.simulated.pay["sp_mchid"]}
    )
    assert code_of(mixed.call("POST", JSAPI, order(seller, "ORDER-0003"))) == (401, "SIGN_ERROR")


def test_a_provider_sells_for_its_own_sub_merchants_only(simulated_shop: Shop) -> None:
    shop, simulated = simulated_shop, simulated_shop.simulated
    made = simulated.control("POST", "merchants", kind="provider")
    provider = Seller(simulated, shop.listener, made)
    sub = simulated.control("POST", f"merchants/{provider.mchid}/sub_merchants", appid=shop.appid)
    names = {"sp_mchid": provider.mchid, "sp_appid": made["sp_appid"]}
    own = shop.order("ORDER-0001", **names, sub_mchid=sub["sub_mchid"])
    path = "/v3/pay/partner/transactions/jsapi"
    assert provider.call("POST", path, own).status_code == 200
    foreign = shop.order("ORDER-0002", **names)
    assert code_of(provider.call("POST", path, foreign)) == (400, "MCH_NOT_EXISTS")


def test_a_merchant_key_is_replaced_without_a_gap(simulated_shop: Shop) -> None:
    old = first_of(simulated_shop)
    simulated_shop.simulated.control("POST", f"merchants/{old.mchid}/rotate", what="merchant_key")
    new = old.again()
    assert new.keys["merchant_serial_no"] != old.keys["merchant_serial_no"]
    path = f"/v3/pay/transactions/out-trade-no/NOBODY?mchid={old.mchid}"
    assert [seller.call("GET", path).status_code for seller in (old, new)] == [404, 404]
    simulated_shop.simulated.control(
        "POST",
        f"merchants/{old.mchid}/withdraw_key",
        serial_no=old.keys["merchant_serial_no"],
    )
    assert [seller.call("GET", path).status_code for seller in (old, new)] == [401, 404]


def test_platform_certificates_overlap_when_they_change(simulated_shop: Shop) -> None:
    seller = first_of(simulated_shop)
    before = seller.call("GET", "/v3/certificates").json()["data"]
    simulated_shop.simulated.control(
        "POST", f"merchants/{seller.mchid}/rotate", what="platform_certificate"
    )
    answer = seller.call("GET", "/v3/certificates")
    now = answer.json()["data"]
    assert [item["serial_no"] for item in now][1:] == [item["serial_no"] for item in before]
    assert answer.headers["Wechatpay-Serial"] == now[0]["serial_no"]


def test_the_public_key_of_wechat_pay_changes(simulated_shop: Shop) -> None:
    seller = first_of(simulated_shop)
    simulated_shop.simulated.control("POST", f"merchants/{seller.mchid}/rotate", what="public_key")
    simulated_shop.paid("ORDER-0001")
    new = seller.again()
    assert new.keys["wechatpay_public_key_id"] != seller.keys["wechatpay_public_key_id"]
    assert new.opened(simulated_shop.listener.received[0])["event_type"] == "TRANSACTION.SUCCESS"


def test_the_certificate_that_a_console_hands_out_is_the_merchants(simulated_shop: Shop) -> None:
    from cryptography import x509

    seller = first_of(simulated_shop).again()
    made = x509.load_pem_x509_certificate(seller.keys["merchant_certificate_pem"].encode())
    assert f"{made.serial_number:040X}" == seller.keys["merchant_serial_no"]
    key = crypto.private_key(seller.keys["merchant_private_key_pem"]).public_key()
    assert made.public_key() == key


def test_a_paying_customer_shows_as_userpaying(simulated_shop: Shop) -> None:
    shop = simulated_shop
    shop.prepay("ORDER-0001")
    shop.simulated.control("POST", "orders/ORDER-0001/paying")
    assert shop.query("ORDER-0001").json()["trade_state"] == "USERPAYING"
    shop.simulated.control("POST", "orders/ORDER-0001/paying", is_paying=False)
    assert shop.query("ORDER-0001").json()["trade_state"] == "NOTPAY"
    shop.simulated.control("POST", "orders/ORDER-0001/paying")
    shop.simulated.control("POST", "orders/ORDER-0001/pay")
    assert shop.query("ORDER-0001").json()["trade_state"] == "SUCCESS"


def test_a_qr_code_order_names_its_payer_when_it_is_paid(simulated_shop: Shop) -> None:
    seller = direct(simulated_shop.simulated, simulated_shop.listener)
    wish = order(seller, "NATIVE-1")
    openid = wish.pop("payer")["openid"]
    answer = seller.call("POST", "/v3/pay/transactions/native", wish)
    assert answer.json()["code_url"].startswith("weixin://wxpay/bizpayurl")
    key = f"{seller.mchid}:NATIVE-1"
    seller.simulated.control("POST", f"orders/{key}/pay", user="bob", wait=True)
    told = seller.opened(seller.listener.received[-1])["resource"]
    assert (told["trade_type"], told["payer"]) == ("NATIVE", {"openid": openid})

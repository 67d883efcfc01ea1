"""An independent client, wechatpayv3, speaks to the simulator as it would to WeChat Pay."""

import json
from pathlib import Path

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType

from tests.wechat_simulator.stage import Listener, Shop, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def client(simulated: Simulated, listener: Listener) -> WeChatPay:
    pay = simulated.pay
    it = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=pay["sp_mchid"],
        private_key=pay["merchant_private_key_pem"],
        cert_serial_no=pay["merchant_serial_no"],
        apiv3_key=pay["apiv3_key"],
        appid=pay["sp_appid"],
        notify_url=f"{listener.base}/wxpay/notify/tokenoftheshop",
        partner_mode=True,
        public_key=pay["wechatpay_public_key_pem"],
        public_key_id=pay["wechatpay_public_key_id"],
        timeout=(5, 5),
    )
    it._core._gate_way = simulated.credentials["pay_base"]
    return it


def test_prepay_pay_query_refund_and_close(simulated_shop: Shop) -> None:
    shop, simulated, listener = simulated_shop, simulated_shop.simulated, simulated_shop.listener
    wxpay = client(simulated, listener)

    def prepay(number: str) -> tuple[int, dict]:
        status, text = wxpay.pay(
            description="测试商品",
            out_trade_no=number,
            amount={"total": 100},
            payer={"sub_openid": shop.openid},
            sub_appid=shop.appid,
            sub_mchid=shop.sub_mchid,
        )
        return status, json.loads(text)

    status, answer = prepay("ORDER-0001")
    assert status == 200
    status, text = wxpay.query(out_trade_no="ORDER-0001", sub_mchid=shop.sub_mchid)
    assert (status, json.loads(text)["trade_state"]) == (200, "NOTPAY")

    paid = simulated.control("POST", "pay", **shop.sheet(answer["prepay_id"]))
    assert paid["errMsg"] == "requestPayment:ok"
    told = wxpay.callback(listener.received[0].headers, listener.received[0].body)
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert told["resource"]["transaction_id"] == paid["transaction_id"]
    assert told["resource"]["payer"]["sub_openid"] == shop.openid
    assert told["resource"]["amount"] == {
        "total": 100,
        "payer_total": 100,
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    status, text = wxpay.query(transaction_id=paid["transaction_id"], sub_mchid=shop.sub_mchid)
    assert (status, json.loads(text)["out_trade_no"]) == (200, "ORDER-0001")

    status, text = wxpay.refund(
        out_refund_no="REFUND-1",
        amount={"refund": 40, "total": 100, "currency": "CNY"},
        out_trade_no="ORDER-0001",
        sub_mchid=shop.sub_mchid,
        notify_url=f"{listener.base}/wxpay/refunds/tokenoftheshop",
    )
    assert (status, json.loads(text)["status"]) == (200, "PROCESSING")
    simulated.control("POST", "clock", advance_seconds=2)
    status, text = wxpay.query_refund(out_refund_no="REFUND-1", sub_mchid=shop.sub_mchid)
    assert (status, json.loads(text)["status"]) == (200, "SUCCESS")
    told = wxpay.callback(listener.received[-1].headers, listener.received[-1].body)
    assert told["event_type"] == "REFUND.SUCCESS"
    assert told["resource"]["refund_status"] == "SUCCESS"

    prepay("ORDER-0002")
    status, text = wxpay.close(out_trade_no="ORDER-0002", sub_mchid=shop.sub_mchid)
    assert status == 204
    status, text = wxpay.query(out_trade_no="ORDER-0002", sub_mchid=shop.sub_mchid)
    assert json.loads(text)["trade_state"] == "CLOSED"


def test_certificate_mode_downloads_the_certificate_and_trusts_it(
    simulated_shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    simulated = simulated_shop.simulated
    simulated.control("PUT", "settings", trust="certificate")
    simulated_shop.paid("ORDER-0001")
    pay = simulated.pay
    monkeypatch.setattr(
        "wechatpayv3.core.Core._init_certificates",
        lambda core: core.__dict__.update(_certificates=[]),
    )
    wxpay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=pay["sp_mchid"],
        private_key=pay["merchant_private_key_pem"],
        cert_serial_no=pay["merchant_serial_no"],
        apiv3_key=pay["apiv3_key"],
        appid=pay["sp_appid"],
        partner_mode=True,
        cert_dir=str(tmp_path),
        timeout=(5, 5),
    )
    wxpay._core._gate_way = simulated.credentials["pay_base"]
    status, text = wxpay.query(out_trade_no="ORDER-0001", sub_mchid=simulated_shop.sub_mchid)
    assert (status, json.loads(text)["trade_state"]) == (200, "SUCCESS")
    received = simulated_shop.listener.received[0]
    assert wxpay.callback(received.headers, received.body)["event_type"] == "TRANSACTION.SUCCESS"
    assert len(list(tmp_path.glob("0*.pem"))) == 1


def test_direct_mode_sells_for_the_merchant_itself(
    simulated: Simulated, listener: Listener
) -> None:
    made = simulated.control("POST", "mini_programs", is_direct=True)
    openid = simulated.control("POST", "login", appid=made["appid"], user="bob")["openid"]
    wxpay = client(simulated, listener)
    wxpay._partner_mode = False
    wxpay._appid = made["appid"]
    status, _ = wxpay.pay(
        description="direct", out_trade_no="DIRECT-1", amount={"total": 1}, payer={"openid": openid}
    )
    assert status == 200
    simulated.control("POST", "orders/DIRECT-1/pay", wait=True)
    told = wxpay.callback(listener.received[0].headers, listener.received[0].body)["resource"]
    assert (told["mchid"], told["appid"]) == (simulated.pay["sp_mchid"], made["appid"])
    assert told["payer"] == {"openid": openid}

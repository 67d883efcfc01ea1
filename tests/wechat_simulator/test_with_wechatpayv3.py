"""An independent client, wechatpayv3, speaks to the simulator as it would to WeChat Pay."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

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


def test_certificate_mode_starts_with_nothing_but_the_merchant_key(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its constructor downloads at once, before a gateway can be set: only that is delayed."""
    pay, base = simulated.pay, simulated.credentials["pay_base"]
    start = Core._init_certificates
    monkeypatch.setattr(Core, "_init_certificates", lambda _: None)
    wxpay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=pay["sp_mchid"],
        private_key=pay["merchant_private_key_pem"],
        cert_serial_no=pay["merchant_serial_no"],
        apiv3_key=pay["apiv3_key"],
        appid=pay["sp_appid"],
        cert_dir=str(tmp_path),
        timeout=(5, 5),
    )
    wxpay._core._gate_way = base
    start(wxpay._core)
    status, text = wxpay.query(out_trade_no="NOBODY-01")
    assert (status, json.loads(text)["code"]) == (404, "ORDER_NOT_EXIST")
    assert len(list(tmp_path.glob("0*.pem"))) == 1


def test_bills_come_as_gzip(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    wxpay = client(simulated, simulated_shop.listener)
    simulated_shop.paid("ORDER-0001")
    day = simulated.control("GET", "clock")["now"][:10]
    status, text = wxpay.trade_bill(bill_date=day)
    assert (status, json.loads(text)["code"]) == (400, "NO_STATEMENT_EXIST")
    simulated.control("POST", "clock", advance_seconds=36 * 3600)
    told = json.loads(wxpay.trade_bill(bill_date=day, sub_mchid=simulated_shop.sub_mchid)[1])
    status, content = wxpay.download_bill(told["download_url"])
    body = gzip.decompress(content)
    assert (status, hashlib.sha1(body).hexdigest()) == (200, told["hash_value"])
    assert "`ORDER-0001," in body.decode()


def test_sharing_with_an_encrypted_name(simulated: Simulated, listener: Listener) -> None:
    made = simulated.control("POST", "mini_programs", is_trade_managed=False)
    openid = simulated.control("POST", "login", appid=made["appid"], user="alice")["openid"]
    shop = Shop(simulated, listener, made["appid"], made["sub_mchid"], openid, made)
    transaction = shop.paid("ORDER-0001", prepay={"settle_info": {"profit_sharing": True}})
    simulated.control("POST", "clock", advance_seconds=61)
    wxpay, mchid = client(simulated, listener), simulated.pay["sp_mchid"]
    status, _ = wxpay.profitsharing_add_receiver(
        "MERCHANT_ID", mchid, "SERVICE_PROVIDER", name="平台", sub_mchid=shop.sub_mchid
    )
    assert status == 200
    receivers = [
        {"type": "MERCHANT_ID", "account": mchid, "name": "平台", "amount": 5, "description": "x"}
    ]
    status, text = wxpay.profitsharing_order(
        transaction, "SHARE-1", receivers, unfreeze_unsplit=True, sub_mchid=shop.sub_mchid
    )
    assert (status, json.loads(text)["state"]) == (200, "PROCESSING")
    simulated.control("POST", "clock", advance_seconds=2)
    status, text = wxpay.profitsharing_order_query(transaction, "SHARE-1", shop.sub_mchid)
    assert [one["result"] for one in json.loads(text)["receivers"]] == ["SUCCESS", "SUCCESS"]


def test_a_transfer_with_a_name_and_a_cancelled_one(
    simulated: Simulated, listener: Listener
) -> None:
    wxpay, appid = client(simulated, listener), simulated.pay["sp_appid"]
    openid = simulated.control("POST", "login", appid=appid, user="bob")["openid"]
    infos = [{"info_type": "岗位类型", "info_content": "推广员"}]
    for number in ("BILL1", "BILL2"):
        status, text = wxpay.mch_transfer_bills(
            number, "1005", openid, 200_000, "佣金", "张三", transfer_scene_report_infos=infos
        )
        assert (status, json.loads(text)["state"]) == (200, "WAIT_USER_CONFIRM")
    status, text = wxpay.mch_transfer_bills_cancel("BILL2")
    assert (status, json.loads(text)["state"]) == (200, "CANCELING")
    simulated.control("POST", "transfers/BILL1", action="confirm")
    simulated.control("POST", "clock", advance_seconds=2)
    states = [
        json.loads(wxpay.mch_transfer_bills_query(out_bill_no=number)[1])["state"]
        for number in ("BILL1", "BILL2")
    ]
    assert states == ["SUCCESS", "CANCELLED"]
    told = wxpay.callback(listener.received[0].headers, listener.received[0].body)
    assert told["event_type"] == "MCHTRANSFER.BILL.FINISHED"


def test_an_application_with_an_uploaded_licence(
    simulated: Simulated, listener: Listener, tmp_path: Path
) -> None:
    picture = tmp_path / "licence.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n--not the boundary\r\n")
    wxpay = client(simulated, listener)
    status, text = wxpay.image_upload(str(picture))
    assert status == 200
    media_id = json.loads(text)["media_id"]
    status, text = wxpay.applyment_submit(
        business_code="CODE-1",
        contact_info={
            "contact_name": "张三",
            "contact_id_number": "110101199003070000",
            "mobile_phone": "13800138000",
            "contact_email": "zhang@example.com",
        },
        subject_info={
            "subject_type": "SUBJECT_TYPE_INDIVIDUAL",
            "business_license_info": {"license_copy": media_id},
            "identity_info": {"id_doc_type": "IDENTIFICATION_TYPE_IDCARD"},
        },
        business_info={"merchant_shortname": "茶"},
        settlement_info={"settlement_id": "719"},
        bank_account_info={
            "bank_account_type": "BANK_ACCOUNT_TYPE_PERSONAL",
            "account_name": "张三",
            "account_number": "6222020000000000000",
        },
    )
    assert status == 200, text
    number = json.loads(text)["applyment_id"]
    simulated.control("POST", f"applyments/{number}", state="FINISHED")
    status, text = wxpay.applyment_query(business_code="CODE-1")
    assert json.loads(text)["applyment_state"] == "APPLYMENT_STATE_FINISHED"


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

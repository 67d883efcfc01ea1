"""Bills: ready the next morning, exact to the column, fetched by signed requests only."""

import gzip
import hashlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.wechat_simulator import crypto
from tests.wechat_simulator.merchant import Seller, code_of, first_of
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)
ALL = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)


def today(shop: Shop) -> str:
    return shop.simulated.control("GET", "clock")["now"][:10]


def fetched(seller: Seller, target: str) -> list[str]:
    """Apply for a bill, download it, check its hash; returns its lines."""
    made = seller.call("GET", target).json()
    answer = seller.call("GET", made["download_url"].removeprefix(str(base(seller))))
    assert answer.status_code == 200
    assert "Wechatpay-Signature" not in answer.headers
    body = gzip.decompress(answer.content) if "GZIP" in target else answer.content
    assert (made["hash_type"], made["hash_value"]) == ("SHA1", hashlib.sha1(body).hexdigest())
    return body.decode().splitlines()


def base(seller: Seller) -> str:
    return seller.simulated.credentials["pay_base"]


def next_noon(shop: Shop) -> str:
    """Let the day end; returns its date."""
    day = today(shop)
    shop.simulated.control("POST", "clock", advance_seconds=36 * 3600)
    return day


def test_a_trade_bill_lists_payments_and_refunds(simulated_shop: Shop) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    changed = {"description": "茶,春`", "amount": {"total": 1000}, "attach": "a"}
    transaction = shop.paid("ORDER-0001", prepay=changed)
    refund = {"amount": {"refund": 300, "total": 1000, "currency": "CNY"}}
    refund_id = shop.refund("ORDER-0001", "R1", 300, **refund).json()["refund_id"]
    day = next_noon(shop)
    lines = fetched(seller, f"/v3/bill/tradebill?bill_date={day}")
    assert lines[0] == ALL
    paid, back = (line.removeprefix("`").split(",`") for line in lines[1:3])
    openid = shop.simulated.control("GET", "orders/ORDER-0001")["sp_openid"]
    pay = shop.simulated.pay
    names = [pay["sp_appid"], pay["sp_mchid"], shop.sub_mchid, "", transaction, "ORDER-0001"]
    assert paid[1:14] == [*names, openid, "JSAPI", "SUCCESS", "OTHERS", "CNY", "10.00", "0.00"]
    assert paid[14:20] == ["0", "0", "0.00", "0.00", "", ""]
    assert paid[20:] == ["茶,春`", "a", "0.06000", "0.60%", "10.00", "0.00", ""]
    assert back[9:20] == [
        *("REFUND", "OTHERS", "CNY", "0.00", "0.00", refund_id, "R1", "3.00", "0.00"),
        *("ORIGINAL", "SUCCESS"),
    ]
    assert back[22:26] == ["-0.02000", "0.60%", "0.00", "3.00"]
    assert lines[3].startswith("总交易单数,应结订单总金额,退款总金额")
    assert lines[4] == "`2,`10.00,`3.00,`0.00,`0.04000,`10.00,`3.00"
    assert len(lines) == 5


def test_success_drops_the_refund_columns_and_refund_adds_times(simulated_shop: Shop) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    shop.paid("ORDER-0001")
    shop.refund("ORDER-0001", "R1", 100)
    day = next_noon(shop)
    success = fetched(seller, f"/v3/bill/tradebill?bill_date={day}&bill_type=SUCCESS")
    assert "退款" not in success[0]
    assert len(success) == 4
    refund = fetched(seller, f"/v3/bill/tradebill?bill_date={day}&bill_type=REFUND&tar_type=GZIP")
    assert "代金券金额,退款申请时间,退款成功时间,微信退款单号" in refund[0]
    assert [line.split(",")[-1] for line in refund[1:2]] == ["`"]
    assert len(refund) == 4


def test_a_bill_may_be_of_one_sub_merchant(simulated_shop: Shop) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    shop.paid("ORDER-0001")
    day = next_noon(shop)
    own = f"/v3/bill/tradebill?bill_date={day}&sub_mchid={shop.sub_mchid}"
    assert len(fetched(seller, own)) == 4
    other = f"/v3/bill/tradebill?bill_date={day}&sub_mchid=1600000000"
    assert code_of(seller.call("GET", other)) == (400, "NO_STATEMENT_EXIST")


def test_bills_come_at_ten_the_next_day_and_go_after_three_months(simulated_shop: Shop) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    shop.paid("ORDER-0001")
    target = f"/v3/bill/tradebill?bill_date={today(shop)}"
    assert code_of(seller.call("GET", target)) == (400, "NO_STATEMENT_EXIST")
    next_noon(shop)
    assert seller.call("GET", target).status_code == 200
    shop.simulated.control("POST", "clock", advance_seconds=93 * 86400)
    assert code_of(seller.call("GET", target)) == (400, "PARAM_ERROR")
    for wrong in ("", "bill_date=yesterday", "bill_date=2026-11-01&bill_type=SOME"):
        answer = seller.call("GET", f"/v3/bill/tradebill?{wrong}")
        assert code_of(answer) == (400, "PARAM_ERROR")


def test_a_download_address_needs_a_signature_and_dies_after_five_minutes(
    simulated_shop: Shop,
) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    shop.paid("ORDER-0001")
    day = next_noon(shop)
    url = seller.call("GET", f"/v3/bill/tradebill?bill_date={day}").json()["download_url"]
    target = url.removeprefix(base(seller))
    assert shop.simulated.http.get(target).status_code == 401
    assert seller.call("GET", target).status_code == 200
    shop.simulated.control("POST", "clock", advance_seconds=301)
    assert code_of(seller.call("GET", target)) == (404, "RESOURCE_NOT_EXISTS")


def test_a_fund_flow_bill_tells_each_movement_and_the_balance(simulated_shop: Shop) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    made = shop.simulated.control("POST", "merchants", kind="direct")
    seller = Seller(shop.simulated, shop.listener, made)
    wish = {
        "appid": made["sp_appid"],
        "mchid": seller.mchid,
        "description": "tea",
        "out_trade_no": "ORDER-1",
        "notify_url": seller.notify_url,
        "amount": {"total": 1000},
    }
    seller.call("POST", "/v3/pay/transactions/native", wish)
    shop.simulated.control("POST", f"orders/{seller.mchid}:ORDER-1/pay")
    amount = {"refund": 1000, "total": 1000, "currency": "CNY"}
    refund = {"out_trade_no": "ORDER-1", "out_refund_no": "R1", "amount": amount}
    assert seller.call("POST", "/v3/refund/domestic/refunds", refund).status_code == 200
    day = next_noon(shop)
    lines = fetched(seller, f"/v3/bill/fundflowbill?bill_date={day}&account_type=BASIC")
    assert lines[0].startswith("记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型")
    rows = [line.removeprefix("`").split(",`") for line in lines[1:5]]
    assert [(row[3], row[5], row[6], row[7]) for row in rows] == [
        ("交易", "收入", "10.00", "10.00"),
        ("扣除交易手续费", "支出", "0.06", "9.94"),
        ("退还交易手续费", "收入", "0.06", "10.00"),
        ("退款", "支出", "10.00", "0.00"),
    ]
    assert lines[-1] == "`4,`2,`10.06,`2,`10.06"
    assert shop.simulated.control("GET", f"funds/{seller.mchid}")["BASIC"] == 0


def test_a_service_provider_asks_for_the_funds_of_a_sub_merchant(simulated_shop: Shop) -> None:
    shop, seller = simulated_shop, first_of(simulated_shop)
    shop.paid("ORDER-0001", prepay={"amount": {"total": 1000}})
    shop.simulated.control("POST", f"funds/{shop.sub_mchid}", account="BASIC", fen=-300)
    day = next_noon(shop)
    asked = f"bill_date={day}&account_type=BASIC&algorithm=AEAD_AES_256_GCM&tar_type=GZIP"
    target = f"/v3/bill/sub-merchant-fundflowbill?{asked}"
    told = seller.call("GET", f"{target}&sub_mchid={shop.sub_mchid}").json()
    assert told["download_bill_count"] == 1
    (part,) = told["download_bill_list"]
    sealed = seller.call("GET", part["download_url"].removeprefix(str(base(seller)))).content
    key = crypto.reveal(
        crypto.private_key(seller.keys["merchant_private_key_pem"]), part["encrypt_key"]
    )
    plain = gzip.decompress(AESGCM(key.encode()).decrypt(part["nonce"].encode(), sealed, None))
    assert part["hash_value"] == hashlib.sha1(plain).hexdigest()
    lines = plain.decode().splitlines()
    assert [line.split(",`")[3] for line in lines[1:4]] == ["交易", "扣除交易手续费", "提现"]
    assert [line.split(",`")[6] for line in lines[1:4]] == ["10.00", "0.06", "3.00"]
    refused = seller.call("GET", f"{target}&sub_mchid=1600000000")
    assert code_of(refused) == (400, "PARAM_ERROR")
    refused = seller.call("GET", f"{target}&sub_mchid={shop.sub_mchid}".replace("AEAD", "X"))
    assert code_of(refused) == (400, "PARAM_ERROR")

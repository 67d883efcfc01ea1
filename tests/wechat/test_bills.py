"""Bills: asked for, downloaded, proved, and read to the fen."""

import gzip
import hashlib
import random
from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from wechat import bills, errors

DAY = date(2026, 11, 19)
HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
PAID = [
    "2026-11-19 10:00:09",
    "wx01",
    "1900000100",
    "1900000109",
    "",
    "42",
    "TEA1",
    "oBuyer",
    "JSAPI",
    "SUCCESS",
    "OTHERS",
    "CNY",
    "9.90",
    "0.10",
    "0",
    "0",
    "0.00",
    "0.00",
    "",
    "",
    "龙井茶",
    "a1",
    "0.05940",
    "0.60%",
    "10.00",
    "0.00",
    "",
]
REFUNDED = [
    "2026-11-19 11:00:09",
    "wx01",
    "1900000100",
    "1900000109",
    "",
    "42",
    "TEA1",
    "oBuyer",
    "JSAPI",
    "REFUND",
    "OTHERS",
    "CNY",
    "0.00",
    "0.00",
    "50",
    "R1",
    "4.00",
    "0.10",
    "ORIGINAL",
    "SUCCESS",
    "龙井茶",
    "a1",
    "-0.02400",
    "0.60%",
    "0.00",
    "4.10",
    "",
]
FLOW_HEAD = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,"
    "账户结余（元）,资金变更提交申请人,备注,业务凭证号"
)
FLOW_SUMS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


def quoted(values):
    return ",".join(f"`{value}" for value in values)


def written(*rows, head=HEAD, sums=("2", "9.90", "4.00", "0.10", "0.03540", "10.00", "4.10")):
    return "\r\n".join([head, *map(quoted, rows), SUMS, quoted(sums)]) + "\r\n"


def flow(*rows, sums=("2", "1", "9.90", "1", "0.06")):
    return "\r\n".join([FLOW_HEAD, *map(quoted, rows), FLOW_SUMS, quoted(sums)]) + "\r\n"


BILL = written(PAID, REFUNDED)


@pytest.fixture
def offers(stub, answers):
    """Promise a bill, then give what is downloaded."""

    def offer(text, *, body=None, **changes):
        plain = text.encode()
        promise = {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(plain).hexdigest(),
            "download_url": f"{stub.base}/v3/billdownload/file?token=abc%2Bd&tartype=gzip",
        }
        answers(200, promise | changes)
        stub.says((200, {}, gzip.compress(plain) if body is None else body))

    return offer


def test_a_trade_bill_is_asked_for_and_downloaded(stub, offers):
    offers(BILL)
    bill = bills.trade_bill(DAY, sub_mchid="1900000109")
    assert bill.text == BILL
    (method, path, _, body), download = stub.asked
    assert (method, urlsplit(path).path, body) == ("GET", "/v3/bill/tradebill", b"")
    assert parse_qs(urlsplit(path).query) == {
        "bill_date": ["2026-11-19"],
        "bill_type": ["ALL"],
        "sub_mchid": ["1900000109"],
        "tar_type": ["GZIP"],
    }
    assert download[:2] == ("GET", "/v3/billdownload/file?token=abc%2Bd&tartype=gzip")
    assert download[2]["Authorization"].startswith("WECHATPAY2-SHA256-RSA2048 ")


def test_all_shops_come_in_one_bill(stub, offers):
    offers(BILL)
    bills.trade_bill(DAY, kind=bills.BillKind.REFUND)
    assert parse_qs(urlsplit(stub.asked[0][1]).query) == {
        "bill_date": ["2026-11-19"],
        "bill_type": ["REFUND"],
        "tar_type": ["GZIP"],
    }


def test_rows_are_read_in_fen(offers):
    offers(BILL)
    bill = bills.trade_bill(DAY)
    paid, refunded = bill.rows()
    assert paid.at == datetime(2026, 11, 19, 2, 0, 9, tzinfo=UTC)
    assert (paid.mchid, paid.sub_mchid, paid.appid) == ("1900000100", "1900000109", "wx01")
    assert (paid.transaction_id, paid.out_trade_no, paid.openid) == ("42", "TEA1", "oBuyer")
    assert (paid.settled_fen, paid.coupon_fen, paid.order_fen) == (990, 10, 1000)
    assert (paid.refund_id, paid.out_refund_no, paid.refund_fen) == ("", "", 0)
    assert (paid.trade_type, paid.trade_state, paid.currency) == ("JSAPI", "SUCCESS", "CNY")
    assert (paid.goods_name, paid.attach, paid.rate) == ("龙井茶", "a1", "0.60%")
    assert paid.fee_yuan == Decimal("0.05940")
    assert (refunded.refund_id, refunded.out_refund_no) == ("50", "R1")
    assert (refunded.refund_fen, refunded.coupon_refund_fen) == (400, 10)
    assert (refunded.asked_refund_fen, refunded.refund_state) == (410, "SUCCESS")
    assert refunded.fee_yuan == Decimal("-0.02400")
    assert bill.summary == bills.TradeSummary(2, 990, 400, 10, Decimal("0.03540"), 1000, 410)
    assert list(bill.rows()) == [paid, refunded], "a bill can be read again"


@pytest.mark.parametrize(
    "name",
    [
        "茶, 一级, 250g",
        "茶,`一级`,`",
        "`",
        "",
        "a\u2028b\x85c\x0bd",
        '"引号", 和`反引号`',
    ],
)
def test_a_name_of_goods_may_hold_anything_but_an_end_of_line(name):
    odd = [*PAID]
    odd[20] = name
    rows = list(bills.read_trade_bill(written(odd, REFUNDED)).rows())
    assert [row.goods_name for row in rows] == [name, "龙井茶"]
    assert [row.attach for row in rows] == ["a1", "a1"]
    assert rows[0].order_fen == 1000


def test_columns_are_found_by_their_names():
    pairs = list(zip(HEAD.split(","), PAID, strict=True))
    random.Random(7).shuffle(pairs)
    pairs.insert(3, ("新列", "新值"))
    head, row = zip(*pairs, strict=True)
    (read,) = bills.read_trade_bill(written(row, head=",".join(head))).rows()
    (usual,) = bills.read_trade_bill(written(PAID)).rows()
    assert read.columns["新列"] == "新值"
    assert usual.columns.keys() == set(HEAD.split(","))
    for name in bills.TradeRow.__slots__:
        if name != "columns":
            assert getattr(read, name) == getattr(usual, name)


def test_a_bill_of_refunds_tells_when_they_were_asked_for_and_done():
    names = HEAD.split(",")
    at = names.index("代金券金额") + 1
    head = [*names[:at], "退款申请时间", "退款成功时间", *names[at:]]
    times = ["2026-11-18 11:00:09", "2026-11-19 11:00:12"]
    row = [*REFUNDED[:at], *times, *REFUNDED[at:]]
    (read,) = bills.read_trade_bill(written(row, head=",".join(head))).rows()
    assert read.refund_asked_at == datetime(2026, 11, 18, 3, 0, 9, tzinfo=UTC)
    assert read.refund_success_at == datetime(2026, 11, 19, 3, 0, 12, tzinfo=UTC)


def test_a_bill_of_successes_lacks_the_columns_of_refunds():
    kept = [i for i, name in enumerate(HEAD.split(",")) if "退款" not in name]
    head = ",".join(HEAD.split(",")[i] for i in kept)
    (read,) = bills.read_trade_bill(written([PAID[i] for i in kept], head=head)).rows()
    assert (read.settled_fen, read.order_fen, read.out_refund_no) == (990, 1000, "")
    assert (read.refund_fen, read.asked_refund_fen) == (0, 0)


def test_a_bill_may_have_no_rows():
    bill = bills.read_trade_bill(written(sums=["0"] + ["0.00"] * 6))
    assert (list(bill.rows()), bill.summary.count) == ([], 0)


def test_a_bill_of_ten_thousand_lines_adds_up(offers):
    numbers = random.Random(11)
    rows, settled = [], 0
    for i in range(12_000):
        fen = numbers.randrange(1, 100_000)
        settled += fen
        row = [*PAID]
        row[6], row[12], row[20] = f"TEA{i}", f"{fen // 100}.{fen % 100:02}", f"茶, {i} 号"
        rows.append(row)
    offers(written(*rows, sums=["12000", f"{Decimal(settled) / 100:.2f}"] + ["0.00"] * 5))
    bill = bills.trade_bill(DAY)
    read = [(row.out_trade_no, row.settled_fen, row.goods_name) for row in bill.rows()]
    assert len(read) == bill.summary.count == 12_000
    assert sum(fen for _, fen, _ in read) == bill.summary.settled_fen == settled
    assert read[-1][0::2] == ("TEA11999", "茶, 11999 号")


@pytest.mark.parametrize("amount", ["0.001", "x", "", "NaN", "Infinity", "1e9999999"])
def test_an_amount_that_is_no_whole_fen_is_not_read(amount):
    row = [*PAID]
    row[12] = amount
    bill = bills.read_trade_bill(written(row))
    if amount == "":
        assert [read.settled_fen for read in bill.rows()] == [0]
        return
    with pytest.raises(errors.BadAnswer):
        list(bill.rows())


@pytest.mark.parametrize("row", [PAID[:-2], ["2026-11-19"], ["yesterday", *PAID[1:]]])
def test_a_row_of_another_shape_is_not_read(row):
    bill = bills.read_trade_bill(written(PAID, row))
    rows = bill.rows()
    assert next(rows).out_trade_no == "TEA1"
    with pytest.raises(errors.BadAnswer):
        next(rows)


def test_a_bill_that_is_not_packed_is_read_too(offers):
    offers(BILL, body=BILL.encode())
    assert bills.trade_bill(DAY).summary.count == 2


def test_a_bill_of_another_hash_is_not_believed(offers):
    offers(BILL, body=gzip.compress(BILL.replace("9.90", "9.80").encode()))
    with pytest.raises(errors.HashMismatch) as caught:
        bills.trade_bill(DAY)
    assert caught.value.retryable


def test_a_hash_of_another_kind_is_not_trusted(stub, offers):
    offers(BILL, hash_type="SHA256")
    with pytest.raises(errors.BadAnswer, match="hash"):
        bills.trade_bill(DAY)
    assert len(stub.asked) == 1


def test_a_bomb_is_neither_unpacked_nor_downloaded_whole(offers, monkeypatch):
    monkeypatch.setattr(bills, "MAX_BILL_BYTES", 4_000)
    offers(BILL, body=gzip.compress(b"0" * 1_000_000))
    with pytest.raises(errors.BadAnswer, match="too long"):
        bills.trade_bill(DAY)
    offers(BILL, body=b"0" * 5_000)
    with pytest.raises(errors.BadAnswer, match="longer than 4000 bytes"):
        bills.trade_bill(DAY)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v3/billdownload/file?token=a",
        "https://api.mch.weixin.qq.com.evil.example/v3/billdownload/file",
        "http://api.mch.weixin.qq.com/v3/billdownload/file",
        "https://api.mch.weixin.qq.com:8443/v3/billdownload/file",
        "file:///etc/passwd",
        "/v3/billdownload/file",
    ],
)
def test_a_file_elsewhere_is_never_asked_for(url, stub, offers):
    offers(BILL, download_url=url)
    with pytest.raises(errors.BadAnswer, match="not WeChat Pay's"):
        bills.trade_bill(DAY)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("code", ["NO_STATEMENT_EXIST", "STATEMENT_CREATING"])
def test_a_bill_that_is_not_made_is_named_so(code, stub, answers):
    answers(400, {"code": code, "message": "账单不存在"})
    with pytest.raises(errors.BillNotReady) as caught:
        bills.trade_bill(DAY)
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)
    assert len(stub.asked) == 1
    assert bills.ready_at(DAY) == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_a_download_that_fails_has_a_name(stub, answers):
    promise = {"hash_type": "SHA1", "hash_value": "0", "download_url": f"{stub.base}/v3/x"}
    answers(200, promise)
    stub.says((404, {}, b'{"code":"RESOURCE_NOT_EXISTS","message":"x"}'))
    with pytest.raises(errors.OrderNotExist):
        bills.trade_bill(DAY)
    answers(200, promise)
    stub.says((502, {}, b"<html></html>"))
    with pytest.raises(errors.AnswerUnclear):
        bills.trade_bill(DAY)


INCOME = ["2026-11-19 10:00:09", "42", "F1", "交易", "交易", "收入", "9.90", "109.90", "system"]
FEE = ["2026-11-19 10:00:09", "42", "F2", "扣除交易手续费", "扣除交易手续费", "支出", "0.06"]


def test_a_flow_of_funds_is_read(stub, offers):
    offers(flow([*INCOME, "含优惠, 1", "TEA1"], [*FEE, "109.84", "system", "", "TEA1"]))
    bill = bills.fund_flow_bill(DAY, bills.FundAccount.OPERATION)
    assert urlsplit(stub.asked[0][1]).path == "/v3/bill/fundflowbill"
    assert parse_qs(urlsplit(stub.asked[0][1]).query) == {
        "bill_date": ["2026-11-19"],
        "account_type": ["OPERATION"],
        "tar_type": ["GZIP"],
    }
    income, fee = bill.rows()
    assert (income.is_income, income.amount_fen, income.balance_fen) == (True, 990, 10990)
    assert (income.transaction_id, income.flow_id, income.voucher_no) == ("42", "F1", "TEA1")
    assert (income.business_type, income.applicant, income.note) == ("交易", "system", "含优惠, 1")
    assert (fee.is_income, fee.amount_fen, fee.balance_fen) == (False, 6, 10984)
    assert bill.summary == bills.FundSummary(2, 1, 990, 1, 6)


def test_a_flow_of_funds_is_not_a_trade_bill():
    text = flow([*INCOME, "", "TEA1"])
    with pytest.raises(errors.BadAnswer):
        bills.read_trade_bill(text)
    with pytest.raises(errors.BadAnswer):
        bills.read_fund_flow_bill(BILL)
    strange = bills.read_fund_flow_bill(text.replace("`收入", "`借"))
    with pytest.raises(errors.BadAnswer):
        list(strange.rows())


@pytest.fixture
def seals(stub, answers, vectors):
    """Offer a bill that is sealed for our merchant; `changes` are of what WeChat tells of it."""

    def offer(text, *, hashes_file=False, count=1, **changes):
        key, nonce = "k" * 32, "a8607ef79034c49c"
        sealed = AESGCM(key.encode()).encrypt(nonce.encode(), gzip.compress(text.encode()), None)
        public = load_pem_private_key(vectors["keys"]["merchant_private_key_pem"].encode(), None)
        oaep = OAEP(MGF1(SHA1()), SHA1(), None)
        told = {
            "bill_sequence": 1,
            "download_url": f"{stub.base}/v3/billdownload/file?token=abc",
            "encrypt_key": b64encode(public.public_key().encrypt(key.encode(), oaep)).decode(),
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(sealed if hashes_file else text.encode()).hexdigest(),
            "nonce": nonce,
        }
        answers(
            200, {"download_bill_count": count, "download_bill_list": [told | changes] * count}
        )
        stub.says((200, {}, sealed))

    return offer


@pytest.mark.parametrize("hashes_file", [False, True])
def test_a_shops_own_funds_come_encrypted(stub, seals, hashes_file):
    text = flow([*INCOME, "", "TEA1"], [*FEE, "109.84", "system", "", "TEA1"])
    seals(text, hashes_file=hashes_file)
    bill = bills.sub_merchant_fund_flow_bill(DAY, sub_mchid="1900000109")
    assert bill.text == text
    path = urlsplit(stub.asked[0][1])
    assert path.path == "/v3/bill/sub-merchant-fundflowbill"
    assert parse_qs(path.query) == {
        "sub_mchid": ["1900000109"],
        "bill_date": ["2026-11-19"],
        "account_type": ["BASIC"],
        "algorithm": ["AEAD_AES_256_GCM"],
        "tar_type": ["GZIP"],
    }


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"nonce": "b" * 16}, errors.BadAnswer),
        ({"encrypt_key": "AAAA"}, errors.BadAnswer),
        ({"hash_value": "0" * 40}, errors.HashMismatch),
        ({"hash_type": "SHA256"}, errors.BadAnswer),
        ({"count": 2}, errors.BadAnswer),
        ({"count": 0}, errors.BadAnswer),
    ],
)
def test_a_sealed_bill_that_is_not_ours_or_not_whole_is_refused(seals, changes, error):
    seals(flow([*INCOME, "", "TEA1"]), **changes)
    with pytest.raises(error):
        bills.sub_merchant_fund_flow_bill(DAY, sub_mchid="1900000109")

"""Money, from end to end: the client and the simulator, which share no code, for real.

Only WeChat's clock is moved. Ours, which signs, stays.
"""

import json
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from cryptography import x509
from django.core.management import call_command
from django.test import override_settings

from kernel import clock
from tests.wechat.test_against_simulator import Simulator
from wechat import (
    bills,
    breaker,
    certificates,
    complaints,
    errors,
    notify,
    onboarding,
    pay,
    sharing,
    transfers,
)
from wechat.onboarding import ApplicationState
from wechat.sharing import Part, PartResult, ReceiverKind, Relation, ReturnResult, SharingState
from wechat.transfers import TransferState

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    simulator = Simulator(tmp_path_factory.mktemp("wechat"))
    yield simulator
    simulator.stop()


class Ears:
    """Our door for callbacks: everything is taken with 204, and opened when a test asks."""

    def __init__(self, stub):
        self.base = stub.base
        self._stub = stub
        stub.says(*[(204, {}, b"")] * 2_000)

    def wait_for(self, event_type, path):
        """The resource of the one callback of this type that came to `path`, unopened before."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for asked in [a for a in self._stub.asked if a[1] == path]:
                envelope = notify.open_envelope(headers=asked[2], body=asked[3])
                if envelope.event_type == event_type:
                    self._stub.asked.remove(asked)
                    return envelope.resource
            time.sleep(0.02)
        raise AssertionError(f"no {event_type} came to {path}")


@pytest.fixture
def ears(stub):
    return Ears(stub)


@pytest.fixture
def simulator(running, ears):
    """A fresh WeChat that knows us; its clock is ours again, or ahead of it."""
    breaker.reset()
    running.control("POST", "reset")
    with override_settings(WECHAT=running.credentials):
        yield running
        running.control("DELETE", "faults")


class Shop:
    """A mini-program with its merchant number, and one customer."""

    def __init__(self, simulator, ears, **wish):
        self.simulator, self.ears = simulator, ears
        made = simulator.control("POST", "mini_programs", {"is_trade_managed": False, **wish})
        self.appid = made["appid"]
        self.sub_mchid = None if wish.get("is_direct") else made["sub_mchid"]
        self.openid = self.person("buyer")

    def person(self, name):
        return self.simulator.control("POST", "login", {"appid": self.appid, "user": name})[
            "openid"
        ]

    def paid(self, fen, *, description="龙井茶", is_shared=False):
        """Order and pay; the numbers of the order and of the payment."""
        number = f"T{time.time_ns()}"
        prepay_id = pay.prepay(
            sub_mchid=self.sub_mchid,
            sub_appid=self.appid,
            openid=self.openid,
            out_trade_no=number,
            description=description,
            amount_fen=fen,
            notify_url=f"{self.ears.base}/wxpay/{number}",
            expires_at=clock.now() + timedelta(minutes=30),
            is_shared=is_shared,
        )
        params = pay.request_payment_params(appid=self.appid, prepay_id=prepay_id)
        sheet = {"appid": self.appid, "openid": self.openid, **params.as_dict()}
        answer = self.simulator.control("POST", "pay", sheet)
        assert answer["errMsg"] == "requestPayment:ok", answer
        return number, answer["transaction_id"]

    def refund(self, number, fen, total_fen, **more):
        return pay.refund(
            sub_mchid=self.sub_mchid,
            out_trade_no=number,
            out_refund_no=f"R{time.time_ns()}",
            amount_fen=fen,
            total_fen=total_fen,
            reason="少发一件",
            notify_url=f"{self.ears.base}/wxpay/refunds",
            **more,
        )


@pytest.fixture
def shop(simulator, ears):
    return Shop(simulator, ears)


def wechats_day(simulator) -> date:
    return datetime.fromisoformat(simulator.control("GET", "clock")["now"]).date()


def wait(simulator, **how):
    simulator.control("POST", "clock", {"advance_seconds": timedelta(**how).total_seconds()})


def until(simulator, moment):
    """Let WeChat's clock come to a moment of its own time."""
    now = datetime.fromisoformat(simulator.control("GET", "clock")["now"])
    wait(simulator, seconds=int((moment - now).total_seconds()) + 1)


# --- direct mode, codes to scan ---------------------------------------------------------------


def test_a_direct_merchant_sells_is_told_and_refunds(simulator, ears):
    shop = Shop(simulator, ears, is_direct=True)
    number, transaction_id = shop.paid(990)
    told = pay.query(sub_mchid=None, out_trade_no=number)
    assert (told.trade_state, told.transaction_id) == ("SUCCESS", transaction_id)
    assert (told.sp_mchid, told.sub_mchid) == (simulator.credentials.pay.sp_mchid, "")
    assert (told.sub_appid, told.payer_openid) == (shop.appid, shop.openid)
    assert pay.query_by_transaction(sub_mchid=None, transaction_id=transaction_id) == told
    resource = ears.wait_for("TRANSACTION.SUCCESS", f"/wxpay/{number}")
    assert notify.direct_transaction_from(resource) == told
    asked = shop.refund(number, 100, 990)
    wait(simulator, seconds=60)
    known = pay.query_refund(sub_mchid=None, out_refund_no=asked.out_refund_no)
    assert (known.status, known.refund_id) == ("SUCCESS", asked.refund_id)
    notice = notify.direct_refund_from(ears.wait_for("REFUND.SUCCESS", "/wxpay/refunds"))
    assert (notice.sp_mchid, notice.refund_id) == (told.sp_mchid, asked.refund_id)
    with pytest.raises(errors.OrderPaid):
        pay.close(sub_mchid=None, out_trade_no=number)


@pytest.mark.parametrize("is_direct", [True, False])
def test_a_code_is_scanned_and_paid(is_direct, simulator, ears, shop):
    number = f"P{time.time_ns()}"
    seller = {"sub_mchid": None if is_direct else shop.sub_mchid}
    ordered = {
        "appid": simulator.credentials.pay.sp_appid if is_direct else shop.appid,
        "out_trade_no": number,
        "description": "专业版 一年",
        "amount_fen": 19_900,
        "notify_url": f"{ears.base}/wxpay/{number}",
        "expires_at": clock.now() + timedelta(minutes=30),
    }
    url = pay.prepay_native(**seller, **ordered)
    assert url.startswith("weixin://wxpay/bizpayurl?")
    assert pay.query(**seller, out_trade_no=number).trade_state == "NOTPAY"
    with pytest.raises(errors.WeChatRefused):
        pay.prepay_native(**seller, **ordered | {"amount_fen": 1})
    simulator.control("POST", f"orders/{number}/pay")
    told = pay.query(**seller, out_trade_no=number)
    assert (told.trade_state, told.amount_fen) == ("SUCCESS", 19_900)
    resource = ears.wait_for("TRANSACTION.SUCCESS", f"/wxpay/{number}")
    read = notify.direct_transaction_from if is_direct else notify.transaction_from
    assert read(resource) == told
    other = f"P{time.time_ns()}"
    pay.prepay_native(**seller, **ordered | {"out_trade_no": other})
    pay.close(**seller, out_trade_no=other)
    assert pay.query(**seller, out_trade_no=other).trade_state == "CLOSED"


def test_an_abnormal_refund_goes_to_a_card(simulator, ears, shop):
    number, _ = shop.paid(990)
    source = pay.RefundSource(pay.RefundAccount.AVAILABLE, 100)
    asked = shop.refund(number, 100, 990, sources=(source,))
    simulator.control("POST", f"refunds/{asked.out_refund_no}", {"status": "ABNORMAL"})
    notice = notify.refund_from(ears.wait_for("REFUND.ABNORMAL", "/wxpay/refunds"))
    assert (notice.refund_status, notice.out_refund_no) == ("ABNORMAL", asked.out_refund_no)
    names = {"sub_mchid": shop.sub_mchid, "out_refund_no": asked.out_refund_no}
    assert pay.query_refund(**names).status == "ABNORMAL"
    paid_out = pay.refund_to_card(
        **names,
        refund_id=asked.refund_id,
        bank_type="ICBC_DEBIT",
        bank_account="6222000000000000001",
        real_name="张三",
    )
    assert paid_out.refund_id == asked.refund_id
    wait(simulator, seconds=60)
    assert pay.query_refund(**names).status == "SUCCESS"


# --- bills ------------------------------------------------------------------------------------


NAMES = ["龙井茶", "茶, 一级, 250g", "`反引号`", "茶,`一级`", '"双引号", 和 \\ 斜线']


def test_a_day_is_told_as_it_was_paid(simulator, ears, shop):
    """Names hold commas and back-quotes; amounts are exact; a refund is a row of its own."""
    other = Shop(simulator, ears)
    day = wechats_day(simulator) + timedelta(days=1)
    until(simulator, bills.ready_at(day) - timedelta(hours=23))  # 11:00 of a day yet empty
    paid = {}
    for i, name in enumerate(NAMES * 3):
        number, transaction_id = shop.paid(101 + i * 7, description=name)
        paid[number] = (transaction_id, 101 + i * 7, name)
    elsewhere, _ = other.paid(5_000)
    refunded_number, (refunded_transaction, total, _) = next(iter(paid.items()))
    refund = shop.refund(refunded_number, 40, total)
    wait(simulator, seconds=60)
    assert wechats_day(simulator) == day
    for ask in (bills.trade_bill, bills.fund_flow_bill):
        with pytest.raises(errors.BillNotReady):
            ask(day)
    until(simulator, bills.ready_at(day))

    bill = bills.trade_bill(day, sub_mchid=shop.sub_mchid)
    rows = list(bill.rows())
    payments = {r.out_trade_no: r for r in rows if not r.out_refund_no}
    assert {
        number: (row.transaction_id, row.settled_fen, row.goods_name)
        for number, row in payments.items()
    } == paid
    for row in rows:
        assert (row.mchid, row.sub_mchid) == (simulator.credentials.pay.sp_mchid, shop.sub_mchid)
        assert (row.at.date(), row.currency) == (day, "CNY")
    (back,) = [row for row in rows if row.out_refund_no]
    assert (back.out_refund_no, back.refund_id) == (refund.out_refund_no, refund.refund_id)
    assert (back.transaction_id, back.refund_fen) == (refunded_transaction, 40)
    assert bill.summary.count == len(rows) == len(paid) + 1
    assert bill.summary.settled_fen == sum(row.settled_fen for row in rows)
    assert bill.summary.refund_fen == 40
    assert bill.summary.fee_yuan == sum((row.fee_yuan for row in rows), Decimal(0))

    everyone = {row.out_trade_no for row in bills.trade_bill(day).rows()}
    assert everyone == {*paid, elsewhere}
    successes = bills.trade_bill(day, sub_mchid=shop.sub_mchid, kind=bills.BillKind.SUCCESS)
    assert {row.out_trade_no for row in successes.rows()} == set(paid)
    (only,) = bills.trade_bill(day, kind=bills.BillKind.REFUND).rows()
    assert (only.out_refund_no, only.refund_fen) == (refund.out_refund_no, 40)
    assert only.refund_asked_at <= only.refund_success_at
    with pytest.raises(errors.BillNotReady):
        bills.trade_bill(day - timedelta(days=1))
    with pytest.raises(errors.WeChatRefused):
        bills.trade_bill(day - timedelta(days=200))


def test_a_service_provider_reads_the_funds_of_its_shop(simulator, ears, shop):
    """Encrypted for us by the simulator, opened by us: two programs that share no code."""
    day = wechats_day(simulator) + timedelta(days=1)
    until(simulator, bills.ready_at(day) - timedelta(hours=23))
    shop.paid(10_000)
    wait(simulator, seconds=60)
    until(simulator, bills.ready_at(day))
    bill = bills.sub_merchant_fund_flow_bill(day, sub_mchid=shop.sub_mchid)
    assert [(row.is_income, row.amount_fen) for row in bill.rows()] == [(True, 10_000), (False, 60)]
    with pytest.raises(errors.WeChatRefused):
        bills.sub_merchant_fund_flow_bill(day, sub_mchid="1600000000")


def test_the_flow_of_funds_adds_up(simulator, ears):
    shop = Shop(simulator, ears, is_direct=True)
    day = wechats_day(simulator) + timedelta(days=1)
    until(simulator, bills.ready_at(day) - timedelta(hours=23))
    number, _ = shop.paid(10_000)
    shop.refund(number, 2_500, 10_000)
    wait(simulator, seconds=60)
    until(simulator, bills.ready_at(day))
    bill = bills.fund_flow_bill(day)
    rows = list(bill.rows())
    income = [row.amount_fen for row in rows if row.is_income]
    expense = [row.amount_fen for row in rows if not row.is_income]
    assert (10_000 in income, 2_500 in expense) == (True, True)
    summary = bill.summary
    assert (summary.count, summary.income_count, summary.expense_count) == (
        len(rows),
        len(income),
        len(expense),
    )
    assert (summary.income_fen, summary.expense_fen) == (sum(income), sum(expense))
    balances = [row.balance_fen for row in rows]
    moves = [row.amount_fen if row.is_income else -row.amount_fen for row in rows]
    assert [later - sooner for sooner, later in pairwise(balances)] == moves[1:]


def test_a_dead_address_of_a_bill_is_asked_for_anew(simulator, ears, shop):
    day = wechats_day(simulator) + timedelta(days=1)
    until(simulator, bills.ready_at(day) - timedelta(hours=23))
    number, _ = shop.paid(990)
    until(simulator, bills.ready_at(day))
    for kind in ("500", "cut_after_commit", "half_body"):
        fault = {"kind": kind, "path_prefix": "/v3/billdownload", "times": 1}
        simulator.control("POST", "faults", fault)
        with pytest.raises(errors.WeChatFailure) as caught:
            bills.trade_bill(day)
        assert caught.value.retryable
        assert [row.out_trade_no for row in bills.trade_bill(day).rows()] == [number]


# --- sharing ----------------------------------------------------------------------------------


@pytest.fixture
def provider(simulator, ears, shop):
    """Our own merchant number, which may receive; its notices come to us."""
    mchid = simulator.credentials.pay.sp_mchid
    simulator.control("PUT", f"merchants/{mchid}", {"sharing_url": f"{ears.base}/wxpay/shared"})
    sharing.add_receiver(
        sub_mchid=shop.sub_mchid,
        kind=ReceiverKind.MERCHANT,
        account=mchid,
        relation=Relation.SERVICE_PROVIDER,
        name="小铺科技有限公司",
    )
    return mchid


def test_an_order_is_shared_told_taken_back_and_released(simulator, ears, shop, provider):
    _, transaction_id = shop.paid(10_000, is_shared=True)
    names = {"sub_mchid": shop.sub_mchid, "transaction_id": transaction_id}
    commission = Part(ReceiverKind.MERCHANT, provider, 500, "平台佣金")
    first = {**names, "out_order_no": "S1", "parts": [commission], "releases_rest": False}
    with pytest.raises(errors.WeChatRefused):
        sharing.share(**first)  # within a minute of the payment
    wait(simulator, seconds=61)
    frozen = sharing.unsplit_fen(transaction_id=transaction_id)
    assert 9_900 <= frozen < 10_000, "the fee is taken first"
    asked = sharing.share(**first)
    assert asked.state is SharingState.PROCESSING
    wait(simulator, seconds=5)
    done = sharing.query(**names, out_order_no="S1")
    assert (done.state, done.order_id) == (SharingState.FINISHED, asked.order_id)
    (part,) = done.parts
    assert (part.result, part.amount_fen, part.account) == (PartResult.SUCCESS, 500, provider)
    assert sharing.share(**first).order_id == asked.order_id
    assert sharing.unsplit_fen(transaction_id=transaction_id) == frozen - 500
    notice = notify.sharing_from(ears.wait_for("PROFITSHARING", "/wxpay/shared"))
    assert (notice.out_order_no, notice.amount_fen) == ("S1", 500)
    assert (notice.sp_mchid, notice.sub_mchid) == (provider, shop.sub_mchid)

    back = {"sub_mchid": shop.sub_mchid, "out_order_no": "S1", "out_return_no": "B1"}
    sharing.take_back(**back, return_mchid=provider, amount_fen=200, description="退货")
    wait(simulator, seconds=5)
    returned = sharing.query_return(**back)
    assert (returned.result, returned.amount_fen) == (ReturnResult.SUCCESS, 200)
    sharing.release(**names, out_order_no="S2", description="解冻")
    wait(simulator, seconds=5)
    assert sharing.query(**names, out_order_no="S2").state is SharingState.FINISHED
    assert sharing.unsplit_fen(transaction_id=transaction_id) == 0
    with pytest.raises(errors.WeChatRefused):
        sharing.share(**first | {"out_order_no": "S3"})


def test_a_sharing_has_limits_with_names(simulator, shop, provider):
    ratio = sharing.max_ratio(sub_mchid=shop.sub_mchid)
    assert ratio == 3_000
    _, transaction_id = shop.paid(10_000, is_shared=True)
    wait(simulator, seconds=61)
    names = {"sub_mchid": shop.sub_mchid, "transaction_id": transaction_id}

    def share(number, fen, account=provider):
        part = Part(ReceiverKind.MERCHANT, account, fen, "平台佣金")
        return sharing.share(**names, out_order_no=number, parts=[part], releases_rest=False)

    with pytest.raises(errors.LimitReached):
        share("L1", 3_001)
    with pytest.raises(errors.WeChatRefused):
        share("L2", 100, account="1999999999")  # never added
    with pytest.raises(errors.OrderNotExist):
        sharing.query(**names, out_order_no="L9")
    with pytest.raises(errors.OrderNotExist):
        sharing.query_return(sub_mchid=shop.sub_mchid, out_order_no="L1", out_return_no="B9")
    sharing.remove_receiver(sub_mchid=shop.sub_mchid, kind=ReceiverKind.MERCHANT, account=provider)
    with pytest.raises(errors.WeChatRefused):
        share("L3", 100)


def test_a_person_receives_and_a_failed_part_says_why(simulator, shop, provider):
    seller = {"kind": ReceiverKind.SUB_OPENID, "account": shop.person("seller")}
    app = {"sub_mchid": shop.sub_mchid, "sub_appid": shop.appid}
    sharing.add_receiver(**app, **seller, relation=Relation.DISTRIBUTOR, name="张三")
    _, transaction_id = shop.paid(10_000, is_shared=True)
    wait(simulator, seconds=61)
    part = Part(**seller, amount_fen=99, description="推广佣金", name="张三")
    asked = sharing.share(
        **app,
        transaction_id=transaction_id,
        out_order_no="S1",
        parts=[part],
        releases_rest=False,
    )
    why = {"result": "CLOSED", "fail_reason": "RECEIVER_HIGH_RISK"}
    simulator.control("POST", f"sharings/{asked.order_id}", why)
    wait(simulator, seconds=5)
    done = sharing.query(sub_mchid=shop.sub_mchid, transaction_id=transaction_id, out_order_no="S1")
    (part,) = done.parts
    assert (part.result, part.fail_reason) == (PartResult.CLOSED, "RECEIVER_HIGH_RISK")


def test_an_order_under_shipping_management_waits_for_its_receipt(simulator, ears):
    shop = Shop(simulator, ears, is_trade_managed=True)
    mchid = simulator.credentials.pay.sp_mchid
    sharing.add_receiver(
        sub_mchid=shop.sub_mchid,
        kind=ReceiverKind.MERCHANT,
        account=mchid,
        relation=Relation.SERVICE_PROVIDER,
        name="小铺",
    )
    _, transaction_id = shop.paid(10_000, is_shared=True)
    wait(simulator, seconds=61)
    with pytest.raises(errors.WeChatRefused) as caught:
        sharing.share(
            sub_mchid=shop.sub_mchid,
            transaction_id=transaction_id,
            out_order_no="S1",
            parts=[Part(ReceiverKind.MERCHANT, mchid, 100, "平台佣金")],
            releases_rest=False,
        )
    assert caught.value.code == "INVALID_REQUEST"


# --- transfers --------------------------------------------------------------------------------


@pytest.fixture
def withdrawal(simulator, ears):
    """What a transfer to somebody who uses our own app says, but for its number."""
    appid = simulator.credentials.pay.sp_appid
    openid = simulator.control("POST", "login", {"appid": appid, "user": "seller"})["openid"]
    return {
        "sub_mchid": None,
        "appid": appid,
        "openid": openid,
        "amount_fen": 5_000,
        "scene_id": "1005",
        "remark": "十一月佣金",
        "report_infos": [
            transfers.ReportInfo("岗位类型", "推广员"),
            transfers.ReportInfo("报酬说明", "十一月佣金"),
        ],
        "notify_url": f"{ears.base}/wxpay/transfers",
    }


def query(number, sub_mchid=None):
    return transfers.query(sub_mchid=sub_mchid, out_bill_no=number)


def operating_fen(simulator):
    return simulator.control("GET", f"funds/{simulator.credentials.pay.sp_mchid}")["OPERATION"]


def test_a_transfer_is_confirmed_and_told(simulator, ears, withdrawal):
    before = operating_fen(simulator)
    with pytest.raises(errors.OrderNotExist):
        query("W1")
    made = transfers.create(**withdrawal, out_bill_no="W1")
    assert made.state is TransferState.WAIT_USER_CONFIRM
    assert transfers.create(**withdrawal, out_bill_no="W1").transfer_bill_no == (
        made.transfer_bill_no
    )
    confirmation = {"action": "confirm", "package": made.package_info}
    simulator.control("POST", "transfers/W1", confirmation)
    told = query("W1")
    assert (told.state, told.amount_fen) == (TransferState.SUCCESS, 5_000)
    assert (told.mchid, told.openid) == (
        simulator.credentials.pay.sp_mchid,
        withdrawal["openid"],
    )
    number = {"transfer_bill_no": made.transfer_bill_no}
    assert transfers.query_by_wechats_number(sub_mchid=None, **number) == told
    notice = notify.transfer_from(ears.wait_for("MCHTRANSFER.BILL.FINISHED", "/wxpay/transfers"))
    assert (notice.out_bill_no, notice.state, notice.amount_fen) == ("W1", told.state, 5_000)
    assert (notice.mchid, notice.openid) == (told.mchid, told.openid)
    assert before - operating_fen(simulator) == 5_000
    with pytest.raises(errors.WeChatRefused):
        transfers.create(**withdrawal | {"amount_fen": 1}, out_bill_no="W1")


def test_large_sums_need_a_name_which_travels_sealed(simulator, withdrawal):
    made = transfers.create(
        **withdrawal | {"amount_fen": 200_000}, out_bill_no="W1", user_name="张三"
    )
    assert made.state is TransferState.WAIT_USER_CONFIRM


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("cancel", TransferState.CANCELLED),
        ("fail", TransferState.FAIL),
        ("expire", TransferState.FAIL),
        ("a day", TransferState.FAIL),
    ],
)
def test_a_transfer_that_was_not_confirmed_frees_the_debt(end, state, simulator, withdrawal):
    before = operating_fen(simulator)
    transfers.create(**withdrawal, out_bill_no="W1")
    if end == "cancel":
        asked = transfers.cancel(sub_mchid=None, out_bill_no="W1")
        assert asked in (TransferState.CANCELING, TransferState.CANCELLED)
        wait(simulator, seconds=60)
    elif end == "a day":
        wait(simulator, hours=25)
    else:
        simulator.control("POST", "transfers/W1", {"action": end})
    told = query("W1")
    assert (told.state, told.state.is_unpaid) == (state, True)
    assert bool(told.fail_reason) == (state is TransferState.FAIL)
    assert operating_fen(simulator) == before


def received(simulator, path, *, times):
    """Wait until WeChat has done a call so often: one may still be on its way."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        events = simulator.control("GET", "events")["events"]
        if [row["path"] for row in events].count(path) >= times:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not come {times} times")


FAULTS = {
    # how WeChat fails: what we call it, whether the transfer was made all the same
    "500": (errors.AnswerUnclear, False),
    "system_error": (errors.AnswerUnclear, True),
    "slow": (errors.WeChatTimedOut, False),  # not yet: it is still on its way
    "cut_after_commit": (errors.WeChatTimedOut, True),
    "half_body": (errors.WeChatTimedOut, True),
    "html": (errors.BadResponseSignature, False),
    "bad_signature": (errors.BadResponseSignature, True),
    "signtest": (errors.BadResponseSignature, True),
    "old_timestamp": (errors.BadResponseSignature, True),
    "wrong_serial": (errors.BadResponseSignature, True),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_transfer_in_doubt_is_repeated_under_its_number_and_pays_once(
    kind, simulator, withdrawal
):
    failure, was_made = FAULTS[kind]
    before = operating_fen(simulator)
    fault = {"kind": kind, "path_prefix": "/v3/fund-app", "times": 1, "seconds": 4}
    simulator.control("POST", "faults", fault)
    with pytest.raises(errors.WeChatFailure) as caught:
        transfers.create(**withdrawal, out_bill_no="W1")
    assert type(caught.value) is failure
    assert caught.value.outcome_unknown
    simulator.control("DELETE", "faults")
    if was_made:
        assert query("W1").state is TransferState.WAIT_USER_CONFIRM
    else:
        with pytest.raises(errors.OrderNotExist):
            query("W1")
    transfers.create(**withdrawal, out_bill_no="W1")
    received(simulator, "/v3/fund-app/mch-transfer/transfer-bills", times=2)
    simulator.control("POST", "transfers/W1", {"action": "confirm"})
    assert query("W1").state is TransferState.SUCCESS
    assert before - operating_fen(simulator) == 5_000
    assert len(simulator.control("GET", "transfers")["transfers"]) == 1


def test_what_stops_a_transfer_has_a_name(simulator, withdrawal):
    mchid = simulator.credentials.pay.sp_mchid
    with pytest.raises(errors.LimitReached):
        transfers.create(
            **withdrawal | {"amount_fen": 2_000_001}, out_bill_no="W1", user_name="张三"
        )
    simulator.control("POST", f"funds/{mchid}", {"fen": -operating_fen(simulator)})
    with pytest.raises(errors.BalanceNotEnough):
        transfers.create(**withdrawal, out_bill_no="W2")
    for number in ("W1", "W2"):
        with pytest.raises(errors.OrderNotExist):
            query(number)


def test_a_shop_pays_from_its_own_merchant_once_it_granted_that(simulator, ears, shop, withdrawal):
    asked = withdrawal | {
        "sub_mchid": shop.sub_mchid,
        "appid": shop.appid,
        "openid": shop.person("seller"),
    }
    simulator.control("POST", f"funds/{shop.sub_mchid}", {"fen": 10_000})
    with pytest.raises(errors.WeChatRefused):
        transfers.create(**asked, out_bill_no="W1")
    transfers.ask_grant(sub_mchid=shop.sub_mchid, out_apply_no="G1")
    made = transfers.create(**asked, out_bill_no="W1")
    assert made.state is TransferState.WAIT_USER_CONFIRM
    simulator.control("POST", "transfers/W1", {"action": "confirm"})
    told = query("W1", sub_mchid=shop.sub_mchid)
    assert (told.state, told.amount_fen) == (TransferState.SUCCESS, 5_000)
    notice = notify.transfer_from(ears.wait_for("MCHTRANSFER.BILL.FINISHED", "/wxpay/transfers"))
    assert (notice.out_bill_no, notice.state) == ("W1", TransferState.SUCCESS)
    transfers.create(**asked, out_bill_no="W2")
    transfers.cancel(sub_mchid=shop.sub_mchid, out_bill_no="W2")
    wait(simulator, seconds=60)
    assert query("W2", sub_mchid=shop.sub_mchid).state is TransferState.CANCELLED


# --- merchant numbers for shops ---------------------------------------------------------------


def application(**changes):
    license_copy = onboarding.upload(PNG)
    whole = {
        "business_code": "TEAHOUSE_1",
        "contact_info": {
            "contact_name": "张三",
            "mobile_phone": "13800138000",
            "contact_email": "zhang@example.com",
        },
        "subject_info": {
            "subject_type": "SUBJECT_TYPE_INDIVIDUAL",
            "business_license_info": {"license_copy": license_copy, "license_number": "92"},
        },
        "business_info": {"merchant_shortname": "小茶馆", "service_phone": "13800138000"},
        "settlement_info": {"settlement_id": "719", "qualification_type": "餐饮"},
        "bank_account_info": {
            "bank_account_type": "BANK_ACCOUNT_TYPE_PERSONAL",
            "account_name": "张三",
            "account_number": "6222020000000000000",
        },
    }
    return onboarding.Application(**whole | changes)


def test_a_shop_gets_its_merchant_number(simulator):
    with pytest.raises(errors.OrderNotExist):
        onboarding.query(business_code="TEAHOUSE_1")
    number = onboarding.submit(application())
    reject = {
        "state": "REJECTED",
        "audit_detail": [
            {"field": "license_copy", "field_name": "营业执照", "reject_reason": "不清晰"}
        ],
    }
    simulator.control("POST", f"applyments/{number}", reject)
    refused = onboarding.query(business_code="TEAHOUSE_1")
    assert (refused.state, refused.applyment_id) == (ApplicationState.REJECTED, number)
    assert refused.rejections == (onboarding.Rejection("license_copy", "营业执照", "不清晰"),)
    assert refused.sub_mchid is None
    assert onboarding.submit(application()) == number
    for state in ("TO_BE_CONFIRMED", "TO_BE_SIGNED", "SIGNING", "FINISHED"):
        simulator.control("POST", f"applyments/{number}", {"state": state})
        told = onboarding.query_by_id(applyment_id=number)
        assert told.state is ApplicationState[state]
    assert told.state.is_final
    assert told.sub_mchid


def test_a_settlement_account_is_changed(simulator, shop):
    number = onboarding.modify_settlement(
        sub_mchid=shop.sub_mchid,
        account_type=onboarding.AccountType.PRIVATE,
        account_bank="工商银行",
        bank_address_code="110000",
        account_number="6222000000000000001",
        account_name="张三",
    )
    names = {"sub_mchid": shop.sub_mchid, "application_no": number}
    assert onboarding.settlement_change(**names).verify_result == "AUDITING"
    simulator.control("POST", f"settlements/{number}", {"result": "AUDIT_SUCCESS"})
    assert onboarding.settlement_change(**names).verify_result == "AUDIT_SUCCESS"
    account = onboarding.settlement(sub_mchid=shop.sub_mchid)
    assert (account.account_bank, account.account_number[-4:]) == ("工商银行", "0001")


def test_a_video_goes_up(simulator):
    assert onboarding.upload_video(b"\0\0\0\x18ftypmp42" + b"0" * 100)


# --- certificates -----------------------------------------------------------------------------


def test_wechats_certificates_are_opened_the_newest_first(simulator):
    [first] = certificates.valid()
    simulator.control("POST", f"merchants/{simulator.credentials.pay.sp_mchid}/rotate", {"what": "platform_certificate"})
    [new, old] = certificates.valid()
    assert old == first
    assert new.serial_no != old.serial_no
    assert new.effective_at <= clock.now() < new.expires_at
    for each in (new, old):
        certificate = x509.load_pem_x509_certificate(each.pem.encode())
        assert certificate.serial_number == int(each.serial_no, 16)


def test_the_command_prints_what_the_credentials_file_takes(simulator, capsys):
    call_command("wechatpay_certificates")
    printed, told = capsys.readouterr()
    [pem] = json.loads(printed)
    [known] = certificates.valid()
    assert pem == known.pem
    assert known.serial_no in told
    replace(simulator.credentials.pay, platform_certificates_pem=(pem,))  # refuses what is none


def test_what_does_not_open_with_our_key_is_no_certificate(simulator):
    pay_credentials = replace(simulator.credentials.pay, apiv3_key="0" * 32)
    wrong = replace(simulator.credentials, pay=pay_credentials)
    with override_settings(WECHAT=wrong), pytest.raises(errors.BadAnswer):
        certificates.valid()


# --- complaints -------------------------------------------------------------------------------


def test_a_complaint_from_its_notice_to_its_end(simulator, ears, shop):
    url = f"{ears.base}/wxpay/complaints"
    with pytest.raises(errors.OrderNotExist):
        complaints.registered_url()
    complaints.register_url(f"{ears.base}/wxpay/elsewhere")
    complaints.replace_url(url)
    assert complaints.registered_url() == url
    number, transaction_id = shop.paid(990)
    said = {"out_trade_no": number, "detail": "茶凉了", "phone": "13800138000"}
    complaint_id = simulator.control("POST", "complaints", said)["complaint_id"]
    notice = notify.complaint_from(ears.wait_for("COMPLAINT.CREATE", "/wxpay/complaints"))
    assert notice == complaints.ComplaintNotice(complaint_id, "CREATE_COMPLAINT")

    day = wechats_day(simulator)
    page = complaints.page(begin=day, end=day, sub_mchid=shop.sub_mchid)
    assert page.total == 1
    (listed,) = page.complaints
    told = complaints.detail(complaint_id=complaint_id)
    assert (told.complaint_id, told.detail) == (listed.complaint_id, "茶凉了")
    assert (told.state, told.awaits_answer) == (complaints.ComplaintState.PENDING, True)
    assert told.orders == (complaints.ComplainedOrder(transaction_id, number, 990),)
    assert told.complained_mchid == shop.sub_mchid
    assert complaints.phone_of(told) == "13800138000"

    one = {"complaint_id": complaint_id}
    ours = {**one, "complained_mchid": shop.sub_mchid}
    complaints.respond(**ours, words="重新发货", media_ids=[complaints.upload(PNG)])
    complaints.reject_refund(**one, reason="已签收")
    complaints.approve_refund(**one, days=0)
    complaints.complete(**ours)
    assert complaints.detail(**one).state is complaints.ComplaintState.PROCESSED
    kinds = [step.kind for step in complaints.history(**one)]
    assert {"USER_CREATE_COMPLAINT", "MERCHANT_RESPONSE", "MERCHANT_CONFIRM_COMPLETE"} <= set(kinds)
    complaints.remove_url()
    with pytest.raises(errors.OrderNotExist):
        complaints.registered_url()
    with pytest.raises(errors.OrderNotExist):
        complaints.detail(complaint_id="200000000000")

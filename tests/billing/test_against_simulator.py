"""The same verbs against the simulator program: real HTTP, real cryptography, no double."""

import base64
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from billing.inbox.models import Notification
from billing.ledger import queries as books
from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.refunds import actions as refunds
from billing.settlements import actions as settlements
from billing.settlements.invariants import violations
from kernel import clock
from kernel.money import Money
from tenants import actions as tenant_actions
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from wechat import breaker
from wechat.credentials import Credentials

ROOT = Path(__file__).resolve().parents[2]


class Simulator:
    """The running program, and the tester's hand on it."""

    def __init__(self, directory: Path) -> None:
        command = [sys.executable, "-m", "infra.wechat_simulator", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--data", str(directory)],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert " ready on " in line, line
        self.base = line.split(" ready on ")[1].split(",")[0]
        self.credentials = Credentials.read(directory / "credentials.json")

    def control(self, method: str, path: str, wish=None):
        request = urllib.request.Request(
            f"{self.base}/_control/{path}",
            method=method,
            data=json.dumps(wish or {}).encode() if method != "GET" else None,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(5)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory) -> Iterator[Simulator]:
    running = Simulator(tmp_path_factory.mktemp("wechat"))
    yield running
    running.stop()


@pytest.fixture
def app(simulator, settings):
    """A mini-program with its sub-merchant, and one customer."""
    breaker.reset()
    settings.WECHAT = simulator.credentials
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # nobody there: callbacks are carried by hand
    made = simulator.control("POST", "mini_programs", {"name": "Teahouse"})
    customer = simulator.control("POST", "login", {"appid": made["appid"], "user": "buyer"})
    return {**made, "openid": customer["openid"]}


@pytest.fixture
def till(two_shops, db, app) -> Iterator[Shop]:
    """The first shop, bound to the simulator's mini-program."""
    with context.public():
        tenant = Tenant.objects.get(pk=two_shops[0].id)
        tenant_actions.connect_wechat(tenant=tenant, appid=app["appid"], sub_mchid=app["sub_mchid"])
    with context.activate(two_shops[0]):
        yield two_shops[0]


@pytest.fixture
def buy(till, app, simulator):
    """Order so many fen at WeChat; return the payment and what the phone hands to WeChat."""

    def order(fen: int = 9_900) -> tuple[Payment, dict[str, str]]:
        payment = payments.open_payment(
            order_id=uuid4(),
            order_number=f"20261121-{uuid4().int % 10**8:08d}",
            amount=Money(fen),
            description="龙井 2 件",
            expires_at=clock.now() + timedelta(minutes=30),
        )
        sheet = payments.prepay(order_id=payment.order_id, appid=app["appid"], openid=app["openid"])
        return payment, {**sheet.as_dict(), "appid": app["appid"], "openid": app["openid"]}

    return order


@pytest.fixture
def carry(simulator, client, till):
    """Carry a callback from WeChat to our door by hand; return the answer's status."""

    def post(number: str, **wish: str) -> int:
        asked = "&".join(f"{k}={v}" for k, v in wish.items())
        made = simulator.control("GET", f"callback_request/{number}?{asked}")
        path = "/hooks/" + made["url"].partition("/hooks/")[2]
        with context.public():
            answer = client.post(
                path,
                data=base64.b64decode(made["body_b64"]),
                content_type="application/json",
                headers=made["headers"],
            )
        return answer.status_code

    return post


def paid(simulator, sheet) -> None:
    answer = simulator.control("POST", "pay", {**sheet, "callback": "drop"})
    assert answer["errMsg"] == "requestPayment:ok", answer


def test_an_order_is_paid_called_back_earned_and_partly_refunded(buy, carry, simulator, run_jobs):
    payment, sheet = buy(9_900)
    number = payment.attempts.get().out_trade_no
    paid(simulator, sheet)
    assert [carry(number), carry(number)] == [204, 204]
    run_jobs()
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
    refund = refunds.request(payment=payment, amount=Money(3_300), reason="破损", by="b", key="k")
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "submitted"
    simulator.control("POST", "clock", {"advance_seconds": 60})
    assert carry(number, refund=refund.out_refund_no) == 204
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert {a.value: m.minor for a, m in books.balances().items() if m.minor} == {
        "wechat": 6_560, "sales": 9_900, "refunded": 3_300, "fees": 40, "commission": 66,
        "platform": 66,
    }  # fmt: skip
    assert [n.outcome for n in notifications()] == ["applied", "applied"]
    assert list(violations()) == []


def test_without_any_callback_asking_finds_payment_and_refund(buy, simulator, run_jobs):
    payment, sheet = buy()
    paid(simulator, sheet)
    run_jobs(ahead=16)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    refund = refunds.request(payment=payment, amount=payment.amount, reason="r", by="b", key="k")
    run_jobs()
    simulator.control("POST", "clock", {"advance_seconds": 60})
    run_jobs(ahead=61)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert list(violations()) == []


def test_a_closed_order_cannot_be_paid_and_a_paid_one_cannot_be_closed(buy, simulator):
    payment, sheet = buy()
    assert payments.close(payment=payment, reason="cancelled") == "closed"
    answer = simulator.control("POST", "pay", sheet)
    assert answer["errMsg"].startswith("requestPayment:fail")
    other, sheet = buy()
    paid(simulator, sheet)
    assert payments.close(payment=other, reason="cancelled") == "succeeded"


@pytest.mark.parametrize("kind", ["system_error", "cut_after_commit", "half_body", "html"])
def test_a_prepay_whose_answer_is_lost_is_repeated_under_its_number(buy, simulator, till, kind):
    simulator.control(
        "POST", "faults", {"path_prefix": "/v3/pay/partner", "kind": kind, "times": 1}
    )
    with pytest.raises(payments.PaymentUnavailable):
        buy()
    payment = Payment.objects.get()
    attempt = payment.attempts.get()
    payments.prepay(order_id=payment.order_id, appid=attempt.appid, openid=attempt.openid)
    attempt.refresh_from_db()
    assert attempt.state == "prepaid"
    assert payment.attempts.count() == 1


def test_a_refund_whose_answer_is_lost_is_one_refund(buy, simulator, run_jobs):
    payment, sheet = buy()
    paid(simulator, sheet)
    payments.sync(payment=payment)
    wish = {"path_prefix": "/v3/refund", "kind": "cut_after_commit", "times": 1}
    simulator.control("POST", "faults", wish)
    refund = refunds.request(payment=payment, amount=Money(100), reason="r", by="b", key="k")
    run_jobs()
    simulator.control("POST", "clock", {"advance_seconds": 60})
    run_jobs(ahead=61)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    known = simulator.control("GET", "refunds")["refunds"]
    mine = [r for r in known if r["out_trade_no"] == refund.attempt.out_trade_no]
    assert len(mine) == 1


UNPROVED = [
    "bad_signature", "signtest", "wrong_serial", "nonhex_serial", "missing_signature",
    "missing_serial", "missing_timestamp", "missing_nonce", "missing_signature_type",
    "reserialised_body", "huge_body", "gzip_bomb", "old_timestamp", "future_timestamp",
    "wrong_apiv3_key", "not_json",
]  # fmt: skip
OF_ANOTHER_MERCHANT = ["other_mchid", "other_sub_mchid", "other_appid"]
WRONG = [
    "amount_plus_one", "amount_minus_one", "other_currency", "unknown_order", "other_payer",
    "not_success", "wrong_event_type",
]  # fmt: skip


@pytest.mark.parametrize("forgery", UNPROVED + OF_ANOTHER_MERCHANT)
def test_a_forgery_is_refused_and_does_not_hide_the_genuine_callback(
    buy, carry, simulator, run_jobs, forgery
):
    payment, sheet = buy()
    paid(simulator, sheet)
    number = payment.attempts.get().out_trade_no
    assert carry(number, forge=forgery) == 401
    assert notifications() == []
    assert carry(number) == 204
    run_jobs()
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert [n.outcome for n in notifications()] == ["applied"]


@pytest.mark.parametrize("forgery", WRONG)
def test_what_wechat_itself_gets_wrong_is_kept_without_effect_and_asking_finds_the_truth(
    buy, carry, simulator, run_jobs, forgery
):
    payment, sheet = buy()
    paid(simulator, sheet)
    number = payment.attempts.get().out_trade_no
    assert carry(number, forge=forgery) == 204
    run_jobs()
    payment.refresh_from_db()
    assert payment.state == "open"
    assert books.transfers_of(number) == []
    [kept] = notifications()
    assert kept.outcome in {"mismatched", "unknown", "not_paid", "ignored", "unreadable"}
    run_jobs(ahead=16)
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def notifications() -> list[Notification]:
    with context.public():
        return list(Notification.objects.order_by("received_at"))

"""A missing payment is repaired while its callback arrives at last: one effect, whoever is first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.db import connection

from billing.ledger.models import Journal
from billing.payments import actions as payments
from billing.payments.accepting import apply_success
from billing.payments.models import Attempt
from billing.reconciliation import actions
from billing.reconciliation.models import ComparedDay, Difference
from billing.settlements.invariants import violations
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import context
from tests.credentials import credentials
from tests.races.test_refunds import _configured, till  # noqa: F401
from wechat import pay
from wechat.pay import Transaction

APPID, OPENID = "wx00000000000000cc", "o-a-customer"


def test_a_repair_and_the_callback_take_a_payment_once(till, monkeypatch):  # noqa: F811
    with context.activate(till):
        payment = payments.open_payment(
            order_id=uuid4(),
            order_number=f"20261121-{uuid4().int % 10**8:08d}",
            amount=Money(500),
            description="d",
            expires_at=clock.now() + timedelta(minutes=30),
        )
        payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
        attempt = Attempt.objects.get(payment=payment)
        day = clock.now().date()
        ComparedDay.objects.create(bill="trade", day=day)
        row = Difference.objects.create(
            kind="missing_here", bill="trade", day=day, noun="payment",
            number=attempt.out_trade_no, mark="500/500", there_minor=500, here_minor=500,
            currency="CNY", facts={"is_known": True, "there_currency": "CNY"},
        )  # fmt: skip
    told = Transaction(
        out_trade_no=attempt.out_trade_no,
        transaction_id=f"42{attempt.out_trade_no}",
        trade_state="SUCCESS",
        sp_mchid=credentials().pay.sp_mchid,
        sub_mchid=attempt.sub_mchid,
        sub_appid=APPID,
        payer_openid=OPENID,
        amount_fen=500,
        currency="CNY",
        success_at=clock.now(),
    )
    monkeypatch.setattr(pay, "query", lambda **_: replace(told))

    def work(n: int) -> str:
        try:
            with context.activate(till):
                if n % 2:
                    return str(apply_success(out_trade_no=attempt.out_trade_no, transaction=told))
                return actions.repair(difference_id=row.pk, by="root", note="lost").state
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(work, range(6)))

    assert outcomes.count("fixed") == 1, outcomes
    assert outcomes.count("difference_settled") == 2, outcomes
    assert outcomes.count("applied") <= 1
    with context.activate(till):
        assert Journal.objects.filter(kind="payment").count() == 1
        payment.refresh_from_db()
        assert payment.state == "succeeded"
        assert list(violations()) == []

"""Money under many hands: real threads, real commits, one winner."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from billing.ledger import queries as books
from billing.payments import actions as payments
from billing.payments.accepting import apply_success
from billing.payments.models import Payment
from billing.refunds import actions as refunds
from billing.refunds.accepting import Word, apply_result
from billing.refunds.models import Refund
from billing.settlements import actions as settlements
from billing.settlements.invariants import violations
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import actions as tenant_actions
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests.credentials import credentials
from wechat import pay
from wechat.errors import OrderPaid

VECTORS = Path(__file__).parents[1] / "wechat" / "vectors.json"
APPID, OPENID, THREADS = "wx00000000000000cc", "o-a-customer", 5


@pytest.fixture(autouse=True)
def _configured(settings) -> None:
    settings.WECHAT_FEE_BP, settings.COMMISSION_BP = 60, 100
    settings.WECHAT = credentials()


@pytest.fixture
def till(new_shop, monkeypatch) -> Iterator[Shop]:
    """A committed shop that can be paid, over a WeChat that accepts every prepay."""
    monkeypatch.setattr(pay, "prepay", lambda **asked: f"wx-{asked['out_trade_no']}")
    shop = new_shop()
    with context.public():
        tenant = Tenant.objects.get(pk=shop.id)
        word = shop.public_id
        tenant_actions.connect_wechat(
            tenant=tenant, appid=f"wx{word}", sub_mchid=f"19{shop.id:08d}"
        )
    yield shop
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE tenant = %s", [shop.public_id])


def told(payment: Payment, settings, openid: str = OPENID) -> pay.Transaction:
    """What WeChat says of the payer's paid attempt."""
    attempt = payment.attempts.get(openid=openid)
    return pay.Transaction(
        out_trade_no=attempt.out_trade_no,
        transaction_id=f"42{attempt.out_trade_no}",
        trade_state="SUCCESS",
        sp_mchid=settings.WECHAT.pay.sp_mchid,
        sub_mchid=attempt.sub_mchid,
        sub_appid=attempt.appid,
        payer_openid=attempt.openid,
        amount_fen=payment.amount_minor,
        currency="CNY",
        success_at=clock.now(),
    )


def ordered(fen: int = 10_000, *payers: str) -> Payment:
    payment = payments.open_payment(
        order_id=uuid4(),
        order_number=f"20261121-{uuid4().int % 10**8:08d}",
        amount=Money(fen),
        description="茶",
        expires_at=clock.now() + timedelta(minutes=30),
    )
    for openid in payers or (OPENID,):
        payments.prepay(order_id=payment.order_id, appid=APPID, openid=openid)
    return payment


def all_at_once(shop: Shop, jobs: list[Callable[[], object]]) -> Counter[str]:
    """Run jobs in threads of their own connections; count results and refusals by name."""
    gate = threading.Barrier(THREADS)

    def work(mine: list[Callable[[], object]]) -> Counter[str]:
        seen: Counter[str] = Counter()
        try:
            with context.activate(shop):
                gate.wait(10)
                for job in mine:
                    try:
                        seen[str(job())] += 1
                    except Refusal as refusal:
                        seen[refusal.code] += 1
        finally:
            connection.close()
        return seen

    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(work, [jobs[i::THREADS] for i in range(THREADS)])
        return sum(parts, Counter())


def held() -> dict[str, int]:
    return {a.value: m.minor for a, m in books.balances().items() if m.minor}


def test_a_hundred_callbacks_at_once_have_one_effect(till, settings):
    with context.activate(till):
        payment = ordered()
        word = told(payment, settings)
    seen = all_at_once(
        till, [lambda: apply_success(out_trade_no=word.out_trade_no, transaction=word)] * 100
    )
    assert seen == {"applied": 1, "repeated": 99}
    with context.activate(till):
        assert held() == {"wechat": 9_940, "held": 10_000, "fees": 60}
        assert list(payment.steps.filter(event="paid").values_list("state", flat=True)) == [
            "succeeded"
        ]
        assert list(violations()) == []


def test_two_payers_of_one_order_at_once_pay_it_once_and_one_is_extra(till, settings):
    with context.activate(till):
        payment = ordered(10_000, "o-1", "o-2")
        words = [told(payment, settings, openid) for openid in ("o-1", "o-2")]
    jobs = [
        (lambda w=w: apply_success(out_trade_no=w.out_trade_no, transaction=w))
        for w in words
        for _ in range(10)
    ]
    assert all_at_once(till, jobs) == {"applied": 1, "paid_twice": 1, "repeated": 18}
    with context.activate(till):
        assert held() == {"wechat": 19_880, "held": 20_000, "fees": 120}
        assert sorted(payment.attempts.values_list("is_extra", flat=True)) == [False, True]


def test_fifty_refunds_at_once_never_exceed_the_payment(till, settings):
    with context.activate(till):
        payment = ordered()
        word = told(payment, settings)
        apply_success(out_trade_no=word.out_trade_no, transaction=word)

    def ask(n: int) -> str:
        mine = Payment.objects.get(pk=payment.pk)
        refunds.request(payment=mine, amount=Money(900), reason="r", by="b", key=f"k{n}")
        return "requested"

    seen = all_at_once(till, [lambda n=n: ask(n) for n in range(50)])
    assert seen == {"requested": 11, "refund_exceeds_payment": 39}
    with context.activate(till):
        payment.refresh_from_db()
        assert payment.refunded_minor == 9_900
        numbers = list(
            Refund.objects.order_by("out_refund_no").values_list("out_refund_no", flat=True)
        )
        assert [n[-3:] for n in numbers] == [f"R{n:02d}" for n in range(1, 12)]
        assert list(violations()) == []


def test_the_same_refund_asked_fifty_times_at_once_is_one_refund(till, settings):
    with context.activate(till):
        payment = ordered()
        word = told(payment, settings)
        apply_success(out_trade_no=word.out_trade_no, transaction=word)

    def ask() -> str:
        mine = Payment.objects.get(pk=payment.pk)
        made = refunds.request(payment=mine, amount=Money(900), reason="r", by="b", key="k")
        return made.out_refund_no[-3:]

    assert all_at_once(till, [ask] * 50) == {"R01": 50}
    with context.activate(till):
        payment.refresh_from_db()
        assert payment.refunded_minor == 900


def test_refunds_that_end_while_the_order_is_earned_add_up(till, settings):
    with context.activate(till):
        payment = ordered()
        word = told(payment, settings)
        apply_success(out_trade_no=word.out_trade_no, transaction=word)
        asked = [
            refunds.request(payment=payment, amount=Money(333), reason="r", by="b", key=f"k{n}")
            for n in range(20)
        ]

    def end(refund: Refund) -> object:
        return apply_result(
            Word(refund.out_refund_no, word.out_trade_no, "SUCCESS", 333, 10_000, clock.now())
        )

    def earn() -> str:
        settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
        return "earned"

    jobs = [lambda r=r: end(r) for r in asked for _ in range(2)]
    jobs[20:20] = [earn] * 5
    assert all_at_once(till, jobs) == {"applied": 20, "repeated": 20, "earned": 5}
    with context.activate(till):
        left = 10_000 - 20 * 333
        kept = held()
        assert kept["fees"] == Money(left).share(60).minor
        assert kept["commission"] == kept["platform"] == Money(left).share(100).minor
        assert kept["wechat"] == left - kept["fees"]
        assert "held" not in kept
        assert kept["sales"] - kept.get("refunded", 0) == left
        assert list(violations()) == []


def test_close_and_pay_at_once_have_one_winner_and_lose_no_money(till, settings, monkeypatch):
    """WeChat decides: a payment that it closed is not paid, one that it took is not closed."""
    lock, paid = threading.Lock(), set()
    closed: set[str] = set()

    def query(*, sub_mchid: str, out_trade_no: str) -> pay.Transaction:
        with lock:
            is_paid = out_trade_no in paid
            word = "CLOSED" if out_trade_no in closed else "NOTPAY"
        return words[out_trade_no] if is_paid else _unpaid(words[out_trade_no], word)

    def close(*, sub_mchid: str, out_trade_no: str) -> None:
        with lock:
            if out_trade_no in paid:
                raise OrderPaid("paid", code="ORDERPAID")
            closed.add(out_trade_no)

    def take(word: pay.Transaction) -> str:
        with lock:
            if word.out_trade_no in closed:
                return "customer was refused"
            paid.add(word.out_trade_no)
        apply_success(out_trade_no=word.out_trade_no, transaction=word)
        return "customer paid"

    monkeypatch.setattr(pay, "query", query)
    monkeypatch.setattr(pay, "close", close)
    with context.activate(till):
        opened = [ordered() for _ in range(10)]
        words = {w.out_trade_no: w for w in (told(p, settings) for p in opened)}

    def shut(payment: Payment) -> str:
        return str(payments.close(payment=Payment.objects.get(pk=payment.pk), reason="expired"))

    jobs: list[Callable[[], object]] = []
    for payment, word in zip(opened, words.values(), strict=True):
        jobs += [lambda p=payment: shut(p), lambda w=word: take(w)]
    all_at_once(till, jobs)
    with context.activate(till):
        states = {p.attempts.get().out_trade_no: p for p in Payment.objects.all()}
        for number, payment in states.items():
            assert payment.state == ("succeeded" if number in paid else "closed")
        assert paid.isdisjoint(closed)
        assert held().get("held", 0) == 10_000 * len(paid)
        assert list(violations()) == []


def _unpaid(word: pay.Transaction, state: str) -> pay.Transaction:
    return replace(word, trade_state=state, transaction_id=None, payer_openid=None, success_at=None)

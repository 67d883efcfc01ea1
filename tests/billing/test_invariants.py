"""Each rule of the proof, broken once by hand, is named: by what the shop's own role may do, and,
where a check of the database forbids it, in a shop that has lost its checks."""

import os
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from billing.ledger import actions, holds
from billing.ledger import queries as books
from billing.ledger.actions import Line
from billing.ledger.models import Balance, HolderBalance, Journal, Transfer
from billing.ledger.states import Account, JournalKind
from billing.payments import actions as payments
from billing.payments.accepting import apply_success
from billing.payments.models import Payment, PaymentStep
from billing.refunds import actions as refunds
from billing.refunds.messages import FollowRefund
from billing.refunds.models import Refund, RefundStep
from billing.settlements import actions as settlements
from billing.settlements import jobs, messages
from jobs.messages import publish
from kernel import clock
from kernel.money import Money
from tenants import context, proofs

ANN = UUID(int=1)


@pytest.fixture
def sold(wechat, paid, settings) -> Payment:
    """A payment of 100.00 that succeeded, 10.00 that went back, a refund on its way, a hold.

    The hold is the ledger's own, with no withdrawal: the withdrawals' own proof is left out.
    """
    settings.INVARIANTS = [n for n in settings.INVARIANTS if ".withdrawals." not in n]
    payment = paid(10_000)
    wechat.refund_status = "SUCCESS"
    done = refunds.request(payment=payment, amount=Money(1_000), reason="r", by="b", key="k")
    refunds.follow(refund_id=done.pk, step=0)
    refunds.request(payment=payment, amount=Money(500), reason="r", by="b", key="k2")
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
    line = Line(Account.DISTRIBUTION, Account.WALLET, Money(500), credit_holder=ANN)
    actions.post(kind=JournalKind.DISTRIBUTION, reference="L1", lines=[line], why={})
    holds.hold(reference="W1", holder=ANN, amount=Money(200), why={})
    payment.refresh_from_db()
    return payment


def found() -> list[str]:
    return list(proofs.proofs_of_shop())


def journal(kind: JournalKind, reference: str, **transfer: object) -> None:
    """Write a journal behind the ledger's back."""
    row = Journal.objects.create(kind=kind, reference=reference, why={})
    if transfer:
        Transfer.objects.create(**{"journal": row, "currency": "CNY", **transfer})


def test_a_shop_at_work_breaks_no_rule(sold):
    assert found() == []


def _balance_lies(payment: Payment) -> None:
    Balance.objects.filter(account="held").update(amount_minor=7)


def _wallet_lies(payment: Payment) -> None:
    HolderBalance.objects.filter(account="wallet").update(amount_minor=301)


def _hold_vanishes(payment: Payment) -> None:
    HolderBalance.objects.filter(account="withdrawing").update(amount_minor=0)


def _wallet_in_debt_by_a_repair(payment: Payment) -> None:
    """Down to -100 with no claw-back, the balance kept as the transfers say."""
    journal(JournalKind.REPAIR, "D1", debit="wallet", credit="differences", debit_holder=ANN,
            amount_minor=400)  # fmt: skip
    HolderBalance.objects.filter(account="wallet").update(amount_minor=-100)


def _resolved_by_less(payment: Payment) -> None:
    journal(JournalKind.RESOLUTION, "W1", debit="withdrawing", credit="wechat", debit_holder=ANN,
            amount_minor=199)  # fmt: skip
    HolderBalance.objects.filter(account="withdrawing").update(amount_minor=1)


def _resolved_without_a_hold(payment: Payment) -> None:
    journal(JournalKind.RESOLUTION, "W2", debit="withdrawing", credit="wechat", debit_holder=ANN,
            amount_minor=200)  # fmt: skip
    HolderBalance.objects.filter(account="withdrawing").update(amount_minor=0)


def _paid_twice_in_the_books(payment: Payment) -> None:
    journal(JournalKind.PAYMENT, "NX", debit="wechat", credit="held", amount_minor=5)
    row = Balance.objects.get(account="held")
    Balance.objects.filter(account="held").update(amount_minor=row.amount_minor + 5)


def _refund_differs(payment: Payment) -> None:
    Refund.objects.filter(state="succeeded").update(amount_minor=999)


def _refunded_is_kept_wrong(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=1)


def _nobody_asks(payment: Payment) -> None:
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE message->>'actor_name' LIKE '%%refund%%'")


def _payment_jumps(payment: Payment) -> None:
    PaymentStep.objects.create(payment=payment, state="closed", event="x")


def _refund_begins_late(payment: Payment) -> None:
    refund = Refund.objects.create(
        payment=payment, attempt=payment.attempts.get(), key="k3", out_refund_no="X1",
        amount_minor=1, currency="CNY", reason="", by="", state="closed",
    )  # fmt: skip
    RefundStep.objects.create(refund=refund, state="closed", event="x")


def _statement_lies(payment: Payment) -> None:
    day = settlements.queries.count(books.day_of(clock.now()))
    day.gross_minor += 1
    day.net_minor += 1
    day.save()


PLANTED: list[tuple[Callable[[Payment], None], list[str]]] = [
    (lambda p: journal(JournalKind.REPAIR, "D1"), ["I1: journal repair D1 has no transfers"]),
    (
        lambda p: journal(
            JournalKind.REPAIR, "D1", debit="bank", credit="wechat", amount_minor=1, currency="EUR"
        ),
        ["I1: repair D1 moved EUR in a shop of CNY"],
    ),
    (_balance_lies, ["I1: held keeps 7 but its transfers come to 0"]),
    (_wallet_lies, [f"I1: wallet of {ANN} keeps 301 but its transfers come to 300"]),
    (
        _hold_vanishes,
        [
            f"I1: withdrawing of {ANN} keeps 0 but its transfers come to 200",
            f"I1: holds of {ANN} come to 200, but 0 is being withdrawn",
        ],
    ),
    (_wallet_in_debt_by_a_repair, [f"I1: wallet of {ANN} is at -100, below zero"]),
    (
        _resolved_by_less,
        [
            f"I1: holds of {ANN} come to 0, but 1 is being withdrawn",
            "I3: hold W1 of 200 was resolved by 199",
        ],
    ),
    (
        _resolved_without_a_hold,
        [
            f"I1: holds of {ANN} come to 200, but 0 is being withdrawn",
            "I3: hold W2 of 0 was resolved by 200",
        ],
    ),
    (_paid_twice_in_the_books, ["I3: payment NX came to nothing here and 5 in the books", "I12: "]),
    (_refund_differs, ["I3: refund ", "I6: payment ", "I12: "]),
    (_refunded_is_kept_wrong, ["I6: payment "]),
    (_nobody_asks, ["I8: no message will ask after refund_id "]),
    (_payment_jumps, ["I10: payment ", "I10: payment "]),
    (_refund_begins_late, ["I10: refund "]),
    (_statement_lies, ["I12: the statement of ", "I12: the statement of "]),
]


@pytest.mark.parametrize(("plant", "expected"), PLANTED)
def test_a_planted_violation_is_named(sold, plant, expected):
    plant(sold)
    told = found()
    assert len(told) == len(expected), told
    for sentence, beginning in zip(told, expected, strict=True):
        assert sentence.startswith(beginning)


def test_a_second_payment_that_nobody_sends_back_is_named(wechat, open_payment, run_jobs):
    payment = open_payment()
    for openid in ("o-first", "o-second"):
        payments.prepay(order_id=payment.order_id, appid="wx00000000000000bb", openid=openid)
    for number in list(wechat.orders):
        apply_success(out_trade_no=number, transaction=wechat.take_money(number))
    extra = payment.attempts.get(is_extra=True)
    assert found() == []
    wechat.refund_status = "CLOSED"
    run_jobs()
    assert Refund.objects.get(attempt=extra).state == "closed"
    assert found() == [], "it is asked back anew tomorrow"
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue")
    assert found() == [f"I8: no message will ask after attempt_id {extra.pk}"]


def test_a_job_in_the_wrong_shop_and_one_that_tells_too_much_are_named(sold, shop):
    publish(FollowRefund(uuid4(), 0))
    with context.public(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dramatiq.queue SET message = jsonb_set(message::jsonb, '{options,tenant}',"
            " '\"elsewhere\"') WHERE position = (SELECT max(position) FROM dramatiq.queue)"
            " RETURNING message_id"
        )
        (wrong,) = cursor.fetchone()
    publish(FollowRefund(uuid4(), 0))
    with context.public(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dramatiq.queue SET message = jsonb_set(message::jsonb, '{kwargs,step}',"
            " '\"13800138000\"') WHERE position = (SELECT max(position) FROM dramatiq.queue)"
            " RETURNING message_id"
        )
        (telling,) = cursor.fetchone()
    assert found() == [
        f"I9: job {wrong} is in the queue of {shop.public_id} but would run in elsewhere",
        f"I11: job {telling} carries what looks like a phone number, a token or a key",
    ]


def test_a_shop_of_many_days_is_asked_no_more_often_than_a_new_one(sold):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert not [told for told in found() if "closed before" not in told]
        return len(asked)

    before, today = statements(), books.day_of(clock.now())
    for age in range(30):
        settlements.queries.count(today - timedelta(days=age)).save()

    assert statements() == before


def test_what_the_database_forbids_is_named_when_it_no_longer_does(new_shop):
    shop, neighbour = new_shop(), new_shop()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f"SET search_path = {shop.schema_name}")
        for name in (
            "transfer_amount_positive",
            "transfer_debit_holder",
            "transfer_credit_holder",
            "transfer_two_accounts",
        ):
            owner.execute(f"ALTER TABLE ledger_transfer DROP CONSTRAINT {name}")
        owner.execute(f"GRANT USAGE ON SCHEMA {neighbour.schema_name} TO tr_{shop.schema_name}")
    try:
        with context.activate(shop):
            journal(JournalKind.REPAIR, "D1", debit="bank", credit="bank", amount_minor=5)
            journal(JournalKind.REPAIR, "D2", debit="bank", credit="wechat", amount_minor=-5)
            journal(JournalKind.REPAIR, "D3", debit="bank", credit="wallet", amount_minor=5)
            assert sorted(found()) == [
                "I1: repair D1 holds a transfer that does not balance",
                "I1: repair D2 holds a transfer that does not balance",
                "I1: repair D3 names a holder of bank <- wallet wrongly",
                f"I7: the shop's role tr_{shop.schema_name} reaches schema"
                f" {neighbour.schema_name}",
            ]
    finally:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
            owner.execute(
                f"REVOKE USAGE ON SCHEMA {neighbour.schema_name} FROM tr_{shop.schema_name}"
            )


def test_the_hourly_proof_raises_one_alarm_for_each_rule(sold):
    def alarms() -> float:
        name = "billing_alarms_total"
        return REGISTRY.get_sample_value(name, {"kind": "invariant_violated"}) or 0

    before = alarms()
    jobs.prove_shop(messages.ProveShop())
    assert alarms() == before
    _balance_lies(sold)
    _refunded_is_kept_wrong(sold)
    jobs.prove_shop(messages.ProveShop())
    assert alarms() == before + 2


def test_a_proof_reads_in_portions_and_sees_one_moment(new_shop, monkeypatch):
    """Money that moves while the proof runs is not half seen."""
    monkeypatch.setattr(proofs, "PORTION", 1)
    shop = new_shop()
    with context.activate(shop):
        for n in range(3):
            journal(JournalKind.REPAIR, f"D{n}")
        told = proofs.proofs_of_shop()
        first = next(told)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
            owner.execute(
                f"INSERT INTO {shop.schema_name}.ledger_balance VALUES ('held', 'CNY', 9)"
            )
        assert sorted([first, *told]) == [
            f"I1: journal repair D{n} has no transfers" for n in range(3)
        ]
        assert "I1: held keeps 9 but its transfers come to 0" in found()

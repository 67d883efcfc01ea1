"""A payment is taken once, for exactly what was asked, from exactly who was asked."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from billing.ledger import queries as books
from billing.ledger.alarms import ALARMS
from billing.ledger.states import Account
from billing.payments import actions, ladder, queries
from billing.payments.accepting import apply_success
from billing.payments.messages import PaymentSucceeded
from billing.payments.models import Attempt, PaymentStep
from kernel import clock
from kernel.money import Money
from tenants import context
from wechat.errors import (
    OperatorMustAct,
    WeChatBusy,
    WeChatRefused,
    WeChatTimedOut,
    WeChatUnreachable,
)

APPID, OPENID = "wx00000000000000bb", "o-first-customer-000000000001"


def events(payment) -> list[str]:
    return list(
        PaymentStep.objects.filter(payment=payment).order_by("at").values_list("event", flat=True)
    )


def alarms(kind: str) -> float:
    return ALARMS.labels(kind)._value.get()


def prepaid(payment) -> Attempt:
    actions.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    return payment.attempts.order_by("-id").first()


def balances() -> dict[str, int]:
    return {a.value: m.minor for a, m in books.balances().items() if m.minor}


def test_a_prepay_commits_its_number_first_and_starts_the_ladder(wechat, open_payment, queued):
    payment = open_payment(9_900)
    sheet = actions.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    attempt = payment.attempts.get()
    assert sheet.package == f"prepay_id=wx-{attempt.out_trade_no}-1"
    assert attempt.state == "prepaid"
    assert attempt.out_trade_no == f"{context.shop().code}{payment.order_number.replace('-', '')}01"
    asked = wechat.orders[attempt.out_trade_no].asked
    assert (asked["amount_fen"], asked["openid"], asked["sub_appid"]) == (9_900, OPENID, APPID)
    assert asked["notify_url"].count("/hooks/wechatpay/") == 1
    assert "?" not in asked["notify_url"]
    assert [m["kwargs"] for m in queued("ask_after_payment")] == [
        {"attempt_id": str(attempt.pk), "step": 0}
    ]
    assert events(payment) == ["opened", "attempted", "prepaid"]


def test_the_same_payer_again_gets_the_same_order_and_a_fresh_prepay(wechat, open_payment, queued):
    payment = open_payment()
    prepaid(payment)
    sheet = actions.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    attempt = payment.attempts.get()
    assert sheet.package.endswith("-2")
    assert attempt.prepay_id.endswith("-2")
    assert len(wechat.orders) == 1
    assert len(queued("ask_after_payment")) == 1


def test_another_payer_gets_another_order(wechat, open_payment):
    payment = open_payment()
    prepaid(payment)
    actions.prepay(order_id=payment.order_id, appid=APPID, openid="o-second-customer")
    numbers = list(payment.attempts.order_by("id").values_list("out_trade_no", flat=True))
    assert [n[-2:] for n in numbers] == ["01", "02"]
    assert sorted(wechat.orders) == sorted(numbers)


@pytest.mark.parametrize("failure", [WeChatTimedOut("x"), WeChatUnreachable("x"), WeChatBusy("x")])
def test_a_prepay_that_wechat_does_not_answer_can_be_repeated(wechat, open_payment, failure):
    payment = open_payment()
    wechat.fail("prepay", failure, after=True)
    with pytest.raises(actions.PaymentUnavailable) as refused:
        prepaid(payment)
    assert (refused.value.status, refused.value.code) == (503, "payment_unavailable")
    assert payment.attempts.get().state == "created"
    assert prepaid(payment).state == "prepaid"
    assert len(wechat.orders) == 1


def test_a_shop_without_a_merchant_cannot_be_paid(other_shop, wechat):
    with context.activate(other_shop):
        payment = actions.open_payment(
            order_id=uuid4(),
            order_number="20261121-00000001",
            amount=Money(1),
            description="x",
            expires_at=clock.now() + timedelta(minutes=5),
        )
        with pytest.raises(actions.ShopCannotBePaid):
            actions.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
        assert not payment.attempts.exists()
    assert wechat.calls == []


def test_a_merchant_that_wechat_refuses_alarms_and_cannot_be_paid(wechat, open_payment):
    payment, before = open_payment(), alarms("prepay_refused")
    wechat.fail("prepay", OperatorMustAct("sign", code="SIGN_ERROR"))
    with pytest.raises(actions.ShopCannotBePaid):
        prepaid(payment)
    assert alarms("prepay_refused") == before + 1
    assert payment.attempts.get().state == "created"


def test_a_refusal_that_may_be_our_own_fault_wakes_somebody(wechat, open_payment):
    before = alarms("prepay_refused")
    wechat.fail("prepay", WeChatRefused("参数不一致", code="INVALID_REQUEST", status=400))
    with pytest.raises(actions.PaymentUnavailable):
        prepaid(open_payment())
    assert alarms("prepay_refused") == before + 1


def test_a_number_that_is_closed_at_wechat_is_followed_by_a_new_one(wechat, open_payment):
    payment = open_payment()
    first = prepaid(payment)
    wechat.orders[first.out_trade_no].state = "CLOSED"
    with pytest.raises(actions.PaymentUnavailable):
        prepaid(payment)
    first.refresh_from_db()
    assert first.state == "closed"
    second = prepaid(payment)
    assert second.out_trade_no[-2:] == "02"
    assert wechat.orders[second.out_trade_no].state == "NOTPAY"


def test_a_prepay_of_an_order_that_was_just_paid_finds_out(wechat, open_payment):
    payment = open_payment()
    wechat.take_money(prepaid(payment).out_trade_no)
    with pytest.raises(actions.PaymentNotPossible) as refused:
        prepaid(payment)
    assert refused.value.facts == {"state": "succeeded"}
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_nothing_is_paid_in_the_last_minute_or_after_expiry(wechat, open_payment):
    payment = open_payment(minutes=2)
    with clock.ahead(timedelta(seconds=90)), pytest.raises(actions.PaymentNotPossible):
        prepaid(payment)
    with clock.ahead(timedelta(seconds=121)), pytest.raises(actions.PaymentNotPossible):
        prepaid(payment)
    assert wechat.calls == []
    assert not payment.attempts.exists()


def test_an_order_that_wechat_never_got_is_not_ordered_in_the_last_minute(wechat, open_payment):
    payment = open_payment()
    wechat.fail("prepay", WeChatUnreachable("x"))
    with pytest.raises(actions.PaymentUnavailable):
        prepaid(payment)
    late = clock.ahead(timedelta(minutes=29, seconds=30))
    with late, pytest.raises(actions.PaymentNotPossible) as refused:
        prepaid(payment)
    assert refused.value.facts == {"state": "expired"}
    assert wechat.orders == {}


def test_nobody_is_told_how_to_pay_a_number_that_was_closed_meanwhile(wechat, open_payment):
    """Else the payer has two that can be paid, and the books take only one of them."""
    payment = open_payment()
    wechat.fail("prepay", WeChatUnreachable("x"))
    with pytest.raises(actions.PaymentUnavailable):
        prepaid(payment)
    first = payment.attempts.get()
    actions.prepay(order_id=payment.order_id, appid=APPID, openid="o-second-customer")

    def give_up_half_way() -> None:
        wechat.before["close"] = lambda: wechat.fail("query", WeChatUnreachable("x"))
        with pytest.raises(actions.PaymentUnavailable):
            actions.close(payment=payment, reason="changed my mind")
        first.refresh_from_db()
        assert first.state == "closed"

    wechat.before["prepay"] = give_up_half_way
    with pytest.raises(actions.PaymentUnavailable):
        prepaid(payment)
    second = prepaid(payment)
    assert (second.state, second.out_trade_no[-2:]) == ("prepaid", "03")


def test_a_success_moves_payment_books_and_message_together(wechat, open_payment, heard):
    payment = open_payment(9_999)
    attempt = prepaid(payment)
    told = wechat.take_money(attempt.out_trade_no)
    assert apply_success(out_trade_no=attempt.out_trade_no, transaction=told) == "applied"
    payment.refresh_from_db(), attempt.refresh_from_db()
    assert (payment.state, attempt.state) == ("succeeded", "succeeded")
    assert attempt.transaction_id == told.transaction_id
    assert attempt.success_at == told.success_at
    assert {
        (t.debit, t.credit, t.amount_minor) for t in books.transfers_of(attempt.out_trade_no)
    } == {("wechat", "held", 9_999), ("fees", "wechat", 60)}  # 0.6 % of 99.99, half up
    assert balances() == {"wechat": 9_939, "held": 9_999, "fees": 60}
    assert heard == [PaymentSucceeded(payment.pk, payment.order_id)]
    assert events(payment) == ["opened", "attempted", "prepaid", "paid"]


def test_a_success_told_a_hundred_times_has_one_effect(wechat, open_payment, heard):
    payment = open_payment()
    number = prepaid(payment).out_trade_no
    told = wechat.take_money(number)
    results = [apply_success(out_trade_no=number, transaction=told) for _ in range(100)]
    assert results == ["applied"] + ["repeated"] * 99
    assert len(books.transfers_of(number)) == 2
    assert events(payment).count("paid") == 1
    assert len(heard) == 1


def test_a_payment_that_was_refunded_at_wechat_is_still_paid(wechat, open_payment):
    payment = open_payment()
    number = prepaid(payment).out_trade_no
    wechat.take_money(number)
    wechat.orders[number].state = "REFUND"
    assert actions.sync(payment=payment) == "succeeded"


@pytest.mark.parametrize(
    "lie",
    [
        {"sp_mchid": "1900009999"},
        {"sub_mchid": "1900009999"},
        {"sub_appid": "wx0000000000009999"},
        {"sub_appid": None},
        {"payer_openid": "o-somebody-else"},
        {"payer_openid": None},
        {"amount_fen": 9_999},
        {"amount_fen": 10_001},
        {"amount_fen": None},
        {"currency": "USD"},
        {"out_trade_no": "ANOTHER-NUMBER"},
        {"transaction_id": None},
    ],
    ids=lambda lie: "-".join(f"{k}={v}" for k, v in lie.items()),
)
def test_a_success_that_does_not_fit_has_no_effect_and_wakes_somebody(
    wechat, open_payment, heard, lie
):
    payment, before = open_payment(10_000), alarms("payment_mismatch")
    attempt = prepaid(payment)
    wechat.take_money(attempt.out_trade_no)
    told = wechat.told(attempt.out_trade_no, **lie)
    for _ in range(2):
        assert apply_success(out_trade_no=attempt.out_trade_no, transaction=told) == "mismatched"
    payment.refresh_from_db(), attempt.refresh_from_db()
    assert (payment.state, attempt.state, attempt.transaction_id) == ("open", "prepaid", None)
    assert (balances(), heard) == ({}, [])
    assert events(payment).count("mismatched") == 1
    step = PaymentStep.objects.get(payment=payment, event="mismatched")
    assert step.facts["wrong"] == list(lie)
    assert alarms("payment_mismatch") == before + 2


def test_a_transaction_pays_one_number_only(wechat, open_payment):
    first, second = open_payment(), open_payment()
    told = wechat.take_money(prepaid(first).out_trade_no)
    number = prepaid(second).out_trade_no
    assert actions.sync(payment=first) == "succeeded"
    wechat.take_money(number)
    lie = wechat.told(number, transaction_id=told.transaction_id)
    assert apply_success(out_trade_no=number, transaction=lie) == "mismatched"
    second.refresh_from_db()
    assert second.state == "open"


def test_a_success_of_a_number_nobody_gave_out_wakes_somebody(wechat, open_payment):
    payment, before = open_payment(), alarms("payment_unknown")
    number = prepaid(payment).out_trade_no
    told = wechat.take_money(number)
    assert apply_success(out_trade_no=f"{number}9", transaction=told) == "unknown"
    assert alarms("payment_unknown") == before + 1
    assert balances() == {}


def test_a_callback_may_overtake_the_answer_to_our_prepay(wechat, open_payment):
    payment = open_payment()

    def overtake() -> None:
        number = payment.attempts.get().out_trade_no
        told = wechat.take_money(number)
        assert apply_success(out_trade_no=number, transaction=told) == "applied"

    wechat.before["prepay_answers"] = overtake
    with pytest.raises(actions.PaymentNotPossible):
        prepaid(payment)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert payment.attempts.get().state == "succeeded"


def test_close_asks_before_it_closes(wechat, open_payment):
    payment = open_payment()
    attempt = prepaid(payment)
    wechat.calls.clear()
    assert actions.close(payment=payment, reason="expired") == "closed"
    assert wechat.calls == ["query", "close"]
    assert wechat.orders[attempt.out_trade_no].state == "CLOSED"
    attempt.refresh_from_db()
    assert attempt.state == "closed"
    assert events(payment)[-2:] == ["attempt_closed", "closed"]
    assert actions.close(payment=payment, reason="again") == "closed"
    assert wechat.calls == ["query", "close"]


def test_close_finds_that_the_payment_was_paid(wechat, open_payment):
    payment = open_payment()
    wechat.take_money(prepaid(payment).out_trade_no)
    wechat.calls.clear()
    assert actions.close(payment=payment, reason="cancelled") == "succeeded"
    assert wechat.calls == ["query"]
    assert balances()["held"] == 10_000


def test_close_follows_a_payment_that_slips_in_between(wechat, open_payment):
    payment = open_payment()
    number = prepaid(payment).out_trade_no
    wechat.before["close"] = lambda: wechat.take_money(number)
    assert actions.close(payment=payment, reason="cancelled") == "succeeded"
    assert wechat.orders[number].state == "SUCCESS"
    assert balances()["held"] == 10_000


def test_close_changes_nothing_when_wechat_is_away(wechat, open_payment):
    payment = open_payment()
    attempt = prepaid(payment)
    wechat.fail("query", WeChatTimedOut("x"))
    with pytest.raises(actions.PaymentUnavailable):
        actions.close(payment=payment, reason="expired")
    wechat.fail("close", WeChatTimedOut("x"), after=True)
    with pytest.raises(actions.PaymentUnavailable):
        actions.close(payment=payment, reason="expired")
    payment.refresh_from_db(), attempt.refresh_from_db()
    assert (payment.state, attempt.state) == ("open", "prepaid")
    assert actions.close(payment=payment, reason="expired") == "closed"


def test_a_prepay_that_slips_into_a_close_is_closed_with_it(wechat, open_payment):
    payment = open_payment()
    prepaid(payment)
    wechat.before["close"] = lambda: actions.prepay(order_id=payment.order_id, appid=APPID, openid="o-other")
    assert actions.close(payment=payment, reason="cancelled") == "closed"
    assert {o.state for o in wechat.orders.values()} == {"CLOSED"}
    assert len(wechat.orders) == 2


def test_a_payment_without_attempts_is_closed_without_asking(wechat, open_payment):
    payment = open_payment()
    assert actions.close(payment=payment, reason="cancelled") == "closed"
    assert wechat.calls == []


def test_a_late_payment_counts_and_is_told(wechat, open_payment, heard):
    payment = open_payment()
    number = prepaid(payment).out_trade_no
    actions.close(payment=payment, reason="expired")
    wechat.orders[number].state = "NOTPAY"  # WeChat took the money all the same
    told = wechat.take_money(number)
    assert apply_success(out_trade_no=number, transaction=told) == "late"
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert events(payment)[-1] == "paid_late"
    assert heard == [PaymentSucceeded(payment.pk, payment.order_id)]
    assert balances()["held"] == 10_000


def test_when_one_attempt_is_paid_the_others_are_closed_at_once(wechat, open_payment, run_jobs):
    payment = open_payment()
    first = prepaid(payment)
    actions.prepay(order_id=payment.order_id, appid=APPID, openid="o-second-customer")
    wechat.take_money(first.out_trade_no)
    actions.sync(payment=payment)
    run_jobs()
    assert sorted(o.state for o in wechat.orders.values()) == ["CLOSED", "SUCCESS"]


def test_the_second_payment_of_one_order_is_kept_in_the_books_and_sent_back(
    wechat, open_payment, run_jobs, heard
):
    payment = open_payment()
    first = prepaid(payment)
    actions.prepay(order_id=payment.order_id, appid=APPID, openid="o-second-customer")
    second = payment.attempts.order_by("-id").first()
    assert (
        apply_success(
            out_trade_no=first.out_trade_no, transaction=wechat.take_money(first.out_trade_no)
        )
        == "applied"
    )
    assert (
        apply_success(
            out_trade_no=second.out_trade_no, transaction=wechat.take_money(second.out_trade_no)
        )
        == "paid_twice"
    )
    assert balances() == {"wechat": 19_880, "held": 20_000, "fees": 120}
    wechat.refund_status = "SUCCESS"
    run_jobs()
    assert balances() == {"wechat": 9_940, "held": 10_000, "fees": 60}
    assert [r.out_trade_no for r in wechat.refunds.values()] == [second.out_trade_no]
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_minor) == ("succeeded", 0)
    assert payment.refundable == Money(10_000)
    assert events(payment).count("paid_twice") == 1
    assert heard == [PaymentSucceeded(payment.pk, payment.order_id)]


def test_a_second_payment_whose_refund_wechat_gives_up_is_sent_back_anew(
    wechat, open_payment, run_jobs
):
    payment = open_payment()
    for openid in (OPENID, "o-second-customer"):
        actions.prepay(order_id=payment.order_id, appid=APPID, openid=openid)
    for attempt in payment.attempts.order_by("id"):
        number = attempt.out_trade_no
        apply_success(out_trade_no=number, transaction=wechat.take_money(number))
    wechat.refund_status, before = "CLOSED", alarms("refund_closed")
    run_jobs()
    assert alarms("refund_closed") == before + 1
    wechat.refund_status = "SUCCESS"
    run_jobs(ahead=86_500)
    assert [r.status for r in wechat.refunds.values()] == ["CLOSED", "SUCCESS"]
    assert balances() == {"wechat": 9_940, "held": 10_000, "fees": 60}


def test_the_ladder_finds_a_payment_that_no_callback_told(wechat, open_payment, run_jobs):
    payment = open_payment()
    number = prepaid(payment).out_trade_no
    wechat.calls.clear()
    assert run_jobs() == 0
    assert run_jobs(ahead=16) == 1
    assert wechat.calls == ["query"]
    wechat.take_money(number)
    run_jobs(ahead=61)
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_the_ladder_has_its_steps_and_closes_what_expired(wechat, open_payment, queued, run_jobs):
    payment, asked_at = open_payment(minutes=20), []
    prepaid(payment)
    start = clock.now()
    for _ in range(40):
        waiting = queued("ask_after_payment")
        if not waiting:
            break
        assert len(waiting) == 1
        step = waiting[0]["kwargs"]["step"]
        asked_at.append(step)
        is_last = step == ladder.LAST
        offset = 1_206 if is_last else ladder.STEPS_SECONDS[step] + 1
        with clock.at(start + timedelta(seconds=offset)):
            assert run_jobs(ahead=2_000, most=50) >= 1 if is_last else _run_one(run_jobs)
    payment.refresh_from_db()
    assert asked_at == [*range(22), ladder.LAST]  # to the 19th minute, then at the expiry
    assert payment.state == "closed"


@pytest.mark.parametrize("minutes", [2, 5, 30])
def test_a_paid_order_is_found_within_a_minute_without_any_callback(minutes):
    """Reliability P7: whenever the customer pays, while the payment is open."""
    made_at = clock.now()
    expires_at = made_at + timedelta(minutes=minutes)
    asked, step = [0.0], 0
    while step is not None:
        times = {"made_at": made_at, "expires_at": expires_at}
        asked.append(ladder.wait_seconds(step, now=made_at, **times))
        step = ladder.next_step(step, **times)
    assert asked[-1] == minutes * 60 + ladder.GRACE_SECONDS
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert max(gaps) <= 60 + ladder.GRACE_SECONDS
    assert max(gaps[:-1]) <= 60


def _run_one(run_jobs) -> bool:
    with pytest.raises(AssertionError, match="more than 1 jobs"):
        run_jobs(ahead=2_000, most=1)
    return True


def test_the_ladder_waits_for_a_wechat_that_is_away_and_goes_on(
    wechat, open_payment, queued, run_jobs
):
    payment = open_payment()
    number = prepaid(payment).out_trade_no
    wechat.take_money(number)
    for _ in range(5):
        wechat.fail("query", WeChatUnreachable("x"))
        _run_one(run_jobs)
        assert [m["kwargs"]["step"] for m in queued("ask_after_payment")] == [0]
    _run_one(run_jobs)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert not list(queued("ask_after_payment"))


def test_a_prepay_that_was_given_up_and_arrives_later_is_found_at_expiry(
    wechat, open_payment, run_jobs
):
    payment = open_payment()
    wechat.fail("prepay", WeChatTimedOut("x"))  # WeChat does not know the number: nothing to close
    with pytest.raises(actions.PaymentUnavailable):
        prepaid(payment)
    assert actions.close(payment=payment, reason="cancelled") == "closed"
    attempt = payment.attempts.get()
    assert attempt.state == "closed"
    wechat.prepay(
        sub_mchid=attempt.sub_mchid,
        sub_appid=attempt.appid,
        openid=attempt.openid,
        out_trade_no=attempt.out_trade_no,
        amount_fen=10_000,
        expires_at=payment.expires_at,
    )
    wechat.take_money(attempt.out_trade_no)
    _run_one(run_jobs)  # the first step leads straight to the last
    run_jobs(ahead=2_000)
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_the_database_itself_refuses_two_paying_attempts(wechat, open_payment):
    payment = open_payment()
    first = prepaid(payment)
    actions.prepay(order_id=payment.order_id, appid=APPID, openid="o-second-customer")
    success = {"state": "succeeded", "success_at": clock.now(), "transaction_id": F("out_trade_no")}
    with pytest.raises(IntegrityError, match="attempt_pays_once"), transaction.atomic():
        payment.attempts.update(**success)
    first.refresh_from_db()
    assert first.state == "prepaid"


def test_a_payment_of_nothing_is_not_opened(shop):
    with pytest.raises(ValueError):
        actions.open_payment(
            order_id=uuid4(),
            order_number="20261121-00000001",
            amount=Money(0),
            description="x",
            expires_at=clock.now(),
        )


def test_an_order_has_one_payment(open_payment):
    payment = open_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        open_payment(order_id=payment.order_id)
    assert queries.payment_of(payment.order_id) == payment
    assert queries.payment_of(uuid4()) is None


def test_a_refused_query_alarms_and_asks_again_later(wechat, open_payment, queued, run_jobs):
    payment, before = open_payment(), alarms("payment_query_refused")
    prepaid(payment)
    wechat.fail("query", WeChatRefused("x", code="NO_AUTH"))
    _run_one(run_jobs)
    assert alarms("payment_query_refused") == before + 1
    assert [m["kwargs"]["step"] for m in queued("ask_after_payment")] == [0]
    assert books.balance(Account.HELD) == Money(0)


@pytest.mark.parametrize(
    ("call", "failure", "seconds"),
    [
        ("query", WeChatTimedOut("x"), 60),
        ("close", WeChatTimedOut("x"), 60),
        ("query", WeChatRefused("x", code="NO_AUTH"), 240),
    ],
)
def test_what_could_not_be_closed_at_expiry_is_tried_again_soon(
    wechat, open_payment, call, failure, seconds
):
    payment = open_payment()
    attempt = prepaid(payment)
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue")
    wechat.fail(call, failure, after=call == "close")
    actions.follow(attempt_id=attempt.pk, step=ladder.LAST)
    with context.public(), connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM available_at - now()) FROM dramatiq.queue")
        assert [round(row[0]) for row in cursor.fetchall()] == [seconds]
    actions.follow(attempt_id=attempt.pk, step=ladder.LAST)
    payment.refresh_from_db()
    assert payment.state == "closed"

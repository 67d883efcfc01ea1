"""Money goes back once, under one number, and never more of it than was paid."""

from datetime import UTC, datetime

import pytest

from billing.ledger import queries as books
from billing.ledger.alarms import ALARMS
from billing.payments.models import Payment
from billing.refunds import accepting, actions, ladder, queries
from billing.refunds.accepting import Word
from billing.refunds.messages import RefundSucceeded
from billing.refunds.models import RefundStep
from billing.settlements import actions as settlements
from billing.settlements import queries as settlement_queries
from billing.settlements.invariants import violations
from kernel import clock
from kernel.money import Money
from wechat.errors import WeChatBusy, WeChatRefused, WeChatTimedOut, WeChatUnreachable


def ask(payment: Payment, fen: int, key: str = "k"):
    return actions.request(payment=payment, amount=Money(fen), reason="破损", by="staff", key=key)


def events(refund) -> list[str]:
    rows = RefundStep.objects.filter(refund=refund).order_by("at")
    return list(rows.values_list("event", flat=True))


def balances() -> dict[str, int]:
    return {a.value: m.minor for a, m in books.balances().items() if m.minor}


def alarms(kind: str) -> float:
    return ALARMS.labels(kind)._value.get()


@pytest.fixture(autouse=True)
def _books_are_right_at_the_end(shop):
    yield
    assert list(violations()) == []


def test_a_refund_is_committed_before_wechat_hears_of_it(paid, wechat, queued):
    payment = paid(10_000)
    wechat.calls.clear()
    refund = ask(payment, 3_000)
    attempt = payment.attempts.get()
    assert refund.out_refund_no == f"{attempt.out_trade_no}R01"
    assert (refund.state, payment.refunded_minor, payment.refundable) == (
        "requested",
        3_000,
        Money(7_000),
    )
    assert wechat.calls == []
    assert [m["kwargs"]["step"] for m in queued("follow_refund")] == [0]
    assert balances()["held"] == 10_000


def test_a_payment_that_is_too_old_is_named_by_the_shops_day(paid, wechat):
    payment = paid()
    payment.attempts.update(success_at=datetime(2024, 12, 31, 20, tzinfo=UTC))
    with pytest.raises(actions.PaymentTooOld) as refused:
        ask(payment, 1)
    assert refused.value.facts == {"paid_on": "2025-01-01"}


def test_the_same_key_is_the_same_refund(paid, wechat):
    payment = paid(10_000)
    first = ask(payment, 3_000)
    assert ask(payment, 3_000) == first
    with pytest.raises(actions.RefundKeyReused):
        ask(payment, 3_001)
    payment.refresh_from_db()
    assert payment.refunded_minor == 3_000
    assert payment.refunds.count() == 1


def test_no_more_goes_back_than_was_paid(paid, wechat):
    payment = paid(10_000)
    ask(payment, 9_999, "a")
    with pytest.raises(actions.RefundExceedsPayment) as refused:
        ask(payment, 2, "b")
    assert refused.value.sentence("en") == "Only 0.01 CNY of this payment can still be refunded."
    ask(payment, 1, "c")
    assert payment.refunds.count() == 2


def test_what_was_not_paid_is_not_refunded(open_payment, wechat):
    payment = open_payment()
    with pytest.raises(actions.NothingToRefund):
        ask(payment, 1)
    assert not payment.refunds.exists()


def test_a_payment_goes_back_in_fifty_parts_at_most(paid, wechat):
    payment = paid(10_000)
    for n in range(50):
        ask(payment, 1, f"k{n}")
    with pytest.raises(actions.TooManyRefunds):
        ask(payment, 1, "k50")
    payment.refresh_from_db()
    assert payment.refunded_minor == 50


def test_a_full_refund_takes_the_fee_back_and_tells_the_shop(paid, wechat, run_jobs, heard):
    payment = paid(9_999)
    refund = ask(payment, 9_999)
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "submitted"
    assert queries.returned_of(payment) == Money(0)
    wechat.end_refund(refund.out_refund_no)
    run_jobs(ahead=61, most=50)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert events(refund) == ["requested", "handed_over", "submitted", "succeeded"]
    assert queries.returned_of(payment) == Money(9_999)
    assert balances() == {}
    assert wechat.calls.count("refund") == 1
    assert heard[1:] == [RefundSucceeded(refund.pk, payment.pk, payment.order_id)]


def test_a_refund_after_earning_takes_fee_and_commission_back(paid, wechat, run_jobs):
    payment = paid(10_000)
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
    assert balances() == {
        "wechat": 9_940,
        "sales": 10_000,
        "fees": 60,
        "commission": 100,
        "platform": 100,
    }
    wechat.refund_status = "SUCCESS"
    ask(payment, 2_500)
    run_jobs()
    assert balances() == {
        "wechat": 7_455,
        "sales": 10_000,
        "refunded": 2_500,
        "fees": 45,
        "commission": 75,
        "platform": 75,
    }


def test_a_changed_rate_does_not_touch_what_was_taken_at_the_old_one(
    paid, wechat, run_jobs, settings
):
    payment = paid(10_000)
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
    settings.WECHAT_FEE_BP, settings.COMMISSION_BP = 100, 500
    wechat.refund_status = "SUCCESS"
    ask(payment, 10_000)
    run_jobs()
    assert balances() == {"sales": 10_000, "refunded": 10_000}


def test_an_answer_that_was_cut_off_is_asked_after_under_the_same_number(paid, wechat, run_jobs):
    payment = paid(10_000)
    refund = ask(payment, 4_000)
    wechat.fail("refund", WeChatTimedOut("cut"), after=True)
    wechat.calls.clear()
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "requested"
    wechat.end_refund(refund.out_refund_no)
    run_jobs(ahead=61)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert wechat.calls == ["refund", "query_refund"]
    assert list(wechat.refunds) == [refund.out_refund_no]


def test_a_request_that_never_arrived_is_repeated_under_the_same_number(paid, wechat, run_jobs):
    payment = paid(10_000)
    refund = ask(payment, 4_000)
    wechat.fail("refund", WeChatUnreachable("away"))
    wechat.fail("refund", WeChatBusy("slowly", code="FREQUENCY_LIMITED"))
    wechat.calls.clear()
    wechat.refund_status = "SUCCESS"
    run_jobs(ahead=61)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert wechat.calls == ["refund", "query_refund", "refund", "query_refund", "refund"]
    assert list(wechat.refunds) == [refund.out_refund_no]


def test_a_callback_may_overtake_our_answer(paid, wechat, run_jobs):
    payment = paid(10_000)
    refund = ask(payment, 4_000)

    def overtake() -> None:
        told = wechat.end_refund(refund.out_refund_no)
        assert accepting.apply_result(Word.of_answer(told)) == "applied"
        wechat.refunds[refund.out_refund_no].status = "PROCESSING"

    wechat.before["refund_answers"] = overtake
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert events(refund).count("submitted") == 0
    assert len(books.transfers_of(refund.out_refund_no)) == 2


def test_a_result_told_twice_has_one_effect(paid, wechat, run_jobs, heard):
    payment = paid(10_000)
    refund = ask(payment, 4_000)
    run_jobs()
    word = Word.of_answer(wechat.end_refund(refund.out_refund_no))
    assert [accepting.apply_result(word) for _ in range(20)] == ["applied"] + ["repeated"] * 19
    assert balances()["held"] == 6_000
    assert len(heard) == 2  # the payment, the refund


@pytest.mark.parametrize(
    "lie",
    [{"amount_fen": 3_999}, {"total_fen": 10_001}, {"out_trade_no": "OTHER"}, {"status": "ODD"}],
    ids=str,
)
def test_a_result_that_does_not_fit_has_no_effect(paid, wechat, run_jobs, lie):
    payment, before = paid(10_000), alarms("refund_mismatch")
    refund = ask(payment, 4_000)
    run_jobs()
    true = Word.of_answer(wechat.end_refund(refund.out_refund_no))
    values = {name: getattr(true, name) for name in Word.__dataclass_fields__} | lie
    assert accepting.apply_result(Word(**values)) == "mismatched"
    refund.refresh_from_db()
    assert refund.state == "submitted"
    assert alarms("refund_mismatch") == before + 1
    assert balances()["held"] == 10_000


def test_a_closed_refund_gives_the_reservation_back(paid, wechat, run_jobs):
    payment = paid(10_000)
    refund = ask(payment, 10_000)
    run_jobs()
    assert (
        accepting.apply_result(Word.of_answer(wechat.end_refund(refund.out_refund_no, "CLOSED")))
        == "applied"
    )
    payment.refresh_from_db()
    assert payment.refunded_minor == 0
    assert balances()["held"] == 10_000
    again = ask(payment, 10_000, "again")
    assert again.out_refund_no.endswith("R02")


def test_an_abnormal_refund_keeps_its_money_and_wakes_somebody(paid, wechat, run_jobs):
    payment, before = paid(10_000), alarms("refund_abnormal")
    refund = ask(payment, 10_000)
    run_jobs()
    wechat.end_refund(refund.out_refund_no, "ABNORMAL")
    run_jobs(ahead=61)
    refund.refresh_from_db(), payment.refresh_from_db()
    assert (refund.state, payment.refunded_minor) == ("abnormal", 10_000)
    assert alarms("refund_abnormal") == before + 1
    wechat.end_refund(refund.out_refund_no, "SUCCESS")
    actions.retry(refund=refund, by="staff")
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert balances() == {}
    with pytest.raises(actions.RefundCannotMove):
        actions.retry(refund=refund, by="staff")


def test_a_contradiction_of_wechat_changes_nothing_and_wakes_somebody(paid, wechat, run_jobs):
    payment, before = paid(10_000), alarms("refund_contradicted")
    refund = ask(payment, 10_000)
    run_jobs()
    accepting.apply_result(Word.of_answer(wechat.end_refund(refund.out_refund_no)))
    closed = Word.of_answer(wechat.end_refund(refund.out_refund_no, "CLOSED"))
    assert accepting.apply_result(closed) == "contradicted"
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert alarms("refund_contradicted") == before + 1


def test_a_refused_refund_is_tried_for_days_and_then_left_to_a_person(paid, wechat, queued):
    payment, before = paid(10_000), alarms("refund_refused")
    refund = ask(payment, 10_000)
    for step in range(10):
        refund.refresh_from_db()
        assert refund.state == "requested"
        wechat.fail("refund", WeChatRefused("余额不足", code="NOT_ENOUGH"))
        actions.follow(refund_id=refund.pk, step=step)
    refund.refresh_from_db(), payment.refresh_from_db()
    assert (refund.state, refund.refusal, refund.tries_count) == ("abnormal", "NOT_ENOUGH", 10)
    assert payment.refunded_minor == 10_000
    assert alarms("refund_refused") == before + 10
    actions.retry(refund=refund, by="owner")
    wechat.refund_status = "SUCCESS"
    actions.follow(refund_id=refund.pk, step=0)
    refund.refresh_from_db()
    assert refund.state == "succeeded"


def test_a_result_under_a_number_nobody_gave_out_wakes_somebody(shop, wechat):
    before = alarms("refund_unknown")
    word = Word("NOBODY", "NOBODY", "SUCCESS", 1, 1, None)
    assert accepting.apply_result(word) == "unknown"
    assert alarms("refund_unknown") == before + 1


@pytest.fixture
def left_to_a_person(wechat):
    """Ask for a refund that WeChat refuses until nobody tries any more."""

    def make(payment: Payment, fen: int, key: str = "k"):
        refund = ask(payment, fen, key)
        wechat.fail("refund", WeChatRefused("余额不足", code="NOT_ENOUGH"))
        actions.follow(refund_id=refund.pk, step=ladder.GIVE_UP)
        refund.refresh_from_db()
        assert refund.state == "abnormal"
        return refund

    return make


def prove_unpaid(refund) -> int:
    """Ask when no request of ours can be on its way any more."""
    with clock.at(clock.now() + ladder.QUIET):
        return actions.prove_unpaid(refund=refund)


def pay_by_hand(refund, by: str = "root"):
    seen = prove_unpaid(refund)
    return actions.note_paid_by_hand(refund=refund, why="by bank", by=by, seen_tries=seen)


def transfers(refund) -> list[tuple[str, str, int]]:
    rows = books.transfers_of(refund.out_refund_no)
    return sorted((t.debit, t.credit, t.amount_minor) for t in rows)


def test_what_the_shop_paid_by_hand_comes_from_its_owner_once(
    paid, wechat, left_to_a_person, heard
):
    payment = paid(10_000)
    refund = left_to_a_person(payment, 3_000)
    pay_by_hand(refund)
    pay_by_hand(refund)
    refund.refresh_from_db()
    assert (refund.state, refund.is_by_hand, refund.succeeded_at is None) == (
        "succeeded", True, False,
    )  # fmt: skip
    assert transfers(refund) == [("held", "owner", 3_000)]
    assert balances() == {"wechat": 9_940, "fees": 60, "held": 7_000, "owner": 3_000}
    told = RefundStep.objects.get(refund=refund, event="told_by")
    assert told.facts == {"by": "root", "why": "by bank"}
    assert heard[1:] == [RefundSucceeded(refund.pk, payment.pk, payment.order_id)]
    day = settlement_queries.statement(books.day_of(clock.now()))
    assert (day.gross_minor, day.refunds_minor, day.fee_minor, day.net_minor) == (
        10_000, 3_000, 60, 6_940,
    )  # fmt: skip


def test_what_was_paid_by_hand_and_by_wechat_as_well_wakes_somebody(paid, left_to_a_person):
    refund = left_to_a_person(paid(10_000), 3_000)
    pay_by_hand(refund)
    refund.refresh_from_db()
    before = alarms("refund_contradicted")
    for n, status in enumerate(("PROCESSING", "SUCCESS"), start=1):
        word = Word(
            refund.out_refund_no, refund.attempt.out_trade_no, status, 3_000, 10_000, clock.now()
        )
        assert accepting.apply_result(word) == "contradicted"
        assert alarms("refund_contradicted") == before + n
    assert transfers(refund) == [("held", "owner", 3_000)]


def test_after_the_earning_the_commission_comes_back_and_the_fee_stays(
    paid, wechat, left_to_a_person
):
    payment = paid(10_000)
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
    refund = left_to_a_person(payment, 2_500)
    pay_by_hand(refund)
    assert transfers(refund) == [("platform", "commission", 25), ("refunded", "owner", 2_500)]
    assert balances() == {
        "wechat": 9_940, "sales": 10_000, "refunded": 2_500, "fees": 60, "commission": 75,
        "platform": 75, "owner": 2_500,
    }  # fmt: skip


def test_of_what_wechat_gives_back_later_its_fee_comes_back_as_if_nothing_had_gone_by_hand(
    paid, wechat, left_to_a_person, run_jobs
):
    payment = paid(10_050)
    pay_by_hand(left_to_a_person(payment, 3_333, "a"))
    wechat.refund_status = "SUCCESS"
    refund = ask(payment, 6_717, "b")
    run_jobs(ahead=61)
    fee_of_all, fee_of_rest = 60, 20  # 0.6 % of 100.50 and of 33.33
    assert transfers(refund) == [
        ("held", "wechat", 6_717), ("wechat", "fees", fee_of_all - fee_of_rest),
    ]  # fmt: skip
    assert balances() == {"wechat": 3_313, "fees": 20, "owner": 3_333}


def test_what_wechat_knows_of_is_not_paid_by_hand(paid, wechat, run_jobs):
    payment = paid(10_000)
    refund = ask(payment, 10_000)
    run_jobs()
    wechat.end_refund(refund.out_refund_no, "ABNORMAL")
    run_jobs(ahead=61)
    refund.refresh_from_db()
    with pytest.raises(actions.RefundCannotMove):
        pay_by_hand(refund)
    wechat.fail("query_refund", WeChatTimedOut("cut"))
    with pytest.raises(actions.RefundUnavailable):
        pay_by_hand(refund)
    refund.refresh_from_db()
    assert (refund.state, transfers(refund)) == ("abnormal", [])


def test_a_try_that_began_meanwhile_is_not_paid_by_hand_and_the_other_way_round(
    paid, wechat, left_to_a_person
):
    payment = paid(10_000)
    refund = left_to_a_person(payment, 3_000)
    seen = prove_unpaid(refund)
    actions.retry(refund=refund, by="staff")
    with pytest.raises(actions.RefundCannotMove):
        actions.note_paid_by_hand(refund=refund, why="x", by="root", seen_tries=seen)
    wechat.fail("refund", WeChatRefused("余额不足", code="NOT_ENOUGH"))
    actions.follow(refund_id=refund.pk, step=ladder.GIVE_UP)
    with pytest.raises(actions.RefundCannotMove):
        actions.note_paid_by_hand(refund=refund, why="x", by="root", seen_tries=seen)
    slow = queries.find_refund(refund.out_refund_no)  # a worker that stood still
    refund.refresh_from_db()
    pay_by_hand(refund)
    wechat.calls.clear()
    actions.submit(refund=slow)
    assert wechat.calls == ["query_refund"]
    assert transfers(refund) == [("held", "owner", 3_000)]


def test_while_a_request_may_be_on_its_way_nobody_says_that_it_was_paid(
    paid, wechat, left_to_a_person
):
    refund = left_to_a_person(paid(10_000), 3_000)
    wechat.calls.clear()
    with pytest.raises(actions.RefundMayBeOnItsWay) as refused:
        actions.prove_unpaid(refund=refund)
    assert refused.value.sentence("en").endswith("Please try again in 15 minutes.")
    assert wechat.calls == []


def test_above_the_limit_who_asked_for_it_does_not_say_that_it_was_paid(
    paid, wechat, left_to_a_person, settings
):
    settings.REFUND_TWO_PERSON_MINOR = 2_999
    refund = left_to_a_person(paid(10_000), 3_000)
    with pytest.raises(actions.SecondPersonForRefund) as refused:
        pay_by_hand(refund, by="staff")
    assert refused.value.sentence("en").startswith("Refunds above 29.99 CNY need a second person.")
    assert transfers(refund) == []
    pay_by_hand(refund, by="other")
    assert transfers(refund) == [("held", "owner", 3_000)]

"""A statement adds up to the fen, whatever was paid, earned and refunded, and in which order."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.ledger import queries as books
from billing.payments import actions as payments
from billing.payments.models import Attempt, Payment
from billing.refunds import actions as refunds
from billing.refunds.amounts import share_given_back
from billing.rollups import queries as rollups
from billing.rollups.models import ShopDay
from billing.settlements import actions, queries
from billing.settlements.amounts import Figure
from billing.settlements.invariants import violations
from billing.settlements.models import Statement
from kernel import clock
from kernel.money import Money
from tenants import context

APPID, OPENID = "wx00000000000000bb", "o-first-customer-000000000001"
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # noon in Shanghai


def figures(statement: Statement) -> tuple[int, ...]:
    return (
        statement.gross_minor,
        statement.refunds_minor,
        statement.fee_minor,
        statement.commission_minor,
        statement.net_minor,
    )


def earn(payment: Payment) -> None:
    actions.earn(order_id=payment.order_id, order_number=payment.order_number)


def refund(payment: Payment, fen: int, key: str) -> None:
    made = refunds.request(payment=payment, amount=Money(fen), reason="r", by="b", key=key)
    refunds.follow(refund_id=made.pk, step=0)


@given(
    paid=st.integers(1, 10**12),
    parts=st.lists(st.integers(1, 10**12), max_size=12),
    rate_bp=st.integers(0, 3000),
)
def test_shares_given_back_leave_exactly_the_share_of_what_remains(paid, parts, rate_bp):
    before, given_back = 0, 0
    for part in parts:
        part = min(part, paid - before)
        if not part:
            break
        back = share_given_back(
            paid=Money(paid), before=Money(before), amount=Money(part), rate_bp=rate_bp
        )
        assert back.minor >= 0
        before, given_back = before + part, given_back + back.minor
    assert (
        Money(paid).share(rate_bp).minor - given_back == Money(paid - before).share(rate_bp).minor
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("refund"), st.integers(0, 2), st.integers(1, 30_000)),
        st.tuples(st.just("earn"), st.integers(0, 2), st.none()),
    ),
    max_size=10,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    amounts=st.lists(st.integers(1, 30_000), min_size=1, max_size=3),
    steps=STEPS,
    fee_bp=st.integers(0, 1000),
    commission_bp=st.integers(0, 3000),
)
def test_every_sequence_of_payments_refunds_and_earnings_adds_up(
    wechat, open_payment, settings, amounts, steps, fee_bp, commission_bp
):
    settings.WECHAT_FEE_BP, settings.COMMISSION_BP = fee_bp, commission_bp
    wechat.refund_status = "SUCCESS"
    checkpoint = transaction.savepoint()
    with clock.at(NOON):
        orders = [_paid(wechat, open_payment, fen) for fen in amounts]
        returned, earned = [0] * len(orders), [False] * len(orders)
        for n, (verb, place, fen) in enumerate(steps):
            place %= len(orders)
            payment = orders[place]
            if verb == "refund":
                fen = min(fen, amounts[place] - returned[place])
                if fen:
                    refund(payment, fen, f"k{n}")
                    returned[place] += fen
            else:
                earn(payment)
                earned[place] |= returned[place] < amounts[place]
        statement = queries.statement(date(2026, 11, 21))
        left = [a - r for a, r in zip(amounts, returned, strict=True)]
        fee = sum(Money(m).share(fee_bp).minor for m in left)
        commission = sum(
            Money(m).share(commission_bp).minor for m, e in zip(left, earned, strict=True) if e
        )
        net = sum(left) - fee - commission
        assert figures(statement) == (sum(amounts), sum(returned), fee, commission, net)
        for figure, total in zip(Figure, figures(statement)[:4], strict=False):
            lines = queries.lines(statement.day, figure, after=None, limit=1000)
            assert sum(line.amount_minor for line in lines) == total
        assert books.balance("held").minor == sum(
            m for m, e in zip(left, earned, strict=True) if not e
        )
        assert [v for v in violations() if not v.startswith("I10")] == []  # the clock stood still
    transaction.savepoint_rollback(checkpoint)


def _paid(wechat, open_payment, fen: int) -> Payment:
    payment = open_payment(fen)
    payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    wechat.take_money(payment.attempts.get().out_trade_no)
    payments.sync(payment=payment)
    return payment


def test_earning_twice_earns_once(paid, shop):
    payment = paid(10_000)
    earn(payment)
    earn(payment)
    assert books.balances()[books.Account.SALES] == Money(10_000)
    assert books.balances()[books.Account.PLATFORM] == Money(100)


def test_what_went_back_in_full_is_not_earned(paid, wechat):
    payment = paid(10_000)
    wechat.refund_status = "SUCCESS"
    refund(payment, 10_000, "all")
    earn(payment)
    assert {a: m.minor for a, m in books.balances().items() if m.minor} == {}


def test_what_was_never_paid_is_not_earned(open_payment):
    payment = open_payment()
    earn(payment)
    assert books.transfers_of(payment.order_number) == []


def test_earning_while_a_refund_is_under_way_comes_out_the_same(paid, wechat, run_jobs):
    payment = paid(10_000)
    asked = refunds.request(payment=payment, amount=Money(4_000), reason="r", by="b", key="k")
    earn(payment)
    wechat.refund_status = "SUCCESS"
    refunds.follow(refund_id=asked.pk, step=0)
    statement = queries.statement(books.day_of(clock.now()))
    assert figures(statement) == (10_000, 4_000, 36, 60, 5_904)
    assert list(violations()) == []


def test_a_day_ends_at_midnight_in_the_shop(paid, shop):
    with clock.at(datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)):
        paid(1_000)
    with clock.at(datetime(2026, 11, 21, 16, 0, 0, tzinfo=UTC)):
        paid(500)
        assert figures(queries.statement(date(2026, 11, 21))) == (1_000, 0, 6, 0, 994)
        assert figures(queries.statement(date(2026, 11, 22))) == (500, 0, 3, 0, 497)


def test_a_closed_day_never_changes_and_later_facts_fall_on_later_days(paid, wechat):
    with clock.at(NOON):
        payment = paid(10_000)
        assert actions.close_days() == []
    with clock.at(NOON + timedelta(hours=12, minutes=9)):
        assert actions.close_days() == []
    with clock.at(NOON + timedelta(hours=12, minutes=11)):
        assert actions.close_days() == [date(2026, 11, 21)]
        assert actions.close_days() == []
        closed = queries.statement(date(2026, 11, 21))
        assert closed.is_closed
        wechat.refund_status = "SUCCESS"
        earn(payment)
        refund(payment, 2_500, "k")
    with clock.at(NOON + timedelta(days=3)):
        assert actions.close_days() == [date(2026, 11, 22)]
    assert figures(queries.statement(date(2026, 11, 21))) == (10_000, 0, 60, 0, 9_940)
    assert figures(queries.statement(date(2026, 11, 22))) == (0, 2_500, -15, 75, -2_560)
    assert [s.day.day for s in Statement.objects.order_by("day")] == [21, 22]


def test_the_database_itself_refuses_a_statement_that_does_not_add_up(shop):
    made = queries.count(date(2026, 11, 21))
    made.net_minor = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_the_platform_sees_the_day_soon_after_money_moved(paid, shop, run_jobs, other_shop):
    payment = paid(10_000)
    earn(payment)
    run_jobs(ahead=6)
    with context.public():
        day = rollups.days_of(shop.public_id).get()
        assert (day.gross_minor, day.fee_minor, day.commission_minor, day.net_minor) == (
            10_000,
            60,
            100,
            9_840,
        )
        assert (day.orders_count, day.refunds_count, day.currency) == (1, 0, "CNY")
        assert not rollups.days_of(other_shop.public_id).exists()
        assert [dict(row)["net_minor"] for row in rollups.totals(day.day, day.day)] == [9_840]


def test_an_older_count_does_not_replace_a_newer_one(paid, shop, run_jobs):
    paid(10_000)
    run_jobs(ahead=6)
    paid(5_000)
    with clock.ahead(-timedelta(minutes=1)):
        actions.count_day(books.day_of(clock.now()))
    with context.public():
        assert ShopDay.objects.get(tenant_public_id=shop.public_id).gross_minor == 10_000
    actions.count_day(books.day_of(clock.now()))
    with context.public():
        assert ShopDay.objects.get(tenant_public_id=shop.public_id).gross_minor == 15_000


def test_the_invariants_notice_what_is_wrong(paid, wechat):
    payment = paid(10_000)
    assert list(violations()) == []
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=1)
    Attempt.objects.filter(payment=payment).update(state="closed")
    found = sorted(v[:3].strip(":") for v in violations())
    assert found == ["I12", "I3", "I3", "I6"]


@pytest.fixture
def backoffice(client, owner, shop):
    """GET inside the shop's backoffice as its owner."""
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    def get(path: str, **asked):
        return client.get(f"/b/{shop.public_id}/v1{path}", asked)

    return get


def test_the_owner_reads_a_day_and_every_line_behind_it(paid, wechat, backoffice):
    payment = paid(10_000)
    earn(payment)
    day = books.day_of(clock.now()).isoformat()
    answer = backoffice(f"/statements/{day}")
    assert answer.status_code == 200
    assert answer.json() == {
        "day": day,
        "currency": "CNY",
        "gross_minor": 10_000,
        "refunds_minor": 0,
        "fee_minor": 60,
        "commission_minor": 100,
        "distribution_minor": 0,
        "net_minor": 9_840,
        "orders_count": 1,
        "refunds_count": 0,
        "is_closed": False,
    }
    [line] = backoffice(f"/statements/{day}/lines", figure="commission").json()["items"]
    assert (line["kind"], line["reference"], line["amount_minor"]) == (
        "earning",
        payment.order_number,
        100,
    )
    assert line["order_number"] == payment.order_number
    held = {
        b["account"]: b["amount_minor"] for b in backoffice("/ledger/balances").json()["balances"]
    }
    assert held == {
        "wechat": 9_940,
        "held": 0,
        "sales": 10_000,
        "refunded": 0,
        "fees": 60,
        "commission": 100,
        "platform": 100,
        "wallet": 0,
        "withdrawing": 0,
        "withdrawal_fees": 0,
        "distribution": 0,
        "bank": 0,
        "owner": 0,
        "differences": 0,
    }


def test_lines_and_days_come_in_pages_that_miss_nothing(paid, backoffice):
    with clock.at(NOON):
        for fen in (100, 200, 300):
            paid(fen)
    seen, cursor = [], None
    while True:
        asked = {"figure": "gross", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = backoffice("/statements/2026-11-21/lines", **asked).json()
        seen += [item["amount_minor"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == [100, 200, 300]
    with clock.at(NOON + timedelta(days=1)):
        paid(400)
    with clock.at(NOON + timedelta(days=5)):
        actions.close_days()
    first = backoffice("/statements", limit=1).json()
    assert [item["day"] for item in first["items"]] == ["2026-11-22"]
    second = backoffice("/statements", limit=1, cursor=first["next"]).json()
    assert [item["day"] for item in second["items"]] == ["2026-11-21"]
    assert second["next"] is None
    only = backoffice("/statements", **{"from": "2026-11-22", "to": "2026-11-30"}).json()
    assert [item["day"] for item in only["items"]] == ["2026-11-22"]


@pytest.mark.parametrize("cursor", ["!", "AAAA", "bm90LWEtZGF5", "%00", "é"])
def test_a_cursor_of_somebody_else_is_refused(backoffice, cursor):
    answer = backoffice("/statements", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_not_ours")


def test_unknown_questions_are_refused(backoffice):
    assert backoffice("/statements", **{"from": "yesterday"}).status_code == 422
    assert backoffice("/statements/2026-11-21/lines", figure="net").status_code == 422
    assert backoffice("/statements", limit=101).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "3000-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", ["/statements/{}", "/statements/{}/lines"])
def test_a_day_at_the_end_of_the_calendar_is_refused(backoffice, path, day):
    answer = backoffice(path.format(day), figure="gross")
    assert (answer.status_code, answer.json()["code"]) == (422, "period_refused")


def test_a_stranger_reads_nothing(client, shop):
    assert client.get(f"/b/{shop.public_id}/v1/ledger/balances").status_code == 401


def test_a_list_of_lines_asks_as_many_questions_for_many_rows(
    paid, backoffice, django_assert_max_num_queries
):
    with clock.at(NOON):
        for fen in (100, 200, 300, 400, 500):
            paid(fen)
    counts = []
    backoffice("/ledger/balances")  # the shop of the path is cached from here on
    for limit in (1, 5):
        with django_assert_max_num_queries(20) as captured:
            backoffice("/statements/2026-11-21/lines", figure="gross", limit=limit)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_every_figure_is_a_whole_number_of_fen(paid, backoffice):
    paid(1)
    day = books.day_of(clock.now()).isoformat()
    body = json.loads(backoffice(f"/statements/{day}").content, parse_float=pytest.fail)
    assert (body["gross_minor"], body["fee_minor"], body["net_minor"]) == (1, 0, 1)

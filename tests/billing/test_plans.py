"""A shop's plan from its trial to its end: money, time, limits, and what nobody may forge."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from billing.inbox.models import Notification
from billing.plans import accepting, actions, advancing, giving_back, library, paying, queries
from billing.plans.amounts import begin_anew, months_later, prorate
from billing.plans.invariants import violations
from billing.plans.models import (
    Invoice,
    InvoiceAttempt,
    InvoiceRefund,
    Plan,
    PlanVersion,
    Subscription,
)
from billing.plans.states import Interval
from billing.platform_books import queries as books
from billing.platform_books.invariants import violations as book_violations
from billing.platform_books.states import PlatformAccount as A
from kernel import clock
from kernel.errors import Refusal
from kernel.money import EXPONENTS, Money
from tenants import membership, standing
from tenants.context import Shop
from tenants.limits import StaffLimitReached
from tenants.models import Tenant
from tenants.states import Role
from tests.billing.plan_till import PlanTill
from wechat.errors import WeChatUnreachable

DAY = timedelta(days=1)
START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def till(db, monkeypatch, settings) -> PlanTill:
    return PlanTill(monkeypatch, settings)


@pytest.fixture
def small(db) -> PlanVersion:
    plan = library.offer_plan(code="small", name_zh="小店", name_en="Small", is_default=True)
    return library.add_version(
        plan=plan, month_minor=9_900, year_minor=99_000, limits={"staff": 2, "products": 3},
        by="staff@example.com",
    )  # fmt: skip


@pytest.fixture
def large(db) -> PlanVersion:
    plan = library.offer_plan(code="large", name_zh="大店", name_en="Large")
    return library.add_version(
        plan=plan, month_minor=29_900, year_minor=299_000, limits={"staff": 10},
        by="staff@example.com",
    )  # fmt: skip


@pytest.fixture
def tenant(two_shops: tuple[Shop, Shop], db: None) -> Iterator[Tenant]:
    """The shop of the test; afterwards invoices and books are right."""
    yield Tenant.objects.get(pk=two_shops[0].id)
    assert [*violations(), *book_violations()] == []


@pytest.fixture
def begun(tenant, small) -> Subscription:
    """A subscription on trial, since START."""
    with clock.at(START):
        found = actions.start_trial(tenant=tenant)
    assert found is not None
    return found


def fresh(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_related("tenant", "version__plan", "next_version").get(
        pk=subscription.pk
    )


def look(subscription: Subscription, moment: datetime) -> Subscription:
    with clock.at(moment):
        advancing.advance(subscription_id=subscription.pk)
    return fresh(subscription)


def state(subscription: Subscription) -> tuple[str, str]:
    row = fresh(subscription)
    return row.state, row.tenant.state


def pay(till: PlanTill, invoice: Invoice, moment: datetime, run_jobs: Callable[..., int]) -> None:
    """Show the code, scan it, and let the callback come."""
    with clock.at(moment):
        attempt = paying.show_code(invoice=invoice, description="plan")
        till.pays(attempt.out_trade_no)
        assert till.calls_back(attempt.out_trade_no) == 204
        run_jobs(ahead=1)


class TestLife:
    def test_from_trial_through_payment_renewal_dunning_suspension_and_back(
        self, begun, till, run_jobs
    ):
        """The whole life, on the platform's clock."""
        trial_end = START + 14 * DAY
        assert state(begun) == ("trialing", "trial")
        look(begun, trial_end - 8 * DAY)
        assert Invoice.objects.count() == 0
        look(begun, trial_end - 7 * DAY)
        first = Invoice.objects.get()
        assert (first.name, first.total_minor, first.period_from) == (
            "XP00000001", 9_900, trial_end,
        )  # fmt: skip
        pay(till, first, trial_end - DAY, run_jobs)
        row = fresh(begun)
        assert state(begun) == ("active", "active")
        assert (row.period_started_at, row.period_ends_at) == (
            trial_end, datetime(2026, 3, 14, 9, 30, tzinfo=UTC),
        )  # fmt: skip
        end = row.period_ends_at
        look(begun, end - 7 * DAY)
        second = Invoice.objects.first()
        assert (second.number, second.period_from) == (2, end)
        pay(till, second, end - 6 * DAY, run_jobs)
        end = fresh(begun).period_ends_at
        assert end == datetime(2026, 4, 14, 9, 30, tzinfo=UTC)

        mail.outbox.clear()
        for day in (-7, -3, 0, 1, 3, 7, 13):
            look(begun, end + day * DAY)
        assert state(begun) == ("past_due", "grace")
        with clock.at(end + 13 * DAY):
            run_jobs(ahead=10**7, most=500)
        assert [s.facts["days"] for s in begun.steps.filter(event="reminded")][-5:] == [
            -3, 0, 3, 7, 13,
        ]  # fmt: skip
        third = Invoice.objects.first()
        assert sum("XP00000003" in m.body for m in mail.outbox) == 5
        look(begun, end + 14 * DAY)
        assert state(begun) == ("suspended", "suspended")
        pay(till, third, end + 20 * DAY, run_jobs)
        assert state(begun) == ("active", "active")
        # Six days it could not sell: they come back at the period's end.
        assert fresh(begun).period_ends_at == third.period_to + 6 * DAY
        assert books.balances()[A.WECHAT].minor == 3 * (9_900 - 59)
        assert books.balances()[A.RECEIVABLE].minor == 0
        assert books.balances()[A.SUBSCRIPTIONS].minor == 29_700

    def test_a_worker_that_slept_takes_every_step(self, begun, settings):
        row = look(begun, START + 14 * DAY + settings.GRACE_DAYS * DAY + 100 * DAY)
        assert (row.state, row.tenant.state) == ("suspended", "suspended")
        assert Invoice.objects.get().state == "open"
        row = look(begun, START + 400 * DAY)
        assert (row.state, Invoice.objects.get().state) == ("ended", "void")
        events = list(begun.steps.order_by("pk").values_list("event", flat=True))
        assert events == [
            "trial", "invoiced", "past_due", "suspended", "reminded", "invoice_void", "ended",
        ]  # fmt: skip

    def test_looking_again_changes_nothing(self, begun):
        look(begun, START + 10 * DAY)
        before = begun.steps.count()
        assert look(begun, START + 10 * DAY).due_at > START + 10 * DAY
        assert (begun.steps.count(), Invoice.objects.count()) == (before, 1)

    def test_an_ended_plan_is_taken_up_again_from_the_day_it_is_paid(
        self, begun, small, till, run_jobs
    ):
        later = START + 500 * DAY
        for moment in (START + 400 * DAY, later):
            look(begun, moment)
        assert state(begun) == ("ended", "suspended")
        with clock.at(later):
            invoice = actions.choose(
                subscription=fresh(begun), version=small, interval=Interval.MONTH, by="o"
            )
        pay(till, invoice, later, run_jobs)
        row = fresh(begun)
        assert (row.state, row.tenant.state, row.period_started_at) == ("active", "active", later)

    def test_a_cancelled_plan_runs_to_its_end_and_can_be_taken_back(
        self, begun, till, run_jobs
    ):
        look(begun, START + 7 * DAY)
        pay(till, Invoice.objects.get(), START + 8 * DAY, run_jobs)
        end = fresh(begun).period_ends_at
        with clock.at(START + 20 * DAY):
            actions.cancel(subscription=begun, by="owner")
            assert state(begun) == ("cancelled", "active")
            actions.resume(subscription=begun, by="owner")
            assert state(begun) == ("active", "active")
            actions.cancel(subscription=begun, by="owner")
        look(begun, end - 7 * DAY)
        assert Invoice.objects.count() == 1
        look(begun, end)
        assert state(begun) == ("ended", "suspended")

    def test_a_longer_trial_takes_the_grace_back(self, begun):
        look(begun, START + 15 * DAY)
        assert state(begun) == ("past_due", "grace")
        with clock.at(START + 15 * DAY):
            actions.extend_trial(subscription=begun, days=30, by="staff@example.com")
        assert state(begun) == ("trialing", "trial")
        assert Invoice.objects.get().state == "void"
        row = look(begun, START + 44 * DAY)
        assert (row.state, row.trial_ends_at) == ("trialing", START + 45 * DAY)

    def test_a_free_plan_is_never_invoiced_for_money(self, tenant):
        plan = library.offer_plan(code="free", name_zh="免费", name_en="Free", is_default=True)
        library.add_version(plan=plan, month_minor=0, year_minor=0, trial_days=0, limits={}, by="s")
        with clock.at(START):
            subscription = actions.start_trial(tenant=tenant)
        row = look(subscription, START + 100 * DAY)
        assert (row.state, row.tenant.state) == ("active", "active")
        assert row.period_ends_at > START + 100 * DAY
        assert {i.total_minor for i in Invoice.objects.all()} == {0}

    def test_a_locked_shop_stays_locked_and_learns_of_its_plan_when_unlocked(
        self, begun, tenant, run_jobs
    ):
        standing.lock(tenant=tenant, reason="complaint", by="staff")
        look(begun, START + 15 * DAY)
        assert state(begun) == ("past_due", "locked")
        tenant.refresh_from_db()
        standing.unlock(tenant=tenant, reason="proved right", by="staff")
        with clock.at(START + 15 * DAY):
            run_jobs(ahead=10**6)
        assert state(begun) == ("past_due", "grace")

    def test_a_shop_that_comes_back_after_closing_has_what_it_paid_for(
        self, begun, tenant, till, run_jobs
    ):
        look(begun, START + 8 * DAY)
        pay(till, Invoice.objects.get(), START + 9 * DAY, run_jobs)
        with clock.at(START + 10 * DAY):
            standing.begin_closing(tenant=fresh(begun).tenant, reason="leaves", by="owner")
        Tenant.objects.filter(pk=tenant.pk).update(closes_at=START + 11 * DAY)
        with clock.at(START + 11 * DAY):
            assert standing.close_due() == 1
        look(begun, START + 11 * DAY)
        assert state(begun) == ("ended", "closed")
        with clock.at(START + 20 * DAY):
            standing.come_back(tenant=fresh(begun).tenant, reason="stays", by="staff")
            run_jobs(ahead=60)
        assert state(begun) == ("active", "active")
        end = fresh(begun).period_ends_at
        assert look(begun, end).state == "past_due"

    def test_a_new_shop_tries_the_default_plan(self, small, tenant, run_jobs, monkeypatch):
        from billing.plans.jobs import begin_trial
        from tenants.messages import ShopOpened

        for _ in range(2):
            begin_trial(ShopOpened(tenant.pk))
        found = queries.subscription_of(tenant)
        assert (found.state, found.version) == ("trialing", small)
        tenant.refresh_from_db()
        assert tenant.limits == {"products": 3, "staff": 2}

    def test_without_plans_nothing_is_asked_of_anybody(self, tenant):
        assert actions.start_trial(tenant=tenant) is None


class TestMoney:
    @pytest.fixture
    def owed(self, begun, till) -> Invoice:
        look(begun, START + 10 * DAY)
        return Invoice.objects.get()

    @pytest.fixture
    def code(self, owed, till) -> InvoiceAttempt:
        with clock.at(START + 10 * DAY):
            return paying.show_code(invoice=owed, description="plan")

    @pytest.fixture(autouse=True)
    def _then(self):
        with clock.at(START + 10 * DAY):
            yield

    def test_the_same_code_is_shown_while_it_is_good_and_then_the_next(self, owed, code, till):
        assert code.code_url == f"weixin://wxpay/bizpayurl?pr={code.out_trade_no}"
        assert paying.show_code(invoice=owed, description="plan").pk == code.pk
        with clock.at(START + 10 * DAY + timedelta(minutes=29)):
            assert paying.show_code(invoice=owed, description="plan").pk != code.pk
        assert len(till.orders) == 2

    def test_a_callback_again_and_again_pays_once(self, begun, owed, code, till, run_jobs):
        till.pays(code.out_trade_no)
        for event in ("EV-1", "EV-1", "EV-2"):
            assert till.calls_back(code.out_trade_no, event) == 204
        run_jobs(ahead=60)
        owed.refresh_from_db()
        assert (owed.state, owed.paid_by) == ("paid", "wechat")
        assert sorted(Notification.objects.values_list("outcome", flat=True)) == [
            "applied", "repeated",
        ]  # fmt: skip
        assert books.balances()[A.WECHAT].minor == 9_841

    def test_without_a_callback_the_ladder_finds_the_money(self, owed, code, till, run_jobs):
        till.pays(code.out_trade_no)
        run_jobs(ahead=16)
        owed.refresh_from_db()
        assert owed.state == "paid"

    def test_a_code_that_nobody_pays_is_closed_at_wechat(self, owed, code, till, run_jobs):
        for _ in range(8):
            with clock.at(START + 10 * DAY + timedelta(hours=1)):
                run_jobs(ahead=7_200)
        assert till.orders[code.out_trade_no]["state"] == "CLOSED"
        code.refresh_from_db()
        assert code.state == "closed"

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"mchid": "1999999999"}, 401),
            ({"amount": {"total": 1, "currency": "CNY"}}, 204),
            ({"amount": {"total": 9_900, "currency": "USD"}}, 204),
            ({"appid": "wx0000000000000999"}, 204),
            ({"out_trade_no": "PLANXXXXXX0000009901"}, 204),
            ({"trade_state": "NOTPAY"}, 204),
        ],
    )
    def test_what_does_not_fit_pays_nothing(self, owed, code, till, run_jobs, wrong, status):
        till.pays(code.out_trade_no)
        assert till.calls_back(code.out_trade_no, **wrong) == status
        till.orders[code.out_trade_no]["state"] = "NOTPAY"  # and the ladder finds nothing
        run_jobs(ahead=1)
        owed.refresh_from_db()
        assert owed.state == "open"

    def test_a_forged_callback_leaves_no_trace(self, owed, code, till):
        from tests.shop.buying import _sealed, _signed

        till.pays(code.out_trade_no)
        body = _sealed(till.told(code.out_trade_no), "EV-1")
        forged = {**_signed(body), "Wechatpay-Signature": "AAAA" * 80}
        assert till.sends(body, forged) == 401
        assert till.sends(body.replace(b"EV-1", b"EV-2"), _signed(body)) == 401
        assert Notification.objects.count() == 0

    def test_two_codes_that_are_both_paid_have_one_effect_and_one_goes_back(
        self, begun, owed, code, till, run_jobs
    ):
        with clock.at(START + 10 * DAY + timedelta(minutes=29)):
            other = paying.show_code(invoice=owed, description="plan")
        for attempt in (code, other):
            till.pays(attempt.out_trade_no)
            assert till.calls_back(attempt.out_trade_no) == 204
        run_jobs(ahead=1)
        period = fresh(begun).period_ends_at
        code.refresh_from_db()
        other.refresh_from_db()
        assert sorted([code.is_extra, other.is_extra]) == [False, True]
        refund = InvoiceRefund.objects.get()
        assert (refund.state, refund.amount_minor, refund.attempt.is_extra) == (
            "succeeded", 9_900, True,
        )  # fmt: skip
        assert fresh(begun).period_ends_at == period
        balances = books.balances()
        assert (balances[A.CREDIT].minor, balances[A.WECHAT].minor) == (0, 9_841)
        assert (balances[A.FEES].minor, balances[A.REFUNDED].minor) == (59, 0)

    def test_the_second_one_goes_back_anew_where_wechat_gives_its_refund_up(
        self, begun, owed, code, till, run_jobs
    ):
        with clock.at(START + 10 * DAY + timedelta(minutes=29)):
            other = paying.show_code(invoice=owed, description="plan")
        till.refunds_end = "CLOSED"
        for attempt in (code, other):
            till.pays(attempt.out_trade_no)
            assert till.calls_back(attempt.out_trade_no) == 204
        run_jobs(ahead=1)
        first, second = InvoiceRefund.objects.order_by("out_refund_no")
        assert (first.state, second.state) == ("closed", "requested")
        assert list(till.refunds) == [first.out_refund_no]  # not before a day is over
        till.refunds_end = "SUCCESS"
        run_jobs(ahead=86_401)
        second.refresh_from_db()
        assert (second.state, second.amount_minor, second.attempt_id) == (
            "succeeded", 9_900, first.attempt_id,
        )  # fmt: skip
        assert sorted(till.refunds) == [first.out_refund_no, second.out_refund_no]
        assert books.balances()[A.CREDIT].minor == 0

    def test_money_for_an_invoice_that_was_taken_back_goes_back(
        self, begun, owed, code, till, run_jobs
    ):
        actions.cancel(subscription=begun, by="owner")
        till.pays(code.out_trade_no)
        till.calls_back(code.out_trade_no)
        run_jobs(ahead=1)
        owed.refresh_from_db()
        assert (owed.state, InvoiceRefund.objects.get().state) == ("void", "succeeded")
        assert state(begun)[0] == "cancelled"

    def test_staff_give_parts_back_and_never_more_than_was_paid(
        self, begun, owed, code, till, run_jobs
    ):
        till.pays(code.out_trade_no)
        till.calls_back(code.out_trade_no)
        run_jobs(ahead=1)
        for key, minor in (("a", 3_333), ("a", 3_333), ("b", 6_567)):
            giving_back.request(
                invoice=owed, amount=Money(minor), reason="good will", by="staff", key=key
            )
        with pytest.raises(giving_back.InvoiceNotRefundable):
            giving_back.request(invoice=owed, amount=Money(1), reason="r", by="staff", key="c")
        run_jobs(ahead=60)
        assert len(till.refunds) == 2
        balances = books.balances()
        assert (balances[A.REFUNDED].minor, balances[A.FEES].minor) == (9_900, 0)
        assert balances[A.WECHAT].minor == 0

    def test_wechat_away_is_said_and_nothing_is_lost(self, owed, till, run_jobs):
        till.failure = WeChatUnreachable("away")
        with pytest.raises(paying.CodeUnavailable):
            paying.show_code(invoice=owed, description="plan")
        till.failure = None
        attempt = paying.show_code(invoice=owed, description="plan")
        assert InvoiceAttempt.objects.get() == attempt

    def test_an_invoice_in_euro_is_paid_by_bank(self, tenant, till):
        plan = library.offer_plan(code="fi", name_zh="芬兰", name_en="Finland", is_default=True)
        library.add_version(
            plan=plan, month_minor=1_900, year_minor=19_000, currency="EUR", limits={}, by="s"
        )
        subscription = actions.start_trial(tenant=tenant)
        with clock.at(START + 20 * DAY):
            advancing.advance(subscription_id=subscription.pk)
            invoice = Invoice.objects.get()
            with pytest.raises(paying.OnlyInYuan):
                paying.show_code(invoice=invoice, description="plan")
            accepting.pay_by_bank(invoice=invoice, reference="RF18 5390", by="staff")
            with pytest.raises(accepting.InvoiceNotOpen):
                accepting.pay_by_bank(invoice=invoice, reference="RF18 5390", by="staff")
        assert state(subscription) == ("active", "active")
        assert books.balances("EUR")[A.BANK].minor == 1_900


class TestChanges:
    @pytest.fixture
    def active(self, begun, till, run_jobs) -> Subscription:
        """Paid for 2026-02-14 to 2026-03-14 on the small plan."""
        look(begun, START + 8 * DAY)
        pay(till, Invoice.objects.get(), START + 9 * DAY, run_jobs)
        return fresh(begun)

    def choose(self, subscription, version, interval=Interval.MONTH):
        return actions.choose(
            subscription=fresh(subscription), version=version, interval=interval, by="owner"
        )

    def test_a_larger_plan_costs_the_difference_for_the_rest(self, active, large, till, run_jobs):
        half = active.period_started_at + 14 * DAY
        with clock.at(half):
            invoice = self.choose(active, large)
        assert invoice.total_minor == 14_950 - 4_950
        assert {line.kind: line.amount_minor for line in invoice.lines.all()} == {
            "rest": 14_950, "unused": -4_950,
        }  # fmt: skip
        rest = invoice.lines.get(kind="rest").why
        assert (rest["used_seconds"], rest["left_seconds"]) == (14 * 86_400, 14 * 86_400)
        assert fresh(active).version.plan.code == "small"
        pay(till, invoice, half, run_jobs)
        row = fresh(active)
        assert (row.version, row.period_ends_at) == (large, active.period_ends_at)
        assert row.tenant.limits == {"staff": 10}

    def test_a_year_begins_anew_and_takes_the_rest_along(self, active, small, till, run_jobs):
        half = active.period_started_at + 14 * DAY
        with clock.at(half):
            invoice = self.choose(active, small, Interval.YEAR)
        assert invoice.total_minor == 99_000 - 4_950
        pay(till, invoice, half, run_jobs)
        row = fresh(active)
        assert (row.interval, row.period_ends_at) == ("year", months_later(half, 12, anchor_day=28))

    def test_a_year_begins_after_the_days_that_run_before_what_was_paid_ahead(
        self, active, small, till, run_jobs
    ):
        begins = active.period_started_at
        with clock.at(begins - 3 * DAY):  # of the trial, which is for nothing
            invoice = self.choose(active, small, Interval.YEAR)
            assert invoice.total_minor == 99_000 - 9_900
            pay(till, invoice, clock.now(), run_jobs)
        row = fresh(active)
        assert (row.period_started_at, row.period_ends_at, row.anchor_day) == (
            begins, months_later(begins, 12, anchor_day=14), 14,
        )  # fmt: skip

    def test_the_price_of_a_change_holds_for_a_day(self, active, large):
        with clock.at(active.period_started_at):
            invoice = self.choose(active, large)
        look(active, active.period_started_at + timedelta(hours=25))
        invoice.refresh_from_db()
        assert invoice.state == "void"

    def test_the_price_of_a_change_holds_for_a_day_in_grace_too(self, active, large):
        end = active.period_ends_at
        with clock.at(end - timedelta(hours=1)):
            invoice = self.choose(active, large)
        for days, expected in ((0, "open"), (1, "void")):
            row = look(active, end + days * DAY)
            invoice.refresh_from_db()
            assert (row.state, invoice.state) == ("past_due", expected)

    def test_days_of_suspension_count_neither_as_used_nor_as_left(
        self, active, large, till, run_jobs
    ):
        end = active.period_ends_at
        look(active, end - DAY)
        second = Invoice.objects.first()
        look(active, end + 14 * DAY)
        back = end + 74 * DAY
        pay(till, second, back, run_jobs)
        assert fresh(active).period_ends_at - back == 17 * DAY
        with clock.at(back):
            invoice = self.choose(active, large)
        # Of 31 days 14 are used: those of grace.
        assert {line.kind: line.amount_minor for line in invoice.lines.all()} == {
            "rest": round(29_900 * 17 / 31), "unused": -round(9_900 * 17 / 31),
        }  # fmt: skip

    def test_a_smaller_plan_comes_with_the_next_period(
        self, active, small, large, till, run_jobs
    ):
        half = active.period_started_at + 14 * DAY
        with clock.at(half):
            pay(till, self.choose(active, large), half, run_jobs)
            assert self.choose(active, small) is None
        row = fresh(active)
        assert (row.version, row.next_version) == (large, small)
        look(active, active.period_ends_at - 7 * DAY)
        invoice = Invoice.objects.first()
        assert (invoice.version, invoice.total_minor) == (small, 9_900)
        with clock.at(active.period_ends_at - 6 * DAY):  # and thinks again
            assert self.choose(active, large) is None
        invoice.refresh_from_db()
        assert (invoice.state, fresh(active).next_version) == ("void", None)

    def test_a_smaller_plan_that_is_paid_ahead_waits_for_its_period(
        self, active, small, large, till, run_jobs
    ):
        begins, end = active.period_started_at, active.period_ends_at
        with clock.at(begins):
            pay(till, self.choose(active, large), begins, run_jobs)
            self.choose(active, small)
        look(active, end - 7 * DAY)
        smaller = Invoice.objects.first()
        pay(till, smaller, end - 6 * DAY, run_jobs)
        row = look(active, end - 5 * DAY)
        assert (row.version, row.next_version, row.period_ends_at) == (large, small, end)
        assert row.tenant.limits == {"staff": 10}
        with clock.at(end - 5 * DAY):
            for wanted in (small, large):
                with pytest.raises(actions.NextPeriodPaid):
                    self.choose(active, wanted)
            actions.cancel(subscription=active, by="owner")
        row = look(active, end + DAY)
        assert (row.state, row.version, row.next_version) == ("cancelled", small, None)
        assert (row.period_started_at, row.period_ends_at) == (end, smaller.period_to)
        assert row.tenant.limits == {"staff": 2, "products": 3}
        assert look(active, smaller.period_to).state == "ended"

    def test_a_plan_in_another_currency_comes_with_the_next_period(self, active):
        plan = library.offer_plan(code="euro", name_zh="欧元", name_en="Euro")
        dearer = library.add_version(
            plan=plan, month_minor=29_900, year_minor=299_000, limits={}, by="s", currency="EUR"
        )
        with clock.at(active.period_started_at + DAY):
            assert self.choose(active, dearer) is None
            assert self.choose(active, dearer, Interval.YEAR) is None
        assert (fresh(active).version.currency, fresh(active).next_version) == ("CNY", dearer)
        look(active, active.period_ends_at)
        assert Invoice.objects.first().total == Money(299_000, "EUR")

    def test_a_plan_that_is_too_small_is_refused_with_the_figures(
        self, active, large, small, till, run_jobs
    ):
        half = active.period_started_at + 14 * DAY
        pay_at = half + timedelta(hours=1)
        with clock.at(half):
            pay(till, self.choose(active, large), pay_at, run_jobs)
            for name in ("a", "b"):
                membership.add_member(
                    tenant=active.tenant, email=f"{name}@example.com", role=Role.MANAGER, by="o"
                )
            with pytest.raises(actions.PlanTooSmall) as refused:
                self.choose(active, small)
        assert refused.value.facts == {"what": "staff", "limit": 2, "used": 3}
        assert fresh(active).next_version is None

    def test_the_same_plan_and_withdrawn_plans_are_refused(self, active, small, large):
        with clock.at(active.period_started_at), pytest.raises(actions.AlreadyOnPlan):
            self.choose(active, small)
        library.offer_plan(code="large", name_zh="大店", name_en="Large", is_offered=False)
        with pytest.raises(actions.PlanNotOffered):
            self.choose(active, PlanVersion.objects.select_related("plan").get(pk=large.pk))

    def test_a_dearer_version_is_for_new_shops(self, active, small):
        dearer = library.add_version(
            plan=Plan.objects.get(code="small"), month_minor=19_900, year_minor=199_000,
            limits={}, by="s",
        )  # fmt: skip
        assert queries.offered()[0] == dearer
        look(active, active.period_ends_at - 7 * DAY)
        assert Invoice.objects.first().total_minor == 9_900

    @pytest.mark.parametrize("change", ["UPDATE plans_planversion SET month_minor = 1",
                                        "DELETE FROM plans_planversion",
                                        "UPDATE plans_invoiceline SET amount_minor = 1",
                                        "UPDATE plans_subscriptionstep SET event = 'x'"])  # fmt: skip
    def test_what_was_sold_is_written_for_ever(self, active, change):
        from django.db import connection

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_numbers_have_no_gaps_though_a_transaction_fails(self, active, large, monkeypatch):
        with clock.at(active.period_started_at + DAY):
            with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
                patch.setattr("billing.plans.issuing._post", lambda *_, **__: 1 / 0)
                self.choose(active, large)
            invoice = self.choose(active, large)
        assert invoice.number == 2


class TestStaffLimit:
    def test_one_more_member_than_the_plan_allows_is_refused_with_the_figures(self, begun, tenant):
        membership.add_member(tenant=tenant, email="a@example.com", role=Role.MANAGER, by="o")
        with pytest.raises(StaffLimitReached) as refused:
            membership.add_member(tenant=tenant, email="b@example.com", role=Role.MANAGER, by="o")
        assert refused.value.facts == {"limit": 2, "used": 2, "adding": 1}

    def test_the_meter_warns_at_eighty_percent(self, begun, tenant):
        tenant.refresh_from_db()
        meters = {m["limit"]: m for m in queries.meters(tenant, {"staff": 1, "products": 10**6})}
        assert (meters["staff"]["percent"], meters["staff"]["is_full"]) == (100, True)
        assert not meters["products"]["is_near"]
        assert meters["orders_per_month"]["most"] is None


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
currencies = st.sampled_from(sorted(EXPONENTS))
prices = st.integers(0, 10**9)


@given(moments, st.integers(1, 12 * 86_400 * 30), st.floats(0, 1), prices, prices, currencies)
def test_a_division_never_loses_or_makes_a_minor_unit(
    begins, seconds, part, present, wanted, currency
):
    ends = begins + timedelta(seconds=seconds)
    now = begins + timedelta(seconds=int(seconds * part))
    old, new = Money(present, currency), Money(wanted, currency)
    cost = prorate(present=old, wanted=new, begins=begins, ends=ends, now=now)
    assert cost.used_seconds + cost.left_seconds == seconds
    used = old.split([cost.used_seconds, cost.left_seconds])[0]
    assert used + cost.unused == old
    assert Money(0, currency) <= cost.unused <= old
    assert Money(0, currency) <= cost.rest <= new
    assert cost.due == cost.rest - cost.unused
    if wanted > present:
        assert cost.due.minor >= 0
    anew = begin_anew(present=old, wanted=new, begins=begins, ends=ends, now=now)
    assert (anew.rest, anew.unused) == (new, cost.unused)


@given(moments, st.integers(1, 60))
def test_months_come_back_to_their_day(begins, months):
    there = begins
    for _ in range(months):
        later = months_later(there, 1, anchor_day=begins.day)
        assert timedelta(days=28) <= later - there <= timedelta(days=31)
        there = later
    assert there == months_later(begins, months, anchor_day=begins.day)


def test_refusals_say_themselves_in_both_languages() -> None:
    for kind in (actions.PlanTooSmall, StaffLimitReached):
        refusal: Refusal = kind(what="staff", limit=2, used=3, adding=1)
        assert "2" in refusal.sentence("zh-hans")
        assert "3" in refusal.sentence("en")

"""Profit sharing against the simulator program: real HTTP, real cryptography, WeChat's own rules."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.ledger import queries as books
from billing.ledger.models import Journal
from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from billing.settlements import actions as settlements
from billing.settlements.invariants import violations as money_violations
from billing.sharing import actions, following, queries
from billing.sharing.actions import NothingToRetry
from billing.sharing.amounts import kept, within
from billing.sharing.invariants import violations
from billing.sharing.models import Part, Sharing
from jobs.schedule import entries
from kernel import clock
from kernel.money import Money
from tenants import actions as tenant_actions
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests.faults.virtual import VirtualTime
from tests.wechat_simulator.stage import Simulated
from wechat import breaker, signing
from wechat.credentials import Credentials

DAY = 86_400
pytest_plugins = ("tests.wechat_simulator.fixtures",)


@dataclass
class Till:
    """A shop at the simulator whose payments are ordered with profit sharing."""

    shop: Shop
    simulated: Simulated
    time: VirtualTime
    sp_mchid: str
    appid: str = ""
    sub_mchid: str = ""

    def bind(self, appid: str, sub_mchid: str) -> None:
        """Give the shop this app and merchant number, with profit sharing."""
        self.appid, self.sub_mchid = appid, sub_mchid
        with context.public():
            tenant = Tenant.objects.get(pk=self.shop.id)
            tenant_actions.connect_wechat(tenant=tenant, appid=appid, sub_mchid=sub_mchid)
            tenant_actions.set_sharing(tenant=tenant, is_on=True)

    def person(self, user: str) -> str:
        return self.simulated.control("POST", "login", appid=self.appid, user=user)["openid"]

    def paid(self, fen: int = 10_000) -> Payment:
        """Order, pay and take a payment."""
        with self.time.now():
            payment = payments.open_payment(
                order_id=uuid4(),
                order_number=f"20261121-{uuid4().int % 10**8:08d}",
                amount=Money(fen),
                description="龙井 2 件",
                expires_at=clock.now() + timedelta(minutes=30),
            )
            openid = self.person("buyer")
            sheet = payments.prepay(order_id=payment.order_id, appid=self.appid, openid=openid)
            wish = {**sheet.as_dict(), "appid": self.appid, "openid": openid, "callback": "drop"}
            self.simulated.control("POST", "pay", **wish)
            assert payments.sync(payment=payment) == "succeeded"
        return payment

    def earned(self, fen: int = 10_000) -> Payment:
        """As `paid`, and received by the customer."""
        payment = self.paid(fen)
        with self.time.now():
            settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
        return payment

    def pass_by(self, seconds: int = 300) -> None:
        """Let time go by here and at WeChat, and the worker do what comes due."""
        self.time.leap_by(seconds, self._at_wechat)

    def _at_wechat(self, seconds: float) -> None:
        if seconds > 0:
            self.simulated.control("POST", "clock", advance_seconds=seconds)

    def frozen(self, payment: Payment) -> int:
        """What WeChat still holds back of a payment."""
        number = payment.attempts.get().transaction_id
        target = f"/v3/profitsharing/transactions/{number}/amounts"
        return self.simulated.signed("GET", target).json()["unsplit_amount"]

    def refund(self, payment: Payment, fen: int, key: str = "k") -> Refund:
        payment.refresh_from_db()
        asked = {"amount": Money(fen), "reason": "退货", "by": "owner", "key": key}
        with self.time.now():
            return refunds.request(payment=payment, **asked)

    def stock_up(self, fen: int) -> None:
        """The owner tops the merchant account up: a refund takes more than a sale has left."""
        self.simulated.control("POST", f"funds/{self.sub_mchid}", fen=fen, account="BASIC")


@pytest.fixture
def till(two_shops, db, simulated, settings, monkeypatch):
    real = SimpleNamespace(now=lambda: datetime.now(UTC))
    monkeypatch.setattr(signing, "clock", real)  # WeChat's signatures are of the machine's time
    breaker.reset()
    settings.WECHAT = Credentials.read(simulated.program.directory / "credentials.json")
    settings.SHARING_RECEIVER_NAME = "小铺科技有限公司"
    made = simulated.control("POST", "mini_programs", name="Teahouse", is_trade_managed=False)
    it = Till(two_shops[0], simulated, VirtualTime(two_shops[0]), settings.WECHAT.pay.sp_mchid)
    it.bind(made["appid"], made["sub_mchid"])
    with context.activate(two_shops[0]):
        yield it


def sharing_of(payment: Payment) -> Sharing:
    found = queries.sharing_of(payment.order_id)
    assert found is not None
    return found


def held() -> dict[str, int]:
    return {str(a): m.minor for a, m in books.balances().items() if m.minor}


def shared(reference: str) -> list[tuple[str, str, int]]:
    rows = books.transfers_of(reference)
    return [(row.debit, row.credit, row.amount_minor) for row in rows]


def sound() -> bool:
    return [*violations(), *money_violations()] == []


def receive(shop, payment: Payment) -> None:
    """Ship an order at WeChat, and have the customer confirm it there."""
    attempt = payment.attempts.get()
    parcel = {"tracking_no": "YT1", "express_company": "YTO", "item_desc": "tea"}
    told = shop.simulated.weixin(
        "/wxa/sec/order/upload_shipping_info",
        {
            "order_key": {"order_number_type": 2, "transaction_id": attempt.transaction_id},
            "logistics_type": 1,
            "delivery_mode": 1,
            "shipping_list": [parcel],
            "upload_time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "payer": {"openid": attempt.openid},
        },
        access_token=shop.authorizer_token(),
    )
    assert told["errcode"] == 0, told
    shop.simulated.control("POST", f"orders/{attempt.out_trade_no}/confirm_receipt")


def give(payment: Payment, openid: str, fen: int, holder=None) -> bool:
    return actions.add_part(
        order_id=payment.order_id,
        holder=holder or uuid4(),
        openid=openid,
        amount=Money(fen),
        description="推广佣金",
        why={"rate_bp": 500},
    )


# --- the ordinary way -------------------------------------------------------------------------


def test_the_commission_is_collected_and_the_rest_is_the_owners(till):
    payment = till.earned(10_000)
    assert sharing_of(payment).state == "planned"
    assert queries.unfinished_count() == 1
    assert till.frozen(payment) == 9_940  # all but WeChat's fee
    till.pass_by()
    sharing = sharing_of(payment)
    [part] = queries.parts_of(sharing)
    assert (sharing.state, sharing.refusal, sharing.ratio_bp) == ("finished", "", 3_000)
    assert (part.state, part.account, part.amount_minor) == ("given", till.sp_mchid, 100)
    assert shared(sharing.out_order_no) == [("platform", "wechat", 100)]
    assert queries.unfinished_count() == 0
    assert till.frozen(payment) == 0
    assert held() == {"wechat": 9_840, "sales": 10_000, "fees": 60, "commission": 100}
    assert [step.event for step in sharing.steps.order_by("at")] == [
        "planned",
        "handed_over",
        "finished",
    ]
    assert sound()


def test_a_shop_that_does_not_share_is_paid_as_before(till, two_shops):
    with context.public():
        tenant = Tenant.objects.get(pk=two_shops[0].id)
        tenant_actions.set_sharing(tenant=tenant, is_on=False)
    payment = till.earned()
    assert queries.sharing_of(payment.order_id) is None
    assert not payment.attempts.get().is_shared
    assert not give(payment, till.person("seller"), 500)
    assert held()["platform"] == 100


def test_no_commission_still_frees_the_money(till, settings):
    settings.COMMISSION_BP = 0
    payment = till.earned()
    till.pass_by()
    assert (sharing_of(payment).state, till.frozen(payment)) == ("finished", 0)
    assert not Journal.objects.filter(kind="share").exists()
    assert sound()


def test_persons_are_given_their_parts_and_see_them_in_their_wallets(till):
    payment, member = till.earned(), uuid4()
    seller = till.person("seller")
    assert give(payment, seller, 500, member)
    assert give(payment, seller, 500, member), "again changes nothing"
    till.pass_by()
    sharing = sharing_of(payment)
    assert [(p.kind, p.state, p.amount_minor) for p in queries.parts_of(sharing)] == [
        ("platform", "given", 100),
        ("person", "given", 500),
    ]
    assert sorted(shared(sharing.out_order_no)) == [
        ("distribution", "wallet", 500),
        ("platform", "wechat", 100),
        ("wallet", "wechat", 500),
    ]
    assert held()["distribution"] == 500
    assert "wallet" not in held()
    assert not give(payment, till.person("late"), 100), "it was handed over already"
    assert sound()


# --- refusals ---------------------------------------------------------------------------------


def test_a_receiver_whom_wechat_refuses_gets_nothing_and_holds_nobody_up(till, simulated):
    payment = till.earned()
    simulated.control(
        "POST",
        "faults",
        kind="pay_error",
        path_prefix="/v3/profitsharing/receivers/add",
        status=403,
        code="USER_ACCOUNT_ABNORMAL",
        times=1,
    )
    Part.objects.filter(sharing__attempt__payment=payment).delete()  # the person is asked for first
    assert give(payment, till.person("seller"), 500)
    till.pass_by()
    sharing = sharing_of(payment)
    [part] = queries.parts_of(sharing)
    assert (part.state, part.reason) == ("not_given", "USER_ACCOUNT_ABNORMAL")
    assert (sharing.state, till.frozen(payment)) == ("finished", 0)
    assert sound()


def test_a_part_that_wechat_closes_stays_owed(till, simulated):
    payment = till.earned()
    simulated.control("PUT", "settings", sharing_delay_seconds=3_600)
    till.pass_by(100)
    [told] = simulated.control("GET", "sharings")["sharings"]
    assert sharing_of(payment).state == "submitted"
    simulated.control(
        "POST", f"sharings/{told['order_id']}", result="CLOSED", fail_reason="ACCOUNT_ABNORMAL"
    )
    till.pass_by(600)
    sharing = sharing_of(payment)
    [part] = queries.parts_of(sharing)
    assert (sharing.state, part.state, part.reason) == (
        "finished",
        "not_given",
        "ACCOUNT_ABNORMAL",
    )
    assert held()["platform"] == 100
    assert list(queries.needing_a_person()) == [sharing]
    assert sound()


def test_a_receipt_that_wechat_does_not_know_yet_is_waited_for(till, simulated, simulated_shop):
    """Under shipping management nothing is shared before WeChat counts it as received."""
    till.bind(simulated_shop.appid, simulated_shop.sub_mchid)
    payment = till.earned()
    till.pass_by(400)
    sharing = sharing_of(payment)
    assert (sharing.state, sharing.refusal) == ("planned", "INVALID_REQUEST")
    assert list(queries.needing_a_person()) == [sharing]
    refund = till.refund(payment, 5_000)  # meanwhile half of it goes back
    till.pass_by(0)
    refund.refresh_from_db()
    assert refund.state == "submitted", "a plan holds no refund up"
    receive(simulated_shop, payment)
    till.pass_by(400)
    sharing = sharing_of(payment)
    [part] = queries.parts_of(sharing)
    assert (sharing.state, sharing.refusal, part.amount_minor) == ("finished", "", 50)
    assert "platform" not in held()
    assert sound()


def test_a_retry_by_staff_hands_a_refused_sharing_over_at_once(till, settings):
    settings.SHARING_RECEIVER_NAME = ""
    payment = till.earned()
    till.pass_by()
    sharing = sharing_of(payment)
    assert (sharing.state, sharing.refusal) == ("planned", "NO_RECEIVER_NAME")
    settings.SHARING_RECEIVER_NAME = "小铺科技有限公司"
    with till.time.now():
        actions.retry(sharing=sharing, by="staff")
    till.pass_by(30)
    sharing = sharing_of(payment)
    assert sharing.state == "finished"
    with pytest.raises(NothingToRetry):
        actions.retry(sharing=sharing, by="staff")
    assert sound()


def test_what_exceeds_the_ratio_is_not_asked_for_and_persons_come_first(till, simulated):
    simulated.control("PUT", "settings", sharing_max_ratio=550)
    payment = till.earned()
    assert give(payment, till.person("seller"), 500)
    till.pass_by()
    parts = queries.parts_of(sharing_of(payment))
    assert [(p.state, p.amount_minor, p.reason) for p in parts] == [
        ("not_given", 0, "over_ratio"),
        ("given", 500, ""),
    ]
    assert held()["platform"] == 100
    assert sound()


def test_fifty_receivers_and_no_more(till):
    payment = till.earned(100_000)
    answers = [give(payment, f"o-{n}", 10) for n in range(50)]
    assert answers == [True] * 49 + [False]


# --- silence ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["cut_after_commit", "half_body", "bad_signature", "500"])
def test_an_unknown_answer_is_asked_after_and_shares_once(till, simulated, fault):
    payment = till.earned()
    simulated.control("POST", "faults", kind=fault, path_prefix="/v3/profitsharing/orders", times=2)
    till.pass_by(900)
    assert sharing_of(payment).state == "finished"
    told = simulated.control("GET", "sharings")["sharings"]
    assert [t["out_order_no"] for t in told] == [sharing_of(payment).out_order_no]
    assert Journal.objects.filter(kind="share").count() == 1
    assert sound()


def test_messages_that_come_twice_start_no_second_chain(till, queued):
    payment = till.earned()
    sharing = sharing_of(payment)
    for _ in range(2):
        following.follow(sharing_id=sharing.pk, turn=0)
    assert len([m for m in queued("follow_sharing") if m["kwargs"]["turn"] == 1]) == 1


def test_thirty_days_after_the_payment_nothing_is_left_to_share(till, settings):
    settings.SHARING_RECEIVER_NAME = ""
    payment = till.earned()
    till.pass_by(24 * DAY)
    with till.time.now():
        assert actions.watch() == 0
    till.pass_by(2 * DAY)
    with till.time.now():
        assert actions.watch() == 1
    assert sharing_of(payment).state == "planned"
    till.pass_by(5 * DAY)
    sharing = sharing_of(payment)
    [part] = queries.parts_of(sharing)
    assert (sharing.state, part.state, part.reason) == ("lapsed", "not_given", "expired")
    with till.time.now():
        assert actions.watch() == 0
    assert held()["platform"] == 100
    assert sound()


def test_the_watch_is_on_the_schedule_of_each_shop():
    assert [e.each_shop for e in entries() if "WatchSharings" in e.job] == [True]


# --- refunds ----------------------------------------------------------------------------------


def test_the_platform_gives_its_share_back_before_a_refund(till):
    payment = till.earned()
    till.pass_by()
    refund = till.refund(payment, 4_000)
    till.pass_by(0)
    refund.refresh_from_db()
    assert refund.state == "requested", "the share comes back first"
    till.pass_by(120)
    refund.refresh_from_db()
    [back] = queries.returns_of(sharing_of(payment))
    assert (back.state, back.amount_minor, back.cause) == ("succeeded", 40, refund.out_refund_no)
    assert refund.state == "succeeded"
    assert shared(back.out_return_no) == [("wechat", "platform", 40)]
    assert held() == {
        "wechat": 10_000 - 4_000 - 36 - 60,
        "sales": 10_000,
        "refunded": 4_000,
        "fees": 36,
        "commission": 60,
    }
    assert sound()


def test_many_refunds_give_back_the_whole_share_to_the_fen(till):
    payment = till.earned(9_999)
    till.pass_by()
    till.stock_up(1_000)
    for n, fen in enumerate((1, 3_333, 49, 6_616)):
        till.refund(payment, fen, f"k{n}")
        till.pass_by(240)
    assert sum(r.amount_minor for r in queries.returns_of(sharing_of(payment))) == 100
    assert held() == {"sales": 9_999, "refunded": 9_999}
    assert sound()


def test_a_return_that_fails_leaves_a_debt_and_the_refund_goes(till, simulated):
    payment = till.earned()
    till.pass_by()
    till.stock_up(1_000)
    simulated.control("POST", f"funds/{till.sp_mchid}", fen=-100, account="BASIC")
    refund = till.refund(payment, 10_000)
    till.pass_by(120)
    refund.refresh_from_db()
    [back] = queries.returns_of(sharing_of(payment))
    assert (back.state, back.reason) == ("failed", "BALANCE_NOT_ENOUGH")
    assert refund.state == "succeeded"
    assert held()["platform"] == -100, "the platform owes it to the shop"
    assert list(queries.needing_a_person()) == [sharing_of(payment)]
    simulated.control("POST", f"funds/{till.sp_mchid}", fen=100, account="BASIC")
    with till.time.now():
        actions.retry(sharing=sharing_of(payment), by="staff")
    till.pass_by(60)
    assert [r.state for r in queries.returns_of(sharing_of(payment))] == ["failed", "succeeded"]
    assert "platform" not in held()
    assert list(queries.needing_a_person()) == [], "a later return made it good"
    assert sound()


def test_the_same_person_asks_for_every_return_that_failed(till, simulated):
    payment = till.earned()
    till.pass_by()
    till.stock_up(1_000)
    for minor, fen in ((100, 3_000), (70, 2_000)):
        simulated.control("POST", f"funds/{till.sp_mchid}", fen=-minor, account="BASIC")
        till.refund(payment, fen, f"k{fen}")
        till.pass_by(120)
        simulated.control("POST", f"funds/{till.sp_mchid}", fen=minor, account="BASIC")
        with till.time.now():
            actions.retry(sharing=sharing_of(payment), by="staff")
        till.pass_by(60)
    returns = queries.returns_of(sharing_of(payment))
    assert [r.state for r in returns] == ["failed", "succeeded"] * 2
    assert "platform" not in held()
    assert sound()


def test_a_refund_waits_for_a_sharing_under_way_but_not_for_ever(till, simulated):
    payment = till.earned()
    simulated.control("PUT", "settings", sharing_delay_seconds=7_200)
    till.pass_by(100)
    assert sharing_of(payment).state == "submitted"
    refund = till.refund(payment, 5_000)
    till.pass_by(450)  # the machine's own time counts too
    refund.refresh_from_db()
    assert refund.state == "requested"
    till.pass_by(180)
    refund.refresh_from_db()
    assert refund.state in {"submitted", "succeeded"}
    assert sharing_of(payment).state == "submitted"
    simulated.control("PUT", "settings", sharing_delay_seconds=1)
    till.pass_by(8_000)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    [back] = queries.returns_of(sharing_of(payment))
    assert (back.cause, back.amount_minor, back.state) == ("refunded meanwhile", 50, "succeeded")
    assert "platform" not in held()
    assert sound()


def test_a_refund_that_stood_in_line_waits_for_a_sharing_as_any_other(till, simulated):
    payment = till.earned()
    simulated.control("PUT", "settings", sharing_delay_seconds=7_200)
    till.pass_by(100)
    *_, last = [till.refund(payment, 10, f"k{n}") for n in range(13)]
    till.pass_by(12 * 60 + 30)
    last.refresh_from_db()
    assert (sharing_of(payment).state, last.state) == ("submitted", "requested")
    till.pass_by(660)
    last.refresh_from_db()
    assert last.state in {"submitted", "succeeded"}


def test_an_order_refunded_whole_before_it_is_shared_gives_nobody_anything(till):
    payment = till.earned()
    assert give(payment, till.person("seller"), 500)
    till.stock_up(1_000)
    till.refund(payment, 10_000)
    till.pass_by()
    sharing = sharing_of(payment)
    assert [(p.state, p.reason) for p in queries.parts_of(sharing)] == [
        ("not_given", "refunded"),
        ("not_given", "refunded"),
    ]
    assert (sharing.state, held()) == ("finished", {"sales": 10_000, "refunded": 10_000})
    assert sound()


# --- arithmetic -------------------------------------------------------------------------------

amounts = st.integers(1, 10**9)
currencies = st.sampled_from(["CNY", "EUR", "JPY"])


@given(amounts, st.integers(0, 3_000), st.lists(st.integers(0, 100), max_size=6), currencies)
def test_a_rated_part_keeps_exactly_its_rate_of_what_remains(minor, rate_bp, cuts, currency):
    earned = Money(minor, currency)
    planned, left, back = earned.share(rate_bp), minor, 0
    now = planned
    for cut in cuts:
        left -= left * cut // 100
        remaining = Money(left, currency)
        then = kept(planned=planned, of=earned, remaining=remaining, rate_bp=rate_bp)
        back += now.minor - then.minor
        now = then
        assert now == remaining.share(rate_bp)
        assert planned.minor - back == now.minor


@given(amounts, st.lists(amounts, min_size=1, max_size=50), st.integers(0, 10_000), currencies)
def test_parts_never_exceed_the_ratio_nor_what_is_left(total, wanted, ratio_bp, currency):
    given_ = within(
        [Money(w, currency) for w in wanted], total=Money(total, currency), ratio_bp=ratio_bp
    )
    assert sum(g.minor for g in given_) * 10_000 <= total * ratio_bp
    assert all(g.minor in (0, w) for g, w in zip(given_, wanted, strict=True))


@given(amounts, st.integers(0, 3_000), st.integers(0, 100), currencies)
def test_a_part_without_a_rate_shrinks_in_proportion_rounded_down(minor, part_bp, cut, currency):
    earned = Money(minor, currency)
    planned = Money(minor * part_bp // 10_000, currency)
    remaining = Money(minor - minor * cut // 100, currency)
    now = kept(planned=planned, of=earned, remaining=remaining, rate_bp=None)
    assert 0 <= now.minor <= planned.minor
    assert now.minor * minor <= planned.minor * remaining.minor
    assert (now.minor + 1) * minor > planned.minor * remaining.minor

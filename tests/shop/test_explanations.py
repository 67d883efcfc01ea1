"""Why this amount? Every answer adds up to the fen, and its inputs are enough to calculate it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.explanations import queries as billing
from billing.payments import queries as payments
from billing.refunds import actions as refunds
from billing.settlements import actions as settlements
from billing.withdrawals.amounts import Rules, quote
from billing.withdrawals.models import Withdrawal
from kernel.explanations import Explanation, Step
from kernel.money import Money
from shop.orders import actions as orders
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(request, shop, monkeypatch):
    configured = request.getfixturevalue("settings")
    configured.WECHAT_FEE_BP, configured.COMMISSION_BP = 60, 100
    return Till(monkeypatch, configured, shop)


@pytest.fixture
def paid(buyer, till, run_jobs):
    """Buy three of one and one of another with delivery, and pay."""

    def make():
        tea, cup = (skus(product(t, price_minor=p))[0].pk for t, p in (("Tea", 3_333), ("Cup", 1)))
        orders.set_freight(flat_minor=700, free_from_minor=20_000)
        order = buyer.order({tea: 3, cup: 1})
        number = buyer.prepay(order)
        till.pays(number)
        till.tells(number)
        run_jobs()
        order.refresh_from_db()
        return order

    return make


def told(door, order):
    """The explanations by subject, every one of which adds up."""
    answer = door.get(f"/orders/{order.pk}/explanations")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    for one in found:
        assert sum(step["amount_minor"] for step in one["steps"]) == one["amount_minor"]
        assert one["label"]["zh"]
        assert one["label"]["en"]
    return found


def subjects(found):
    return [one["subject"] for one in found]


def of(found, subject):
    (one,) = (one for one in found if one["subject"] == subject)
    return one


def again(step):
    """Calculate a step from its own inputs."""
    inputs = step["inputs"]
    if step["rule"] == "price_times_quantity":
        return inputs["unit_price_minor"] * inputs["quantity"]
    if step["rule"] == "share":
        return Money(inputs["base_minor"]).share(inputs["rate_bp"]).minor
    assert step["rule"] == "given_back"
    before, after = (
        Money(inputs[f"{name}_minor"]).share(inputs["rate_bp"]).minor for name in ("before", "after")
    )
    return after - before


def test_price_and_freight_are_derived_for_the_customer(buyer, paid):
    order = paid()
    found = told(buyer, order)
    assert subjects(found) == ["total", "freight"]
    total = of(found, "total")
    assert total["amount_minor"] == order.total_minor == 10_700
    assert [(s["label"]["en"], s["amount_minor"]) for s in total["steps"]] == [
        ("Tea: Price × pieces", 9_999),
        ("Cup: Price × pieces", 1),
        ("Flat fee for delivery", 700),
    ]
    assert [again(s) for s in total["steps"][:2]] == [9_999, 1]
    assert of(found, "freight")["steps"][0]["inputs"] == {"free_from_minor": 20_000}


def test_waived_freight_says_by_which_rule(buyer):
    orders.set_freight(flat_minor=700, free_from_minor=5_000)
    order = buyer.order({skus(product("Tea", price_minor=5_000))[0].pk: 1})
    freight = of(told(buyer, order), "freight")
    assert (freight["amount_minor"], freight["steps"][0]["rule"]) == (0, "free_from")
    assert freight["steps"][0]["inputs"] == {"free_from_minor": 5_000}


def test_fee_commission_and_refunds_are_derived_from_the_books(buyer, desk, paid, run_jobs):
    order = paid()
    settlements.earn(order_id=order.pk, order_number=order.number)
    payment = payments.payment_of(order.pk)
    for place, minor in enumerate((3_333, 1, 7_366)):
        amount = Money(minor)
        refunds.request(payment=payment, amount=amount, reason="r", by="b", key=str(place))
        run_jobs(ahead=61 * (place + 1))  # WeChat wants a minute between two: the third waits two
        found = told(desk, order)
        payment.refresh_from_db()
        left = payment.amount_minor - payment.refunded_minor
        fee, commission = of(found, "fee"), of(found, "commission")
        assert fee["amount_minor"] == Money(left).share(60).minor
        assert commission["amount_minor"] == Money(left).share(100).minor
        for step in (*fee["steps"], *commission["steps"]):
            assert again(step) == step["amount_minor"]
    assert subjects(found) == ["total", "freight", *["refund"] * 3, "fee", "commission"]
    first, _, last = (one for one in found if one["subject"] == "refund")
    assert (first["amount_minor"], first["steps"][0]["rule"]) == (3_333, "part")
    assert [(s["rule"], s["amount_minor"]) for s in last["steps"]] == [
        ("paid", 10_700),
        ("refunded_before", -3_334),
    ]
    assert (fee["amount_minor"], commission["amount_minor"]) == (0, 0)


def test_customers_see_their_refunds_and_nothing_of_the_shops_costs(buyer, paid, run_jobs):
    order = paid()
    payment = payments.payment_of(order.pk)
    refunds.request(payment=payment, amount=payment.amount, reason="r", by="b", key="k")
    run_jobs(ahead=61)
    found = told(buyer, order)
    assert subjects(found) == ["total", "freight", "refund"]
    assert of(found, "refund")["amount_minor"] == 10_700


def test_nobody_is_told_of_anothers_order(shop, till, paid):
    order = paid()
    other = Buyer(shop, till.appid, "openid-2")
    assert other.get(f"/orders/{order.pk}/explanations").status_code == 404


def test_steps_that_do_not_add_up_are_no_explanation():
    steps = (Step("a", "一", "one", Money(1)),)
    with pytest.raises(ValueError, match="do not add up"):
        Explanation("fee", "费", "fee", "1", Money(2), steps)


@given(
    amount=st.integers(31, 10**9),
    fee_bp=st.integers(0, 5_000),
    fixed=st.integers(0, 10**6),
    currency=st.sampled_from(["CNY", "EUR", "JPY"]),
)
def test_any_withdrawal_and_any_fee_add_up(amount, fee_bp, fixed, currency):
    rules = Rules(fee_bp=fee_bp, fee_fixed_minor=fixed)
    quoted = quote(Money(amount, currency), rules)
    assert quoted.fee + quoted.net == quoted.amount
    assert quoted.fee.minor >= 0 <= quoted.net.minor
    row = Withdrawal(
        number="W1", amount_minor=amount, fee_minor=quoted.fee.minor, net_minor=quoted.net.minor,
        fee_bp=fee_bp, fee_fixed_minor=fixed, currency=currency,
    )  # fmt: skip
    told = billing.withdrawal(row)
    assert told.amount == quoted.net
    assert sum(step.amount.minor for step in told.steps) == quoted.net.minor

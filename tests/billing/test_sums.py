"""Every sum of money that we divide is the sum of its parts, to the minor unit, in any currency.

One place for all divisions: a discount over lines, a refund over lines and pieces, WeChat's fee
and the platform's commission over refunds, the shares at WeChat, a withdrawal's fee, the rest of a plan.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from billing.plans.amounts import prorate
from billing.refunds.amounts import share_given_back
from billing.sharing import amounts as sharing
from billing.withdrawals.amounts import Rules
from billing.withdrawals.amounts import quote as quote_withdrawal
from kernel.money import EXPONENTS, Money
from shop.coupons.amounts import (
    CouponKind,
    CouponScope,
    Discount,
    Goods,
    Misfit,
    Terms,
    Unusable,
    discount,
)
from shop.orders.amounts import Coupon, FreightRule, Item, quote
from shop.orders.parts import part_of, spread

CURRENCIES = st.sampled_from(["CNY", "EUR", "JPY"])
AMOUNTS = st.integers(0, 10**9)
RATES = st.integers(0, 10_000)
SHELF, OTHER = UUID(int=1), UUID(int=2)


@st.composite
def terms(draw):
    kind = draw(st.sampled_from(list(CouponKind)))
    is_fixed = kind == CouponKind.FIXED
    scope = draw(st.sampled_from(list(CouponScope)))
    return Terms(
        kind=kind,
        amount_minor=draw(st.integers(1, 10**6)) if is_fixed else 0,
        rate_bp=0 if is_fixed else draw(st.integers(1, 10_000)),
        most_minor=None if is_fixed else draw(st.none() | st.integers(1, 10**6)),
        least_minor=draw(st.integers(0, 10**5)),
        scope=scope,
        scope_ids=frozenset() if scope == CouponScope.ALL else frozenset({SHELF}),
    )


@st.composite
def baskets(draw):
    """Items, and which of them a coupon for one shelf (or one product) covers."""
    lines = st.tuples(st.integers(0, 10**5), st.integers(1, 999), st.booleans())
    drawn = draw(st.lists(lines, min_size=1, max_size=8))
    items = [Item(str(n), price, count) for n, (price, count, _) in enumerate(drawn)]
    goods = [
        Goods(SHELF if covered else OTHER, frozenset({SHELF if covered else OTHER}), i.amount_minor)
        for i, (_, _, covered) in zip(items, drawn, strict=True)
    ]
    return items, goods


def quoted(basket, of, rule, currency):
    """The quote with a coupon; without one where it does not fit."""
    items, goods = basket
    off = discount(of, goods, currency)
    coupon = None
    if isinstance(off, Discount):
        coupon = Coupon("c", of.kind, of.rate_bp, of.most_minor, off)
    return quote(items, rule, currency=currency, coupon=coupon), off


@given(amount=AMOUNTS, weights=st.lists(AMOUNTS, min_size=1, max_size=12), currency=CURRENCIES)
@example(amount=1, weights=[1, 1, 1], currency="JPY")
def test_a_split_loses_nothing_and_is_fair_to_the_unit(amount, weights, currency):
    assume(sum(weights))
    parts = Money(amount, currency).split(weights)
    assert sum(p.minor for p in parts) == amount
    assert Money(amount, currency).split(weights) == parts
    for part, weight in zip(parts, weights, strict=True):
        assert part.currency == currency
        assert abs(part.minor * sum(weights) - amount * weight) < sum(weights)


@given(basket=baskets(), of=terms(), flat=st.integers(0, 10**4), free=st.none() | AMOUNTS,
       currency=CURRENCIES)  # fmt: skip
def test_a_discount_is_what_its_lines_bear_and_takes_no_line_below_zero(
    basket, of, flat, free, currency
):
    items, goods = basket
    told, off = quoted(basket, of, FreightRule(flat, free), currency)
    assert told.total == told.goods - told.discount + told.freight
    assert sum(reason.amount_minor for reason in told.explain) == told.total.minor
    assert sum(told.discounts) == told.discount.minor
    assert told.freight == quote(items, FreightRule(flat, free), currency=currency).freight
    for item, one, part in zip(items, goods, told.discounts, strict=True):
        assert 0 <= part <= item.amount_minor
        assert not part or of.scope == CouponScope.ALL or one.product_id == SHELF
    if isinstance(off, Discount):
        assert off.minor == told.discount.minor > 0
        assert off.base_minor >= max(off.minor, of.least_minor)
        assert of.kind == CouponKind.PERCENT or off.minor <= of.amount_minor
        assert of.most_minor is None or off.minor <= of.most_minor
        exact = [one.amount_minor * off.minor / off.base_minor for one in goods]
        for part, share, one in zip(off.parts, exact, goods, strict=True):
            covered = of.scope == CouponScope.ALL or one.product_id == SHELF
            assert abs(part - (share if covered else 0)) < 1
    else:
        assert not told.discount.minor
        assert (off.why == Unusable.BELOW_LEAST) == bool(off.missing_minor)


@given(basket=baskets(), of=terms(), currency=CURRENCIES)
def test_a_coupon_fits_from_its_least_amount_on(basket, of, currency):
    _, goods = basket
    off = discount(of, goods, currency)
    if isinstance(off, Misfit) and off.why == Unusable.BELOW_LEAST:
        place = next(n for n, one in enumerate(goods)
                     if of.scope == CouponScope.ALL or one.product_id == SHELF)  # fmt: skip
        more = list(goods)
        one = goods[place]
        more[place] = Goods(one.product_id, one.shelves, one.amount_minor + off.missing_minor)
        again = discount(of, more, currency)
        assert isinstance(again, Discount) or again.why == Unusable.NOTHING_OFF


@given(basket=baskets(), of=terms(), flat=st.integers(0, 10**4), currency=CURRENCIES,
       data=st.data())  # fmt: skip
def test_any_way_back_in_parts_gives_back_what_was_paid(basket, of, flat, currency, data):
    """Pieces in any portions, some money without pieces, then all that is left."""
    items, _ = basket
    told, _ = quoted(basket, of, FreightRule(flat), currency)
    paid = [
        Money(item.amount_minor - off, currency)
        for item, off in zip(items, told.discounts, strict=True)
    ]
    back = [Money(0, currency) for _ in items]
    taken = [0] * len(items)
    for _ in range(data.draw(st.integers(0, 6), "parts")):
        n = data.draw(st.integers(0, len(items) - 1), "line")
        if data.draw(st.booleans(), "money only"):
            left = paid[n] - back[n]
            back[n] += Money(data.draw(st.integers(0, left.minor), "minor"), currency)
            continue
        count = data.draw(st.integers(0, items[n].quantity - taken[n]), "pieces")
        part = part_of(paid[n], items[n].quantity, taken=taken[n], before=back[n], count=count)
        back[n], taken[n] = back[n] + part, taken[n] + count
        assert back[n] <= paid[n]
        if taken[n] == items[n].quantity:
            assert back[n] == paid[n]
    left = [whole - so_far for whole, so_far in zip(paid, back, strict=True)]
    rest = told.total - sum(back, Money(0, currency))
    assert spread(rest, [*left, told.freight]) == [*left, told.freight]
    assert sum((b + r for b, r in zip(back, left, strict=True)), told.freight) == told.total


@given(pieces=st.integers(1, 60), paid=st.integers(0, 10**6), currency=CURRENCIES, data=st.data())
def test_pieces_one_by_one_come_to_the_line_and_differ_by_one_unit(pieces, paid, currency, data):
    whole, back = Money(paid, currency), Money(0, currency)
    parts = []
    for taken in range(pieces):
        part = part_of(whole, pieces, taken=taken, before=back, count=1)
        parts.append(part.minor)
        back += part
    assert back == whole
    assert max(parts) - min(parts) <= 1


@given(
    paid=st.integers(1, 10**9), fee_bp=RATES, commission_bp=RATES, currency=CURRENCIES,
    refunds=st.lists(st.integers(1, 10**9), max_size=6), earned_at=st.integers(0, 6),
)  # fmt: skip
def test_fee_and_commission_after_any_refunds_are_those_of_what_is_left(
    paid, fee_bp, commission_bp, currency, refunds, earned_at
):
    """Charged on what was paid, or left when it was earned; given back by difference."""
    whole = Money(paid, currency)
    before, fee, commission = Money(0, currency), whole.share(fee_bp), Money(0, currency)
    is_earned = False
    for place, minor in enumerate([*refunds, 0]):
        if place == min(earned_at, len(refunds)):
            commission, is_earned = (whole - before).share(commission_bp), True
        amount = Money(min(minor, (whole - before).minor), currency)
        fee -= share_given_back(paid=whole, before=before, amount=amount, rate_bp=fee_bp)
        if is_earned:
            commission -= share_given_back(
                paid=whole, before=before, amount=amount, rate_bp=commission_bp
            )
        before += amount
        left = whole - before
        assert fee == left.share(fee_bp)
        assert commission == (left.share(commission_bp) if is_earned else Money(0, currency))
        assert 0 <= fee.minor <= left.minor
    if fee_bp + commission_bp <= 10_000:
        assert (left - fee - commission).minor >= -1  # two halves are rounded up at most


@given(
    paid=st.integers(1, 10**9), rates=st.lists(st.integers(1, 3_000), min_size=1, max_size=5),
    cut=st.integers(0, 10**9), ratio_bp=RATES, is_rate=st.booleans(), currency=CURRENCIES,
)  # fmt: skip
def test_shares_at_wechat_never_come_to_more_than_there_is(
    paid, rates, cut, ratio_bp, is_rate, currency
):
    """Parts that are planned fit into WeChat's ratio, and shrink with what is refunded."""
    whole = Money(paid, currency)
    planned = [Money(paid * rate // 10_000, currency) for rate in rates]
    fitting = sharing.within(planned, total=whole, ratio_bp=ratio_bp)
    assert all(part.minor in {0, want.minor} for part, want in zip(fitting, planned, strict=True))
    assert sum(part.minor for part in fitting) * 10_000 <= paid * ratio_bp
    left = Money(max(0, paid - cut), currency)
    kept = [
        sharing.kept(planned=part, of=whole, remaining=left, rate_bp=rate if is_rate else None)
        for part, rate in zip(fitting, rates, strict=True)
    ]
    assert all(0 <= now.minor <= part.minor for now, part in zip(kept, fitting, strict=True))
    if not is_rate and ratio_bp <= 10_000:
        assert sum(part.minor for part in kept) <= left.minor
    if not left.minor:
        assert not any(part.minor for part in kept)


@given(amount=AMOUNTS, fee_bp=RATES, fixed=st.integers(0, 10**6), currency=CURRENCIES)
def test_a_withdrawal_is_its_fee_and_what_arrives(amount, fee_bp, fixed, currency):
    rules = Rules(fee_bp=fee_bp, fee_fixed_minor=fixed)
    told = quote_withdrawal(Money(amount, currency), rules)
    assert told.fee + told.net == told.amount == Money(amount, currency)
    assert 0 <= told.fee.minor <= amount


@given(
    present=AMOUNTS, wanted=AMOUNTS, seconds=st.integers(1, 400 * 86_400),
    used=st.integers(-86_400, 500 * 86_400), currency=CURRENCIES,
)  # fmt: skip
def test_a_changed_plan_is_paid_for_what_is_left_and_keeps_what_was_used(
    present, wanted, seconds, used, currency
):
    begins = datetime(2026, 1, 31, tzinfo=UTC)
    told = prorate(
        present=Money(present, currency), wanted=Money(wanted, currency), begins=begins,
        ends=begins + timedelta(seconds=seconds), now=begins + timedelta(seconds=used),
    )  # fmt: skip
    assert told.used_seconds + told.left_seconds == seconds
    for price, rest in ((present, told.unused), (wanted, told.rest)):
        assert 0 <= rest.minor <= price
        assert abs(rest.minor * seconds - price * told.left_seconds) < seconds
    assert told.unused + told.due == told.rest


def test_every_currency_that_we_sell_in_is_tested_and_the_yen_has_no_minor_unit():
    assert {"CNY", "EUR", "JPY"} <= set(EXPONENTS)
    assert str(Money(1_000, "JPY")) == "1000 JPY"
    with pytest.raises(ValueError):
        Money(1, "JPY") + Money(1, "CNY")

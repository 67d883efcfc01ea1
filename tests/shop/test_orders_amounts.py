"""What an order costs, and why: pure arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from shop.orders.amounts import FreightRule, Item, quote

items = st.lists(
    st.builds(
        Item,
        reference=st.just("sku"),
        unit_price_minor=st.integers(0, 10**9),
        quantity=st.integers(1, 999),
    ),
    min_size=1,
    max_size=20,
)
rules = st.builds(
    FreightRule,
    flat_minor=st.integers(0, 10**6),
    free_from_minor=st.none() | st.integers(0, 10**12),
)


@given(items, rules)
def test_the_reasons_add_up_to_the_total_and_nothing_is_lost(items, rule):
    quoted = quote(items, rule, currency="CNY")
    assert quoted.goods == Money(sum(i.unit_price_minor * i.quantity for i in items))
    assert quoted.total == quoted.goods + quoted.freight
    assert sum(reason.amount_minor for reason in quoted.explain) == quoted.total.minor
    assert [reason.kind for reason in quoted.explain] == ["goods"] * len(items) + ["freight"]


@given(items, rules)
def test_delivery_costs_the_flat_fee_or_nothing(items, rule):
    quoted = quote(items, rule, currency="CNY")
    waived = rule.free_from_minor is not None and quoted.goods.minor >= rule.free_from_minor
    assert quoted.freight.minor == (0 if waived else rule.flat_minor)


@pytest.mark.parametrize(
    ("rule", "name", "amount"),
    [
        (FreightRule(), "free", 0),
        (FreightRule(800), "flat", 800),
        (FreightRule(800, 2_001), "flat", 800),
        (FreightRule(800, 2_000), "free_from", 0),
    ],
)
def test_the_explanation_names_the_rule_for_delivery(rule, name, amount):
    delivery = quote([Item("tea", 1_000, 2)], rule, currency="CNY").explain[-1]
    assert (delivery.rule, delivery.amount_minor) == (name, amount)


@pytest.mark.parametrize("items", [[], [Item("tea", 1, 0)], [Item("tea", -1, 1)]])
def test_impossible_items_are_refused(items):
    with pytest.raises(ValueError, match="an order has items"):
        quote(items, FreightRule(), currency="CNY")

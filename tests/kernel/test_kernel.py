"""Money loses nothing, states go where the flow says, ids are in order, refusals are answers."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import opaque, secret, uuid7
from kernel.money import Money
from kernel.states import Flow

MINOR = st.integers(0, 10**12)


@given(MINOR, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_a_split_loses_nothing_and_gives_nobody_more_than_a_unit_extra(
    minor: int, weights: list[int]
) -> None:
    parts = [p.minor for p in Money(minor).split(weights)]
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - minor * weight) < sum(weights)


@given(MINOR, MINOR, st.integers(0, 10_000))
def test_what_is_given_back_is_the_difference_of_two_shares(a: int, b: int, rate: int) -> None:
    paid, refunded = max(a, b), min(a, b)
    back = Money(paid).share(rate) - Money(paid - refunded).share(rate)
    assert back.minor >= 0
    assert Money(paid).share(rate) - back == Money(paid - refunded).share(rate)


@pytest.mark.parametrize(
    ("minor", "rate", "share"), [(10_000, 60, 60), (83, 60, 0), (84, 60, 1), (1, 10_000, 1)]
)
def test_a_share_rounds_half_up(minor: int, rate: int, share: int) -> None:
    assert Money(minor).share(rate) == Money(share)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(5), "0.05 CNY"),
        (Money(1230), "12.30 CNY"),
        (Money(-7), "-0.07 CNY"),
        (Money(500, "JPY"), "500 JPY"),
        (Money(0, "EUR"), "0.00 EUR"),
    ],
)
def test_money_is_shown_in_its_own_digits(money: Money, text: str) -> None:
    assert str(money) == text


def test_money_refuses_floats_mixed_currencies_and_shares_of_debts() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot mix"):
        Money(1, "EUR") + Money(1)
    with pytest.raises(ValueError, match="not negative"):
        Money(-1).share(60)
    with pytest.raises(ValueError, match="split"):
        Money(1).split([0, 0])


def test_ids_are_version_7_and_in_the_order_they_were_made() -> None:
    ids = [uuid7() for _ in range(3_000)]
    assert {(i.version, i.variant) for i in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == 3_000
    stamps = [i.int >> 64 for i in ids]
    assert stamps == sorted(stamps)
    seconds = (ids[-1].int >> 80) / 1000
    assert abs(seconds - datetime.now(UTC).timestamp()) < 5


def test_secrets_are_long_and_never_the_same() -> None:
    assert len({secret() for _ in range(100)}) == 100
    assert all(len(secret()) == 43 for _ in range(5))
    assert set(opaque(500)) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_the_clock_stands_still_and_runs_ahead_only_where_told() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with clock.at(noon):
        assert clock.now() == noon
    with clock.ahead(timedelta(days=1)):
        assert clock.now() - datetime.now(UTC) > timedelta(hours=23)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    OFF = "off"


def test_a_flow_knows_what_comes_before_and_where_it_ends() -> None:
    flow = Flow(
        Light.RED,
        {
            Light.RED: frozenset({Light.GREEN}),
            Light.GREEN: frozenset({Light.OFF, Light.RED}),
            Light.OFF: frozenset(),
        },
    )
    assert flow.before(Light.RED) == {Light.GREEN}
    assert flow.ends() == {Light.OFF}


def test_a_refusal_has_a_code_and_a_sentence_in_both_languages() -> None:
    class StockRanOut(Refusal):
        en = "Only {left} left."
        zh = "仅剩 {left} 件。"

    refusal = StockRanOut(left=3)
    assert (refusal.code, refusal.status, str(refusal)) == ("stock_ran_out", 409, "Only 3 left.")
    assert refusal.sentence("zh-hans") == "仅剩 3 件。"
    assert refusal.sentence("fi") == "Only 3 left."

"""Stock: what orders hold, what they take, and the history that adds up."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel import clock
from kernel.identifiers import uuid7
from shop.inventory import actions, queries
from shop.inventory.models import Movement, Reservation, Stock
from tests.shop.catalogue import product, skus

pytestmark = pytest.mark.django_db


def sku(stock: int | None = 10, title: str = "Tea") -> UUID:
    return skus(product(title, stock=stock))[0].pk


def reserve(order: UUID, demand: dict[UUID, int]) -> None:
    actions.reserve(order_id=order, demand=demand, expires_at=clock.now() + timedelta(minutes=30))


def level(sku_id: UUID) -> tuple[int, int]:
    stock = Stock.objects.get(sku=sku_id)
    return stock.on_hand, stock.reserved


def kinds(sku_id: UUID) -> list[tuple[str, int]]:
    rows = Movement.objects.filter(sku=sku_id).order_by("id")
    return list(rows.values_list("kind", "quantity"))


def test_an_order_holds_all_it_wants(shop):
    one, two, order = sku(10), sku(5), uuid7()
    reserve(order, {one: 3, two: 5})
    assert level(one) == (10, 3)
    assert level(two) == (5, 5)
    assert queries.available([one, two]) == {one: 7, two: 0}
    assert [(r.sku_id, r.quantity, r.state) for r in queries.reservations_of(order)] == [
        (one, 3, "held"),
        (two, 5, "held"),
    ]
    assert kinds(one) == [("adjust", 10), ("reserve", 3)]


def test_a_shortage_names_the_sku_and_holds_nothing(shop):
    plenty, short, order = sku(10), sku(2, "滑雪板"), uuid7()
    with pytest.raises(actions.StockRanOut) as refused:
        reserve(order, {plenty: 1, short: 3})
    assert refused.value.facts == {"sku": "滑雪板", "sku_id": short, "left": 2}
    assert refused.value.sku_id == short
    assert refused.value.sentence("zh-hans") == "滑雪板 仅剩 2 件。"
    assert level(plenty) == (10, 0)
    assert not Reservation.objects.exists()
    assert not Movement.objects.filter(kind="reserve").exists()


def test_what_was_never_received_cannot_be_held(shop):
    never = sku(None)
    with pytest.raises(actions.StockRanOut) as refused:
        reserve(uuid7(), {never: 1})
    assert refused.value.facts["left"] == 0
    unknown = uuid7()
    with pytest.raises(actions.StockRanOut):
        reserve(uuid7(), {unknown: 1})


def test_an_order_that_reserves_again_holds_no_more(shop):
    one, order = sku(10), uuid7()
    reserve(order, {one: 3})
    reserve(order, {one: 3})
    assert level(one) == (10, 3)
    assert kinds(one) == [("adjust", 10), ("reserve", 3)]


def test_reserving_is_one_statement(shop, django_assert_num_queries):
    demand = {sku(10): 1 for _ in range(5)}
    with django_assert_num_queries(3):  # savepoint, statement, release
        reserve(uuid7(), demand)


def test_release_gives_back_once(shop):
    one, order = sku(10), uuid7()
    reserve(order, {one: 4})
    actions.release(order_id=order, reason="expired")
    actions.release(order_id=order, reason="expired")
    assert level(one) == (10, 0)
    assert kinds(one) == [("adjust", 10), ("reserve", 4), ("release", 4)]


def test_consume_takes_from_the_shelf_once(shop):
    one, order = sku(10), uuid7()
    reserve(order, {one: 4})
    actions.consume(order_id=order)
    actions.consume(order_id=order)
    actions.release(order_id=order, reason="too late")
    assert level(one) == (6, 0)
    assert [r.state for r in queries.reservations_of(order)] == ["consumed"]


def test_a_released_order_can_hold_again_for_a_late_payment(shop):
    one, order = sku(10), uuid7()
    reserve(order, {one: 4})
    actions.release(order_id=order, reason="expired")
    reserve(order, {one: 4})
    actions.consume(order_id=order)
    assert level(one) == (6, 0)


def test_take_back_returns_everything_once(shop):
    one, order = sku(10), uuid7()
    reserve(order, {one: 4})
    actions.consume(order_id=order)
    actions.take_back(order_id=order, reason="refund")
    actions.take_back(order_id=order, reason="refund")
    assert level(one) == (10, 0)
    assert kinds(one)[-1] == ("return", 4)


def test_take_back_returns_only_what_was_not_shipped(shop):
    one, two, order = sku(10), sku(10), uuid7()
    reserve(order, {one: 4, two: 2})
    actions.consume(order_id=order)
    actions.take_back(order_id=order, reason="refund", quantities={one: 1})
    assert level(one) == (7, 0)
    assert level(two) == (8, 0)
    assert {r.sku_id: r.state for r in queries.reservations_of(order)} == {
        one: "released",
        two: "consumed",
    }


def test_held_goods_cannot_be_taken_back(shop):
    one, order = sku(10), uuid7()
    reserve(order, {one: 4})
    actions.take_back(order_id=order, reason="refund")
    assert level(one) == (10, 4)


def test_what_is_promised_cannot_be_counted_away(shop):
    one = sku(10)
    reserve(uuid7(), {one: 4})
    with pytest.raises(actions.StockIsPromised):
        actions.adjust(sku_id=one, on_hand=3, reason="count", by="owner")
    with pytest.raises(actions.StockIsPromised):
        actions.adjust(sku_id=one, delta=-7, reason="broken", by="owner")
    assert level(one) == (10, 4)
    actions.adjust(sku_id=one, delta=5, reason="delivery", by="owner")
    actions.adjust(sku_id=one, on_hand=15, reason="the same", by="owner")
    assert kinds(one)[-1] == ("receipt", 5)


def test_a_count_of_what_was_sold_meanwhile_is_refused(shop):
    one = sku(10)
    with pytest.raises(actions.StockChangedMeanwhile):
        actions.adjust(sku_id=one, on_hand=12, seen_on_hand=9, reason="count", by="owner")
    assert level(one) == (10, 0)
    for _ in range(2):  # an answer that was lost: the same count again
        actions.adjust(sku_id=one, on_hand=12, seen_on_hand=10, reason="count", by="owner")
    assert level(one) == (12, 0)
    assert kinds(one) == [("adjust", 10), ("adjust", 2)]


def test_an_unknown_sku_cannot_be_counted(shop):
    with pytest.raises(actions.SkuUnknown):
        actions.adjust(sku_id=uuid7(), on_hand=1, reason="count", by="owner")
    assert not Stock.objects.exists()


def test_an_import_sets_counts_but_never_below_what_is_held(shop):
    one, two, new = sku(10), sku(10), sku(None)
    reserve(uuid7(), {one: 6})
    left = actions.set_counts(counts={one: 2, two: 10, new: 7}, reference="import", by="owner")
    assert left == {one: 6}
    assert (level(one), level(two), level(new)) == ((6, 6), (10, 0), (7, 0))
    assert kinds(one)[-1] == ("import", -4)
    assert kinds(two) == [("adjust", 10)]
    assert kinds(new) == [("import", 7)]


def test_history_cannot_be_changed_or_deleted(shop):
    sku(10)
    for statement in (
        "UPDATE inventory_movement SET quantity = 1",
        "DELETE FROM inventory_movement",
    ):
        with (
            pytest.raises((ProgrammingError, InternalError), match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Movement.objects.count() == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "release", "consume", "take_back", "count", "set"]),
        st.integers(0, 3),
        st.integers(1, 6),
    ),
    max_size=25,
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_history_adds_up_after_any_sequence_of_verbs(shop, steps):
    with transaction.atomic():
        one, orders = sku(8), [uuid7() for _ in range(4)]
        for verb, which, count in steps:
            order = orders[which]
            try:
                with transaction.atomic():  # what is refused is undone, and the story goes on
                    if verb == "reserve":
                        reserve(order, {one: count})
                    elif verb == "count":
                        actions.adjust(sku_id=one, on_hand=count, reason="count", by="owner")
                    elif verb == "set":
                        actions.set_counts(counts={one: count}, reference="import", by="owner")
                    elif verb == "consume":
                        actions.consume(order_id=order)
                    else:
                        getattr(actions, verb)(order_id=order, reason="test")
            except (actions.StockRanOut, actions.StockIsPromised):
                pass
        sums = dict(
            Movement.objects.filter(sku=one).values_list("kind").annotate(n=Sum("quantity"))
        )
        on_hand = sum(sums.get(k, 0) for k in ("receipt", "adjust", "import", "return"))
        assert level(one) == (
            on_hand - sums.get("consume", 0),
            sums.get("reserve", 0) - sums.get("release", 0) - sums.get("consume", 0),
        )
        held = Reservation.objects.filter(sku=one, state="held").aggregate(n=Sum("quantity"))["n"]
        assert level(one)[1] == (held or 0)
        transaction.set_rollback(True)

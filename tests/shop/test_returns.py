"""Parts of an order's money: by pieces, by money, with the delivery, in any order, to the fen.

Money bugs of others, each a test here or beside it (what went wrong there, and where it is tested):
- one refund per order for ever, or a second equal one taken for a repetition (litemall #163,
  mollie/magento2 #626): test_two_equal_parts_are_two_refunds
- 3 × 10 minus 10 loses 0.01 (macrozheng/mall #356): test_parts_of_any_sequence_sum_to_the_fen
- the largest refund offered is below zero or more than is left (saleor-dashboard #4493, #4483):
  test_no_more_pieces_or_money_go_back_than_are_left
- a refund that failed can never be asked again, and blocks all others (yudao, by reading):
  test_what_wechat_gave_up_is_free_again
- a refund asked again under a new number after a timeout (medusa #16681): billing/test_refunds.py
- two refunds both see nothing refunded (eventyay #1405): races/test_refunds.py
- a fully refunded order still counts as paid (spree PR #14622):
  test_the_last_part_ends_the_order
- what was given back is still shipped, or the stock never returns (CRMEB #27, hioshop #16):
  test_pieces_that_did_not_go_out_are_cancelled_and_shelved
- a callback for a payment that was refunded moves it back (litemall #342): billing/test_payments.py
"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.payments.models import Attempt
from billing.refunds import accepting
from billing.refunds.models import Refund
from kernel import clock
from kernel.money import Money
from shop.orders import queries
from shop.orders.models import Order, OrderReturn
from shop.orders.parts import part_of, spread
from shop.orders.states import OrderState
from tenants import context
from tenants.models import Account, Membership
from tenants.states import Role
from tests.shop.buying import Desk, level, refused
from tests.shop.catalogue import sku

pytestmark = pytest.mark.django_db
MINUTES = 600


@pytest.fixture
def second(shop):
    with context.public():
        account = Account.objects.create_user("second@example.com", "correct horse battery")
        Membership.objects.create(account=account, tenant_id=shop.id, role=Role.MANAGER)
    return Desk(shop, account)


@pytest.fixture
def paid(buyer, till, run_jobs):
    def make(demand):
        order = buyer.order(demand)
        number = buyer.prepay(order)
        till.pays(number)
        till.calls_back(number)
        run_jobs()
        order.refresh_from_db()
        return order

    return make


def give(desk, order, lines=(), key="one", **more):
    """Ask for a part: `lines` are (sku, quantity[, amount])."""
    ids = dict(order.lines.values_list("sku_id", "pk"))
    asked = [
        {"line_id": str(ids[line[0]]), "quantity": line[1],
         **({"amount_minor": line[2]} if len(line) > 2 else {})}
        for line in lines
    ]  # fmt: skip
    body = {"lines": asked, "reason": "少发", **more}
    return desk.post(f"/orders/{order.pk}/returns", body, **{"Idempotency-Key": key})


def in_order():
    assert list(queries.violations()) == []


def refunds():
    return list(Refund.objects.order_by("pk").values_list("amount_minor", "state"))


# What goes back


def test_pieces_that_did_not_go_out_are_cancelled_and_shelved(paid, desk, run_jobs):
    tea, cup = sku(price_minor=333, stock=10), sku("Cup", price_minor=500, stock=10)
    order = paid({tea: 3, cup: 1})
    answer = give(desk, order, [(tea, 2)])
    assert answer.status_code == 201
    assert answer.json()["amount_minor"] == answer.json()["goods_minor"] == 666
    assert [(part["quantity"], part["quantity_cancelled"]) for part in answer.json()["lines"]] == [
        (2, 2)
    ]
    refused(desk.ship(order, lines=[{"line_id": answer.json()["lines"][0]["line_id"],
                                     "quantity": 2}]), 409, "shipped_too_many")  # fmt: skip
    assert level(tea) == (7, 0)
    run_jobs()
    assert (level(tea), level(cup)) == ((9, 0), (9, 0))
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.PAID, 666)
    assert desk.ship(order).status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.SHIPPED
    in_order()


def test_pieces_that_went_out_are_shelved_only_if_they_came_back(paid, desk, run_jobs):
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 4})
    desk.ship(order)
    give(desk, order, [(tea, 1)], key="kept")
    give(desk, order, [(tea, 2)], key="back", is_restocked=True)
    run_jobs(ahead=MINUTES)
    assert level(tea) == (8, 0)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.SHIPPED, 300)
    in_order()


def test_when_the_rest_goes_back_a_part_shipped_order_is_shipped(paid, desk, till, run_jobs):
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 3})
    line = order.lines.get()
    desk.ship(order, lines=[{"line_id": str(line.pk), "quantity": 1}])
    give(desk, order, [(tea, 2)])
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert order.state == OrderState.SHIPPED
    assert till.uploads[-1]["all_shipped"] is True
    in_order()


def test_a_parcel_without_a_piece_is_refused(paid, desk, run_jobs):
    """The rest was taken out, and its money is still on its way."""
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 3})
    desk.ship(order, lines=[{"line_id": str(order.lines.get().pk), "quantity": 1}])
    give(desk, order, [(tea, 2)])
    refused(desk.ship(order, "SF0987654321"), 409, "order_not_shippable")
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert (order.state, order.parcels_count) == (OrderState.SHIPPED, 1)
    in_order()


def test_no_money_stays_on_an_order_of_which_nothing_goes_out(paid, desk, run_jobs):
    """It would wait for a parcel for ever."""
    tea, cup = sku(price_minor=300, stock=10), sku("Cup", price_minor=500, stock=10)
    order = paid({tea: 2, cup: 1})
    said = give(desk, order, [(tea, 2), (cup, 1, 400)], key="1")
    refused(said, 422, "nothing_would_go_out")
    assert give(desk, order, [(tea, 2, 500)], key="2").status_code == 201
    refused(give(desk, order, [(cup, 1)], key="3"), 422, "nothing_would_go_out")
    assert give(desk, order, [(tea, 0, 100), (cup, 1)], key="4").json()["is_whole"] is True
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.REFUNDED, 1_100)
    in_order()


def test_money_alone_goes_back_and_the_pieces_still_go_out(paid, desk, run_jobs):
    tea = sku(price_minor=1_000, stock=10)
    order = paid({tea: 1})
    assert give(desk, order, [(tea, 0, 150)]).status_code == 201
    run_jobs()
    assert desk.ship(order).status_code == 200
    assert give(desk, order, [(tea, 1)], key="rest").json()["amount_minor"] == 850
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.REFUNDED, 1_000)
    assert level(tea) == (9, 0)
    in_order()


def test_the_last_part_ends_the_order(paid, desk, run_jobs):
    """Delivery goes back with the last piece of an order of which nothing went out."""
    desk.send("put", "/orders/freight", {"flat_minor": 800})
    tea = sku(price_minor=999, stock=10)
    order = paid({tea: 2})
    assert order.total_minor == 2_798
    assert give(desk, order, [(tea, 1)], key="1").json()["amount_minor"] == 999
    last = give(desk, order, [(tea, 1)], key="2").json()
    assert (last["goods_minor"], last["freight_minor"], last["is_whole"]) == (999, 800, True)
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.REFUNDED, 2_798)
    assert level(tea) == (10, 0)
    refused(give(desk, order, [(tea, 1)], key="3"), 409, "order_not_refundable")
    in_order()


def test_a_full_refund_after_a_part_gives_back_what_is_left(paid, desk, run_jobs):
    desk.send("put", "/orders/freight", {"flat_minor": 800})
    tea = sku(price_minor=999, stock=10)
    order = paid({tea: 3})
    give(desk, order, [(tea, 1)], freight_minor=300)
    assert desk.refund(order).status_code == 200
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.REFUNDED, order.total_minor)
    assert refunds() == [(1_299, "succeeded"), (2_498, "succeeded")]
    assert level(tea) == (10, 0)
    in_order()


def test_two_equal_parts_are_two_refunds_and_one_key_is_one(paid, desk, run_jobs):
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 3})
    for key in ("a", "b", "b"):
        assert give(desk, order, [(tea, 1)], key=key).status_code == 201
    assert refunds() == [(100, "requested")] * 2
    numbers = Refund.objects.values_list("out_refund_no", flat=True)
    assert sorted(n[-3:] for n in numbers) == ["R01", "R02"]
    first, other = Refund.objects.order_by("pk")
    assert other.due_at - first.due_at == timedelta(seconds=60)
    run_jobs()
    assert refunds() == [(100, "succeeded"), (100, "requested")]
    run_jobs(ahead=MINUTES)
    assert refunds() == [(100, "succeeded")] * 2
    in_order()


def test_no_more_pieces_or_money_go_back_than_are_left(paid, desk, buyer):
    desk.send("put", "/orders/freight", {"flat_minor": 800})
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 3})
    refused(give(desk, order, [(tea, 4)]), 422, "refunds_too_many")
    refused(give(desk, order, [(tea, 0, 301)], "2"), 422, "refunds_too_many")
    refused(give(desk, order, freight_minor=801, key="3"), 422, "refunds_too_many")
    refused(give(desk, order, key="4"), 422, "nothing_chosen")
    give(desk, order, [(tea, 2)], key="5")
    said = give(desk, order, [(tea, 2)], key="6")
    refused(said, 422, "refunds_too_many")
    assert said.json()["detail"] == "Only 1 pieces and 1.00 CNY of “Tea” can still be refunded."
    unpaid = buyer.order({tea: 1})
    refused(give(desk, unpaid, [(tea, 1)], key="7"), 409, "order_not_refundable")
    refused(
        give(desk, order, [(tea, 1)], key="8", parcels_count=1), 409, "order_changed_meanwhile"
    )
    assert refunds() == [(200, "requested")]
    in_order()


def test_what_wechat_gave_up_is_free_again(paid, desk, till, run_jobs):
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 3})
    give(desk, order, [(tea, 2)])
    refund = Refund.objects.get()
    word = accepting.Word(
        refund.out_refund_no, refund.attempt.out_trade_no, "CLOSED", 200, 300, None
    )
    assert accepting.apply_result(word) == "applied"
    run_jobs(ahead=MINUTES)
    assert OrderReturn.objects.get().state == "closed"
    line = order.lines.get()
    assert (line.quantity_refunded, line.quantity_cancelled, line.refunded_minor) == (0, 0, 0)
    in_order()
    assert give(desk, order, [(tea, 3)], key="again").json()["amount_minor"] == 300
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    in_order()


def test_pieces_are_shelved_though_another_message_told_of_their_money(paid, desk, run_jobs):
    """Two refunds end at once: the message of one may count the money of both."""
    tea = sku(price_minor=100, stock=10)
    order = paid({tea: 3})
    give(desk, order, [(tea, 2)])
    Order.objects.filter(pk=order.pk).update(refunded_minor=200)
    run_jobs()
    assert OrderReturn.objects.get().state == "succeeded"
    assert level(tea) == (9, 0)
    in_order()


def test_a_payment_of_more_than_a_year_ago_is_refused_before_any_call(paid, desk, till):
    tea = sku(stock=10)
    order = paid({tea: 1})
    Attempt.objects.update(success_at=clock.now() - timedelta(days=366))
    refused(desk.refund(order), 409, "payment_too_old")
    assert (refunds(), till.refunds) == ([], {})
    assert not OrderReturn.objects.exists()
    in_order()


# The second person


def test_above_the_limit_a_second_person_must_agree(paid, desk, second, settings, run_jobs):
    settings.REFUND_TWO_PERSON_MINOR = 500
    tea = sku(price_minor=300, stock=10)
    order = paid({tea: 3})
    assert give(desk, order, [(tea, 1)], key="a").json()["state"] == "asked"
    waiting = give(desk, order, [(tea, 1)], key="b").json()  # 6.00 in all
    assert waiting["state"] == "waiting"
    path = f"/orders/{order.pk}/returns/{waiting['id']}"
    said = desk.post(f"{path}/approve")
    refused(said, 403, "own_refund")
    assert "above 5.00 CNY need a second person" in said.json()["detail"]
    assert len(refunds()) == 1
    assert second.post(f"{path}/approve").json()["state"] == "asked"
    assert second.post(f"{path}/approve").json()["decided_by"] == "second@example.com"
    refused(second.post(f"{path}/decline"), 409, "return_already_decided")
    run_jobs(ahead=MINUTES)
    assert refunds() == [(300, "succeeded")] * 2
    assert ("refund of 3.00 CNY agreed", "second@example.com") in order.steps.values_list(
        "reason", "by"
    )
    in_order()


def test_what_is_declined_is_free_again(paid, desk, second, settings, run_jobs):
    settings.REFUND_TWO_PERSON_MINOR = 500
    tea = sku(price_minor=300, stock=10)
    order = paid({tea: 2})
    assert desk.refund(order).status_code == 200
    refused(desk.ship(order), 409, "order_is_being_refunded")
    (waiting,) = desk.get(f"/orders/{order.pk}/returns").json()
    assert (waiting["state"], waiting["is_whole"], refunds()) == ("waiting", True, [])
    path = f"/orders/{order.pk}/returns/{waiting['id']}"
    assert desk.post(f"{path}/decline").json()["state"] == "declined"
    refused(second.post(f"{path}/approve"), 409, "return_already_decided")
    assert desk.ship(order).status_code == 200
    in_order()


def test_a_shipped_order_whose_refund_is_declined_is_told_and_completed(
    paid, desk, second, till, settings, run_jobs
):
    """While the refund waits, WeChat is not told and the time for the receipt passes by."""
    settings.REFUND_TWO_PERSON_MINOR = 500
    days = settings.AUTO_CONFIRM_DAYS * 86_400
    order = paid({sku(price_minor=600, stock=10): 1})
    desk.ship(order)
    assert desk.refund(order).status_code == 200
    run_jobs(ahead=days + 60)
    order.refresh_from_db()
    assert (order.state, order.upload.state, till.uploads) == ("shipped", "not_needed", [])
    (waiting,) = desk.get(f"/orders/{order.pk}/returns").json()
    second.post(f"/orders/{order.pk}/returns/{waiting['id']}/decline")
    run_jobs(ahead=MINUTES)
    order.refresh_from_db()
    assert (order.state, len(till.uploads)) == ("shipped", 1), "its time is not over yet"
    run_jobs(ahead=days + 60)
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED
    in_order()


def test_a_customers_request_that_was_agreed_waits_again_when_it_is_declined(
    paid, buyer, desk, second, settings, run_jobs
):
    settings.REFUND_TWO_PERSON_MINOR = 500
    order = paid({sku(price_minor=600, stock=10): 1})
    asked = buyer.post(
        "/aftersales", {"order_id": str(order.pk), "reason": "not_wanted"},
        **{"Idempotency-Key": "k1"},
    ).json()  # fmt: skip
    desk.post(f"/aftersales/{asked['id']}/agree", {})
    (waiting,) = desk.get(f"/orders/{order.pk}/returns").json()
    second.post(f"/orders/{order.pk}/returns/{waiting['id']}/decline")
    run_jobs()
    assert buyer.get(f"/aftersales/{asked['id']}").json()["state"] == "requested"
    desk.post(f"/aftersales/{asked['id']}/agree", {})
    (_, again) = desk.get(f"/orders/{order.pk}/returns").json()
    second.post(f"/orders/{order.pk}/returns/{again['id']}/approve")
    run_jobs(ahead=MINUTES)
    assert buyer.get(f"/aftersales/{asked['id']}").json()["state"] == "refunded"
    in_order()


# Arithmetic


@given(
    paid=st.integers(0, 10**7),
    pieces=st.integers(1, 50),
    takes=st.lists(st.integers(0, 20), max_size=20),
    monies=st.lists(st.integers(0, 10**5), max_size=20),
    currency=st.sampled_from(["CNY", "EUR", "JPY"]),
)
def test_parts_of_any_sequence_sum_to_the_fen(paid, pieces, takes, monies, currency):
    whole = Money(paid, currency)
    taken, back = 0, Money(0, currency)
    for place, count in enumerate([*takes, pieces]):
        count = min(count, pieces - taken)
        part = part_of(whole, pieces, taken=taken, before=back, count=count)
        assert 0 <= part.minor <= (whole - back).minor
        taken, back = taken + count, back + part
        if place < len(monies) and taken < pieces:  # money alone
            back += min(Money(monies[place], currency), whole - back)
    assert taken == pieces
    assert back == whole


@given(
    amount=st.integers(0, 10**9),
    weights=st.lists(st.integers(0, 10**7), min_size=1, max_size=30),
    currency=st.sampled_from(["CNY", "EUR", "JPY"]),
)
def test_what_is_spread_over_lines_and_delivery_is_spread_whole(amount, weights, currency):
    parts = spread(Money(amount, currency), [Money(w, currency) for w in weights])
    assert sum(p.minor for p in parts) == (amount if sum(weights) else 0)
    if amount == sum(weights):
        assert [p.minor for p in parts] == weights


def test_json_of_a_return_holds_its_derivation(paid, desk):
    tea = sku(price_minor=333, stock=10)
    order = paid({tea: 3})
    made = give(desk, order, [(tea, 1)]).json()
    (shown,) = desk.get(f"/orders/{order.pk}/returns").json()
    moments = made.pop("created_at"), shown.pop("created_at")
    assert moments[0][:19] == moments[1][:19]
    assert shown == made
    assert made["amount_minor"] == made["goods_minor"] + made["freight_minor"]
    assert sum(part["amount_minor"] for part in made["lines"]) == made["goods_minor"] == 333
    assert Order.objects.get(pk=order.pk).refund_requested_at is None

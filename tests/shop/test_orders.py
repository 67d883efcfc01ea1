"""From preview to payment: what is ordered, held, paid, given up, and never in silence."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.payments.models import Payment
from billing.refunds import accepting as refunds
from billing.refunds.models import Refund
from kernel import clock
from shop.cart.models import CartLine
from shop.catalog.models import Product, Sku
from shop.idempotency.models import Key
from shop.inventory.models import Reservation, Stock
from shop.orders import actions, queries
from shop.orders.messages import ExpireOrder
from shop.orders.models import Order, OrderLine, OrderStep
from shop.orders.states import ORDER_FLOW, OrderState
from tenants import context
from tests.shop.buying import ADDRESS, Buyer, attempt_numbers, history, level, refused
from tests.shop.catalogue import product, sku, skus
from wechat.errors import WeChatTimedOut

pytestmark = pytest.mark.django_db
EXPIRY = 31 * 60
MOST_STATEMENTS = 40
"""Of a checkout of two items with everything that runs for it (performance goals)."""


def paid(buyer, till, run_jobs, demand):
    order = buyer.order(demand)
    number = buyer.prepay(order)
    till.pays(number)
    assert till.calls_back(number) == 204
    run_jobs()
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    return order


def in_order():
    assert list(queries.violations()) == []


# Preview


def test_a_preview_says_what_it_costs_and_why_and_holds_nothing(buyer):
    actions.set_freight(flat_minor=800, free_from_minor=5_000)
    tea = sku("Tea", price_minor=990)
    answer = buyer.post(
        "/checkout/preview",
        {"lines": [{"sku_id": str(tea), "quantity": 2}], "address_id": buyer.address},
    ).json()
    assert (answer["goods_minor"], answer["freight_minor"], answer["total_minor"]) == (
        1_980, 800, 2_780,
    )  # fmt: skip
    assert [(r["kind"], r["rule"], r["amount_minor"]) for r in answer["explain"]] == [
        ("goods", "price_times_quantity", 1_980), ("freight", "flat", 800),
    ]  # fmt: skip
    assert answer["address"] == {**ADDRESS, "country": "CN", "postcode": ""}
    assert level(tea) == (10, 0)
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantity", [1, 3, 7])
@pytest.mark.parametrize("free_from", [None, 0, 3_000])
def test_the_order_costs_what_the_preview_said(buyer, quantity, free_from):
    actions.set_freight(flat_minor=799, free_from_minor=free_from)
    tea, cup = sku("Tea", price_minor=997), sku("Cup", price_minor=3)
    lines = [{"sku_id": str(s), "quantity": quantity} for s in (tea, cup)]
    preview = buyer.post("/checkout/preview", {"lines": lines}).json()
    order = buyer.order({tea: quantity, cup: quantity}, expected_total_minor=preview["total_minor"])
    for name in ("goods_minor", "freight_minor", "total_minor", "explain"):
        assert getattr(order, name) == preview[name]


def test_a_preview_refuses_what_the_order_would_refuse(buyer):
    tea, hidden = sku("Tea", stock=1), product("Hidden")
    Product.objects.filter(pk=hidden.pk).update(state="hidden")

    def preview(sku_id, quantity):
        body = {"lines": [{"sku_id": str(sku_id), "quantity": quantity}]}
        return buyer.post("/checkout/preview", body)

    refused(preview(tea, 2), 409, "stock_ran_out")
    assert preview(tea, 2).json()["facts"]["left"] == 1
    refused(preview(skus(hidden)[0].pk, 1), 409, "sku_not_for_sale")
    refused(preview(uuid4(), 1), 409, "sku_not_for_sale")
    refused(buyer.post("/checkout/preview", {"from_cart": True}), 422, "nothing_to_buy")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": []},
        {"lines": [{"sku_id": str(uuid4()), "quantity": 1}], "from_cart": True},
        {"lines": [{"sku_id": str(uuid4()), "quantity": 0}]},
        {"lines": [{"sku_id": "7d7cb35c-0b5d-4b39-9fd1-0000000000aa", "quantity": 1}] * 2},
        {"from_cart": True, "total_minor": 1},
    ],
)
def test_a_body_that_cannot_be_meant_is_refused(buyer, body):
    refused(buyer.post("/checkout/preview", body), 422, "input_invalid")


# Create


def test_an_order_holds_its_goods_and_waits_for_its_payment(buyer, queued):
    tea = product("Tea", price_minor=990, stock=10)
    (one,) = skus(tea)
    order = buyer.order({one.pk: 3}, remark="no bag")
    assert (order.state, order.goods_minor, order.freight_minor, order.total_minor) == (
        "unpaid", 2_970, 0, 2_970,
    )  # fmt: skip
    assert order.address == {**ADDRESS, "country": "CN", "postcode": ""}
    assert (order.remark, order.member, order.currency) == ("no bag", buyer.member, "CNY")
    assert order.number.startswith(f"{clock.now():%y%m%d}")
    assert (len(order.number), order.number.isdigit()) == (16, True)
    assert order.expires_at - order.created_at == timedelta(minutes=30)
    (line,) = order.lines.all()
    assert (line.title, line.unit_price_minor, line.quantity, line.amount_minor) == (
        "Tea", 990, 3, 2_970,
    )  # fmt: skip
    assert (line.product_id, line.sku_id, line.quantity_shipped) == (tea.pk, one.pk, 0)
    assert history(order) == [("unpaid", "ordered")]
    assert level(one.pk) == (10, 3)
    payment = Payment.objects.get(order_id=order.pk)
    assert (payment.amount_minor, payment.order_number, payment.expires_at) == (
        2_970, order.number, order.expires_at,
    )  # fmt: skip
    (expiry,) = queued("expire_order")
    assert expiry["kwargs"] == {"order_id": str(order.pk)}
    in_order()


def test_what_changes_later_does_not_change_the_order(buyer):
    tea = product("Tea", price_minor=990)
    order = buyer.order({skus(tea)[0].pk: 1})
    Product.objects.filter(pk=tea.pk).update(title="Coffee")
    Sku.objects.filter(product=tea).update(price_minor=1)
    buyer._send("patch", f"/addresses/{buyer.address}", {"street": "elsewhere"})
    shown = buyer.get(f"/orders/{order.pk}").json()
    assert (shown["lines"][0]["title"], shown["total_minor"]) == ("Tea", 990)
    assert shown["address"]["street"] == ADDRESS["street"]


def test_the_same_key_gives_the_same_order_and_the_same_bytes(buyer, queued):
    tea = sku()
    first, second = buyer.buy({tea: 2}, key="k1"), buyer.buy({tea: 2}, key="k1")
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["Idempotent-Replay"] == "true"
    assert Order.objects.count() == Payment.objects.count() == len(queued("expire_order")) == 1
    assert level(tea) == (10, 2)
    refused(buyer.buy({tea: 3}, key="k1"), 422, "idempotency_key_reused")


def test_an_order_needs_a_key(buyer):
    body = {"lines": [{"sku_id": str(sku()), "quantity": 1}], "address_id": buyer.address}
    refused(buyer.post("/orders", body), 422, "idempotency_key_missing")
    assert not Order.objects.exists()


def test_a_changed_price_refuses_with_the_new_total_and_leaves_nothing(buyer, queued):
    tea = sku(price_minor=990)
    answer = buyer.buy({tea: 2}, expected_total_minor=1_900)
    refused(answer, 409, "price_changed")
    assert answer.json()["facts"] == {"total_minor": 1_980}
    assert not Order.objects.exists()
    assert not Key.objects.exists()
    assert queued("expire_order") == []
    assert level(tea) == (10, 0)


def test_a_number_that_is_there_already_asks_the_buyer_to_try_again(buyer, monkeypatch):
    tea = sku()
    first = buyer.order({tea: 1})
    before = level(tea)
    with monkeypatch.context() as patch:
        patch.setattr("shop.orders.actions.buying._number", lambda: first.number)
        refused(buyer.buy({tea: 1}), 503, "order_number_taken")
    assert level(tea) == before
    assert Order.objects.get() == first
    assert buyer.order({tea: 1}).number != first.number


def test_too_little_of_one_item_refuses_the_whole_order(buyer, queued):
    tea, cup = sku("Tea", stock=10), sku("Cup", stock=1)
    refused(buyer.buy({tea: 1, cup: 2}), 409, "stock_ran_out")
    assert (level(tea), level(cup)) == ((10, 0), (1, 0))
    assert not Order.objects.exists()
    assert not Payment.objects.exists()
    assert queued("expire_order") == []


def test_an_order_from_the_cart_takes_what_is_ticked_and_can_be_bought(buyer):
    tea, cup, pot, gone = (sku(t, price_minor=100) for t in ("Tea", "Cup", "Pot", "Gone"))
    for one in (tea, cup, pot, gone):
        buyer.add(one, 2)
    buyer.patch(f"/cart/lines/{pot}", {"selected": False})
    Product.objects.filter(skus=gone).update(state="hidden")
    preview = buyer.post("/checkout/preview", {"from_cart": True}).json()
    order = buyer.order(expected_total_minor=preview["total_minor"])
    assert [line.title for line in order.lines.order_by("position")] == ["Cup", "Tea"]
    assert order.total_minor == preview["total_minor"] == 400
    assert set(CartLine.objects.values_list("sku_id", flat=True)) == {pot, gone}


def test_lines_that_are_named_leave_the_cart_alone(buyer):
    tea = sku()
    buyer.add(tea)
    buyer.order({tea: 1})
    assert CartLine.objects.count() == 1


def test_a_strangers_address_is_not_found(shop, till, buyer):
    other = Buyer(shop, till.appid, "openid-2")
    refused(buyer.buy({sku(): 1}, address_id=other.address), 404, "address_unknown")
    assert not Order.objects.exists()


def test_an_order_that_costs_nothing_is_paid_at_once(buyer, queued):
    gift = sku("Gift", price_minor=1)
    Sku.objects.filter(pk=gift).update(price_minor=0)
    order = buyer.order({gift: 1})
    assert order.state == OrderState.PAID
    assert order.paid_at is not None
    assert history(order) == [("unpaid", "ordered"), ("paid", "costs nothing")]
    assert level(gift) == (9, 0)
    assert not Payment.objects.exists()
    assert queued("expire_order") == []
    assert buyer.get(f"/orders/{order.pk}").json()["payment_state"] == "none"
    in_order()


# Pay


def test_a_paid_order_is_paid_once_however_often_wechat_says_so(buyer, till, run_jobs):
    tea = sku()
    order = buyer.order({tea: 2})
    number = buyer.prepay(order)
    till.pays(number)
    for event in ("EV-1", "EV-2", "EV-1"):
        assert till.calls_back(number, event) == 204
        run_jobs()
    order.refresh_from_db()
    assert (order.state, order.paid_at is not None) == ("paid", True)
    assert history(order) == [("unpaid", "ordered"), ("paid", "payment arrived")]
    assert level(tea) == (8, 0)
    for _ in range(2):
        actions.mark_paid(order_id=order.pk)
    assert order.steps.count() == 2
    assert buyer.get(f"/orders/{order.pk}").json()["payment_state"] == "succeeded"
    in_order()


def test_paying_again_gives_the_same_attempt(buyer, till):
    order = buyer.order({sku(): 1})
    assert buyer.prepay(order) == buyer.prepay(order)
    assert list(till.orders) == attempt_numbers(order)
    assert len(till.orders) == 1


def test_the_wrong_mini_program_is_refused_before_wechat_is_asked(buyer, till):
    order = buyer.order({sku(): 1})
    refused(buyer.post(f"/orders/{order.pk}/pay", {"appid": "wxother"}), 422, "other_mini_program")
    assert till.orders == {}


def test_wechat_away_is_a_503_and_the_order_stays_payable(buyer, till):
    order = buyer.order({sku(): 1})
    till.failure = WeChatTimedOut("too slow")
    answer = buyer.post(f"/orders/{order.pk}/pay")
    refused(answer, 503, "payment_unavailable")
    assert answer.headers["Retry-After"] == "2"
    till.failure = None
    assert buyer.prepay(order)


def test_refresh_finds_a_payment_whose_callback_never_came(buyer, till):
    tea = sku()
    order = buyer.order({tea: 1})
    till.pays(buyer.prepay(order))
    assert buyer.get(f"/orders/{order.pk}").json()["state"] == "unpaid"
    shown = buyer.post(f"/orders/{order.pk}/refresh").json()
    assert (shown["state"], shown["payment_state"]) == ("paid", "succeeded")
    assert level(tea) == (9, 0)


@pytest.mark.parametrize("verb", ["pay", "cancel"])
def test_a_paid_order_is_neither_paid_nor_cancelled(buyer, till, run_jobs, verb):
    order = paid(buyer, till, run_jobs, {sku(): 1})
    refused(buyer.post(f"/orders/{order.pk}/{verb}"), 409, "order_already_paid")
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_an_order_whose_time_is_over_cannot_be_paid(buyer, till):
    order = buyer.order({sku(): 1})
    with clock.ahead(timedelta(minutes=30, seconds=1)):
        refused(buyer.post(f"/orders/{order.pk}/pay"), 409, "order_not_payable")
    assert till.orders == {}


# Give up


def test_a_cancelled_order_frees_its_goods_and_can_be_paid_no_more(buyer, till, run_jobs):
    tea = sku()
    order = buyer.order({tea: 2})
    number = buyer.prepay(order)
    for _ in range(2):
        assert buyer.post(f"/orders/{order.pk}/cancel").json()["state"] == "cancelled"
    order.refresh_from_db()
    assert order.cancelled_at is not None
    assert history(order) == [("unpaid", "ordered"), ("cancelled", "cancelled by the buyer")]
    assert level(tea) == (10, 0)
    assert till.orders[number]["trade_state"] == "CLOSED"
    refused(buyer.post(f"/orders/{order.pk}/pay"), 409, "order_not_payable")
    run_jobs(ahead=EXPIRY)
    assert order.steps.count() == 2
    in_order()


def test_cancelling_what_was_just_paid_keeps_the_order(buyer, till):
    tea = sku()
    order = buyer.order({tea: 2})
    till.pays(buyer.prepay(order))
    refused(buyer.post(f"/orders/{order.pk}/cancel"), 409, "order_already_paid")
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert level(tea) == (8, 0)
    in_order()


def test_cancelling_while_wechat_is_away_changes_nothing(buyer, till):
    tea = sku()
    order = buyer.order({tea: 2})
    buyer.prepay(order)
    till.failure = WeChatTimedOut("too slow")
    refused(buyer.post(f"/orders/{order.pk}/cancel"), 503, "payment_unavailable")
    order.refresh_from_db()
    assert (order.state, level(tea)) == (OrderState.UNPAID, (10, 2))
    assert history(order) == [("unpaid", "ordered")]


def test_an_order_that_nobody_pays_is_cancelled_in_time(buyer, till, run_jobs):
    tea = sku()
    order = buyer.order({tea: 2})
    buyer.prepay(order)
    run_jobs(ahead=29 * 60)
    order.refresh_from_db()
    assert order.state == OrderState.UNPAID
    with clock.ahead(timedelta(minutes=30)):
        run_jobs(ahead=EXPIRY)
    order.refresh_from_db()
    assert (order.state, level(tea)) == (OrderState.CANCELLED, (10, 0))
    assert history(order)[-1] == ("cancelled", "not paid in time")
    actions.expire(order_id=order.pk)
    assert order.steps.count() == 2
    in_order()


def test_expiry_finds_a_payment_that_nobody_told_us_of(buyer, till):
    tea = sku()
    order = buyer.order({tea: 2})
    till.pays(buyer.prepay(order))
    actions.expire(order_id=order.pk)
    order.refresh_from_db()
    assert (order.state, level(tea)) == (OrderState.PAID, (8, 0))


def test_expiry_comes_back_in_a_minute_when_wechat_is_away(buyer, till, queued):
    order = buyer.order({sku(): 2})
    buyer.prepay(order)
    till.failure = WeChatTimedOut("too slow")
    actions.expire(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == OrderState.UNPAID
    assert len(queued("expire_order")) == 2
    assert ExpireOrder(order.pk)


def late(buyer, till, demand):
    """An order that was cancelled while the buyer's payment was on its way."""
    order = buyer.order(demand)
    number = buyer.prepay(order)
    buyer.post(f"/orders/{order.pk}/cancel")
    till.orders[number]["trade_state"] = "NOTPAY"
    till.pays(number)
    return order, number


def test_a_late_payment_is_taken_while_there_is_stock(buyer, till, run_jobs):
    tea = sku()
    order, number = late(buyer, till, {tea: 2})
    for event in ("EV-1", "EV-2"):
        till.calls_back(number, event)
        run_jobs()
    order.refresh_from_db()
    assert (order.state, level(tea)) == (OrderState.PAID, (8, 0))
    assert [state for state, _ in history(order)] == ["unpaid", "cancelled", "paid"]
    assert not Refund.objects.exists()
    in_order()


def test_a_late_payment_for_what_is_sold_out_goes_back_by_itself(shop, buyer, till, run_jobs):
    tea = sku(stock=2)
    order, number = late(buyer, till, {tea: 2})
    rival = Buyer(shop, till.appid, "openid-2")
    kept = rival.order({tea: 1})
    for event in ("EV-1", "EV-2"):
        till.calls_back(number, event)
        run_jobs()
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.CANCELLED, 1_980)
    assert [state for state, _ in history(order)] == ["unpaid"] + ["cancelled"] * 3
    assert "sold out" in history(order)[2][1]
    assert [r.amount_minor for r in Refund.objects.all()] == [1_980]
    assert len(till.refunds) == 1
    assert level(tea) == (2, 1)
    assert Reservation.objects.get(order_id=kept.pk).state == "held"
    assert buyer.get(f"/orders/{order.pk}").json()["refund_state"] == "fully"
    in_order()


def test_a_late_payment_whose_refund_wechat_gave_up_goes_back_anew(shop, buyer, till, run_jobs):
    tea = sku(stock=2)
    order, number = late(buyer, till, {tea: 2})
    Buyer(shop, till.appid, "openid-2").order({tea: 1})
    till.calls_back(number)
    till.failure = WeChatTimedOut("too slow")
    run_jobs()
    refund = Refund.objects.get()
    word = refunds.Word(refund.out_refund_no, number, "CLOSED", 1_980, 1_980, None)
    for _ in range(2):
        refunds.apply_result(word)
    till.failure = None
    run_jobs()
    assert Refund.objects.count() == 1, "whatever was wrong is wrong still"
    in_order()
    with clock.ahead(timedelta(hours=25)):  # had nobody asked anew by then
        said = list(queries.violations())
    assert f"I2 order {order.number} is cancelled, and 1980 of its late payment stays" in said
    run_jobs(ahead=25 * 3_600)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.CANCELLED, 1_980)
    assert sorted(r.state for r in Refund.objects.all()) == ["closed", "succeeded"]
    in_order()


# Look


def test_the_list_shows_the_newest_first_page_by_page_with_counts(buyer, till, run_jobs):
    tea = sku(stock=100)
    orders = [buyer.order({tea: 1}) for _ in range(5)]
    buyer.post(f"/orders/{orders[0].pk}/cancel")
    first = buyer.get("/orders", limit=2).json()
    assert [o["number"] for o in first["items"]] == [orders[4].number, orders[3].number]
    assert first["counts"] == {
        "to_pay": 4, "to_ship": 0, "to_receive": 0, "completed": 0, "cancelled": 1, "refunded": 0,
    }  # fmt: skip
    second = buyer.get("/orders", limit=2, cursor=first["next"]).json()
    third = buyer.get("/orders", limit=2, cursor=second["next"]).json()
    assert [o["number"] for o in second["items"]] == [orders[2].number, orders[1].number]
    assert ([o["number"] for o in third["items"]], third["next"]) == ([orders[0].number], None)
    cancelled = buyer.get("/orders", state="cancelled").json()
    assert [o["number"] for o in cancelled["items"]] == [orders[0].number]
    assert cancelled["items"][0]["lines"][0]["title"] == "Tea"


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": 0}, {"limit": 101}, {"state": "x"}])
def test_a_list_that_cannot_be_is_refused(buyer, query):
    assert buyer.get("/orders", **query).status_code == 422


def test_strangers_find_nothing_of_an_order(shop, other_shop, buyer, till):
    order = buyer.order({sku(): 1})
    stranger = Buyer(shop, till.appid, "openid-2")
    for path in ("", "/pay", "/refresh", "/cancel", "/confirm-receipt"):
        ask = stranger.post if path else stranger.get
        refused(ask(f"/orders/{order.pk}{path}"), 404, "not_found")
    assert stranger.get("/orders").json()["items"] == []
    with context.activate(other_shop):
        neighbour = Buyer(other_shop, till.appid)
        refused(neighbour.get(f"/orders/{order.pk}"), 404, "not_found")
        refused(neighbour.post(f"/orders/{order.pk}/cancel"), 404, "not_found")
    order.refresh_from_db()
    assert order.state == OrderState.UNPAID


# What must never be


def test_history_cannot_be_changed_or_erased(buyer):
    order = buyer.order({sku(): 1})
    for act in (
        lambda: OrderStep.objects.filter(order=order).update(reason="x"),
        lambda: OrderStep.objects.filter(order=order).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()
    assert history(order) == [("unpaid", "ordered")]


def test_every_state_is_on_the_page_and_only_refunded_is_an_end():
    assert set(ORDER_FLOW.steps) == set(OrderState)
    assert ORDER_FLOW.ends() == {OrderState.REFUNDED}


def test_violations_are_told(buyer, till, run_jobs):
    tea = sku()
    order = paid(buyer, till, run_jobs, {tea: 2})
    forgotten = buyer.order({tea: 1})
    in_order()
    Stock.objects.filter(pk=tea).update(reserved=2)
    Order.objects.filter(pk=order.pk).update(state="unpaid")
    OrderLine.objects.filter(order=order).update(quantity_shipped=1)
    OrderStep.objects.create(order=forgotten, state="completed", reason="x", by="x")
    with clock.ahead(timedelta(hours=1)):
        told = sorted(sentence.split(" order ")[0].split(" sku ")[0] for sentence in (
            queries.violations()
        ))
    assert told == [
        "I10", "I10", "I10", "I2", "I4", "I5", "I5", "I8", "I8",
    ]  # fmt: skip


# What it costs


def statements(call, status=200):
    with CaptureQueriesContext(connection) as seen:
        answer = call()
    assert answer.status_code == status, answer.content
    return len(seen)


def test_lists_cost_the_same_with_30_orders_as_with_1(buyer):
    tea, cup = sku(stock=100), sku("Cup", stock=100)
    buyer.order({tea: 1})
    alone = statements(lambda: buyer.get("/orders", limit=100))
    for _ in range(29):
        buyer.order({tea: 1, cup: 1})
    assert statements(lambda: buyer.get("/orders", limit=100)) == alone == 4


def test_a_whole_checkout_costs_few_statements(buyer, till, run_jobs, capsys):
    tea, cup = sku("Tea", price_minor=990), sku("Cup", price_minor=500)
    assert buyer.get("/cart").status_code == 200
    spent = {}

    def count(name, call, status=200):
        with CaptureQueriesContext(connection) as seen:
            answer = call()
        assert getattr(answer, "status_code", status) == status
        spent[name] = [q["sql"] for q in seen.captured_queries]

    count("add", lambda: buyer.add(tea))
    count("add again", lambda: buyer.add(cup))
    count("address", lambda: buyer.post("/addresses", ADDRESS), 201)
    address = buyer.get("/addresses").json()["items"][0]["id"]
    buyer._address = address
    wanted = {"from_cart": True, "address_id": address}
    count("preview", lambda: buyer.post("/checkout/preview", wanted))
    count("create", lambda: buyer.buy(), 201)
    order = Order.objects.get()
    count("prepay", lambda: buyer.post(f"/orders/{order.pk}/pay"))
    (number,) = attempt_numbers(order)
    till.pays(number)
    count("callback", lambda: till.calls_back(number), 204)
    count("jobs", lambda: run_jobs())
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    own = {name: [q for q in seen if "SAVEPOINT" not in q] for name, seen in spent.items()}
    own["jobs"] = [q for q in own["jobs"] if not q.startswith("DELETE FROM dramatiq")]
    counts = {name: len(seen) for name, seen in own.items()}
    with capsys.disabled():
        print(f"\nstatements of a checkout: {sum(counts.values())}, {counts}")
    assert (counts["add"], counts["preview"], counts["create"]) == (2, 2, 9)
    about_orders = [q for q in own["jobs"] if "orders_" in q or "inventory_" in q]
    assert len(about_orders) == 2
    assert sum(counts.values()) <= MOST_STATEMENTS

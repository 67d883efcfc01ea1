"""Asking for money back: who may, once at a time, and what an answer does to the money."""

import pytest

from billing.refunds.models import Refund
from shop.aftersale import actions
from shop.aftersale.models import AfterSale
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.orders.states import OrderState
from tests.shop.buying import Buyer, refused
from tests.shop.catalogue import sku

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(buyer, till, run_jobs):
    """Buy two, pay, and let the worker hear of it."""

    def make(demand=None):
        order = buyer.order(demand or {sku(): 2})
        number = buyer.prepay(order)
        till.pays(number)
        till.calls_back(number)
        run_jobs()
        order.refresh_from_db()
        assert order.state == OrderState.PAID
        return order

    return make


def ask(buyer, order, *, key="ask-1", reason="damaged", **more):
    body = {"order_id": str(order.pk), "reason": reason, **more}
    return buyer.post("/aftersales", body, **{"Idempotency-Key": key})


def asked(buyer, order, **more):
    answer = ask(buyer, order, **more)
    assert answer.status_code == 201, answer.content
    return buyer.get(f"/aftersales/{answer.json()['id']}").json()


def agree(desk, row, **body):
    return desk.post(f"/aftersales/{row['id']}/agree", body)


def refuse(desk, row, answer="It was fine when it left us."):
    return desk.post(f"/aftersales/{row['id']}/refuse", {"answer": answer})


def state_of(row):
    return AfterSale.objects.get(pk=row["id"]).state


def steps_of(row):
    found = AfterSale.objects.get(pk=row["id"]).steps.order_by("at", "pk")
    return list(found.values_list("state", "by"))


# Ask


def test_a_paid_order_is_asked_for_and_shown_whole(paid, buyer):
    order = paid()
    row = asked(buyer, order, description="  The lid is broken. ")
    assert {k: row[k] for k in ("state", "reason", "description", "answer")} == {
        "state": "requested", "reason": "damaged", "description": "The lid is broken.",
        "answer": "",
    }  # fmt: skip
    assert (row["amount_minor"], row["currency"]) == (order.total_minor, "CNY")
    assert (row["order"]["number"], row["order"]["parcels_count"]) == (order.number, 0)
    assert [line["quantity"] for line in row["order"]["lines"]] == [2]
    assert buyer.get("/aftersales", order_id=str(order.pk)).json() == {"items": [row], "next": None}
    order.refresh_from_db()
    assert (order.state, order.refund_requested_at) == ("paid", None)
    assert not Refund.objects.exists()


def test_the_same_key_is_the_same_request_and_another_one_is_refused(paid, buyer):
    order = paid()
    first, again = ask(buyer, order), ask(buyer, order)
    assert (first.status_code, again.content) == (201, first.content)
    refused(ask(buyer, order, key="ask-2"), 409, "already_requested")
    refused(
        buyer.post("/aftersales", {"order_id": str(order.pk), "reason": "other"}),
        422, "idempotency_key_missing",
    )  # fmt: skip
    assert AfterSale.objects.count() == 1


def test_shipped_and_completed_orders_are_asked_for_too(paid, buyer, desk, run_jobs):
    order = paid()
    desk.ship(order)
    run_jobs()
    row = asked(buyer, order)
    assert (row["order"]["state"], row["order"]["parcels_count"]) == ("shipped", 1)
    assert buyer.post(f"/aftersales/{row['id']}/cancel").status_code == 200
    assert buyer.post(f"/orders/{order.pk}/confirm-receipt").status_code == 200
    assert asked(buyer, order, key="ask-2")["order"]["state"] == "completed"


def test_nothing_is_asked_back_where_nothing_was_paid_or_it_goes_back_already(
    paid, buyer, desk, run_jobs
):
    unpaid = buyer.order({sku(): 1})
    refused(ask(buyer, unpaid), 409, "nothing_to_give_back")
    order = paid()
    assert desk.refund(order).status_code == 200
    refused(ask(buyer, order, key="ask-2"), 409, "nothing_to_give_back")
    run_jobs()
    refused(ask(buyer, order, key="ask-3"), 409, "nothing_to_give_back")
    assert not AfterSale.objects.exists()


def test_somebody_elses_order_and_request_do_not_exist(shop, till, paid, buyer):
    order = paid()
    row = asked(buyer, order)
    other = Buyer(shop, till.appid, "openid-2")
    refused(ask(other, order), 404, "order_unknown")
    assert other.get(f"/aftersales/{row['id']}").status_code == 404
    assert other.post(f"/aftersales/{row['id']}/cancel").status_code == 404
    assert other.get("/aftersales").json()["items"] == []
    assert state_of(row) == "requested"


@pytest.mark.parametrize(
    "body", [{"reason": "bored"}, {"reason": "other", "description": "x" * 201}, {"amount": 1}]
)
def test_what_does_not_fit_is_refused(paid, buyer, body):
    assert ask(buyer, paid(), **body).status_code == 422
    assert not AfterSale.objects.exists()


def test_a_customers_requests_come_in_pages(paid, buyer):
    rows = [asked(buyer, paid(), key=f"ask-{n}")["id"] for n in range(3)]
    first = buyer.get("/aftersales", limit=2).json()
    assert [row["id"] for row in first["items"]] == rows[:0:-1]
    second = buyer.get("/aftersales", limit=2, cursor=first["next"]).json()
    assert ([row["id"] for row in second["items"]], second["next"]) == (rows[:1], None)


# Take it back


def test_a_request_is_taken_back_and_may_be_made_again(paid, buyer, desk):
    order = paid()
    row = asked(buyer, order)
    for _ in range(2):
        assert buyer.post(f"/aftersales/{row['id']}/cancel").json()["state"] == "cancelled"
    assert steps_of(row) == [("requested", "customer"), ("cancelled", "customer")]
    refused(agree(desk, row), 409, "request_already_answered")
    refused(refuse(desk, row), 409, "request_already_answered")
    assert not Refund.objects.exists()
    assert asked(buyer, order, key="ask-2")["id"] != row["id"]


# Answer


def test_agreeing_gives_the_money_back_once(paid, buyer, desk, run_jobs, owner):
    order = paid()
    row = asked(buyer, order)
    assert agree(desk, row).json()["state"] == agree(desk, row).json()["state"] == "agreed"
    refused(buyer.post(f"/aftersales/{row['id']}/cancel"), 409, "request_already_answered")
    refused(desk.ship(order), 409, "order_is_being_refunded")
    run_jobs()
    (refund,) = Refund.objects.all()
    assert (refund.amount.minor, refund.reason) == (order.total_minor, "商品损坏")
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.REFUNDED, order.total_minor)
    assert agree(desk, row).json()["state"] == "refunded"
    assert steps_of(row) == [
        ("requested", "customer"), ("agreed", owner.email), ("refunded", "platform"),
    ]  # fmt: skip
    shown = buyer.get(f"/aftersales/{row['id']}").json()
    assert [step["state"] for step in shown["steps"]] == ["requested", "agreed", "refunded"]
    actions.note_refund(order_id=order.pk)
    assert len(steps_of(row)) == 3


def test_a_parcel_that_went_out_meanwhile_makes_the_shop_look_again(paid, buyer, desk):
    order = paid()
    row = asked(buyer, order)
    desk.ship(order)
    refused(agree(desk, row, parcels_count=0), 409, "order_changed_meanwhile")
    assert (state_of(row), steps_of(row)) == ("requested", [("requested", "customer")])
    assert not Refund.objects.exists()
    assert agree(desk, row, parcels_count=1).json()["state"] == "agreed"


def test_refusing_says_why_and_moves_no_money(paid, buyer, desk, run_jobs):
    order = paid()
    row = asked(buyer, order)
    for _ in range(2):
        assert refuse(desk, row).json()["state"] == "refused"
    assert refuse(desk, row, " ").status_code == 422
    refused(agree(desk, row), 409, "request_already_answered")
    run_jobs()
    shown = buyer.get(f"/aftersales/{row['id']}").json()
    assert (shown["state"], shown["answer"]) == ("refused", "It was fine when it left us.")
    order.refresh_from_db()
    assert (order.state, order.refund_requested_at) == ("paid", None)
    assert not Refund.objects.exists()
    assert asked(buyer, order, key="ask-2")["state"] == "requested"


def test_a_request_for_an_order_that_cost_nothing_ends_by_the_orders_own_door(
    buyer, desk, run_jobs
):
    gift = sku("Gift", price_minor=1)
    Sku.objects.filter(pk=gift).update(price_minor=0)
    order = buyer.order({gift: 1})
    row = asked(buyer, order)
    assert desk.refund(order).status_code == 200
    run_jobs()
    assert state_of(row) == "refunded"


def test_money_that_goes_back_by_the_orders_own_door_ends_the_request(
    paid, buyer, desk, run_jobs
):
    order = paid()
    row = asked(buyer, order)
    assert desk.refund(order).status_code == 200
    refused(agree(desk, row), 409, "order_not_refundable")
    assert state_of(row) == "requested"
    run_jobs()
    assert state_of(row) == "refunded"
    assert Refund.objects.count() == 1


def test_an_order_that_cost_nothing_is_given_back_at_once(buyer, desk):
    gift = sku()
    Sku.objects.filter(pk=gift).update(price_minor=0)
    order = buyer.order({gift: 1})
    assert order.state == OrderState.PAID
    row = asked(buyer, order)
    assert (row["amount_minor"], agree(desk, row).json()["state"]) == (0, "refunded")
    assert Order.objects.get(pk=order.pk).state == OrderState.REFUNDED


def test_staff_see_requests_by_state_and_only_managers_answer(paid, buyer, desk, packer):
    row = asked(buyer, paid())
    shown = packer.get("/aftersales").json()
    assert [one["id"] for one in shown["items"]] == [row["id"]]
    assert shown["counts"] == {
        "requested": 1, "agreed": 0, "refunded": 0, "refused": 0, "cancelled": 0,
    }  # fmt: skip
    assert packer.get("/aftersales", state="refused").json()["items"] == []
    assert packer.get(f"/aftersales/{row['id']}").json() == row
    assert agree(packer, row).status_code == refuse(packer, row).status_code == 403
    assert state_of(row) == "requested"
    assert desk.get("/aftersales", state="requested").json()["items"][0]["id"] == row["id"]

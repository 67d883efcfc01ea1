"""An order that its buyer fetches: where, for nothing, by a code, and what WeChat hears of it."""

import base64
from io import BytesIO

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from billing.ledger import queries as books
from billing.ledger.states import Account as Book
from shop.catalog.models import Sku
from shop.notices.facts import facts_of
from shop.notices.news import Fact, News
from shop.orders import actions, queries
from shop.orders.actions.handing import MOST_TRIES
from shop.orders.models import Order, Parcel, ShippingUpload
from shop.pickup_points.models import MOST_POINTS
from tests.shop.buying import POINT, history, level, refused
from tests.shop.catalogue import sku

pytestmark = pytest.mark.django_db
WHO = {"recipient": "取货人", "phone": "13800001234"}


@pytest.fixture
def paid(buyer, till, desk, run_jobs):
    """Order for pick-up, pay, and let the worker hear of it."""

    def make(demand):
        order = buyer.collect(demand, desk.offer_pickup())
        number = buyer.prepay(order)
        till.pays(number)
        till.calls_back(number)
        run_jobs()
        order.refresh_from_db()
        assert order.state == "paid"
        return order

    return make


def in_order():
    assert list(queries.violations()) == []


# Points


def test_the_owner_keeps_points_and_buyers_see_those_that_are_offered(desk, buyer):
    assert buyer.get("/pickup-points").json() == {"items": []}
    near, far = desk.offer_pickup(), desk.offer_pickup(name="余杭店", is_active=False)
    assert [p["id"] for p in desk.get("/pickup-points").json()["items"]] == [near, far]
    assert buyer.get("/pickup-points").json() == {"items": [{"id": near, **POINT}]}
    changed = desk.send("put", f"/pickup-points/{far}", {**POINT, "hours": "周末"})
    assert changed.json() == {"id": far, **POINT, "hours": "周末", "is_active": True}
    assert desk.send("delete", f"/pickup-points/{near}").status_code == 204
    assert [p["hours"] for p in buyer.get("/pickup-points").json()["items"]] == ["周末"]
    assert desk.send("delete", f"/pickup-points/{near}").status_code == 404


def test_points_are_few_well_formed_and_the_managers_business(desk, packer):
    for change in ({"name": ""}, {"phone": "call me"}, {"hours": "x" * 101}, {"colour": "red"}):
        assert desk.post("/pickup-points", {**POINT, **change}).status_code == 422
    refused(packer.post("/pickup-points", POINT), 403, "not_allowed")
    for _ in range(MOST_POINTS):
        desk.offer_pickup()
    assert len(packer.get("/pickup-points").json()["items"]) == MOST_POINTS
    refused(desk.post("/pickup-points", POINT), 409, "too_many_pickup_points")


# Checkout


def test_what_is_fetched_costs_no_freight_and_says_why(desk, buyer):
    desk.send("put", "/orders/freight", {"flat_minor": 800, "free_from_minor": None})
    tea, point = sku(price_minor=1_000), desk.offer_pickup()
    lines = [{"sku_id": str(tea), "quantity": 2}]
    sent = buyer.post("/checkout/preview", {"lines": lines, "address_id": buyer.address}).json()
    shown = buyer.post("/checkout/preview", {"lines": lines, "pickup_point_id": point}).json()
    assert (sent["total_minor"], sent["pickup"]) == (2_800, None)
    assert (shown["freight_minor"], shown["total_minor"]) == (0, 2_000)
    assert shown["pickup"] == {"point_id": point, **POINT}
    assert (shown["explain"][-1]["kind"], shown["explain"][-1]["rule"]) == ("freight", "fetched")
    order = buyer.collect({tea: 2}, point, expected_total_minor=2_000)
    told = buyer.get(f"/orders/{order.pk}/explanations").json()
    assert "Fetched by the buyer, so no delivery" in str(told)
    in_order()


def test_it_is_one_way_or_the_other(desk, buyer):
    tea, point = sku(), desk.offer_pickup()
    pickup = {"point_id": point, **WHO}
    lines = {"lines": [{"sku_id": str(tea), "quantity": 1}]}
    both = {**lines, "address_id": buyer.address, "pickup": pickup}
    for body in (lines, both, {**lines, "pickup": {**pickup, "phone": "x"}}):
        assert buyer.post("/orders", body, **{"Idempotency-Key": "k" * 20}).status_code == 422
    preview = {**lines, "address_id": buyer.address, "pickup_point_id": point}
    assert buyer.post("/checkout/preview", preview).status_code == 422
    assert not Order.objects.exists()


def test_a_point_that_is_gone_and_a_shop_without_any_say_so(desk, buyer):
    tea, point = sku(), desk.offer_pickup()
    pickup = {"point_id": point, **WHO}
    look = {"lines": [{"sku_id": str(tea), "quantity": 1}], "pickup_point_id": point}
    other = desk.offer_pickup()
    desk.send("put", f"/pickup-points/{point}", {**POINT, "is_active": False})
    refused(buyer.post("/checkout/preview", look), 409, "pickup_point_gone")
    refused(buyer.buy({tea: 1}, pickup=pickup), 409, "pickup_point_gone")
    desk.send("delete", f"/pickup-points/{other}")
    refused(buyer.post("/checkout/preview", look), 409, "pickup_not_offered")
    refused(buyer.buy({tea: 1}, pickup=pickup), 409, "pickup_not_offered")
    assert not Order.objects.exists()
    assert level(tea)[1] == 0


def test_the_order_keeps_the_point_as_it_was(desk, buyer):
    tea, point = sku(), desk.offer_pickup()
    order = buyer.collect({tea: 1}, point)
    desk.send("delete", f"/pickup-points/{point}")
    for shown in (
        buyer.get(f"/orders/{order.pk}").json(),
        desk.get(f"/orders/{order.pk}").json(),
        buyer.get("/orders").json()["items"][0],
    ):
        assert shown["pickup"] == {"point_id": point, **POINT}
    address = desk.get(f"/orders/{order.pk}").json()["address"]
    assert (address["recipient"], address["phone"], address["street"]) == (*WHO.values(), "")
    assert [o["number"] for o in desk.get("/orders", q="取货人").json()["items"]] == [order.number]


def test_the_same_key_makes_one_order_whichever_way(desk, buyer):
    tea, point = sku(), desk.offer_pickup()
    pickup = {"point_id": point, **WHO}
    first, again = (buyer.buy({tea: 1}, key="k" * 20, pickup=pickup) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    refused(buyer.buy({tea: 1}, key="k" * 20), 422, "idempotency_key_reused")


def test_a_checkout_asks_no_more_statements_for_pick_up(desk, buyer):
    tea, point = sku(), desk.offer_pickup()
    lines = [{"sku_id": str(tea), "quantity": 1}]
    counts = []
    for way in ({"address_id": buyer.address}, {"pickup_point_id": point}):
        with CaptureQueriesContext(connection) as seen:
            assert buyer.post("/checkout/preview", {"lines": lines, **way}).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_database_keeps_what_is_fetched_free_of_freight_and_with_a_code(desk, buyer):
    order = buyer.collect({sku(): 1}, desk.offer_pickup())
    for wrong in ({"pickup_code": ""}, {"freight_minor": 1, "total_minor": order.total_minor + 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**wrong)


# The code


def test_the_buyer_alone_sees_the_code_while_it_is_of_use(paid, desk, buyer):
    order = paid({sku(): 1})
    ticket = buyer.get(f"/orders/{order.pk}").json()["ticket"]
    assert (ticket["code"], len(order.pickup_code)) == (order.pickup_code, 6)
    kind, _, data = ticket["picture"].partition(",")
    picture = Image.open(BytesIO(base64.b64decode(data)))
    assert (kind, picture.format, picture.width % 8) == ("data:image/png;base64", "PNG", 0)
    for shown in (
        desk.get(f"/orders/{order.pk}"), desk.get("/orders"), buyer.get("/orders"),
        desk.post(f"/orders/{order.pk}/ready"),
    ):  # fmt: skip
        assert "ticket" not in str(shown.json())
        assert f'"{order.pickup_code}"' not in shown.content.decode()
    assert desk.hand_over(order).status_code == 200
    assert buyer.get(f"/orders/{order.pk}").json()["ticket"] is None


def test_an_unpaid_or_a_sent_order_has_no_ticket(desk, buyer):
    tea = sku()
    for order in (buyer.collect({tea: 1}, desk.offer_pickup()), buyer.order({tea: 1})):
        assert buyer.get(f"/orders/{order.pk}").json()["ticket"] is None


def test_codes_cannot_be_guessed(paid, packer, buyer):
    order = paid({sku(): 1})
    wrong = f"{(int(order.pickup_code) + 1) % 10**6:06d}"
    for left in range(MOST_TRIES - 1, -1, -1):
        answer = packer.hand_over(order, wrong)
        refused(answer, 422, "pickup_code_wrong")
        assert answer.json()["facts"] == {"left": left}
    refused(packer.hand_over(order), 429, "pickup_code_blocked")
    for odd in ("12345", "1234567", "abcdef", "１２３４５６"):
        assert packer.hand_over(order, odd).status_code == 422
    order.refresh_from_db()
    assert order.state == "paid"
    packer.post(f"/orders/{order.pk}/ready")
    done = buyer.post(f"/orders/{order.pk}/confirm-receipt").json()
    assert done["state"] == "completed"
    in_order()


# From paid to picked up


def test_made_ready_then_handed_over_and_wechat_hears_of_it_then(
    paid, packer, buyer, till, run_jobs
):
    tea, cup = sku("Tea"), sku("Cup")
    order = paid({tea: 2, cup: 1})
    ready = packer.post(f"/orders/{order.pk}/ready").json()
    assert (ready["state"], ready["shipped_at"] is not None) == ("shipped", True)
    (parcel,) = ready["parcels"]
    assert (parcel["carrier"], parcel["tracking_number"]) == (None, "")
    assert [part["quantity"] for part in parcel["contents"]] == [2, 1]
    assert packer.post(f"/orders/{order.pk}/ready").json() == ready
    run_jobs()
    assert till.pickups == till.uploads == []
    assert not ShippingUpload.objects.exists()
    in_order()
    done = packer.hand_over(order).json()
    assert done["state"] == "completed"
    assert packer.hand_over(order).json() == done
    run_jobs()
    (told,) = till.pickups
    at_wechat = till.orders[next(iter(till.orders))]
    assert told.pop("uploaded_at") is not None
    assert told == {
        "appid": till.appid,
        "openid": buyer.member.openid,
        "transaction_id": at_wechat["transaction_id"],
        "item_description": "Tea × 2; Cup × 1",
    }
    assert till.uploads == []
    upload = ShippingUpload.objects.get(order=order)
    assert (upload.state, upload.attempts, upload.parcels_count) == ("sent", 1, 1)
    assert [step for step, _ in history(order)] == ["unpaid", "paid", "shipped", "completed"]
    assert history(order)[-2:] == [
        ("shipped", "ready for pick-up"), ("completed", "handed over for the code"),
    ]  # fmt: skip
    assert books.balance(Book.HELD).minor == 0
    in_order()


def test_handed_over_at_once(paid, packer, till, run_jobs):
    order = paid({sku(): 1})
    assert packer.hand_over(order).json()["state"] == "completed"
    run_jobs()
    assert (len(till.pickups), Parcel.objects.filter(order=order).count()) == (1, 1)
    assert [step for step, _ in history(order)] == ["unpaid", "paid", "shipped", "completed"]
    in_order()


def test_the_buyer_confirms_what_lies_ready_and_not_before(paid, packer, buyer, till, run_jobs):
    order = paid({sku(): 1})
    refused(buyer.post(f"/orders/{order.pk}/confirm-receipt"), 409, "order_cannot_move")
    packer.post(f"/orders/{order.pk}/ready")
    assert buyer.post(f"/orders/{order.pk}/confirm-receipt").json()["state"] == "completed"
    run_jobs()
    assert len(till.pickups) == 1
    in_order()


def test_what_lies_ready_for_days_counts_as_received(paid, packer, till, run_jobs):
    order = paid({sku(): 1})
    packer.post(f"/orders/{order.pk}/ready")
    run_jobs(ahead=configured.AUTO_CONFIRM_DAYS * 86_400 + 60)
    order.refresh_from_db()
    assert (order.state, len(till.pickups)) == ("completed", 1)


def test_an_order_goes_the_way_it_was_bought(paid, packer, buyer, till, run_jobs):
    fetched = paid({sku(): 1})
    refused(packer.ship(fetched), 409, "order_is_fetched")
    sent = buyer.order({sku(): 1})
    refused(packer.post(f"/orders/{sent.pk}/ready"), 409, "order_is_sent")
    refused(packer.hand_over(sent, "000000"), 409, "order_is_sent")
    unpaid = buyer.collect({sku(): 1}, str(fetched.pickup["point_id"]))
    refused(packer.post(f"/orders/{unpaid.pk}/ready"), 409, "order_not_shippable")
    refused(packer.hand_over(unpaid), 409, "order_cannot_move")


def test_staff_see_who_comes_apart_from_what_is_to_be_sent(paid, packer, buyer, till, run_jobs):
    first, second = paid({sku(): 1}), paid({sku(): 1})
    sent = buyer.order({sku(): 1})
    till.tells((till.pays(buyer.prepay(sent))).out_trade_no)
    run_jobs()
    packer.post(f"/orders/{first.pk}/ready")

    def numbers(**query):
        return [order["number"] for order in packer.get("/orders", **query).json()["items"]]

    assert numbers(to_hand_over=True) == [first.number, second.number]
    assert numbers(to_ship=True) == [sent.number]
    today = packer.get("/today").json()
    assert (today["to_hand_over_count"], today["to_ship_count"]) == (2, 1)
    packer.hand_over(first)
    assert numbers(to_hand_over=True) == [second.number]


def test_an_order_that_costs_nothing_is_fetched_too(desk, buyer, packer, till, run_jobs):
    gift = sku()
    Sku.objects.filter(pk=gift).update(price_minor=0)
    order = buyer.collect({gift: 1}, desk.offer_pickup())
    assert packer.hand_over(order).json()["state"] == "completed"
    run_jobs()
    assert ShippingUpload.objects.get(order=order).state == "not_needed"
    assert till.pickups == []
    in_order()


def test_the_notice_says_that_it_lies_ready(paid, packer):
    order = paid({sku(): 1})
    packer.post(f"/orders/{order.pk}/ready")
    order.refresh_from_db()
    (parcel,) = order.parcels.all()
    told = facts_of(News.ORDER_SHIPPED, order=order, lines=list(order.lines.all()), parcel=parcel)
    assert (told[Fact.CARRIER], told[Fact.TRACKING]) == ("到店自提", order.number)
    assert (told[Fact.STATUS], told[Fact.HINT]) == ("待自提", "商品已备好，请凭取货码自提")


# The way back


@pytest.mark.parametrize("is_ready", [False, True])
def test_what_nobody_fetched_is_refunded_and_on_the_shelf_again(
    paid, desk, till, run_jobs, is_ready
):
    tea = sku(stock=5)
    order = paid({tea: 2})
    if is_ready:
        desk.post(f"/orders/{order.pk}/ready")
    assert desk.refund(order).status_code == 200
    refused(desk.hand_over(order), 409, "order_is_being_refunded")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == ("refunded", order.total_minor)
    assert level(tea) == (5, 0)
    assert till.pickups == []
    in_order()


def test_what_was_fetched_stays_off_the_shelf(paid, desk, till, run_jobs):
    tea = sku(stock=5)
    order = paid({tea: 2})
    desk.hand_over(order)
    run_jobs()
    order.refresh_from_db()
    assert desk.refund(order).status_code == 200
    run_jobs()
    order.refresh_from_db()
    assert (order.state, level(tea), len(till.pickups)) == ("refunded", (3, 0), 1)
    in_order()


def test_a_part_goes_back_and_the_rest_is_fetched(paid, desk, till, run_jobs):
    tea = sku(stock=5)
    order = paid({tea: 3})
    (line,) = order.lines.all()
    back = {"lines": [{"line_id": str(line.pk), "quantity": 1}], "reason": "one too many"}
    headers = {"Idempotency-Key": "part-1"}
    assert desk.post(f"/orders/{order.pk}/returns", back, **headers).status_code == 201
    run_jobs()
    assert desk.hand_over(order).json()["state"] == "completed"
    run_jobs()
    assert [told["item_description"] for told in till.pickups] == ["Tea × 2"]
    assert level(tea) == (3, 0)
    in_order()


def test_a_hand_over_that_fails_counts_the_try_and_changes_nothing_else(paid, packer, monkeypatch):
    order = paid({sku(): 1})

    def fail(**_):
        raise RuntimeError("power cut")

    monkeypatch.setattr("shop.orders.actions.handing.confirm_receipt", fail)
    with pytest.raises(RuntimeError):
        actions.hand_over(order=order, code=order.pickup_code, by="test")
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.parcels_count, order.pickup_tries) == ("paid", 0, 1)
    in_order()

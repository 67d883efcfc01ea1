"""What goes out, what WeChat is told, what is received, and the way back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.ledger import queries as books
from billing.refunds.models import Refund
from kernel import clock
from shop.orders import actions, queries
from shop.orders.models import Order, Parcel, ShippingUpload
from shop.orders.states import OrderState
from tenants import context
from tenants.models import Account
from tests.shop.buying import Desk, history, level, refused
from tests.shop.catalogue import sku
from wechat.errors import (
    PaymentNotYetKnown,
    PermissionNotGranted,
    WeChatRefused,
    WeChatUnreachable,
)

pytestmark = pytest.mark.django_db
TEN_DAYS = 10 * 86_400 + 60


def in_order():
    assert list(queries.violations()) == []


@pytest.fixture
def paid(buyer, till, run_jobs):
    """Buy, pay, and let the worker hear of it."""

    def make(demand):
        order = buyer.order(demand)
        number = buyer.prepay(order)
        till.pays(number)
        till.calls_back(number)
        run_jobs()
        order.refresh_from_db()
        assert order.state == OrderState.PAID
        return order

    return make


# Ship


def test_a_parcel_with_everything_ships_the_order_and_wechat_is_told(
    paid, desk, till, buyer, run_jobs
):
    tea, cup = sku("Tea"), sku("Cup")
    order = paid({tea: 2, cup: 1})
    shown = desk.ship(order, "SF1234567890").json()
    assert (shown["state"], shown["shipped_at"] is not None) == ("shipped", True)
    assert [line["quantity_shipped"] for line in shown["lines"]] == [2, 1]
    (parcel,) = shown["parcels"]
    assert parcel["carrier"] == {"code": "SF", "zh": "顺丰速运", "en": "SF Express"}
    assert [part["quantity"] for part in parcel["contents"]] == [2, 1]
    run_jobs()
    (told,) = till.uploads
    assert (told["appid"], told["openid"], told["all_shipped"]) == (
        till.appid, buyer.member.openid, True,
    )  # fmt: skip
    assert told["transaction_id"] == till.orders[next(iter(till.orders))]["transaction_id"]
    (info,) = told["parcels"]
    assert (info.carrier_code, info.tracking_number) == ("SF", "SF1234567890")
    assert info.item_description == "Tea × 2; Cup × 1"
    assert info.receiver_phone_masked == "138****1234"
    upload = ShippingUpload.objects.get(order=order)
    assert (upload.state, upload.attempts, upload.parcels_count) == ("sent", 1, 1)
    assert history(order)[-1] == ("shipped", "parcel SF SF1234567890")
    in_order()


def test_an_order_goes_out_in_several_parcels(paid, desk, till, run_jobs):
    tea, cup = sku("Tea"), sku("Cup")
    order = paid({tea: 3, cup: 1})
    tea_line, cup_line = order.lines.order_by("position")
    first = desk.ship(order, "ZTO-00001", carrier_code="ZTO",
                      lines=[{"line_id": str(tea_line.pk), "quantity": 2}]).json()  # fmt: skip
    assert first["state"] == "paid"
    run_jobs()
    assert till.uploads[-1]["all_shipped"] is False
    second = desk.ship(order, "YTO-00002", carrier_code="YTO").json()
    assert second["state"] == "shipped"
    assert [line["quantity_shipped"] for line in second["lines"]] == [3, 1]
    assert [[c["line_id"] for c in p["contents"]] for p in second["parcels"]] == [
        [str(tea_line.pk)], [str(tea_line.pk), str(cup_line.pk)],
    ]  # fmt: skip
    run_jobs()
    assert [(len(u["parcels"]), u["all_shipped"]) for u in till.uploads] == [(1, False), (2, True)]
    assert ShippingUpload.objects.get(order=order).parcels_count == 2
    assert [state for state, _ in history(order)] == ["unpaid", "paid", "paid", "shipped"]
    in_order()


def test_more_than_was_bought_is_never_shipped(paid, desk):
    order = paid({sku(): 2})
    (line,) = order.lines.all()
    for quantities in ([3], [1, 2]):
        lines = [{"line_id": str(line.pk), "quantity": n} for n in quantities]
        refused(desk.ship(order, lines=lines), 409, "shipped_too_many")
    lines = [{"line_id": str(order.pk), "quantity": 1}]
    refused(desk.ship(order, lines=lines), 422, "line_unknown")
    order.refresh_from_db()
    assert (order.state, order.parcels_count) == ("paid", 0)
    assert not Parcel.objects.exists()
    assert not ShippingUpload.objects.exists()


def test_only_a_paid_order_is_shipped_and_only_once(paid, desk, buyer):
    unpaid = buyer.order({sku("Cup"): 1})
    refused(desk.ship(unpaid), 409, "order_not_shippable")
    order = paid({sku(): 2})
    assert desk.ship(order).status_code == 200
    refused(desk.ship(order, "SF0987654321"), 409, "order_not_shippable")
    assert Parcel.objects.count() == 1


def test_the_same_number_twice_is_a_slip(paid, desk):
    order = paid({sku(): 2})
    (line,) = order.lines.all()
    part = [{"line_id": str(line.pk), "quantity": 1}]
    assert desk.ship(order, lines=part).status_code == 200
    refused(desk.ship(order, lines=part), 409, "parcel_already_noted")
    refused(desk.ship(order, carrier_code="NONE"), 422, "carrier_unknown")
    order.refresh_from_db()
    assert (Parcel.objects.count(), order.parcels_count) == (1, 1)


def test_an_order_takes_15_parcels_and_not_more(paid, desk):
    order = paid({sku(stock=20): 17})
    (line,) = order.lines.all()
    part = [{"line_id": str(line.pk), "quantity": 1}]
    for n in range(15):
        assert desk.ship(order, f"SF-{n:05}", lines=part).status_code == 200
    refused(desk.ship(order, "SF-99999", lines=part), 409, "too_many_parcels")


@pytest.mark.parametrize("number", ["", "1234", "has space", "x" * 41, "SF<script>"])
def test_a_tracking_number_is_letters_and_digits(paid, desk, number):
    refused(desk.ship(paid({sku(): 1}), number), 422, "input_invalid")


# Tell WeChat


def test_too_soon_after_the_payment_is_tried_again_later(paid, desk, till, run_jobs, queued):
    order = paid({sku(): 1})
    desk.ship(order)
    till.failure = PaymentNotYetKnown("not yet", code="10060001")
    run_jobs()
    upload = ShippingUpload.objects.get(order=order)
    assert (upload.state, upload.attempts) == ("pending", 1)
    assert upload.last_error == "10060001: not yet"
    assert [m["kwargs"]["attempt"] for m in queued("upload_shipping")] == [1]
    till.failure = None
    run_jobs(ahead=2)
    upload.refresh_from_db()
    assert (upload.state, upload.attempts, upload.last_error) == ("sent", 2, "")
    assert len(till.uploads) == 1


def test_wechat_away_for_long_raises_the_alarm_and_goes_on_trying(paid, desk, till, run_jobs, queued):
    order = paid({sku(price_minor=990): 2})
    desk.ship(order)
    till.failure = WeChatUnreachable("away")
    run_jobs(ahead=200)
    alarms = desk.get("/orders/shipping-alarms").json()
    assert (alarms["count"], alarms["frozen_minor"]) == (1, 1_980)
    (item,) = alarms["items"]
    assert (item["number"], item["state"], item["last_error"]) == (order.number, "failed", "away")
    assert len(queued("upload_shipping")) == 1
    till.failure = None
    run_jobs(ahead=250)
    assert desk.get("/orders/shipping-alarms").json() == {
        "count": 0, "frozen_minor": 0, "items": [],
    }  # fmt: skip


def test_a_refusal_is_not_repeated_until_staff_ask(paid, desk, till, run_jobs, queued):
    order = paid({sku(): 1})
    desk.ship(order)
    till.failure = PermissionNotGranted("no", code="48001")
    run_jobs()
    assert ShippingUpload.objects.get(order=order).state == "failed"
    assert queued("upload_shipping") == []
    till.failure = None
    assert desk.post(f"/orders/{order.pk}/shipping-upload/retry").status_code == 202
    run_jobs()
    assert ShippingUpload.objects.get(order=order).state == "sent"
    assert desk.post(f"/orders/{order.pk}/shipping-upload/retry").status_code == 202
    assert queued("upload_shipping") == []


def test_nothing_new_means_wechat_knows(paid, desk, till, run_jobs):
    order = paid({sku(): 1})
    desk.ship(order)
    till.failure = WeChatRefused("nothing new", code="10060023")
    run_jobs()
    assert ShippingUpload.objects.get(order=order).state == "sent"


def test_what_wechat_would_never_take_waits_for_staff(paid, desk, till, run_jobs, monkeypatch):
    def never(**_):
        raise ValueError("SF needs the receiver's masked phone")

    monkeypatch.setattr("wechat.shipping.upload", never)
    order = paid({sku(): 1})
    desk.ship(order)
    run_jobs()
    upload = ShippingUpload.objects.get(order=order)
    assert (upload.state, upload.last_error) == ("failed", "SF needs the receiver's masked phone")


def test_a_parcel_noted_while_wechat_was_being_told_is_told_too(paid, desk, till, run_jobs):
    order = paid({sku(): 2})
    (line,) = order.lines.all()
    desk.ship(order, "SF-00001", lines=[{"line_id": str(line.pk), "quantity": 1}])
    tell = till._upload

    def slow(**told):
        tell(**told)
        if len(till.uploads) == 1:
            desk.ship(order, "SF-00002")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wechat.shipping.upload", slow)
        run_jobs()
    assert [(len(u["parcels"]), u["all_shipped"]) for u in till.uploads] == [(1, False), (2, True)]
    upload = ShippingUpload.objects.get(order=order)
    assert (upload.state, upload.parcels_count) == ("sent", 2)


def test_a_repeated_upload_message_tells_wechat_once(paid, desk, till, run_jobs, queued):
    order = paid({sku(): 1})
    desk.ship(order)
    for _ in range(2):
        actions.upload_shipping(order_id=order.pk, attempt=0)
    run_jobs()
    assert len(till.uploads) == 1
    till.failure = WeChatUnreachable("away")
    ShippingUpload.objects.update(state="pending", parcels_count=0)
    for _ in range(3):
        actions.upload_shipping(order_id=order.pk, attempt=1)
    assert len(queued("upload_shipping")) == 1


# Receive


def test_the_buyer_confirms_and_the_money_is_earned_once(paid, desk, buyer):
    order = paid({sku(price_minor=1_000): 1})
    desk.ship(order)
    for _ in range(2):
        shown = buyer.post(f"/orders/{order.pk}/confirm-receipt").json()
        assert shown["state"] == "completed"
    assert history(order)[-1] == ("completed", "receipt confirmed")
    assert order.steps.filter(state="completed").count() == 1
    assert books.find_journal(kind="earning", reference=order.number) is not None
    in_order()


def test_what_was_not_shipped_cannot_be_received(paid, buyer):
    order = paid({sku(): 1})
    refused(buyer.post(f"/orders/{order.pk}/confirm-receipt"), 409, "order_cannot_move")
    assert books.find_journal(kind="earning", reference=order.number) is None


def test_what_waits_for_a_parcel_is_listed_the_oldest_first(buyer, paid, desk):
    tea = sku(stock=30)
    waiting = [paid({tea: 1}) for _ in range(5)]
    shipped, refunded = paid({tea: 1}), paid({tea: 1})
    desk.ship(shipped)
    desk.refund(refunded)
    buyer.order({tea: 1})
    seen, cursor = [], None
    while True:
        query = {"to_ship": "true", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = desk.get("/orders", **query).json()
        seen += [row["number"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [order.number for order in waiting]
    found = desk.get("/orders", to_ship="true", q=waiting[3].number).json()["items"]
    assert [row["number"] for row in found] == [waiting[3].number]
    assert desk.get("/orders", to_ship="true", state="shipped").json()["items"] == []
    newest = desk.get("/orders", limit=2).json()["next"]
    assert desk.get("/orders", to_ship="true", cursor=newest).status_code == 422


def test_silence_for_ten_days_counts_as_received(paid, desk, run_jobs):
    order = paid({sku(): 1})
    desk.ship(order)
    run_jobs(ahead=TEN_DAYS - 3_600)
    order.refresh_from_db()
    assert order.state == OrderState.SHIPPED
    run_jobs(ahead=TEN_DAYS)
    order.refresh_from_db()
    assert (order.state, order.completed_at is not None) == (OrderState.COMPLETED, True)
    actions.confirm_silently(order_id=order.pk)
    assert order.steps.filter(state="completed").count() == 1
    assert books.find_journal(kind="earning", reference=order.number) is not None


# The way back


def test_a_full_refund_ends_the_order_and_returns_its_goods(paid, desk, till, buyer, run_jobs):
    tea = sku(price_minor=990)
    order = paid({tea: 2})
    assert level(tea) == (8, 0)
    first, again = desk.refund(order), desk.refund(order)
    assert first.json() == {
        "id": str(order.pk), "number": order.number, "state": "paid",
        "refund_state": "in_progress",
    }  # fmt: skip
    assert (again.content, again.headers["Idempotent-Replay"]) == (first.content, "true")
    refused(desk.ship(order), 409, "order_is_being_refunded")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (OrderState.REFUNDED, 1_980)
    assert [r.amount_minor for r in Refund.objects.all()] == [1_980]
    assert level(tea) == (10, 0)
    assert [state for state, _ in history(order)] == ["unpaid", "paid", "paid", "refunded"]
    actions.note_refund(order_id=order.pk)
    assert (order.steps.count(), level(tea)) == (4, (10, 0))
    refused(desk.refund(order, "refund-2"), 409, "order_not_refundable")
    refused(desk.ship(order), 409, "order_is_being_refunded")
    shown = buyer.get(f"/orders/{order.pk}").json()
    assert (shown["refund_state"], shown["refunds"][0]["state"]) == ("fully", "succeeded")
    in_order()


def test_goods_that_went_out_do_not_come_back_by_a_refund(paid, desk, run_jobs):
    tea = sku()
    order = paid({tea: 5})
    (line,) = order.lines.all()
    desk.ship(order, lines=[{"line_id": str(line.pk), "quantity": 2}])
    desk.refund(order)
    run_jobs()
    order.refresh_from_db()
    assert (order.state, level(tea)) == (OrderState.REFUNDED, (8, 0))
    in_order()


@pytest.mark.parametrize("until", ["shipped", "completed"])
def test_a_shipped_or_completed_order_is_refunded_too(paid, desk, buyer, run_jobs, until):
    order = paid({sku(): 1})
    desk.ship(order)
    if until == "completed":
        buyer.post(f"/orders/{order.pk}/confirm-receipt")
    assert desk.refund(order).status_code == 200
    if until == "shipped":
        refused(
            buyer.post(f"/orders/{order.pk}/confirm-receipt"), 409, "order_is_being_refunded"
        )
    run_jobs(ahead=TEN_DAYS)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    in_order()


def test_a_second_refund_of_the_same_money_is_refused(paid, desk):
    order = paid({sku(): 1})
    desk.refund(order)
    refused(desk.refund(order, "refund-2"), 409, "order_not_refundable")
    assert Refund.objects.count() == 1
    assert order.steps.count() == 3


def test_a_refund_wechat_gave_up_may_be_asked_again(paid, desk, run_jobs):
    order = paid({sku(): 1})
    actions.request_refund(order=order, reason="broken", by="x", key="one")
    Refund.objects.update(state="closed")
    order.refresh_from_db()
    from billing.payments import actions as payments

    refund = Refund.objects.get()
    payments.release_refund(payment_id=refund.payment_id, amount=refund.amount)
    actions.request_refund(order=order, reason="broken", by="x", key="two")
    run_jobs(ahead=60)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED


def test_nothing_paid_means_nothing_to_refund(buyer, desk):
    order = buyer.order({sku(): 1})
    refused(desk.refund(order), 409, "order_not_refundable")
    assert not Refund.objects.exists()


def test_who_looked_before_a_parcel_went_out_must_look_again(paid, desk):
    order = paid({sku(): 1})
    seen = Order.objects.get(pk=order.pk)
    desk.ship(order)
    with pytest.raises(actions.OrderChangedMeanwhile) as changed:
        actions.request_refund(order=seen, reason="broken", by="x", key="k")
    assert changed.value.facts == {"state": "shipped"}
    assert not Refund.objects.exists()


# Who may


def test_fulfilment_ships_and_does_not_give_money_back(paid, packer):
    order = paid({sku(): 1})
    assert packer.get("/orders").status_code == 200
    refused(packer.refund(order), 403, "not_allowed")
    refused(packer.send("put", "/orders/freight", {"flat_minor": 1}), 403, "not_allowed")
    assert packer.ship(order).status_code == 200


def test_strangers_get_nothing(shop, other_shop, paid, desk):
    order = paid({sku(): 1})
    with context.public():
        neighbour = Account.objects.get(email="book@example.com")
    stranger = Desk(shop, neighbour)
    for answer in (stranger.get("/orders"), stranger.ship(order), stranger.refund(order)):
        refused(answer, 401, "sign_in_needed")
    abroad = Desk(other_shop, neighbour)
    for answer in (abroad.get(f"/orders/{order.pk}"), abroad.ship(order), abroad.refund(order)):
        refused(answer, 404, "not_found")
    order.refresh_from_db()
    assert (order.state, order.refund_requested_at) == ("paid", None)


# Look


def test_staff_find_an_order_by_number_recipient_phone_or_parcel(paid, desk, buyer):
    order = paid({sku(): 1})
    buyer.order({sku("Cup"): 1})
    desk.ship(order)

    def found(**query):
        return [o["number"] for o in desk.get("/orders", **query).json()["items"]]

    assert found(q=order.number) == found(q="SF1234567890") == [order.number]
    assert len(found(q="收货")) == len(found(q="13800001234")) == 2
    assert found(state="shipped") == [order.number]
    assert found(q="nobody") == []
    assert desk.get("/orders").json()["counts"] == {
        "unpaid": 1, "paid": 0, "shipped": 1, "completed": 0, "cancelled": 0, "refunded": 0,
    }  # fmt: skip


def test_staff_set_the_rule_for_delivery(desk):
    assert desk.get("/orders/freight").json() == {"flat_minor": 0, "free_from_minor": None}
    rule = {"flat_minor": 800, "free_from_minor": 9_900}
    assert desk.send("put", "/orders/freight", rule).json() == rule
    assert desk.get("/orders/freight").json() == rule
    refused(desk.send("put", "/orders/freight", {"flat_minor": -1}), 422, "input_invalid")


def test_couriers_have_names_in_both_languages(desk):
    carriers = {c["code"]: c for c in desk.get("/orders/carriers").json()}
    assert carriers["SF"] == {"code": "SF", "zh": "顺丰速运", "en": "SF Express"}
    assert {"ZTO", "YTO", "YD", "STO", "JD", "EMS", "JTSD", "DBL"} <= set(carriers)


def statements(call):
    with CaptureQueriesContext(connection) as seen:
        assert call().status_code == 200
    return len(seen)


def test_staff_lists_cost_the_same_with_30_orders_as_with_1(buyer, desk):
    tea, cup = sku(stock=100), sku("Cup", stock=100)
    buyer.order({tea: 1})
    desk.get("/orders")
    alone = statements(lambda: desk.get("/orders", limit=100, q="收货"))
    for _ in range(29):
        buyer.order({tea: 1, cup: 1})
    assert statements(lambda: desk.get("/orders", limit=100, q="收货")) == alone


def test_a_page_with_5_parcels_costs_as_much_as_one_with_1(paid, desk, buyer):
    order = paid({sku(stock=20): 6})
    (line,) = order.lines.all()
    part = [{"line_id": str(line.pk), "quantity": 1}]
    desk.ship(order, "SF-00000", lines=part)
    alone = statements(lambda: buyer.get(f"/orders/{order.pk}"))
    for n in range(1, 5):
        desk.ship(order, f"SF-{n:05}", lines=part)
    assert statements(lambda: buyer.get(f"/orders/{order.pk}")) == alone


def test_a_forgotten_confirmation_is_told(paid, desk):
    order = paid({sku(): 1})
    desk.ship(order)
    with clock.ahead(timedelta(days=11)):
        (told,) = queries.violations()
    assert told.startswith(f"I8 order {order.number} was shipped at")

"""What WeChat is told of a parcel, to the letter (CONTRACT §5.1)."""

import json
from datetime import UTC, datetime

import pytest

from tenants import context
from wechat import errors, shipping, tokens
from wechat.models import AccessToken
from wechat.shipping import Logistics, OrderKey, ParcelInfo, SubOrder

SHOP = "wx0000000000000001"
SENT_AT = datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=UTC)
ZTO = ParcelInfo("78901234567890", "ZTO", "龙井茶 250g × 1")
SF = ParcelInfo("SF1234567890123", "SF", "茶杯", "189****1234")
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db, stub):
    with context.public():
        kind = AccessToken.Kind.AUTHORIZER
        tokens.save(SHOP, kind=kind, minted=tokens.Minted("S-1", 7200, "R-1"))
        yield stub


def upload(parcels, *, all_shipped=True):
    shipping.upload(
        appid=SHOP,
        transaction_id="42",
        openid="oBuyer",
        parcels=parcels,
        all_shipped=all_shipped,
        uploaded_at=SENT_AT,
    )


def test_one_parcel_that_holds_everything_is_unified(platform):
    platform.says_json({"errcode": 0, "errmsg": "ok"})
    upload([ZTO])
    _, target, _, body = platform.asked[0]
    assert target == "/wxa/sec/order/upload_shipping_info?access_token=S-1"
    assert "龙井茶".encode() in body
    assert json.loads(body) == {
        "order_key": {"order_number_type": 2, "transaction_id": "42"},
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [
            {
                "tracking_no": "78901234567890",
                "express_company": "ZTO",
                "item_desc": "龙井茶 250g × 1",
            }
        ],
        "upload_time": "2026-11-20T18:00:00.123+08:00",
        "payer": {"openid": "oBuyer"},
    }


@pytest.mark.parametrize(
    ("parcels", "all_shipped"), [([ZTO, SF], True), ([ZTO, SF], False), ([ZTO], False)]
)
def test_several_parcels_or_a_part_are_split(parcels, all_shipped, platform):
    platform.says_json({"errcode": 0})
    upload(parcels, all_shipped=all_shipped)
    sent = json.loads(platform.asked[0][3])
    assert (sent["delivery_mode"], sent["is_all_delivered"]) == (2, all_shipped)
    assert len(sent["shipping_list"]) == len(parcels)


def test_sf_gets_the_masked_phone(platform):
    platform.says_json({"errcode": 0})
    upload([SF])
    parcel = json.loads(platform.asked[0][3])["shipping_list"][0]
    assert parcel["contact"] == {"receiver_contact": "189****1234"}


def test_a_description_is_cut_at_120_characters(platform):
    platform.says_json({"errcode": 0})
    upload([ParcelInfo("1", "ZTO", "茶" * 200)])
    assert json.loads(platform.asked[0][3])["shipping_list"][0]["item_desc"] == "茶" * 120


@pytest.mark.parametrize(
    "parcels",
    [
        [],
        [ZTO] * 16,
        [ParcelInfo("1", "SF", "x")],
        [ParcelInfo("", "ZTO", "x")],
        [ParcelInfo("1", "", "x")],
        [ParcelInfo("1", "ZTO", "")],
        [ParcelInfo("1", "SF", "x", "18912341234")],
    ],
)
def test_parcels_that_cannot_be_right_are_never_told(parcels, platform):
    with pytest.raises(ValueError):
        upload(parcels)
    assert platform.asked == []


def test_a_pick_up_is_told_as_one(platform):
    platform.says_json({"errcode": 0})
    shipping.upload_pickup(
        appid=SHOP,
        transaction_id="42",
        openid="oBuyer",
        item_description="龙井茶",
        uploaded_at=SENT_AT,
    )
    sent = json.loads(platform.asked[0][3])
    assert (sent["logistics_type"], sent["delivery_mode"]) == (4, 1)
    assert sent["shipping_list"] == [{"item_desc": "龙井茶"}]


def test_told_too_soon_after_the_payment_is_worth_a_retry_later(platform):
    platform.says_json({"errcode": 10060001, "errmsg": "支付单不存在"})
    with pytest.raises(errors.PaymentNotYetKnown) as caught:
        upload([ZTO])
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)
    assert len(platform.asked) == 1


def test_the_status_is_asked_for(platform):
    platform.says_json({"errcode": 0, "order": {"transaction_id": "42", "order_state": 2}})
    found = shipping.order_status(appid=SHOP, transaction_id="42")
    assert found == shipping.ShippingStatus("42", 2)


def test_a_status_without_an_order_is_a_bad_answer(platform):
    platform.says_json({"errcode": 0})
    with pytest.raises(errors.BadAnswer):
        shipping.order_status(appid=SHOP, transaction_id="42")


def test_a_naive_moment_is_never_told(platform):
    with pytest.raises(ValueError, match="aware"):
        shipping.upload(
            appid=SHOP,
            transaction_id="42",
            openid="oBuyer",
            parcels=[ZTO],
            all_shipped=True,
            uploaded_at=datetime(2026, 11, 20),
        )


def sent(platform, place=0):
    method, target, _, body = platform.asked[place]
    assert (method, target.split("?")[1]) == ("POST", "access_token=S-1")
    return target.split("?")[0].removeprefix("/wxa/sec/order/"), json.loads(body)


@pytest.mark.parametrize("logistics", [Logistics.CITY, Logistics.VIRTUAL])
def test_an_order_without_a_parcel_is_told_by_its_kind(platform, logistics):
    platform.says_json({"errcode": 0})
    shipping.upload_unparcelled(
        appid=SHOP,
        transaction_id="42",
        openid="oBuyer",
        logistics=logistics,
        item_description="提现" * 100,
        uploaded_at=SENT_AT,
    )
    name, content = sent(platform)
    assert name == "upload_shipping_info"
    assert (content["logistics_type"], content["delivery_mode"]) == (int(logistics), 1)
    assert content["shipping_list"] == [{"item_desc": "提现" * 60}]


def test_an_express_order_has_parcels(platform):
    with pytest.raises(ValueError):
        shipping.upload_unparcelled(
            appid=SHOP,
            transaction_id="42",
            openid="o",
            logistics=Logistics.EXPRESS,
            item_description="x",
            uploaded_at=SENT_AT,
        )
    assert platform.asked == []


WHOLE = OrderKey("42")


def combined(*sub_orders, key=WHOLE):
    shipping.upload_combined(
        appid=SHOP, key=key, openid="oBuyer", sub_orders=sub_orders, uploaded_at=SENT_AT
    )


def test_orders_paid_together_are_told_together(platform):
    platform.says_json({"errcode": 0})
    ours = OrderKey(mchid="1900000109", out_trade_no="T-1")
    other = OrderKey(mchid="1900000109", out_trade_no="T-2")
    whole = OrderKey(mchid="1900000100", out_trade_no="T-0")
    combined(SubOrder(ours, (ZTO,)), SubOrder(other, (ZTO, SF), all_shipped=False), key=whole)
    name, content = sent(platform)
    assert name == "upload_combined_shipping_info"
    assert content["order_key"] == {
        "order_number_type": 1,
        "mchid": "1900000100",
        "out_trade_no": "T-0",
    }
    first, second = content["sub_orders"]
    assert first["order_key"]["out_trade_no"] == "T-1"
    assert (first["logistics_type"], first["delivery_mode"]) == (1, 1)
    assert "is_all_delivered" not in first
    assert (second["delivery_mode"], second["is_all_delivered"]) == (2, False)
    assert [parcel["express_company"] for parcel in second["shipping_list"]] == ["ZTO", "SF"]
    assert content["upload_time"] == "2026-11-20T18:00:00.123+08:00"
    assert content["payer"] == {"openid": "oBuyer"}


@pytest.mark.parametrize(
    "sub_orders",
    [
        [],
        [SubOrder(OrderKey(mchid="1", out_trade_no="T"), (ZTO,))],
        [SubOrder(OrderKey("43"), ())],
        [SubOrder(OrderKey("43"), (ZTO,))] * 51,
    ],
)
def test_a_combined_upload_that_cannot_be_right_is_never_told(platform, sub_orders):
    with pytest.raises(ValueError):
        combined(*sub_orders)
    assert platform.asked == []


@pytest.mark.parametrize(
    "numbers",
    [{}, {"mchid": "1"}, {"out_trade_no": "T"}, {"transaction_id": "4", "mchid": "1", "out_trade_no": "T"}],
)  # fmt: skip
def test_an_order_is_named_in_exactly_one_way(numbers):
    with pytest.raises(ValueError):
        OrderKey(**numbers)


def listed(number, **changes):
    return {
        "transaction_id": number,
        "merchant_id": "1900000100",
        "sub_merchant_id": "1900000109",
        "merchant_trade_no": "T-1",
        "openid": "oBuyer",
        "paid_amount": 990,
        "pay_time": 1795168800,
        "order_state": 1,
        "in_complaint": False,
        "shipping": {},
    } | changes


def test_orders_are_listed_page_by_page(platform):
    platform.says_json(
        {"order_list": [listed("1"), listed("2")], "last_index": "a", "has_more": True},
        {"order_list": [listed("3", shipping={"finish_shipping": True})], "has_more": False},
    )
    found = list(
        shipping.orders(
            appid=SHOP,
            paid_from=SENT_AT,
            paid_until=SENT_AT,
            state=shipping.OrderState.TO_SHIP,
            openid="oBuyer",
            page_size=2,
        )
    )
    assert [order.transaction_id for order in found] == ["1", "2", "3"]
    assert [order.is_all_shipped for order in found] == [False, False, True]
    assert (found[0].paid_fen, found[0].paid_at) == (990, SENT_AT.replace(microsecond=0))
    whole = {
        "page_size": 2,
        "pay_time_range": {"begin_time": 1795168800, "end_time": 1795168800},
        "order_state": 1,
        "openid": "oBuyer",
    }
    assert sent(platform) == ("get_order_list", whole)
    assert sent(platform, 1) == ("get_order_list", whole | {"last_index": "a"})


@pytest.mark.parametrize(
    "answers",
    [
        [{"order_list": [listed("1")], "has_more": True}],
        [{"order_list": [], "last_index": "a", "has_more": True}] * 2,
        [{"order_list": [listed("")]}],
        [{"order_list": [listed("1", paid_amount=None)]}],
        [{"order_list": {}}, {"order_list": "x"}],
    ],
)
def test_a_list_that_does_not_end_or_lacks_something_is_a_bad_answer(platform, answers):
    platform.says_json(*answers)
    with pytest.raises(errors.BadAnswer):
        list(shipping.orders(appid=SHOP))
        list(shipping.orders(appid=SHOP))


def test_the_buyer_is_reminded_to_confirm_once(platform):
    platform.says_json({"errcode": 0}, {"errcode": 10060030})
    for expected in (None, errors.AlreadyReminded):
        if expected:
            with pytest.raises(expected):
                shipping.remind_to_confirm(appid=SHOP, transaction_id="42", received_at=SENT_AT)
        else:
            shipping.remind_to_confirm(appid=SHOP, transaction_id="42", received_at=SENT_AT)
    assert sent(platform) == (
        "notify_confirm_receive",
        {"transaction_id": "42", "received_time": 1795168800},
    )


@pytest.mark.parametrize("says", [True, False])
def test_whether_the_app_is_managed_is_asked(platform, says):
    platform.says_json({"is_trade_managed": says}, {"completed": says})
    assert shipping.is_trade_managed(SHOP) is says
    assert shipping.is_confirmation_completed(SHOP) is says
    assert sent(platform) == ("is_trade_managed", {"appid": SHOP})
    assert sent(platform, 1) == ("is_trade_management_confirmation_completed", {"appid": SHOP})


@pytest.mark.parametrize("ask", [shipping.is_trade_managed, shipping.is_confirmation_completed])
def test_no_word_of_it_is_no_no(platform, ask):
    platform.says_json({"errcode": 0, "is_trade_managed": "yes", "completed": 1})
    with pytest.raises(errors.BadAnswer):
        ask(SHOP)


def test_the_page_of_messages_and_special_orders_are_told(platform):
    platform.says_json({"errcode": 0}, {"errcode": 0}, {"errcode": 0})
    shipping.set_jump_path(SHOP, "pages/order/detail")
    shipping.report_presale(appid=SHOP, transaction_id="42", ships_at=SENT_AT)
    shipping.report_test_order(appid=SHOP, transaction_id="43")
    assert [sent(platform, place) for place in range(3)] == [
        ("set_msg_jump_path", {"path": "pages/order/detail"}),
        ("opspecialorder", {"order_id": "42", "type": 1, "delay_to": 1795168800}),
        ("opspecialorder", {"order_id": "43", "type": 2}),
    ]


def test_the_carriers_are_listed(platform):
    platform.says_json(
        {
            "errcode": 0,
            "count": 1,
            "delivery_list": [{"delivery_id": "ZTO", "delivery_name": "中通"}],
        }
    )
    assert shipping.carriers(SHOP) == (shipping.Carrier("ZTO", "中通"),)
    _, target, _, body = platform.asked[0]
    assert target == "/cgi-bin/express/delivery/open_msg/get_delivery_list?access_token=S-1"
    assert body == b"{}"


NUMBERS = {
    "transaction_id": "42",
    "merchant_id": "1900000100",
    "sub_merchant_id": "1900000109",
    "merchant_trade_no": "T-1",
}
PAID = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_a_reminder_to_ship_is_read():
    fields = {**NUMBERS, "pay_time": "1795168800", "msg": "请尽快发货"}
    assert shipping.shipping_reminder(fields) == shipping.ShippingReminder(
        **NUMBERS, paid_at=PAID, message="请尽快发货"
    )
    assert shipping.access_reminder({"msg": "请接入"}) == "请接入"


def test_a_settlement_is_read_both_times():
    shipped = {**NUMBERS, "pay_time": "1795168800", "shipped_time": "1795168800",
               "estimated_settlement_time": "1795168800"}  # fmt: skip
    first = shipping.settlement(shipped)
    assert (first.shipped_at, first.estimated_at) == (PAID, PAID)
    assert (first.confirm_method, first.confirmed_at, first.settled_at) == (0, None, None)
    later = shipped | {"estimated_settlement_time": "", "confirm_receive_method": "2",
                       "confirm_receive_time": "1795168800", "settlement_time": "1795168800"}  # fmt: skip
    second = shipping.settlement(later)
    assert (second.confirm_method, second.confirmed_at, second.settled_at) == (2, PAID, PAID)
    assert (second.transaction_id, second.estimated_at) == ("42", None)


@pytest.mark.parametrize("read", [shipping.shipping_reminder, shipping.settlement])
def test_a_push_that_names_no_order_is_refused(read):
    with pytest.raises(ValueError):
        read({"merchant_id": "1900000100", "msg": "x"})
    assert read({"merchant_trade_no": "T-1", "pay_time": "0"}).paid_at is None
    with pytest.raises(ValueError):
        read({"merchant_trade_no": "T-1", "pay_time": "9" * 30})

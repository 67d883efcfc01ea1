"""What WeChat is told of a parcel, to the letter (CONTRACT §5.1)."""

import json
from datetime import UTC, datetime

import pytest

from tenants import context
from wechat import errors, shipping, tokens
from wechat.models import AccessToken
from wechat.shipping import ParcelInfo

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

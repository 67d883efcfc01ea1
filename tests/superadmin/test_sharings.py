"""Profit sharing at the console: any shop, switched and retried with a reason, audited."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from billing.payments.models import Attempt, Payment
from billing.sharing import actions
from billing.sharing.models import Sharing
from kernel import clock
from kernel.money import Money
from superadmin.models import AuditEntry
from tenants import context
from tenants.context import Shop
from tenants.models import Merchant
from tests.shop.buying import Till


@pytest.fixture
def till(two_shops: tuple[Shop, Shop], db: None, monkeypatch: Any, settings: Any) -> Till:
    with context.activate(two_shops[0]):
        return Till(monkeypatch, settings, two_shops[0])


@pytest.fixture
def refused(till: Till) -> Sharing:
    """A sharing that WeChat refused."""
    with context.activate(till.shop):
        payment = Payment.objects.create(
            order_id=uuid4(),
            order_number="20261121-00000001",
            amount_minor=10_000,
            currency="CNY",
            description="茶",
            state="succeeded",
            expires_at=clock.now() + timedelta(minutes=30),
        )
        Attempt.objects.create(
            payment=payment,
            out_trade_no="CODE202611210000000101",
            sub_mchid=till.sub_mchid,
            appid=till.appid,
            openid="o-1",
            state="succeeded",
            transaction_id="4200",
            success_at=clock.now(),
            is_shared=True,
        )
        sharing = actions.plan(payment=payment, earned=Money(10_000), commission_bp=100)
        assert sharing is not None
        Sharing.objects.filter(pk=sharing.pk).update(refusal="NO_AUTH")
        return sharing


def test_the_sharings_of_a_shop_are_listed_with_what_can_be_done(
    admin: Client, signed_in: Callable[..., Client], till: Till, refused: Sharing
) -> None:
    address = f"/superadmin/sharings/?shop={till.shop.public_id}"
    page = admin.get(address).content.decode()
    words = (refused.out_order_no, "20261121-00000001", "NO_AUTH", "1.00 CNY", "Try again")
    assert [word for word in words if word not in page] == []
    watcher = signed_in("watcher@example.com", is_staff=True)
    page = watcher.get(address).content.decode()
    assert refused.out_order_no in page
    assert "sharings/switch/" not in page
    assert "Try again" not in page
    for act in ("retry", "switch"):
        asked = f"/superadmin/sharings/{act}/?shop={till.shop.public_id}"
        assert watcher.get(asked).status_code == 403


def test_trying_again_asks_why_and_is_audited(
    admin: Client, till: Till, refused: Sharing, queued: Callable[..., list[Any]]
) -> None:
    act = f"/superadmin/sharings/retry/?shop={till.shop.public_id}&number={refused.out_order_no}"
    assert b"Reason" in admin.get(act).content
    assert admin.post(act, {"reason": "the owner allowed it"}).status_code == 302
    turns = [message["kwargs"]["turn"] for message in queued("follow_sharing")]
    assert turns == [0, 1]
    with context.activate(till.shop):
        assert list(refused.steps.order_by("at").values_list("event", flat=True)) == [
            "planned",
            "retried",
        ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("retry sharing", "the owner allowed it")
    assert entry.before["refusal"] == "NO_AUTH"


def test_what_cannot_be_tried_again_is_said_and_not_audited(
    admin: Client, till: Till, refused: Sharing
) -> None:
    with context.activate(till.shop):
        Sharing.objects.filter(pk=refused.pk).update(refusal="")
    act = f"/superadmin/sharings/retry/?shop={till.shop.public_id}&number={refused.out_order_no}"
    said = admin.post(act, {"reason": "just so"}, follow=True).content.decode()
    assert "nothing to try again" in said
    assert not AuditEntry.objects.exists()
    assert admin.get(act.replace("number=", "number=X")).status_code == 404


def test_profit_sharing_is_switched_on_and_off_for_a_shop(admin: Client, till: Till) -> None:
    act = f"/superadmin/sharings/switch/?shop={till.shop.public_id}"
    for is_on in (True, False):
        assert admin.post(act, {"reason": "as agreed"}).status_code == 302
        assert Merchant.objects.get(tenant=till.shop.id).is_sharing is is_on
    after = list(AuditEntry.objects.order_by("at").values_list("after", flat=True))
    assert after == [{"is_sharing": True}, {"is_sharing": False}]

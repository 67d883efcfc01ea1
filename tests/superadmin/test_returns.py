"""The platform's staff as the second person of a refund; each word with a reason in the audit."""

from typing import Any

import pytest
from django.test import Client

from shop.orders import actions
from shop.orders.models import OrderReturn
from superadmin.models import AuditEntry
from tenants import context
from tenants.context import Shop
from tenants.models import Account
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus


@pytest.fixture
def admin(db: None) -> Client:
    root = Account.objects.create_superuser("root@example.com", "a long and quiet river")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(root, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def order(shop: Shop, monkeypatch: Any, settings: Any, run_jobs: Any) -> Any:
    """A paid order of 90.00."""
    till = Till(monkeypatch, settings, shop)
    buyer = Buyer(shop, till.appid)
    made = buyer.order({skus(product("Tea", price_minor=9_000))[0].pk: 1})
    number = buyer.prepay(made)
    till.pays(number)
    till.calls_back(number)
    run_jobs()
    made.refresh_from_db()
    return made


def test_a_refund_above_the_limit_may_be_agreed_by_the_platform(
    admin: Client, shop: Shop, order: Any, settings: Any, run_jobs: Any
) -> None:
    settings.REFUND_TWO_PERSON_MINOR = 5_000
    row = actions.request_refund(order=order, reason="broken", by="boss", key="k")
    assert row.state == "waiting"
    with context.public():
        page = admin.get("/superadmin/returns/", {"shop": shop.public_id}).content.decode()
        assert "above 50.00 CNY" in page
        assert order.number in page
        address = f"/superadmin/returns/{shop.public_id}/{row.pk}/approve/"
        admin.post(address, {"reason": "talked to the owner"})
        assert AuditEntry.objects.get(action="approve refund").reason == "talked to the owner"
    run_jobs()
    row = OrderReturn.objects.get()
    assert (row.state, row.decided_by) == ("succeeded", "platform:root@example.com")


def test_strangers_and_staff_without_rights_do_nothing(shop: Shop, order: Any) -> None:
    row = actions.request_refund(order=order, reason="broken", by="boss", key="k")
    with context.public():
        address = f"/superadmin/returns/{shop.public_id}/{row.pk}/approve/"
        assert Client().post(address, {"reason": "let me in"}).status_code in {302, 404}
        staff = Account.objects.create_user("look@example.com", "a quiet river", is_staff=True)
        client = Client()
        client.force_login(staff, "django.contrib.auth.backends.ModelBackend")
        assert client.post(address, {"reason": "let me in"}).status_code == 404
        assert not AuditEntry.objects.exists()

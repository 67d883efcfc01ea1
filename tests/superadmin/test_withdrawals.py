"""Withdrawals and the reasons of amounts at the console: any shop, audited, by number."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from billing.wallets import actions as wallets
from billing.withdrawals import actions as withdrawals
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from kernel.money import Money
from shop.members import actions as members
from superadmin.models import AuditEntry
from tenants import context
from tenants.context import Shop
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus


@pytest.fixture
def till(two_shops: tuple[Shop, Shop], db: None, monkeypatch: Any, settings: Any) -> Till:
    with context.activate(two_shops[0]):
        return Till(monkeypatch, settings, two_shops[0])


@pytest.fixture
def asked(till: Till) -> Withdrawal:
    """A withdrawal that waits for the shop's yes."""
    with context.activate(till.shop):
        member = members.sign_in(appid=till.appid, openid="openid-1").member
        withdrawals.set_rules(rules=Rules(fee_bp=100))
        wallets.credit(holder=member.pk, amount=Money(9_000), reference="line-1", why={})
        return withdrawals.request(
            holder=member.pk, appid=member.appid, openid=member.openid, amount=Money(5_000), key="k"
        )


def test_the_withdrawals_of_a_shop_are_listed_with_what_can_be_done(
    admin: Client, signed_in: Callable[..., Client], till: Till, asked: Withdrawal
) -> None:
    address = f"/superadmin/withdrawals/?shop={till.shop.public_id}"
    page = admin.get(address).content.decode()
    assert all(words in page for words in (asked.number, "requested", "49.50 CNY", "Stop"))
    watcher = signed_in("watcher@example.com", is_staff=True)
    assert asked.number in (page := watcher.get(address).content.decode())
    assert "withdrawals/act/" not in page
    act = f"/superadmin/withdrawals/act/?shop={till.shop.public_id}&number={asked.number}&verb=stop"
    assert watcher.get(act).status_code == 403


def test_stopping_asks_why_and_is_audited(admin: Client, till: Till, asked: Withdrawal) -> None:
    act = f"/superadmin/withdrawals/act/?shop={till.shop.public_id}&number={asked.number}&verb=stop"
    assert b"Reason" in admin.get(act).content
    assert admin.post(act, {"reason": "the member asked by phone"}).status_code == 302
    with context.activate(till.shop):
        row = Withdrawal.objects.get(pk=asked.pk)
        assert (row.state, row.steps.latest("at").by) == ("cancelled", "root@example.com")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("stop withdrawal", "the member asked by phone")
    assert (entry.before["state"], entry.after["state"]) == ("requested", "cancelled")
    assert admin.get(act.replace("verb=stop", "verb=pay")).status_code == 404


def test_every_amount_answers_by_its_number(admin: Client, till: Till, asked: Withdrawal) -> None:
    with context.activate(till.shop):
        order = Buyer(till.shop, till.appid).order({skus(product("Tea", price_minor=333))[0].pk: 3})
    base = f"/superadmin/why/?shop={till.shop.public_id}&number="
    page = admin.get(base + order.number).content.decode()
    assert all(words in page for words in ("3.33 CNY × 3", "9.99 CNY", "Total of the order"))
    page = admin.get(base + asked.number).content.decode()
    assert all(words in page for words in ("50.00 CNY × 1 %", "-0.50 CNY", "49.50 CNY"))
    assert "nothing under this number" in admin.get(base + "0").content.decode()

"""Who meets in a shop: its till, a buyer, the owner's desk, somebody who packs."""

import pytest

from tenants import context
from tenants.models import Account, Membership
from tenants.states import Role
from tests.shop.buying import Buyer, Desk, Till


@pytest.fixture
def till(shop, monkeypatch, settings):
    return Till(monkeypatch, settings, shop)


@pytest.fixture
def buyer(shop, till):
    return Buyer(shop, till.appid)


@pytest.fixture
def desk(shop, owner):
    return Desk(shop, owner)


@pytest.fixture
def packer(shop):
    with context.public():
        account = Account.objects.create_user("pack@example.com", "correct horse battery")
        Membership.objects.create(account=account, tenant_id=shop.id, role=Role.FULFILMENT)
    return Desk(shop, account)

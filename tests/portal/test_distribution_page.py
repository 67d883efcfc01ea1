"""Recommendations at the owner's desk: rules in percent, rates of products, who may recommend."""

import pytest

from shop.distribution import actions, queries
from shop.distribution.amounts import Rule
from shop.distribution.models import Distributor
from shop.members.models import Member
from tenants import context
from tenants.models import Account, Membership
from tenants.states import Role
from tests.portal.test_withdrawals_page import desk, place, read, send  # noqa: F401  # fixtures
from tests.shop.catalogue import product

RULES = {"is_open": "on", "percent": "8.5", "entry": "apply", "touch": "first",
         "window_days": "30", "hold_days": "7"}  # fmt: skip


@pytest.fixture
def applied(place):  # noqa: F811
    """A customer who wants to recommend the shop."""
    with context.activate(place):
        actions.set_rules(rule=Rule(is_open=True), by="test")
        return actions.apply(member=Member.objects.get(openid="openid-1"))


def state(place, row):  # noqa: F811
    with context.activate(place):
        return Distributor.objects.get(pk=row.pk).state


def test_the_programme_is_off_until_the_owner_opens_it(place, desk):  # noqa: F811
    assert "The programme is off." in read(desk(), place, "distribution/")
    assert "分销尚未开启" in read(desk(language="zh-hans"), place, "distribution/")
    said = send(desk(), place, "distribution/", **RULES)
    assert "The rules count for orders from now on." in said
    with context.activate(place):
        assert queries.rule() == Rule(True, 850, "apply", "first", 30, 7)
    wrong = {**RULES, "percent": "30.01"}
    answer = desk().post(f"/shops/{place.public_id}/distribution/", wrong)
    assert answer.status_code == 422


def test_a_product_gets_its_own_rate_and_loses_it(place, desk):  # noqa: F811
    with context.activate(place):
        made = product("Dragon Well")
    for percent, shown in (("12.5", ["12.5 %"]), ("", [])):
        fields = {"product": str(made.pk), "percent": percent}
        assert "from now on" in send(desk(), place, "distribution/rates/", **fields)
        page = read(desk(), place, "distribution/")
        assert [words for words in ("12.5 %",) if words in page] == shown


def test_who_applies_is_accepted_and_paused_by_a_manager_who_sets_no_rules(place, desk, applied):  # noqa: F811
    account = Account.objects.create_user("mei@example.com")
    Membership.objects.create(account=account, tenant_id=place.id, role=Role.MANAGER)
    client = desk("mei@example.com")
    page = read(client, place, "distribution/", state="applied")
    assert all(words in page for words in ("小雨", "Accept", "Refuse", "¥0.00 on the way"))
    assert "Who may take part" not in page
    base = f"distribution/{applied.pk}/"
    assert "Noted." in send(client, place, f"{base}accept/")
    assert state(place, applied) == "active"
    assert "This distributor is active" in send(client, place, f"{base}refuse/")
    send(client, place, f"{base}pause/")
    assert state(place, applied) == "paused"
    answer = client.post(f"/shops/{place.public_id}/distribution/", RULES)
    assert answer.status_code == 404
    pack = Account.objects.create_user("pack@example.com")
    Membership.objects.create(account=pack, tenant_id=place.id, role=Role.FULFILMENT)
    assert desk("pack@example.com").get(f"/shops/{place.public_id}/distribution/").status_code == 403

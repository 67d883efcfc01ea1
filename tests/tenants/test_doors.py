"""Whose shop is it, and is it open: answered before anything else."""

from collections.abc import Callable

import pytest
from django.test import Client

from tenants import actions, context, directory, merchants, standing
from tenants.context import Shop
from tenants.models import Account, Tenant


def tenant_of(shop: Shop) -> Tenant:
    with context.public():
        return Tenant.objects.get(pk=shop.id)


@pytest.mark.parametrize("door", ["s", "b"])
def test_an_unknown_shop_is_not_found(db: None, two_shops: object, door: str) -> None:
    response = Client().get(f"/{door}/nosuchshop/v1/categories", HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["code"], body["detail"], body["status"]) == (
        "no_such_shop",
        "There is no such shop.",
        404,
    )
    assert body["request_id"] == response["X-Request-ID"]


def test_a_shop_that_is_being_built_asks_for_patience(db: None, two_shops: object) -> None:
    tenant = Tenant.objects.create(name="Not yet", public_id="notyet", code="NOTYET")
    response = Client().get(f"/s/{tenant.public_id}/v1/categories")
    assert (response.status_code, response.json()["code"]) == (503, "shop_not_ready")
    assert int(response["Retry-After"]) > 0


def test_a_closed_shop_is_gone(db: None, two_shops: tuple[Shop, Shop]) -> None:
    Tenant.objects.filter(pk=two_shops[1].id).update(state="closed")
    response = Client().get(f"/s/{two_shops[1].public_id}/v1/categories")
    assert (response.status_code, response.json()["code"]) == (404, "no_such_shop")


def test_the_shop_of_a_request_is_given_back(shop: Shop, other_shop: Shop) -> None:
    Client().get(f"/s/{other_shop.public_id}/v1/categories")
    assert context.shop() == shop


def test_the_lookup_is_cached_and_a_suspension_is_seen_at_once(
    shop: Shop, django_assert_num_queries: Callable[..., object]
) -> None:
    with context.public():
        directory.forget()
        with django_assert_num_queries(1):  # type: ignore[attr-defined]
            directory.shop_by_public_id(shop.public_id)
            directory.shop_by_public_id(shop.public_id)
        standing.suspend(tenant=tenant_of(shop), reason="test", by="test")
        found = directory.shop_by_public_id(shop.public_id)
    assert found is not None
    assert found.state == "suspended"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a", "shop_name_unfit"),
        ("x" * 31, "shop_name_unfit"),
        ("<b>tea</b>", "shop_name_unfit"),
        ("Admin", "shop_name_reserved"),
        ("微 信", "shop_name_reserved"),
        ("ＷＷＷ", "shop_name_reserved"),
        ("Teahouse", "shop_name_taken"),
        ("TEAHOUSE", "shop_name_taken"),
    ],
)
def test_an_unfit_name_is_refused_and_nothing_is_half_made(
    db: None, two_shops: object, name: str, code: str
) -> None:
    account = Account.objects.create_user("new@example.com")
    before = Tenant.objects.count()
    with pytest.raises(actions.Refusal) as caught:
        actions.open_shop(account=account, name=name)
    assert caught.value.code == code
    assert (Tenant.objects.count(), account.memberships.count()) == (before, 0)


def test_a_double_submit_opens_one_shop(db: None, two_shops: object) -> None:
    account = Account.objects.create_user("new@example.com")
    first = actions.open_shop(account=account, name="双击茶铺")
    second = actions.open_shop(account=account, name=" 双击茶铺 ")
    assert first.pk == second.pk
    assert account.memberships.count() == 1


def test_one_mini_program_belongs_to_one_shop(shop: Shop, other_shop: Shop) -> None:
    appid = "wx" + "0" * 16
    with context.public():
        actions.connect_wechat(tenant=tenant_of(shop), appid=appid, sub_mchid="1900000109")
        actions.connect_wechat(tenant=tenant_of(shop), appid=appid, sub_mchid="1900000109")
        with pytest.raises(actions.AppidTaken):
            actions.connect_wechat(
                tenant=tenant_of(other_shop), appid=appid, sub_mchid="1900000110"
            )
        with pytest.raises(merchants.MerchantTaken):
            actions.connect_wechat(
                tenant=tenant_of(other_shop), appid="wx" + "1" * 16, sub_mchid="1900000109"
            )
        found = directory.shop_by_appid(appid)
        assert found is not None
        assert found.public_id == shop.public_id
        assert not other_shop_has_wechat(other_shop)


def other_shop_has_wechat(shop: Shop) -> bool:
    tenant = tenant_of(shop)
    return tenant.mini_programs.exists() or hasattr(tenant, "merchant")

"""Parts of a mini-program that are closed answer nobody, whatever the phone believes."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.modules import MODULE_OF
from shop.cart.models import CartLine
from shop.home import actions as home
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Membership, Tenant
from tenants.modules import Module
from tenants.states import Role
from tests.isolation.test_crawler import STOREFRONT
from tests.shop.buying import Buyer
from tests.shop.catalogue import product, skus

pytestmark = pytest.mark.django_db
MODELS = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def office(shop: Shop, owner: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    with context.public():
        client.force_login(owner, backend=MODELS)
    return client


def choose(client: Client, shop: Shop, *modules: str) -> Any:
    body = json.dumps({"modules": modules})
    return client.put(f"/b/{shop.public_id}/v1/modules", body, "application/json")


def history(shop: Shop) -> list[tuple[str, str, str]]:
    with context.public():
        rows = Tenant.objects.get(pk=shop.id).steps.order_by("pk")
        return list(rows.values_list("state", "reason", "by"))


def ask(shop: Shop, method: str, path: str, **headers: str) -> Any:
    address = f"/s/{shop.public_id}/v1{path.replace('{', '').replace('}', '')}"
    return getattr(Client(), method)(address, headers={"accept-language": "en", **headers})


def test_every_operation_of_the_storefront_says_where_it_belongs() -> None:
    assert {path[1:].partition("/")[0] for _, path in STOREFRONT} == set(MODULE_OF)


def test_everything_of_a_closed_part_is_refused_and_nothing_else_is(shop: Shop, office: Client) -> None:
    assert choose(office, shop, "owner").json() == {"modules": ["owner"]}
    for method, path in STOREFRONT:
        answer = ask(shop, method, path)
        is_off = MODULE_OF[path[1:].partition("/")[0]] == Module.SHOP
        code = answer.json().get("code")
        assert (code == "module_off") is is_off, (method, path, answer.status_code, code)
        if is_off:
            assert (answer.status_code, answer.json()["detail"]) == (403, "This shop does not offer this.")
    assert ask(shop, "get", "/theme").json()["modules"] == ["owner"]
    assert choose(office, shop, "shop", "owner").status_code == 200
    assert ask(shop, "get", "/categories").status_code == 200


def test_a_customer_with_a_token_is_refused_before_anything_is_written(shop: Shop, office: Client) -> None:
    buyer = Buyer(shop, "wx00000000000000aa")
    (tea,) = skus(product("Tea", stock=3))
    choose(office, shop)
    answer = buyer.add(tea.pk)
    assert (answer.status_code, answer.json()["code"]) == (403, "module_off")
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("dodge", ["//categories", "/../v1/categories", "/%63ategories", "/CATEGORIES"])
def test_no_other_spelling_leads_past_it(shop: Shop, office: Client, dodge: str) -> None:
    choose(office, shop)
    answer = Client().get(f"/s/{shop.public_id}/v1{dodge}")
    assert answer.status_code in {403, 404}


def test_asking_costs_no_statement(shop: Shop, office: Client) -> None:
    choose(office, shop, "owner")
    ask(shop, "get", "/theme")
    with CaptureQueriesContext(connection) as asked:
        assert ask(shop, "get", "/products").status_code == 403
    assert len(asked) == 0


def test_the_front_of_a_shop_that_sells_nothing_shows_no_goods(shop: Shop, office: Client) -> None:
    tea = product("Tea", state="on_sale")
    home.decorate(version=1, announcement="Come in", chosen_product_ids=[tea.pk])
    shown = ask(shop, "get", "/home").json()
    assert [card["title"] for card in shown["chosen"] + shown["newest"]] == ["Tea", "Tea"]
    choose(office, shop, "owner")
    shown = ask(shop, "get", "/home").json()
    assert (shown["announcement"], shown["chosen"], shown["newest"], shown["categories"]) == (
        "Come in", [], [], [],
    )  # fmt: skip


def test_a_choice_is_remembered_once_with_who_made_it(shop: Shop, office: Client, owner: Account) -> None:
    before = history(shop)
    choose(office, shop, "owner", "shop")
    assert history(shop) == before
    choose(office, shop, "shop", "shop")
    choose(office, shop, "shop")
    choose(office, shop)
    assert history(shop)[len(before) :] == [
        ("trial", "modules: shop", owner.email),
        ("trial", "modules: none", owner.email),
    ]
    assert office.get(f"/b/{shop.public_id}/v1/shop").json()["modules"] == []


@pytest.mark.parametrize(
    ("modules", "status", "code"),
    [(["market"], 409, "module_not_built"), (["everything"], 422, "input_invalid")],
)
def test_what_there_is_not_cannot_be_opened(
    shop: Shop, office: Client, modules: list[str], status: int, code: str
) -> None:
    before = history(shop)
    answer = choose(office, shop, *modules)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (history(shop), ask(shop, "get", "/theme").json()["modules"]) == (before, ["shop", "owner"])


def test_only_the_owner_chooses(shop: Shop) -> None:
    client = Client()
    with context.public():
        manager = Account.objects.create_user("manager@example.com")
        Membership.objects.create(account=manager, tenant_id=shop.id, role=Role.MANAGER)
        client.force_login(manager, backend=MODELS)
    answer = choose(client, shop, "owner")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_phones_of_the_staff_are_out_while_their_part_is_closed(shop: Shop, office: Client) -> None:
    base, phone = f"/b/{shop.public_id}/v1", {"Authorization": "Bearer whatever"}
    known = {"appid": "wx00000000000000aa", "code": "x"}
    wishes = [
        ("get", "/orders", None, phone),
        ("post", "/phones/login", known, {}),
        ("post", "/phones/link", {**known, "link_code": "1" * 8, "device": "phone"}, {}),
    ]

    def codes() -> list[str]:
        answers = [
            Client().generic(method.upper(), base + path, json.dumps(body), "application/json", headers=headers)
            for method, path, body, headers in wishes
        ]
        return [answer.json()["code"] for answer in answers]

    assert "module_off" not in codes()
    choose(office, shop, "shop")
    assert codes() == ["module_off"] * 3
    assert office.get(f"{base}/orders").status_code == 200

"""Whose desk it is: strangers find nothing, roles reach as far as they reach."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from portal.urls import pages
from tenants.context import Shop
from tenants.models import Tenant
from tenants.states import Role

Person = Callable[..., Client]
PAGES = ["", "close/", "plan/", "invoices/1/", "invoices/1/state.json", "state.json", "samples/state.json", "wechat/",
         "merchant/", "merchant/apply/", "merchant/direct/", "merchant/state.json",
         "products/", "products/import/", "orders/", "orders/1234567890/", "orders/1234567890/refund/", "statements/",
         "statements/2026-11-20/", "staff/", "phones/", "look/", "pickup/",
         "pickup/019a0000-0000-7000-8000-000000000000/"]  # fmt: skip
FORMS = ["plan/choose/", "plan/cancel/", "invoices/1/pay/", "invoices/1/look/", "close/",
         "come-back/", "samples/remove/", "samples/add/", "wechat/", "wechat/simulated/",
         "merchant/bind/", "merchant/apply/", "merchant/apply/drop/", "merchant/direct/",
         "merchant/direct/stop/", "orders/1/ready/", "orders/1/hand-over/", "pickup/",
         "pickup/019a0000-0000-7000-8000-000000000000/remove/",
         "orders/1/ship/", "orders/1/refund/", "staff/add/", "staff/1/role/", "staff/1/remove/",
         "phones/code/", "phones/1/unlink/", "products/import/", "look/", "look/parts/",
         "products/019a0000-0000-7000-8000-000000000000/hide/"]  # fmt: skip

OF_WORKERS = {
    "shop", "state", "preview", "preview_link", "samples_state", "orders", "order", "ship",
    "make_ready", "hand_over", "phones", "make_phone_code", "unlink_phone",
}  # fmt: skip
"""What fulfilment may see and send, by the names of the pages."""


@pytest.fixture
def shop(person: Person, own_shop: Callable[..., Shop]) -> Shop:
    return own_shop(person("owner@example.com").account)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_gets_404_and_a_visitor_the_sign_in_page(
    shop: Shop, person: Person, visitor: Client, page: str
) -> None:
    address = f"/shops/{shop.public_id}/{page}"
    answer = person("stranger@example.com").get(address)
    assert answer.status_code == 404
    assert shop.name not in answer.content.decode()
    assert visitor.get(address)["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("form", FORMS)
def test_a_strangers_forms_change_nothing(shop: Shop, person: Person, form: str) -> None:
    address = f"/shops/{shop.public_id}/{form}"
    assert person("stranger@example.com").post(address).status_code in {404, 405}


@pytest.mark.parametrize("page", ["orders/?q=%00", "orders/1%00/", "products/?q=a%00b", "%00/"])
def test_nothing_is_found_by_a_character_that_the_database_does_not_keep(
    shop: Shop, colleague: Callable[..., Client], page: str
) -> None:
    client = colleague(shop, Role.OWNER, "helper@example.com")
    answer = client.get(f"/shops/{shop.public_id}/{page}")
    assert answer.status_code == 404
    assert "没有" in answer.content.decode() or "nothing" in answer.content.decode()


@pytest.mark.parametrize("address", ["/b/%00/v1/products", "/s/a%00/v1/products"])
def test_no_shop_has_such_a_character_in_its_name(db: None, address: str) -> None:
    said = Client().get(address)
    assert (said.status_code, said.json()["code"]) == (404, "no_such_shop")


def test_every_page_of_a_shop_asks_who_is_there(
    shop: Shop, person: Person, colleague: Callable[..., Client]
) -> None:
    """Also a page that is added tomorrow: workers see only what is named here."""
    stranger = person("stranger@example.com")
    worker = colleague(shop, Role.FULFILMENT, "helper@example.com")
    seen = set()
    filled = {"public_id": shop.public_id, "uuid": str(uuid4()), "int": "1", "str": "1"}
    for page in (p for p in pages if str(p.pattern).startswith("shops/<str:public_id>/")):
        address = "/" + re.sub(
            r"<(\w+):(\w+)>", lambda m: filled.get(m[2], filled[m[1]]), str(page.pattern)
        )
        for client, refused in ((stranger, {404, 405}), (worker, {403, 405})):
            answers = {client.get(address).status_code, client.post(address).status_code}
            if client is worker and not answers <= refused:
                seen.add(page.name)
            else:
                assert answers <= refused, address
    assert seen == OF_WORKERS


def test_an_unknown_shop_looks_like_a_shop_of_others(person: Person) -> None:
    assert person().get("/shops/000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("role", "reached"),
    [
        (Role.FULFILMENT, {"", "orders/", "phones/"}),
        (Role.MANAGER, {"", "orders/", "phones/", "products/", "statements/", "products/import/",
                        "look/", "pickup/"}),
        (Role.OWNER, {"", "orders/", "phones/", "products/", "statements/", "products/import/", "wechat/",
                      "merchant/", "merchant/apply/", "merchant/direct/", "staff/", "look/", "pickup/"}),
    ],
)  # fmt: skip
def test_each_role_reaches_its_pages_and_is_told_of_the_others(
    shop: Shop, colleague: Callable[..., Client], role: Role, reached: set[str]
) -> None:
    client = colleague(shop, role, "helper@example.com")
    asked = ["", "orders/", "products/", "products/import/", "statements/", "wechat/", "staff/", "phones/",
             "look/", "pickup/"]  # fmt: skip
    statuses = {page: client.get(f"/shops/{shop.public_id}/{page}").status_code for page in asked}
    assert statuses == {page: 200 if page in reached else 403 for page in asked}


@pytest.mark.parametrize("form", ["samples/remove/", "orders/1/refund/", "staff/add/", "wechat/", "look/", "look/parts/"]
)
def test_fulfilment_cannot_send_the_forms_of_managers_and_owners(
    shop: Shop, colleague: Callable[..., Client], form: str
) -> None:
    client = colleague(shop, Role.FULFILMENT, "helper@example.com")
    assert client.post(f"/shops/{shop.public_id}/{form}").status_code == 403


def test_a_suspended_shop_says_so_is_read_and_not_changed(
    shop: Shop, colleague: Callable[..., Client]
) -> None:
    client = colleague(shop, Role.OWNER, "helper@example.com")
    Tenant.objects.filter(pk=shop.id).update(state="suspended")
    assert "This shop is suspended" in client.get(f"/shops/{shop.public_id}/").content.decode()
    assert client.get(f"/shops/{shop.public_id}/orders/").status_code == 200
    answer = client.post(f"/shops/{shop.public_id}/samples/add/")
    assert answer["Location"] == f"/shops/{shop.public_id}/"
    said = client.get(answer["Location"]).content.decode()
    assert "takes no new orders" in said


def test_a_closed_shop_is_gone(shop: Shop, colleague: Callable[..., Client]) -> None:
    client = colleague(shop, Role.OWNER, "helper@example.com")
    Tenant.objects.filter(pk=shop.id).update(state="closed")
    assert client.get(f"/shops/{shop.public_id}/").status_code == 404
    refused = client.post("/shops/", {"name": ""})
    assert refused.status_code == 422
    assert shop.public_id not in refused.content.decode()


def test_forms_without_a_token_are_refused(shop: Shop) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = strict.post("/accounts/login/", {"login": "a@example.com", "password": "x"})
    assert answer.status_code == 403
    assert "The form was too old" in answer.content.decode()

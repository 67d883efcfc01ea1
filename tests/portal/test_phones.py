"""Phones at the owner's desk: a code is shown once, phones are seen and taken away."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tenants import phones
from tenants.context import Shop
from tenants.models import LinkCode, Membership, Phone, Tenant
from tenants.states import Role

Person = Callable[..., Client]


@pytest.fixture
def owner(person: Person) -> Client:
    return person("owner@example.com")


@pytest.fixture
def shop(owner: Client, own_shop: Callable[..., Shop]) -> Shop:
    return own_shop(owner.account)


def page(client: Client, shop: Shop) -> str:
    answer = client.get(f"/shops/{shop.public_id}/phones/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def make(client: Client, shop: Shop) -> Any:
    return client.post(f"/shops/{shop.public_id}/phones/code/")


def link(shop: Shop, code: str, openid: str = "o-1", device: str = "iPhone 15") -> Phone:
    tenant = Tenant.objects.get(pk=shop.id)
    return phones.link(tenant=tenant, appid="wx1", openid=openid, code=code, device=device).phone


def digits(answer: Any) -> str:
    found = re.search(r'class="digits"[^>]*>(\d{4}) (\d{4})<', answer.content.decode())
    assert found
    return found[1] + found[2]


def test_a_code_is_shown_once_with_a_drawing_and_links_a_phone(owner: Client, shop: Shop) -> None:
    assert "No phone is linked yet." in page(owner, shop)
    answer = make(owner, shop)
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    assert "<svg" in answer.content.decode()
    code = digits(answer)
    assert code not in page(owner, shop)
    assert 'class="digits"' not in page(owner, shop)
    link(shop, code)
    assert "iPhone 15" in page(owner, shop)
    assert not LinkCode.objects.exists()


def test_looking_makes_no_code(owner: Client, shop: Shop) -> None:
    assert owner.get(f"/shops/{shop.public_id}/phones/code/").status_code == 405
    assert not LinkCode.objects.exists()


def test_owners_see_all_phones_and_others_their_own(
    owner: Client, shop: Shop, colleague: Callable[..., Client]
) -> None:
    packer = colleague(shop, Role.FULFILMENT, "packer@example.com")
    owners = link(shop, digits(make(owner, shop)), device="Huawei")
    packers = link(shop, digits(make(packer, shop)), "o-2", device="Xiaomi")
    assert "packer@example.com" in page(owner, shop)
    assert "Huawei" in page(owner, shop)
    assert "Xiaomi" in page(packer, shop)
    assert "Huawei" not in page(packer, shop)
    base = f"/shops/{shop.public_id}/phones"
    told = packer.post(f"{base}/{owners.pk}/unlink/", follow=True).content.decode()
    assert "There is no such phone." in told
    told = owner.post(f"{base}/{packers.pk}/unlink/", follow=True).content.decode()
    assert "The phone was unlinked." in told
    assert list(Phone.objects.values_list("pk", flat=True)) == [owners.pk]


def test_a_full_hand_of_phones_is_refused_in_a_sentence(owner: Client, shop: Shop) -> None:
    [member] = Membership.objects.filter(tenant_id=shop.id)
    for number in range(phones.MOST_PHONES):
        Phone.objects.create(membership=member, appid="wx1", openid=f"o-{number}")
    answer = owner.post(f"/shops/{shop.public_id}/phones/code/", follow=True)
    assert "You have linked 5 phones already." in answer.content.decode()
    assert not LinkCode.objects.exists()


def test_the_page_says_when_the_part_is_switched_off(owner: Client, shop: Shop) -> None:
    Tenant.objects.filter(pk=shop.id).update(modules=["shop"])
    assert "switched off" in page(owner, shop)

"""Naming a shop: what is refused leaves nothing; what is sent twice opens one."""

from collections.abc import Callable

import pytest
from django.test import Client

from tenants import actions
from tenants.context import Shop
from tenants.models import Account, Membership, SpareSchema, Tenant

Person = Callable[..., Client]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("WeChat", "is reserved"),
        ("微信", "is reserved"),
        ("ｗｅｉｘｉｎ", "is reserved"),
        ("x", "2 to 30"),
        ("<script>", "2 to 30"),
        ("n" * 31, "2 to 30"),
        ("", "This field is required"),
    ],
)
def test_an_unfit_name_is_said_next_to_the_field_and_opens_nothing(
    person: Person, name: str, sentence: str
) -> None:
    client, before = person(), Tenant.objects.count()
    spares = SpareSchema.objects.count()
    answer = client.post("/shops/", {"name": name})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace('<script src="', "")
    assert Tenant.objects.count() == before
    assert SpareSchema.objects.count() == spares
    assert not Membership.objects.filter(account=client.account).exists()


def test_the_refusal_is_chinese_for_a_chinese_reader(person: Person) -> None:
    client = person()
    answer = client.post("/shops/", {"name": "微信"}, headers={"accept-language": "zh-CN"})
    assert "“微信”是保留名称，请换一个。" in answer.content.decode()


def test_a_name_that_is_taken_is_refused_to_another_account(
    person: Person, own_shop: Callable[..., Shop]
) -> None:
    own_shop(person("first@example.com").account, "Lotus Tea")
    second, before = person("second@example.com"), Tenant.objects.count()
    answer = second.post("/shops/", {"name": "lotus tea"})
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()
    assert Tenant.objects.count() == before
    assert not Membership.objects.filter(account=second.account).exists()


def test_a_double_submit_opens_one_shop_and_both_lead_to_it(person: Person) -> None:
    client = person()
    answers = [client.post("/shops/", {"name": "Lotus Tea"}) for _ in range(2)]
    tenant = Tenant.objects.get(name="Lotus Tea")
    assert {a["Location"] for a in answers} == {f"/shops/{tenant.public_id}/"}
    assert Membership.objects.filter(account=client.account).count() == 1


def test_a_sixth_shop_is_refused(person: Person) -> None:
    client = person()
    SpareSchema.objects.all().delete()
    for n in range(5):
        actions.open_shop(account=client.account, name=f"Lotus {n}")
    answer = client.post("/shops/", {"name": "Lotus 6"})
    assert answer.status_code == 422
    assert "can open 5 shops" in answer.content.decode()
    assert not Tenant.objects.filter(name="Lotus 6").exists()


def test_without_a_spare_schema_the_owner_waits_and_is_told_when_it_stands(
    person: Person, queued: Callable[..., list[dict[str, object]]]
) -> None:
    client = person()
    spare = SpareSchema.objects.order_by("pk").first()
    assert spare is not None
    SpareSchema.objects.all().delete()
    place = client.post("/shops/", {"name": "Lotus Tea"})["Location"]
    page = client.get(place)
    assert page.status_code == 202
    assert b'http-equiv="refresh"' in page.content
    assert b"data-poll" in page.content
    assert len(queued("build_wanted_schema")) == 1
    assert client.get(f"{place}state.json").json() == {"state": "provisioning", "is_ready": False}
    assert client.get(f"{place}orders/")["Location"] == place

    SpareSchema.objects.create(schema_name=spare.schema_name)
    assert actions.move_in(tenant=Tenant.objects.get(name="Lotus Tea"))
    assert client.get(f"{place}state.json").json() == {"state": "trial", "is_ready": True}
    assert client.get(place).status_code == 200


def test_the_start_page_lists_shops_when_there_are_several(person: Person) -> None:
    client = person()
    SpareSchema.objects.all().delete()
    for name in ("Lotus Tea", "Lotus Books"):
        actions.open_shop(account=client.account, name=name)
    page = client.get("/start/").content.decode()
    assert "Lotus Tea" in page
    assert "Lotus Books" in page
    assert "Open another shop" in page


def test_an_account_that_is_switched_off_is_no_longer_signed_in(person: Person) -> None:
    client = person()
    Account.objects.filter(pk=client.account.pk).update(is_active=False)
    assert client.get("/start/").status_code == 302

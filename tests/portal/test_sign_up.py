"""From nothing to a shop of one's own, and every way in which it is refused."""

import pytest
from django.core import mail
from django.test import Client

from tenants.models import Account, Membership, Tenant, TenantStep

EMAIL, PASSWORD = "mei@example.com", "correct horse battery staple"


def sign_up(visitor: Client, email: str = EMAIL, password: str = PASSWORD):
    return visitor.post("/accounts/signup/", {"email": email, "password1": password})


def test_a_new_owner_signs_up_names_a_shop_and_stands_at_its_start_page(visitor: Client) -> None:
    answer = sign_up(visitor)
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    assert b"Name your shop" in visitor.get("/start/").content
    answer = visitor.post("/shops/", {"name": "  Lotus   Tea "})
    tenant = Tenant.objects.get(name="Lotus Tea")
    assert (answer.status_code, answer["Location"]) == (302, f"/shops/{tenant.public_id}/")
    page = visitor.get(answer["Location"])
    assert page.status_code == 200
    assert b"What comes next" in page.content
    assert tenant.state == "trial"
    assert [m.role for m in Membership.objects.filter(tenant=tenant)] == ["owner"]
    assert list(
        TenantStep.objects.filter(tenant=tenant).order_by("pk").values_list("state", flat=True)
    ) == ["provisioning", "trial"]


def test_the_confirmation_mail_names_our_own_address_whatever_the_host(visitor: Client) -> None:
    visitor.post(
        "/accounts/signup/",
        {"email": EMAIL, "password1": PASSWORD},
        headers={"host": "localhost:9999"},
    )
    [message] = mail.outbox
    assert "http://127.0.0.1:8000/accounts/confirm-email/" in message.body
    assert "localhost:9999" not in message.body


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("not an address", PASSWORD, "Enter a valid email address"),
        ("", PASSWORD, "This field is required"),
        (EMAIL, "12345678", "too common"),
        (EMAIL, "short", "too short"),
        (EMAIL, "", "This field is required"),
    ],
)
def test_a_bad_address_or_password_is_said_and_makes_no_account(
    visitor: Client, email: str, password: str, sentence: str
) -> None:
    before = Account.objects.count()
    answer = sign_up(visitor, email, password)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Account.objects.count() == before
    assert mail.outbox == []


def test_an_address_that_is_taken_is_said_whatever_its_case(visitor: Client) -> None:
    sign_up(visitor)
    visitor.post("/accounts/logout/")
    answer = sign_up(visitor, EMAIL.upper())
    assert answer.status_code == 200
    assert "already registered" in answer.content.decode()
    assert Account.objects.filter(email__iexact=EMAIL).count() == 1


def test_sign_up_is_limited_by_address(visitor: Client) -> None:
    statuses = [sign_up(visitor, "bad", "x").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    assert "Too many attempts" in sign_up(visitor, "bad", "x").content.decode()


def test_guessing_a_password_is_limited_and_the_right_one_waits_too(visitor: Client) -> None:
    sign_up(visitor)
    visitor.post("/accounts/logout/")
    for _ in range(5):
        visitor.post("/accounts/login/", {"login": EMAIL, "password": "wrong"})
    answer = visitor.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer.status_code == 200
    assert "_auth_user_id" not in visitor.session


def test_a_forged_forwarding_header_does_not_reset_the_limit(visitor: Client) -> None:
    statuses = [
        visitor.post(
            "/accounts/signup/",
            {"email": "bad", "password1": "x"},
            headers={"x-forwarded-for": f"10.0.0.{n}"},
        ).status_code
        for n in range(21)
    ]
    assert statuses[-1] == 429


def test_a_stranger_is_sent_to_sign_in_before_naming_a_shop(visitor: Client) -> None:
    before = Tenant.objects.count()
    answer = visitor.post("/shops/", {"name": "Lotus Tea"})
    assert answer["Location"] == "/accounts/login/?next=/shops/"
    assert Tenant.objects.count() == before

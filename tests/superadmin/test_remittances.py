"""Staff note commission that an owner paid to the platform's bank."""

import pytest
from django.test import Client

from billing.ledger.models import Journal
from billing.settlements import queries
from kernel.money import Money
from superadmin.models import AuditEntry
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Tenant

PAGE = "/superadmin/remittances/"
SAID = {"amount": "70.00", "reference": "BANK1", "reason": "statement of November"}


@pytest.fixture
def place(two_shops: tuple[Shop, Shop], db: None) -> Shop:
    return two_shops[0]


@pytest.fixture
def admin(db: None) -> Client:
    root = Account.objects.create_superuser("root@example.com", "a long and quiet river")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(root, "django.contrib.auth.backends.ModelBackend")
    return client


def owed(place: Shop) -> Money:
    with context.activate(place):
        return queries.owed_to_platform()


def test_it_is_noted_once_and_stands_in_the_audit(admin: Client, place: Shop) -> None:
    address = f"{PAGE}?shop={place.public_id}"
    assert "owes 0.00 CNY of commission" in admin.get(address).content.decode()
    noted = admin.post(address, SAID, follow=True).content.decode()
    assert "Noted: 70.00 CNY" in noted
    assert "paid 70.00 CNY of commission in advance" in noted
    assert "statement of November (platform:root@example.com)" in noted
    again = admin.post(address, SAID, follow=True).content.decode()
    assert "This was noted before: 70.00 CNY" in again
    other = admin.post(address, {**SAID, "amount": "71"}, follow=True).content.decode()
    assert "Under BANK1 another amount was noted. What takes it back needs its own number." in other
    assert owed(place) == Money(-7_000)
    [entry] = AuditEntry.objects.filter(action="note remittance")
    assert (entry.after, entry.reason) == (
        {"reference": "BANK1", "amount": "70.00 CNY"}, "statement of November",
    )  # fmt: skip


def test_no_name_that_an_owner_chose_leads_to_another_shop(admin: Client, two_shops, place) -> None:
    meant = two_shops[1]
    Tenant.objects.filter(pk=place.id).update(name=meant.public_id)
    admin.post(f"{PAGE}?shop={meant.public_id}", SAID)
    assert (owed(place), owed(meant)) == (Money(0), Money(-7_000))


@pytest.mark.parametrize("amount", ["0", "0.001", "much", "", "NaN", "1e12"])
def test_what_is_no_amount_posts_nothing(admin: Client, place: Shop, amount: str) -> None:
    answer = admin.post(f"{PAGE}?shop={place.public_id}", {**SAID, "amount": amount})
    assert answer.status_code == 422
    with context.activate(place):
        assert not Journal.objects.exists()


def test_staff_without_rights_note_nothing(place: Shop) -> None:
    staff = Account.objects.create_user("look@example.com", "a quiet river", is_staff=True)
    client = Client()
    client.force_login(staff, "django.contrib.auth.backends.ModelBackend")
    assert client.post(f"{PAGE}?shop={place.public_id}", SAID).status_code == 404
    assert owed(place) == Money(0)
    assert not AuditEntry.objects.exists()

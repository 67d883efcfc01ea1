"""Staff see which shops owe commission, in one list of the platform's books."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.states import Account, JournalKind
from billing.plans import actions as plans
from billing.plans import advancing, library
from billing.plans import queries as plan_queries
from billing.plans.models import Invoice
from billing.platform_books import actions as books
from billing.platform_books import invariants
from billing.platform_books.states import PlatformAccount, PlatformJournalKind, holder_of
from kernel import clock
from kernel.money import Money
from superadmin import owing
from tenants import context, directory
from tenants.context import Shop
from tenants.models import Merchant, Tenant

PAGE = "/superadmin/owing/"
NOTE = "/superadmin/remittances/"


@pytest.fixture
def shops(two_shops: tuple[Shop, Shop], db: None) -> tuple[Shop, Shop]:
    """Teahouse in yuan and Bookshop in yen."""
    Tenant.objects.filter(pk=two_shops[1].id).update(currency="JPY")
    return two_shops[0], directory.shop_of(Tenant.objects.get(pk=two_shops[1].id))


@pytest.fixture
def earn(run_jobs: Callable[..., int]) -> Callable[..., None]:
    """Post a commission in a shop's books; the worker brings it into the platform's."""

    def post(shop: Shop, minor: int, reference: str = "O1") -> None:
        with context.activate(shop):
            ledger.post(
                kind=JournalKind.EARNING, reference=reference, why={},
                lines=[Line(Account.COMMISSION, Account.PLATFORM, Money(minor, shop.currency))],
            )  # fmt: skip
        run_jobs()

    return post


def rows(answer: Any) -> list[list[str]]:
    """Return the words of each row: shop, last payment, what is owed and can be done."""
    body = answer.content.decode().split("<tbody>")
    found = body[1].split("</tbody>")[0].split("<tr")[1:] if body[1:] else []
    bare = [re.sub(r"<[^>]*>", " ", row.replace("</td>", "|")) for row in found]
    return [[" ".join(cell.split()) for cell in row.partition(">")[2].split("|")[:-1]] for row in bare]


def pay(client: Client, shop: Shop, amount: str, reference: str) -> None:
    said = {"amount": amount, "reference": reference, "reason": "statement of November"}
    answer = client.post(f"{NOTE}?shop={shop.public_id}", said, follow=True)
    assert "Noted: " in answer.content.decode()


def test_nobody_owes_and_the_page_says_so(admin: Client, shops: tuple[Shop, Shop]) -> None:
    for address in (PAGE, f"{PAGE}?page=9", f"{PAGE}?currency=CNY"):
        answer = admin.get(address)
        assert (answer.status_code, rows(answer)) == (200, [])
        assert "No shop owes commission." in answer.content.decode()


def test_each_shop_that_owes_is_a_line_in_its_currency(
    admin: Client, shops: tuple[Shop, Shop], earn: Callable[..., None]
) -> None:
    tea, book = shops
    Tenant.objects.get(pk=tea.id).mini_programs.create(appid="wx0000000000000owe")
    Merchant.objects.create(
        tenant_id=book.id, sub_mchid="190000OWE", notify_token="owe", is_sharing=True
    )
    today = f"{clock.now():%Y-%m-%d}"
    earn(tea, 10_000)
    earn(book, 500)
    pay(admin, tea, "70.00", "BANK1")
    assert rows(admin.get(PAGE))[0][1:] == ["none", "100.00 CNY Note a payment"], "it is on its way"
    earn(tea, 1, "O2")
    assert rows(admin.get(PAGE)) == [
        [f"Teahouse {tea.public_id} · {tea.schema_name} · wx0000000000000owe"
         f" Last payment noted: 70.00 CNY, {today}", f"70.00 CNY {today}",
         "30.01 CNY Note a payment"],
        [f"Bookshop · Profit sharing {book.public_id} · {book.schema_name}", "none", "500 JPY Note a payment"],
    ]  # fmt: skip
    page = admin.get(PAGE).content.decode()
    assert page.count("1 shop owes") == 2
    assert f'href="/superadmin/tenants/tenant/{tea.id}/change/"' in page
    assert f'href="/superadmin/sharings/?shop={book.public_id}"' in page
    only = admin.get(f"{PAGE}?currency=JPY")
    assert [row[1:] for row in rows(only)] == [["none", "500 JPY Note a payment"]]
    assert "Only JPY is shown." in only.content.decode()
    with context.public():
        assert list(invariants.violations()) == []


def test_what_is_paid_leaves_the_list_and_a_minus_brings_it_back(
    admin: Client, shops: tuple[Shop, Shop], earn: Callable[..., None], run_jobs: Callable[..., int]
) -> None:
    tea, book = shops
    today = f"{clock.now():%Y-%m-%d}"
    earn(tea, 10_000)
    pay(admin, tea, "100", "BANK1")
    pay(admin, book, "1", "BANK2")
    run_jobs()
    assert rows(admin.get(PAGE)) == [], "one paid all, one in advance"
    pay(admin, tea, "-30", "BANK1 returned")
    run_jobs()
    assert [row[1:] for row in rows(admin.get(PAGE))] == [
        [f"-30.00 CNY {today}", "30.00 CNY Note a payment"]
    ]


def test_an_invoice_of_a_plan_is_not_commission(
    admin: Client, shops: tuple[Shop, Shop], earn: Callable[..., None]
) -> None:
    tea, _ = shops
    plan = library.offer_plan(code="small", name_zh="小", name_en="Small", is_default=True)
    library.add_version(plan=plan, month_minor=9_900, year_minor=99_000, limits={}, by="s")
    subscription = plans.start_trial(tenant=Tenant.objects.get(pk=tea.id))
    assert subscription is not None
    with clock.at(subscription.trial_ends_at):
        advancing.advance(subscription_id=subscription.pk)
    invoice = Invoice.objects.get()
    assert plan_queries.open_names() == [invoice.name] == ["XP00000001"]
    assert rows(admin.get(PAGE)) == [], "the invoice is all that is owed"
    earn(tea, 5)
    assert [row[1:] for row in rows(admin.get(PAGE))] == [["none", "0.05 CNY Note a payment"]]
    admin.post(f"/superadmin/plans/invoice/{invoice.pk}/bank/", {"reason": "RF18 5390"})
    assert plan_queries.open_names() == []
    assert [row[1:] for row in rows(admin.get(PAGE))] == [["none", "0.05 CNY Note a payment"]], (
        "what pays an invoice by bank pays no commission"
    )


def test_a_line_leads_to_the_form_filled_with_what_is_owed(
    admin: Client, shops: tuple[Shop, Shop], earn: Callable[..., None]
) -> None:
    tea, book = shops
    earn(tea, 1_234)
    earn(book, 500)
    page = admin.get(PAGE).content.decode()
    for shop, amount in ((tea, "12.34"), (book, "500")):
        link = f"{NOTE}?shop={shop.public_id}&amp;amount={amount}"
        assert f'href="{link}"' in page
        form = admin.get(link.replace("&amp;", "&")).content.decode()
        assert f'name="amount" value="{amount}"' in form
        assert f'href="{PAGE}"' in form
    assert 'name="amount" value=' not in admin.get(f"{NOTE}?shop={tea.public_id}").content.decode()
    overview = admin.get("/superadmin/money/").content.decode()
    tile = overview.split(f'href="{PAGE}"><div')[1].split("</a>")[0]
    assert "Shops that owe commission" in tile
    assert ">2</div>" in tile


def test_a_shop_that_is_gone_is_named_and_takes_no_payment(
    admin: Client, shops: tuple[Shop, Shop], earn: Callable[..., None]
) -> None:
    earn(shops[0], 1_234)
    Tenant.objects.filter(pk=shops[0].id).update(state="purged")
    [[name, *figures]] = rows(admin.get(PAGE))
    assert name.startswith("Teahouse (purged) ")
    assert figures == ["none", "12.34 CNY"]


def test_staff_look_and_only_a_superuser_is_led_to_the_form(
    signed_in: Callable[..., Client], shops: tuple[Shop, Shop], earn: Callable[..., None]
) -> None:
    earn(shops[0], 1_234)
    staff = signed_in("look@example.com", is_staff=True)
    answer = staff.get(PAGE)
    assert [row[1:] for row in rows(answer)] == [["none", "12.34 CNY"]]
    assert "Note a payment" not in answer.content.decode()
    assert signed_in("guest@example.com").get(PAGE, follow=True).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_in_chinese(admin: Client, shops: tuple[Shop, Shop], earn: Callable[..., None]) -> None:
    earn(shops[0], 1_234)
    page = admin.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    for words in ("未付服务费的小铺", "1 个小铺未付", "未付金额", "最近登记的付款", "登记付款"):
        assert words in page


def _owe(count: int, first: int = 0) -> None:
    """Have many more shops owe 1.00, 1.01 …; every other one paid 0.50 of it."""
    for n in range(first, first + count):
        shop = f"many{n:04d}"
        Tenant.objects.create(
            public_id=shop, code=f"M{n:04d}", name=f"Many {n}", schema_name=f"t_many{n:04d}",
            state="active",
        )  # fmt: skip
        receivable, holder = PlatformAccount.RECEIVABLE, holder_of(shop)
        books.post(
            kind=PlatformJournalKind.COMMISSION, reference=f"M{n:04d}:O1", why={"shop": shop},
            lines=[Line(receivable, PlatformAccount.COMMISSION, Money(100 + n), holder)],
        )  # fmt: skip
        if n % 2:
            books.post(
                kind=PlatformJournalKind.REMITTANCE, reference=f"M{n:04d}:B1", why={"shop": shop},
                lines=[Line(PlatformAccount.BANK, receivable, Money(50), None, holder)],
            )  # fmt: skip


def test_many_shops_come_by_pages_for_the_same_number_of_statements(
    admin: Client, shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owing, "PER_PAGE", 4)
    counts = []
    for first, more in ((0, 1), (1, 8)):
        _owe(more, first)
        with CaptureQueriesContext(connection) as asked:
            shown = rows(admin.get(PAGE))
        counts.append(len(asked))
    assert counts[0] == counts[1] == 7
    assert not [query for query in asked if "t_many" in query["sql"]], "no shop is entered"
    owed = ["1.08", "1.06", "1.04", "1.02", "1.00", "0.57", "0.55", "0.53", "0.51"]
    assert [row[2] for row in shown] == [f"{each} CNY Note a payment" for each in owed[:4]]
    last = admin.get(f"{PAGE}?page=3")
    assert [row[2] for row in rows(last)] == ["0.51 CNY Note a payment"]
    assert "9 shops owe" in last.content.decode()
    assert "7.36 CNY" in last.content.decode()
    assert "3 / 3" in last.content.decode()
    assert rows(admin.get(f"{PAGE}?page=99")) == rows(last)
    assert rows(admin.get(f"{PAGE}?page=x")) == shown

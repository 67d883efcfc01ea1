"""The platform's own books follow the rules of the shops' books, in tables of their own."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from billing.platform_books import actions, queries
from billing.platform_books.actions import Line
from billing.platform_books.invariants import violations
from billing.platform_books.models import HolderBalance, Journal, Transfer
from billing.platform_books.states import PlatformAccount as A
from billing.platform_books.states import PlatformJournalKind as Kind
from billing.platform_books.states import holder_of
from kernel.money import Money
from tenants import context


@pytest.fixture(autouse=True)
def _public(shop):
    with context.public():
        yield


def post(kind: Kind, reference: str, *lines: Line):
    return actions.post(kind=kind, reference=reference, lines=lines, why={"plan": "basic"})


def invoice(minor: int = 9_900, shop: str = "tea", reference: str = "I1"):
    line = Line(A.RECEIVABLE, A.SUBSCRIPTIONS, Money(minor), debit_holder=holder_of(shop))
    return post(Kind.INVOICE, reference, line)


def pay(minor: int = 9_900, shop: str = "tea", reference: str = "N1"):
    return post(
        Kind.PAYMENT,
        reference,
        Line(A.WECHAT, A.RECEIVABLE, Money(minor), credit_holder=holder_of(shop)),
        Line(A.FEES, A.WECHAT, Money(minor).share(60)),
    )


def of_shop(account: A, shop: str = "tea") -> int:
    return queries.balance_of_shop(account, shop).minor


def held() -> dict[str, int]:
    return {a.value: m.minor for a, m in queries.balances().items() if m.minor}


def test_an_invoice_is_owed_until_it_is_paid():
    assert invoice() is not None
    invoice(shop="books", reference="I2")
    assert (of_shop(A.RECEIVABLE), of_shop(A.RECEIVABLE, "books")) == (9_900, 9_900)
    pay()
    assert (of_shop(A.RECEIVABLE), of_shop(A.RECEIVABLE, "books")) == (0, 9_900)
    assert held() == {
        "wechat": 9_841, "fees": 59, "receivable": 9_900, "subscriptions": 19_800
    }
    assert [t.journal.kind for t in queries.lines_of_shop("tea", before=None, limit=9)] == [
        "payment", "invoice"
    ]
    assert list(violations()) == []


def test_the_same_journal_again_is_none_and_another_is_refused():
    invoice()
    assert invoice() is None
    with pytest.raises(actions.JournalDiffers), transaction.atomic():
        invoice(9_901)
    with pytest.raises(actions.JournalDiffers), transaction.atomic():
        invoice(shop="books")
    assert of_shop(A.RECEIVABLE) == 9_900


def test_what_is_paid_before_the_invoice_counts_towards_it():
    pay(100)
    assert of_shop(A.RECEIVABLE) == -100
    invoice(300)
    assert of_shop(A.RECEIVABLE) == 200
    assert list(violations()) == []


def test_a_credit_is_spent_once():
    holder = holder_of("tea")
    invoice(300)
    post(Kind.CREDIT, "P1", Line(A.SUBSCRIPTIONS, A.CREDIT, Money(100), credit_holder=holder))
    spend = Line(A.CREDIT, A.RECEIVABLE, Money(80), debit_holder=holder, credit_holder=holder)
    post(Kind.OFFSET, "I1", spend)
    assert (of_shop(A.CREDIT), of_shop(A.RECEIVABLE)) == (20, 220)
    with pytest.raises(actions.BalanceTooSmall), transaction.atomic():
        post(Kind.OFFSET, "I2", spend)
    assert (of_shop(A.CREDIT), of_shop(A.RECEIVABLE)) == (20, 220)
    assert list(violations()) == []


def test_nobody_can_rewrite_the_platforms_books():
    invoice()
    for table in ("platform_books_journal", "platform_books_transfer"):
        for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement.format(table))
    journal = Journal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            journal=journal, debit="receivable", credit="subscriptions", amount_minor=1,
            currency="CNY",
        )


def test_a_balance_that_is_not_what_was_moved_is_found():
    invoice()
    HolderBalance.objects.update(amount_minor=9_901)
    Journal.objects.create(kind=Kind.VOID, reference="I9", why={})
    assert list(violations()) == [
        "I1: journal void I9 has no transfers",
        f"I1: receivable of {holder_of('tea')} keeps 9901 but its transfers come to 9900",
    ]


def test_a_shop_reaches_nothing_of_the_platforms_books(shop):
    with context.activate(shop), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("SELECT * FROM public.platform_books_journal")

"""Periods and differences at the owner's desk."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.test import Client

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.states import Account, JournalKind
from billing.reconciliation.models import ComparedDay, Difference
from billing.settlements import actions as settlements
from billing.wallets import actions as wallets
from kernel import clock
from kernel.money import Money
from tenants import context
from tenants.context import Shop
from tenants.states import Role

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def place(two_shops: tuple[Shop, Shop], db: None) -> Shop:
    return two_shops[0]


@pytest.fixture
def desk(place: Shop, colleague) -> Client:
    return colleague(place, Role.MANAGER, "manager@example.com")


@pytest.fixture
def page(desk, place):
    def read(path: str, status: int = 200, **query: object):
        answer = desk.get(f"/shops/{place.public_id}/statements/{path}", query)
        assert answer.status_code == status
        return answer

    return read


def sell(place: Shop, number: str, fen: int) -> None:
    with context.activate(place), clock.at(NOON):
        ledger.post(
            kind=JournalKind.PAYMENT,
            reference=number,
            lines=[
                Line(Account.WECHAT, Account.HELD, Money(fen)),
                Line(Account.FEES, Account.WECHAT, Money(fen).share(60)),
            ],
            why={"order_number": number},
        )


def test_a_period_shows_its_sum_its_days_and_the_lines_of_a_figure(place, page) -> None:
    sell(place, "O1", 10_000)
    sell(place, "O2", 2_550)
    span = {"from": "2026-11-01", "to": "2026-11-30"}
    assert "Commission for recommendations" not in page("period/", **span).content.decode()
    with context.activate(place), clock.at(NOON):
        wallets.credit(holder=UUID(int=1), amount=Money(333), reference="L1", why={})
    words = page("period/", **span).content.decode()
    assert words.count("Commission for recommendations") == 2
    assert "−¥3.33" in words
    opened = page("period/", **span, figure="distribution").content.decode()
    assert "<code>L1</code>" in opened
    assert "−¥3.33" in page("2026-11-03/").content.decode()
    for shown in ("¥125.50", "−¥0.75", "2026-11-03", "2 orders", "still open"):
        assert shown in words, shown
    lines = page("period/", **span, figure="gross").content.decode()
    assert "¥100.00" in lines
    assert "¥25.50" in lines
    assert "Back to the days" in lines
    assert page("period/", **span, **{"as": "csv"})["Content-Type"].startswith("text/csv")
    assert page("period/", **span, **{"as": "pdf"}).content.startswith(b"%PDF-")


def test_periods_that_are_none_are_said_or_not_found(page) -> None:
    words = page("period/", 422, **{"from": "2026-11-30", "to": "2026-11-01"}).content.decode()
    assert 'class="note error"' in words
    page("period/", 404, **{"from": "yesterday"})
    page("period/", 404, figure="luck")
    page("9999-12-31/", 404)
    assert "Nothing in this period." in page(
        "period/", **{"from": "2026-10-01", "to": "2026-10-02"}
    ).content.decode()


def test_a_difference_is_explained_in_words_and_goes_to_the_settled_ones(place, page) -> None:
    assert "compared with WeChat" in page("differences/").content.decode()
    with context.activate(place):
        day = date(2026, 11, 3)
        ComparedDay.objects.create(bill="trade", day=day, compared_at=clock.now())
        for number, state in (("N-OPEN", "open"), ("N-GONE", "fixed")):
            Difference.objects.create(
                bill="trade", day=day, number=number, mark="10/-", currency="CNY",
                kind="refund_unknown", noun="refund", there_minor=10, state=state,
                facts={"there_currency": "CNY", "of_number": "T1"}, note=f"note of {number}",
            )  # fmt: skip
    live = page("differences/").content.decode()
    assert "note of N-OPEN" in live
    assert "note of N-GONE" not in live
    assert "there is nothing for you to do" in live
    settled = page("differences/", settled="1").content.decode()
    assert "note of N-GONE" in settled
    assert "note of N-OPEN" not in settled


@pytest.mark.parametrize("path", ["0001-01-01/", "9999-12-31/", "?before=0001-01-01"])
def test_a_day_without_a_midnight_before_or_after_it_is_no_day(page, path) -> None:
    page(path, status=404)


def test_workers_see_neither(place, colleague) -> None:
    worker = colleague(place, Role.FULFILMENT, "worker@example.com")
    for path in ("period/", "differences/"):
        assert worker.get(f"/shops/{place.public_id}/statements/{path}").status_code == 403


def test_what_is_owed_to_the_platform_and_was_paid_by_bank_is_shown(place, page):
    assert "Commission of the platform" not in page("").content.decode()
    with context.activate(place):
        settlements.note_remittance(reference="B1", amount=Money(7_000), by="p", why="w")
        settlements.note_remittance(reference="B2", amount=Money(-500), by="p", why="w")
    shown = page("").content.decode()
    assert "You paid ¥65.00 in advance." in shown
    assert "Paid by bank B1" in shown
    assert "Reversed B2" in shown
    assert "−¥5.00" in shown

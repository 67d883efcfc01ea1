"""The money overview, and differences that staff explain, repair and write off: each audited."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.reconciliation import telling
from billing.reconciliation.models import ComparedDay, Difference
from billing.rollups.models import ShopDay, ShopDifference
from superadmin.models import AuditEntry
from superadmin.plots import Bar, bars
from tenants import context
from tenants.context import Shop

DAY = date(2026, 11, 20)


@pytest.fixture
def difference(two_shops: tuple[Shop, Shop], db: None) -> Callable[..., ShopDifference]:
    """A difference of the first shop, as staff see it."""

    def make(number: str = "CONSOLE1", **changes: Any) -> ShopDifference:
        with context.activate(two_shops[0]):
            ComparedDay.objects.get_or_create(bill="trade", day=DAY)
            facts = {"there_currency": "CNY", "of_number": "T1"}
            known = {"kind": "refund_unknown", "noun": "refund", "there_minor": 10, "facts": facts}
            Difference.objects.create(
                bill="trade", day=DAY, number=number, mark="10/-", currency="CNY", **known | changes
            )
            telling.tell()
        return ShopDifference.objects.get(number=number)

    return make


def act(client: Client, row: ShopDifference, verb: str, reason: str = "seen there") -> Any:
    path = f"/superadmin/rollups/shopdifference/{row.pk}/{verb}/"
    assert row.number in client.get(path).content.decode()
    return client.post(path, {"reason": reason}, follow=True)


def test_a_repair_is_posted_told_and_audited(
    admin: Client, difference: Callable[..., ShopDifference], two_shops: tuple[Shop, Shop]
) -> None:
    row = difference()
    page = admin.get(f"/superadmin/rollups/shopdifference/{row.pk}/change/").content.decode()
    assert "It was not asked for here" in page
    assert "Post the difference" in page
    act(admin, row, "repair")
    row.refresh_from_db()
    assert (row.state, row.note, row.ended_by) == ("fixed", "seen there", "root@example.com")
    entry = AuditEntry.objects.get(action="repair difference")
    assert (entry.before["state"], entry.after["state"]) == ("open", "fixed")
    with context.activate(two_shops[0]):
        from billing.ledger import queries as books
        from billing.ledger.states import Account

        assert books.balance(Account.DIFFERENCES).minor == 10
    again = act(admin, row, "repair").content.decode()
    assert "settled already" in again
    assert AuditEntry.objects.filter(action="repair difference").count() == 1


def test_explaining_and_writing_off_are_audited(
    admin: Client, difference: Callable[..., ShopDifference]
) -> None:
    row = difference()
    act(admin, row, "explain", "asked the owner")
    act(admin, row, "write-off", "their own console")
    row.refresh_from_db()
    assert (row.state, row.note) == ("written_off", "their own console")
    acts = AuditEntry.objects.order_by("pk").values_list("action", "reason")
    assert list(acts) == [
        ("explain difference", "asked the owner"),
        ("write off difference", "their own console"),
    ]


def test_who_only_watches_settles_nothing(
    signed_in: Callable[..., Client], difference: Callable[..., ShopDifference]
) -> None:
    row = difference()
    watcher = signed_in("watcher@example.com", is_staff=True)
    for verb in ("repair", "explain", "write-off"):
        path = f"/superadmin/rollups/shopdifference/{row.pk}/{verb}/"
        assert watcher.post(path, {"reason": "try it"}).status_code == 403
    row.refresh_from_db()
    assert row.state == "open"


def test_the_overview_draws_days_and_counts_what_waits(
    admin: Client, difference: Callable[..., ShopDifference]
) -> None:
    difference()
    days = [
        ShopDay(
            tenant_public_id=f"shop{n}", day=DAY, currency="CNY", gross_minor=10_000 + n,
            refunds_minor=n, fee_minor=60, commission_minor=100, distribution_minor=10 + n,
            net_minor=9_830, orders_count=1, refunds_count=0,
        )
        for n in range(30)
    ]  # fmt: skip
    ShopDay.objects.bulk_create(days)
    path = "/superadmin/money/?first=2026-11-01&last=2026-11-30"
    page = admin.get(path).content.decode()
    assert page.count("<svg") - admin.get("/superadmin/").content.decode().count("<svg") == 5
    assert "11-20: 3004.35 CNY" in page
    assert "11-20: 7.35 CNY" in page
    assert "0.39 CNY" in page
    assert "A refund nobody asked for here" in page
    assert ">shop29<" in page
    assert ">shop0<" not in page
    assert ">shop0<" in admin.get(f"{path}&page=2").content.decode()
    assert admin.get("/superadmin/money/?first=2026-11-02&last=2026-11-01").status_code == 422


def test_the_overview_asks_as_often_for_many_shops_as_for_one(
    admin: Client, db: None
) -> None:
    counts = []
    for many in (1, 20):
        ShopDay.objects.bulk_create(
            ShopDay(
                tenant_public_id=f"s{many}-{n}", day=DAY, currency="CNY", gross_minor=1,
                refunds_minor=0, fee_minor=0, commission_minor=0, net_minor=1, orders_count=1,
                refunds_count=0,
            )
            for n in range(many)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            admin.get("/superadmin/money/?first=2026-11-01&last=2026-11-30")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_plot_hangs_below_zero_and_escapes_what_it_says() -> None:
    picture = bars("<b>", [Bar("1", 10, "ten"), Bar("2", -10, "<ten")], colour="#000", top_said="10")
    assert "<b>" not in picture
    assert "&lt;ten" in picture
    heights = [part.split('"')[0] for part in picture.split('height="')[1:]]
    assert heights[0] == heights[1] != "0"

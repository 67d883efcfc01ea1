"""A period's figures are the sums of its lines, on the page, as CSV and as PDF."""

import csv
import io
import re
import zlib
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.states import Account, JournalKind
from billing.rollups import queries as rollups
from billing.settlements import actions, document, periods, queries
from billing.settlements.amounts import Figure
from billing.settlements.invariants import violations
from billing.settlements.paper import Paper, width_of
from billing.settlements.periods import PeriodRefused
from billing.wallets import actions as wallets
from kernel import clock
from kernel.money import Money
from tenants import context

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
ANN = UUID(int=1)
NOON = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def sell(day: int, fen: int, number: str = "") -> None:
    with clock.at(NOON + timedelta(days=day - 1)):
        ledger.post(
            kind=JournalKind.PAYMENT,
            reference=number or f"T{day}-{fen}",
            lines=[
                Line(Account.WECHAT, Account.HELD, Money(fen)),
                Line(Account.FEES, Account.WECHAT, Money(fen).share(60)),
            ],
            why={"order_number": number or f"O{day}-{fen}"},
        )


@pytest.fixture
def month(shop):
    """Sales on days 1, 2, 15 and 30; a pay-out on the 16th; everything closed but the 30th.

    Somebody who recommended the shop is owed 1.50 on the 2nd, of which 0.30 is taken back.
    """
    sell(1, 1_000)
    sell(2, 2_000)
    with clock.at(NOON + timedelta(days=1)):
        wallets.credit(holder=ANN, amount=Money(150), reference="L1", why={"order_number": "O2-2000"})
    sell(15, 3_050)
    with clock.at(NOON + timedelta(days=14)):
        wallets.claw_back(holder=ANN, amount=Money(30), reference="L1-R", why={})
    with clock.at(NOON + timedelta(days=15)):
        ledger.post(
            kind=JournalKind.PAYOUT,
            reference="F1",
            lines=[Line(Account.BANK, Account.WECHAT, Money(2_982))],
            why={},
        )
    sell(30, 700)
    with clock.at(datetime(2026, 11, 30, 5, 0, tzinfo=UTC)):
        actions.close_days()
        yield shop


def test_closed_and_open_days_add_up(month):
    whole = periods.period(FIRST, date(2026, 11, 30))
    assert (whole.gross_minor, whole.fee_minor, whole.distribution_minor) == (6_750, 40, 120)
    assert whole.net_minor == 6_750 - 40 - 120
    assert (whole.payout_minor, whole.orders_count, whole.is_closed) == (2_982, 4, False)
    half = periods.period(date(2026, 11, 2), date(2026, 11, 15))
    assert (half.gross_minor, half.payout_minor, half.is_closed) == (5_050, 0, True)
    assert [d.day.day for d in periods.days(FIRST, date(2026, 11, 30))] == [1, 2, 15, 16, 30]
    assert [d.day.day for d in periods.days(date(2026, 11, 2), date(2026, 11, 14))] == [2]
    assert periods.days(date(2025, 1, 1), date(2025, 1, 31)) == []


@pytest.mark.parametrize("what", ["period", "days"])
def test_a_day_that_closes_while_a_period_is_added_up_counts_once(month, what):
    closed: list[date] = []

    def closing(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "settlements_statement" in sql and not closed:
            closed.append(LAST)
            assert actions.close_days() == closed
        return answer

    with clock.at(NOON + timedelta(days=30)), connection.execute_wrapper(closing):
        if what == "period":
            gross = periods.period(FIRST, LAST).gross_minor
        else:
            gross = sum(day.gross_minor for day in periods.days(FIRST, LAST))
    assert (gross, len(closed)) == (6_750, 1)


def test_every_figure_opens_to_lines_that_add_up_to_it(month):
    whole = periods.period(FIRST, date(2026, 11, 30))
    for figure in Figure:
        total, after = 0, None
        while page := queries.lines(FIRST, figure, after=after, limit=2, last=date(2026, 11, 30)):
            total, after = total + sum(line.amount_minor for line in page), page[-1].id
        assert total == getattr(whole, f"{figure.value}_minor")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, FIRST - timedelta(days=1)),
        (FIRST, FIRST + timedelta(days=366)),
        (date.min, date.min),
        (date.max, date.max),
    ],
)
def test_a_period_has_a_day_and_at_most_a_year_of_our_time(shop, first, last):
    for ask in (periods.period, periods.days, periods.written):
        with pytest.raises(PeriodRefused):
            ask(first, last)


def test_what_recommenders_earn_is_not_the_owners(month):
    second = queries.statement(date(2026, 11, 2))
    assert (second.is_closed, second.distribution_minor, second.net_minor) == (True, 150, 1_838)
    fifteenth = queries.statement(date(2026, 11, 15))
    assert (fifteenth.distribution_minor, fifteenth.net_minor) == (-30, 3_062)
    day = date(2026, 11, 2)
    [line] = queries.lines(day, Figure.DISTRIBUTION, after=None, limit=9)
    assert (line.kind, line.reference, line.order_number) == ("distribution", "L1", "O2-2000")
    with context.public():
        days = {d.day.day: d for d in rollups.days_of(month.public_id)}
    assert (days[2].distribution_minor, days[2].net_minor) == (150, 1_838)
    assert not [said for said in violations() if "statement" in said]


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(month):
    sell(15, 100, "=HYPERLINK(1)")
    text = "".join(periods.written(FIRST, date(2026, 11, 30)))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [r["reference"] for r in rows if r["figure"] == "gross"][-1] == "'=HYPERLINK(1)"
    assert rows[0] == {
        "date": "2026-11-01", "time": "12:00:00", "figure": "gross", "order": "O1-1000",
        "reference": "T1-1000", "amount": "10.00", "currency": "CNY",
    }  # fmt: skip
    gross = sum(float(r["amount"]) for r in rows if r["figure"] == "gross")
    assert (round(gross * 100), len(rows)) == (6_850, 13)
    taken = [(r["amount"], r["order"]) for r in rows if r["figure"] == "distribution"]
    assert taken == [("1.50", "O2-2000"), ("-0.30", "")]
    for text in ("=1", "+1", "-1", "@x", "\tx", "\rx"):
        assert periods.safe(text) == f"'{text}"
    assert periods.plain(-5, "CNY") == "-0.05"
    assert periods.plain(-5, "JPY") == "-5"


def shown(pdf: bytes) -> str:
    """The text of a PDF of ours, read by its own rules: xref, streams, hexadecimal strings."""
    start = int(re.search(rb"startxref\n(\d+)\n", pdf).group(1))
    assert pdf[start : start + 4] == b"xref"
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n ", pdf), 1):
        assert pdf[int(place) :].startswith(b"%d 0 obj" % number)
    words = []
    for packed in re.findall(rb"stream\n(.*?)\nendstream", pdf, flags=re.DOTALL):
        for font, code in re.findall(r"/(F\d) [\d.]+ Tf <([0-9A-F]*)>", zlib.decompress(packed).decode()):
            words.append(bytes.fromhex(code).decode("cp1252" if font == "F1" else "utf-16-be"))
    return "|".join(words)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pdf_says_the_same_figures(month, language):
    made = document.drawn(
        periods.period(FIRST, date(2026, 11, 30)),
        periods.days(FIRST, date(2026, 11, 30)),
        shop="龙井茶铺 😀 & Söhne",
        language=language,
    )
    words = shown(made)
    for said in ("67.50 CNY", "-0.40 CNY", "-1.20 CNY", "65.90 CNY", "29.82 CNY", "2026-11-15", "30.50"):
        assert said in words
    assert ("结算单" in words, "Statement" in words) == (language != "en", language == "en")
    assert "龙井茶铺" in words.replace("|", "")
    assert "😀" not in words
    assert len(made) < 8_000


def test_a_year_of_days_takes_several_pages(shop):
    with clock.at(datetime(2027, 1, 2, tzinfo=UTC)):
        for day in range(1, 62):
            sell(day, day)
        actions.close_days()
        last = FIRST + timedelta(days=60)
        made = document.drawn(
            periods.period(FIRST, last), periods.days(FIRST, last), shop="S", language="en"
        )
    assert made.count(b"/Type /Page ") == 2
    assert "Page |" not in shown(made)
    assert "Page 2 of 2" in shown(made)


def test_text_is_measured_as_helvetica_and_squares():
    assert width_of("100.00", 10) == pytest.approx(5 * 5.56 + 2.78)
    assert width_of("结算", 10) == 20
    paper = Paper("x")
    paper.page()
    paper.text(10, 10, "a\nb\x00")
    assert shown(paper.written()) == "a|□|b|□"


def test_the_doors_give_the_same(month, client, owner):
    span = "from=2026-11-01&to=2026-11-30"
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
        base = f"/b/{month.public_id}/v1"
        whole = client.get(f"{base}/period?{span}").json()
        page = client.get(f"{base}/period/lines?{span}&figure=gross&limit=3").json()
        rest = client.get(
            f"{base}/period/lines?{span}&figure=gross&limit=3&cursor={page['next']}"
        ).json()
        sheet = client.get(f"{base}/period.csv?{span}")
        body = b"".join(sheet.streaming_content)
        paper = client.get(f"{base}/period.pdf?{span}", headers={"accept-language": "zh-hans"})
        refused = client.get(f"{base}/period?from=2026-11-02&to=2026-11-01")
    assert (whole["distribution_minor"], whole["net_minor"]) == (120, 6_590)
    assert sum(i["amount_minor"] for i in page["items"] + rest["items"]) == 6_750
    assert rest["next"] is None
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    assert body.startswith(b"\xef\xbb\xbfdate,time,")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert "2026-11-01-2026-11-30.pdf" in paper["Content-Disposition"]
    assert (refused.status_code, refused.json()["code"]) == (422, "period_refused")


def test_a_long_period_costs_no_more_statements_than_a_short_one(month):
    counts = []
    for first in (date(2026, 11, 29), FIRST, date(2026, 1, 1)):
        with CaptureQueriesContext(connection) as asked:
            periods.period(first, date(2026, 11, 29))
            periods.days(first, date(2026, 11, 29))
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 11

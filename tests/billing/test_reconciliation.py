"""Every difference between WeChat's bill and our books is found and classed, and nothing else."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from billing.bills import actions as bills
from billing.bills.models import BillFile, BillLine
from billing.bills.states import BillKind, day_of
from billing.ledger import queries as books
from billing.ledger.models import Journal, Transfer
from billing.ledger.states import Account, JournalKind
from billing.payments import actions as payments
from billing.payments.models import Attempt, Payment
from billing.reconciliation import actions, queries, repairs
from billing.reconciliation.models import Difference, Line
from billing.reconciliation.repairs import WeChatDoesNotAnswer
from billing.reconciliation.states import LIVE_DIFFERENCES, DifferenceKind, Repair
from billing.refunds import actions as refunds
from billing.refunds import ladder
from billing.refunds.models import Refund
from billing.rollups.models import ShopDifference
from billing.settlements.invariants import violations
from kernel import clock
from kernel.money import Money
from tenants import context
from tests.billing.bill_writer import TRADE_HEAD, Flow, Trade, fund_bill, trade_bill
from wechat.errors import WeChatRefused, WeChatUnreachable

DAY = date(2026, 11, 20)
NEXT = DAY + timedelta(days=1)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SUB, APPID, OPENID = "1900000777", "wx00000000000000bb", "o-first-customer-000000000001"


@dataclass
class Sold:
    """What stands on our side: payments with their journals, without asking WeChat for each."""

    numbers: list[str]
    at: datetime

    def bill(self) -> list[Trade]:
        rows = Attempt.objects.select_related("payment").filter(
            out_trade_no__range=(self.numbers[0], self.numbers[-1])
        )
        return [
            Trade(a.out_trade_no, a.payment.amount_minor, self.at, SUB, f"42{a.out_trade_no}")
            for a in rows.order_by("out_trade_no")
        ]


def sell(
    count: int, *, at: datetime = NOON, start: int = 0, taken: bool = True, booked: bool = True
) -> Sold:
    """Put so many payments and their journals into payments and books, as accepting does."""
    made = [
        Payment(
            order_id=uuid4(),
            order_number=f"20261120-{start + n:08d}",
            amount_minor=1_000 + n % 9_000,
            currency="CNY",
            description="d",
            state="succeeded" if taken else "open",
            expires_at=at,
        )
        for n in range(count)
    ]
    Payment.objects.bulk_create(made, batch_size=500)
    numbers = [f"T{start + n:08d}01" for n in range(count)]
    Attempt.objects.bulk_create(
        [
            Attempt(
                payment=payment,
                out_trade_no=number,
                sub_mchid=SUB,
                appid="wx",
                openid=f"o{number}",
                state="succeeded" if taken else "prepaid",
                transaction_id=f"42{number}" if taken else None,
                success_at=at if taken else None,
            )
            for number, payment in zip(numbers, made, strict=True)
        ],
        batch_size=500,
    )
    if not booked:
        return Sold(numbers, at)
    journals = [
        Journal(kind="payment", reference=number, at=at, why={"order_number": p.order_number,
                "fee_bp": 60, "paid_minor": p.amount_minor})
        for number, p in zip(numbers, made, strict=True)
    ]  # fmt: skip
    Journal.objects.bulk_create(journals, batch_size=500)
    transfers = []
    for journal, payment in zip(journals, made, strict=True):
        fee = payment.amount.share(60).minor
        parts = [("wechat", "held", payment.amount_minor), ("fees", "wechat", fee)]
        transfers += [
            Transfer(journal=journal, debit=d, credit=c, amount_minor=m, currency="CNY")
            for d, c, m in parts
            if m
        ]
    Transfer.objects.bulk_create(transfers, batch_size=1_000)
    return Sold(numbers, at)


def bring(text: str, day: date = DAY, kind: BillKind = BillKind.TRADE) -> BillFile:
    """A bill comes and is loaded; the shop compares it."""
    with context.public():
        sub = "" if kind == BillKind.TRADE else SUB
        file = bills.want(kind=kind, day=day, sub_mchid=sub)
        if file.state == "loaded":
            BillFile.objects.filter(pk=file.pk).update(state="wanted")
            file.refresh_from_db()
        bills.keep(file=file, text=text)
        bills.load(file_id=file.pk)
    actions.reconcile(bill=kind, day=day)
    return file


def found(**which) -> set[tuple[str, str, str]]:
    rows = Difference.objects.filter(state__in=LIVE_DIFFERENCES, **which)
    return set(rows.values_list("kind", "noun", "number"))


def test_a_clean_bill_has_no_difference(shop):
    sold = sell(300)
    bring(trade_bill(sold.bill()))
    assert (Line.objects.count(), Difference.objects.count()) == (300, 0)
    assert queries.compared_until() == DAY


def plant(sold: Sold) -> tuple[list[Trade], dict[str, set[str]]]:
    """Spoil a bill in eight ways, each in several places; return it with what must be found."""
    bill = {row.number: row for row in sold.bill()}
    names = iter(sold.numbers[::7])
    planted: dict[str, set[str]] = {}

    def some(kind: str, count: int = 3) -> list[str]:
        chosen = [next(names) for _ in range(count)]
        planted.setdefault(kind, set()).update(chosen)
        return chosen

    for number in some("missing_there"):
        del bill[number]
    for number, by in zip(some("amount"), (1, -1, 100), strict=True):
        row = bill[number]
        bill[number] = replace(row, fen=row.fen + by)
    [number] = some("amount", 1)
    bill[number] = replace(bill[number], currency="HKD")
    for number in some("fee"):
        row = bill[number]
        fee = (row.fen * 60 + 5_000) // 10_000 * 1000
        bill[number] = replace(row, fee_millifen=fee + 1000)
    extra = [bill[number] for number in some("duplicate", 2)]
    [number] = some("duplicate", 1)
    extra.append(replace(bill[number], transaction_id="42another"))
    unheard = sell(2, start=800_000, taken=False, booked=False)
    planted["missing_here"] = {"ELSEWHERE1", *unheard.numbers}
    extra += [Trade("ELSEWHERE1", 500, NOON, SUB), *unheard.bill()]
    unbooked = sell(2, start=810_000, booked=False)
    planted["state"] = set(unbooked.numbers)
    extra += unbooked.bill()
    planted["refund_unknown"] = {"CONSOLE1", "CONSOLE2"}
    extra += [Trade(sold.numbers[1], 10, NOON, SUB, out_refund_no=n) for n in ("CONSOLE1", "CONSOLE2")]
    return [*bill.values(), *extra], planted


def test_eight_kinds_planted_in_ten_thousand_lines_are_eight_kinds_found(shop):
    sold = sell(10_000)
    late = sell(3, at=datetime(2026, 11, 20, 15, 59, 50, tzinfo=UTC), start=900_000)
    rows, planted = plant(sold)
    planted["cut_off"] = set(late.numbers)
    bring(trade_bill(rows))
    wanted = {
        (kind, "refund" if kind == "refund_unknown" else "payment", number)
        for kind, numbers in planted.items()
        for number in numbers
    }
    assert found() == wanted
    assert set(planted) == set(DifferenceKind)
    with context.public():
        told = set(ShopDifference.objects.values_list("kind", "noun", "number"))
    assert told == wanted


def test_the_same_bill_again_changes_nothing(shop):
    sold = sell(5)
    text = trade_bill(sold.bill()[1:])
    bring(text)
    first = list(Difference.objects.values())
    bring(text)
    bring(text)
    assert [row | {"is_told": True} for row in first] == list(Difference.objects.values())
    assert Line.objects.count() == 4
    with context.public():
        assert (BillFile.objects.count(), BillLine.objects.count()) == (1, 4)


def test_a_payment_of_the_last_minutes_is_looked_for_in_the_next_bill(shop):
    late = sell(2, at=datetime(2026, 11, 20, 15, 59, 58, tzinfo=UTC))
    bring(trade_bill([]))
    [one, other] = late.numbers
    assert found() == {("cut_off", "payment", one), ("cut_off", "payment", other)}
    assert set(Difference.objects.values_list("state", flat=True)) == {"explained"}
    bring(trade_bill(replace(row, at=NOON + timedelta(hours=13)) for row in late.bill()[:1]), NEXT)
    assert found() == {("missing_there", "payment", other)}
    first, _ = Difference.objects.filter(kind="cut_off").order_by("number")
    assert [step.event for step in queries.steps_of(first)] == ["found", "gone"]


def test_a_difference_that_is_gone_closes_itself_and_one_that_comes_back_opens_again(shop):
    sold = sell(2)
    whole, half = trade_bill(sold.bill()), trade_bill(sold.bill()[:1])
    states = []
    for text in (half, whole, half):
        bring(text)
        states.append(Difference.objects.get().state)
    assert states == ["open", "fixed", "open"]
    steps = queries.steps_of(Difference.objects.get())
    assert [step.event for step in steps] == ["found", "gone", "found_again"]


def test_a_payment_that_nobody_heard_of_is_asked_for_and_taken_once(
    shop, wechat, open_payment, heard
):
    payment = open_payment(6_999)
    payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    number = payment.attempts.get().out_trade_no
    wechat.take_money(number)
    bring(trade_bill([_line(wechat, number)]), DAY)
    [row] = Difference.objects.all()
    assert (row.kind, row.there_minor, row.here_minor) == ("missing_here", 6_999, 6_999)
    assert repairs.of(row) == Repair.ASK
    done = actions.repair(difference_id=row.pk, by="root@example.com", note="lost callback")
    assert (done.state, done.ended_by) == ("fixed", "root@example.com")
    payment.refresh_from_db()
    assert (payment.state, len(heard)) == ("succeeded", 1)
    assert books.balance(Account.HELD) == Money(6_999)
    with pytest.raises(actions.DifferenceSettled):
        actions.repair(difference_id=row.pk, by="root@example.com", note="again")
    bring(trade_bill([_line(wechat, number)]), DAY)
    assert found() == set()
    assert list(violations()) == []


def test_a_payment_that_wechat_does_not_confirm_is_not_taken(shop, wechat, open_payment):
    payment = open_payment(500)
    payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    number = payment.attempts.get().out_trade_no
    bring(trade_bill([Trade(number, 500, NOON, SUB)]))
    [row] = Difference.objects.all()
    with pytest.raises(actions.WeChatSaysOtherwise):
        actions.repair(difference_id=row.pk, by="root@example.com", note="try")
    row.refresh_from_db()
    assert (row.state, payment.state) == ("open", "open")


def test_wechat_that_is_away_leaves_the_difference_open(shop, wechat, open_payment):
    payment = open_payment(500)
    payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    number = payment.attempts.get().out_trade_no
    bring(trade_bill([Trade(number, 500, NOON, SUB)]))
    wechat.fail("query", WeChatUnreachable("away"))
    with pytest.raises(WeChatDoesNotAnswer):
        actions.repair(difference_id=Difference.objects.get().pk, by="root@example.com", note="try")
    assert Difference.objects.get().state == "open"


def test_a_refund_that_wechat_finished_is_taken(shop, wechat, paid):
    payment = paid(1_000)
    refund = refunds.request(payment=payment, amount=Money(400), reason="r", by="b", key="k")
    refunds.follow(refund_id=refund.pk, step=0)
    wechat.end_refund(refund.out_refund_no)
    attempt = payment.attempts.get()
    line = Trade(attempt.out_trade_no, 400, clock.now(), SUB, attempt.transaction_id,
                 out_refund_no=refund.out_refund_no)  # fmt: skip
    bring(trade_bill([_line(wechat, attempt.out_trade_no), line]), today())
    [row] = Difference.objects.all()
    assert (row.kind, row.noun, row.number) == ("state", "refund", refund.out_refund_no)
    actions.repair(difference_id=row.pk, by="root@example.com", note="lost callback")
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    bring(trade_bill([_line(wechat, attempt.out_trade_no), line]), today())
    assert found() == set()
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("spoil", "kind", "moved"),
    [
        (lambda row: [replace(row, fen=row.fen + 7)], "amount", ("wechat", "differences", 7)),
        (lambda row: [replace(row, fen=row.fen - 7)], "amount", ("differences", "wechat", 7)),
        (
            lambda row: [replace(row, fee_millifen=9_000)],
            "fee",
            ("fees", "wechat", 3),
        ),
        (
            lambda row: [replace(row, fee_millifen=4_000)],
            "fee",
            ("wechat", "fees", 2),
        ),
        (
            lambda row: [row, replace(row, transaction_id="42another")],
            "duplicate",
            ("wechat", "differences", 1_000),
        ),
        (
            lambda row: [row, Trade("ELSEWHERE", 250, NOON, SUB, fee_millifen=0)],
            "missing_here",
            ("wechat", "differences", 250),
        ),
        (
            lambda row: [row, replace(row, out_refund_no="CONSOLE", fen=300, fee_millifen=0)],
            "refund_unknown",
            ("differences", "wechat", 300),
        ),
        (lambda row: [], "missing_there", ("differences", "wechat", 1_000)),
    ],
)
def test_a_repair_posts_one_journal(shop, wechat, spoil, kind, moved):
    [line] = sell(1).bill()
    text = trade_bill(spoil(line))
    bring(text)
    [row] = Difference.objects.all()
    assert row.kind == kind
    actions.repair(difference_id=row.pk, by="root@example.com", note="seen in the console")
    journal = books.get_journal(kind=JournalKind.REPAIR, reference=str(row.pk))
    assert [(t.debit, t.credit, t.amount_minor) for t in journal.transfers.all()] == [moved]
    assert journal.why["by"] == "root@example.com"
    bring(text)
    assert found() == set(), "a repaired difference stays repaired"
    assert Journal.objects.filter(kind="repair").count() == 1


def test_what_cannot_be_clicked_right_is_explained_and_written_off(shop, wechat):
    [line] = sell(1).bill()
    bring(trade_bill([replace(line, currency="HKD")]))
    [row] = Difference.objects.all()
    with pytest.raises(actions.RepairNotPossible):
        actions.repair(difference_id=row.pk, by="root@example.com", note="click")
    actions.explain(difference_id=row.pk, by="root@example.com", note="asked WeChat")
    actions.explain(difference_id=row.pk, by="root@example.com", note="asked WeChat twice")
    bring(trade_bill([replace(line, currency="HKD")]))
    row.refresh_from_db()
    assert (row.state, row.note) == ("explained", "asked WeChat twice")
    actions.write_off(difference_id=row.pk, by="root@example.com", note="their mistake")
    bring(trade_bill([]))
    row.refresh_from_db()
    assert row.state == "written_off"
    assert [s.event for s in queries.steps_of(row)] == [
        "found", "explained", "explained", "written_off",
    ]  # fmt: skip
    with pytest.raises(actions.DifferenceSettled):
        actions.write_off(difference_id=row.pk, by="root@example.com", note="twice")


def test_a_refund_is_missing_only_when_every_day_since_it_was_asked_for_was_compared(
    shop, wechat, paid
):
    payment = paid(1_000)
    wechat.refund_status = "SUCCESS"
    refund = refunds.request(payment=payment, amount=Money(400), reason="r", by="b", key="k")
    refunds.follow(refund_id=refund.pk, step=0)
    Refund.objects.update(created_at=clock.now() - timedelta(days=2))
    line = [_line(wechat, payment.attempts.get().out_trade_no)]
    wanted = ("missing_there", "refund", refund.out_refund_no)
    with clock.ahead(timedelta(hours=0)):
        bring(trade_bill(line), today())
        assert wanted not in found()
        bring(trade_bill([]), today() - timedelta(days=1))
        bring(trade_bill([]), today() - timedelta(days=2))
        bring(trade_bill([]), today() + timedelta(days=1))
    assert found() == {wanted}


def test_a_refund_paid_by_hand_is_in_no_bill_and_differs_only_if_wechat_pays_it_too(
    shop, wechat, paid
):
    payment = paid(1_000)
    refund = refunds.request(payment=payment, amount=Money(400), reason="r", by="b", key="k")
    wechat.fail("refund", WeChatRefused("余额不足", code="NOT_ENOUGH"))
    refunds.follow(refund_id=refund.pk, step=ladder.GIVE_UP)
    refund.refresh_from_db()
    with clock.at(clock.now() + ladder.QUIET):
        seen = refunds.prove_unpaid(refund=refund)
    refunds.note_paid_by_hand(refund=refund, why="by bank", by="root", seen_tries=seen)
    number = payment.attempts.get().out_trade_no
    bill = [_line(wechat, number)]
    bring(trade_bill(bill), today())
    assert found() == set()
    again = Trade(number, 400, clock.now(), SUB, bill[0].transaction_id,
                  out_refund_no=refund.out_refund_no)  # fmt: skip
    bring(trade_bill([*bill, again]), today())
    assert found() == {("amount", "refund", refund.out_refund_no)}
    assert list(violations()) == []


def test_the_flow_of_funds_brings_pay_outs_real_fees_and_what_nothing_explains(shop):
    sold = sell(3)
    one, other, third = sold.bill()
    bring(trade_bill(sold.bill()))
    flows = []
    for n, row in enumerate((one, other, third)):
        flows.append(Flow("交易", row.number, row.fen, NOON, f"F{n}a", row.transaction_id))
        flows.append(Flow("扣除交易手续费", row.number, -6 - (n == 2), NOON, f"F{n}b"))
    flows += [
        Flow("提现", "", -1_500, NOON, "PAYOUT1"),
        Flow("提现", "", -200, NOON, "PAYOUT2"),
        Flow("代金券", "V1", -50, NOON, "COUPON1"),
    ]
    for _ in range(2):
        bring(fund_bill(flows), kind=BillKind.BASIC)
    assert found() == {("fee", "payment", third.number), ("missing_here", "flow", "COUPON1")}
    assert books.balance(Account.BANK) == Money(1_700)
    assert Journal.objects.filter(kind="payout").count() == 2
    coupon = Difference.objects.get(number="COUPON1")
    actions.repair(difference_id=coupon.pk, by="root@example.com", note="a coupon")
    actions.repair(
        difference_id=Difference.objects.get(kind="fee").pk, by="root@example.com", note="rate"
    )
    bring(fund_bill(flows), kind=BillKind.BASIC)
    assert found() == set()
    assert books.balance(Account.DIFFERENCES) == Money(50)
    assert books.balance(Account.FEES) == Money(19)


def test_other_kinds_of_journals_are_compared_without_knowing_their_nouns(shop):
    from billing.ledger import actions as ledger
    from billing.ledger.actions import Line as Moved

    sell(1)
    with clock.at(NOON):
        for number, fen in (("S1-1", 10), ("S1-2", 20), ("S2-1", 40), ("S3-1", 50)):
            ledger.post(
                kind=JournalKind.SHARE,
                reference=number,
                lines=[Moved(Account.PLATFORM, Account.WECHAT, Money(fen))],
                why={"order_number": "n", "out_order_no": number.split("-")[0]},
            )
    flows = [
        Flow("分账", "S1", -10, NOON, "F1"),
        Flow("分账", "S1", -20, NOON, "F2"),
        Flow("分账", "S2", -41, NOON, "F3"),
        Flow("分账", "S9", -5, NOON, "F4"),
    ]
    bring(fund_bill(flows), kind=BillKind.BASIC)
    assert found() == {
        ("amount", "flow", "S2"),
        ("missing_there", "flow", "S3"),
        ("missing_here", "flow", "S9"),
    }


def test_another_order_of_columns_and_an_unknown_one_are_read_all_the_same(shop):
    sold = sell(4)
    head = [*reversed(TRADE_HEAD[1:]), "新列"]
    head.insert(0, TRADE_HEAD[0])
    bring(trade_bill(sold.bill(), head))
    assert (Line.objects.count(), Difference.objects.count()) == (4, 0)


def test_names_of_goods_with_commas_and_back_quotes_and_ten_cents_are_read(shop):
    sold = sell(1)
    Payment.objects.update(amount_minor=10)
    [line] = sold.bill()
    with_goods = replace(line, goods="茶, `红`,绿,`白", fee_millifen=60)
    bring(trade_bill([with_goods]))
    [read] = Line.objects.all()
    assert (read.amount_fen, read.fee_millifen, read.number) == (10, 60, line.number)


def test_lines_of_another_shop_do_not_come_here(shop, other_shop):
    sold = sell(1)
    foreign = replace(sold.bill()[0], sub_mchid="1999999999", number="FOREIGN")
    file = bring(trade_bill([*sold.bill(), foreign]))
    assert (Line.objects.count(), found()) == (1, set())
    with context.public():
        file.refresh_from_db()
        assert (file.lines_count, file.unplaced_count) == (2, 1)


def test_explaining_costs_the_same_however_many_differ(shop, client, owner, settings):
    from django.test.utils import CaptureQueriesContext

    settings.TENANT_CACHE_SECONDS = 3_600
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
        client.get(f"/b/{shop.public_id}/v1/differences")  # finds the shop, once
    counts = []
    for count in (1, 20):
        sell(count, start=count * 1_000)
        bring(trade_bill([]))
        with context.public(), CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/b/{shop.public_id}/v1/differences?limit=100")
        assert answer.status_code == 200, answer.content
        counts.append(len(asked))
    assert counts[0] == counts[1]
    told = answer.json()
    assert (len(told["items"]), told["open_count"], told["next"]) == (21, 21, None)
    assert told["compared_until"] == "2026-11-20"
    assert told["items"][0]["number"] in told["items"][0]["why_en"]
    with context.public():
        path = f"/b/{shop.public_id}/v1/differences?limit=15"
        first = client.get(path).json()
        rest = client.get(f"{path}&cursor={first['next']}").json()
        assert client.get(f"{path}&cursor=x").status_code == 422
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert ids == [item["id"] for item in told["items"]]


def today() -> date:
    return day_of(clock.now())


def _line(wechat, number: str) -> Trade:
    order = wechat.orders[number]
    return Trade(number, order.amount_fen, order.paid_at, SUB, order.transaction_id)

"""A bill is fetched when it is ready, kept as it came, and read once or again with one outcome."""

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from billing.bills import actions, jobs, queries
from billing.bills.messages import WantBills
from billing.bills.models import BillFile, BillLine
from billing.bills.states import BillKind
from kernel import clock
from tenants import actions as tenant_actions
from tenants import context
from tenants.models import Tenant
from tests.billing.bill_writer import Flow, Trade, fund_bill, trade_bill
from wechat import bills as wechat_bills
from wechat.errors import BadAnswer, BillNotReady, HashMismatch, WeChatUnreachable

DAY = date(2026, 11, 20)
READY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SUB = "1900000777"
ROW = Trade("T1", 10, NOON, SUB)
CREATING = BillNotReady("账单生成中", code="STATEMENT_CREATING", status=400)
NONE = BillNotReady("账单文件不存在", code="NO_STATEMENT_EXIST", status=400)


@pytest.fixture
def platform(two_shops, db):
    """On the platform, with one shop that can be paid."""
    tenant_actions.connect_wechat(
        tenant=Tenant.objects.get(pk=two_shops[0].id), appid="wx00000000000000bb", sub_mchid=SUB
    )
    return two_shops[0]


@pytest.fixture
def says(monkeypatch):
    """Let WeChat say these things, one after the other: a text, or a failure."""

    def answer(*things):
        left = list(things)

        def trade(day, **_):
            thing = left.pop(0)
            if isinstance(thing, Exception):
                raise thing
            return wechat_bills.read_trade_bill(thing)

        def funds(day, account, **_):
            thing = left.pop(0)
            if isinstance(thing, Exception):
                raise thing
            return wechat_bills.read_fund_flow_bill(thing)

        monkeypatch.setattr(wechat_bills, "trade_bill", trade)
        monkeypatch.setattr(wechat_bills, "fund_flow_bill", funds)
        monkeypatch.setattr(wechat_bills, "sub_merchant_fund_flow_bill", funds)
        return left

    return answer


def wanted() -> BillFile:
    return actions.want(kind=BillKind.TRADE, day=DAY)


def test_nothing_is_wanted_before_ten_and_everything_after(platform):
    with clock.at(READY - timedelta(seconds=1)):
        assert actions.want_missing(days_back=1) == 0
    with clock.at(READY):
        assert actions.want_missing(days_back=1) == 1
        assert actions.want_missing(days_back=1) == 0
        jobs.want_bills(WantBills())
    rows = BillFile.objects.filter(day=DAY, sub_mchid__in=["", SUB])
    assert sorted(rows.values_list("kind", "sub_mchid")) == [
        ("basic", SUB), ("operation", SUB), ("trade", ""),
    ]  # fmt: skip


def test_a_worker_that_dies_while_it_wants_bills_leaves_none_behind(platform, monkeypatch):
    want, left = actions.want, [1, 2]

    def dies(**which):
        left.pop()
        return want(**which)

    with clock.at(READY):
        with monkeypatch.context() as patch, pytest.raises(IndexError):
            patch.setattr(actions, "want", dies)
            actions.want_missing(days_back=1)
        actions.want_missing(days_back=1)
    rows = BillFile.objects.filter(day=DAY, sub_mchid__in=["", SUB])
    assert sorted(rows.values_list("kind", "sub_mchid")) == [
        ("basic", SUB), ("operation", SUB), ("trade", ""),
    ]  # fmt: skip


def test_a_bill_is_kept_raw_and_told_to_the_shop(platform, says, queued):
    says(trade_bill([ROW]))
    file = wanted()
    with clock.at(READY):
        actions.fetch(file_id=file.pk)
        actions.fetch(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.key.startswith("bills/2026-11/")) == ("kept", True)
    raw = Path(django_settings.MEDIA_ROOT, file.key).read_bytes()
    assert gzip.decompress(raw).decode() == trade_bill([ROW])
    actions.load(file_id=file.pk)
    actions.load(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.lines_count, file.unplaced_count) == ("loaded", 1, 0)
    [line] = BillLine.objects.all()
    assert (line.number, line.amount_fen, line.tenant_public_id) == ("T1", 10, platform.public_id)
    told = [m for m in queued("reconcile_day") if m["tenant"] == platform.public_id]
    assert [m["kwargs"] for m in told] == [{"day": "2026-11-20", "kind": "trade"}]


def test_a_bill_that_is_being_made_is_asked_for_again(platform, says, queued):
    left = says(CREATING, WeChatUnreachable("away"), HashMismatch("no"), trade_bill([ROW]))
    file = wanted()
    with clock.at(READY + timedelta(hours=9)):
        for tries in (1, 2, 3):
            actions.fetch(file_id=file.pk)
            file.refresh_from_db()
            assert (file.state, file.tries_count) == ("wanted", tries)
        assert "no" in file.problem
        actions.fetch(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.problem, left) == ("kept", "", [])


def test_no_bill_is_an_empty_day_only_hours_after_ten(platform, says, queued):
    says(NONE, NONE)
    file = wanted()
    with clock.at(READY + timedelta(hours=3)):
        actions.fetch(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "wanted"
    with clock.at(READY + timedelta(hours=4)):
        actions.fetch(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "empty"
    assert platform.public_id in {m["tenant"] for m in queued("reconcile_day")}


def test_a_bill_older_than_three_months_is_gone(platform, says):
    says()
    file = wanted()
    with clock.at(READY + timedelta(days=91)):
        actions.fetch(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "gone"


def test_a_file_that_changed_in_storage_is_not_read(platform, says):
    says(trade_bill([ROW]))
    file = wanted()
    with clock.at(READY):
        actions.fetch(file_id=file.pk)
    file.refresh_from_db()
    place = Path(django_settings.MEDIA_ROOT, file.key)
    for damaged in (gzip.compress(b"other"), b"\x1f\x8bbroken", place.read_bytes()[:-9]):
        place.write_bytes(damaged)
        with pytest.raises(actions.BillDamaged):
            actions.load(file_id=file.pk)
        file.refresh_from_db()
        assert (file.state, BillLine.objects.count()) == ("kept", 0)
    actions.keep(file=file, text=trade_bill([ROW]))


def test_a_bill_that_cannot_be_read_stays_kept(platform):
    file = wanted()
    text = trade_bill([ROW]).replace("`0.10", "`zehn", 1)
    actions.keep(file=file, text=text)
    with pytest.raises(BadAnswer):
        actions.load(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, BillLine.objects.count(), actions.read(file)) == ("kept", 0, text)


def test_an_empty_file_is_a_day_without_lines(platform):
    file = wanted()
    actions.keep(file=file, text=trade_bill([]))
    actions.load(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.lines_count) == ("loaded", 0)


def test_funds_have_a_sign(platform, says):
    rows = [Flow("交易", "T1", 1_000, NOON, "F1"), Flow("提现", "", -10, NOON, "F2")]
    says(fund_bill(rows))
    file = actions.want(kind=BillKind.BASIC, day=DAY, sub_mchid=SUB)
    with clock.at(READY):
        actions.fetch(file_id=file.pk)
    actions.load(file_id=file.pk)
    lines = BillLine.objects.order_by("place").values_list("amount_fen", "number", "state")
    assert list(lines) == [(1_000, "T1", "交易"), (-10, "", "提现")]


def test_what_was_left_lying_is_taken_up_again(platform, queued):
    wanted()
    asked = len(queued("fetch_bill"))
    with clock.at(READY):
        actions.want_missing(days_back=0)
        assert len(queued("fetch_bill")) == asked
    with clock.ahead(timedelta(hours=3)):
        actions.want_missing(days_back=0)
        actions.want_missing(days_back=0)
    assert len(queued("fetch_bill")) == asked + 1


def test_the_command_runs_a_range_again(platform, says, capsys):
    day = queries.today() - timedelta(days=3)
    call_command("reconcile", day.isoformat(), (day + timedelta(days=1)).isoformat())
    call_command("reconcile", day.isoformat())
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{day}: 0 bills again, 3 new" or "0 bills again" in out[0]
    assert out[2].endswith(" 0 new")
    with pytest.raises(CommandError, match="three months"):
        call_command("reconcile", "2020-01-01")
    with pytest.raises(CommandError, match="10:00"):
        call_command("reconcile", queries.today().isoformat())
    with pytest.raises(CommandError, match="before the first"):
        call_command("reconcile", day.isoformat(), (day - timedelta(days=1)).isoformat())


def test_old_lines_go_and_files_stay(platform):
    file = wanted()
    actions.keep(file=file, text=trade_bill([ROW]))
    actions.load(file_id=file.pk)
    with clock.at(READY + timedelta(days=100)):
        assert actions.tidy() == 1
    assert BillFile.objects.filter(pk=file.pk, state="loaded").exists()
    assert context.current() is None

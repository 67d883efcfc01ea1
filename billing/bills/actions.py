"""Bills are wanted, fetched, kept and loaded; each step is committed, each can be taken again.

Note [kept before read]. The raw file goes to storage before anything of it is read: what WeChat
wrote is the proof in every argument, also when our reading of it was wrong. Loading the same file
again writes the same lines.
"""

import gzip
import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from billing.bills import queries
from billing.bills.loading import copy_lines
from billing.bills.messages import BillLoaded, FetchBill, LoadBill
from billing.bills.models import BillFile, BillLine
from billing.bills.states import FILE_FLOW, FUNDS, BillKind, FileState
from billing.ledger.alarms import alarm
from jobs.messages import publish
from kernel import clock
from storage import files
from tenants import merchants
from tenants.context import Shop
from tenants.inserting import insert_unless_there
from tenants.transactions import verb
from wechat import bills as wechat_bills
from wechat.bills import FundAccount
from wechat.errors import BadAnswer, BillNotReady, WeChatFailure

KEPT_DAYS = 90
"""WeChat gives bills of the last three months (CONTRACT §4.10)."""
EMPTY_AFTER = timedelta(hours=4)
"""So long after ten o'clock a bill that is not there is believed not to exist."""
RETRY_SECONDS, REFUSED_SECONDS = 900, 3_600
LEFT_LYING_AFTER = timedelta(hours=2)
"""Longer than any wait between two tries: whatever was not asked for since is forgotten."""
ALARM_AFTER = 20
"""Tries without a bill, about five hours of them, after which a person should look."""
_CREATING = "STATEMENT_CREATING"


class BillDamaged(RuntimeError):
    """The file in storage is not what we put there."""


@verb
def want(
    *, kind: BillKind, day: date, sub_mchid: str = "", direct_mchid: str = ""
) -> BillFile:
    """Have a bill fetched. One that is wanted or here already is not fetched again."""
    which = {"kind": kind, "day": day, "sub_mchid": sub_mchid, "direct_mchid": direct_mchid}
    row = BillFile(**which)
    if insert_unless_there(row):
        publish(FetchBill(row.pk))
        return row
    return BillFile.objects.get(**which)


@verb
def want_day(day: date) -> int:
    """Want every bill of a day: the trades, and the funds of each shop. Return how many.

    A shop's own merchant has trades of its own. All of them or none: a day whose trades are wanted
    is asked about no more (`want_missing`).
    """
    wanted = [(BillKind.TRADE, "", "")]
    for sub_mchid in sorted(queries.shops_by_merchant()):
        wanted += [(kind, sub_mchid, "") for kind in FUNDS]
    for direct_mchid in sorted(queries.shops_by_direct_merchant()):
        wanted += [(kind, "", direct_mchid) for kind in BillKind]
    for kind, sub_mchid, direct_mchid in wanted:
        want(kind=kind, day=day, sub_mchid=sub_mchid, direct_mchid=direct_mchid)
    return len(wanted)


def want_missing(*, days_back: int) -> int:
    """Want the bills of the latest days that should be there by now; return how many days."""
    now = clock.now()
    today = queries.today()
    due = [today - timedelta(days=n) for n in range(1, days_back + 1)]
    due = [day for day in due if wechat_bills.ready_at(day) <= now]
    known = queries.days_with_trades(due)
    for day in due:
        if day not in known:
            want_day(day)
    _remind()
    return len(set(due) - known)


def fetch(*, file_id: UUID) -> None:
    """Download a bill and keep it; try later where WeChat has none yet. Outside transactions."""
    file = BillFile.objects.get(pk=file_id)
    if file.state != FileState.WANTED:
        return
    if file.day < queries.today() - timedelta(days=KEPT_DAYS):
        _move(file, FileState.GONE)
        alarm("bill_gone", bill=str(file))
        return
    try:
        text = _download(file)
    except BillNotReady as failure:
        if failure.code != _CREATING and _is_overdue(file):
            _tell_empty(file)
        else:
            _later(file, failure, RETRY_SECONDS)
        return
    except WeChatFailure as failure:
        _later(file, failure, RETRY_SECONDS if failure.retryable else REFUSED_SECONDS)
        return
    keep(file=file, text=text)


def keep(*, file: BillFile, text: str) -> None:
    """Put a bill's text into storage and note where. See Note [kept before read]."""
    plain = text.encode()
    key = files.put(
        prefix=f"bills/{file.day:%Y-%m}",
        name=f"{file.kind}-{file.day}{'-' if file.mchid else ''}{file.mchid}.csv.gz",
        data=gzip.compress(plain, mtime=0),
        content_type="application/gzip",
    )
    _note_kept(file, key=key, sha256=hashlib.sha256(plain).hexdigest(), size_bytes=len(plain))


def read(file: BillFile) -> str:
    """Return a kept bill as WeChat wrote it. Raises BillDamaged."""
    try:
        plain = gzip.decompress(files.read(file.key))
    except (OSError, EOFError) as error:
        raise BillDamaged(str(file)) from error
    if hashlib.sha256(plain).hexdigest() != file.sha256:
        raise BillDamaged(str(file))
    return plain.decode()


@verb
def load(*, file_id: UUID) -> None:
    """Write the lines of a kept bill and tell the shops: all of it or nothing.

    A file that cannot be read stays kept and wakes a person. Raises BillDamaged, BadAnswer.
    """
    file = BillFile.objects.select_for_update().get(pk=file_id)
    if file.state != FileState.KEPT:
        return
    shops = _shops_of(file)
    BillLine.objects.filter(file=file).delete()
    try:
        lines, unplaced = copy_lines(file, read(file), shops)
    except (BadAnswer, BillDamaged):
        alarm("bill_unreadable", bill=str(file))
        raise
    _move(
        file,
        FileState.LOADED,
        lines_count=lines,
        unplaced_count=unplaced,
        loaded_at=clock.now(),
    )
    if unplaced:
        alarm("bill_lines_unplaced", bill=str(file), count=unplaced)
    _tell(file, shops)


@verb
def run_again(*, file: BillFile) -> None:
    """Compare a bill once more: fetch it if it is not here, otherwise load it and tell again."""
    row = BillFile.objects.select_for_update().get(pk=file.pk)
    if row.state == FileState.LOADED:
        _move(row, FileState.KEPT)
    elif row.state == FileState.EMPTY:
        _move(row, FileState.WANTED, tries_count=0)
    if row.state == FileState.KEPT:
        publish(LoadBill(row.pk))
    elif row.state == FileState.WANTED:
        publish(FetchBill(row.pk))


@verb
def tell_again(*, shop: Shop, since: date) -> int:
    """Tell a shop again of the bills from a day on that are here; return how many. Public."""
    rows = BillFile.objects.filter(state=FileState.LOADED, day__gte=since)
    told = sorted(set(rows.values_list("day", "kind")))
    for day, kind in told:
        publish(BillLoaded(day.isoformat(), kind), tenant=shop.public_id)
    return len(told)


def tidy() -> int:
    """Delete lines that are older than WeChat's own memory; the files stay. Return how many."""
    old = BillLine.objects.filter(day__lt=queries.today() - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def _download(file: BillFile) -> str:
    with merchants.speaking_for(file) as sub_mchid:
        if file.kind == BillKind.TRADE:
            return wechat_bills.trade_bill(file.day).text
        account = FundAccount(file.kind.upper())
        if sub_mchid:
            asked = wechat_bills.sub_merchant_fund_flow_bill
            return asked(file.day, account, sub_mchid=sub_mchid).text
        return wechat_bills.fund_flow_bill(file.day, account).text


def _shops_of(file: BillFile) -> dict[str, str]:
    """Return the shops whose lines a file may hold, by the merchant that the lines name."""
    direct = queries.shops_by_direct_merchant
    return direct() if file.direct_mchid else queries.shops_by_merchant()


def _is_overdue(file: BillFile) -> bool:
    return clock.now() >= wechat_bills.ready_at(file.day) + EMPTY_AFTER


@verb
def _later(file: BillFile, failure: WeChatFailure, seconds: float) -> None:
    """Note why there is no bill yet and ask again. Before ten o'clock nobody is asked."""
    tries = file.tries_count + 1
    BillFile.objects.filter(pk=file.pk).update(
        tries_count=tries, problem=str(failure)[:200], asked_at=clock.now()
    )
    left = (wechat_bills.ready_at(file.day) - clock.now()).total_seconds()
    publish(FetchBill(file.pk), delay_seconds=max(seconds, left))
    if tries % ALARM_AFTER == 0 or not failure.retryable:
        alarm("bill_late", bill=str(file), code=failure.code)


@verb
def _tell_empty(file: BillFile) -> None:
    """No bill: nothing happened, says WeChat. The shops compare that, too."""
    if _move(file, FileState.EMPTY, problem="", loaded_at=clock.now()):
        _tell(file, _shops_of(file))


@verb
def _note_kept(file: BillFile, **columns: Any) -> None:
    if _move(file, FileState.KEPT, problem="", kept_at=clock.now(), **columns):
        publish(LoadBill(file.pk))


@verb
def _remind() -> None:
    """Take up what was left lying: its message died with a worker that was killed too often."""
    now = clock.now()
    unfinished = BillFile.objects.filter(state__in=[FileState.WANTED, FileState.KEPT])
    for file in unfinished.filter(asked_at__lt=now - LEFT_LYING_AFTER)[:500]:
        BillFile.objects.filter(pk=file.pk).update(asked_at=now)
        publish(LoadBill(file.pk) if file.state == FileState.KEPT else FetchBill(file.pk))


def _tell(file: BillFile, shops: dict[str, str]) -> None:
    told: Iterable[str] = shops.values()
    if file.mchid:
        told = [shops[file.mchid]] if file.mchid in shops else []
    waiting = queries.shops_waiting(file)
    for public_id in told:
        if public_id in waiting:
            continue  # the last bill of the day tells it
        publish(BillLoaded(file.day.isoformat(), file.kind), tenant=public_id)


def _move(file: BillFile, target: FileState, **columns: Any) -> bool:
    """Step forward; say whether the row stood where it may."""
    rows = BillFile.objects.filter(pk=file.pk, state__in=FILE_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    file.state = target
    return True

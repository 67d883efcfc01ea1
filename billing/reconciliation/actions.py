"""Compare days, and settle what differs: explain it, repair it, or write it off.

Note [what a repair is]. Where WeChat can be asked, it is asked, and its word is taken through the
same entry as a callback: whatever else brings the same news has no second effect. Where money moved
that our nouns know nothing of, a journal between WeChat and the account of differences says so:
once, for its reference is the difference itself.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from billing.bills.states import FUNDS, BillKind
from billing.ledger import actions as ledger
from billing.ledger.alarms import alarm
from billing.ledger.states import JournalKind
from billing.reconciliation import funds, matching, repairs, telling
from billing.reconciliation.matching import Matched
from billing.reconciliation.models import ComparedDay, Difference
from billing.reconciliation.moves import move, step
from billing.reconciliation.repairs import Answer
from billing.reconciliation.states import LIVE_DIFFERENCES, DifferenceState
from billing.reconciliation.taking import take
from kernel import clock
from kernel.errors import Refusal
from tenants import context
from tenants.transactions import verb

LOOK_BACK = timedelta(days=35)
"""Older days with differences are compared no more: what they need is a person."""


class DifferenceSettled(Refusal):
    """The difference was repaired or written off before, or is gone."""

    en = "This difference is settled already ({state})."
    zh = "该差异已处理（{state}）。"


class RepairNotPossible(Refusal):
    """Nothing can be posted or asked that would make both sides agree."""

    en = "This difference cannot be repaired by a click. Explain it, or write it off."
    zh = "该差异无法一键修复，请填写说明或核销。"


class WeChatSaysOtherwise(Refusal):
    """WeChat was asked, and what it says changes nothing here."""

    en = "WeChat was asked and says “{said}”: nothing was changed. Explain it, or write it off."
    zh = "已向微信查询，结果为“{said}”，未做任何改动。请填写说明或核销。"


def reconcile(*, bill: BillKind, day: date) -> None:
    """Take the shop's lines of a bill over and compare every day that they may change."""
    take(bill=bill, day=day)
    if bill in FUNDS:
        funds.note_payouts(bill, day)
    for other in _days_touched(day):
        compare(other)
    telling.tell()


def compare(day: date) -> list[Matched]:
    """Compare a day with the books, once for each of its bills; return what came out."""
    return [_compare(BillKind(row.bill), day) for row in ComparedDay.objects.filter(day=day)]


@verb
def explain(*, difference_id: UUID, by: str, note: str) -> Difference:
    """Write down why a difference is one. It stays until it is gone. Raises DifferenceSettled."""
    row = _locked(difference_id)
    if row.state == DifferenceState.EXPLAINED:
        step(row, "explained", by=by, note=note)
        Difference.objects.filter(pk=row.pk).update(
            note=note[:200], changed_at=clock.now(), is_told=False
        )
        row.note = note[:200]
    elif not move(row, DifferenceState.EXPLAINED, event="explained", by=by, note=note):
        raise DifferenceSettled(state=row.state)
    return row


@verb
def write_off(*, difference_id: UUID, by: str, note: str) -> Difference:
    """Leave a difference as it is, for good. Nothing is posted. Raises DifferenceSettled."""
    row = _locked(difference_id)
    if not move(row, DifferenceState.WRITTEN_OFF, event="written_off", by=by, note=note):
        raise DifferenceSettled(state=row.state)
    return row


def repair(*, difference_id: UUID, by: str, note: str) -> Difference:
    """Do what makes both sides agree, once. Call it outside any transaction.

    Raises DifferenceSettled, RepairNotPossible, WeChatSaysOtherwise, repairs.WeChatDoesNotAnswer.
    """
    return conclude(difference_id=difference_id, answer=ask(difference_id), by=by, note=note)


def ask(difference_id: UUID) -> Answer:
    """Ask WeChat, where the repair begins with that, and take its word. Outside transactions.

    Raises DifferenceSettled, RepairNotPossible, repairs.WeChatDoesNotAnswer.
    """
    row = Difference.objects.get(pk=difference_id)
    _check_live(row)
    return repairs.ask(row)


@verb
def conclude(*, difference_id: UUID, answer: Answer, by: str, note: str) -> Difference:
    """Bring a repair to its end, given what WeChat answered."""
    row = _locked(difference_id)
    _check_live(row)
    if answer == Answer.SETTLED:
        move(row, DifferenceState.FIXED, event="taken", by=by, note=note)
        return row
    lines = repairs.lines(row, answer)
    if not lines:
        raise (
            RepairNotPossible if answer == Answer.NOT_ASKED else WeChatSaysOtherwise(said=answer)
        )
    ledger.post(
        kind=JournalKind.REPAIR,
        reference=str(row.pk),
        lines=lines,
        why={
            "order_number": row.order_number,
            "difference": row.kind,
            "number": row.number,
            "there_minor": row.there_minor,
            "here_minor": row.here_minor,
            "by": by,
            "reason": note[:200],
        },
    )
    move(row, DifferenceState.FIXED, event="repaired", by=by, note=note, answer=answer)
    return row


@verb
def _compare(bill: BillKind, day: date) -> Matched:
    """Compare one bill. Two comparisons of a day go one after the other."""
    row = ComparedDay.objects.select_for_update().get(bill=bill, day=day)
    asked = {
        **matching.span(day),
        "currency": context.shop().currency,
        "is_next_there": _is_taken(bill, day + timedelta(days=1)),
        "live": sorted(LIVE_DIFFERENCES),
        "now": clock.now(),
    }
    is_trade = bill == BillKind.TRADE
    done = matching.compare_trades(asked) if is_trade else funds.compare(bill, asked)
    ComparedDay.objects.filter(pk=row.pk).update(compared_at=clock.now())
    if done.opened:
        alarm("bill_differs", day=day.isoformat(), bill=bill, count=done.opened)
    return done


def _days_touched(day: date) -> Iterable[date]:
    """Return the day, the one before (its last minutes may stand here), and all that differ."""
    live = Difference.objects.filter(state__in=LIVE_DIFFERENCES, day__gte=day - LOOK_BACK)
    return sorted({day, day - timedelta(days=1), *live.values_list("day", flat=True)})


def _is_taken(bill: BillKind, day: date) -> bool:
    return ComparedDay.objects.filter(bill=bill, day=day).exists()


def _locked(difference_id: UUID) -> Difference:
    return Difference.objects.select_for_update().get(pk=difference_id)


def _check_live(row: Difference) -> None:
    if row.state not in LIVE_DIFFERENCES:
        raise DifferenceSettled(state=row.state)

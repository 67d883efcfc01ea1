"""The one entry through which WeChat's word about a transfer is taken: answer, callback, question.

What WeChat says is the truth. Only its word, or proof that it never heard of the number, releases
money that may have moved.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from billing.ledger.alarms import alarm
from billing.withdrawals import books, queries
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.moves import WECHAT, locked, move, note
from billing.withdrawals.states import RELEASED, Told
from billing.withdrawals.states import WithdrawalState as W
from kernel import clock
from tenants.transactions import verb
from wechat.transfers import Transfer, TransferAsked, TransferNotice, TransferState

CONFIRM_WITHIN = timedelta(hours=24)
"""About how long a transfer waits for its person (CONTRACT §4.12); WeChat's word ends it."""
_OVERDUE = "OVERDUE_CLOSE"
_STATES = {
    TransferState.ACCEPTED: W.PROCESSING,
    TransferState.PROCESSING: W.PROCESSING,
    TransferState.TRANSFERING: W.PROCESSING,
    TransferState.WAIT_USER_CONFIRM: W.WAIT_USER_CONFIRM,
    TransferState.CANCELING: W.CANCELLING,
    TransferState.SUCCESS: W.PAID,
    TransferState.FAIL: W.FAILED,
    TransferState.CANCELLED: W.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Word:
    """What WeChat says of a transfer, however it came. None: it did not say."""

    number: str
    transfer_bill_no: str
    state: TransferState
    sub_mchid: str | None = None
    amount_fen: int | None = None
    openid: str | None = None
    fail_reason: str | None = None
    package_info: str = ""

    @classmethod
    def of_asked(cls, told: TransferAsked) -> "Word":
        """Read the answer to asking for a transfer."""
        return cls(
            number=told.out_bill_no,
            transfer_bill_no=told.transfer_bill_no,
            state=told.state,
            fail_reason=told.fail_reason,
            package_info=told.package_info,
        )

    @classmethod
    def of_told(cls, told: Transfer | TransferNotice) -> "Word":
        """Read the answer to a question, or a callback."""
        return cls(
            number=told.out_bill_no,
            transfer_bill_no=told.transfer_bill_no,
            state=told.state,
            sub_mchid=told.sub_mchid,
            amount_fen=told.amount_fen,
            openid=told.openid,
            fail_reason=told.fail_reason,
        )

    @property
    def target(self) -> W:
        """Return where a withdrawal stands of which this is said."""
        if self.state is TransferState.FAIL and self.fail_reason == _OVERDUE:
            return W.EXPIRED
        return _STATES[self.state]


def apply_word(word: Word) -> Told:
    """Take what WeChat says of a transfer; any number of times has one effect."""
    row = queries.find(word.number)
    if row is None:
        alarm("transfer_unknown", number=word.number)
        return Told.UNKNOWN
    wrong = _mismatches(row, word)
    if wrong:
        note(row, "mismatched", by=WECHAT, wrong=wrong, told_fen=word.amount_fen)
        alarm("transfer_mismatch", number=row.number, wrong=wrong)
        return Told.MISMATCHED
    return _accept(row.pk, word)


def _mismatches(row: Withdrawal, word: Word) -> list[str]:
    """Return the names of the fields that do not fit; what was not said fits."""
    fits = {
        "amount_fen": word.amount_fen in {None, row.net_minor},
        "sub_mchid": word.sub_mchid in {None, row.sub_mchid},
        "openid": word.openid in {None, row.openid},
        "tries_count": row.tries_count > 0,  # we never asked for it
    }
    return [name for name, is_right in fits.items() if not is_right]


@verb
def _accept(withdrawal_id: UUID, word: Word) -> Told:
    """Move the withdrawal and resolve what is held: both or nothing."""
    row, target = locked(withdrawal_id), word.target
    columns: dict[str, object] = {"transfer_bill_no": word.transfer_bill_no, "refusal": ""}
    if target == W.WAIT_USER_CONFIRM:
        columns["package_info"] = word.package_info or row.package_info
        columns["confirm_by"] = row.confirm_by or clock.now() + CONFIRM_WITHIN
    if row.state == target:
        if word.package_info:  # the first answer, which told it, was lost
            Withdrawal.objects.filter(pk=row.pk).update(**columns)
        return Told.REPEATED
    if target in RELEASED:
        columns["fail_reason"] = (word.fail_reason or "")[:64]
    if not move(row, target, event=target.value, by=WECHAT, **columns):
        return _old_news(row, target)
    if target == W.PAID:
        books.pay_out(row)
    elif target in RELEASED:
        books.release(row)
        if target == W.FAILED:
            alarm("transfer_failed", number=row.number, reason=row.fail_reason)
    return Told.APPLIED


def _old_news(row: Withdrawal, target: W) -> Told:
    """Tell a word that was overtaken from one that contradicts how it ended here."""
    ends = RELEASED | {W.PAID}
    if row.state not in ends or target not in ends or {row.state, target} <= RELEASED:
        return Told.REPEATED
    note(row, "contradicted", by=WECHAT, told=target)
    alarm("transfer_contradicted", number=row.number, told=target)
    return Told.CONTRADICTED

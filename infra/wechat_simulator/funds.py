"""What merchants own: balances drawn from everything that moved money (the view `flows`)."""

from typing import Any

from .clock import Clock
from .refusals import ControlRefusal
from .store import Row, Store

ACCOUNTS = ("BASIC", "OPERATION", "FEES")
AUTO_RELEASE_SECONDS = 30 * 86400


class Funds:
    """Balances in fen. The seller of a partner order is its sub-merchant."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def balance(self, mchid: str, account: str, *, until: float | None = None) -> int:
        """Everything booked so far, or before `until`; OPERATION starts with the setting's sum."""
        opening = int(self._store.settings()["operation_opening_fen"])
        booked = self._store.number(
            "SELECT sum(fen) FROM flows WHERE mchid = ? AND account = ? AND at < ?",
            mchid,
            account,
            until if until is not None else self._clock.now() + 1,
        )
        return booked + (opening if account == "OPERATION" else 0)

    def flows(self, mchid: str, account: str, start: float, end: float) -> list[Row]:
        """What was booked from `start` until before `end`, in order."""
        return self._store.rows(
            "SELECT * FROM flows WHERE mchid = ? AND account = ? AND at >= ? AND at < ?"
            " AND fen != 0 ORDER BY at, number, fen DESC",
            mchid,
            account,
            start,
            end,
        )

    def available(self, mchid: str) -> int:
        """The BASIC balance without what orders still hold."""
        rows = self._store.rows(
            "SELECT orders.*, terms.fee_rate, terms.is_shared, terms.unfrozen_at FROM orders"
            " LEFT JOIN terms USING (out_trade_no) WHERE coalesce(sub_mchid, mchid) = ?"
            " AND paid_at IS NOT NULL AND (funds = 'frozen' OR (is_shared = 1"
            " AND unfrozen_at IS NULL AND paid_at > ?))",
            mchid,
            self._clock.now() - AUTO_RELEASE_SECONDS,
        )
        return self.balance(mchid, "BASIC") - sum(self.unsplit(row) for row in rows)

    def is_held(self, order: Row) -> bool:
        """Whether the order's money waits for a receipt or for profit sharing."""
        return order["funds"] == "frozen" or self.is_sharing_open(order)

    def is_sharing_open(self, order: Row) -> bool:
        is_recent = (order["paid_at"] or 0) > self._clock.now() - AUTO_RELEASE_SECONDS
        return bool(order["is_shared"]) and order["unfrozen_at"] is None and is_recent

    def unsplit(self, order: Row) -> int:
        """What is left of one payment after fee, refunds and shares."""
        number = order["out_trade_no"]
        gone = self._store.number(
            "SELECT sum(refund_fen - coalesce(fee_back_fen, 0)) FROM refunds"
            " LEFT JOIN refund_terms USING (out_refund_no)"
            " WHERE out_trade_no = ? AND state != 'CLOSED'",
            number,
        )
        shared = self._store.number(
            "SELECT sum(shares.fen) FROM shares JOIN sharings ON sharings.id = sharing_id"
            " WHERE out_trade_no = ? AND result != 'CLOSED'",
            number,
        )
        return max(0, int(order["total_fen"]) - fee_fen(order) - gone - shared)

    def deposit(self, mchid: str, account: str, fen: int, note: str) -> dict[str, Any]:
        """Top up (positive) or withdraw (negative); returns the new balance."""
        if account not in ACCOUNTS:
            raise ControlRefusal(400, f"account must be one of {', '.join(ACCOUNTS)}")
        if fen + self.balance(mchid, account) < 0:
            raise ControlRefusal(409, "the balance does not reach")
        entry = {"mchid": mchid, "account": account, "fen": fen, "note": note}
        self._store.insert("deposits", {**entry, "created_at": self._clock.now()})
        return self.describe(mchid)

    def describe(self, mchid: str) -> dict[str, Any]:
        """{mchid, BASIC, OPERATION, FEES, available}, in fen."""
        balances = {account: self.balance(mchid, account) for account in ACCOUNTS}
        return {"mchid": mchid, **balances, "available": self.available(mchid)}


def fee_fen(order: Row, refunded_fen: int = 0) -> int:
    """The fee on what is left of a payment after `refunded_fen`, rounded to whole fen."""
    return int((order["total_fen"] - refunded_fen) * (order["fee_rate"] or 0) + 0.5)

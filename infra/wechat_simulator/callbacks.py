"""Telling the merchant: callbacks, their retries and what became of each (CONTRACT §4.5)."""

import asyncio
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from . import credentials
from .agenda import Agenda
from .clock import Clock, rfc3339
from .faults import Faults
from .notices import VARIANTS, Facts, Notice, NoticeMaker
from .refusals import ControlRefusal
from .store import Row, Store

LADDER_SECONDS = (
    *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
    *(10800, 10800, 10800, 21600, 21600),
)
ANSWER_SECONDS = 5
ACCEPTED = (200, 204)
PLANS = ("normal", "drop", "duplicate", "delay", "forge")
MOST_TIMES = 1000


@dataclass(frozen=True)
class CallbackPlan:
    """How the callback of one payment behaves.

    drop: never sent. duplicate: the first attempt is sent `times` times at once. delay: first
    sent after `delay_seconds` of virtual time. forge: one forgery is sent, nothing genuine.
    """

    kind: str = "normal"
    delay_seconds: float = 0
    times: int = 2
    forge: str = "bad_signature"

    @classmethod
    def read(cls, wish: dict[str, Any]) -> "CallbackPlan":
        """From a control request; raises ControlRefusal 400."""
        kind, forge = str(wish.get("callback") or "normal"), str(wish.get("forge") or VARIANTS[0])
        delay, times = wish.get("delay_seconds", 60), wish.get("times", 2)
        if kind not in PLANS:
            raise ControlRefusal(400, f"callback must be one of {', '.join(PLANS)}")
        if forge not in VARIANTS:
            raise ControlRefusal(400, f"forge must be one of {', '.join(VARIANTS)}")
        if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
            raise ControlRefusal(400, f"times must be 1 to {MOST_TIMES}")
        if not isinstance(delay, int | float) or delay < 0:
            raise ControlRefusal(400, "delay_seconds must be a positive number")
        return cls(kind, float(delay) if kind == "delay" else 0.0, times, forge)


@dataclass(frozen=True)
class Outcome:
    """What one delivery met: the HTTP status (0 when there was none) and a note."""

    status: int
    note: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.status in ACCEPTED


class Callbacks:
    """Sends, retries on WeChat's ladder in virtual time, and remembers every attempt."""

    def __init__(
        self, store: Store, clock: Clock, agenda: Agenda, maker: NoticeMaker, faults: Faults
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._maker, self._faults = maker, faults
        self._session: aiohttp.ClientSession | None = None
        agenda.handle("callback", self._attempt)

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give it the HTTP client; called once when the program starts."""
        self._session = session

    # --- announcing ---------------------------------------------------------------------------

    def announce_payment(
        self, out_trade_no: str, *, notify_url: str, plaintext: dict[str, Any], plan: CallbackPlan
    ) -> int | None:
        """Write the coming callback in the caller's transaction; returns its agenda entry."""
        entry = self._new("TRANSACTION.SUCCESS", out_trade_no, None, notify_url, plaintext)
        entry["copies"] = plan.times if plan.kind == "duplicate" else 1
        entry["forge"] = plan.forge if plan.kind == "forge" else None
        entry["state"] = "dropped" if plan.kind == "drop" else "pending"
        callback_id = self._store.insert("callbacks", entry)
        if plan.kind == "drop":
            return None
        return self._agenda.add("callback", str(callback_id), after_seconds=plan.delay_seconds)

    def announce(
        self,
        event_type: str,
        *,
        about: tuple[str, str],
        notify_url: str,
        plaintext: dict[str, Any],
        mchid: str,
    ) -> None:
        """Write any other coming callback, in the caller's transaction.

        `about` names the thing and its part (an order and a sharing, a transfer and nothing);
        `mchid` is the merchant it is sealed for. Nothing happens without an address.
        """
        if not notify_url:
            return
        number, part = about
        entry = self._new(event_type, number, part, notify_url, plaintext)
        callback_id = self._store.insert("callbacks", entry)
        self._store.insert("addressees", {"callback_id": callback_id, "mchid": mchid})
        self._agenda.add("callback", str(callback_id))

    def announce_refund(
        self,
        event_type: str,
        out_trade_no: str,
        out_refund_no: str,
        notify_url: str,
        plaintext: dict[str, Any],
    ) -> None:
        """Write the coming REFUND.* callback in the caller's transaction."""
        entry = self._new(event_type, out_trade_no, out_refund_no, notify_url, plaintext)
        callback_id = self._store.insert("callbacks", entry)
        self._agenda.add("callback", str(callback_id))

    def _new(
        self,
        event_type: str,
        out_trade_no: str,
        out_refund_no: str | None,
        notify_url: str,
        plaintext: dict[str, Any],
    ) -> dict[str, Any]:
        return {
            "event_id": new_event_id(),
            "event_type": event_type,
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "notify_url": notify_url,
            "plaintext": json.dumps(plaintext, ensure_ascii=False),
            "created_at": self._clock.now(),
            "state": "pending",
        }

    # --- the retry ladder ---------------------------------------------------------------------

    async def _attempt(self, entry_id: int, reference: str) -> None:
        number, _, held = reference.partition(" ")
        row = self._find(int(number))
        if row is None:
            return
        fault = self._faults.take(urlsplit(row["notify_url"]).path, is_callback=True)
        kind = str(fault["kind"]) if fault is not None else ""
        if kind == "lose_callbacks":
            with self._store.transaction():
                self._agenda.done(entry_id)
                self._store.run("UPDATE callbacks SET state = 'dropped' WHERE id = ?", row["id"])
            return
        if fault is not None and kind == "reorder_callbacks" and not held:
            with self._store.transaction():
                self._agenda.done(entry_id)
                wait = float(fault["seconds"])
                self._agenda.add("callback", f"{number} held", after_seconds=wait)
            return
        started_at, forge = self._clock.now(), row["forge"]
        outcomes = await self._deliver(row, kind)
        kind = f"forged {forge}" if forge else "scheduled"
        with self._store.transaction():
            for outcome in outcomes:
                self._record(row, kind, started_at, outcome)
            self._agenda.done(entry_id)
            self._plan_next(row, any(o.is_accepted for o in outcomes), started_at)

    def _plan_next(self, row: Row, is_accepted: bool, started_at: float) -> None:
        sent_count = int(row["sent_count"]) + 1
        is_last = sent_count > len(LADDER_SECONDS) or row["forge"] is not None
        state = "forged" if row["forge"] else "accepted" if is_accepted else "pending"
        if state == "pending" and is_last:
            state = "exhausted"
        self._store.run(
            "UPDATE callbacks SET sent_count = ?, state = ? WHERE id = ?",
            sent_count,
            state,
            row["id"],
        )
        if state == "pending":
            already = self._clock.now() - started_at
            wait = max(0.0, LADDER_SECONDS[sent_count - 1] - already)
            self._agenda.add("callback", str(row["id"]), after_seconds=wait)

    async def _deliver(self, row: Row, fault: str) -> list[Outcome]:
        if fault == "drop_callbacks":
            return [Outcome(0, "lost: fault drop_callbacks")]
        copies = int(row["copies"]) if row["sent_count"] == 0 else 1
        if fault == "duplicate_callbacks":
            copies = max(copies, 2)
        forge = "bad_signature" if fault == "bad_callback_signature" else row["forge"]
        notices = [self._maker.make(self._facts(row), forge=forge) for _ in range(copies)]
        return list(await asyncio.gather(*(self._send(notice) for notice in notices)))

    async def _send(self, notice: Notice) -> Outcome:
        """Post it as it is; an answer must come within 5 s."""
        if self._session is None:
            return Outcome(0, "the simulator is not started")
        try:
            async with self._session.post(
                notice.url,
                data=notice.body,
                headers=notice.headers,
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                allow_redirects=False,
            ) as answer:
                text = (await answer.content.read(300)).decode(errors="replace")
                return Outcome(answer.status, text)
        except TimeoutError:
            return Outcome(0, f"no answer within {ANSWER_SECONDS} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(0, f"{type(error).__name__}: {error}"[:300])

    def _record(self, row: Row, kind: str, sent_at: float, outcome: Outcome) -> None:
        entry = {
            "callback_id": row["id"],
            "out_trade_no": row["out_trade_no"],
            "kind": kind,
            "sent_at": sent_at,
            "status": outcome.status,
            "note": outcome.note,
        }
        self._store.insert("attempts", entry)

    # --- at the tester's command --------------------------------------------------------------

    async def send_now(
        self,
        number: str,
        facts: Facts,
        *,
        times: int,
        forge: str | None,
        route: str | None,
        is_parallel: bool,
    ) -> list[Outcome]:
        """Send `times` requests now, outside the ladder; accepted genuine ones end it."""
        notices = [self._maker.make(facts, forge=forge, route=route) for _ in range(times)]
        started_at = self._clock.now()
        if is_parallel:
            outcomes = list(await asyncio.gather(*(self._send(notice) for notice in notices)))
        else:
            outcomes = [await self._send(notice) for notice in notices]
        kind = f"forged {forge}" if forge else "by hand"
        row = self._store.find("SELECT * FROM callbacks WHERE event_id = ?", facts.event_id)
        with self._store.transaction():
            for outcome in outcomes:
                entry = {"callback_id": row["id"] if row else None, "out_trade_no": number}
                said = {"sent_at": started_at, "status": outcome.status, "note": outcome.note}
                self._store.insert("attempts", {**entry, "kind": kind, **said})
            if row is not None and forge is None and any(o.is_accepted for o in outcomes):
                self._agenda.cancel("callback", str(row["id"]))
                self._store.run("UPDATE callbacks SET state = 'accepted' WHERE id = ?", row["id"])
        return outcomes

    def latest_facts(self, out_trade_no: str, out_refund_no: str | None) -> Facts | None:
        """What the newest callback of an order, or of one of its refunds, says."""
        row = self._store.find(
            "SELECT * FROM callbacks WHERE out_trade_no = ? AND out_refund_no IS ?"
            " ORDER BY id DESC LIMIT 1",
            out_trade_no,
            out_refund_no,
        )
        return self._facts(row) if row else None

    def made_up_facts(self, url: str, plaintext: dict[str, Any]) -> Facts:
        """Facts of a payment that never happened, for forgeries about unpaid orders."""
        now = rfc3339(self._clock.now())
        return Facts(new_event_id(), "TRANSACTION.SUCCESS", now, url, plaintext)

    def request(self, facts: Facts, *, forge: str | None, route: str | None) -> Notice:
        return self._maker.make(facts, forge=forge, route=route)

    # --- reading ------------------------------------------------------------------------------

    def of_order(self, out_trade_no: str) -> list[Row]:
        sql = "SELECT * FROM callbacks WHERE out_trade_no = ? ORDER BY id"
        return self._store.rows(sql, out_trade_no)

    def attempts_of(self, out_trade_no: str) -> list[Row]:
        sql = "SELECT * FROM attempts WHERE out_trade_no = ? ORDER BY id"
        return self._store.rows(sql, out_trade_no)

    def newest_attempts(self, count: int) -> list[Row]:
        return self._store.rows(
            "SELECT attempts.*, callbacks.event_type, callbacks.state AS callback_state"
            " FROM attempts LEFT JOIN callbacks ON callbacks.id = attempts.callback_id"
            " ORDER BY attempts.id DESC LIMIT ?",
            count,
        )

    def _facts(self, row: Row) -> Facts:
        sql = "SELECT mchid FROM addressees WHERE callback_id = ?"
        addressee = self._store.find(sql, row["id"])
        return Facts(
            event_id=row["event_id"],
            event_type=row["event_type"],
            create_time=rfc3339(row["created_at"]),
            url=row["notify_url"],
            plaintext=json.loads(row["plaintext"]),
            addressee=str(addressee["mchid"]) if addressee else "",
        )

    def _find(self, callback_id: int) -> Row | None:
        return self._store.find("SELECT * FROM callbacks WHERE id = ?", callback_id)


def new_event_id() -> str:
    """WeChat's callback id; repeats of one event keep it."""
    return f"EV-{secrets.token_hex(4)}-{credentials.digits(16)}"

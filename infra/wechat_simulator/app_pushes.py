"""Telling an app's server: messages and events, repeats and replies (CONTRACT §3.1, §9)."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from . import credentials, crypto
from .agenda import Agenda
from .app_addresses import ANSWER_SECONDS, AppAddresses
from .app_envelopes import FORGERIES, Address, Envelope, wrap
from .clock import Clock
from .faults import Faults
from .push_text import UnreadableReply, read_reply
from .refusals import ControlRefusal
from .store import Row, Store

TRIES = 3
REPEAT_SECONDS = 5
MOST_TIMES = 1000
LONGEST_ANSWER_BYTES = 128 * 1024
ReplyTaker = Callable[[str, dict[str, Any], dict[str, Any]], None]
REPLY_FIELDS = ("ToUserName", "FromUserName", "CreateTime", "MsgType")
TABLES = """
CREATE TABLE IF NOT EXISTS pushes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, event TEXT NOT NULL,
  fields TEXT NOT NULL, created_at REAL NOT NULL, state TEXT NOT NULL,
  sent_count INTEGER NOT NULL DEFAULT 0, reply TEXT, first_request TEXT);
CREATE INDEX IF NOT EXISTS pushes_of ON pushes (appid);
CREATE TABLE IF NOT EXISTS push_attempts (
  id INTEGER PRIMARY KEY, push_id INTEGER NOT NULL, kind TEXT NOT NULL, sent_at REAL NOT NULL,
  status INTEGER NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS push_attempts_of ON push_attempts (push_id);
"""


@dataclass(frozen=True)
class Heard:
    """What one attempt met: the HTTP status (0 for none), the text, and a verdict on it."""

    status: int
    note: str
    is_accepted: bool = False
    reply: dict[str, Any] | None = None


def gh_id(appid: str) -> str:
    """The app's own user name, as `ToUserName` and `user_name` show it."""
    return "gh_" + appid[2:14]


class AppPushes:
    """Three tries in all, 5 s to answer each; then the push is given up."""

    def __init__(
        self, store: Store, clock: Clock, agenda: Agenda, addresses: AppAddresses, faults: Faults
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._addresses, self._faults = addresses, faults
        self._session: aiohttp.ClientSession | None = None
        self._reply_taker: ReplyTaker | None = None
        store.own(TABLES)
        agenda.handle("app_push", self._attempt)

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give it the HTTP client; called once when the program starts."""
        self._session = session
        self._addresses.open(session)

    def on_reply(self, taker: ReplyTaker) -> None:
        """Who receives (appid, fields of the push, reply) of each push's first good reply."""
        self._reply_taker = taker

    # --- sending ------------------------------------------------------------------------------

    def send(self, appid: str, fields: dict[str, Any], *, after_seconds: float = 0) -> int:
        """Queue a push in the caller's transaction; returns its id.

        ToUserName, FromUserName, CreateTime and MsgType (`event`) are filled in when absent, and
        MsgId for ordinary messages; every repeat carries the same values.
        """
        now = self._clock.now()
        whole: dict[str, Any] = {
            "ToUserName": gh_id(appid),
            "FromUserName": "o" + credentials.text(27),
            "CreateTime": int(now + after_seconds),
            "MsgType": "event",
            **fields,
        }
        if whole["MsgType"] != "event":
            whole.setdefault("MsgId", int("2" + credentials.digits(16)))
        entry = {
            "appid": appid,
            "event": str(whole.get("Event") or whole["MsgType"]),
            "fields": json.dumps(whole, ensure_ascii=False),
            "created_at": now,
            "state": "pending",
        }
        with self._store.transaction():
            push_id = self._store.insert("pushes", entry)
            self._agenda.add("app_push", str(push_id), after_seconds=after_seconds)
        return push_id

    async def finished(self, push_id: int) -> Row:
        """Fire what is due, wait for the push's first attempt, and return its row."""
        entry = self._store.find(
            "SELECT id FROM agenda WHERE kind = 'app_push' AND reference = ?", str(push_id)
        )
        if entry is not None:
            await self._agenda.finished(int(entry["id"]))
        return self.find(push_id)

    async def _attempt(self, entry_id: int, reference: str) -> None:
        number, _, held = reference.partition(" ")
        row = self.find(int(number))
        address = self._addresses.of(row["appid"])
        if address is None:
            self._end(entry_id, row, "unheard")
            return
        place = f"{urlsplit(address.url).path}#{row['event']}"
        fault = self._faults.take(place, is_callback=True)
        kind = str(fault["kind"]) if fault is not None else ""
        if kind == "lose_callbacks":
            self._end(entry_id, row, "lost")
            return
        if fault is not None and kind == "reorder_callbacks" and not held:
            self._agenda.done(entry_id)
            wait = float(fault["seconds"])
            self._agenda.add("app_push", f"{number} held", after_seconds=wait)
            return
        heard = await self._deliver(row, address, kind)
        with self._store.transaction():
            self._agenda.done(entry_id)
            for one in heard:
                self._record(row, f"scheduled {kind}".strip(), one)
            self._plan_next(row, heard)

    async def _deliver(self, row: Row, address: Address, fault: str) -> list[Heard]:
        if fault == "drop_callbacks":
            return [Heard(0, "lost: fault drop_callbacks")]
        fields = json.loads(row["fields"])
        forge = "bad_signature" if fault == "bad_callback_signature" else ""
        copies = 2 if fault == "duplicate_callbacks" else 1
        envelopes = [wrap(address, fields, forge=forge) for _ in range(copies)]
        self._remember_first(row, envelopes[0])
        posts = (self._post(envelope, address, fields) for envelope in envelopes)
        return list(await asyncio.gather(*posts))

    def _plan_next(self, row: Row, heard: list[Heard]) -> None:
        sent_count = int(row["sent_count"]) + 1
        is_accepted = any(one.is_accepted for one in heard)
        state = "accepted" if is_accepted else "pending" if sent_count < TRIES else "exhausted"
        self._store.run(
            "UPDATE pushes SET sent_count = ?, state = ? WHERE id = ?", sent_count, state, row["id"]
        )
        if state == "pending":
            self._agenda.add("app_push", str(row["id"]), after_seconds=REPEAT_SECONDS)

    def _end(self, entry_id: int, row: Row, state: str) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            self._store.run("UPDATE pushes SET state = ? WHERE id = ?", state, row["id"])

    def _remember_first(self, row: Row, envelope: Envelope) -> None:
        """Kept for the forgery `replayed`."""
        self._store.run(
            "UPDATE pushes SET first_request = ? WHERE id = ? AND first_request IS NULL",
            json.dumps(envelope.as_json()),
            row["id"],
        )

    def _record(self, row: Row, kind: str, heard: Heard) -> None:
        entry = {
            "push_id": row["id"],
            "kind": kind,
            "sent_at": self._clock.now(),
            "status": heard.status,
            "note": heard.note,
        }
        self._store.insert("push_attempts", entry)
        if heard.reply is not None:
            reply = json.dumps(heard.reply, ensure_ascii=False)
            is_first = self._store.run(
                "UPDATE pushes SET reply = ? WHERE id = ? AND reply IS NULL", reply, row["id"]
            )
            if is_first and self._reply_taker is not None:
                self._reply_taker(row["appid"], json.loads(row["fields"]), heard.reply)

    async def _post(self, envelope: Envelope, address: Address, fields: dict[str, Any]) -> Heard:
        if self._session is None:
            return Heard(0, "the simulator is not started")
        try:
            async with self._session.post(
                envelope.url,
                params=envelope.query,
                data=envelope.body,
                headers=envelope.headers,
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                allow_redirects=False,
            ) as answer:
                raw = await answer.content.read(LONGEST_ANSWER_BYTES)
                text = raw.decode(errors="replace")
                return _judge(answer.status, text, address, fields)
        except TimeoutError:
            return Heard(0, f"no answer within {ANSWER_SECONDS} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Heard(0, f"{type(error).__name__}: {error}"[:300])

    # --- at the tester's command --------------------------------------------------------------

    async def send_again(
        self, push_id: int, *, times: int = 1, forge: str = "", is_parallel: bool = False
    ) -> list[Heard]:
        """Send a push, or a forgery of it, now and outside the three tries."""
        if not 1 <= times <= MOST_TIMES:
            raise ControlRefusal(400, f"times must be 1 to {MOST_TIMES}")
        row = self.find(push_id)
        address = self._address(row)
        envelopes = [self.request(push_id, forge=forge) for _ in range(times)]
        fields = json.loads(row["fields"])
        posts = [self._post(envelope, address, fields) for envelope in envelopes]
        if is_parallel:
            heard = list(await asyncio.gather(*posts))
        else:
            heard = [await post for post in posts]
        with self._store.transaction():
            for one in heard:
                self._record(row, f"forged {forge}" if forge else "by hand", one)
        return heard

    def request(self, push_id: int, *, forge: str = "") -> Envelope:
        """The request of a push, or of a forgery of it, as it would be sent now."""
        if forge and forge not in FORGERIES:
            raise ControlRefusal(400, f"unknown forgery {forge}; known: {', '.join(FORGERIES)}")
        row = self.find(push_id)
        if forge == "replayed":
            if row["first_request"] is None:
                raise ControlRefusal(409, "this push was never sent: nothing to replay")
            return Envelope.from_json(row["first_request"])
        return wrap(self._address(row), json.loads(row["fields"]), forge=forge)

    def _address(self, row: Row) -> Address:
        address = self._addresses.of(row["appid"])
        if address is None:
            raise ControlRefusal(409, "no message URL is registered for this app")
        return address

    # --- reading ------------------------------------------------------------------------------

    def find(self, push_id: int) -> Row:
        row = self._store.find("SELECT * FROM pushes WHERE id = ?", push_id)
        if row is None:
            raise ControlRefusal(404, "no such push")
        return row

    def newest(self, *, appid: str = "", event: str = "", count: int = 500) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM pushes WHERE ? IN ('', appid) AND ? IN ('', event)"
            " ORDER BY id DESC LIMIT ?",
            appid,
            event,
            count,
        )

    def attempts_of(self, push_id: int) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM push_attempts WHERE push_id = ? ORDER BY id", push_id
        )


def _judge(status: int, text: str, address: Address, fields: dict[str, Any]) -> Heard:
    """`success`, an empty answer, or a well-formed reply: anything else is repeated (§3.1)."""
    if status != 200:
        return Heard(status, text[:300])
    if text.strip() in ("", "success"):
        return Heard(status, text.strip() or "empty", is_accepted=True)
    try:
        reply = _opened(text, address)
        _check_reply(reply, fields)
    except (UnreadableReply, crypto.CannotDecrypt) as error:
        return Heard(status, f"bad reply: {error}: {text[:200]}")
    return Heard(status, "reply", is_accepted=True, reply=reply)


def _opened(text: str, address: Address) -> dict[str, Any]:
    """The reply in clear: it must be encrypted exactly when the push was (§9)."""
    told = read_reply(text)
    is_sealed = "Encrypt" in told
    if is_sealed != (address.mode != "plain") and address.mode != "compatible":
        raise UnreadableReply("a reply is encrypted exactly when the push is")
    if not is_sealed:
        return told
    sealed, nonce = str(told["Encrypt"]), str(told.get("Nonce", ""))
    timestamp = str(told.get("TimeStamp", ""))
    wanted = crypto.push_signature(address.token, timestamp, nonce, sealed)
    if not crypto.is_same(wanted, str(told.get("MsgSignature", ""))):
        raise UnreadableReply("the reply's MsgSignature is wrong")
    return read_reply(crypto.decrypt_push(sealed, address.owner, address.encoding_aes_key))


def _check_reply(reply: dict[str, Any], fields: dict[str, Any]) -> None:
    missing = [name for name in REPLY_FIELDS if not reply.get(name)]
    if missing:
        raise UnreadableReply(f"the reply lacks {', '.join(missing)}")
    if reply["ToUserName"] != fields["FromUserName"]:
        raise UnreadableReply("the reply is not addressed to the sender")
    if reply["FromUserName"] != fields["ToUserName"]:
        raise UnreadableReply("the reply does not come from this app")
    if not str(reply["CreateTime"]).isdecimal():
        raise UnreadableReply("CreateTime must be a number")

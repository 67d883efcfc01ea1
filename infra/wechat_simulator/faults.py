"""Things that go wrong on WeChat's side, ordered by the tester."""

import asyncio
import json
import time
from typing import Any

from .refusals import ControlRefusal
from .store import Row, Store

CALLBACK_KINDS = (
    "drop_callbacks",
    "lose_callbacks",
    "duplicate_callbacks",
    "reorder_callbacks",
    "bad_callback_signature",
)
SIGNATURE_KINDS = (
    "bad_signature",
    "signtest",
    "no_signature_type",
    "old_timestamp",
    "wrong_serial",
)
KINDS = (
    "500",
    "429",
    "system_error",
    "-1",
    "slow",
    "down",
    "cut_after_commit",
    "half_body",
    "html",
    "pay_error",
    "errcode",
    *SIGNATURE_KINDS,
    *CALLBACK_KINDS,
)
HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class Faults:
    """A table of faults; each hits `times` matching requests (-1: until removed).

    `down` hits everything for `seconds` of real time instead, and then removes itself.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, wish: dict[str, Any]) -> int:
        """Order a fault; returns its id. Raises ControlRefusal 400 for nonsense."""
        kind, prefix = str(wish.get("kind", "")), wish.get("path_prefix", "/")
        times, seconds = wish.get("times", 1), wish.get("seconds", 30)
        if kind not in KINDS:
            raise ControlRefusal(400, f"unknown kind {kind}; known: {', '.join(KINDS)}")
        if not isinstance(prefix, str) or not isinstance(times, int):
            raise ControlRefusal(400, "path_prefix must be a text, times a whole number")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise ControlRefusal(400, "seconds must be a positive number")
        said = str(wish.get("status", 500 if kind == "pay_error" else 200))
        if not said.isdecimal() or not 100 <= int(said) <= 599:
            raise ControlRefusal(400, "status must be a number from 100 to 599")
        status = int(said)
        code = str(wish.get("code", "45009" if kind == "errcode" else "SYSTEM_ERROR"))
        if kind == "errcode" and not code.lstrip("-").isdecimal():
            raise ControlRefusal(400, "code of an errcode fault must be a number")
        if kind == "down":
            times, code = -1, repr(time.time() + seconds)
        entry = {
            "path_prefix": prefix or "/",
            "kind": kind,
            "times": times,
            "seconds": float(seconds),
            "status": status,
            "code": code,
        }
        return self._store.insert("faults", entry)

    def all(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self._store.rows("SELECT * FROM faults ORDER BY id")]

    def remove(self, fault_id: int | None = None) -> int:
        """Remove one fault or all; returns how many."""
        if fault_id is None:
            return self._store.run("DELETE FROM faults")
        return self._store.run("DELETE FROM faults WHERE id = ?", fault_id)

    def take(self, path: str, *, is_callback: bool = False) -> Row | None:
        """The oldest fault that hits `path`, counted; callbacks match by their URL's path."""
        for row in self._store.rows("SELECT * FROM faults WHERE times != 0 ORDER BY id"):
            if row["kind"] == "down" and time.time() >= float(row["code"]):
                self.remove(int(row["id"]))
            elif (row["kind"] in CALLBACK_KINDS) == is_callback and path.startswith(
                row["path_prefix"]
            ):
                self._store.run(
                    "UPDATE faults SET hits = hits + 1, times = times - (times > 0) WHERE id = ?",
                    row["id"],
                )
                return row
        return None


async def delay(fault: Row | None) -> None:
    """Wait as the fault `slow` says, in real seconds."""
    if fault is not None and fault["kind"] == "slow":
        await asyncio.sleep(fault["seconds"])


def early_answer(fault: Row, *, is_pay: bool) -> tuple[int, str, bytes] | None:
    """Status, content type and body given instead of doing the work; None to do it."""
    kind = str(fault["kind"])
    if kind == "html":
        return 200, "text/html", HTML.encode()
    if kind == "500":
        return 500, "application/json", _pay_body("SYSTEM_ERROR") if is_pay else b""
    if kind == "429":
        limited = b'{"errcode":45009,"errmsg":"reach max api daily quota limit"}'
        return 429, "application/json", _pay_body("FREQUENCY_LIMITED") if is_pay else limited
    if kind == "pay_error":
        return int(fault["status"]), "application/json", _pay_body(str(fault["code"]))
    if kind in ("-1", "errcode"):
        number = -1 if kind == "-1" else int(fault["code"])
        return 200, "application/json", _errcode_body(number)
    return None


def late_answer(fault: Row) -> tuple[int, str, bytes] | None:
    """What replaces the true answer although the work is done (kind system_error)."""
    if fault["kind"] == "system_error":
        return 500, "application/json", _pay_body("SYSTEM_ERROR")
    return None


def spoil_signature(headers: dict[str, str], kind: str) -> None:
    """Change the signature headers of an answer in place (§11.3)."""
    if kind == "bad_signature":
        signature = headers["Wechatpay-Signature"]
        headers["Wechatpay-Signature"] = ("B" if signature[0] == "A" else "A") + signature[1:]
    elif kind == "signtest":
        signature = headers["Wechatpay-Signature"]
        headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + signature[19:]
    elif kind == "no_signature_type":
        del headers["Wechatpay-Signature-Type"]
    elif kind == "wrong_serial":
        headers["Wechatpay-Serial"] = "PUB_KEY_ID_0999999999999999999999999999999"


def _pay_body(code: str) -> bytes:
    words = {"SYSTEM_ERROR": "系统错误", "FREQUENCY_LIMITED": "频率超限"}
    answer = {"code": code, "message": words.get(code, code)}
    return json.dumps(answer, ensure_ascii=False).encode()


def _errcode_body(number: int) -> bytes:
    return json.dumps({"errcode": number, "errmsg": "system error"}).encode()

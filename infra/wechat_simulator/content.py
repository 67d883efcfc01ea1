"""Content safety: texts by words, pictures and sounds by their hash (CONTRACT §6)."""

import hashlib
import secrets
from typing import Any

from .people import People
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

SCENES = (1, 2, 3, 4)
PROFILE = 1
LONGEST_CONTENT = 2500
LONGEST_TEXT = 500
PICTURE_BYTES = 1024 * 1024
SUGGESTS = ("pass", "review", "risky")
FINE = ("pass", 100)
LABELS = (100, 10001, 20001, 20002, 20003, 20006, 20008, 20012, 20013, 21000)
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
WORDS: dict[str, list[Any]] = {
    "加微信": ["review", 10001],
    "兼职刷单": ["risky", 20008],
    "代开发票": ["risky", 20006],
    "赌博": ["risky", 20006],
    "颠覆": ["risky", 20001],
    "色情": ["risky", 20002],
    "蠢货": ["review", 20003],
    "低俗": ["review", 20012],
    "高仿": ["review", 20013],
    "BADWORD": ["risky", 21000],
    "MAYBEWORD": ["review", 21000],
}
SETTINGS = {"content_words": WORDS}
TABLES = """
CREATE TABLE IF NOT EXISTS verdicts (
  sha256 TEXT PRIMARY KEY, suggest TEXT NOT NULL, label INTEGER NOT NULL, note TEXT NOT NULL);
"""


def trace_id() -> str:
    """Three groups of eight hex digits."""
    return "-".join(secrets.token_hex(4) for _ in range(3))


class Content:
    """The synchronous checks, and the table of verdicts that `MediaChecks` shares."""

    def __init__(self, store: Store, people: People) -> None:
        self._store, self._people = store, people
        store.own(TABLES, SETTINGS)

    # --- texts --------------------------------------------------------------------------------

    def check_text(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/msg_sec_check, version 2.

        87014 for the stopped version 1, 40129 scene, 44002 no content, 40097 a text too long,
        40003, 43104 and 61010 about the openid.
        """
        self.check_asker(app, body)
        texts = _texts(body)
        words = self._store.settings()["content_words"]
        found = [
            _finding("keyword", *words[word], keyword=word, level=20, prob=90)
            for word in words
            if any(word in text for text in texts)
        ]
        model = _worst(found) if found else FINE
        detail = [*found, _finding("content_model", *model, prob=90)]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "detail": detail,
            "trace_id": trace_id(),
            "result": {"suggest": model[0], "label": model[1]},
        }

    def check_asker(self, app: Row, body: dict[str, Any]) -> None:
        """What texts and media have in common: version, scene and a recent openid."""
        if body.get("version", 1) in (1, "1"):
            raise WeixinRefusal(87014, "version 1 is offline: use version 2")
        if body["version"] not in (2, "2"):
            raise WeixinRefusal(40097, "invalid args: version")
        if body.get("scene") not in SCENES or isinstance(body.get("scene"), bool):
            raise WeixinRefusal(40129, "invalid scene")
        self._people.recent(app["appid"], body.get("openid"))

    # --- pictures -----------------------------------------------------------------------------

    def check_picture(self, _: Row, body: bytes) -> dict[str, Any]:
        """POST /wxa/img_sec_check: 87014 when it is not fine, 40006 over 1 MB, 40137 no picture."""
        if len(body) > PICTURE_BYTES:
            raise WeixinRefusal(40006, "invalid media size")
        if not body.startswith(MAGIC):
            raise WeixinRefusal(40137, "invalid image format")
        if self.verdict(body) != FINE:
            raise WeixinRefusal(87014, "risky content")
        return {"errcode": 0, "errmsg": "ok"}

    def verdict(self, body: bytes) -> tuple[str, int]:
        """(suggest, label) that the tester gave to these bytes; pass when none was given."""
        row = self._store.find(
            "SELECT * FROM verdicts WHERE sha256 = ?", hashlib.sha256(body).hexdigest()
        )
        return (str(row["suggest"]), int(row["label"])) if row else FINE

    def judge(self, sha256: str, suggest: str, label: int, note: str = "") -> None:
        """Set the verdict on a file by its hash; `pass` removes it."""
        if len(sha256) != 64 or suggest not in SUGGESTS or label not in LABELS:
            raise ControlRefusal(
                400, f"sha256: 64 hex digits; suggest: {SUGGESTS}; label: {LABELS}"
            )
        self._store.run("DELETE FROM verdicts WHERE sha256 = ?", sha256)
        if suggest != "pass":
            entry = {"sha256": sha256, "suggest": suggest, "label": label, "note": note[:80]}
            self._store.insert("verdicts", entry)

    def verdicts(self) -> list[Row]:
        return self._store.rows("SELECT * FROM verdicts ORDER BY rowid DESC")

    # --- people -------------------------------------------------------------------------------

    def risk_rank(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/getuserriskrank; `unoin_id` is spelled so on the wire."""
        if body.get("appid") != app["appid"]:
            raise WeixinRefusal(40013, "invalid appid")
        if body.get("scene") not in (0, 1) or not body.get("client_ip"):
            raise WeixinRefusal(40097, "invalid args")
        person = self._people.known(app["appid"], body.get("openid"))
        return {
            "errcode": 0,
            "errmsg": "getuserriskrank succ",
            "unoin_id": secrets.randbelow(10**9),
            "risk_rank": self._people.traits(person["name"])["risk_rank"],
        }


def _texts(body: dict[str, Any]) -> list[str]:
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise WeixinRefusal(44002, "empty content")
    names = (
        ("title", "nickname", "signature") if body["scene"] == PROFILE else ("title", "nickname")
    )
    others = [body.get(name) or "" for name in names]
    if not all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in others):
        raise WeixinRefusal(40097, "invalid args: title, nickname or signature")
    if len(content) > LONGEST_CONTENT:
        raise WeixinRefusal(40097, "invalid args: content is longer than 2500")
    return [content, *others]


def _finding(strategy: str, suggest: str, label: int, **more: Any) -> dict[str, Any]:
    return {"strategy": strategy, "errcode": 0, "suggest": suggest, "label": label, **more}


def _worst(found: list[dict[str, Any]]) -> tuple[str, int]:
    worst = max(found, key=lambda one: SUGGESTS.index(one["suggest"]))
    return str(worst["suggest"]), int(worst["label"])

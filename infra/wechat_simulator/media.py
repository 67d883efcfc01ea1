"""Files that an app keeps at WeChat for three days, or for good (CONTRACT §9)."""

import hashlib
from typing import Any

from . import credentials
from .clock import Clock
from .refusals import WeixinRefusal
from .store import Row, Store

LIFE_SECONDS = 3 * 86400
LONGEST_BYTES = {
    "image": 10 * 1024 * 1024,
    "voice": 2 * 1024 * 1024,
    "video": 10 * 1024 * 1024,
    "thumb": 64 * 1024,
}
TABLES = """
CREATE TABLE IF NOT EXISTS media (
  media_id TEXT PRIMARY KEY, appid TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  content_type TEXT NOT NULL, sha256 TEXT NOT NULL, body BLOB NOT NULL, created_at REAL NOT NULL,
  expires_at REAL);
"""


class Media:
    """`add` and `find` serve every part that makes or reads files."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(TABLES)

    def add(
        self,
        appid: str,
        body: bytes,
        *,
        kind: str = "image",
        name: str = "file",
        content_type: str = "image/png",
        life_seconds: float | None = LIFE_SECONDS,
    ) -> str:
        """Keep a file and return its media_id; `life_seconds` None keeps it for good."""
        now, media_id = self._clock.now(), credentials.text(64)
        self._store.run("DELETE FROM media WHERE expires_at < ?", now - LIFE_SECONDS)
        entry = {
            "media_id": media_id,
            "appid": appid,
            "kind": kind,
            "name": name,
            "content_type": content_type,
            "sha256": hashlib.sha256(body).hexdigest(),
            "body": body,
            "created_at": now,
            "expires_at": None if life_seconds is None else now + life_seconds,
        }
        self._store.insert("media", entry)
        return media_id

    def find(self, appid: str, media_id: str) -> Row:
        """The file; 40007 when unknown, of another app, or older than its life."""
        row = self._store.find(
            "SELECT * FROM media WHERE media_id = ? AND appid = ?", media_id, appid
        )
        if row is None or (row["expires_at"] or self._clock.now() + 1) <= self._clock.now():
            raise WeixinRefusal(40007, "invalid media_id")
        return row

    def upload(
        self, app: Row, query: dict[str, str], name: str, content_type: str, body: bytes
    ) -> dict[str, Any]:
        """POST /cgi-bin/media/upload?type=image, one multipart file named `media`.

        40004 for an unknown type, 40006 for a file too large, 40009 for a picture too large.
        """
        kind = query.get("type", "")
        if kind not in LONGEST_BYTES:
            raise WeixinRefusal(40004, "invalid media type")
        if len(body) > LONGEST_BYTES[kind]:
            raise WeixinRefusal(40009 if kind == "image" else 40006, "invalid media size")
        media_id = self.add(app["appid"], body, kind=kind, name=name, content_type=content_type)
        return {"type": kind, "media_id": media_id, "created_at": int(self._clock.now())}

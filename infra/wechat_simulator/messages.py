"""What people find in WeChat: every message that an app sent to them."""

import json
from typing import Any

from .apps import openid_of
from .clock import Clock
from .store import Row, Store

TABLES = """
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, openid TEXT NOT NULL,
  kind TEXT NOT NULL, content TEXT NOT NULL, sent_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS messages_of ON messages (appid, openid);
"""


class Messages:
    """Kinds: `subscribe`, `custom` (customer service) and `reply` (passive)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(TABLES)

    def add(self, appid: str, openid: str, kind: str, content: dict[str, Any]) -> int:
        """Deliver in the caller's transaction; returns the message's id."""
        entry = {
            "appid": appid,
            "openid": openid,
            "kind": kind,
            "content": json.dumps(content, ensure_ascii=False),
            "sent_at": self._clock.now(),
        }
        return self._store.insert("messages", entry)

    def newest(self, *, appid: str = "", user: str = "", count: int = 500) -> list[Row]:
        """Newest first; `user` is a person of the control API and needs `appid`."""
        return self._store.rows(
            "SELECT messages.*, users.name AS user FROM messages"
            " LEFT JOIN users USING (appid, openid)"
            " WHERE ? IN ('', appid) AND ? IN ('', openid) ORDER BY id DESC LIMIT ?",
            appid,
            openid_of(appid, user) if user else "",
            count,
        )

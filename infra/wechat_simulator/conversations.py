"""Who may be answered, and how often: the windows of customer service (CONTRACT §9)."""

from typing import Any

from .clock import Clock
from .refusals import WeixinRefusal
from .store import Row, Store

MESSAGE, ENTRY = "message", "entry"
WINDOW_SECONDS = {MESSAGE: 48 * 3600, ENTRY: 60}
TYPING_SECONDS = 30
SETTINGS: dict[str, Any] = {"custom_per_message": 5, "custom_per_entry": 2}
TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
  appid TEXT NOT NULL, openid TEXT NOT NULL, kind TEXT NOT NULL, opened_at REAL NOT NULL,
  sent_count INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (appid, openid, kind));
"""


class Conversations:
    """A message allows 5 answers in 48 h, an entry 2 in one minute.

    Settings: `custom_per_message`, `custom_per_entry` (sources differ between 1 and 2).
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(TABLES, SETTINGS)

    def open(self, appid: str, openid: str, kind: str) -> None:
        """The person wrote (`message`) or came in (`entry`): a fresh allowance."""
        self._store.run(
            "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, 0)",
            appid,
            openid,
            kind,
            self._clock.now(),
        )

    def spend(self, appid: str, openid: str) -> None:
        """Use one answer up in the caller's transaction: 45015 no window, 45047 none left."""
        alive = [row for row in self._of(appid, openid) if self._is_alive(row)]
        if not alive:
            raise WeixinRefusal(45015, "response out of time limit or subscription is canceled")
        settings = self._store.settings()
        room = [row for row in alive if row["sent_count"] < settings[f"custom_per_{row['kind']}"]]
        if not room:
            raise WeixinRefusal(45047, "out of response count limit")
        self._store.run(
            "UPDATE conversations SET sent_count = sent_count + 1"
            " WHERE appid = ? AND openid = ? AND kind = ?",
            appid,
            openid,
            room[0]["kind"],
        )

    def check_recent(self, appid: str, openid: str) -> None:
        """45080 unless the person wrote or came in within 30 s."""
        newest = max((row["opened_at"] for row in self._of(appid, openid)), default=0.0)
        if newest + TYPING_SECONDS < self._clock.now():
            raise WeixinRefusal(45080, "no interaction within 30 seconds")

    def close(self, appid: str, openid: str) -> None:
        """An unfollower cannot be answered any more."""
        self._store.run("DELETE FROM conversations WHERE appid = ? AND openid = ?", appid, openid)

    def _of(self, appid: str, openid: str) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM conversations WHERE appid = ? AND openid = ? ORDER BY kind",
            appid,
            openid,
        )

    def _is_alive(self, row: Row) -> bool:
        return bool(row["opened_at"] + WINDOW_SECONDS[row["kind"]] >= self._clock.now())

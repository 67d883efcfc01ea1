"""The simulator's memory: one SQLite file, every change committed before it is answered."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import pay_tables

Row = sqlite3.Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS apps (
  appid TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, principal TEXT NOT NULL,
  sub_mchid TEXT, appsecret TEXT NOT NULL, is_authorised INTEGER NOT NULL,
  refresh_token TEXT NOT NULL, is_trade_managed INTEGER NOT NULL, is_direct INTEGER NOT NULL,
  created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS users (
  appid TEXT NOT NULL, openid TEXT NOT NULL, name TEXT NOT NULL, session_key TEXT,
  logged_in_at REAL, PRIMARY KEY (appid, openid));
CREATE TABLE IF NOT EXISTS codes (
  code TEXT PRIMARY KEY, kind TEXT NOT NULL, appid TEXT NOT NULL, payload TEXT NOT NULL,
  expires_at REAL NOT NULL, is_used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, appid TEXT NOT NULL,
  is_latest INTEGER NOT NULL, expires_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS tokens_of ON tokens (kind, appid);
CREATE TABLE IF NOT EXISTS tickets (
  ticket TEXT PRIMARY KEY, created_at REAL NOT NULL, status INTEGER, note TEXT);
CREATE TABLE IF NOT EXISTS nonces (
  nonce TEXT PRIMARY KEY, seen_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
  out_trade_no TEXT PRIMARY KEY, mode TEXT NOT NULL, mchid TEXT NOT NULL, sp_appid TEXT,
  sub_appid TEXT, sub_mchid TEXT, sp_openid TEXT, openid TEXT, payer_appid TEXT NOT NULL,
  description TEXT NOT NULL, attach TEXT NOT NULL, notify_url TEXT NOT NULL,
  total_fen INTEGER NOT NULL, currency TEXT NOT NULL, request TEXT NOT NULL,
  expires_at REAL NOT NULL, state TEXT NOT NULL, transaction_id TEXT UNIQUE,
  funds TEXT NOT NULL DEFAULT 'none', created_at REAL NOT NULL, paid_at REAL, closed_at REAL,
  confirmed_at REAL, reminded_at REAL);
CREATE INDEX IF NOT EXISTS orders_newest ON orders (created_at);
CREATE TABLE IF NOT EXISTS prepays (
  prepay_id TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS prepays_of ON prepays (out_trade_no);
CREATE TABLE IF NOT EXISTS refunds (
  out_refund_no TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL, refund_id TEXT NOT NULL,
  refund_fen INTEGER NOT NULL, reason TEXT NOT NULL, notify_url TEXT NOT NULL,
  request TEXT NOT NULL, state TEXT NOT NULL, created_at REAL NOT NULL, success_at REAL);
CREATE INDEX IF NOT EXISTS refunds_of ON refunds (out_trade_no);
CREATE TABLE IF NOT EXISTS callbacks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, event_type TEXT NOT NULL,
  out_trade_no TEXT NOT NULL, out_refund_no TEXT, notify_url TEXT NOT NULL,
  plaintext TEXT NOT NULL, created_at REAL NOT NULL, state TEXT NOT NULL,
  sent_count INTEGER NOT NULL DEFAULT 0, copies INTEGER NOT NULL DEFAULT 1, forge TEXT);
CREATE INDEX IF NOT EXISTS callbacks_of ON callbacks (out_trade_no);
CREATE TABLE IF NOT EXISTS attempts (
  id INTEGER PRIMARY KEY, callback_id INTEGER, out_trade_no TEXT NOT NULL, kind TEXT NOT NULL,
  sent_at REAL NOT NULL, status INTEGER NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_of ON attempts (out_trade_no);
CREATE TABLE IF NOT EXISTS shipments (
  out_trade_no TEXT PRIMARY KEY, logistics_type INTEGER NOT NULL, delivery_mode INTEGER NOT NULL,
  is_finished INTEGER NOT NULL, finished_count INTEGER NOT NULL, upload_time TEXT NOT NULL,
  parcels TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS agenda (
  id INTEGER PRIMARY KEY AUTOINCREMENT, due_at REAL NOT NULL, kind TEXT NOT NULL,
  reference TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS agenda_by_time ON agenda (due_at);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY, path_prefix TEXT NOT NULL, kind TEXT NOT NULL, times INTEGER NOT NULL,
  seconds REAL NOT NULL, status INTEGER, code TEXT, hits INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  status INTEGER NOT NULL, code TEXT NOT NULL, milliseconds REAL NOT NULL, fault TEXT NOT NULL);
"""

DEFAULT_SETTINGS: dict[str, Any] = {
    "trust": "adaptive",
    "refund_delay_seconds": 1,
    "shipping_known_after_seconds": 0,
    "replaced_token_seconds": 300,
    "plain_http_hosts": [],
    **pay_tables.DEFAULT_SETTINGS,
}


class Store:
    """A thin typed layer over one connection, used from one thread only.

    Statements outside `transaction()` commit at once. WAL with synchronous=NORMAL: a killed
    process loses nothing; only a power cut may lose the last moments.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA + pay_tables.SCHEMA)
        self.default_settings: dict[str, Any] = dict(DEFAULT_SETTINGS)
        self.setting_choices: dict[str, tuple[Any, ...]] = {}

    def own(
        self,
        schema: str = "",
        settings: Mapping[str, Any] | None = None,
        choices: Mapping[str, tuple[Any, ...]] | None = None,
    ) -> None:
        """Add the tables and the settings (with defaults) that one part brings with it.

        `schema` holds CREATE … IF NOT EXISTS statements; `reset` empties these tables too.
        `choices` are all the values that some of the settings may have.
        """
        self._connection.executescript(schema)
        self.default_settings.update(settings or {})
        self.setting_choices.update(choices or {})

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Never await inside: the connection is shared by every request."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def run(self, sql: str, *values: object) -> int:
        """Execute and return the number of rows changed."""
        return self._connection.execute(sql, values).rowcount

    def find(self, sql: str, *values: object) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, *values: object) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def number(self, sql: str, *values: object) -> int:
        """The single whole number a query yields; 0 for none."""
        row = self.find(sql, *values)
        return int(row[0] or 0) if row else 0

    def insert(self, table: str, values: Mapping[str, object]) -> int:
        """Insert one row and return its id. Table and column names are our own constants."""
        names, marks = ",".join(values), ",".join("?" * len(values))
        sql = " ".join(("INSERT INTO", table, f"({names}) VALUES ({marks})"))
        cursor = self._connection.execute(sql, tuple(values.values()))
        return int(cursor.lastrowid or 0)

    # --- settings and single values -----------------------------------------------------------

    def meta(self, key: str, default: str = "") -> str:
        row = self.find("SELECT value FROM meta WHERE key = ?", key)
        return str(row["value"]) if row else default

    def set_meta(self, key: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)

    def settings(self) -> dict[str, Any]:
        return {**self.default_settings, **json.loads(self.meta("settings", "{}"))}

    def set_settings(self, values: Mapping[str, Any]) -> None:
        self.set_meta("settings", json.dumps({**self.settings(), **values}))

    def forget_everything(self) -> None:
        tables = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        with self.transaction():
            for table in tables:
                self.run(" ".join(("DELETE FROM", f'"{table["name"]}"')))

"""What an account shows of itself, and what it granted to the component (CONTRACT §3.3)."""

import json
from dataclasses import dataclass
from typing import Any

from . import scopes
from .apps import Apps
from .clock import Clock
from .refusals import ControlRefusal
from .store import Row, Store

AUDIT_BLOCKS = (0, 85091, 86007, 87006)
TABLES = """
CREATE TABLE IF NOT EXISTS profiles (
  appid TEXT PRIMARY KEY, has_head_img INTEGER NOT NULL, signature TEXT NOT NULL,
  is_verified INTEGER NOT NULL, is_personal INTEGER NOT NULL, scopes TEXT NOT NULL,
  authorised_at REAL, audit_block INTEGER NOT NULL);
"""
FLAGS = ("has_head_img", "is_verified", "is_personal")


@dataclass(frozen=True)
class Profile:
    """`audit_block` is the errcode that submit_audit answers to this app; 0 for none."""

    has_head_img: bool
    signature: str
    is_verified: bool
    is_personal: bool
    scopes: tuple[int, ...]
    authorised_at: float
    audit_block: int


class Profiles:
    """An app without a row of its own is complete, verified, and grants all its kind offers."""

    def __init__(self, store: Store, clock: Clock, apps: Apps) -> None:
        self._store, self._clock, self._apps = store, clock, apps
        store.own(TABLES)

    def of(self, app: Row) -> Profile:
        row = self._store.find("SELECT * FROM profiles WHERE appid = ?", app["appid"])
        if row is None:
            return Profile(
                has_head_img=True,
                signature=f"{app['name']} · 模拟账号",
                is_verified=True,
                is_personal=False,
                scopes=tuple(scopes.offered(app["kind"])),
                authorised_at=float(app["created_at"]),
                audit_block=0,
            )
        return Profile(
            has_head_img=bool(row["has_head_img"]),
            signature=str(row["signature"]),
            is_verified=bool(row["is_verified"]),
            is_personal=bool(row["is_personal"]),
            scopes=tuple(json.loads(row["scopes"])),
            authorised_at=float(row["authorised_at"] or app["created_at"]),
            audit_block=int(row["audit_block"]),
        )

    def granted(self, appid: str) -> tuple[int, ...]:
        """The ids of the permission sets this app granted; () when it is not authorised."""
        app = self._apps.find(appid)
        return self.of(app).scopes if app is not None and app["is_authorised"] else ()

    def change(self, app: Row, **changed: Any) -> None:
        """Write some fields of Profile, keeping the others."""
        now = {**vars(self.of(app)), **changed}
        self._store.run(
            "INSERT OR REPLACE INTO profiles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            app["appid"],
            int(now["has_head_img"]),
            now["signature"],
            int(now["is_verified"]),
            int(now["is_personal"]),
            json.dumps(list(now["scopes"])),
            now["authorised_at"],
            now["audit_block"],
        )

    def edit(self, appid: str, wish: dict[str, Any]) -> None:
        """What the owner does in WeChat's console: name, signature, flags, scopes, audit_block.

        Raises ControlRefusal 404 for an unknown app, 400 for a value of the wrong kind.
        """
        app = self._apps.known(appid)
        changed: dict[str, Any] = {}
        for name, value in wish.items():
            if name == "name" and isinstance(value, str):
                self._store.run("UPDATE apps SET name = ? WHERE appid = ?", value[:40], appid)
            elif _is_fit(name, value, app["kind"]):
                changed[name] = tuple(value) if name == "scopes" else value
            else:
                raise ControlRefusal(400, f"{name} cannot be {value}")
        self.change(app, **changed)


def _is_fit(name: str, value: Any, kind: str) -> bool:
    if name in FLAGS:
        return isinstance(value, bool)
    if name == "audit_block":
        return value in AUDIT_BLOCKS
    if name == "signature":
        return isinstance(value, str)
    return name == "scopes" and _are_offered(value, kind)


def _are_offered(value: object, kind: str) -> bool:
    known = scopes.offered(kind)
    return isinstance(value, list) and all(isinstance(n, int) and n in known for n in value)

"""Whether customers may open an app (CONTRACT §3.6, row "visible")."""

from typing import Any

from .domains import check_is_program
from .refusals import WeixinRefusal
from .store import Row, Store

SUSPENDED, OPEN = 0, 1
TABLES = "CREATE TABLE IF NOT EXISTS closed_apps (appid TEXT PRIMARY KEY) WITHOUT ROWID;"


class Visits:
    """An app is open until it is closed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.own(TABLES)

    def change(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/change_visitstatus {action: open|close}: 85021 it is so already, 85022."""
        check_is_program(app)
        action, appid = body.get("action"), app["appid"]
        if action not in ("open", "close"):
            raise WeixinRefusal(85022, "invalid action")
        if (action == "open") == self.is_open(appid):
            raise WeixinRefusal(85021, "status not allowed to change")
        if action == "close":
            self._store.run("INSERT INTO closed_apps VALUES (?)", appid)
        else:
            self._store.run("DELETE FROM closed_apps WHERE appid = ?", appid)
        return {"errcode": 0, "errmsg": "ok"}

    def status(self, app: Row, _: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/getvisitstatus {}: 1 open, 0 suspended."""
        check_is_program(app)
        status = OPEN if self.is_open(app["appid"]) else SUSPENDED
        return {"errcode": 0, "errmsg": "ok", "status": status}

    def is_open(self, appid: str) -> bool:
        return self._store.find("SELECT 1 FROM closed_apps WHERE appid = ?", appid) is None

"""What customers see: released, grey and earlier versions (CONTRACT §3.6)."""

import json
from typing import Any

from .audits import PASSED, Audits
from .clock import Clock
from .domains import check_is_program
from .doors import Query
from .program_code import ProgramCode
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store
from .templates import Templates

GREY_NONE, GREY_RUNNING, GREY_DONE, GREY_CANCELLED = 0, 1, 3, 4
TABLES = """
CREATE TABLE IF NOT EXISTS releases (
  app_version INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, version_id INTEGER NOT NULL,
  released_at REAL NOT NULL, is_reverted INTEGER NOT NULL DEFAULT 0,
  is_rollback INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS releases_of ON releases (appid, app_version);
CREATE TABLE IF NOT EXISTS greys (
  appid TEXT PRIMARY KEY, version_id INTEGER NOT NULL, percentage INTEGER NOT NULL,
  debuggers_first INTEGER NOT NULL, experiencers_first INTEGER NOT NULL, status INTEGER NOT NULL,
  created_at REAL NOT NULL);
"""


class Releases:
    """The newest row of `releases` that was not reverted is what customers run."""

    def __init__(
        self, store: Store, clock: Clock, templates: Templates, code: ProgramCode, audits: Audits
    ) -> None:
        self._store, self._clock, self._templates = store, clock, templates
        self._code, self._audits = code, audits
        store.own(TABLES)

    # --- release ------------------------------------------------------------------------------

    def release(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/release {}: 85019 nothing submitted, 85020 not passed, 85052 released already.

        A body other than `{}` is 47001; none at all 44002. A running grey release ends with it.
        """
        check_is_program(app)
        if body:
            raise WeixinRefusal(47001, "data format error")
        appid, audit = app["appid"], self._audits.latest(app["appid"])
        if audit is None:
            raise WeixinRefusal(85019, "no version is under auditing")
        if audit["state"] != PASSED:
            raise WeixinRefusal(85020, "status not allowed")
        if audit["is_released"]:
            raise WeixinRefusal(85052, "app is already released")
        with self._store.transaction():
            self._publish(appid, int(audit["version_id"]))
            self._store.run(
                "UPDATE audits SET is_released = 1 WHERE audit_id = ?", audit["audit_id"]
            )
            self._end_grey(appid, GREY_DONE)
        return {"errcode": 0, "errmsg": "ok"}

    def place(self, appids: list[str], template_id: object) -> None:
        """Have all of these run a template's version, as if released long ago.

        Raises ControlRefusal 400 when there is no such template.
        """
        template = self._templates.find(template_id)
        if template is None:
            raise ControlRefusal(400, "no such template")
        with self._store.transaction():
            for appid in appids:
                version_id = self._code.place(appid, template)
                self._audits.place_passed(appid, version_id)
                self._publish(appid, version_id)

    def online_everywhere(self) -> dict[str, str]:
        """The user_version that customers run, by appid; apps without any are left out."""
        rows = self._store.rows(
            "SELECT r.appid, v.user_version FROM releases r JOIN versions v ON v.id = r.version_id"
            " WHERE app_version = (SELECT max(app_version) FROM releases"
            " WHERE appid = r.appid AND is_reverted = 0)"
        )
        return {row["appid"]: row["user_version"] for row in rows}

    def _publish(self, appid: str, version_id: int) -> None:
        entry = {"appid": appid, "version_id": version_id, "released_at": self._clock.now()}
        self._store.insert("releases", entry)

    # --- grey ---------------------------------------------------------------------------------

    def grey(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/grayrelease: 85079 nothing online, 85080 no passed audit that waits, 85081
        percentage, 85082 not higher than before.

        0 per cent is allowed with one of the two flags.
        """
        check_is_program(app)
        appid = app["appid"]
        flags = [body.get(f"support_{who}_first", False) for who in ("debuger", "experiencer")]
        percentage = body.get("gray_percentage")
        if not all(isinstance(flag, bool) for flag in flags):
            raise WeixinRefusal(47001, "data format error")
        if self.online(appid) is None:
            raise WeixinRefusal(85079, "app has no online release")
        audit = self._audits.latest(appid)
        if audit is None or audit["state"] != PASSED or audit["is_released"]:
            raise WeixinRefusal(85080, "app has no approved release")
        least = 0 if any(flags) else 1
        if isinstance(percentage, bool) or not isinstance(percentage, int):
            raise WeixinRefusal(85081, "invalid gray percentage")
        if not least <= percentage <= 100:
            raise WeixinRefusal(85081, "invalid gray percentage")
        before = self._running(appid)
        if before is not None and percentage <= before["percentage"]:
            raise WeixinRefusal(85082, "gray percentage must be higher than before")
        created = before["created_at"] if before else self._clock.now()
        values = (percentage, *(int(flag) for flag in flags), GREY_RUNNING, created)
        self._store.run(
            "INSERT OR REPLACE INTO greys VALUES (?, ?, ?, ?, ?, ?, ?)",
            appid,
            audit["version_id"],
            *values,
        )
        return {"errcode": 0, "errmsg": "ok"}

    def grey_plan(self, app: Row) -> dict[str, Any]:
        """GET /wxa/getgrayreleaseplan: status 0 none, 1 running, 3 finished, 4 cancelled."""
        check_is_program(app)
        row = self._store.find("SELECT * FROM greys WHERE appid = ?", app["appid"])
        plan = {
            "status": row["status"] if row else GREY_NONE,
            "create_timestamp": int(row["created_at"]) if row else 0,
            "gray_percentage": row["percentage"] if row else 0,
            "support_debuger_first": bool(row["debuggers_first"]) if row else False,
            "support_experiencer_first": bool(row["experiencers_first"]) if row else False,
        }
        return {"errcode": 0, "errmsg": "ok", "gray_release_plan": plan}

    def cancel_grey(self, app: Row) -> dict[str, Any]:
        """GET /wxa/revertgrayrelease: 85021 when no grey release is running."""
        check_is_program(app)
        if not self._end_grey(app["appid"], GREY_CANCELLED):
            raise WeixinRefusal(85021, "status not allowed to change")
        return {"errcode": 0, "errmsg": "ok"}

    def _running(self, appid: str) -> Row | None:
        sql = "SELECT * FROM greys WHERE appid = ? AND status = ?"
        return self._store.find(sql, appid, GREY_RUNNING)

    def _end_grey(self, appid: str, status: int) -> int:
        sql = "UPDATE greys SET status = ? WHERE appid = ? AND status = ?"
        return self._store.run(sql, status, appid, GREY_RUNNING)

    # --- rollback -----------------------------------------------------------------------------

    def revert(self, app: Row, query: Query) -> dict[str, Any]:
        """GET /wxa/revertcoderelease: one step back, once. 87011 grey is running, 87012 cannot.

        `action=get_history_version` lists what it may go back to; `app_version` names one of it.
        """
        check_is_program(app)
        history = self.history(app["appid"])
        if query.get("action") == "get_history_version":
            return {"errcode": 0, "errmsg": "ok", "version_list": history}
        if self._running(app["appid"]) is not None:
            raise WeixinRefusal(87011, "gray release is in progress")
        now, wanted = self.online(app["appid"]), query.get("app_version")
        chosen = [one for one in history if wanted in (None, "0", str(one["app_version"]))]
        if now is None or now["is_rollback"] or not chosen:
            raise WeixinRefusal(87012, "this version can not revert")
        with self._store.transaction():
            target = int(chosen[0]["app_version"])
            self._store.run(
                "UPDATE releases SET is_reverted = 1 WHERE appid = ? AND app_version > ?",
                app["appid"],
                target,
            )
            sql = "UPDATE releases SET is_rollback = 1 WHERE app_version = ?"
            self._store.run(sql, target)
        return {"errcode": 0, "errmsg": "ok"}

    def history(self, appid: str) -> list[dict[str, Any]]:
        """Versions before the one online, newest first, at most 10."""
        rows = self._store.rows(
            "SELECT * FROM releases JOIN versions ON versions.id = version_id"
            " WHERE releases.appid = ? AND is_reverted = 0 ORDER BY app_version DESC LIMIT 11",
            appid,
        )
        return [
            {
                "commit_time": int(row["committed_at"]),
                "user_version": row["user_version"],
                "user_desc": row["user_desc"],
                "app_version": row["app_version"],
            }
            for row in rows[1:]
        ]

    def online(self, appid: str) -> Row | None:
        """The release that customers run; None before the first."""
        return self._store.find(
            "SELECT * FROM releases WHERE appid = ? AND is_reverted = 0"
            " ORDER BY app_version DESC LIMIT 1",
            appid,
        )

    # --- all versions -------------------------------------------------------------------------

    def versions(self, app: Row, _: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/getversioninfo {}: exp_info, release_info; each absent when there is none."""
        check_is_program(app)
        answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        trial, online = self._code.latest(app["appid"]), self.online(app["appid"])
        if trial is not None:
            answer["exp_info"] = _about("exp", trial, trial["committed_at"])
        if online is not None:
            version = self._code.version(online["version_id"])
            answer["release_info"] = _about("release", version, online["released_at"])
        return answer

    def describe(self, appid: str) -> dict[str, Any]:
        """The whole code state of one app, for the control API."""
        trial, audit, online = (
            self._code.latest(appid),
            self._audits.latest(appid),
            self.online(appid),
        )
        grey = self._running(appid)
        return {
            "trial": _shown(trial) if trial else None,
            "audit": self._audits.describe(audit) if audit else None,
            "released": (
                _shown(self._code.version(online["version_id"]))
                | {"app_version": online["app_version"], "is_rollback": bool(online["is_rollback"])}
                if online
                else None
            ),
            "history": self.history(appid),
            "grey": (
                _shown(self._code.version(grey["version_id"])) | {"percentage": grey["percentage"]}
                if grey
                else None
            ),
        }


def _about(prefix: str, version: Row, moment: float) -> dict[str, Any]:
    return {
        f"{prefix}_time": int(moment),
        f"{prefix}_version": version["user_version"],
        f"{prefix}_desc": version["user_desc"],
    }


def _shown(version: Row) -> dict[str, Any]:
    names = ("template_id", "user_version", "user_desc", "committed_at", "detected_at")
    return {name: version[name] for name in names} | {"ext_json": json.loads(version["ext_json"])}

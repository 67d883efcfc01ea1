"""Audits of code: submitted, decided, withdrawn, hurried (CONTRACT §3.6)."""

import json
from typing import Any

from .agenda import Agenda
from .app_pushes import AppPushes
from .apps import Apps
from .audit_pool import AuditPool, day_of, month_of
from .clock import Clock
from .domains import check_is_program
from .doors import Query
from .media import Media
from .pictures import plate
from .profiles import Profiles
from .program_code import ProgramCode, pages_of
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store
from .submissions import Submissions

PASSED, REFUSED, IN_REVIEW, WITHDRAWN, DELAYED = 0, 1, 2, 3, 4
STATE_NAMES = {
    PASSED: "passed",
    REFUSED: "refused",
    IN_REVIEW: "in_review",
    WITHDRAWN: "withdrawn",
    DELAYED: "delayed",
}
OPEN_STATES = (IN_REVIEW, DELAYED)
DECISIONS = ("pass", "refuse", "delay")
MOST_SCREENSHOTS = 9
FIRST_ID = 440000000
PLATFORM_BLOCKS = (0, 86008, 86009, 86010)
REASON = "1:帐号信息不合规范:<br>(1):小程序功能与所选类目不符，请调整后重新提交<br>"
DELAY_REASON = (
    "为了更好的服务小程序，您的服务商正在进行提审系统的优化，可能会导致审核时效的增长，请耐心等待"
)
SETTINGS: dict[str, Any] = {
    "audit_decision": "manual",
    "audit_after_seconds": 60,
    "withdrawals_a_day": 5,
    "withdrawals_a_month": 10,
    "platform_audit_block": 0,
}
CHOICES = {"audit_decision": ("manual", "pass"), "platform_audit_block": PLATFORM_BLOCKS}
TABLES = """
CREATE TABLE IF NOT EXISTS audits (
  audit_id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, version_id INTEGER NOT NULL,
  state INTEGER NOT NULL, reason TEXT NOT NULL, screenshots TEXT NOT NULL, body TEXT NOT NULL,
  submitted_at REAL NOT NULL, decided_at REAL, is_hurried INTEGER NOT NULL DEFAULT 0,
  is_released INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS audits_of ON audits (appid, audit_id);
CREATE INDEX IF NOT EXISTS audits_waiting ON audits (state, audit_id);
"""


class Audits:
    """At most one audit of an app is open: in review or delayed."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        agenda: Agenda,
        *,
        apps: Apps,
        profiles: Profiles,
        code: ProgramCode,
        media: Media,
        pool: AuditPool,
        submissions: Submissions,
        pushes: AppPushes,
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._apps, self._profiles, self._code = apps, profiles, code
        self._media, self._pool = media, pool
        self._submissions, self._pushes = submissions, pushes
        store.own(TABLES, SETTINGS, CHOICES)
        agenda.handle("audit", self._pass_due)

    # --- submitting ---------------------------------------------------------------------------

    def submit(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/submit_audit → auditid, a number. The errcodes are listed in the README."""
        check_is_program(app)
        appid = str(app["appid"])
        self._check_blocks(app)
        version, latest = self._code.trial(appid), self.latest(appid)
        if latest is not None and latest["state"] in OPEN_STATES:
            raise WeixinRefusal(85009, "already submit a version under auditing")
        if latest is not None and (latest["version_id"], latest["state"]) == (
            version["id"],
            PASSED,
        ):
            raise WeixinRefusal(85086, "must commit before submit audit")
        self._check_code(version, body)
        self._submissions.check(
            app,
            body,
            pages_of(version),
            is_first=self._is_first(appid),
            was_refused=latest is not None and latest["state"] == REFUSED,
        )
        with self._store.transaction():
            if self._pool.left("audit") == 0:
                raise WeixinRefusal(85085, "submit audit reach limit this month")
            self._pool.use("audit")
            audit_id = self._add(appid, int(version["id"]), body)
            settings = self._store.settings()
            if settings["audit_decision"] == "pass":
                wait = float(settings["audit_after_seconds"])
                self._agenda.add("audit", str(audit_id), after_seconds=wait)
        return {"errcode": 0, "errmsg": "ok", "auditid": audit_id}

    def _check_blocks(self, app: Row) -> None:
        profile = self._profiles.of(app)
        if profile.audit_block:
            raise WeixinRefusal(profile.audit_block, "this app may not submit")
        block, is_first = (
            self._store.settings()["platform_audit_block"],
            self._is_first(app["appid"]),
        )
        if block == 86008 or block == (86009 if is_first else 86010):
            raise WeixinRefusal(block, "the platform may not submit")
        if not (profile.has_head_img and profile.signature and app["name"]):
            raise WeixinRefusal(86002, "app is not init completed")

    def _check_code(self, version: Row, body: dict[str, Any]) -> None:
        forbidden, undeclared = self._code.findings(version)
        declared = [name for name in forbidden if name not in undeclared]
        if declared or (undeclared and body.get("privacy_api_not_use") is not True):
            names = ",".join(declared or undeclared)
            raise WeixinRefusal(61040, f"隐私接口 {names} 无权限或未在 ext.json 中配置")
        package, ext = json.loads(version["package"]), json.loads(version["ext_json"])
        if package["uses_navigation"] and not ext.get("navigateToMiniProgramAppIdList"):
            raise WeixinRefusal(85087, "navigateToMiniProgramAppIdList is required")

    def _is_first(self, appid: str) -> bool:
        sql = "SELECT 1 FROM audits WHERE appid = ? AND state = ? LIMIT 1"
        return self._store.find(sql, appid, PASSED) is None

    def _add(self, appid: str, version_id: int, body: dict[str, Any]) -> int:
        last = self._store.number("SELECT max(audit_id) FROM audits")
        entry = {
            "audit_id": max(last, FIRST_ID) + 1,
            "appid": appid,
            "version_id": version_id,
            "state": IN_REVIEW,
            "reason": "",
            "screenshots": "",
            "body": json.dumps(body, ensure_ascii=False),
            "submitted_at": self._clock.now(),
        }
        return self._store.insert("audits", entry)

    def place_passed(self, appid: str, version_id: int) -> None:
        """An audit that passed and was released long ago; the month's pool knows nothing of it."""
        audit_id = self._add(appid, version_id, {})
        sql = "UPDATE audits SET state = ?, decided_at = ?, is_released = 1 WHERE audit_id = ?"
        self._store.run(sql, PASSED, self._clock.now(), audit_id)

    # --- asking -------------------------------------------------------------------------------

    def status(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/get_auditstatus {auditid}: a number or its text. 85012 not one of this app.

        Its failure carries empty `status`, `reason` and `screenshot` too.
        """
        check_is_program(app)
        audit = self._find(app["appid"], body.get("auditid"))
        if audit is None:
            empty = {"status": 0, "reason": "", "screenshot": ""}
            raise WeixinRefusal(85012, "invalid audit id", beside=empty)
        return {"errcode": 0, "errmsg": "ok", **self._described(audit, "screenshot")}

    def latest_status(self, app: Row) -> dict[str, Any]:
        """GET /wxa/get_latest_auditstatus: auditid is a text and ScreenShot has capitals here.

        85058 when nothing was ever submitted.
        """
        check_is_program(app)
        audit = self.latest(app["appid"])
        if audit is None:
            raise WeixinRefusal(85058, "no valid audit_id exist")
        told = {"auditid": str(audit["audit_id"]), **self._described(audit, "ScreenShot")}
        return {"errcode": 0, "errmsg": "ok", **told}

    def _described(self, audit: Row, screenshots: str) -> dict[str, Any]:
        told: dict[str, Any] = {"status": audit["state"]}
        if audit["state"] in (REFUSED, DELAYED):
            told["reason"] = audit["reason"]
        if audit["state"] == REFUSED:
            told[screenshots] = audit["screenshots"]
        version = self._code.version(audit["version_id"])
        return {
            **told,
            "user_version": version["user_version"],
            "user_desc": version["user_desc"],
            "submit_audit_time": int(audit["submitted_at"]),
        }

    def latest(self, appid: str) -> Row | None:
        sql = "SELECT * FROM audits WHERE appid = ? ORDER BY audit_id DESC LIMIT 1"
        return self._store.find(sql, appid)

    def _find(self, appid: str, audit_id: object) -> Row | None:
        if isinstance(audit_id, str) and audit_id.isascii() and audit_id.isdigit():
            audit_id = int(audit_id[:18])
        if isinstance(audit_id, bool) or not isinstance(audit_id, int) or abs(audit_id) >= 2**63:
            return None
        sql = "SELECT * FROM audits WHERE audit_id = ? AND appid = ?"
        return self._store.find(sql, audit_id, appid)

    # --- withdrawing and hurrying -------------------------------------------------------------

    def withdraw(self, app: Row) -> dict[str, Any]:
        """GET /wxa/undocodeaudit: 85019 nothing in review, 87013 too often (day, month)."""
        check_is_program(app)
        appid, now, settings = app["appid"], self._clock.now(), self._store.settings()
        audit = self.latest(appid)
        if audit is None or audit["state"] not in OPEN_STATES:
            raise WeixinRefusal(85019, "no version is under auditing")
        rows = self._store.rows(
            "SELECT decided_at FROM audits WHERE appid = ? AND state = ?", appid, WITHDRAWN
        )
        days = [day_of(row["decided_at"]) for row in rows]
        months = [month_of(row["decided_at"]) for row in rows]
        if (
            days.count(day_of(now)) >= settings["withdrawals_a_day"]
            or months.count(month_of(now)) >= settings["withdrawals_a_month"]
        ):
            raise WeixinRefusal(87013, "undo code audit reach limit")
        with self._store.transaction():
            self._end(audit, WITHDRAWN)
        return {"errcode": 0, "errmsg": "ok"}

    def quota(self, app: Row, _: Query) -> dict[str, Any]:
        """GET /wxa/queryquota: the same figures whichever app asks."""
        check_is_program(app)
        return {
            "errcode": 0,
            "errmsg": "ok",
            "rest": self._pool.left("audit"),
            "limit": self._pool.limit("audit"),
            "speedup_rest": self._pool.left("speedup"),
            "speedup_limit": self._pool.limit("speedup"),
        }

    def hurry(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/speedupaudit {auditid}: 85012, 89402 not waiting, 89404 again, 89405 spent."""
        check_is_program(app)
        audit = self._find(app["appid"], body.get("auditid"))
        if audit is None:
            raise WeixinRefusal(85012, "invalid audit id")
        if audit["state"] not in OPEN_STATES:
            raise WeixinRefusal(89402, "audit is not in the queue")
        if audit["is_hurried"]:
            raise WeixinRefusal(89404, "audit is hurried already")
        with self._store.transaction():
            if self._pool.left("speedup") == 0:
                raise WeixinRefusal(89405, "no speedup quota left this month")
            self._pool.use("speedup")
            sql = "UPDATE audits SET is_hurried = 1 WHERE audit_id = ?"
            self._store.run(sql, audit["audit_id"])
        return {"errcode": 0, "errmsg": "ok"}

    # --- deciding -----------------------------------------------------------------------------

    def decide(self, appid: str, decision: str, reason: str = "", screenshots: int = 0) -> Row:
        """What a reviewer does to the open audit; it is pushed to the app's message URL.

        Raises ControlRefusal 400 for nonsense, 404 for the app, 409 when nothing is open.
        """
        self._apps.known(appid)
        if decision not in DECISIONS or not 0 <= screenshots <= MOST_SCREENSHOTS:
            raise ControlRefusal(400, f"decision: {', '.join(DECISIONS)}; screenshots: 0 to 9")
        audit = self.latest(appid)
        if audit is None or audit["state"] not in OPEN_STATES:
            raise ControlRefusal(409, "no audit of this app is open")
        now = int(self._clock.now())
        with self._store.transaction():
            if decision == "pass":
                self._end(audit, PASSED)
                fields: dict[str, Any] = {"Event": "weapp_audit_success", "SuccTime": now}
            elif decision == "delay":
                self._end(audit, DELAYED, reason or DELAY_REASON)
                fields = {"Event": "weapp_audit_delay", "Reason": reason or DELAY_REASON}
                fields["DelayTime"] = now
            else:
                shots = "|".join(self._screenshot(audit, n) for n in range(screenshots))
                self._end(audit, REFUSED, reason or REASON, shots)
                fields = {"Event": "weapp_audit_fail", "Reason": reason or REASON}
                fields |= {"FailTime": now, "ScreenShot": shots}
            self._pushes.send(appid, fields)
        return audit

    def _screenshot(self, audit: Row, number: int) -> str:
        picture = plate(f"{audit['audit_id']} {number}", 360, 640)
        name = f"audit-{audit['audit_id']}-{number + 1}.png"
        return self._media.add(audit["appid"], picture, name=name, life_seconds=None)

    def _end(self, audit: Row, state: int, reason: str = "", screenshots: str = "") -> None:
        self._store.run(
            "UPDATE audits SET state = ?, reason = ?, screenshots = ?, decided_at = ?"
            " WHERE audit_id = ?",
            state,
            reason,
            screenshots,
            self._clock.now(),
            audit["audit_id"],
        )

    async def _pass_due(self, entry_id: int, reference: str) -> None:
        audit = self._store.find("SELECT * FROM audits WHERE audit_id = ?", int(reference))
        with self._store.transaction():
            self._agenda.done(entry_id)
            if audit is not None and audit["state"] in OPEN_STATES:
                self.decide(str(audit["appid"]), "pass")

    def describe(self, audit: Row) -> dict[str, Any]:
        """One audit as the control API shows it."""
        return {
            "auditid": audit["audit_id"],
            "state": STATE_NAMES[audit["state"]],
            "status": audit["state"],
            "reason": audit["reason"],
            "screenshots": [one for one in audit["screenshots"].split("|") if one],
            "user_version": self._code.version(audit["version_id"])["user_version"],
            "submitted_at": audit["submitted_at"],
            "decided_at": audit["decided_at"],
            "is_hurried": bool(audit["is_hurried"]),
            "is_released": bool(audit["is_released"]),
            "body": json.loads(audit["body"]),
        }

    def waiting(self) -> list[Row]:
        """Open audits, oldest first, with what a reviewer sees; at most 100."""
        return self._store.rows(
            "SELECT audits.*, apps.name, versions.user_version, versions.user_desc FROM audits"
            " JOIN apps USING (appid) JOIN versions ON versions.id = version_id"
            " WHERE audits.state IN (?, ?) ORDER BY audit_id LIMIT 100",
            *OPEN_STATES,
        )

"""Registering a mini-program for a company (CONTRACT §3.4)."""

import re
from typing import Any

from .agenda import Agenda
from .apps import Apps
from .authorisation import Authorisation
from .clock import Clock
from .component import Component
from .credentials import Credentials, text
from .profiles import Profiles
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

LIFE_SECONDS = 24 * 3600
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
WAITING, TIMED_OUT, REFUSED, CREATED, FAILED = 0, 1, 2, 12, 11
NEVER_CONFIRMED = 100003
TABLES = """
CREATE TABLE IF NOT EXISTS registrations (
  taskid TEXT PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, component_phone TEXT NOT NULL,
  status INTEGER NOT NULL, appid TEXT NOT NULL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS registrations_of ON registrations (code, status);
"""


class Registration:
    """A task waits for the legal person for 24 hours; one task at a time per company."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        agenda: Agenda,
        *,
        keys: Credentials,
        apps: Apps,
        profiles: Profiles,
        component: Component,
        authorisation: Authorisation,
    ) -> None:
        self._store, self._clock, self._agenda, self._keys = store, clock, agenda, keys
        self._apps, self._profiles = apps, profiles
        self._component, self._authorisation = component, authorisation
        store.own(TABLES)
        agenda.handle("registration", self._time_out)

    def gone(self, _: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/fastregisterweapp: switched off on 2026-04-30, answers -1."""
        raise WeixinRefusal(-1, "system error")

    def register(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/component/fastregisterenterpriseweapp?action=create|query (create without it).

        89253 a field is missing or new_version is not true, 89255 not an 18-character credit
        code, 89249 the company has a task under way, 89250 no such task.
        """
        if query.get("action") == "query":
            return self._answer(self._known(body.get("taskid")))
        if body.get("new_version") is not True:
            raise WeixinRefusal(89253, "lack of some params: new_version")
        fields = {name: body.get(name) for name in ("name", "code", "component_phone")}
        if not all(isinstance(value, str) and value for value in fields.values()):
            raise WeixinRefusal(89253, "lack of some params")
        if not CREDIT_CODE.fullmatch(str(fields["code"])):
            raise WeixinRefusal(89255, "enterprise code invalid")
        sql = "SELECT 1 FROM registrations WHERE code = ? AND status = ?"
        if self._store.find(sql, fields["code"], WAITING):
            raise WeixinRefusal(89249, "task running")
        taskid = text(32).lower()
        entry = {
            "taskid": taskid,
            **fields,
            "status": WAITING,
            "appid": "",
            "created_at": self._clock.now(),
        }
        with self._store.transaction():
            self._store.insert("registrations", entry)
            self._agenda.add("registration", taskid, after_seconds=LIFE_SECONDS)
        return self._answer(self._known(taskid))

    def _answer(self, task: Row) -> dict[str, Any]:
        url = f"{self._keys.handed['api_base']}/wxaopen/registration?taskid={task['taskid']}"
        told = {"taskid": task["taskid"], "authorize_url": url, "status": task["status"]}
        return {"errcode": 0, "errmsg": "ok", **told}

    def _known(self, taskid: object) -> Row:
        task = self.find(str(taskid))
        if task is None:
            raise WeixinRefusal(89250, "task not found")
        return task

    def find(self, taskid: str) -> Row | None:
        return self._store.find("SELECT * FROM registrations WHERE taskid = ?", taskid)

    def all(self) -> list[Row]:
        """The newest tasks, at most 40."""
        return self._store.rows("SELECT * FROM registrations ORDER BY created_at DESC LIMIT 40")

    # --- the legal person ---------------------------------------------------------------------

    def consent(self, taskid: str) -> str:
        """The legal person agrees: the new appid, pushed with an auth code, not certified yet."""
        task = self._open(taskid)
        with self._store.transaction():
            app = self._apps.add(task["name"][:40], principal=task["name"])
            row = self._apps.known(str(app["appid"]))
            self._profiles.change(row, has_head_img=False, signature="", is_verified=False)
            code = self._authorisation.grant_new(row)
            self._end(task, CREATED, str(app["appid"]))
            self._tell(task, status=0, message="OK", appid=str(app["appid"]), auth_code=code)
        return str(app["appid"])

    def refuse(self, taskid: str) -> None:
        """The legal person refuses; WeChat pushes nothing, the query tells status 2."""
        self._end(self._open(taskid), REFUSED)

    def fail(self, taskid: str, status: int, message: str) -> None:
        """WeChat itself refuses, with any status of its list."""
        task = self._open(taskid)
        if status == 0:
            raise ControlRefusal(400, "status of a failure cannot be 0")
        with self._store.transaction():
            self._end(task, FAILED)
            self._tell(task, status=status, message=message)

    async def _time_out(self, entry_id: int, taskid: str) -> None:
        task = self.find(taskid)
        with self._store.transaction():
            self._agenda.done(entry_id)
            if task is not None and task["status"] == WAITING:
                self._end(task, TIMED_OUT)
                self._tell(task, status=NEVER_CONFIRMED, message="法人并未确认且已超时（24h）")

    def _open(self, taskid: str) -> Row:
        task = self.find(taskid)
        if task is None:
            raise ControlRefusal(404, "no such registration")
        if task["status"] != WAITING:
            raise ControlRefusal(409, "this registration has ended")
        return task

    def _end(self, task: Row, status: int, appid: str = "") -> None:
        sql = "UPDATE registrations SET status = ?, appid = ? WHERE taskid = ?"
        self._store.run(sql, status, appid, task["taskid"])

    def _tell(
        self, task: Row, *, status: int, message: str, appid: str = "", auth_code: str = ""
    ) -> None:
        info = {"name": task["name"], "code": task["code"], "code_type": 1}
        fields: dict[str, Any] = {"InfoType": "notify_third_fasteregister", "appid": appid}
        fields |= {"status": status, "auth_code": auth_code, "msg": message}
        info |= {"component_phone": task["component_phone"]}
        self._component.tell({**fields, "info": info})

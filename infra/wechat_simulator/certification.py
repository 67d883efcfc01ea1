"""Certifying a mini-program through a company that checks papers (CONTRACT §3.4)."""

import json
from typing import Any

from .apps import Apps
from .clock import Clock
from .component import Component
from .credentials import text
from .profiles import Profiles
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

APPLY_PASSED, APPLY_FAILED, TASK_DONE = 4, 5, 15
TABLES = """
CREATE TABLE IF NOT EXISTS certifications (
  taskid TEXT PRIMARY KEY, appid TEXT NOT NULL, task_status INTEGER NOT NULL,
  apply_status INTEGER NOT NULL, data TEXT NOT NULL, created_at REAL NOT NULL);
"""


class Certification:
    """`/wxa/sec/wxaauth` and its result; the papers themselves are not read."""

    def __init__(
        self, store: Store, clock: Clock, apps: Apps, profiles: Profiles, component: Component
    ) -> None:
        self._store, self._clock = store, clock
        self._apps, self._profiles, self._component = apps, profiles, component
        store.own(TABLES)

    def apply(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/wxaauth {auth_data{customer_type, contact_info…}} → taskid."""
        data = body.get("auth_data")
        if not isinstance(data, dict) or not isinstance(data.get("customer_type"), int):
            raise WeixinRefusal(40097, "invalid args: auth_data")
        if not isinstance(data.get("contact_info"), dict):
            raise WeixinRefusal(40097, "invalid args: contact_info")
        taskid = text(32).lower()
        entry = {
            "taskid": taskid,
            "appid": app["appid"],
            "task_status": 0,
            "apply_status": 0,
            "data": json.dumps(data, ensure_ascii=False),
            "created_at": self._clock.now(),
        }
        with self._store.transaction():
            self._store.insert("certifications", entry)
            self._tell(app["appid"], taskid, 0, 0, "资料检验成功，等待管理员授权")
        return {"errcode": 0, "errmsg": "ok", "taskid": taskid}

    def status(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/queryauth {taskid}: 40097 for a task of another app."""
        task = self._find(str(body.get("taskid", "")))
        if task is None or task["appid"] != app["appid"]:
            raise WeixinRefusal(40097, "invalid args: taskid")
        told = {name: task[name] for name in ("task_status", "apply_status", "appid")}
        return {"errcode": 0, "errmsg": "ok", **told}

    def decide(self, taskid: str, *, is_passed: bool) -> None:
        """The certifying company decides; the app becomes verified, or not."""
        task = self._find(taskid)
        if task is None:
            raise ControlRefusal(404, "no such certification")
        if task["apply_status"] != 0:
            raise ControlRefusal(409, "this certification has ended")
        status = APPLY_PASSED if is_passed else APPLY_FAILED
        with self._store.transaction():
            self._store.run(
                "UPDATE certifications SET task_status = ?, apply_status = ? WHERE taskid = ?",
                TASK_DONE,
                status,
                taskid,
            )
            if is_passed:
                self._profiles.change(self._apps.known(task["appid"]), is_verified=True)
            words = "认证成功" if is_passed else "认证失败"
            self._tell(task["appid"], taskid, TASK_DONE, status, words)

    def waiting(self) -> list[Row]:
        sql = "SELECT * FROM certifications WHERE apply_status = 0 LIMIT 40"
        return self._store.rows(sql)

    def _find(self, taskid: str) -> Row | None:
        return self._store.find("SELECT * FROM certifications WHERE taskid = ?", taskid)

    def _tell(self, appid: str, taskid: str, task: int, apply: int, message: str) -> None:
        fields = {"InfoType": "notify_3rd_wxa_auth", "appid": appid, "task_status": task}
        self._component.tell(
            {**fields, "message": message, "taskid": taskid, "apply_status": apply}
        )

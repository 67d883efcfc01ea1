"""The privacy guide of an app, and the interfaces that need permission (CONTRACT §3.5)."""

import json
from typing import Any

from .app_pushes import AppPushes
from .apps import Apps
from .clock import Clock
from .domains import check_is_program
from .program_code import ProgramCode
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

CONTACTS = ("contact_email", "contact_phone", "contact_qq", "contact_weixin")
OWNER_FIELDS = (*CONTACTS, "store_expire_timestamp", "ext_file_media_id", "notice_method")
DESCRIPTIONS = {
    "UserInfo": "用户信息（微信昵称、头像）",
    "Location": "位置信息",
    "Address": "地址",
    "Invoice": "发票信息",
    "RunData": "微信运动数据",
    "Record": "麦克风",
    "Album": "选中的照片或视频信息",
    "Camera": "摄像头",
    "PhoneNumber": "手机号",
    "Contact": "通讯录（仅写入）权限",
    "DeviceInfo": "设备信息",
    "EXIDNumber": "身份证号码",
    "EXOrderInfo": "订单信息",
    "EXUserPublishContent": "发布内容",
    "EXUserFollowAcct": "所关注账号",
    "EXUserOpLog": "操作日志",
    "AlbumWriteOnly": "相册（仅写入）权限",
    "LicensePlate": "车牌号",
    "BlueTooth": "蓝牙",
    "CalendarWriteOnly": "日历（仅写入）权限",
    "Email": "邮箱",
    "MessageFile": "选中的文件",
    "ChooseLocation": "选择的位置信息",
    "Clipboard": "剪切板",
}
INTERFACES = {
    "wx.chooseAddress": "获取用户收货地址",
    "wx.choosePoi": "选择位置，支持模糊定位（精确到市）和精确定位混选",
    "wx.getLocation": "获取当前的地理位置、速度",
    "wx.onLocationChange": "监听实时地理位置变化事件",
    "wx.chooseLocation": "打开地图选择位置",
    "wx.getFuzzyLocation": "获取当前的模糊地理位置",
}
OPEN_TO_ALL = ("wx.chooseAddress",)
NOT_APPLIED, IN_REVIEW, REFUSED, GRANTED = 1, 3, 4, 5
PUSHED_STATUS = {REFUSED: 2, GRANTED: 3}
TABLES = """
CREATE TABLE IF NOT EXISTS privacy_guides (
  appid TEXT NOT NULL, version INTEGER NOT NULL, owner TEXT NOT NULL, purposes TEXT NOT NULL,
  updated_at REAL NOT NULL, PRIMARY KEY (appid, version));
CREATE TABLE IF NOT EXISTS privacy_interfaces (
  audit_id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, api_name TEXT NOT NULL,
  content TEXT NOT NULL, status INTEGER NOT NULL, reason TEXT NOT NULL, applied_at REAL NOT NULL,
  decided_at REAL);
CREATE INDEX IF NOT EXISTS privacy_interfaces_of ON privacy_interfaces (appid, api_name);
"""


class Privacy:
    """Guide version 1 belongs to the released code, 2 to the trial version."""

    def __init__(
        self, store: Store, clock: Clock, apps: Apps, code: ProgramCode, pushes: AppPushes
    ) -> None:
        self._store, self._clock, self._apps = store, clock, apps
        self._code, self._pushes = code, pushes
        store.own(TABLES)
        code.ask_permissions(self.is_granted)

    # --- the guide ----------------------------------------------------------------------------

    def set_guide(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/setprivacysetting.

        40097 without a contact, without notice_method, for an unknown privacy_key or an empty
        privacy_text; both owner_setting and setting_list replace what was there.
        """
        check_is_program(app)
        owner, purposes = body.get("owner_setting"), body.get("setting_list", [])
        if not isinstance(owner, dict) or not isinstance(purposes, list):
            raise WeixinRefusal(47001, "data format error")
        texts = {name: str(owner.get(name) or "") for name in OWNER_FIELDS}
        if not any(texts[name] for name in CONTACTS) or not texts["notice_method"]:
            raise WeixinRefusal(40097, "invalid args: a contact and notice_method are required")
        told = [_purpose(entry) for entry in purposes]
        self._store.run(
            "INSERT OR REPLACE INTO privacy_guides VALUES (?, ?, ?, ?, ?)",
            app["appid"],
            _version(body),
            json.dumps(texts, ensure_ascii=False),
            json.dumps(told, ensure_ascii=False),
            self._clock.now(),
        )
        return {"errcode": 0, "errmsg": "ok"}

    def guide(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/getprivacysetting: what is declared and what the code uses."""
        check_is_program(app)
        row = self._row(app["appid"], _version(body))
        purposes: list[tuple[str, str]] = json.loads(row["purposes"]) if row else []
        used, declared = self._code.privacy_keys(app["appid"]), {key for key, _ in purposes}
        missing = [(key, "") for key in used or () if key not in declared]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "code_exist": 0 if used is None else 1,
            "privacy_list": list(used or ()),
            "setting_list": [
                {"privacy_key": key, "privacy_text": text, "privacy_label": ""}
                for key, text in [*purposes, *missing]
            ],
            "update_time": int(row["updated_at"]) if row else 0,
            "owner_setting": json.loads(row["owner"]) if row else dict.fromkeys(OWNER_FIELDS, ""),
            "privacy_desc": {
                "privacy_desc_list": [
                    {"privacy_key": key, "privacy_desc": text} for key, text in DESCRIPTIONS.items()
                ]
            },
        }

    def _row(self, appid: str, version: int) -> Row | None:
        sql = "SELECT * FROM privacy_guides WHERE appid = ? AND version = ?"
        return self._store.find(sql, appid, version)

    # --- interfaces that need permission ------------------------------------------------------

    def apply(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/security/apply_privacy_interface {api_name, content, pic_list?…}.

        40097 for an unknown api_name or no content, 61041 when it is granted or in review.
        """
        check_is_program(app)
        name, content = body.get("api_name"), body.get("content")
        if name not in INTERFACES or not isinstance(content, str) or not content:
            raise WeixinRefusal(40097, "invalid args")
        latest = self._latest(app["appid"], str(name))
        if name in OPEN_TO_ALL or (latest and latest["status"] in (IN_REVIEW, GRANTED)):
            raise WeixinRefusal(61041, "the interface is granted or in review already")
        entry = {
            "appid": app["appid"],
            "api_name": name,
            "content": content,
            "status": IN_REVIEW,
            "reason": "",
            "applied_at": self._clock.now(),
        }
        audit_id = 421600000 + self._store.insert("privacy_interfaces", entry)
        return {"errcode": 0, "errmsg": "ok", "audit_id": audit_id}

    def interfaces(self, app: Row) -> dict[str, Any]:
        """GET /wxa/security/get_privacy_interface: each with its status and, if refused, why."""
        check_is_program(app)
        shown = [self._shown(app["appid"], name) for name in INTERFACES]
        return {"errcode": 0, "errmsg": "ok", "interface_list": shown}

    def _shown(self, appid: str, name: str) -> dict[str, Any]:
        latest = self._latest(appid, name)
        status = latest["status"] if latest else GRANTED if name in OPEN_TO_ALL else NOT_APPLIED
        about = {
            "api_name": name,
            "api_ch_name": INTERFACES[name],
            "api_desc": INTERFACES[name],
            "status": status,
            "group_name": "地理位置",
        }
        if latest is None:
            return about
        about |= {"apply_time": int(latest["applied_at"]), "audit_id": _audit_id(latest)}
        return about | ({"fail_reason": latest["reason"]} if status == REFUSED else {})

    def is_granted(self, appid: str, name: str) -> bool:
        """Whether the app may use this interface now."""
        latest = self._latest(appid, name)
        return name in OPEN_TO_ALL or (latest is not None and latest["status"] == GRANTED)

    def decide(self, appid: str, name: str, reason: str | None) -> None:
        """Grant an interface in review, or refuse it; pushed as wxa_privacy_apply."""
        self._apps.known(appid)
        row = self._latest(appid, name)
        if row is None or row["status"] != IN_REVIEW:
            raise ControlRefusal(409, f"{name} is not in review")
        status, now = GRANTED if reason is None else REFUSED, self._clock.now()
        result = {
            "api_name": name,
            "apply_time": int(row["applied_at"]),
            "audit_id": _audit_id(row),
            "audit_time": int(now),
            "reason": reason or "",
            "status": PUSHED_STATUS[status],
        }
        with self._store.transaction():
            self._store.run(
                "UPDATE privacy_interfaces SET status = ?, reason = ?, decided_at = ?"
                " WHERE audit_id = ?",
                status,
                reason or "",
                now,
                row["audit_id"],
            )
            self._pushes.send(appid, {"Event": "wxa_privacy_apply", "result_info": result})

    def in_review(self) -> list[Row]:
        """Applications that wait, for the control page."""
        sql = "SELECT * FROM privacy_interfaces WHERE status = ? ORDER BY audit_id DESC LIMIT 40"
        return self._store.rows(sql, IN_REVIEW)

    def describe(self, appid: str) -> dict[str, Any]:
        """What the control API shows of one app."""
        row = self._row(appid, 2)
        granted = [name for name in INTERFACES if self.is_granted(appid, name)]
        purposes = json.loads(row["purposes"]) if row else []
        return {
            "owner_setting": json.loads(row["owner"]) if row else None,
            "settings": [{"privacy_key": key, "privacy_text": text} for key, text in purposes],
            "granted_interfaces": granted,
        }

    def _latest(self, appid: str, name: str) -> Row | None:
        return self._store.find(
            "SELECT * FROM privacy_interfaces WHERE appid = ? AND api_name = ?"
            " ORDER BY audit_id DESC LIMIT 1",
            appid,
            name,
        )


def _audit_id(row: Row) -> int:
    return 421600000 + int(row["audit_id"])


def _version(body: dict[str, Any]) -> int:
    version = body.get("privacy_ver", 2)
    if version not in (1, 2):
        raise WeixinRefusal(40097, "invalid args: privacy_ver")
    return int(version)


def _purpose(entry: object) -> tuple[str, str]:
    if not isinstance(entry, dict):
        raise WeixinRefusal(47001, "data format error")
    key, text = entry.get("privacy_key"), entry.get("privacy_text")
    if key not in DESCRIPTIONS or not isinstance(text, str) or not text:
        raise WeixinRefusal(40097, f"invalid args: privacy_key {key}")
    return str(key), text

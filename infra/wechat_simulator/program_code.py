"""One app's code: the trial version, and what detection finds in it (CONTRACT §3.6)."""

import json
from collections.abc import Callable
from typing import Any

from . import ext_json
from .clock import Clock
from .domains import check_is_program
from .doors import Picture, Query, Upload
from .media import Media
from .refusals import WeixinRefusal
from .store import Row, Store
from .templates import LONGEST_VERSION, STANDARD, Templates

MOST_PICTURE_BYTES = 2 * 1024 * 1024
MOST_VIDEO_BYTES = 10 * 1024 * 1024
SETTINGS = {"detection_seconds": 5}
TABLES = """
CREATE TABLE IF NOT EXISTS versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, template_id INTEGER NOT NULL,
  user_version TEXT NOT NULL, user_desc TEXT NOT NULL, ext_json TEXT NOT NULL,
  package TEXT NOT NULL, committed_at REAL NOT NULL, detected_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS versions_of ON versions (appid, id);
"""
Permission = Callable[[str, str], bool]
Draw = Callable[[str], bytes]


class ProgramCode:
    """The newest row of `versions` is the trial version; `package` is that of the template."""

    def __init__(
        self, store: Store, clock: Clock, templates: Templates, media: Media, draw: Draw, base: str
    ) -> None:
        self._store, self._clock = store, clock
        self._templates, self._media = templates, media
        self._draw, self._base = draw, base
        self._is_granted: Permission = lambda _appid, _name: False
        store.own(TABLES, SETTINGS)

    def ask_permissions(self, is_granted: Permission) -> None:
        """Who knows which interfaces an app may use; called once, while all is put together."""
        self._is_granted = is_granted

    # --- commit -------------------------------------------------------------------------------

    def commit(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/commit: a new trial version, whose detection starts anew.

        85014 no such template, 85043 broken, 85044 too large, and those of `ext_json.read`.
        """
        check_is_program(app)
        template = self._templates.find(body.get("template_id"))
        if template is None:
            raise WeixinRefusal(85014, "invalid template_id")
        version, description = body.get("user_version"), body.get("user_desc", "")
        if not isinstance(version, str) or not 0 < len(version) <= LONGEST_VERSION:
            raise WeixinRefusal(40097, "invalid args: user_version")
        if not isinstance(description, str):
            raise WeixinRefusal(40097, "invalid args: user_desc")
        package = json.loads(template["package"])
        if package["is_broken"]:
            raise WeixinRefusal(85043, "template error")
        if package["is_too_large"]:
            raise WeixinRefusal(85044, "package exceed max limit")
        is_standard = template["template_type"] == STANDARD
        ext = ext_json.read(
            body.get("ext_json"),
            appid=app["appid"],
            pages=package["pages"],
            is_standard=is_standard,
        )
        now, wait = self._clock.now(), float(self._store.settings()["detection_seconds"])
        entry = {
            "appid": app["appid"],
            "template_id": template["template_id"],
            "user_version": version,
            "user_desc": description,
            "ext_json": json.dumps(ext, ensure_ascii=False),
            "package": template["package"],
            "committed_at": now,
            "detected_at": now + wait,
        }
        self._store.insert("versions", entry)
        return {"errcode": 0, "errmsg": "ok"}

    def place(self, appid: str, template: Row) -> int:
        """A trial version that was committed and detected long ago; returns its id."""
        now = self._clock.now()
        entry = {name: template[name] for name in ("template_id", "user_version", "user_desc")}
        entry |= {"appid": appid, "package": template["package"]}
        entry |= {"ext_json": json.dumps({"extAppid": appid})}
        return self._store.insert("versions", {**entry, "committed_at": now, "detected_at": now})

    # --- detection ----------------------------------------------------------------------------

    def detection(self, app: Row) -> dict[str, Any]:
        """GET /wxa/security/get_code_privacy_info: 86001 no code, 61039 not finished."""
        check_is_program(app)
        forbidden, undeclared = self.findings(self.trial(app["appid"]))
        told = {"without_auth_list": forbidden, "without_conf_list": undeclared}
        return {"errcode": 0, "errmsg": "ok", **told}

    def findings(self, version: Row) -> tuple[list[str], list[str]]:
        """Interfaces used or declared without permission, and used without declaration."""
        if version["detected_at"] > self._clock.now():
            raise WeixinRefusal(61039, "隐私接口检查任务未完成，请稍等一分钟再重试")
        package, ext = json.loads(version["package"]), json.loads(version["ext_json"])
        used = package["apis"]
        named = ext.get("requiredPrivateInfos", package["required_private_infos"])
        declared = [_with_prefix(name) for name in named]
        everything = dict.fromkeys([*declared, *used])
        appid = version["appid"]
        return (
            [name for name in everything if not self._is_granted(appid, name)],
            [name for name in used if name not in declared],
        )

    def privacy_keys(self, appid: str) -> list[str] | None:
        """What the trial version collects; None without code."""
        version = self.latest(appid)
        return list(json.loads(version["package"])["privacy_keys"]) if version else None

    # --- the trial version --------------------------------------------------------------------

    def trial_code(self, app: Row, query: Query) -> Picture:
        """GET /wxa/get_qrcode?path=: 86001 no code, 41030 no such page."""
        check_is_program(app)
        version, path = self.trial(app["appid"]), query.get("path", "")
        if path and path.partition("?")[0].lstrip("/") not in pages_of(version):
            raise WeixinRefusal(41030, "invalid page")
        text = f"{self._base}/trial/{app['appid']}/{version['id']}?path={path}"
        return Picture(self._draw(text))

    def pages(self, app: Row) -> dict[str, Any]:
        """GET /wxa/get_page: 86001 no code."""
        check_is_program(app)
        pages = pages_of(self.trial(app["appid"]))
        return {"errcode": 0, "errmsg": "ok", "page_list": pages}

    def upload_media(self, app: Row, upload: Upload) -> dict[str, Any]:
        """POST /wxa/uploadmedia: {type: image|video, mediaid}. 40004 kind, 40006/40009 size."""
        check_is_program(app)
        kind = upload.content_type.partition("/")[0]
        if kind not in ("image", "video"):
            raise WeixinRefusal(40004, "invalid media type")
        if kind == "image" and len(upload.body) > MOST_PICTURE_BYTES:
            raise WeixinRefusal(40009, "invalid image size")
        if len(upload.body) > MOST_VIDEO_BYTES:
            raise WeixinRefusal(40006, "invalid media size")
        media_id = self._media.add(
            app["appid"],
            upload.body,
            kind=kind,
            name=upload.name,
            content_type=upload.content_type,
        )
        return {"errcode": 0, "errmsg": "ok", "type": kind, "mediaid": media_id}

    def trial(self, appid: str) -> Row:
        """The newest version; raises 86001 when there is none."""
        version = self.latest(appid)
        if version is None:
            raise WeixinRefusal(86001, "no code committed by a third party")
        return version

    def latest(self, appid: str) -> Row | None:
        sql = "SELECT * FROM versions WHERE appid = ? ORDER BY id DESC LIMIT 1"
        return self._store.find(sql, appid)

    def version(self, version_id: int) -> Row:
        row = self._store.find("SELECT * FROM versions WHERE id = ?", version_id)
        if row is None:
            raise LookupError(f"no version {version_id}")
        return row


def pages_of(version: Row) -> list[str]:
    """The pages of a version: the template's, or those that ext_json chose among them."""
    chosen = json.loads(version["ext_json"]).get("pages")
    return list(chosen or json.loads(version["package"])["pages"])


def _with_prefix(name: str) -> str:
    return name if name.startswith("wx.") else f"wx.{name}"

"""Codes that lead into a mini-program (CONTRACT §8)."""

import json
import re
from typing import Any

from .code_pictures import code_picture
from .doors import Picture
from .entrances import Entrances
from .pages import Pages
from .refusals import WeixinRefusal
from .store import Row, Store

SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
VERSIONS = ("release", "trial", "develop")
NARROWEST, WIDEST, WIDTH = 280, 1280, 430
LONGEST_PATH, LONGEST_QR_PATH = 1024, 128
CAPPED = ("wxacode", "qrcode")
RESERVED = "scancode_time"
SETTINGS: dict[str, Any] = {"code_cap": 100_000}


class Codes:
    """Setting: `code_cap`, the lifetime cap that getwxacode and createwxaqrcode share."""

    def __init__(self, store: Store, entrances: Entrances, pages: Pages) -> None:
        self._store, self._entrances, self._pages = store, entrances, pages
        store.own("", SETTINGS)

    def unlimited(self, app: Row, body: dict[str, Any]) -> Picture:
        """POST /wxa/getwxacodeunlimit.

        40169 scene, 41030 page not released or malformed, 85096 a reserved word in the page,
        40097 env_version, width or colour.
        """
        scene, page = body.get("scene"), body.get("page") or ""
        if not isinstance(scene, str) or not SCENE.fullmatch(scene):
            raise WeixinRefusal(40169, "invalid length for scene, or the data is not json string")
        if not isinstance(page, str) or page.startswith("/") or "?" in page:
            raise WeixinRefusal(41030, "invalid page")
        if RESERVED in page:
            raise WeixinRefusal(85096, f"not allow include {RESERVED} field")
        version = body.get("env_version", "release")
        if version not in VERSIONS:
            raise WeixinRefusal(40097, "invalid args: env_version")
        look = _look(body)
        if page and body.get("check_path", True) is True:
            self._pages.check(app["appid"], page)
        return self._draw("wxacode_unlimited", app, page, scene, version, look)

    def limited(self, app: Row, body: dict[str, Any]) -> Picture:
        """POST /wxa/getwxacode {path}: 40159 path, 45029 at the cap, 40097."""
        version = body.get("env_version", "release")
        if version not in VERSIONS:
            raise WeixinRefusal(40097, "invalid args: env_version")
        return self._capped("wxacode", app, body, LONGEST_PATH, version)

    def square(self, app: Row, body: dict[str, Any]) -> Picture:
        """POST /cgi-bin/wxaapp/createwxaqrcode {path}: the same cap and errors."""
        return self._capped("qrcode", app, body, LONGEST_QR_PATH, "release")

    def _capped(
        self, kind: str, app: Row, body: dict[str, Any], longest: int, version: str
    ) -> Picture:
        path = body.get("path")
        if not isinstance(path, str) or not path or len(path.encode()) > longest:
            raise WeixinRefusal(40159, "invalid length for path, or the data is not json string")
        if RESERVED in path:
            raise WeixinRefusal(85096, f"not allow include {RESERVED} field")
        look = _look(body)
        page, _, query = path.lstrip("/").partition("?")
        if self._entrances.count(app["appid"], CAPPED) >= self._store.settings()["code_cap"]:
            raise WeixinRefusal(45029, "qrcode count out of limit")
        return self._draw(kind, app, page, query, version, look)

    def _draw(
        self, kind: str, app: Row, page: str, query: str, version: str, look: dict[str, Any]
    ) -> Picture:
        appid = str(app["appid"])
        text = self._entrances.add(kind, appid, page=page, query=query, env_version=version)
        name = "scene" if kind == "wxacode_unlimited" else "query"
        leads_to = {"appid": appid, "page": page, name: query, "env_version": version}
        note = json.dumps(leads_to, ensure_ascii=False)
        return Picture(code_picture(text, note=note, **look), name="qrcode.png")


def _look(body: dict[str, Any]) -> dict[str, Any]:
    width = body.get("width", WIDTH)
    if isinstance(width, bool) or not isinstance(width, int) or not NARROWEST <= width <= WIDEST:
        raise WeixinRefusal(40097, f"invalid args: width must be {NARROWEST} to {WIDEST}")
    colour = body.get("line_color") or {}
    try:
        red, green, blue = (int(colour.get(name, 0)) for name in "rgb")
    except (AttributeError, TypeError, ValueError) as error:
        raise WeixinRefusal(40097, "invalid args: line_color") from error
    if not all(0 <= part <= 255 for part in (red, green, blue)):
        raise WeixinRefusal(40097, "invalid args: line_color")
    is_hyaline = body.get("is_hyaline") is True
    return {"width": width, "colour": (red, green, blue), "is_hyaline": is_hyaline}

"""Codes that open a page of a mini-program: permanent, and as many as one likes (CONTRACT §8)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from wechat import callers

MIN_WIDTH, MAX_WIDTH = 280, 1280
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")


class Version(StrEnum):
    """Which version of the mini-program a code or link opens."""

    RELEASED = "release"
    TRIAL = "trial"
    DEVELOPED = "develop"


@dataclass(frozen=True)
class Colour:
    """Red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int


def unlimited(
    appid: str,
    *,
    scene: str,
    page: str,
    version: Version = Version.RELEASED,
    must_exist: bool = True,
    width: int = 430,
    colour: Colour | None = None,
    is_transparent: bool = False,
) -> bytes:
    """Return the picture of a code that opens `page` with `scene`.

    `scene` has up to 32 of WeChat's signs and arrives URL-encoded: use a short key that our API
    resolves. `page` has neither leading slash nor query; without `must_exist` it may be one that
    is not released yet (60,000 of those at most). Raises ValueError, SceneRefused,
    PageNotReleased, WeChatBusy (5,000 a minute), or another WeChatFailure.
    """
    if not _SCENE.fullmatch(scene):
        raise ValueError("a scene has 1 to 32 of the signs that WeChat allows")
    if page.startswith("/") or "?" in page:
        raise ValueError("a page has neither a leading slash nor a query")
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        raise ValueError(f"a code is {MIN_WIDTH} to {MAX_WIDTH} pixels wide")
    content: dict[str, object] = {
        "scene": scene,
        "page": page,
        "check_path": must_exist,
        "env_version": version.value,
        "width": width,
        "is_hyaline": is_transparent,
    }
    if colour is not None:
        content["line_color"] = {"r": colour.red, "g": colour.green, "b": colour.blue}
    return callers.app_picture(
        appid, "/wxa/getwxacodeunlimit", call="qr_codes.unlimited", content=content
    )

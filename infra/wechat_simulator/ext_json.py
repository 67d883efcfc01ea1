"""ext_json, the text that turns one template into one shop's code (CONTRACT §3.6)."""

from typing import Any

from .fields import parse_json
from .refusals import WeixinRefusal

KEYS = {
    "extEnable",
    "extAppid",
    "directCommit",
    "ext",
    "extPages",
    "pages",
    "subPackages",
    "window",
    "tabBar",
    "networkTimeout",
    "plugins",
    "functionalPages",
    "navigateToMiniProgramAppIdList",
    "requiredPrivateInfos",
    "sitemap",
}
OF_STANDARD = {"extAppid", "ext", "window"}
TYPES: dict[str, type] = {
    "extEnable": bool,
    "extAppid": str,
    "directCommit": bool,
    "ext": dict,
    "extPages": dict,
    "pages": list,
    "subPackages": list,
    "window": dict,
    "tabBar": dict,
    "networkTimeout": dict,
    "plugins": dict,
    "functionalPages": bool,
    "navigateToMiniProgramAppIdList": list,
    "requiredPrivateInfos": list,
}


def read(text: object, *, appid: str, pages: list[str], is_standard: bool) -> dict[str, Any]:
    """The decoded object. 47001 when it is not a text, else 85013, 85045, 85046, 85047, 85048."""
    if not isinstance(text, str):
        raise WeixinRefusal(47001, "data format error: ext_json must be a string")
    try:
        ext = parse_json(text.encode()) if text.strip() else {}
    except ValueError as error:
        raise WeixinRefusal(85048, "invalid ext_json, parse fail or format error") from error
    if not isinstance(ext, dict):
        raise WeixinRefusal(85048, "invalid ext_json, parse fail or format error")
    _check_keys(ext, appid, is_standard=is_standard)
    _check_paths(ext, pages)
    return ext


def _check_keys(ext: dict[str, Any], appid: str, *, is_standard: bool) -> None:
    if set(ext) - (OF_STANDARD if is_standard else KEYS):
        raise WeixinRefusal(85013, "invalid custom config")
    for name, value in ext.items():
        if not isinstance(value, TYPES.get(name, object)):
            raise WeixinRefusal(85013, f"invalid custom config: {name}")
    if ext.get("extAppid") not in (None, "", appid):
        raise WeixinRefusal(85013, "invalid custom config: extAppid")
    for name in ("requiredPrivateInfos", "navigateToMiniProgramAppIdList"):
        if not all(isinstance(one, str) for one in ext.get(name, [])):
            raise WeixinRefusal(85013, f"invalid custom config: {name}")


def _check_paths(ext: dict[str, Any], pages: list[str]) -> None:
    if "pages" in ext and not ext["pages"]:
        raise WeixinRefusal(85047, "pages is empty")
    bar = ext.get("tabBar", {}).get("list", [])
    if not isinstance(bar, list):
        raise WeixinRefusal(85013, "invalid custom config: tabBar")
    if not all(isinstance(tab, dict) and tab.get("pagePath") for tab in bar):
        raise WeixinRefusal(85046, "tabBar missing path")
    named = [*ext.get("pages", []), *ext.get("extPages", {}), *(tab["pagePath"] for tab in bar)]
    if any(path not in pages for path in named):
        raise WeixinRefusal(85045, "some path in ext_json not exist")

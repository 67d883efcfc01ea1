"""What kind of business a mini-program is, in WeChat's tree (§3.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wechat import api, callers

_PATH = "/cgi-bin/wxopen"


@dataclass(frozen=True)
class Category:
    """A category that a version can be submitted under. The third level is often absent: 0."""

    first_class: str
    second_class: str
    third_class: str
    first_id: int
    second_id: int
    third_id: int


@dataclass(frozen=True)
class SettableCategory:
    """A category that this app may take; a sensitive one is audited and wants certificates."""

    first_class: str
    second_class: str
    first_id: int
    second_id: int
    is_sensitive: bool


@dataclass(frozen=True)
class Certificate:
    """A paper that a sensitive category asks for: its name, and the media id of its picture."""

    name: str
    media_id: str


def categories(appid: str) -> tuple[Category, ...]:
    """Return what a version can be submitted under. Raises a WeChatFailure."""
    answer = callers.app_get(appid, "/wxa/get_category", call="categories.categories")
    return tuple(_category(item) for item in api.objects_in(answer, "category_list"))


def settable(appid: str) -> tuple[SettableCategory, ...]:
    """Return every second-level category this app may take; it depends on who owns the app."""
    answer = callers.app_get(appid, f"{_PATH}/getallcategories", call="categories.settable")
    tree = list(api.objects_in(api.object_in(answer, "categories_list"), "categories"))
    names = {api.whole_in(item, "id"): api.text_or_empty(item, "name") for item in tree}
    leaves = (item for item in tree if api.whole_or(item, "level", 0) == 2)
    return tuple(_settable(item, names) for item in leaves)


def add(
    appid: str, *, first_id: int, second_id: int, certificates: Sequence[Certificate] = ()
) -> None:
    """Give the app a category. A sensitive one comes into force after WeChat's audit of it,
    which a `wxa_category_audit` push tells. Raises a WeChatFailure."""
    wish: dict[str, object] = {"first": first_id, "second": second_id}
    if certificates:
        wish["certicates"] = [{"key": c.name, "value": c.media_id} for c in certificates]
    content = {"categories": [wish]}
    callers.app_post(appid, f"{_PATH}/addcategory", call="categories.add", content=content)


def remove(appid: str, *, first_id: int, second_id: int) -> None:
    """Take a category away. Raises a WeChatFailure."""
    content = {"first": first_id, "second": second_id}
    callers.app_post(appid, f"{_PATH}/deletecategory", call="categories.remove", content=content)


def _category(item: Mapping[str, Any]) -> Category:
    return Category(
        api.text_or_empty(item, "first_class"),
        api.text_or_empty(item, "second_class"),
        api.text_or_empty(item, "third_class"),
        api.whole_in(item, "first_id"),
        api.whole_in(item, "second_id"),
        api.whole_or(item, "third_id", 0),
    )


def _settable(item: Mapping[str, Any], names: Mapping[int, str]) -> SettableCategory:
    first_id = api.whole_in(item, "father")
    return SettableCategory(
        names.get(first_id, ""),
        api.text_or_empty(item, "name"),
        first_id,
        api.whole_in(item, "id"),
        api.whole_or(item, "sensitive_type", 0) == 1,
    )

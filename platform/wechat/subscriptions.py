"""Subscribe messages: the templates of an app, one message at a time, permits (CONTRACT §7).

A permit is worth one message of one template; keep a ledger, and send to one customer one message
at a time. The calls need the public schema current and no open transaction (see
`wechat.component`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wechat import api, callers, push
from wechat.errors import ValueRefused

_PATH = "/wxaapi/newtmpl"
_KEY = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")
_BREAKS_ITS_RULE = "47003"


@dataclass(frozen=True)
class TemplateCategory:
    """A category of the app; the library shows the templates of these only."""

    category_id: int
    name: str


@dataclass(frozen=True)
class LibraryTitle:
    """A template of WeChat's library; `is_one_off` is the kind that a shop may use."""

    tid: str
    title: str
    is_one_off: bool


@dataclass(frozen=True)
class LibraryPage:
    """A page of the library, and how many titles there are in all."""

    count: int
    titles: tuple[LibraryTitle, ...]


@dataclass(frozen=True)
class LibraryKeyword:
    """A line that a template can have; `rule` is the type of its value, as `thing`."""

    keyword_id: int
    name: str
    example: str
    rule: str


@dataclass(frozen=True)
class OwnTemplate:
    """A template that the app has; `keys` names the values it wants, as `thing1`."""

    template_id: str
    title: str
    content: str
    example: str
    is_one_off: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The values it wants, in order."""
        return tuple(_KEY.findall(self.content))


class PermitSource(StrEnum):
    """How a permit came or went."""

    POPUP = "popup"
    """The customer was asked. Accepted: one message more."""
    CHANGE = "change"
    """The customer changed the settings. Rejected: none any more; accepted: none the more."""


@dataclass(frozen=True)
class PermitChange:
    """A customer's answer for one template."""

    openid: str
    template_id: str
    accepted: bool
    source: PermitSource


@dataclass(frozen=True)
class SentMessage:
    """What became of a message that was sent; `error_code` 0 is delivered."""

    openid: str
    template_id: str
    message_id: str
    error_code: int
    error_status: str


@dataclass(frozen=True)
class ValueRule:
    """What a type of value may hold. What is for people to read may be cut, a number may not."""

    most: int
    pattern: re.Pattern[str]
    is_cut: bool = False


_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ANY = r"[^\r\n]+"
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:{_DAY}(?: ?{_CLOCK})?|{_CLOCK})"
VALUE_RULES: dict[str, ValueRule] = {
    "thing": ValueRule(20, re.compile(_ANY), is_cut=True),
    "number": ValueRule(32, re.compile(r"-?\d+(?:\.\d+)?")),
    "letter": ValueRule(32, re.compile(r"[A-Za-z]+")),
    "symbol": ValueRule(5, re.compile(rf"[^\w{_HAN}\s]+")),
    "character_string": ValueRule(32, re.compile(r"[\x20-\x7e]+")),
    "time": ValueRule(64, re.compile(rf"{_MOMENT}(?: ?[~～] ?{_MOMENT})?")),
    "date": ValueRule(64, re.compile(rf"{_DAY}(?: ?{_CLOCK})?(?: ?[~～] ?{_MOMENT})?")),
    "amount": ValueRule(16, re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?")),
    "phone_number": ValueRule(17, re.compile(r"[0-9+*\-() ]+")),
    "car_number": ValueRule(8, re.compile(rf"[{_HAN}]?[0-9A-Za-z\-]+[{_HAN}]?")),
    "phrase": ValueRule(5, re.compile(rf"[{_HAN}]+"), is_cut=True),
    "name": ValueRule(20, re.compile(rf"[{_HAN}·]{{1,10}}|[^{_HAN}\r\n\d]+"), is_cut=True),
}
"""By the type that a key begins with. The 20 of `thing` is confirmed; the rest is how WeChat's
pages are remembered and is not confirmed (CONTRACT §7): WeChat has the last word (ValueRefused).
A type that is not listed goes to WeChat as it is."""

_NAME_HAN_CHARS = 10


def categories(appid: str) -> tuple[TemplateCategory, ...]:
    """Return the categories whose templates the app may take. Raises a WeChatFailure."""
    answer = callers.app_get(appid, f"{_PATH}/getcategory", call="subscriptions.categories")
    items = api.objects_in(answer, "data")
    return tuple(
        TemplateCategory(api.whole_in(item, "id"), api.text_or_empty(item, "name"))
        for item in items
    )


def library_titles(
    appid: str, *, category_ids: Sequence[int], start: int = 0, limit: int = 30
) -> LibraryPage:
    """Return a page of up to 30 titles of WeChat's library. Raises a WeChatFailure."""
    query = {
        "ids": ",".join(str(number) for number in category_ids),
        "start": str(start),
        "limit": str(limit),
    }
    call = "subscriptions.library_titles"
    answer = callers.app_get(appid, f"{_PATH}/getpubtemplatetitles", call=call, query=query)
    titles = tuple(
        LibraryTitle(api.number_text_in(item, "tid"), api.text_in(item, "title"), _is_one_off(item))
        for item in api.objects_in(answer, "data")
    )
    return LibraryPage(api.whole_or(answer, "count", len(titles)), titles)


def library_keywords(appid: str, *, tid: str) -> tuple[LibraryKeyword, ...]:
    """Return the lines that a template of the library can have. Raises a WeChatFailure."""
    call = "subscriptions.library_keywords"
    path = f"{_PATH}/getpubtemplatekeywords"
    answer = callers.app_get(appid, path, call=call, query={"tid": tid})
    return tuple(
        LibraryKeyword(
            api.whole_in(item, "kid"),
            api.text_in(item, "name"),
            api.text_or_empty(item, "example"),
            api.text_or_empty(item, "rule"),
        )
        for item in api.objects_in(answer, "data")
    )


def add_template(appid: str, *, tid: str, keyword_ids: Sequence[int], scene_desc: str) -> str:
    """Take a template with 2 to 5 lines into the app; return its id there.

    `scene_desc` tells WeChat what it is for, in up to 15 characters. Raises MessageTemplatesFull,
    ValueError, or another WeChatFailure.
    """
    if not 2 <= len(keyword_ids) <= 5:
        raise ValueError("a template has 2 to 5 lines")
    content = {"tid": tid, "kidList": list(keyword_ids), "sceneDesc": scene_desc}
    call = "subscriptions.add_template"
    answer = callers.app_post(appid, f"{_PATH}/addtemplate", call=call, content=content)
    return api.text_in(answer, "priTmplId")


def own_templates(appid: str) -> tuple[OwnTemplate, ...]:
    """Return the templates that the app has. Raises a WeChatFailure."""
    answer = callers.app_get(appid, f"{_PATH}/gettemplate", call="subscriptions.own_templates")
    return tuple(
        OwnTemplate(
            api.text_in(item, "priTmplId"),
            api.text_or_empty(item, "title"),
            api.text_or_empty(item, "content"),
            api.text_or_empty(item, "example"),
            _is_one_off(item),
        )
        for item in api.objects_in(answer, "data")
    )


def delete_template(appid: str, *, template_id: str) -> None:
    """Take a template out of the app. Raises a WeChatFailure."""
    content = {"priTmplId": template_id}
    call = "subscriptions.delete_template"
    callers.app_post(appid, f"{_PATH}/deltemplate", call=call, content=content)


def send(
    appid: str,
    *,
    openid: str,
    template_id: str,
    data: Mapping[str, str],
    page: str = "",
    version: str = "formal",
    language: str = "zh_CN",
) -> None:
    """Send one message; `data` has a text for each key of the template.

    Texts are cut to what their type holds. `version` is developer, trial or formal. It spends a
    permit, also where the answer is lost: do not send again on `outcome_unknown`. Raises
    NoPermitLeft, ConcurrentSends, ValueRefused (also before WeChat is asked),
    MessageTemplateUnknown, PageNotReleased, or another WeChatFailure.
    """
    content: dict[str, object] = {
        "touser": openid,
        "template_id": template_id,
        "miniprogram_state": version,
        "lang": language,
        "data": {key: {"value": fitted(key, text)} for key, text in data.items()},
        **({"page": page} if page else {}),
    }
    path = "/cgi-bin/message/subscribe/send"
    callers.app_post(appid, path, call="subscriptions.send", content=content)


def fitted(key: str, text: str) -> str:
    """Return a value as its type takes it, cut where that is allowed. Raises ValueRefused."""
    value = " ".join(text.split())
    rule = VALUE_RULES.get(key.rstrip("0123456789"))
    if rule is not None:
        value = _cut(value, _most(key, value, rule)) if rule.is_cut else value
        if len(value) > rule.most or not rule.pattern.fullmatch(value):
            raise ValueRefused(f"{key} does not hold such a value", code=_BREAKS_ITS_RULE)
    if not value:
        raise ValueRefused(f"{key} is empty", code=_BREAKS_ITS_RULE)
    return value


def permit_changes(fields: Mapping[str, str]) -> tuple[PermitChange, ...]:
    """Read `subscribe_msg_popup_event` and `subscribe_msg_change_event`; none for other events.

    `fields` is what `wechat.push` returned: XML or JSON, one answer or many.
    """
    events = {f"subscribe_msg_{source}_event": source for source in PermitSource}
    source = events.get(fields.get("Event", ""))
    if source is None:
        return ()
    answers = push.rows(fields, "List")
    return tuple(
        PermitChange(
            fields.get("FromUserName", ""),
            row["TemplateId"],
            row.get("SubscribeStatusString") == "accept",
            source,
        )
        for row in answers
        if row.get("TemplateId")
    )


def sent_messages(fields: Mapping[str, str]) -> tuple[SentMessage, ...]:
    """Read `subscribe_msg_sent_event`: what became of messages; none for other events."""
    if fields.get("Event") != "subscribe_msg_sent_event":
        return ()
    return tuple(_sent(fields, push.rows(fields, "List")))


def _sent(fields: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> Iterator[SentMessage]:
    for row in rows:
        code = row.get("ErrorCode", "")
        yield SentMessage(
            fields.get("FromUserName", ""),
            row.get("TemplateId", ""),
            row.get("MsgID", ""),
            int(code) if code.isdecimal() else -1,
            row.get("ErrorStatus", ""),
        )


def _is_one_off(item: Mapping[str, Any]) -> bool:
    """Type 2 is worth one message per permit, type 3 any number (not for ordinary shops)."""
    return api.whole_in(item, "type") == 2


def _most(key: str, value: str, rule: ValueRule) -> int:
    """A Chinese name is shorter than a foreign one."""
    is_han_name = key.startswith("name") and re.search(f"[{_HAN}]", value)
    return _NAME_HAN_CHARS if is_han_name else rule.most


def _cut(value: str, most: int) -> str:
    """Cut a text for people; an ellipsis shows it where there is room for one."""
    if len(value) <= most:
        return value
    return value[:most] if most <= _NAME_HAN_CHARS else value[: most - 1].rstrip() + "…"

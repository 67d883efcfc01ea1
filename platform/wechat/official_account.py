"""What people write to an official account or a mini-program, and the reply at once (CONTRACT §9).

The XML of a reply is wechatpy's (LIBS §2). It writes texts into CDATA unescaped, and adds articles
to a list that all replies share: both are mended here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from wechatpy import replies

from kernel import clock

MAX_TEXT_BYTES = 2_048
"""How long the text of a reply may be; WeChat's pages say so, this was not tried."""

_SCENE_PREFIX = "qrscene_"
_replies: Any = replies  # it carries no annotations


class MessageKind(StrEnum):
    """What a person sent."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORT_VIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    PROGRAM_PAGE = "miniprogrampage"


class AccountEvent(StrEnum):
    """What a person did."""

    FOLLOWED = "subscribe"
    LEFT = "unsubscribe"
    SCANNED = "SCAN"
    CLICKED = "CLICK"
    VIEWED = "VIEW"
    ENTERED = "user_enter_tempsession"


@dataclass(frozen=True)
class UserMessage:
    """A message. `text` is empty but for a text; `media_id` (valid 3 days) for what has a file."""

    kind: MessageKind
    message_id: str
    openid: str
    account: str
    sent_at: datetime
    text: str = ""
    media_id: str = ""
    picture_url: str = ""


@dataclass(frozen=True)
class UserEvent:
    """An act. `scene` is the parameter of the code that was scanned, `key` that of a menu entry."""

    event: AccountEvent
    openid: str
    account: str
    happened_at: datetime
    scene: str = ""
    key: str = ""


@dataclass(frozen=True)
class Picture:
    """A reply that is a picture, by the media id that an upload returned."""

    media_id: str


@dataclass(frozen=True)
class Article:
    """A reply that is one article: a link with a picture. WeChat takes one only."""

    title: str
    description: str
    picture_url: str
    url: str


Reply = str | Picture | Article
"""What can be replied at once: a text, a picture or an article."""


def message_of(fields: Mapping[str, str]) -> UserMessage:
    """Read what a person sent; `fields` is what `wechat.push` returned.

    Raises ValueError when it is an event, or of a kind that we do not know.
    """
    return UserMessage(
        kind=MessageKind(fields.get("MsgType", "")),
        message_id=fields.get("MsgId", ""),
        openid=fields.get("FromUserName", ""),
        account=fields.get("ToUserName", ""),
        sent_at=_moment(fields),
        text=fields.get("Content", ""),
        media_id=fields.get("MediaId", ""),
        picture_url=fields.get("PicUrl", ""),
    )


def event_of(fields: Mapping[str, str]) -> UserEvent:
    """Read what a person did; `fields` is what `wechat.push` returned.

    Raises ValueError for another event. The scene of a first scan comes with a prefix, that of a
    later one without; here both are without.
    """
    event = AccountEvent(fields.get("Event", ""))
    key = fields.get("EventKey", "")
    is_scan = event in (AccountEvent.FOLLOWED, AccountEvent.SCANNED)
    return UserEvent(
        event=event,
        openid=fields.get("FromUserName", ""),
        account=fields.get("ToUserName", ""),
        happened_at=_moment(fields),
        scene=key.removeprefix(_SCENE_PREFIX) if is_scan else "",
        key="" if is_scan else key,
    )


def rendered(fields: Mapping[str, str], reply: Reply, *, as_json: bool = False) -> str:
    """Write the reply to a push: back to its sender, in the format of the push.

    A text is cut to MAX_TEXT_BYTES. Seal it (`push.seal_reply`) when the push came sealed. Raises
    ValueError for a push without a sender.
    """
    sender, account = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    if not (sender and account):
        raise ValueError("this push has no sender to reply to")
    now = int(clock.now().timestamp())
    if as_json:
        head = {"ToUserName": sender, "FromUserName": account, "CreateTime": now}
        return json.dumps(head | _json_part(reply), ensure_ascii=False)
    head = {"target": _cdata(sender), "source": _cdata(account), "time": now}
    return str(_xml_reply(reply, head).render())


def _xml_reply(reply: Reply, head: Mapping[str, object]) -> Any:
    if isinstance(reply, Picture):
        return _replies.ImageReply(**head, image=_cdata(reply.media_id))
    if isinstance(reply, Article):
        article = {
            "title": _cdata(reply.title),
            "description": _cdata(reply.description),
            "image": _cdata(reply.picture_url),
            "url": _cdata(reply.url),
        }
        return _replies.ArticlesReply(**head, articles=[article])
    return _replies.TextReply(**head, content=_cdata(_cut(reply)))


def _json_part(reply: Reply) -> dict[str, object]:
    if isinstance(reply, Picture):
        return {"MsgType": "image", "Image": {"MediaId": reply.media_id}}
    if isinstance(reply, Article):
        article = {
            "Title": reply.title,
            "Description": reply.description,
            "PicUrl": reply.picture_url,
            "Url": reply.url,
        }
        return {"MsgType": "news", "ArticleCount": 1, "Articles": [article]}
    return {"MsgType": "text", "Content": _cut(reply)}


def _cdata(text: str) -> str:
    """Split what would end a CDATA section."""
    return text.replace("]]>", "]]]]><![CDATA[>")


def _cut(text: str) -> str:
    return text.encode()[:MAX_TEXT_BYTES].decode("utf-8", "ignore")


def _moment(fields: Mapping[str, str]) -> datetime:
    """Return when it happened; WeChat writes seconds, as a number or as a text."""
    try:
        return datetime.fromtimestamp(int(fields.get("CreateTime", "")), UTC)
    except (OverflowError, OSError):
        raise ValueError("CreateTime is no moment") from None

"""Customer-service messages from an app to a person (CONTRACT §9)."""

from collections.abc import Callable
from typing import Any

from .conversations import Conversations
from .media import Media
from .messages import Messages
from .people import People
from .refusals import WeixinRefusal
from .store import Row, Store

LONGEST_TEXT_BYTES = 2048
COMMANDS = ("Typing", "CancelTyping")
OK = {"errcode": 0, "errmsg": "ok"}


class CustomerService:
    """The window and the count are kept by `Conversations`."""

    def __init__(
        self,
        store: Store,
        people: People,
        conversations: Conversations,
        media: Media,
        messages: Messages,
    ) -> None:
        self._store, self._people = store, people
        self._conversations, self._media, self._messages = conversations, media, messages
        self._checks: dict[str, Callable[[str, dict[str, Any]], None]] = {
            "text": self._check_text,
            "image": self._check_image,
            "link": self._check_link,
            "miniprogrampage": self._check_page,
            "news": self._check_news,
        }

    def send(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/message/custom/send.

        40003 openid, 40008 msgtype, 44004 empty, 45002 too long, 40007 media, 40097 another
        field, then 45015 out of the window and 45047 out of the count.
        """
        appid, kind = str(app["appid"]), str(body.get("msgtype", ""))
        openid = str(self._people.known(appid, body.get("touser"))["openid"])
        check, content = self._checks.get(kind), body.get(kind)
        if check is None:
            raise WeixinRefusal(40008, "invalid message type")
        if not isinstance(content, dict):
            raise WeixinRefusal(44004, "empty content")
        check(appid, content)
        with self._store.transaction():
            self._conversations.spend(appid, openid)
            self._messages.add(appid, openid, "custom", {"msgtype": kind, kind: content})
        return dict(OK)

    def send_for_business(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/message/custom/business/send: the same, with a businessid."""
        if not isinstance(body.get("businessid"), int):
            raise WeixinRefusal(40097, "invalid args: businessid")
        return self.send(app, body)

    def typing(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/message/custom/typing: 40003, 45072 command, 45080 nobody is there."""
        appid = str(app["appid"])
        openid = str(self._people.known(appid, body.get("touser"))["openid"])
        if body.get("command") not in COMMANDS:
            raise WeixinRefusal(45072, "invalid command")
        self._conversations.check_recent(appid, openid)
        return dict(OK)

    def _check_text(self, _: str, content: dict[str, Any]) -> None:
        text = content.get("content")
        if not isinstance(text, str) or not text:
            raise WeixinRefusal(44004, "empty content")
        if len(text.encode()) > LONGEST_TEXT_BYTES:
            raise WeixinRefusal(45002, "content size out of limit")

    def _check_image(self, appid: str, content: dict[str, Any]) -> None:
        self._media.find(appid, str(content.get("media_id", "")))

    def _check_link(self, _: str, content: dict[str, Any]) -> None:
        _need(content, "title", "description", "url", "thumb_url")

    def _check_page(self, appid: str, content: dict[str, Any]) -> None:
        _need(content, "title", "pagepath")
        self._media.find(appid, str(content.get("thumb_media_id", "")))

    def _check_news(self, _: str, content: dict[str, Any]) -> None:
        articles = content.get("articles")
        if not isinstance(articles, list) or len(articles) != 1:
            raise WeixinRefusal(45008, "article size out of limit")
        _need(articles[0] if isinstance(articles[0], dict) else {}, "title", "url")


def _need(content: dict[str, Any], *names: str) -> None:
    for name in names:
        if not isinstance(content.get(name), str) or not content[name]:
            raise WeixinRefusal(40097, f"invalid args: {name}")

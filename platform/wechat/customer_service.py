"""Answers to customers who wrote within 48 hours (CONTRACT §9).

Five messages follow one of theirs; after that WeChat refuses with OutOfWindow. The calls need the
public schema current and no open transaction (see `wechat.component`).
"""

from collections.abc import Mapping

from wechat import api, callers

_PATH = "/cgi-bin/message/custom"
MAX_PICTURE_BYTES = 10 * 1024 * 1024
"""What WeChat takes as an image; its pages say so, this was not tried."""


def send_text(appid: str, *, openid: str, text: str) -> None:
    """Send a text. Raises OutOfWindow, or another WeChatFailure; never sent twice by itself."""
    _send(appid, openid, "text", {"content": text})


def send_link(
    appid: str, *, openid: str, title: str, description: str, url: str, picture_url: str
) -> None:
    """Send a link with a picture. Raises as `send_text` does."""
    link = {"title": title, "description": description, "url": url, "thumb_url": picture_url}
    _send(appid, openid, "link", link)


def send_picture(appid: str, *, openid: str, media_id: str) -> None:
    """Send a picture that `upload_media` took up to 3 days ago. Raises as `send_text` does."""
    _send(appid, openid, "image", {"media_id": media_id})


def send_program_page(
    appid: str, *, openid: str, title: str, page: str, cover_media_id: str
) -> None:
    """Send a card that opens a page of the mini-program. Raises as `send_text` does."""
    card = {"title": title, "pagepath": page, "thumb_media_id": cover_media_id}
    _send(appid, openid, "miniprogrampage", card)


def show_typing(appid: str, *, openid: str, is_typing: bool = True) -> None:
    """Show the customer that somebody writes, or no more. Raises as `send_text` does."""
    content = {"touser": openid, "command": "Typing" if is_typing else "CancelTyping"}
    callers.app_post(appid, f"{_PATH}/typing", call="customer_service.typing", content=content)


def upload_media(appid: str, *, picture: bytes, name: str, mime: str) -> str:
    """Give WeChat a picture for 3 days; return its media id.

    Raises ValueError for one that is empty or too large, or a WeChatFailure.
    """
    if not 1 <= len(picture) <= MAX_PICTURE_BYTES:
        raise ValueError(f"a picture has 1 to {MAX_PICTURE_BYTES} bytes")
    answer = callers.app_upload(
        appid,
        "/cgi-bin/media/upload",
        call="customer_service.upload_media",
        query={"type": "image"},
        name=name,
        body=picture,
        mime=mime,
    )
    return api.text_in(answer, "media_id")


def _send(appid: str, openid: str, kind: str, part: Mapping[str, object]) -> None:
    content: dict[str, object] = {"touser": openid, "msgtype": kind, kind: part}
    callers.app_post(appid, f"{_PATH}/send", call=f"customer_service.{kind}", content=content)

"""Answers to customers who wrote, to the letter (CONTRACT §9)."""

import json

import pytest

from tenants import context
from wechat import customer_service, errors, tokens
from wechat.models import AccessToken

SHOP = "wx0000000000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db, stub):
    with context.public():
        minted = tokens.Minted("S-1", 7200, "R-1")
        tokens.save(SHOP, kind=AccessToken.Kind.AUTHORIZER, minted=minted)
        yield stub


@pytest.mark.parametrize(
    ("send", "words", "expected"),
    [
        (
            customer_service.send_text,
            {"text": "您好 😀"},
            {"msgtype": "text", "text": {"content": "您好 😀"}},
        ),
        (
            customer_service.send_link,
            {"title": "t", "description": "d", "url": "https://x/", "picture_url": "https://x/a"},
            {
                "msgtype": "link",
                "link": {
                    "title": "t",
                    "description": "d",
                    "url": "https://x/",
                    "thumb_url": "https://x/a",
                },
            },
        ),
        (
            customer_service.send_picture,
            {"media_id": "M-1"},
            {"msgtype": "image", "image": {"media_id": "M-1"}},
        ),
        (
            customer_service.send_program_page,
            {"title": "t", "page": "pages/a?b=1", "cover_media_id": "M-1"},
            {
                "msgtype": "miniprogrampage",
                "miniprogrampage": {
                    "title": "t",
                    "pagepath": "pages/a?b=1",
                    "thumb_media_id": "M-1",
                },
            },
        ),
    ],
    ids=["text", "link", "picture", "page"],
)
def test_a_message_is_sent_to_the_letter(platform, send, words, expected):
    platform.says_json({"errcode": 0, "errmsg": "ok"})
    send(SHOP, openid="oBuyer", **words)
    method, target, _, body = platform.asked[0]
    assert (method, target) == ("POST", "/cgi-bin/message/custom/send?access_token=S-1")
    assert b"\\u" not in body
    assert json.loads(body) == {"touser": "oBuyer", **expected}


@pytest.mark.parametrize(("is_typing", "command"), [(True, "Typing"), (False, "CancelTyping")])
def test_typing_is_shown(platform, is_typing, command):
    platform.says_json({"errcode": 0})
    customer_service.show_typing(SHOP, openid="oBuyer", is_typing=is_typing)
    _, target, _, body = platform.asked[0]
    assert target == "/cgi-bin/message/custom/typing?access_token=S-1"
    assert json.loads(body) == {"touser": "oBuyer", "command": command}


@pytest.mark.parametrize(
    ("code", "kind"),
    [(45015, errors.OutOfWindow), (45047, errors.OutOfWindow), (40003, errors.WeChatRefused)],
)
def test_outside_the_window_nothing_is_tried_again(platform, code, kind):
    platform.says_json({"errcode": code})
    with pytest.raises(kind) as caught:
        customer_service.send_text(SHOP, openid="oBuyer", text="x")
    assert caught.value.retryable is False
    assert len(platform.asked) == 1


def test_a_lost_answer_is_not_sent_again(platform):
    platform.says(None)
    with pytest.raises(errors.WeChatTimedOut):
        customer_service.send_text(SHOP, openid="oBuyer", text="x")
    assert len(platform.asked) == 1


def test_a_picture_is_uploaded(platform):
    platform.says_json({"type": "image", "media_id": "M-1", "created_at": 1})
    given = customer_service.upload_media(SHOP, picture=PNG, name="a.png", mime="image/png")
    assert given == "M-1"
    _, target, _, body = platform.asked[0]
    assert target == "/cgi-bin/media/upload?access_token=S-1&type=image"
    assert b'name="media"; filename="a.png"' in body
    assert PNG in body


@pytest.mark.parametrize("size", [0, customer_service.MAX_PICTURE_BYTES + 1])
def test_a_picture_that_cannot_be_taken_is_never_sent(platform, size):
    with pytest.raises(ValueError):
        customer_service.upload_media(SHOP, picture=b"x" * size, name="a", mime="image/png")
    assert platform.asked == []

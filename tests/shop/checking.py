"""A WeChat that checks content: what it was asked, and what it answers by the text."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from shop.moderation.parts import Author
from tenants import context
from tenants.pushes.models import Push, Source
from wechat import content
from wechat.content import Finding, Scene, Suggest
from wechat.errors import WeChatFailure

APPID = "wx-of-tea"
RISKY_LABEL = 20002


class Censor:
    """Texts with `BAD` are risky, with `MAYBE` doubtful; pictures are answered by `push_for`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.texts: list[str] = []
        """What it was asked about, in order."""
        self.pictures: list[str] = []
        self.traces: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.failure: WeChatFailure | None = None
        """Raised by every call while it is set."""
        patch.setattr(content, "check_text", self._check_text)
        patch.setattr(content, "check_media", self._check_media)

    def _check_text(self, appid: str, *, openid: str, scene: Scene, content: str) -> Finding:
        assert context.current() is None
        self.texts.append(content)
        self.asked.append({"appid": appid, "openid": openid, "scene": scene})
        self._fail()
        return Finding(*verdict_on(content), trace_id=uuid4().hex, keywords=())

    def _check_media(
        self, appid: str, *, openid: str, scene: Scene, media_url: str, kind: Any
    ) -> str:
        assert context.current() is None
        self.pictures.append(media_url)
        self.asked.append({"appid": appid, "openid": openid, "scene": scene, "kind": kind})
        self._fail()
        self.traces.append(f"trace-{len(self.traces) + 1}")
        return self.traces[-1]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


def verdict_on(text: str) -> tuple[Suggest, int]:
    if "BAD" in text:
        return Suggest.RISKY, RISKY_LABEL
    return (Suggest.REVIEW, 21000) if "MAYBE" in text else (Suggest.PASS, 100)


def author(**fields: Any) -> Author:
    return Author(**{"member_id": uuid4(), "appid": APPID, "openid": "o-1", **fields})


def fields_for(trace_id: str, suggest: str = "pass", label: int = 100) -> dict[str, str]:
    """The push of WeChat about a picture, as it is stored: flat, all texts."""
    return {
        "Event": "wxa_media_check",
        "MsgType": "event",
        "appid": APPID,
        "trace_id": trace_id,
        "version": "2",
        "errcode": "0",
        "result.suggest": suggest,
        "result.label": str(label),
    }


def pushed(fields: Mapping[str, str], appid: str = APPID) -> Push:
    """Keep a push of an app as the door does, for a handler to read."""
    with context.public():
        return Push.objects.create(
            source=Source.APP,
            appid=appid,
            event=fields["Event"],
            digest=uuid4().hex,
            fields=dict(fields),
        )


def outcome_of(push: Push) -> str:
    """What a handler noted of it."""
    with context.public():
        return Push.objects.get(pk=push.pk).outcome

"""Content safety: is a text or a picture fit to be shown (CONTRACT §6).

Fail closed is the caller's rule: publish on PASS alone; hold on REVIEW, on any WeChatFailure and
when an asynchronous answer does not come. Everything here needs the public schema current and no
open transaction (see `wechat.component`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from wechat import api, callers, push
from wechat.errors import BadAnswer, WeChatRefused

MAX_TEXT_CHARS = 2_500
MAX_PICTURE_BYTES = 1_048_576
"""What `check_picture` takes; a larger one goes by its address to `check_media`."""

LABEL_OK, LABEL_OTHER = 100, 21000
LABEL_UNKNOWN = 0
"""Our own: WeChat judged, but named no label, or could not look at the file."""

_RISKY_PICTURE = "87014"


class Scene(IntEnum):
    """Where a text or picture will be seen."""

    PROFILE = 1
    COMMENT = 2
    FORUM = 3
    SOCIAL = 4


class MediaKind(IntEnum):
    """What lies under the address of `check_media`."""

    AUDIO = 1
    IMAGE = 2


class RiskScene(IntEnum):
    """When a customer's risk is asked for."""

    REGISTER = 0
    MARKETING = 1


class Suggest(StrEnum):
    """What WeChat advises: publish, let a person look, or block."""

    PASS = "pass"  # noqa: S105 - WeChat's word for it
    REVIEW = "review"
    RISKY = "risky"


@dataclass(frozen=True)
class Finding:
    """What WeChat found. Labels: 100 fine, 10001 advertising, 20001 politics, 20002 pornography,
    20003 abuse, 20006 crime, 20008 fraud, 20012 vulgar, 20013 copyright, 21000 other."""

    suggest: Suggest
    label: int
    trace_id: str
    keywords: tuple[str, ...] = ()


def check_text(
    appid: str,
    *,
    openid: str,
    scene: Scene,
    content: str,
    title: str = "",
    nickname: str = "",
    signature: str = "",
) -> Finding:
    """Ask about a text of a customer who was here within two hours; `signature` is for PROFILE.

    Raises OpenidNotRecent, WeChatBusy (the quota of the minute or day is spent), ValueError for a
    text that is empty or longer than MAX_TEXT_CHARS, or another WeChatFailure.
    """
    if not 1 <= len(content) <= MAX_TEXT_CHARS:
        raise ValueError(f"a text to check has 1 to {MAX_TEXT_CHARS} characters")
    if signature and scene != Scene.PROFILE:
        raise ValueError("a signature is part of a profile")
    optional = {"title": title, "nickname": nickname, "signature": signature}
    whole: dict[str, object] = {
        "version": 2,
        "openid": openid,
        "scene": int(scene),
        "content": content,
        **{name: text for name, text in optional.items() if text},
    }
    answer = callers.app_post(
        appid, "/wxa/msg_sec_check", call="content.check_text", content=whole, is_read=True
    )
    return _text_finding(answer)


def check_media(
    appid: str, *, openid: str, scene: Scene, media_url: str, kind: MediaKind = MediaKind.IMAGE
) -> str:
    """Have WeChat fetch and judge a file of up to 10 MB; return the trace id of its answer.

    The answer comes as the push `wxa_media_check` within half an hour, or never: give it up after
    that. `media_url` must be open to WeChat. Raises OpenidNotRecent, WeChatBusy, another
    WeChatFailure.
    """
    whole: dict[str, object] = {
        "media_url": media_url,
        "media_type": int(kind),
        "version": 2,
        "scene": int(scene),
        "openid": openid,
    }
    answer = callers.app_post(
        appid, "/wxa/media_check_async", call="content.check_media", content=whole
    )
    return api.text_in(answer, "trace_id")


def check_picture(appid: str, *, picture: bytes, name: str, mime: str) -> Finding:
    """Ask about a picture at once, whoever sent it: PASS or RISKY, no label, no trace.

    The old call: it knows less than `check_media`. Raises WeChatBusy, ValueError for a picture
    that is empty or larger than MAX_PICTURE_BYTES, or another WeChatFailure.
    """
    if not 1 <= len(picture) <= MAX_PICTURE_BYTES:
        raise ValueError(f"a picture to check has 1 to {MAX_PICTURE_BYTES} bytes")
    try:
        callers.app_upload(
            appid,
            "/wxa/img_sec_check",
            call="content.check_picture",
            name=name,
            body=picture,
            mime=mime,
        )
    except WeChatRefused as refused:
        if refused.code != _RISKY_PICTURE:
            raise
        return Finding(Suggest.RISKY, LABEL_OTHER, "")
    return Finding(Suggest.PASS, LABEL_OK, "")


def media_finding(fields: Mapping[str, str]) -> Finding:
    """Read the push `wxa_media_check`; `fields` is what `wechat.push` returned.

    A file that WeChat could not look at (`errcode`) and a word we do not know are REVIEW. Raises
    ValueError for a push without a trace id.
    """
    trace_id = fields.get("trace_id", "")
    if not trace_id:
        raise ValueError("this push answers no check")
    details = push.rows(fields, "detail")
    failed = any(_failed(row.get("errcode")) for row in (fields, *details))
    told = fields.get("result.suggest", "")
    suggest = Suggest(told) if told in set(Suggest) else Suggest.REVIEW
    label = fields.get("result.label", "")
    return Finding(
        _careful(suggest, failed=failed),
        int(label) if label.isdecimal() else LABEL_UNKNOWN,
        trace_id,
        tuple(row["keyword"] for row in details if row.get("keyword")),
    )


def risk_rank(
    appid: str, *, openid: str, scene: RiskScene, client_ip: str, mobile: str = ""
) -> int:
    """Return how risky WeChat thinks a customer: 0 no risk to 4 highest. Raises a WeChatFailure."""
    whole: dict[str, object] = {
        "appid": appid,
        "openid": openid,
        "scene": int(scene),
        "client_ip": client_ip,
        **({"mobile_no": mobile} if mobile else {}),
    }
    answer = callers.app_post(
        appid, "/wxa/getuserriskrank", call="content.risk_rank", content=whole, is_read=True
    )
    rank = api.whole_in(answer, "risk_rank")
    if not 0 <= rank <= 4:
        raise BadAnswer("risk_rank is not 0 to 4")
    return rank


def _text_finding(answer: Mapping[str, Any]) -> Finding:
    result = api.object_in(answer, "result")
    details = list(api.objects_in(answer, "detail"))
    try:
        suggest = Suggest(api.text_in(result, "suggest"))
    except ValueError:
        raise BadAnswer("the answer suggests what we do not know") from None
    return Finding(
        _careful(suggest, failed=any(_failed(row.get("errcode")) for row in details)),
        api.whole_or(result, "label", LABEL_UNKNOWN),
        api.text_or_empty(answer, "trace_id"),
        _keywords(details),
    )


def _careful(suggest: Suggest, *, failed: bool) -> Suggest:
    """Let a person look where a part of WeChat's check failed: it has passed nothing."""
    return Suggest.REVIEW if failed and suggest == Suggest.PASS else suggest


def _failed(errcode: object) -> bool:
    return str(errcode if errcode is not None else "") not in ("", "0")


def _keywords(details: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    words = (api.text_or_empty(row, "keyword") for row in details)
    return tuple(word for word in words if word)

"""What WeChat's reviewers are given, and what they say (§3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from wechat import api
from wechat.categories import Category
from wechat.errors import BadAnswer

MAX_ITEMS = 5
MAX_TITLE = 32
MAX_TAGS, MAX_TAG = 10, 20
MAX_FEEDBACK = 200
MAX_FEEDBACK_MEDIA = 5


class AuditState(StrEnum):
    """Where an audit stands."""

    PASSED = "passed"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    WITHDRAWN = "withdrawn"
    DELAYED = "delayed"


_STATES = dict(enumerate(AuditState))
"""WeChat's numbers, 0 to 4, in this order (3 and 4 by the official page of getAuditStatus)."""

_EVENTS = {
    "weapp_audit_success": (AuditState.PASSED, "SuccTime"),
    "weapp_audit_fail": (AuditState.REFUSED, "FailTime"),
    "weapp_audit_delay": (AuditState.DELAYED, "DelayTime"),
}


@dataclass(frozen=True)
class SubmissionItem:
    """One page shown to the reviewer: `address` is its path, `tags` what to search it by."""

    category: Category
    address: str = ""
    tags: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class UgcDeclaration:
    """How what users write is kept decent; required for communities, notes and Q&A.

    `scenes`: 0 none, 1 profile, 2 articles, 3 posts, 4 comments, 5 chat or other; `methods`:
    1 WeChat's content checks, 2 another machine, 3 our own people (numbers of WeChat's page).
    """

    scenes: tuple[int, ...]
    methods: tuple[int, ...] = ()
    has_audit_team: bool = False
    audit_desc: str = ""
    other_scene_desc: str = ""


@dataclass(frozen=True)
class Submission:
    """What is submitted with the committed code. `feedback` and its pictures answer a refusal,
    and are taken only after one; `order_path` is the order page that trading apps must name."""

    items: tuple[SubmissionItem, ...] = ()
    version_desc: str = ""
    order_path: str = ""
    privacy_api_not_use: bool = False
    ugc: UgcDeclaration | None = None
    feedback: str = ""
    feedback_media_ids: tuple[str, ...] = ()
    preview_picture_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.items) > MAX_ITEMS:
            raise ValueError(f"a submission shows at most {MAX_ITEMS} pages")
        for item in self.items:
            if len(item.title) > MAX_TITLE:
                raise ValueError(f"a title has at most {MAX_TITLE} characters")
            if len(item.tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in item.tags):
                raise ValueError(f"a page has at most {MAX_TAGS} tags of {MAX_TAG} characters")
        if len(self.feedback) > MAX_FEEDBACK:
            raise ValueError(f"feedback has at most {MAX_FEEDBACK} characters")
        if len(self.feedback_media_ids) > MAX_FEEDBACK_MEDIA:
            raise ValueError(f"feedback has at most {MAX_FEEDBACK_MEDIA} pictures")

    def content(self) -> dict[str, object]:
        """Return the body of submit_audit; what is empty is left out."""
        whole: dict[str, object] = {
            "item_list": [_item(item) for item in self.items],
            "version_desc": self.version_desc,
            "order_path": self.order_path,
            "feedback_info": self.feedback,
            "feedback_stuff": "|".join(self.feedback_media_ids),
        }
        present = {name: value for name, value in whole.items() if value}
        if self.preview_picture_ids:
            pictures = list(self.preview_picture_ids)
            present["preview_info"] = {"video_id_list": [], "pic_id_list": pictures}
        if self.ugc:
            present["ugc_declare"] = _ugc(self.ugc)
        return {**present, "privacy_api_not_use": self.privacy_api_not_use}


@dataclass(frozen=True)
class AuditStatus:
    """An audit as WeChat tells it. `reason` may hold HTML; `screenshots` are media ids.

    `user_desc` is that of the commit that was submitted (official page of getLatestAuditStatus).
    """

    audit_id: str
    state: AuditState
    reason: str = ""
    screenshots: tuple[str, ...] = ()
    user_desc: str = ""


@dataclass(frozen=True)
class AuditNews:
    """What an audit push says. It names no audit: it is about the newest one of its app."""

    state: AuditState
    at: datetime
    reason: str = ""
    screenshots: tuple[str, ...] = ()


def status_in(answer: Mapping[str, Any], audit_id: str) -> AuditStatus:
    """Read an answer about one audit; the field of pictures is spelt in two ways (§3.6)."""
    state = _STATES.get(api.whole_in(answer, "status"))
    if state is None:
        raise BadAnswer("the answer has an audit status nobody told us about")
    pictures = answer.get("ScreenShot") or answer.get("screenshot") or ""
    return AuditStatus(
        audit_id,
        state,
        reason=api.text_or_empty(answer, "reason"),
        screenshots=_media_ids(str(pictures)),
        user_desc=api.text_or_empty(answer, "user_desc"),
    )


def news_in(fields: Mapping[str, str]) -> AuditNews | None:
    """Read the fields of a push; None when it is no audit push.

    Which app it is about says the address it came to, not a field (§3.6).
    """
    if fields.get("Event") not in _EVENTS:
        return None
    state, moment = _EVENTS[fields["Event"]]
    seconds = fields.get(moment) or fields.get("CreateTime") or "0"
    at = datetime.fromtimestamp(int(seconds), UTC)
    reason = fields.get("Reason") or fields.get("reason") or ""
    return AuditNews(state, at, reason, _media_ids(fields.get("ScreenShot", "")))


def _media_ids(text: str) -> tuple[str, ...]:
    return tuple(media_id for media_id in text.split("|") if media_id)


def _item(item: SubmissionItem) -> dict[str, object]:
    kind = item.category
    whole: dict[str, object] = {
        "address": item.address,
        "tag": " ".join(item.tags),
        "title": item.title,
        "first_class": kind.first_class,
        "second_class": kind.second_class,
        "third_class": kind.third_class,
        "first_id": kind.first_id,
        "second_id": kind.second_id,
        "third_id": kind.third_id,
    }
    return {name: value for name, value in whole.items() if value}


def _ugc(ugc: UgcDeclaration) -> dict[str, object]:
    whole: dict[str, object] = {
        "scene": list(ugc.scenes),
        "method": list(ugc.methods),
        "has_audit_team": int(ugc.has_audit_team),
        "audit_desc": ugc.audit_desc,
        "other_scene_desc": ugc.other_scene_desc,
    }
    optional = {"audit_desc", "other_scene_desc"}
    return {name: value for name, value in whole.items() if value or name not in optional}

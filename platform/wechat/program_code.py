"""A mini-program's code at WeChat: committed, detected, audited, released, rolled back (§3.6).

`commit` restarts the detection, and submitting before it is over fails with DetectionNotFinished:
ask `detection` until it is finished, and never repeat a commit and a submission as one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from wechat import api, audits, callers
from wechat.audits import AuditNews, AuditState, AuditStatus, Submission, UgcDeclaration
from wechat.errors import (
    AuditUnknown,
    BadAnswer,
    DetectionNotFinished,
    NothingCommitted,
    WeChatRefused,
)

__all__ = [
    "AuditNews",
    "AuditState",
    "AuditStatus",
    "Detection",
    "ExtJson",
    "GreyPlan",
    "GreyStatus",
    "PastVersion",
    "Quota",
    "Submission",
    "UgcDeclaration",
    "Version",
    "Versions",
]

COMMIT_READ_SECONDS = 15.0
"""WeChat packs the code while we wait. Only jobs commit."""

MAX_VERSION = 64
PRIVATE_INFOS = ("chooseAddress",)
"""Interfaces to places that the template calls, as its app.json has them: what is not declared
WeChat refuses on the phone and at the audit (61040), and commit's list takes app.json's place."""

_EXT_NAMES = {"tenant", "apiBase", "v"}
_UNCHANGEABLE = "85021"


@dataclass(frozen=True)
class ExtJson:
    """What makes the one template one shop's. `ext` holds `tenant`, `apiBase` and `v`, no more:
    everything else comes from our API, so that changing it needs no audit (§3.6)."""

    appid: str
    ext: Mapping[str, str]

    def __post_init__(self) -> None:
        if set(self.ext) != _EXT_NAMES:
            raise ValueError(f"ext holds exactly {sorted(_EXT_NAMES)}")

    def text(self) -> str:
        """Return the JSON text that `commit` sends."""
        whole = {
            "extEnable": True,
            "extAppid": self.appid,
            "directCommit": False,
            "ext": {name: self.ext[name] for name in ("tenant", "apiBase", "v")},
            "requiredPrivateInfos": list(PRIVATE_INFOS),
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Detection:
    """What WeChat's machine found in the code: `wx.…` names of interfaces to private data that
    were not granted to the app, and that ext.json does not declare."""

    is_finished: bool
    interfaces_without_permission: tuple[str, ...] = ()
    interfaces_without_declaration: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quota:
    """The month's audits and speed-ups: one pool for all shops of the platform."""

    rest: int
    limit: int
    speedup_rest: int
    speedup_limit: int


class GreyStatus(IntEnum):
    """WeChat's numbers for a grey release."""

    INITIAL = 0
    RUNNING = 1
    PAUSED = 2
    FINISHED = 3
    DELETED = 4


@dataclass(frozen=True)
class GreyPlan:
    """The newest grey release, and the share of users it has reached, 0 to 100."""

    status: GreyStatus
    percentage: int


@dataclass(frozen=True)
class PastVersion:
    """A version that can be rolled back to."""

    app_version: int
    user_version: str
    user_desc: str
    at: datetime


@dataclass(frozen=True)
class Version:
    """A version in place, and since when."""

    user_version: str
    user_desc: str
    at: datetime


@dataclass(frozen=True)
class Versions:
    """What testers and what everybody gets; None when there is no such version."""

    trial: Version | None
    released: Version | None


def commit(
    appid: str, *, template_id: int, ext: ExtJson, user_version: str, user_desc: str
) -> None:
    """Put a template's code into a shop's app as its trial version. Detection starts anew.

    Raises ValueError for a version longer than 64 characters or an ext.json of another app,
    TemplateUnknown, ExtRefused, or another WeChatFailure.
    """
    if not 1 <= len(user_version) <= MAX_VERSION:
        raise ValueError(f"a version has 1 to {MAX_VERSION} characters")
    if ext.appid != appid:
        raise ValueError("this ext.json is another app's")
    content = {
        "template_id": template_id,
        "ext_json": ext.text(),
        "user_version": user_version,
        "user_desc": user_desc,
    }
    _post(appid, "commit", content, read_seconds=COMMIT_READ_SECONDS)


def detection(appid: str) -> Detection:
    """Ask how far the detection of the committed code is.

    Raises LocationUndeclared when WeChat already knows that the code cannot be submitted so.
    """
    path = "/wxa/security/get_code_privacy_info"
    try:
        answer = callers.app_get(appid, path, call="program_code.detection")
    except DetectionNotFinished:
        return Detection(is_finished=False)
    return Detection(
        is_finished=True,
        interfaces_without_permission=api.texts_in(answer, "without_auth_list"),
        interfaces_without_declaration=api.texts_in(answer, "without_conf_list"),
    )


def trial_qr(appid: str, *, path: str = "") -> bytes:
    """Return the picture of the code that opens the trial version, at `path` when given."""
    query = {"path": path} if path else {}
    return callers.app_picture(appid, "/wxa/get_qrcode", call="program_code.trial_qr", query=query)


def pages(appid: str) -> tuple[str, ...]:
    """Return the paths of the committed code's pages. Raises NothingCommitted."""
    return api.texts_in(_get(appid, "get_page"), "page_list")


def upload_media(appid: str, *, name: str, body: bytes, mime: str) -> str:
    """Send a picture for a submission and return its media id. Raises a WeChatFailure."""
    answer = callers.app_upload(
        appid,
        "/wxa/uploadmedia",
        call="program_code.upload_media",
        name=name,
        body=body,
        mime=mime,
    )
    return api.text_in(answer, "mediaid" if "mediaid" in answer else "media_id")


def submit_audit(appid: str, *, submission: Submission) -> str:
    """Submit the committed code for audit and return the audit's id.

    It costs one of the month's pool. Raises DetectionNotFinished (wait, submit again),
    LocationUndeclared, AuditQuotaSpent, AlreadyInAudit, NothingCommitted, ProfileIncomplete,
    SubmissionRefused, SubmissionForbidden, or another WeChatFailure. When its outcome is
    unknown, ask `latest_audit` before anything else.
    """
    answer = _post(appid, "submit_audit", submission.content(), read_seconds=COMMIT_READ_SECONDS)
    return api.number_text_in(answer, "auditid")


def audit_status(appid: str, audit_id: str) -> AuditStatus:
    """Ask how an audit stands. Raises AuditUnknown, or another WeChatFailure."""
    answer = _post(appid, "get_auditstatus", {"auditid": int(audit_id)}, is_read=True)
    return audits.status_in(answer, audit_id)


def latest_audit(appid: str) -> AuditStatus | None:
    """Ask how the newest audit stands; None when nothing was ever submitted."""
    try:
        answer = _get(appid, "get_latest_auditstatus")
    except (AuditUnknown, NothingCommitted):
        return None
    return audits.status_in(answer, api.number_text_in(answer, "auditid"))


def screenshot(appid: str, media_id: str) -> bytes:
    """Return a picture that came with a refusal; by the page of getAuditStatus it is a permanent
    medium. Raises a WeChatFailure."""
    return callers.app_picture(
        appid,
        "/cgi-bin/material/get_material",
        call="program_code.screenshot",
        content={"media_id": media_id},
    )


def withdraw_audit(appid: str) -> None:
    """Take the submitted version back. Raises WithdrawLimit, or another WeChatFailure."""
    _get(appid, "undocodeaudit")


def speed_up(appid: str, audit_id: str) -> None:
    """Ask for a quick audit; it costs one of the pool's speed-ups. Raises a WeChatFailure."""
    _post(appid, "speedupaudit", {"auditid": int(audit_id)})


def quota(appid: str) -> Quota:
    """Ask what is left of the platform's pool, through any of its apps."""
    answer = _get(appid, "queryquota")
    names = ("rest", "limit", "speedup_rest", "speedup_limit")
    return Quota(*(api.whole_or(answer, name, 0) for name in names))


def release(appid: str) -> None:
    """Give everybody the version that passed. Raises NothingToRelease or AlreadyReleased."""
    _post(appid, "release", {}, read_seconds=COMMIT_READ_SECONDS)


def grey(
    appid: str,
    *,
    percentage: int,
    debuggers_first: bool = False,
    experiencers_first: bool = False,
) -> None:
    """Give the version that passed to a share of users, 1 to 100, which can only grow.

    Raises ValueError for another share, GreyRefused, or another WeChatFailure.
    """
    if not 1 <= percentage <= 100:
        raise ValueError("a grey release reaches 1 to 100 of 100 users")
    content = {
        "gray_percentage": percentage,
        "support_debuger_first": debuggers_first,
        "support_experiencer_first": experiencers_first,
    }
    _post(appid, "grayrelease", content)


def grey_plan(appid: str) -> GreyPlan:
    """Ask how far the grey release is. Raises a WeChatFailure."""
    plan = api.object_in(_get(appid, "getgrayreleaseplan"), "gray_release_plan")
    try:
        status = GreyStatus(api.whole_or(plan, "status", 0))
    except ValueError:
        raise BadAnswer("the answer has a grey status nobody told us about") from None
    return GreyPlan(status, api.whole_or(plan, "gray_percentage", 0))


def cancel_grey(appid: str) -> None:
    """End the grey release: everybody gets the version before it. Raises a WeChatFailure."""
    _get(appid, "revertgrayrelease")


def rollback(appid: str, *, app_version: int | None = None) -> None:
    """Go back to the version before, or to one of `history`. It works once.

    Raises CannotRollBack, or another WeChatFailure.
    """
    query = {} if app_version is None else {"app_version": str(app_version)}
    _get(appid, "revertcoderelease", query)


def history(appid: str) -> tuple[PastVersion, ...]:
    """Return the few versions that can be rolled back to, newest first."""
    answer = _get(appid, "revertcoderelease", {"action": "get_history_version"})
    return tuple(_past(item) for item in api.objects_in(answer, "version_list"))


def set_visible(appid: str, visible: bool) -> None:
    """Open the released program to customers, or close it; either may be so already.

    Raises a WeChatFailure.
    """
    try:
        _post(appid, "change_visitstatus", {"action": "open" if visible else "close"})
    except WeChatRefused as failure:
        if failure.code != _UNCHANGEABLE or is_visible(appid) != visible:
            raise


def is_visible(appid: str) -> bool:
    """Ask whether customers can open the program; WeChat may have closed it itself."""
    return api.whole_in(_post(appid, "getvisitstatus", {}, is_read=True), "status") == 1


def versions(appid: str) -> Versions:
    """Ask which versions are in place. Raises a WeChatFailure."""
    answer = _post(appid, "getversioninfo", {}, is_read=True)
    trial, released = api.object_in(answer, "exp_info"), api.object_in(answer, "release_info")
    return Versions(_version(trial, "exp"), _version(released, "release"))


def _version(info: Mapping[str, Any], prefix: str) -> Version | None:
    if not info.get(f"{prefix}_version"):
        return None
    return Version(
        api.text_or_empty(info, f"{prefix}_version"),
        api.text_or_empty(info, f"{prefix}_desc"),
        api.moment_in(info, f"{prefix}_time"),
    )


def _past(item: Mapping[str, Any]) -> PastVersion:
    return PastVersion(
        api.whole_in(item, "app_version"),
        api.text_or_empty(item, "user_version"),
        api.text_or_empty(item, "user_desc"),
        api.moment_in(item, "commit_time"),
    )


def _get(appid: str, name: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
    return callers.app_get(appid, f"/wxa/{name}", call=f"program_code.{name}", query=query or {})


def _post(
    appid: str,
    name: str,
    content: Mapping[str, object],
    *,
    is_read: bool = False,
    read_seconds: float | None = None,
) -> dict[str, Any]:
    return callers.app_post(
        appid,
        f"/wxa/{name}",
        call=f"program_code.{name}",
        content=content,
        is_read=is_read,
        read_seconds=read_seconds,
    )

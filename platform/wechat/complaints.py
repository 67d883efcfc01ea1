"""Complaints of buyers to WeChat Pay, and our words on them (CONTRACT §4.14).

A service provider receives those of all its shops; `complained_mchid` says whose. Answer within a
day: WeChat counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from wechat import api, apiv3, fields, numbers, signing
from wechat.api import text_in
from wechat.configured import merchant

MOST_DAYS = 30
MOST_PER_PAGE = 50
MOST_STEPS_PER_PAGE = 300
MOST_WORDS = 200
MOST_PICTURES = 4
MAX_PICTURE_BYTES = 2 * 1_048_576
_BASE = "/v3/merchant-service"
_COMPLAINTS = f"{_BASE}/complaints-v2"
_URL = f"{_BASE}/complaint-notifications"
_ID = re.compile(r"[0-9A-Za-z_\-]{1,64}")
_PICTURES = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"BM", "bmp", "image/bmp"),
)


class ComplaintState(StrEnum):
    """How a complaint stands: nobody answered, being handled, done."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PROCESSED = "PROCESSED"


class RefundDecision(StrEnum):
    """What a shop says to a refund that a buyer wants through a complaint."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"


@dataclass(frozen=True)
class ComplainedOrder:
    """A payment that a complaint is about."""

    transaction_id: str
    out_trade_no: str
    amount_fen: int


@dataclass(frozen=True)
class Complaint:
    """A complaint. `sealed_phone` is the buyer's, opened by `phone_of` when somebody needs it.

    `problem_type` is REFUND, SERVICE_NOT_WORK or OTHERS. `pictures` are addresses for `picture`.
    """

    complaint_id: str
    complained_at: datetime
    detail: str
    state: ComplaintState
    complained_mchid: str | None
    sealed_phone: str = field(repr=False)
    orders: tuple[ComplainedOrder, ...]
    pictures: tuple[str, ...]
    is_fully_refunded: bool
    awaits_answer: bool
    problem: str
    problem_type: str | None
    wanted_refund_fen: int | None
    times_complained: int | None


@dataclass(frozen=True)
class ComplaintPage:
    """Some complaints, and how many there are in all when WeChat told."""

    complaints: tuple[Complaint, ...]
    offset: int
    total: int | None


@dataclass(frozen=True)
class Step:
    """A step in a complaint's history; `kind` is WeChat's word, such as USER_CREATE_COMPLAINT."""

    log_id: str
    operator: str
    at: datetime
    kind: str
    words: str
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class ComplaintNotice:
    """Something happened to a complaint; `action` is WeChat's word, such as CREATE_COMPLAINT.

    WeChat adds words: whatever it says, ask for the complaint.
    """

    complaint_id: str
    action: str


def page(
    *, begin: date, end: date, offset: int = 0, limit: int = MOST_PER_PAGE, sub_mchid: str = ""
) -> ComplaintPage:
    """Ask for complaints of days in Beijing, both included, 30 at most; of one shop, or of all.

    Raises a WeChatFailure; ValueError for days or a page that WeChat does not take.
    """
    if not 0 <= (end - begin).days <= MOST_DAYS:
        raise ValueError("complaints are asked for 30 days at most")
    _check_page(offset, limit, MOST_PER_PAGE)
    query = {
        "limit": str(limit),
        "offset": str(offset),
        "begin_date": begin.isoformat(),
        "end_date": end.isoformat(),
    }
    if sub_mchid:
        query["complainted_mchid"] = sub_mchid
    answer = apiv3.asked("complaints.page", "GET", f"{_COMPLAINTS}?{urlencode(query)}")
    return apiv3.told("complaints.page", _page_of, answer)


def detail(*, complaint_id: str) -> Complaint:
    """Ask for one complaint. Raises OrderNotExist when WeChat has none under this number."""
    answer = apiv3.asked("complaints.detail", "GET", _one(complaint_id))
    return apiv3.told("complaints.detail", _complaint_of, answer, complaint_id=complaint_id)


def history(
    *, complaint_id: str, offset: int = 0, limit: int = MOST_STEPS_PER_PAGE
) -> tuple[Step, ...]:
    """Ask what happened to a complaint; fewer than `limit` steps are the last."""
    _check_page(offset, limit, MOST_STEPS_PER_PAGE)
    query = urlencode({"limit": limit, "offset": offset})
    target = f"{_one(complaint_id)}/negotiation-historys?{query}"
    answer = apiv3.asked("complaints.history", "GET", target)
    return apiv3.told("complaints.history", _steps_of, answer)


def respond(
    *, complaint_id: str, complained_mchid: str, words: str, media_ids: Sequence[str] = ()
) -> None:
    """Say something to the buyer, 200 characters at most, with up to 4 pictures of `upload`.

    Not idempotent: after a time-out look into the history before saying it again.
    """
    if not 1 <= len(words) <= MOST_WORDS:
        raise ValueError("an answer has 1 to 200 characters")
    if len(media_ids) > MOST_PICTURES:
        raise ValueError("an answer has 4 pictures at most")
    content: dict[str, object] = {
        "complainted_mchid": complained_mchid,
        "response_content": words,
    }
    if media_ids:
        content["response_images"] = list(media_ids)
    apiv3.asked("complaints.respond", "POST", f"{_one(complaint_id)}/response", content)


def complete(*, complaint_id: str, complained_mchid: str) -> None:
    """Say that the complaint is handled. The buyer can still go on with it."""
    content = {"complainted_mchid": complained_mchid}
    apiv3.asked("complaints.complete", "POST", f"{_one(complaint_id)}/complete", content)


def approve_refund(*, complaint_id: str, days: int) -> None:
    """Promise the refund that the buyer wants, to be made within so many days; 0 is today.

    This moves no money: `pay.refund` does.
    """
    if days < 0:
        raise ValueError("a refund is promised for today or later")
    _tell_refund(complaint_id, {"action": RefundDecision.APPROVE, "launch_refund_day": days})


def reject_refund(*, complaint_id: str, reason: str, media_ids: Sequence[str] = ()) -> None:
    """Refuse the refund that the buyer wants, with a reason and up to 4 pictures of `upload`."""
    if not 1 <= len(reason) <= MOST_WORDS:
        raise ValueError("a reason has 1 to 200 characters")
    if len(media_ids) > MOST_PICTURES:
        raise ValueError("a refusal has 4 pictures at most")
    content: dict[str, object] = {"action": RefundDecision.REJECT, "reject_reason": reason}
    if media_ids:
        content["reject_media_list"] = list(media_ids)
    _tell_refund(complaint_id, content)


def upload(body: bytes) -> str:
    """Send a picture (JPEG, PNG or BMP; 2 MB) for an answer, and return its media_id."""
    if len(body) > MAX_PICTURE_BYTES:
        raise ValueError("a picture for a complaint has 2 MB at most")
    for start, ending, mime in _PICTURES:
        if body.startswith(start):
            target = f"{_BASE}/images/upload"
            name = f"picture.{ending}"
            answer = apiv3.uploaded("complaints.upload", target, name=name, body=body, mime=mime)
            return text_in(answer, "media_id")
    raise ValueError("a picture for a complaint must be JPEG, PNG or BMP")


def picture(url: str) -> bytes:
    """Download a picture of a complaint or of its history."""
    return apiv3.downloaded(
        "complaints.picture",
        url,
        most_bytes=MAX_PICTURE_BYTES * 5,
        read_seconds=api.FILE_READ_SECONDS,
    )


def phone_of(complaint: Complaint) -> str:
    """Open the buyer's phone number; empty when they gave none. Raises signing.NotAuthentic."""
    if not complaint.sealed_phone:
        return ""
    return signing.reveal(complaint.sealed_phone, pay=merchant())


def register_url(url: str) -> None:
    """Say where notices of complaints go: one address per merchant, none before this."""
    _told_url("complaints.register_url", "POST", url)


def replace_url(url: str) -> None:
    """Let notices of complaints go elsewhere from now on."""
    _told_url("complaints.replace_url", "PUT", url)


def registered_url() -> str:
    """Ask where notices of complaints go. Raises OrderNotExist when nowhere."""
    return text_in(apiv3.asked("complaints.registered_url", "GET", _URL), "url")


def remove_url() -> None:
    """Let notices of complaints go nowhere."""
    apiv3.asked("complaints.remove_url", "DELETE", _URL)


def notice_of(resource: Mapping[str, Any]) -> ComplaintNotice:
    """Read the resource of a COMPLAINT event. Raises ValueError."""
    return ComplaintNotice(
        complaint_id=fields.text(resource, "complaint_id"),
        action=fields.text(resource, "action_type"),
    )


def _told_url(call: str, method: str, url: str) -> None:
    answer = apiv3.asked(call, method, _URL, {"url": url})
    apiv3.told(call, dict, answer, url=url)


def _tell_refund(complaint_id: str, content: Mapping[str, object]) -> None:
    target = f"{_one(complaint_id)}/update-refund-progress"
    apiv3.asked("complaints.tell_refund", "POST", target, content)


def _one(complaint_id: str) -> str:
    return f"{_COMPLAINTS}/{numbers.checked('complaint_id', _ID, complaint_id)}"


def _check_page(offset: int, limit: int, most: int) -> None:
    if offset < 0 or not 1 <= limit <= most:
        raise ValueError(f"a page begins at 0 or later and has 1 to {most} rows")


def _page_of(content: Mapping[str, Any]) -> ComplaintPage:
    return ComplaintPage(
        complaints=tuple(_complaint_of(part) for part in fields.objects(content, "data")),
        offset=fields.whole(content, "offset") or 0,
        total=fields.whole(content, "total_count"),
    )


def _complaint_of(content: Mapping[str, Any]) -> Complaint:
    media = fields.objects(content, "complaint_media_list")
    return Complaint(
        complaint_id=fields.text(content, "complaint_id"),
        complained_at=fields.moment(content, "complaint_time"),
        detail=fields.text_or_none(content, "complaint_detail") or "",
        state=ComplaintState(fields.text(content, "complaint_state")),
        complained_mchid=fields.text_or_none(content, "complainted_mchid"),
        sealed_phone=fields.text_or_none(content, "payer_phone") or "",
        orders=tuple(_order_of(o) for o in fields.objects(content, "complaint_order_info")),
        pictures=tuple(url for part in media for url in fields.texts(part, "media_url")),
        is_fully_refunded=fields.flag(content, "complaint_full_refunded"),
        awaits_answer=fields.flag(content, "incoming_user_response"),
        problem=fields.text_or_none(content, "problem_description") or "",
        problem_type=fields.text_or_none(content, "problem_type"),
        wanted_refund_fen=fields.whole(content, "apply_refund_amount"),
        times_complained=fields.whole(content, "user_complaint_times"),
    )


def _order_of(content: Mapping[str, Any]) -> ComplainedOrder:
    return ComplainedOrder(
        transaction_id=fields.text(content, "transaction_id"),
        out_trade_no=fields.text(content, "out_trade_no"),
        amount_fen=fields.fen(content, "amount"),
    )


def _steps_of(content: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(_step_of(part) for part in fields.objects(content, "data"))


def _step_of(content: Mapping[str, Any]) -> Step:
    media = fields.mapping(content, "complaint_media_list")
    return Step(
        log_id=fields.text(content, "log_id"),
        operator=fields.text_or_none(content, "operator") or "",
        at=fields.moment(content, "operate_time"),
        kind=fields.text(content, "operate_type"),
        words=fields.text_or_none(content, "operate_details") or "",
        pictures=fields.texts(content, "image_list") + fields.texts(media, "media_url"),
    )

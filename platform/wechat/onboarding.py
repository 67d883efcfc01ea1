"""Merchant numbers for shops: the application, its files, the settlement account (CONTRACT §4.13).

A service provider applies for a shop (特约商户进件), polls how the application stands, and shows
the owner what to confirm and sign. After FINISHED the owner must still bind the shop's app to the
new number before payments work.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from wechat import apiv3, fields, numbers, signing
from wechat.api import text_in
from wechat.configured import merchant

MAX_PICTURE_BYTES = 5 * 1_048_576
MAX_PDF_BYTES = 7 * 1_048_576 + 524_288
MAX_VIDEO_BYTES = 5 * 1_048_576
_APPLICATIONS = "/v3/applyment4sub/applyment/"  # the last slash is a part of what is signed
_SHOPS = "/v3/apply4sub/sub_merchants"
_CODE = re.compile(r"[0-9A-Za-z_]{1,124}")
_DIGITS = re.compile(r"[0-9]{1,32}")
_APPLICATION_NO = re.compile(r"[0-9A-Za-z_\-]{1,64}")
_PREFIX = "APPLYMENT_STATE_"
_SPELLINGS = {"EDITING": "EDITTING", "CANCELLED": "CANCELED"}
_SEALED = frozenset(
    {
        "contact_name",
        "contact_id_number",
        "openid",
        "mobile_phone",
        "contact_email",
        "id_card_name",
        "id_card_number",
        "id_card_address",
        "id_doc_name",
        "id_doc_number",
        "id_doc_address",
        "ubo_id_doc_name",
        "ubo_id_doc_number",
        "ubo_id_doc_address",
        "account_name",
        "account_number",
    }
)
"""The fields of an application that travel sealed, wherever they stand in it."""

_FILES = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg", MAX_PICTURE_BYTES),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png", MAX_PICTURE_BYTES),
    (b"BM", "bmp", "image/bmp", MAX_PICTURE_BYTES),
    (b"%PDF-", "pdf", "application/pdf", MAX_PDF_BYTES),
)
"""How the files begin that WeChat takes, what they are, and how large they may be."""


class ApplicationState(StrEnum):
    """How an application stands, in WeChat's own spelling.

    EDITTING is a draft (or refused for its form), TO_BE_CONFIRMED wants the owner's confirmation
    of the account, TO_BE_SIGNED the contract: both at `sign_url`. The last two from memory of
    CONTRACT §4.13.
    """

    EDITTING = "APPLYMENT_STATE_EDITTING"
    AUDITING = "APPLYMENT_STATE_AUDITING"
    REJECTED = "APPLYMENT_STATE_REJECTED"
    TO_BE_CONFIRMED = "APPLYMENT_STATE_TO_BE_CONFIRMED"
    TO_BE_SIGNED = "APPLYMENT_STATE_TO_BE_SIGNED"
    SIGNING = "APPLYMENT_STATE_SIGNING"
    FINISHED = "APPLYMENT_STATE_FINISHED"
    CANCELED = "APPLYMENT_STATE_CANCELED"

    @classmethod
    def _missing_(cls, value: object) -> "ApplicationState | None":
        word = str(value).removeprefix(_PREFIX)
        return cls.__members__.get(_SPELLINGS.get(word, word))

    @property
    def is_final(self) -> bool:
        """Tell that nothing changes any more; a refused application can be handed in again."""
        return self in (ApplicationState.FINISHED, ApplicationState.CANCELED)


class AccountType(StrEnum):
    """Whose bank account receives the settlements: a company's, or a person's."""

    BUSINESS = "ACCOUNT_TYPE_BUSINESS"
    PRIVATE = "ACCOUNT_TYPE_PRIVATE"


@dataclass(frozen=True)
class Application:
    """What is handed in: each section as WeChat's page names its fields, in clear text.

    Names, numbers and addresses of people are sealed on the way; nothing here is changed.
    `business_code` is ours, one per application: handing in again after a refusal keeps it.
    """

    business_code: str
    contact_info: Mapping[str, object] = field(repr=False)
    subject_info: Mapping[str, object] = field(repr=False)
    business_info: Mapping[str, object] = field(repr=False)
    settlement_info: Mapping[str, object] = field(repr=False)
    bank_account_info: Mapping[str, object] = field(repr=False)
    addition_info: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Rejection:
    """A field that WeChat refused: its name for programs, for people, and why."""

    field: str
    field_name: str
    reason: str


@dataclass(frozen=True)
class ApplicationTold:
    """How an application stands. `sub_mchid` is the shop's merchant number, once it has one."""

    applyment_id: str
    business_code: str
    state: ApplicationState
    state_message: str
    sign_url: str | None
    sub_mchid: str | None
    rejections: tuple[Rejection, ...]


@dataclass(frozen=True)
class SettlementAccount:
    """The account that a shop's money goes to; its number is masked by WeChat.

    `verify_result` is VERIFY_SUCCESS, VERIFY_FAIL or VERIFYING.
    """

    account_type: str
    account_bank: str
    bank_name: str | None
    bank_branch_id: str | None
    account_number: str
    verify_result: str
    fail_reason: str | None


@dataclass(frozen=True)
class SettlementChange:
    """A change of the settlement account: AUDITING, AUDIT_SUCCESS or AUDIT_FAIL."""

    account_type: str
    account_bank: str
    bank_name: str | None
    account_number: str
    verify_result: str
    fail_reason: str | None
    finished_at: datetime | None


def submit(application: Application) -> str:
    """Hand an application in, or again after a refusal, and return WeChat's applyment_id.

    Raises a WeChatFailure; ValueError for an application that cannot be right.
    """
    content: dict[str, object] = {
        "business_code": numbers.checked("business_code", _CODE, application.business_code)
    }
    for name in (
        "contact_info",
        "subject_info",
        "business_info",
        "settlement_info",
        "bank_account_info",
    ):
        section = getattr(application, name)
        if not section:
            raise ValueError(f"an application needs its {name}")
        content[name] = _sealed(section)
    if application.addition_info:
        content["addition_info"] = _sealed(application.addition_info)
    answer = apiv3.asked("onboarding.submit", "POST", _APPLICATIONS, content)
    return apiv3.told(
        "onboarding.submit", lambda told: fields.number_text(told, "applyment_id"), answer
    )


def query(*, business_code: str) -> ApplicationTold:
    """Ask how an application stands by our code. There is no callback: poll.

    Raises OrderNotExist when WeChat has none.
    """
    numbers.checked("business_code", _CODE, business_code)
    target = f"{_APPLICATIONS}business_code/{business_code}"
    answer = apiv3.asked("onboarding.query", "GET", target)
    return apiv3.told("onboarding.query", _told_of, answer, business_code=business_code)


def query_by_id(*, applyment_id: str) -> ApplicationTold:
    """Ask how an application stands by WeChat's number of it."""
    numbers.checked("applyment_id", _DIGITS, applyment_id)
    answer = apiv3.asked(
        "onboarding.query_by_id", "GET", f"{_APPLICATIONS}applyment_id/{applyment_id}"
    )
    return apiv3.told("onboarding.query_by_id", _told_of, answer)


def upload(body: bytes) -> str:
    """Send a picture (JPEG, PNG, BMP; 5 MB) or a PDF (7.5 MB), and return its media_id.

    Raises ValueError for another file or a larger one.
    """
    for start, ending, mime, most in _FILES:
        if body.startswith(start):
            return _media("upload", f"file.{ending}", body, mime, most)
    raise ValueError("a file for WeChat Pay must be JPEG, PNG, BMP or PDF")


def upload_video(body: bytes) -> str:
    """Send a video (MP4; 5 MB), such as the legal person's will, and return its media_id."""
    if body[4:8] != b"ftyp":
        raise ValueError("a video for WeChat Pay must be MP4")
    return _media("video_upload", "video.mp4", body, "video/mp4", MAX_VIDEO_BYTES)


def settlement(*, sub_mchid: str) -> SettlementAccount:
    """Ask which account a shop's money goes to."""
    answer = apiv3.asked("onboarding.settlement", "GET", f"{_shop(sub_mchid)}/settlement")
    return apiv3.told("onboarding.settlement", _account_of, answer)


def modify_settlement(
    *,
    sub_mchid: str,
    account_type: AccountType,
    account_bank: str,
    bank_address_code: str,
    account_number: str,
    account_name: str = "",
    bank_name: str = "",
    bank_branch_id: str = "",
) -> str:
    """Ask for another settlement account, and return the number to ask about it by.

    The number and the name of the account travel sealed. The old account serves until WeChat has
    verified the new one.
    """
    mine = merchant()
    content: dict[str, object] = {
        "modify_mode": "MODIFY_MODE_ASYNC",
        "account_type": account_type,
        "account_bank": account_bank,
        "bank_address_code": bank_address_code,
        "account_number": signing.conceal(account_number, pay=mine)[0],
    }
    if account_name:
        content["account_name"] = signing.conceal(account_name, pay=mine)[0]
    if bank_name:
        content["bank_name"] = bank_name
    if bank_branch_id:
        content["bank_branch_id"] = bank_branch_id
    target = f"{_shop(sub_mchid)}/modify-settlement"
    answer = apiv3.asked("onboarding.modify_settlement", "POST", target, content)
    return text_in(answer, "application_no")


def settlement_change(*, sub_mchid: str, application_no: str) -> SettlementChange:
    """Ask how a change of the settlement account stands."""
    numbers.checked("application_no", _APPLICATION_NO, application_no)
    target = f"{_shop(sub_mchid)}/application/{quote(application_no, safe='')}"
    answer = apiv3.asked("onboarding.settlement_change", "GET", target)
    return apiv3.told("onboarding.settlement_change", _change_of, answer)


def _media(path: str, name: str, body: bytes, mime: str, most: int) -> str:
    if len(body) > most:
        raise ValueError(f"the file is longer than {most} bytes")
    target, call = f"/v3/merchant/media/{path}", f"onboarding.{path}"
    return text_in(apiv3.uploaded(call, target, name=name, body=body, mime=mime), "media_id")


def _sealed(content: Any) -> Any:
    """Copy a section with its personal fields sealed. What was given stays in clear text."""
    if isinstance(content, Mapping):
        return {name: _sealed_field(name, value) for name, value in content.items()}
    if isinstance(content, Sequence) and not isinstance(content, str):
        return [_sealed(item) for item in content]
    return content


def _sealed_field(name: str, value: object) -> object:
    if name in _SEALED and isinstance(value, str) and value:
        return signing.conceal(value, pay=merchant())[0]
    return _sealed(value)


def _shop(sub_mchid: str) -> str:
    return f"{_SHOPS}/{numbers.sub_mchid(sub_mchid)['sub_mchid']}"


def _told_of(content: Mapping[str, Any]) -> ApplicationTold:
    return ApplicationTold(
        applyment_id=fields.number_text(content, "applyment_id"),
        business_code=fields.text(content, "business_code"),
        state=ApplicationState(fields.text(content, "applyment_state")),
        state_message=fields.text_or_none(content, "applyment_state_msg") or "",
        sign_url=fields.text_or_none(content, "sign_url"),
        sub_mchid=fields.text_or_none(content, "sub_mchid"),
        rejections=tuple(_rejection_of(part) for part in fields.objects(content, "audit_detail")),
    )


def _rejection_of(content: Mapping[str, Any]) -> Rejection:
    return Rejection(
        field=fields.text_or_none(content, "field") or "",
        field_name=fields.text_or_none(content, "field_name") or "",
        reason=fields.text(content, "reject_reason"),
    )


def _account_of(content: Mapping[str, Any]) -> SettlementAccount:
    return SettlementAccount(
        account_type=fields.text(content, "account_type"),
        account_bank=fields.text(content, "account_bank"),
        bank_name=fields.text_or_none(content, "bank_name"),
        bank_branch_id=fields.text_or_none(content, "bank_branch_id"),
        account_number=fields.text(content, "account_number"),
        verify_result=fields.text(content, "verify_result"),
        fail_reason=fields.text_or_none(content, "verify_fail_reason"),
    )


def _change_of(content: Mapping[str, Any]) -> SettlementChange:
    return SettlementChange(
        account_type=fields.text(content, "account_type"),
        account_bank=fields.text(content, "account_bank"),
        bank_name=fields.text_or_none(content, "bank_name"),
        account_number=fields.text(content, "account_number"),
        verify_result=fields.text(content, "verify_result"),
        fail_reason=fields.text_or_none(content, "verify_fail_reason"),
        finished_at=fields.moment_or_none(content, "verify_finish_time"),
    )

"""Merchant transfers: money to a person, who confirms it (商家转账, CONTRACT §4.12).

Whatever goes wrong with a transfer, its money may have moved. Never pay the same debt under a new
number before `query` says FAIL or CANCELLED (`TransferState.is_unpaid`): not after a time-out, not
after a refusal, not after OrderNotExist. Repeating `create` with the same number and the same
words is always safe, and pays once.

`sub_mchid="19…"` is the partner variant: a shop's own merchant pays, once it has granted that
(`ask_grant`). `sub_mchid=None` pays from the operating account of the merchant that speaks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from wechat import apiv3, fields, numbers, signing
from wechat.configured import merchant

NAME_FROM_FEN = 200_000
"""From 2,000 yuan on WeChat wants the name of the person who is paid."""

_BASE = "/v3/fund-app/mch-transfer"
_NUMBER = re.compile(r"[0-9A-Za-z]{1,32}")
_WECHATS_NUMBER = re.compile(r"[0-9A-Za-z]{1,64}")
_SCENE = re.compile(r"[0-9]{1,36}")
_SPELLINGS = {
    "TRANSFERRING": "TRANSFERING",
    "CANCELLING": "CANCELING",
    "CANCELED": "CANCELLED",
    "FAILED": "FAIL",
}
"""As the dictionary has it, where WeChat has it otherwise: should WeChat ever mend its spelling."""


class TransferState(StrEnum):
    """How a transfer stands, in WeChat's own spelling.

    WAIT_USER_CONFIRM alone lets the person's client open the confirmation; unconfirmed for about
    a day it ends as FAIL.
    """

    ACCEPTED = "ACCEPTED"
    PROCESSING = "PROCESSING"
    WAIT_USER_CONFIRM = "WAIT_USER_CONFIRM"
    TRANSFERING = "TRANSFERING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    CANCELING = "CANCELING"
    CANCELLED = "CANCELLED"

    @classmethod
    def _missing_(cls, value: object) -> "TransferState | None":
        known = _SPELLINGS.get(str(value))
        return cls(known) if known else None

    @property
    def is_unpaid(self) -> bool:
        """Tell that the money has not moved and never will: a new number may be used."""
        return self in (TransferState.FAIL, TransferState.CANCELLED)

    @property
    def is_final(self) -> bool:
        """Tell that nothing changes any more."""
        return self is TransferState.SUCCESS or self.is_unpaid


class RecipientView(StrEnum):
    """What the person confirms on."""

    CONFIRM_PAGE = "CONFIRM_PAGE"
    RED_PACKET = "RED_PACKET"


@dataclass(frozen=True)
class ReportInfo:
    """A fact that WeChat wants reported with transfers of a scene; keep the texts in data."""

    info_type: str
    info_content: str


@dataclass(frozen=True)
class TransferAsked:
    """What came of asking. `package_info` is what `wx.requestMerchantTransfer` needs; else empty.

    Give it to the person it is for only.
    """

    out_bill_no: str
    transfer_bill_no: str
    state: TransferState
    package_info: str = field(repr=False)
    fail_reason: str | None
    created_at: datetime | None


@dataclass(frozen=True)
class Transfer:
    """A transfer as WeChat Pay sees it. Compare mchid and amount_fen with the withdrawal."""

    mchid: str
    sub_mchid: str | None
    out_bill_no: str
    transfer_bill_no: str
    appid: str
    state: TransferState
    amount_fen: int
    openid: str | None
    fail_reason: str | None
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True)
class TransferNotice:
    """How a transfer ended. Compare mchid, openid and amount_fen with the withdrawal."""

    mchid: str
    sub_mchid: str | None
    out_bill_no: str
    transfer_bill_no: str
    state: TransferState
    amount_fen: int
    openid: str | None
    fail_reason: str | None
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True)
class Grant:
    """A shop's permission to transfer from its own merchant; `state` is WeChat's word."""

    sub_mchid: str
    state: str
    out_apply_no: str | None


def create(
    *,
    sub_mchid: str | None,
    appid: str,
    openid: str,
    out_bill_no: str,
    amount_fen: int,
    scene_id: str,
    remark: str,
    report_infos: Sequence[ReportInfo],
    user_name: str = "",
    notify_url: str = "",
    perception: str = "",
    view: RecipientView | None = None,
) -> TransferAsked:
    """Ask to pay `openid` of the app `appid`; the person confirms in the mini-program.

    `out_bill_no` (32 letters and digits) names the transfer for ever. `user_name` travels sealed
    and is checked by WeChat; it is required from NAME_FROM_FEN. `remark` is cut at 32 characters.
    `perception` and `report_infos` are texts that WeChat prescribes for the scene.

    Any failure leaves open whether it was made: see the module. Raises a WeChatFailure
    (BalanceNotEnough, LimitReached); ValueError for a transfer that cannot be right.
    """
    if numbers.fen("amount_fen", amount_fen) >= NAME_FROM_FEN and not user_name:
        raise ValueError("a transfer from 2,000 yuan on needs the person's name")
    content: dict[str, object] = {
        **numbers.sub_mchid(sub_mchid),
        "appid": appid,
        "out_bill_no": numbers.checked("out_bill_no", _NUMBER, out_bill_no),
        "transfer_scene_id": numbers.checked("scene_id", _SCENE, scene_id),
        "openid": openid,
        "transfer_amount": amount_fen,
        "transfer_remark": remark[:32],
        "transfer_scene_report_infos": [
            {"info_type": info.info_type, "info_content": info.info_content}
            for info in report_infos
        ],
    }
    if user_name:
        content["user_name"] = signing.conceal(user_name, pay=merchant())[0]
    if notify_url:
        content["notify_url"] = notify_url
    if perception:
        content["user_recv_perception"] = perception
    if view:
        content["user_recv_style"] = {"type": view}
    answer = apiv3.asked("transfers.create", "POST", _bills(sub_mchid), content)
    return apiv3.told("transfers.create", _asked_of, answer, out_bill_no=out_bill_no)


def query(*, sub_mchid: str | None, out_bill_no: str) -> Transfer:
    """Ask how a transfer stands.

    Raises OrderNotExist when WeChat has none under this number: then `create` it again under this
    number, for a request may still be on its way.
    """
    numbers.checked("out_bill_no", _NUMBER, out_bill_no)
    answer = apiv3.asked("transfers.query", "GET", _one(sub_mchid, f"out-bill-no/{out_bill_no}"))
    return apiv3.told("transfers.query", _transfer_of, answer, out_bill_no=out_bill_no)


def query_by_wechats_number(*, sub_mchid: str | None, transfer_bill_no: str) -> Transfer:
    """Ask how a transfer stands by WeChat's number of it, as bills and persons tell it."""
    numbers.checked("transfer_bill_no", _WECHATS_NUMBER, transfer_bill_no)
    call = "transfers.query_by_wechats_number"
    answer = apiv3.asked(call, "GET", _one(sub_mchid, f"transfer-bill-no/{transfer_bill_no}"))
    return apiv3.told(call, _transfer_of, answer, transfer_bill_no=transfer_bill_no)


def cancel(*, sub_mchid: str | None, out_bill_no: str) -> TransferState:
    """Ask to cancel a transfer that is not yet confirmed, and return CANCELING or CANCELLED.

    CANCELING can still end in SUCCESS: `query` until it is final.
    """
    numbers.checked("out_bill_no", _NUMBER, out_bill_no)
    target = f"{_bills(sub_mchid)}/out-bill-no/{out_bill_no}/cancel"
    content = numbers.sub_mchid(sub_mchid) or None  # direct mode signs and sends no body at all
    answer = apiv3.asked("transfers.cancel", "POST", target, content)
    return apiv3.told(
        "transfers.cancel",
        lambda told: TransferState(fields.text(told, "state")),
        answer,
        out_bill_no=out_bill_no,
    )


def ask_grant(*, sub_mchid: str, out_apply_no: str) -> Grant:
    """Ask a shop's merchant to let the platform transfer from its account; its owner decides."""
    content = {
        **numbers.sub_mchid(sub_mchid),
        "out_apply_no": numbers.checked("out_apply_no", _NUMBER, out_apply_no),
    }
    target = f"{_BASE}/partner/sub-mch-authorizations"
    answer = apiv3.asked("transfers.ask_grant", "POST", target, content)
    return apiv3.told("transfers.ask_grant", _grant_of, answer, sub_mchid=sub_mchid)


def grant_of(*, sub_mchid: str) -> Grant:
    """Ask whether a shop lets the platform transfer: AUTHORIZED, UNAUTHORIZED or CANCELED."""
    target = f"{_BASE}/partner/sub-mch-authorizations/{numbers.sub_mchid(sub_mchid)['sub_mchid']}"
    answer = apiv3.asked("transfers.grant_of", "GET", target)
    return apiv3.told("transfers.grant_of", _grant_of, answer, sub_mchid=sub_mchid)


def notice_of(resource: Mapping[str, Any]) -> TransferNotice:
    """Read the resource of MCHTRANSFER.BILL.FINISHED. Raises ValueError."""
    return TransferNotice(
        mchid=_mchid(resource),
        sub_mchid=fields.text_or_none(resource, "sub_mchid"),
        out_bill_no=fields.text(resource, "out_bill_no"),
        transfer_bill_no=fields.text(resource, "transfer_bill_no"),
        state=TransferState(fields.text(resource, "state")),
        amount_fen=fields.fen(resource, "transfer_amount"),
        openid=fields.text_or_none(resource, "openid"),
        fail_reason=fields.text_or_none(resource, "fail_reason"),
        created_at=fields.moment_or_none(resource, "create_time"),
        updated_at=fields.moment_or_none(resource, "update_time"),
    )


def _bills(sub_mchid: str | None) -> str:
    return f"{_BASE}/transfer-bills" if sub_mchid is None else f"{_BASE}/partner/transfer-bills"


def _one(sub_mchid: str | None, place: str) -> str:
    named = urlencode(numbers.sub_mchid(sub_mchid))
    return f"{_bills(sub_mchid)}/{place}" + (f"?{named}" if named else "")


def _asked_of(content: Mapping[str, Any]) -> TransferAsked:
    package = fields.text_or_none(content, "package_info") or ""
    return TransferAsked(
        out_bill_no=fields.text(content, "out_bill_no"),
        transfer_bill_no=fields.text(content, "transfer_bill_no"),
        state=_state_of(content, package),
        package_info=package,
        fail_reason=fields.text_or_none(content, "fail_reason"),
        created_at=fields.moment_or_none(content, "create_time"),
    )


def _state_of(content: Mapping[str, Any], package: str) -> TransferState:
    """Read the state, which the partner variant is documented not to tell: its package does."""
    if "state" not in content:
        return TransferState.WAIT_USER_CONFIRM if package else TransferState.ACCEPTED
    return TransferState(fields.text(content, "state"))


def _transfer_of(content: Mapping[str, Any]) -> Transfer:
    return Transfer(
        mchid=_mchid(content),
        sub_mchid=fields.text_or_none(content, "sub_mchid"),
        out_bill_no=fields.text(content, "out_bill_no"),
        transfer_bill_no=fields.text(content, "transfer_bill_no"),
        appid=fields.text(content, "appid"),
        state=TransferState(fields.text(content, "state")),
        amount_fen=fields.fen(content, "transfer_amount"),
        openid=fields.text_or_none(content, "openid"),
        fail_reason=fields.text_or_none(content, "fail_reason"),
        created_at=fields.moment_or_none(content, "create_time"),
        updated_at=fields.moment_or_none(content, "update_time"),
    )


def _grant_of(content: Mapping[str, Any]) -> Grant:
    application = fields.mapping(content, "apply_order")
    return Grant(
        sub_mchid=fields.text(content, "sub_mchid"),
        state=fields.text(content, "state"),
        out_apply_no=fields.text_or_none(content, "out_apply_no")
        or fields.text_or_none(application, "out_apply_no"),
    )


def _mchid(content: Mapping[str, Any]) -> str:
    """Read the merchant number, of which these spellings are seen (CONTRACT §4.12)."""
    told = [name for name in ("mch_id", "mchid", "sp_mchid") if content.get(name)]
    return fields.text(content, told[0] if told else "mchid")

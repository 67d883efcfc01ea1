"""What WeChat Pay tells us unasked: proved, opened and read, without any network (§4.5)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from wechat import complaints, fields, metrics, moments, pay, sharing, signing, transfers
from wechat.configured import merchant
from wechat.credentials import PayCredentials

MAX_BODY_BYTES = 65_536
_ALGORITHM = "AEAD_AES_256_GCM"
_T = TypeVar("_T")


class BadCallback(Exception):
    """Not a callback to act on: answer 4xx, do nothing. `reason` is a short stable word.

    One of: too_large, missing_header, signature_type, timestamp, unknown_serial,
    signature_probe, not_utf8, signature, not_json, envelope_shape, ciphertext, resource_shape.
    A signature_probe is WeChat testing that we refuse; nobody needs to be woken.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Envelope:
    """A proved callback. Repeats carry the same event_id: store it once (CONTRACT §4.5)."""

    event_id: str
    event_type: str
    created_at: datetime
    resource: dict[str, Any]


@dataclass(frozen=True)
class RefundNotice:
    """How a refund ended; refund_status is SUCCESS, CLOSED or ABNORMAL. Compare the mchids.

    In direct mode sp_mchid is the merchant and sub_mchid is empty.
    """

    sp_mchid: str
    sub_mchid: str
    out_refund_no: str
    refund_id: str
    refund_status: str
    out_trade_no: str
    transaction_id: str
    amount_fen: int
    total_fen: int
    success_at: datetime | None


def open_envelope(*, headers: Mapping[str, str], body: bytes) -> Envelope:
    """Prove that WeChat Pay wrote `body` within five minutes, decrypt and return it.

    `body` must be the raw bytes; header names may be in any case. Raises BadCallback; never
    reaches out, whatever the serial says. A genuine callback can be replayed for five minutes,
    so the caller still stores event_id once.
    """
    try:
        envelope = _opened(headers, body, merchant())
    except signing.NotAuthentic as error:
        metrics.callbacks.labels("pay", error.reason).inc()
        raise BadCallback(error.reason) from None
    except BadCallback as error:
        metrics.callbacks.labels("pay", error.reason).inc()
        raise
    metrics.callbacks.labels("pay", "ok").inc()
    return envelope


def transaction_from(resource: Mapping[str, Any]) -> pay.Transaction:
    """Read the resource of TRANSACTION.SUCCESS, partner mode. Raises BadCallback."""
    return _read_by(pay.transaction_of, resource)


def direct_transaction_from(resource: Mapping[str, Any]) -> pay.Transaction:
    """Read the resource of TRANSACTION.SUCCESS, direct mode. Raises BadCallback."""
    return _read_by(pay.direct_transaction_of, resource)


def any_transaction_from(resource: Mapping[str, Any]) -> pay.Transaction:
    """Read the resource of TRANSACTION.SUCCESS in the mode that its merchant's name tells."""
    return (direct_transaction_from if _is_direct(resource) else transaction_from)(resource)


def any_refund_from(resource: Mapping[str, Any]) -> RefundNotice:
    """Read the resource of a REFUND event in the mode that its merchant's name tells."""
    return (direct_refund_from if _is_direct(resource) else refund_from)(resource)


def refund_from(resource: Mapping[str, Any]) -> RefundNotice:
    """Read the resource of REFUND.SUCCESS, .ABNORMAL or .CLOSED. Raises BadCallback."""
    return _read_by(_refund_notice, resource)


def direct_refund_from(resource: Mapping[str, Any]) -> RefundNotice:
    """Read the resource of a REFUND event, direct mode. Raises BadCallback."""
    return _read_by(_direct_refund_notice, resource)


def sharing_from(resource: Mapping[str, Any]) -> sharing.SharingNotice:
    """Read the resource of PROFITSHARING: one receiver's part of a sharing. Raises BadCallback."""
    return _read_by(sharing.notice_of, resource)


def transfer_from(resource: Mapping[str, Any]) -> transfers.TransferNotice:
    """Read the resource of MCHTRANSFER.BILL.FINISHED. Raises BadCallback."""
    return _read_by(transfers.notice_of, resource)


def complaint_from(resource: Mapping[str, Any]) -> complaints.ComplaintNotice:
    """Read the resource of COMPLAINT.CREATE or .STATE_CHANGE. Raises BadCallback."""
    return _read_by(complaints.notice_of, resource)


def _is_direct(resource: Mapping[str, Any]) -> bool:
    return "mchid" in resource and "sp_mchid" not in resource


def _read_by(read: Callable[[Mapping[str, Any]], _T], resource: Mapping[str, Any]) -> _T:
    try:
        return read(resource)
    except ValueError:
        raise BadCallback("resource_shape") from None


def _opened(headers: Mapping[str, str], body: bytes, mine: PayCredentials) -> Envelope:
    if len(body) > MAX_BODY_BYTES:
        raise BadCallback("too_large")
    signed = signing.SignatureHeaders.of(headers)
    if not signed.kind:
        raise BadCallback("missing_header")
    signing.verify(signed, body, pay=mine)
    try:
        return _read(_object(body), mine)
    except ValueError:
        raise BadCallback("envelope_shape") from None


def _read(outer: Mapping[str, Any], mine: PayCredentials) -> Envelope:
    sealed = fields.mapping(outer, "resource")
    if sealed.get("algorithm") != _ALGORITHM:
        raise BadCallback("envelope_shape")
    plain = signing.unseal(
        ciphertext=fields.text(sealed, "ciphertext"),
        nonce=fields.text(sealed, "nonce"),
        associated_data=fields.text_or_none(sealed, "associated_data") or "",
        pay=mine,
    )
    return Envelope(
        event_id=fields.text(outer, "id"),
        event_type=fields.text(outer, "event_type"),
        created_at=moments.read_rfc3339(outer.get("create_time")),
        resource=_object(plain),
    )


def _refund_notice(resource: Mapping[str, Any]) -> RefundNotice:
    return _refund(
        resource,
        sp_mchid=fields.text(resource, "sp_mchid"),
        sub_mchid=fields.text(resource, "sub_mchid"),
    )


def _direct_refund_notice(resource: Mapping[str, Any]) -> RefundNotice:
    return _refund(resource, sp_mchid=fields.text(resource, "mchid"), sub_mchid="")


def _refund(resource: Mapping[str, Any], *, sp_mchid: str, sub_mchid: str) -> RefundNotice:
    amount = fields.mapping(resource, "amount")
    return RefundNotice(
        sp_mchid=sp_mchid,
        sub_mchid=sub_mchid,
        out_refund_no=fields.text(resource, "out_refund_no"),
        refund_id=fields.text(resource, "refund_id"),
        refund_status=fields.text(resource, "refund_status"),
        out_trade_no=fields.text(resource, "out_trade_no"),
        transaction_id=fields.text(resource, "transaction_id"),
        amount_fen=fields.fen(amount, "refund"),
        total_fen=fields.fen(amount, "total"),
        success_at=fields.moment_or_none(resource, "success_time"),
    )


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise BadCallback("not_json") from None
    if not isinstance(content, dict):
        raise BadCallback("not_json")
    return content

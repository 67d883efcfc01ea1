"""Profit sharing: a paid order's money given on to others (分账, CONTRACT §4.11).

The order must have been prepaid with `is_shared`; its money is then frozen until it is shared or
released, 30 days at most. An order under shipping management cannot be shared before its receipt
is confirmed: start from the settlement event, not from the payment, and not within a minute of it.
At most 50 sharings of an order, with at most 50 receivers each.

`sub_mchid=None` is direct mode: the merchant that speaks shares its own sales.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from wechat import apiv3, fields, numbers, signing
from wechat.configured import merchant

MOST_RECEIVERS = 50
_BASE = "/v3/profitsharing"
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_WECHATS_NUMBER = re.compile(r"[0-9A-Za-z]{1,64}")


class ReceiverKind(StrEnum):
    """What the account of a receiver is: a merchant number, or a person's openid.

    OPENID is of the service provider's app (in direct mode of the merchant's), SUB_OPENID of the
    shop's.
    """

    MERCHANT = "MERCHANT_ID"
    OPENID = "PERSONAL_OPENID"
    SUB_OPENID = "PERSONAL_SUB_OPENID"


class Relation(StrEnum):
    """What a receiver is to whoever shares; CUSTOM needs words of its own."""

    SERVICE_PROVIDER = "SERVICE_PROVIDER"
    STORE = "STORE"
    STAFF = "STAFF"
    STORE_OWNER = "STORE_OWNER"
    PARTNER = "PARTNER"
    HEADQUARTER = "HEADQUARTER"
    BRAND = "BRAND"
    DISTRIBUTOR = "DISTRIBUTOR"
    USER = "USER"
    SUPPLIER = "SUPPLIER"
    CUSTOM = "CUSTOM"


class SharingState(StrEnum):
    """How far a sharing is: FINISHED says that each part has ended, not that each was given."""

    PROCESSING = "PROCESSING"
    FINISHED = "FINISHED"


class PartResult(StrEnum):
    """How a receiver's part ended. CLOSED was not given; its money is the seller's again."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"


class ReturnResult(StrEnum):
    """How a return ended; FAILED has a reason, such as BALANCE_NOT_ENOUGH."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Part:
    """What a receiver shall get. `name` is sealed on the way; a merchant needs its own."""

    kind: ReceiverKind
    account: str
    amount_fen: int
    description: str
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class PartTold:
    """What a receiver got, or not. `finished_at` of a pending part means nothing."""

    kind: ReceiverKind
    account: str
    amount_fen: int
    description: str
    result: PartResult
    fail_reason: str | None
    detail_id: str | None
    created_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class Sharing:
    """A sharing as WeChat Pay sees it; `order_id` is WeChat's number of it.

    What is released to the seller, at the end, is a part too: to the seller's own merchant number.
    """

    order_id: str
    out_order_no: str
    transaction_id: str
    sub_mchid: str | None
    state: SharingState
    parts: tuple[PartTold, ...]


@dataclass(frozen=True)
class SharingReturn:
    """A part that a merchant gives back."""

    return_id: str
    out_return_no: str
    order_id: str
    out_order_no: str
    return_mchid: str
    amount_fen: int
    result: ReturnResult
    fail_reason: str | None
    finished_at: datetime | None


@dataclass(frozen=True)
class SharingNotice:
    """One receiver's part was given or given back. Compare the merchant numbers.

    In direct mode sp_mchid is the merchant and sub_mchid is empty.
    """

    sp_mchid: str
    sub_mchid: str
    transaction_id: str
    order_id: str
    out_order_no: str
    kind: ReceiverKind
    account: str
    amount_fen: int
    description: str
    success_at: datetime


def add_receiver(
    *,
    sub_mchid: str | None,
    kind: ReceiverKind,
    account: str,
    relation: Relation,
    name: str = "",
    custom_relation: str = "",
    sub_appid: str = "",
) -> None:
    """Let an account receive. Repeating is harmless.

    `name` is the merchant's full name, required for merchants, or the person's, checked when
    given; it travels sealed. `sub_appid` is the shop's app, needed for SUB_OPENID.
    Raises a WeChatFailure; ValueError for a receiver that cannot be right.
    """
    if kind is ReceiverKind.MERCHANT and not name:
        raise ValueError("a merchant that receives needs its name")
    if (relation is Relation.CUSTOM) != bool(custom_relation):
        raise ValueError("a custom relation, and no other, is told in words")
    content = {
        **_shop(sub_mchid, sub_appid, needs_app=kind is ReceiverKind.SUB_OPENID),
        "type": kind,
        "account": account,
        "relation_type": relation,
        **({"custom_relation": custom_relation} if custom_relation else {}),
        **_name(name),
    }
    answer = apiv3.asked("sharing.add_receiver", "POST", f"{_BASE}/receivers/add", content)
    apiv3.told("sharing.add_receiver", dict, answer, type=kind, account=account)


def remove_receiver(
    *, sub_mchid: str | None, kind: ReceiverKind, account: str, sub_appid: str = ""
) -> None:
    """Let an account receive no more. Sharings under way are not touched."""
    content = {
        **_shop(sub_mchid, sub_appid, needs_app=kind is ReceiverKind.SUB_OPENID),
        "type": kind,
        "account": account,
    }
    answer = apiv3.asked("sharing.remove_receiver", "POST", f"{_BASE}/receivers/delete", content)
    apiv3.told("sharing.remove_receiver", dict, answer, type=kind, account=account)


def share(
    *,
    sub_mchid: str | None,
    transaction_id: str,
    out_order_no: str,
    parts: Sequence[Part],
    releases_rest: bool,
    sub_appid: str = "",
) -> Sharing:
    """Ask to give parts of a paid order to receivers, who were added before.

    The number names the sharing for ever: after a failure or a time-out repeat the same sharing
    with the same `out_order_no`, which shares once. `releases_rest` gives what is left to the
    seller: nothing can be shared of the order afterwards. PROCESSING is accepted and no more: ask
    again, or wait for the callback of each part. Raises LimitReached over `max_ratio` or after 50
    sharings, BalanceNotEnough over `unsplit_fen`.
    """
    numbers.checked("out_order_no", _NUMBER, out_order_no)
    numbers.checked("transaction_id", _WECHATS_NUMBER, transaction_id)
    if not 1 <= len(parts) <= MOST_RECEIVERS:
        raise ValueError("a sharing has one to 50 receivers")
    needs_app = any(part.kind is ReceiverKind.SUB_OPENID for part in parts)
    content = {
        **_shop(sub_mchid, sub_appid, needs_app=needs_app),
        "transaction_id": transaction_id,
        "out_order_no": out_order_no,
        "receivers": [_written(part) for part in parts],
        "unfreeze_unsplit": releases_rest,
    }
    answer = apiv3.asked("sharing.share", "POST", f"{_BASE}/orders", content)
    about = {"out_order_no": out_order_no, "transaction_id": transaction_id}
    return apiv3.told("sharing.share", _sharing_of, answer, **about)


def query(*, sub_mchid: str | None, transaction_id: str, out_order_no: str) -> Sharing:
    """Ask how a sharing, or a release, stands. Raises OrderNotExist when WeChat has none."""
    numbers.checked("out_order_no", _NUMBER, out_order_no)
    named = urlencode({"transaction_id": transaction_id, **numbers.sub_mchid(sub_mchid)})
    target = f"{_BASE}/orders/{quote(out_order_no, safe='')}?{named}"
    answer = apiv3.asked("sharing.query", "GET", target)
    return apiv3.told("sharing.query", _sharing_of, answer, out_order_no=out_order_no)


def release(
    *, sub_mchid: str | None, transaction_id: str, out_order_no: str, description: str
) -> Sharing:
    """Give what was not shared to the seller: nothing can be shared of the order afterwards.

    A release has a number among those of the sharings; `query` it as one.
    """
    numbers.checked("out_order_no", _NUMBER, out_order_no)
    numbers.checked("transaction_id", _WECHATS_NUMBER, transaction_id)
    content = {
        **numbers.sub_mchid(sub_mchid),
        "transaction_id": transaction_id,
        "out_order_no": out_order_no,
        "description": description[:80],
    }
    answer = apiv3.asked("sharing.release", "POST", f"{_BASE}/orders/unfreeze", content)
    about = {"out_order_no": out_order_no, "transaction_id": transaction_id}
    return apiv3.told("sharing.release", _sharing_of, answer, **about)


def take_back(
    *,
    sub_mchid: str | None,
    out_order_no: str,
    out_return_no: str,
    return_mchid: str,
    amount_fen: int,
    description: str,
) -> SharingReturn:
    """Take back from a merchant what a sharing gave it, whole or in part, before a refund.

    Persons cannot be made to give back (unverified elsewhere, CONTRACT §4.11). Repeat after a
    failure or a time-out with the same `out_return_no`, which takes once.
    """
    numbers.checked("out_order_no", _NUMBER, out_order_no)
    numbers.checked("out_return_no", _NUMBER, out_return_no)
    content = {
        **numbers.sub_mchid(sub_mchid),
        "out_order_no": out_order_no,
        "out_return_no": out_return_no,
        "return_mchid": return_mchid,
        "amount": numbers.fen("amount_fen", amount_fen),
        "description": description[:80],
    }
    answer = apiv3.asked("sharing.take_back", "POST", f"{_BASE}/return-orders", content)
    return apiv3.told("sharing.take_back", _return_of, answer, out_return_no=out_return_no)


def query_return(*, sub_mchid: str | None, out_order_no: str, out_return_no: str) -> SharingReturn:
    """Ask how a return stands. Raises OrderNotExist when WeChat has none under this number."""
    numbers.checked("out_return_no", _NUMBER, out_return_no)
    named = urlencode({"out_order_no": out_order_no, **numbers.sub_mchid(sub_mchid)})
    target = f"{_BASE}/return-orders/{quote(out_return_no, safe='')}?{named}"
    answer = apiv3.asked("sharing.query_return", "GET", target)
    return apiv3.told("sharing.query_return", _return_of, answer, out_return_no=out_return_no)


def unsplit_fen(*, transaction_id: str) -> int:
    """Ask how much of a paid order is still frozen: the most that can be shared."""
    numbers.checked("transaction_id", _WECHATS_NUMBER, transaction_id)
    call = "sharing.unsplit_fen"
    answer = apiv3.asked(call, "GET", f"{_BASE}/transactions/{transaction_id}/amounts")
    return apiv3.told(
        call, lambda told: fields.fen(told, "unsplit_amount"), answer, transaction_id=transaction_id
    )


def max_ratio(*, sub_mchid: str) -> int:
    """Ask how much of an order a shop lets be shared, in hundredths of a percent: 2000 is 20 %."""
    target = f"{_BASE}/merchant-configs/{numbers.sub_mchid(sub_mchid)['sub_mchid']}"
    answer = apiv3.asked("sharing.max_ratio", "GET", target)
    return apiv3.told(
        "sharing.max_ratio", lambda told: fields.fen(told, "max_ratio"), answer, sub_mchid=sub_mchid
    )


def notice_of(resource: Mapping[str, Any]) -> SharingNotice:
    """Read the resource of PROFITSHARING, partner or direct. Raises ValueError."""
    part = fields.mapping(resource, "receiver")
    is_direct = "mchid" in resource
    return SharingNotice(
        sp_mchid=fields.text(resource, "mchid" if is_direct else "sp_mchid"),
        sub_mchid="" if is_direct else fields.text(resource, "sub_mchid"),
        transaction_id=fields.text(resource, "transaction_id"),
        order_id=fields.text(resource, "order_id"),
        out_order_no=fields.text(resource, "out_order_no"),
        kind=ReceiverKind(fields.text(part, "type")),
        account=fields.text(part, "account"),
        amount_fen=fields.fen(part, "amount"),
        description=fields.text_or_none(part, "description") or "",
        success_at=fields.moment(resource, "success_time"),
    )


def _shop(sub_mchid: str | None, sub_appid: str, *, needs_app: bool) -> dict[str, str]:
    if needs_app and not (sub_mchid and sub_appid):
        raise ValueError("an openid of a shop's app needs the shop and its app")
    app = {"sub_appid": sub_appid} if sub_appid else {}
    return {**numbers.sub_mchid(sub_mchid), "appid": merchant().sp_appid, **app}


def _name(name: str) -> dict[str, str]:
    return {"name": signing.conceal(name, pay=merchant())[0]} if name else {}


def _written(part: Part) -> dict[str, object]:
    return {
        "type": part.kind,
        "account": part.account,
        "amount": numbers.fen("amount_fen", part.amount_fen),
        "description": part.description[:80],
        **_name(part.name),
    }


def _sharing_of(content: Mapping[str, Any]) -> Sharing:
    return Sharing(
        order_id=fields.text(content, "order_id"),
        out_order_no=fields.text(content, "out_order_no"),
        transaction_id=fields.text(content, "transaction_id"),
        sub_mchid=fields.text_or_none(content, "sub_mchid"),
        state=SharingState(fields.text(content, "state")),
        parts=tuple(_part_of(part) for part in fields.objects(content, "receivers")),
    )


def _part_of(content: Mapping[str, Any]) -> PartTold:
    return PartTold(
        kind=ReceiverKind(fields.text(content, "type")),
        account=fields.text(content, "account"),
        amount_fen=fields.fen(content, "amount"),
        description=fields.text_or_none(content, "description") or "",
        result=PartResult(fields.text(content, "result")),
        fail_reason=fields.text_or_none(content, "fail_reason"),
        detail_id=fields.text_or_none(content, "detail_id"),
        created_at=fields.moment_or_none(content, "create_time"),
        finished_at=fields.moment_or_none(content, "finish_time"),
    )


def _return_of(content: Mapping[str, Any]) -> SharingReturn:
    return SharingReturn(
        return_id=fields.text(content, "return_id"),
        out_return_no=fields.text(content, "out_return_no"),
        order_id=fields.text(content, "order_id"),
        out_order_no=fields.text(content, "out_order_no"),
        return_mchid=fields.text(content, "return_mchid"),
        amount_fen=fields.fen(content, "amount"),
        result=ReturnResult(fields.text(content, "result")),
        fail_reason=fields.text_or_none(content, "fail_reason"),
        finished_at=fields.moment_or_none(content, "finish_time"),
    )

"""How one callback looks on the wire, genuine or forged (CONTRACT §4.5, §11.3)."""

import base64
import gzip
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from . import credentials, crypto
from .merchants import Merchant, Merchants
from .refusals import ControlRefusal
from .signer import Signer

HUGE_BYTES = 10 * 1024 * 1024
BOMB_BYTES = 64 * 1024 * 1024
SUMMARIES = {
    "TRANSACTION": "支付成功",
    "REFUND": "退款结果通知",
    "PROFITSHARING": "分账动账通知",
    "MCHTRANSFER": "商家转账单据终态通知",
    "COMPLAINT": "投诉通知",
}
ORIGINAL_TYPES = {
    "TRANSACTION": "transaction",
    "REFUND": "refund",
    "PROFITSHARING": "profitsharing",
    "MCHTRANSFER": "mch_payment",
    "COMPLAINT": "complaint",
}


@dataclass(frozen=True)
class Notice:
    """One callback request, ready to send."""

    url: str
    headers: dict[str, str]
    body: bytes

    def as_json(self) -> dict[str, Any]:
        body = base64.b64encode(self.body).decode()
        return {"url": self.url, "headers": self.headers, "body_b64": body}


@dataclass
class Facts:
    """What a callback says: the clear text and the envelope's own fields.

    `addressee` is the merchant number it is sealed for; "" reads it from the clear text.
    """

    event_id: str
    event_type: str
    create_time: str
    url: str
    plaintext: dict[str, Any] = field(default_factory=dict)
    addressee: str = ""


class NoticeMaker:
    """Seals, signs and, when asked, spoils. Every call draws a fresh nonce and signature."""

    def __init__(self, merchants: Merchants, signer: Signer) -> None:
        self._merchants, self._signer = merchants, signer

    def make(self, facts: Facts, *, forge: str | None = None, route: str | None = None) -> Notice:
        """Build the request. `route` is the path token used by the forgery other_route."""
        if forge is not None and forge not in VARIANTS:
            raise ControlRefusal(400, f"unknown forgery {forge}; known: {', '.join(VARIANTS)}")
        merchant = self._addressee(facts)
        facts = replace(facts, plaintext=json.loads(json.dumps(facts.plaintext)))
        if forge in CLAIMS:
            CLAIMS[forge](facts)
        body = b"this is not json"
        if forge != "not_json":
            body = self._envelope(facts, merchant, forge)
        headers = {
            "Content-Type": "application/json",
            "Accept": "*/*",
            "User-Agent": "Mozilla/4.0",
            **self._signer.headers(body, merchant, shift_seconds=SHIFTS.get(forge or "", 0)),
        }
        notice = Notice(facts.url, headers, body)
        if forge == "other_route":
            return replace(notice, url=_other_route(facts.url, route))
        return SPOILED[forge](notice) if forge in SPOILED else notice

    def _addressee(self, facts: Facts) -> Merchant:
        mchid = facts.addressee or facts.plaintext.get("sp_mchid") or facts.plaintext.get("mchid")
        return self._merchants.find(str(mchid)) or self._merchants.first()

    def _envelope(self, facts: Facts, merchant: Merchant, forge: str | None) -> bytes:
        family = facts.event_type.partition(".")[0]
        kind = ORIGINAL_TYPES[family]
        key = credentials.text(32) if forge == "wrong_apiv3_key" else merchant.apiv3_key
        nonce = credentials.text(12)
        plain = json.dumps(facts.plaintext, ensure_ascii=False, separators=(",", ":")).encode()
        envelope = {
            "id": facts.event_id,
            "create_time": facts.create_time,
            "resource_type": "encrypt-resource",
            "event_type": facts.event_type,
            "summary": SUMMARIES[family],
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": crypto.seal(key, nonce, kind, plain),
                "associated_data": kind,
                "nonce": nonce,
            },
        }
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


# --- forgeries that WeChat itself would have to sign: misrouted or mistaken notices -----------


def _other_mchid(facts: Facts) -> None:
    for name in ("mchid", "mch_id", "sp_mchid"):
        if name in facts.plaintext:
            facts.plaintext[name] = "1900" + credentials.digits(6)


def _other_sub_mchid(facts: Facts) -> None:
    facts.plaintext["sub_mchid"] = "16" + credentials.digits(8)


def _other_appid(facts: Facts) -> None:
    named = {"appid", "sub_appid"} & facts.plaintext.keys()
    for name in named or {"sp_appid"}:
        facts.plaintext[name] = credentials.appid()


def _add_to_amount(difference: int) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        amount = facts.plaintext.get("amount")
        if "transfer_amount" in facts.plaintext:
            facts.plaintext["transfer_amount"] += difference
            return
        if not isinstance(amount, dict):
            raise ControlRefusal(409, "this notice names no amount")
        is_refund = "refund" in amount
        for name in ("refund", "payer_refund") if is_refund else ("total", "payer_total"):
            amount[name] += difference

    return change


def _other_currency(facts: Facts) -> None:
    if not isinstance(facts.plaintext.get("amount"), dict):
        raise ControlRefusal(409, "this notice names no amount")
    facts.plaintext["amount"] |= {"currency": "USD", "payer_currency": "USD"}


def _unknown_order(facts: Facts) -> None:
    facts.plaintext["out_trade_no"] = "X" + credentials.digits(24)
    facts.plaintext["transaction_id"] = "4200" + credentials.digits(24)
    for name in {"out_refund_no", "out_bill_no"} & facts.plaintext.keys():
        facts.plaintext[name] = "X" + credentials.digits(24)


def _other_payer(facts: Facts) -> None:
    if "openid" in facts.plaintext:
        facts.plaintext["openid"] = "o" + credentials.text(27)
        return
    payer = facts.plaintext.get("payer", {"openid": ""})
    facts.plaintext["payer"] = {name: "o" + credentials.text(27) for name in payer}


def _not_success(facts: Facts) -> None:
    name = "refund_status" if "refund_status" in facts.plaintext else "trade_state"
    facts.plaintext[name] = "CLOSED" if name == "refund_status" else "NOTPAY"


def _wrong_event_type(facts: Facts) -> None:
    is_refund = facts.event_type.startswith("REFUND")
    facts.event_type = "TRANSACTION.SUCCESS" if is_refund else "REFUND.SUCCESS"


CLAIMS: dict[str | None, Callable[[Facts], None]] = {
    "other_mchid": _other_mchid,
    "other_sub_mchid": _other_sub_mchid,
    "other_appid": _other_appid,
    "amount_plus_one": _add_to_amount(1),
    "amount_minus_one": _add_to_amount(-1),
    "other_currency": _other_currency,
    "unknown_order": _unknown_order,
    "other_payer": _other_payer,
    "not_success": _not_success,
    "wrong_event_type": _wrong_event_type,
}
SHIFTS = {"old_timestamp": -30 * 86400, "future_timestamp": 3600}

# --- forgeries of the signed request ----------------------------------------------------------


def _with(notice: Notice, **headers: str) -> Notice:
    named = {
        "Wechatpay-" + name.title().replace("_", "-"): value for name, value in headers.items()
    }
    return replace(notice, headers={**notice.headers, **named})


def _without(name: str) -> Callable[[Notice], Notice]:
    def spoil(notice: Notice) -> Notice:
        kept = {key: value for key, value in notice.headers.items() if key != name}
        return replace(notice, headers=kept)

    return spoil


def _bad_signature(notice: Notice) -> Notice:
    raw = bytearray(base64.b64decode(notice.headers["Wechatpay-Signature"]))
    raw[len(raw) // 2] ^= 1
    return _with(notice, signature=base64.b64encode(raw).decode())


def _signtest(notice: Notice) -> Notice:
    signature = notice.headers["Wechatpay-Signature"]
    return _with(notice, signature="WECHATPAY/SIGNTEST/" + signature[19:])


def _wrong_serial(notice: Notice) -> Notice:
    return _with(notice, serial=secrets.token_hex(20).upper())


def _nonhex_serial(notice: Notice) -> Notice:
    return _with(notice, serial="PUB_KEY_ID_NOT-A-HEX-NUMBER")


def _reserialised_body(notice: Notice) -> Notice:
    return replace(notice, body=json.dumps(json.loads(notice.body), indent=1).encode())


def _huge_body(notice: Notice) -> Notice:
    return replace(notice, body=notice.body[:-1] + b',"padding":"' + b"A" * HUGE_BYTES + b'"}')


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(b"\0" * BOMB_BYTES)


def _gzip_bomb(notice: Notice) -> Notice:
    return Notice(notice.url, {**notice.headers, "Content-Encoding": "gzip"}, _bomb())


def _other_route(url: str, route: str | None) -> str:
    head, _, token = url.rstrip("/").rpartition("/")
    ending = "/" if url.endswith("/") else ""
    return f"{head}/{route or credentials.text(len(token))}{ending}"


SPOILED: dict[str | None, Callable[[Notice], Notice]] = {
    "bad_signature": _bad_signature,
    "signtest": _signtest,
    "wrong_serial": _wrong_serial,
    "nonhex_serial": _nonhex_serial,
    "missing_signature": _without("Wechatpay-Signature"),
    "missing_serial": _without("Wechatpay-Serial"),
    "missing_timestamp": _without("Wechatpay-Timestamp"),
    "missing_nonce": _without("Wechatpay-Nonce"),
    "missing_signature_type": _without("Wechatpay-Signature-Type"),
    "reserialised_body": _reserialised_body,
    "huge_body": _huge_body,
    "gzip_bomb": _gzip_bomb,
}

VARIANTS: tuple[str, ...] = (
    *(name for name in (*SPOILED, *CLAIMS) if name),
    *SHIFTS,
    "wrong_apiv3_key",
    "not_json",
    "other_route",
)

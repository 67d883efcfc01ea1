"""How one push to an app's message URL looks on the wire, genuine or forged (CONTRACT §3.1, §9)."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import credentials, crypto
from .push_text import as_json, as_xml

HUGE_BYTES = 10 * 1024 * 1024
OLD_SECONDS = 30 * 86400
MODES = ("plain", "compatible", "safe")
FORMATS = ("xml", "json")
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml ['
    + '<!ENTITY a0 "boom">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><xml><ToUserName>&a9;</ToUserName><Encrypt>&a9;</Encrypt></xml>"
)


@dataclass(frozen=True)
class Address:
    """Where an app's pushes go and with which keys; `owner` is the appid sealed inside."""

    url: str
    token: str
    encoding_aes_key: str
    owner: str
    mode: str = "safe"
    format: str = "xml"


@dataclass(frozen=True)
class Envelope:
    """One push request, ready to send. `nonce` and `timestamp` are those of its signature."""

    url: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def as_json(self) -> dict[str, Any]:
        body = base64.b64encode(self.body).decode()
        return {"url": self.url, "query": self.query, "headers": self.headers, "body_b64": body}

    @classmethod
    def from_json(cls, text: str) -> "Envelope":
        told = json.loads(text)
        body = base64.b64decode(told["body_b64"])
        return cls(told["url"], told["query"], told["headers"], body)


def wrap(address: Address, fields: dict[str, Any], *, forge: str = "") -> Envelope:
    """Seal and sign `fields` for `address`; `forge` is one of FORGERIES or empty."""
    address = _FORGED_ADDRESSES.get(forge, _unchanged)(address)
    write = as_json if address.format == "json" else as_xml
    text = BOMB if forge == "inner_xml_bomb" else write(fields)
    now = int(time.time()) - (OLD_SECONDS if forge == "old_timestamp" else 0)
    timestamp, nonce = (
        str(now + (3600 if forge == "future_timestamp" else 0)),
        credentials.digits(10),
    )
    query = {
        "signature": crypto.push_signature(address.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": str(fields.get("FromUserName", "")),
    }
    body = text
    if address.mode != "plain":
        sealed = crypto.encrypt_push(text, address.owner, address.encoding_aes_key)
        if forge == "truncated_ciphertext":
            sealed = sealed[: len(sealed) // 2 + 1]
        signature = crypto.push_signature(address.token, timestamp, nonce, sealed)
        query |= {"encrypt_type": "aes", "msg_signature": signature}
        inner = fields if address.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
        body = write({**inner, "Encrypt": sealed})
    kind = "application/json" if address.format == "json" else "text/xml"
    made = Envelope(address.url, query, {"Content-Type": kind}, body.encode())
    return _SPOILED.get(forge, _untouched)(made, text)


def _unchanged(address: Address) -> Address:
    return address


def _untouched(envelope: Envelope, _: str) -> Envelope:
    return envelope


def _without(*names: str) -> Callable[[Envelope, str], Envelope]:
    def spoil(envelope: Envelope, _: str) -> Envelope:
        kept = {name: value for name, value in envelope.query.items() if name not in names}
        return replace(envelope, query=kept)

    return spoil


def _bad_signature(envelope: Envelope, _: str) -> Envelope:
    spoiled = {
        name: ("0" if value[0] != "0" else "1") + value[1:]
        for name, value in envelope.query.items()
        if name in ("signature", "msg_signature")
    }
    return replace(envelope, query=envelope.query | spoiled)


def _huge(envelope: Envelope, _: str) -> Envelope:
    return replace(envelope, body=envelope.body + b" " * HUGE_BYTES)


def _unsigned(envelope: Envelope, text: str) -> Envelope:
    return replace(envelope, query={}, body=text.encode())


def _bomb(envelope: Envelope, _: str) -> Envelope:
    return replace(envelope, body=BOMB.encode())


def _nonsense(envelope: Envelope, _: str) -> Envelope:
    return replace(envelope, body=b"this is not a message")


def _other_owner(address: Address) -> Address:
    return replace(address, owner=credentials.appid())


def _other_key(address: Address) -> Address:
    return replace(address, encoding_aes_key=credentials.text(43))


def _other_token(address: Address) -> Address:
    return replace(address, token=credentials.text(32))


_FORGED_ADDRESSES: dict[str, Callable[[Address], Address]] = {
    "wrong_appid": _other_owner,
    "wrong_key": _other_key,
    "wrong_token": _other_token,
}
_SPOILED: dict[str, Callable[[Envelope, str], Envelope]] = {
    "bad_signature": _bad_signature,
    "missing_signature": _without("signature", "msg_signature"),
    "missing_timestamp": _without("timestamp"),
    "missing_nonce": _without("nonce"),
    "plain_without_signature": _unsigned,
    "huge_body": _huge,
    "xml_bomb": _bomb,
    "not_a_message": _nonsense,
}
FORGERIES = (
    *_FORGED_ADDRESSES,
    *_SPOILED,
    *("old_timestamp", "future_timestamp", "truncated_ciphertext", "inner_xml_bomb", "replayed"),
)

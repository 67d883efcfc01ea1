"""The frame around every call of api.mch.weixin.qq.com: signed in, signed out (CONTRACT §4)."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from . import multipart
from .faults import spoil_signature
from .fields import json_object
from .gate import SignedRequest
from .merchants import Merchant
from .multipart import Part
from .refusals import PayRefusal
from .signer import CERTIFICATE
from .simulator import Simulator

CERTIFICATES = "/v3/certificates"
TEN_MINUTES_SECONDS = 600


@dataclass(frozen=True)
class File:
    """An answer that is a file: never signed (§4.2)."""

    body: bytes
    content_type: str


Answer = tuple[int, dict[str, Any] | File | None]


@dataclass(frozen=True)
class Call:
    """One admitted request: who calls, the names in the path, the query, the body's parts."""

    merchant: Merchant
    names: Mapping[str, str]
    query: dict[str, str]
    raw: bytes
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.names["number"]

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises PayRefusal 400 PARAM_ERROR."""
        return json_object(self.raw)


Work = Callable[[Call], Answer]
Table = list[tuple[str, str, Work]]


class PayDoor:
    """Checks each request at the gate, does the work, signs whatever comes of it."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def door(self, work: Work) -> Callable[[web.Request], Any]:
        """The handler of one path."""

        async def handler(request: web.Request) -> web.Response:
            body = await request.read()
            try:
                status, answer = work(self._admit(request, body))
            except PayRefusal as refusal:
                request["code"] = refusal.code
                status, answer = refusal.status, refusal.body()
            if isinstance(answer, File):
                return web.Response(body=answer.body, content_type=answer.content_type)
            return self.answer(request, status, _compact(answer))

        return handler

    def _admit(self, request: web.Request, body: bytes) -> Call:
        if "User-Agent" not in request.headers or "Accept" not in request.headers:
            raise PayRefusal(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent")
        kind = request.headers.get("Content-Type", "")
        parts = multipart.read(kind, body) if multipart.is_multipart(kind) else {}
        signed_body = parts["meta"].body if "meta" in parts else body
        authorization = request.headers.get("Authorization", "")
        signed = SignedRequest(request.method, _target(request), signed_body, authorization)
        merchant = self._simulator.gate.admit(signed)
        request["merchant"] = merchant
        self._note_trust(request, merchant)
        return Call(merchant, request.match_info, dict(request.query), body, parts)

    def _note_trust(self, request: web.Request, merchant: Merchant) -> None:
        """Learn from Wechatpay-Serial, or from a download of certificates, how it verifies."""
        serial = request.headers.get("Wechatpay-Serial", "")
        named = self._simulator.signer.named(serial, merchant) if serial else ""
        if serial and not named:
            raise PayRefusal(400, "PARAM_ERROR", "Http头Wechatpay-Serial错误")
        if not named and request.path == CERTIFICATES:
            named = CERTIFICATE
        request["trust"] = named
        if named:
            self._simulator.merchants.show_trust(merchant.mchid, named)

    def answer(self, request: web.Request, status: int, body: bytes) -> web.Response:
        """Sign `body` and dress it; the fault of this request may spoil the signature."""
        simulator, fault = self._simulator, request.get("fault", "")
        headers = simulator.signer.headers(
            body,
            request.get("merchant") or simulator.merchants.first(),
            prefers_certificate=request.get("trust") == CERTIFICATE,
            shift_seconds=-TEN_MINUTES_SECONDS if fault == "old_timestamp" else 0,
        )
        spoil_signature(headers, fault)
        headers["Request-ID"] = "08" + secrets.token_hex(16).upper() + "-0"
        kind = "application/json" if body else None
        return web.Response(status=status, body=body, headers=headers, content_type=kind)


def _target(request: web.Request) -> str:
    """The path and query as sent; a client behind a proxy setting sends the whole address."""
    raw = request.raw_path
    if not raw.startswith("http"):
        return raw
    parts = urlsplit(raw)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _compact(answer: dict[str, Any] | None) -> bytes:
    if answer is None:
        return b""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

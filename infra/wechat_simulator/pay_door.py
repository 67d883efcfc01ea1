"""HTTP doors of api.mch.weixin.qq.com: signed in, signed out (CONTRACT §4)."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .faults import spoil_signature
from .fields import json_object
from .gate import SignedRequest
from .refusals import PayRefusal
from .simulator import Simulator

Answer = tuple[int, dict[str, Any] | None]
Work = Callable[[web.Request, bytes], Answer]
MODES = (("partner", "/v3/pay/partner/transactions"), ("direct", "/v3/pay/transactions"))
TEN_MINUTES_SECONDS = 600


class PayDoor:
    """Checks each request at the gate, does the work, signs whatever comes of it."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        """Every route of this host, under WeChat's own paths."""
        refunds = "/v3/refund/domestic/refunds"
        doors = [
            web.get("/v3/certificates", self._door(self._certificates)),
            web.post(refunds, self._door(self._create_refund)),
            web.get(refunds + "/{number}", self._door(self._query_refund)),
        ]
        for mode, base in MODES:
            doors += self._transaction_routes(mode, base)
        return [*doors, web.route("*", "/v3/{rest:.*}", self._door(_no_such_path))]

    def _transaction_routes(self, mode: str, base: str) -> list[web.RouteDef]:
        payments = self._simulator.payments

        def prepay(_: web.Request, body: bytes) -> Answer:
            return 200, payments.prepay(mode, json_object(body))

        def query(request: web.Request, _: bytes) -> Answer:
            order = payments.find(request.match_info["number"])
            return 200, payments.query(mode, order, dict(request.query))

        def query_by_id(request: web.Request, _: bytes) -> Answer:
            order = payments.by_transaction(request.match_info["number"])
            return 200, payments.query(mode, order, dict(request.query))

        def close(request: web.Request, body: bytes) -> Answer:
            payments.close(mode, request.match_info["number"], json_object(body))
            return 204, None

        return [
            web.post(base + "/jsapi", self._door(prepay)),
            web.get(base + "/out-trade-no/{number}", self._door(query)),
            web.get(base + "/id/{number}", self._door(query_by_id)),
            web.post(base + "/out-trade-no/{number}/close", self._door(close)),
        ]

    # --- work ---------------------------------------------------------------------------------

    def _create_refund(self, _: web.Request, body: bytes) -> Answer:
        return 200, self._simulator.refunds.create(json_object(body))

    def _query_refund(self, request: web.Request, _: bytes) -> Answer:
        sub_mchid = request.query.get("sub_mchid")
        return 200, self._simulator.refunds.query(request.match_info["number"], sub_mchid)

    def _certificates(self, _: web.Request, __: bytes) -> Answer:
        return 200, self._simulator.signer.certificates()

    # --- the frame around every call ----------------------------------------------------------

    def _door(self, work: Work) -> Callable[[web.Request], Any]:
        async def door(request: web.Request) -> web.Response:
            body = await request.read()
            try:
                self._admit(request, body)
                status, answer = work(request, body)
            except PayRefusal as refusal:
                request["code"] = refusal.code
                status, answer = refusal.status, refusal.body()
            return self.answer(request, status, _compact(answer))

        return door

    def _admit(self, request: web.Request, body: bytes) -> None:
        if "User-Agent" not in request.headers or "Accept" not in request.headers:
            raise PayRefusal(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent")
        authorization = request.headers.get("Authorization", "")
        signed = SignedRequest(request.method, request.raw_path, body, authorization)
        self._simulator.gate.admit(signed)
        serial = request.headers.get("Wechatpay-Serial", "")
        signer = self._simulator.signer
        if serial and not (signer.names_public_key(serial) or signer.names_certificate(serial)):
            raise PayRefusal(400, "PARAM_ERROR", "Http头Wechatpay-Serial错误")

    def answer(self, request: web.Request, status: int, body: bytes) -> web.Response:
        """Sign `body` and dress it; the fault of this request may spoil the signature."""
        signer, fault = self._simulator.signer, request.get("fault", "")
        named = request.headers.get("Wechatpay-Serial", "")
        headers = signer.headers(
            body,
            prefers_certificate=bool(named) and signer.names_certificate(named),
            shift_seconds=-TEN_MINUTES_SECONDS if fault == "old_timestamp" else 0,
        )
        spoil_signature(headers, fault)
        headers["Request-ID"] = "08" + secrets.token_hex(16).upper() + "-0"
        kind = "application/json" if body else None
        return web.Response(status=status, body=body, headers=headers, content_type=kind)


def _no_such_path(_: web.Request, __: bytes) -> Answer:
    raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "this simulator does not imitate this path")


def _compact(answer: dict[str, Any] | None) -> bytes:
    if answer is None:
        return b""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

"""The door for WeChat: no session, no shop in the path but a secret one, proof before anything.

Nothing unproved is kept: a forged body with a genuine id would otherwise make the genuine
callback look like a repeat. The paths hold a secret and must not be logged.
"""

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from prometheus_client import Counter

from billing.inbox import actions
from tenants import directory, merchants
from tenants.directory import Payee
from wechat import notify
from wechat.configured import as_merchant, credentials
from wechat.signing import SignatureHeaders

CALLBACKS = Counter("callbacks", "Callbacks of WeChat by result.", ["result"])
log = structlog.get_logger(__name__)
router = Router(tags=["WeChat"])


@router.post(
    "/wechatpay/{token}",
    summary="A callback of WeChat Pay",
    response={204: None, 401: dict[str, str], 404: dict[str, str]},
)
def take_pay_callback(request: HttpRequest, token: str) -> HttpResponse:
    """Prove it, find its shop, keep it once, answer 204; the worker does the rest.

    A refusal makes WeChat try again later (CONTRACT §4.5). No call leaves the house here.
    """
    try:
        body = _body(request, notify.MAX_BODY_BYTES)
        payee = directory.payee_by_notify_token(token[:64])
        with as_merchant(merchants.keys_of(payee.direct_mchid if payee else "")):
            envelope = notify.open_envelope(headers=request.headers, body=body)
    except notify.BadCallback as bad:
        return _refuse(401, bad.reason)
    if payee is None:
        return _refuse(404, "unknown_path")
    if not _is_for(payee, envelope.resource):
        return _refuse(401, "other_merchant")
    if not payee.is_key_proved:
        merchants.note_key_proved(payee)
    result = actions.keep(
        shop=payee.shop,
        external_id=envelope.event_id,
        event_type=envelope.event_type,
        headers=_harmless(request),
        body=body,
        direct_mchid=payee.direct_mchid,
    )
    CALLBACKS.labels(result).inc()
    return HttpResponse(status=204)


@router.post(
    "/wechatpay-platform",
    summary="A callback of WeChat Pay for what the platform itself sells",
    response={204: None, 401: dict[str, str]},
)
def take_platform_callback(request: HttpRequest) -> HttpResponse:
    """Prove it, keep it once, answer 204, as for a shop. The path is no secret: the proof is.

    Also what WeChat says of profit sharing: it has one address for all shops of the platform, and
    the proved resource names the shop's merchant (CONTRACT §4.11).
    """
    try:
        body = _body(request, notify.MAX_BODY_BYTES)
        envelope = notify.open_envelope(headers=request.headers, body=body)
    except notify.BadCallback as bad:
        return _refuse(401, bad.reason)
    shop = None
    if envelope.event_type.partition(".")[0] == "PROFITSHARING":
        payee = directory.payee_by_sub_mchid(str(envelope.resource.get("sub_mchid"))[:32])
        if payee is None or not _is_for(payee, envelope.resource):
            return _refuse(401, "other_merchant")
        shop = payee.shop
    elif envelope.resource.get("mchid") != credentials().pay.sp_mchid:
        return _refuse(401, "other_merchant")
    result = actions.keep(
        shop=shop,
        external_id=envelope.event_id,
        event_type=envelope.event_type,
        headers=_harmless(request),
        body=body,
    )
    CALLBACKS.labels(result).inc()
    return HttpResponse(status=204)


def _body(request: HttpRequest, most: int) -> bytes:
    """Read the raw body, and no more of it than allowed."""
    body = request.read(most + 1)
    if len(body) > most:
        raise notify.BadCallback("too_large")
    return body


def _is_for(payee: Payee, resource: dict[str, object]) -> bool:
    """Say whether the merchants in a proved callback are whoever speaks for the path's shop.

    An appid is named in payments only. Types that nobody hears may name no merchant at all; a
    transfer may spell ours otherwise (CONTRACT §4.12).
    """
    named = (resource.get(name) for name in ("sp_mchid", "mch_id", "mchid"))
    speaker, sub_mchid = next(filter(None, named), None), resource.get("sub_mchid") or ""
    if speaker != merchants.mchid_of(payee) or sub_mchid != payee.sub_mchid:
        return False
    appid = resource.get("appid" if payee.direct_mchid else "sub_appid")
    return not isinstance(appid, str) or not appid or appid in payee.appids


def _harmless(request: HttpRequest) -> dict[str, str]:
    """Return what staff may want to see of the headers: no signature, nothing secret."""
    signed = SignatureHeaders.of(request.headers)
    return {
        "serial": signed.serial,
        "timestamp": signed.timestamp,
        "user_agent": request.headers.get("User-Agent", "")[:200],
    }


def _refuse(status: int, reason: str) -> JsonResponse:
    CALLBACKS.labels(reason).inc()
    log.info("callback_refused", reason=reason)
    return JsonResponse({"code": "FAIL", "message": reason}, status=status)

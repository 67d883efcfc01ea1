"""The doors for WeChat's pushes: proof first, then one short transaction, then `success`.

WeChat waits 5 s and repeats what was not answered (CONTRACT §3.1, 4): the work is the worker's.
Nothing unproved is kept, and no call leaves the house here.
"""

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from prometheus_client import Counter

from tenants import directory
from tenants.pushes import actions, events, replying
from tenants.pushes.models import Source
from wechat import component, official_account, push
from wechat.official_account import Reply

PUSHES = Counter(
    "pushes", "Pushes of WeChat by address, event and result.", ["source", "event", "result"]
)
log = structlog.get_logger(__name__)
router = Router(tags=["WeChat"])


@router.post(
    "/wechat/component",
    summary="A push of WeChat to the third-party platform",
    response={200: str, 401: dict[str, str]},
)
def take_component_push(request: HttpRequest) -> HttpResponse:
    """Keep the ticket that a push brings, or the push; every proved one is answered `success`."""
    try:
        fields = push.open_component_push(request.GET.dict(), _body(request))
        if events.name_of(fields) == events.TICKET:
            return _save_ticket(fields)
    except push.BadPush as bad:
        return _refuse(Source.COMPONENT, bad.reason)
    appid = events.app_in(fields)
    shop = directory.shop_by_appid(appid) if appid else None
    result = actions.keep(source=Source.COMPONENT, appid=appid, fields=fields, shop=shop)
    return _success(Source.COMPONENT, events.name_of(fields), result)


@router.get(
    "/wechat/apps/{appid}/events",
    summary="WeChat asks whether the message address is ours",
    response={200: str, 401: dict[str, str]},
)
def answer_echo(request: HttpRequest, appid: str) -> HttpResponse:
    """Return `echostr` to whoever knows the token (CONTRACT §9)."""
    try:
        text = push.echo(appid, request.GET.dict())
    except push.BadPush as bad:
        return _refuse(Source.APP, bad.reason)
    return HttpResponse(text, content_type="text/plain")


@router.post(
    "/wechat/apps/{appid}/events",
    summary="A push of WeChat to a mini-program or official account",
    response={200: str, 401: dict[str, str]},
)
def take_app_push(request: HttpRequest, appid: str) -> HttpResponse:
    """Keep the push and tell the shop of the app; answer `success`, or a reply to its sender.

    One for an app that belongs to no shop is counted and kept nowhere.
    """
    query, body = request.GET.dict(), _body(request)
    try:
        fields = push.open_app_push(appid, query, body)
    except push.BadPush as bad:
        return _refuse(Source.APP, bad.reason)
    event = events.name_of(fields)
    shop = directory.shop_by_appid(appid[:32])
    if shop is None:
        return _success(Source.APP, event, "unknown_app")
    result = actions.keep(source=Source.APP, appid=appid, fields=fields, shop=shop)
    reply = replying.reply_to(shop=shop, appid=appid, fields=fields)
    if reply is None:
        return _success(Source.APP, event, result)
    PUSHES.labels(Source.APP, events.label(event), result).inc()
    return _replied(appid, fields, reply, query=query, as_json=push.is_json(body))


def _replied(
    appid: str, fields: dict[str, str], reply: Reply, *, query: dict[str, str], as_json: bool
) -> HttpResponse:
    """Answer with a message, in the format of the push, and sealed when the push was."""
    text = official_account.rendered(fields, reply, as_json=as_json)
    if push.is_sealed(query):
        text = push.seal_reply(appid, text, nonce=query["nonce"], as_json=as_json)
    return HttpResponse(text, content_type="application/json" if as_json else "text/xml")


def _save_ticket(fields: dict[str, str]) -> HttpResponse:
    """Keep the ticket where tokens are kept, sealed; the table of pushes never sees it."""
    try:
        component.save_ticket(fields)
    except ValueError:
        raise push.BadPush("shape") from None
    return _success(Source.COMPONENT, events.TICKET, actions.KEPT)


def _body(request: HttpRequest) -> bytes:
    """Read the raw body, and no more of it than shows that it is too large."""
    return request.read(push.MAX_BODY_BYTES + 1)


def _success(source: Source, event: str, result: str) -> HttpResponse:
    PUSHES.labels(source, events.label(event), result).inc()
    return HttpResponse("success", content_type="text/plain")


def _refuse(source: Source, reason: str) -> JsonResponse:
    PUSHES.labels(source, events.OTHER, reason).inc()
    log.info("push_refused", source=source.value, reason=reason)
    return JsonResponse({"code": "FAIL", "message": reason}, status=401)

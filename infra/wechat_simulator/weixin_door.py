"""HTTP doors of api.weixin.qq.com: HTTP 200 always, failure in errcode (CONTRACT §0.2)."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .fields import parse_json
from .refusals import WeixinRefusal
from .simulator import Simulator

Query = dict[str, str]
Body = dict[str, Any]
Answer = dict[str, Any]


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of this host, under WeChat's own paths."""
    component, login = simulator.component, simulator.login

    def reading(path: str, verb: Callable[[Query], Answer]) -> web.RouteDef:
        async def door(request: web.Request) -> web.Response:
            return _answer(request, lambda: verb(dict(request.query)))

        return web.get(path, door)

    def writing(path: str, verb: Callable[[Query, Body], Answer]) -> web.RouteDef:
        async def door(request: web.Request) -> web.Response:
            raw = await request.read()
            if request.method != "POST":
                return _refused(request, WeixinRefusal(43002, "require POST method"))
            return _answer(request, lambda: verb(dict(request.query), _json(raw)))

        return web.route("*", path, door)

    def with_component(verb: Callable[[Body], Answer]) -> Callable[[Query, Body], Answer]:
        def checked(query: Query, body: Body) -> Answer:
            token = query.get("component_access_token") or query.get("access_token", "")
            component.check_token(token)
            return verb(body)

        return checked

    def for_app(verb: Callable[..., Answer]) -> Callable[[Query, Body], Answer]:
        return lambda query, body: verb(login.caller(query), body)

    platform = "/cgi-bin/component/"
    order = "/wxa/sec/order/"
    shipping = simulator.shipping
    return [
        writing(platform + "api_start_push_ticket", lambda _, b: component.start_push_ticket(b)),
        writing(platform + "api_component_token", lambda _, b: component.component_token(b)),
        writing(platform + "api_query_auth", with_component(component.query_auth)),
        writing(platform + "api_authorizer_token", with_component(component.authorizer_token)),
        writing(platform + "api_get_authorizer_list", with_component(component.authorizer_list)),
        writing(platform + "api_get_authorizer_info", with_component(component.authorizer_info)),
        reading("/sns/component/jscode2session", login.component_session),
        reading("/sns/jscode2session", login.own_session),
        reading("/cgi-bin/token", login.token),
        writing("/cgi-bin/stable_token", lambda _, b: login.stable_token(b)),
        writing("/wxa/business/getuserphonenumber", login.phone_number),
        writing(order + "upload_shipping_info", for_app(shipping.upload)),
        writing(order + "get_order", for_app(shipping.get_order)),
        writing(order + "get_order_list", for_app(shipping.get_order_list)),
        writing(order + "notify_confirm_receive", for_app(shipping.remind)),
        writing(order + "is_trade_managed", for_app(shipping.is_managed)),
        writing(
            order + "is_trade_management_confirmation_completed", for_app(shipping.is_confirmed)
        ),
    ]


def _answer(request: web.Request, work: Callable[[], Answer]) -> web.Response:
    try:
        return json_answer(work())
    except WeixinRefusal as refusal:
        return _refused(request, refusal)


def _refused(request: web.Request, refusal: WeixinRefusal) -> web.Response:
    request["code"] = str(refusal.errcode)
    rid = "-".join(secrets.token_hex(4) for _ in range(3))
    return json_answer({"errcode": refusal.errcode, "errmsg": f"{refusal.errmsg} rid: {rid}"})


def json_answer(answer: Answer, status: int = 200) -> web.Response:
    """Raw UTF-8 JSON, as WeChat sends it."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json")


def _json(raw: bytes) -> Body:
    if not raw:
        raise WeixinRefusal(44002, "empty post data")
    try:
        body = parse_json(raw)
    except ValueError as error:
        raise WeixinRefusal(47001, "data format error") from error
    if not isinstance(body, dict):
        raise WeixinRefusal(47001, "data format error")
    return body

"""HTTP doors of api.weixin.qq.com: HTTP 200 always, failure in errcode (CONTRACT §0.2)."""

from collections.abc import Callable

from aiohttp import web

from .doors import Answer, Body, Query, acting, writing
from .refusals import WeixinRefusal
from .simulator import Simulator

INVALID_CODE = 40029


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of this host, under WeChat's own paths."""
    component, login = simulator.component, simulator.login

    def with_component(verb: Callable[[Body], Answer]) -> Callable[[Query, Body], Answer]:
        def checked(query: Query, body: Body) -> Answer:
            token = query.get("component_access_token") or query.get("access_token", "")
            component.check_token(token)
            return verb(body)

        return checked

    def for_app(verb: Callable[..., Answer]) -> Callable[[Query, Body], Answer]:
        return lambda query, body: verb(login.caller(query), body)

    def component_session(query: Query) -> Answer:
        """Here 40029 is a JSON text, as in the documented sample (§0.2)."""
        try:
            return login.component_session(query)
        except WeixinRefusal as refusal:
            if refusal.errcode != INVALID_CODE:
                raise
            told = {"errcode": str(refusal.errcode)}
            raise WeixinRefusal(refusal.errcode, refusal.errmsg, beside=told) from refusal

    platform = "/cgi-bin/component/"
    order = "/wxa/sec/order/"
    shipping = simulator.shipping
    return [
        writing(platform + "api_start_push_ticket", lambda _, b: component.start_push_ticket(b)),
        writing(platform + "api_component_token", lambda _, b: component.component_token(b)),
        writing(platform + "api_query_auth", with_component(component.query_auth)),
        writing(platform + "api_authorizer_token", with_component(component.authorizer_token)),
        acting("/sns/component/jscode2session", component_session),
        acting("/sns/jscode2session", login.own_session),
        acting("/cgi-bin/token", login.token),
        writing("/cgi-bin/stable_token", lambda _, b: login.stable_token(b)),
        writing("/wxa/business/getuserphonenumber", login.phone_number),
        writing(order + "upload_shipping_info", for_app(shipping.upload)),
        writing(order + "get_order", for_app(shipping.get_order)),
        writing(order + "get_order_list", for_app(shipping.get_order_list)),
        writing(order + "notify_confirm_receive", for_app(shipping.remind)),
        writing("/cgi-bin/express/delivery/open_msg/get_delivery_list", for_app(shipping.carriers)),
        writing(order + "is_trade_managed", for_app(shipping.is_managed)),
        writing(
            order + "is_trade_management_confirmation_completed", for_app(shipping.is_confirmed)
        ),
    ]

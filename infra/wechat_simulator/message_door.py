"""HTTP doors of what an app says, shows and checks: media, messages, codes (CONTRACT §6-§9)."""

from collections.abc import Callable

from aiohttp import web

from .doors import (
    Answer,
    Body,
    Picture,
    Query,
    Upload,
    acting,
    reading,
    uploading,
    working,
    writing,
)
from .simulator import Simulator
from .store import Row


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of these parts, under WeChat's own paths."""
    caller, media = simulator.login.caller, simulator.media
    parts = simulator.messages
    content, templates = parts.content, parts.templates
    identities = parts.identities
    codes, links, service = parts.codes, parts.links, parts.customer_service

    def upload(query: Query, file: Upload) -> Answer:
        return media.upload(caller(query), query, file.name, file.content_type, file.body)

    def download(query: Query) -> Answer | Picture:
        found = media.find(str(caller(query)["appid"]), query.get("media_id", ""))
        return Picture(found["body"], found["content_type"], found["name"])

    def for_app(verb: Callable[..., Answer | Picture]) -> Callable[..., Answer | Picture]:
        return lambda query, body: verb(caller(query), body)

    def check_picture(app: Row, file: Upload) -> Answer:
        return content.check_picture(app, file.body)

    def asking(verb: Callable[[Row, Query], Answer]) -> Callable[[Query], Answer]:
        return lambda query: verb(caller(query), query)

    async def send_subscribe(query: Query, body: Body) -> Answer:
        return await parts.subscribe.send(caller(query), body)

    order, special = "/wxa/sec/order/", parts.special_shipping
    library = "/wxaapi/newtmpl/"
    return [
        uploading("/cgi-bin/media/upload", upload),
        reading("/cgi-bin/media/get", download),
        writing("/wxa/msg_sec_check", for_app(content.check_text)),
        writing("/wxa/media_check_async", for_app(parts.media_checks.start)),
        uploading("/wxa/img_sec_check", for_app(check_picture)),
        writing("/wxa/getuserriskrank", for_app(content.risk_rank)),
        reading(library + "getcategory", asking(templates.categories)),
        reading(library + "getpubtemplatetitles", asking(templates.titles)),
        reading(library + "getpubtemplatekeywords", asking(templates.keywords)),
        reading(library + "gettemplate", asking(templates.list_own)),
        writing(library + "addtemplate", for_app(templates.add)),
        writing(library + "deltemplate", for_app(templates.delete)),
        working("/cgi-bin/message/subscribe/send", send_subscribe),
        writing(order + "upload_combined_shipping_info", for_app(special.upload_combined)),
        writing(order + "set_msg_jump_path", for_app(special.set_jump_path)),
        writing(order + "opspecialorder", for_app(special.mark_special)),
        reading("/wxa/checksession", asking(identities.check_session)),
        acting("/wxa/resetusersessionkey", asking(identities.reset_session_key)),
        reading("/wxa/getpaidunionid", asking(identities.paid_unionid)),
        writing("/cgi-bin/clear_quota", for_app(parts.turnstile.clear)),
        writing("/cgi-bin/openapi/rid/get", for_app(parts.request_ids.get)),
        writing("/cgi-bin/message/custom/send", for_app(service.send)),
        writing("/cgi-bin/message/custom/business/send", for_app(service.send_for_business)),
        writing("/cgi-bin/message/custom/typing", for_app(service.typing)),
        writing("/wxa/getwxacodeunlimit", for_app(codes.unlimited)),
        writing("/wxa/getwxacode", for_app(codes.limited)),
        writing("/cgi-bin/wxaapp/createwxaqrcode", for_app(codes.square)),
        writing("/wxa/generate_urllink", for_app(links.url_link)),
        writing("/wxa/generatescheme", for_app(links.scheme)),
        writing("/wxa/genwxashortlink", for_app(links.short_link)),
        writing("/wxa/query_urllink", for_app(links.query_url_link)),
        writing("/wxa/queryscheme", for_app(links.query_scheme)),
    ]

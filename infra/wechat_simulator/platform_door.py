"""HTTP doors of the third-party platform: accounts, domains, privacy, code (CONTRACT §3.3-§3.6)."""

from collections.abc import Callable

from aiohttp import web

from .doors import Answer, Body, Picture, Query, Upload, acting, reading, uploading, writing
from .refusals import WeixinRefusal
from .simulator import Simulator
from .store import Row

Said = Answer | Picture


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of these parts, under WeChat's own paths."""
    return [*_of_component(simulator), *_of_apps(simulator), *_of_code(simulator)]


def _of_component(simulator: Simulator) -> list[web.RouteDef]:
    parts, component = simulator.platform, simulator.component
    own = "/cgi-bin/component/"

    def check(query: Query) -> None:
        token = query.get("component_access_token") or query.get("access_token", "")
        component.check_token(token)

    def post(path: str, verb: Callable[[Body], Answer]) -> web.RouteDef:
        def checked(query: Query, body: Body) -> Answer:
            check(query)
            return verb(body)

        return writing(path, checked)

    def get(path: str, verb: Callable[[Query], Answer]) -> web.RouteDef:
        def checked(query: Query) -> Answer:
            check(query)
            return verb(query)

        return reading(path, checked)

    def register(query: Query, body: Body) -> Answer:
        component.check_token(query.get("access_token", ""))
        return parts.registration.register(query, body)

    return [
        post(own + "api_create_preauthcode", parts.authorisation.pre_auth_code),
        post(own + "api_get_authorizer_list", parts.authorisers.listed),
        post(own + "api_get_authorizer_info", parts.authorisers.info),
        post(own + "fastregisterweapp", parts.registration.gone),
        writing("/wxa/component/fastregisterenterpriseweapp", register),
        post(own + "modify_wxa_server_domain", parts.domains.modify_platform_server),
        post(own + "modify_wxa_jump_domain", parts.domains.modify_platform_business),
        get("/wxa/gettemplatedraftlist", lambda _: parts.templates.draft_list()),
        get("/wxa/gettemplatelist", parts.templates.template_list),
        post("/wxa/addtotemplate", parts.templates.add),
        post("/wxa/deletetemplate", parts.templates.delete),
    ]


def _of_apps(simulator: Simulator) -> list[web.RouteDef]:
    parts, post, get = simulator.platform, _poster(simulator), _getter(simulator)
    open_platform = "/cgi-bin/wxopen/"
    return [
        post("/wxa/sec/wxaauth", parts.certification.apply),
        post("/wxa/sec/queryauth", parts.certification.status),
        post("/wxa/modify_domain", parts.domains.modify),
        post("/wxa/modify_domain_directly", parts.domains.modify_directly),
        post("/wxa/get_effective_domain", parts.domains.effective),
        post("/wxa/setwebviewdomain", parts.domains.set_webview),
        get("/wxa/get_category", lambda app, _: parts.categories.named(app)),
        get(open_platform + "getcategory", lambda app, _: parts.categories.owned(app)),
        get(open_platform + "getallcategories", lambda app, _: parts.categories.catalogue(app)),
        post(open_platform + "addcategory", parts.categories.add),
        post(open_platform + "deletecategory", parts.categories.remove),
        post(open_platform + "modifycategory", parts.categories.modify),
        post("/cgi-bin/component/setprivacysetting", parts.privacy.set_guide),
        post("/cgi-bin/component/getprivacysetting", parts.privacy.guide),
        post("/wxa/security/apply_privacy_interface", parts.privacy.apply),
        get("/wxa/security/get_privacy_interface", lambda app, _: parts.privacy.interfaces(app)),
        post("/wxa/change_visitstatus", parts.visits.change),
        post("/wxa/getvisitstatus", parts.visits.status),
    ]


def _of_code(simulator: Simulator) -> list[web.RouteDef]:
    parts, post = simulator.platform, _poster(simulator)
    get, act = _getter(simulator), _getter(simulator, acting)
    code, audits, releases = parts.code, parts.audits, parts.releases
    caller = _third_party(simulator)

    def upload(query: Query, file: Upload) -> Answer:
        return code.upload_media(caller(query), file)

    def screenshot(app: Row, body: Body) -> Picture:
        found = simulator.media.find(str(app["appid"]), str(body.get("media_id", "")))
        return Picture(found["body"], found["content_type"], found["name"])

    return [
        post("/wxa/commit", code.commit),
        get("/wxa/security/get_code_privacy_info", lambda app, _: code.detection(app)),
        get("/wxa/get_qrcode", code.trial_code),
        get("/wxa/get_page", lambda app, _: code.pages(app)),
        uploading("/wxa/uploadmedia", upload),
        post("/cgi-bin/material/get_material", screenshot),
        post("/wxa/submit_audit", audits.submit),
        post("/wxa/get_auditstatus", audits.status),
        get("/wxa/get_latest_auditstatus", lambda app, _: audits.latest_status(app)),
        act("/wxa/undocodeaudit", lambda app, _: audits.withdraw(app)),
        get("/wxa/queryquota", audits.quota),
        post("/wxa/speedupaudit", audits.hurry),
        post("/wxa/release", releases.release),
        post("/wxa/grayrelease", releases.grey),
        get("/wxa/getgrayreleaseplan", lambda app, _: releases.grey_plan(app)),
        act("/wxa/revertgrayrelease", lambda app, _: releases.cancel_grey(app)),
        act("/wxa/revertcoderelease", releases.revert),
        post("/wxa/getversioninfo", releases.versions),
    ]


def _third_party(simulator: Simulator) -> Callable[[Query], Row]:
    """The app a token speaks for; 86000 when it is the app's own token, not the component's."""

    def caller(query: Query) -> Row:
        app = simulator.login.caller(query)
        token = simulator.tokens.check(query["access_token"], ("authorizer", "app", "stable"))
        if token["kind"] != "authorizer":
            raise WeixinRefusal(86000, "should be called only from third party")
        return app

    return caller


def _poster(simulator: Simulator) -> Callable[..., web.RouteDef]:
    caller = _third_party(simulator)

    def post(path: str, verb: Callable[[Row, Body], Said]) -> web.RouteDef:
        return writing(path, lambda query, body: verb(caller(query), body))

    return post


def _getter(
    simulator: Simulator, door: Callable[..., web.RouteDef] = reading
) -> Callable[..., web.RouteDef]:
    caller = _third_party(simulator)

    def get(path: str, verb: Callable[[Row, Query], Said]) -> web.RouteDef:
        return door(path, lambda query: verb(caller(query), query))

    return get

"""The browser pages of the third-party platform: authorise an account, confirm a registration."""

from aiohttp import web

from . import scopes
from .authorisation import PageRefused, Visit
from .paper import sheet, trouble
from .pictures import plate
from .pieces import esc
from .refusals import ControlRefusal
from .scopes import MINI_PROGRAM, OFFICIAL_ACCOUNT
from .simulator import Simulator
from .store import Row

DESKTOP = "/cgi-bin/componentloginpage"
MOBILE = "/wxaopen/safe/bindcomponent"
REGISTRATION = "/wxaopen/registration"
HEAD_PIXELS = 96
KIND_WORDS = {
    MINI_PROGRAM: ("小程序", "mini-program"),
    OFFICIAL_ACCOUNT: ("公众号", "official account"),
}
QUERY_NAMES = (
    *("action", "no_scan", "component_appid", "pre_auth_code", "redirect_uri"),
    *("auth_type", "biz_appid"),
)


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """The pages a person opens, where their forms go, and the pictures they show."""
    pages = ConsentPages(simulator)
    return [
        web.get(DESKTOP, pages.ask),
        web.post(DESKTOP, pages.answer),
        web.get(MOBILE, pages.ask),
        web.post(MOBILE, pages.answer),
        web.get(REGISTRATION, pages.registration),
        web.post(REGISTRATION, pages.confirm),
        web.get("/trial/{appid}/{version_id}", pages.trial),
        web.get("/mmopen/{appid}/0", pages.picture),
        web.get("/wxopen/qrcode/{appid}", pages.picture),
    ]


class ConsentPages:
    """What the owner of an account sees and does."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._authorisation = simulator.platform.authorisation
        self._registration = simulator.platform.registration

    # --- authorisation ------------------------------------------------------------------------

    async def ask(self, request: web.Request) -> web.Response:
        """GET: choose an account and the permission sets."""
        query = {name: request.query.get(name, "") for name in QUERY_NAMES if name in request.query}
        try:
            visit = self._authorisation.visit(query, is_mobile=request.path == MOBILE)
        except PageRefused as refused:
            return trouble(refused.chinese, refused.english)
        body = self._form(request.path, query, visit)
        return sheet("帐号授权", "Authorise an account", body, leads_to=visit.redirect_uri)

    async def answer(self, request: web.Request) -> web.Response:
        """POST: `decision` consent goes back to redirect_uri; refuse ends here, without a push."""
        form = await request.post()
        query = {name: str(form[name]) for name in QUERY_NAMES if name in form}
        try:
            visit = self._authorisation.visit(query, is_mobile=request.path == MOBILE)
            if form.get("decision") != "consent":
                words = "<p>您没有授权，可以关闭此页面。</p><p class='soft'>Nothing was authorised."
                return sheet("已取消", "Cancelled", f"<section>{words}</p></section>")
            choice = {name: str(form.get(name, "")) for name in ("account", "name")}
            ticked = [int(str(v)) for v in form.getall("scopes", []) if str(v).isdecimal()]
            address = self._authorisation.consent(visit, choice, ticked)
        except PageRefused as refused:
            return trouble(refused.chinese, refused.english)
        raise web.HTTPFound(address)

    def _form(self, path: str, query: dict[str, str], visit: Visit) -> str:
        hidden = "".join(_hidden(name, value) for name, value in query.items())
        accounts = "".join(self._account(app) for app in self._authorisation.candidates(visit))
        if not visit.appid:
            accounts += "".join(_new(kind) for kind in visit.kinds) + _name()
        choose = f"<section><h2>选择帐号 <small>Choose an account</small></h2>{accounts}</section>"
        kinds = visit.kinds
        if visit.appid:
            kinds = (str(self._simulator.apps.known(visit.appid)["kind"]),)
        grants = "".join(_grants(kind) for kind in kinds)
        buttons = (
            '<div class="actions"><button class="main" name="decision" value="consent">'
            '同意授权 Consent</button><button class="danger" name="decision" value="refuse">'
            "拒绝 Refuse</button></div>"
        )
        return f'<form method="post" action="{esc(path)}">{hidden}{choose}{grants}{buttons}</form>'

    def _account(self, app: Row) -> str:
        word = " · ".join(KIND_WORDS[app["kind"]])
        state = " · 已授权 authorised" if app["is_authorised"] else ""
        return (
            f'<label class="choice"><input type="radio" name="account" value="{esc(app["appid"])}">'
            f'<img src="/mmopen/{esc(app["appid"])}/0" alt=""><span>{esc(app["name"])}'
            f'<br><span class="soft">{esc(app["appid"])} · {word}{state}</span></span></label>'
        )

    # --- registration -------------------------------------------------------------------------

    async def registration(self, request: web.Request) -> web.Response:
        """GET: what the legal person is asked."""
        task = self._registration.find(request.query.get("taskid", ""))
        if task is None:
            return trouble("注册任务不存在", "no such registration")
        if task["status"] != 0:
            return trouble("此任务已结束", "this registration has ended")
        body = (
            "<section><h2>企业信息 <small>The company</small></h2><dl>"
            f"<dt>名称 name</dt><dd>{esc(task['name'])}</dd>"
            f"<dt>统一社会信用代码 code</dt><dd>{esc(task['code'])}</dd>"
            f"<dt>服务商电话 phone</dt><dd>{esc(task['component_phone'])}</dd></dl>"
            "<p>请法定代表人核对并完成人脸核身。</p>"
            "<p class='soft'>The legal person checks this and shows their face.</p>"
            f'<form method="post" action="{REGISTRATION}">{_hidden("taskid", task["taskid"])}'
            '<div class="actions"><button class="main" name="decision" value="consent">'
            '确认注册 Confirm</button><button class="danger" name="decision" value="refuse">'
            "拒绝 Refuse</button></div></form></section>"
        )
        return sheet("注册小程序", "Register a mini-program", body)

    async def confirm(self, request: web.Request) -> web.Response:
        """POST: `decision` consent creates the mini-program."""
        form = await request.post()
        taskid = str(form.get("taskid", ""))
        try:
            if form.get("decision") != "consent":
                self._registration.refuse(taskid)
                return sheet("已拒绝", "Refused", "<section><p>未注册 Not registered</p></section>")
            appid = self._registration.consent(taskid)
        except ControlRefusal as refusal:
            return trouble("此任务无法继续", refusal.message)
        body = f"<section><p>注册成功 Registered: <code>{esc(appid)}</code></p></section>"
        return sheet("注册成功", "Registered", body)

    # --- trial version ------------------------------------------------------------------------

    async def trial(self, request: web.Request) -> web.Response:
        """GET: what the code of get_qrcode leads to."""
        version = self._simulator.platform.code.latest(request.match_info["appid"])
        if version is None or str(version["id"]) != request.match_info["version_id"]:
            return trouble(
                "体验版已更新，请重新扫码", "a newer trial version has replaced this one"
            )
        body = (
            f"<section><dl><dt>appid</dt><dd>{esc(version['appid'])}</dd>"
            f"<dt>版本 version</dt><dd>{esc(version['user_version'])}</dd>"
            f"<dt>说明 description</dt><dd>{esc(version['user_desc'])}</dd>"
            f"<dt>页面 path</dt><dd>{esc(request.query.get('path', ''))}</dd>"
            f"<dt>ext_json</dt><dd><code>{esc(version['ext_json'])}</code></dd></dl></section>"
        )
        return sheet("体验版", "Trial version", body)

    # --- pictures -----------------------------------------------------------------------------

    async def picture(self, request: web.Request) -> web.Response:
        """GET: the picture of an account, drawn from its appid."""
        app = self._simulator.apps.find(request.match_info["appid"])
        if app is None:
            raise web.HTTPNotFound
        body = plate(str(app["appid"]), HEAD_PIXELS, HEAD_PIXELS)
        return web.Response(body=body, content_type="image/png")


def _new(kind: str) -> str:
    chinese, english = KIND_WORDS[kind]
    return (
        f'<label class="choice"><input type="radio" name="account" value="new:{kind}">'
        f"<span>新建{chinese} <span class='soft'>a new {english}</span></span></label>"
    )


def _name() -> str:
    return (
        '<p><input name="name" maxlength="40" placeholder="名称 name" aria-label="名称 name"></p>'
    )


def _grants(kind: str) -> str:
    chinese, english = KIND_WORDS[kind]
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" name="scopes" value="{number}" checked>'
        f"<span>{number} · {esc(words)}</span></label>"
        for number, words in scopes.offered(kind).items()
    )
    title = f"{chinese}权限集 <small>Permission sets of a {english}</small>"
    return f"<section><h2>{title}</h2>{boxes}</section>"


def _hidden(name: str, value: object) -> str:
    return f'<input type="hidden" name="{esc(name)}" value="{esc(value)}">'

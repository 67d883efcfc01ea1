"""The tester's hand on the third-party platform's world: /_control, JSON in and out."""

from typing import Any

from aiohttp import web

from .clock import rfc3339
from .control import Answer, Verb, control_routes, shown_app
from .refusals import ControlRefusal, WeixinRefusal
from .scopes import OFFICIAL_ACCOUNT
from .simulator import Simulator
from .store import Row

MOST_AT_ONCE = 10_000


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every control route of these parts."""
    hand = PlatformControl(simulator)
    table: list[tuple[str, str, Verb]] = [
        ("POST", "mini_programs/bulk", hand.create_many),
        ("GET", "released_versions", hand.released),
        ("GET", "mini_programs/{appid}", hand.mini_program),
        ("PUT", "mini_programs/{appid}", hand.change_mini_program),
        ("POST", "mini_programs/{appid}/audit", hand.decide_audit),
        ("POST", "mini_programs/{appid}/privacy_interfaces", hand.decide_interface),
        ("POST", "mini_programs/{appid}/categories", hand.decide_category),
        ("POST", "official_accounts", hand.create_official_account),
        ("GET", "official_accounts", hand.official_accounts),
        ("GET", "audits", hand.audits),
        ("GET", "drafts", hand.drafts),
        ("POST", "drafts", hand.upload_draft),
        ("GET", "templates", hand.templates),
        ("POST", "templates", hand.add_template),
        ("GET", "platform_domains", hand.platform_domains),
        ("PUT", "platform_domains", hand.set_platform_domains),
        ("GET", "registrations", hand.registrations),
        ("POST", "registrations/{taskid}", hand.decide_registration),
        ("POST", "certifications/{taskid}", hand.decide_certification),
    ]
    return control_routes(table)


class PlatformControl:
    """One method per action; the control page calls the same methods."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator, self._parts = simulator, simulator.platform

    # --- accounts -----------------------------------------------------------------------------

    async def create_many(self, _: web.Request, wish: Answer) -> Answer:
        """`{count, name_prefix?, released_template_id?}`: authorised mini-programs, as
        `POST mini_programs` makes them; their customers run that template, if one is named."""
        count = wish.get("count")
        if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= MOST_AT_ONCE:
            raise ControlRefusal(400, f"count must be 1 to {MOST_AT_ONCE}")
        prefix = str(wish.get("name_prefix") or "Shop")[:30]
        with self._simulator.store.transaction():
            made = self._simulator.apps.create_many(count, prefix)
            if (template_id := wish.get("released_template_id")) is not None:
                self._parts.releases.place([str(app["appid"]) for app in made], template_id)
        return {"mini_programs": made}

    async def released(self, _: web.Request, __: Answer) -> Answer:
        """What customers run, for all mini-programs at once."""
        return {"versions": self._parts.releases.online_everywhere()}

    async def mini_program(self, request: web.Request, _: Answer) -> Answer:
        """Everything about one account: its profile, domains, categories, privacy and code."""
        app, parts = self._known(request), self._parts
        appid, profile = str(app["appid"]), self._simulator.profiles.of(app)
        visible = parts.visits.is_open(appid)
        return {
            **shown_app(app),
            "kind": app["kind"],
            **{name: value for name, value in vars(profile).items() if name != "scopes"},
            "scopes": list(profile.scopes),
            "domains": parts.domains.describe(appid),
            "categories": parts.categories.describe(appid),
            "privacy": parts.privacy.describe(appid),
            "code": {**parts.releases.describe(appid), "visible": visible},
        }

    async def change_mini_program(self, request: web.Request, wish: Answer) -> Answer:
        """Profile fields, and `categories: [[first, second], …]`."""
        appid = str(self._known(request)["appid"])
        pairs = wish.pop("categories", None)
        with self._simulator.store.transaction():
            self._simulator.profiles.edit(appid, wish)
            if pairs is not None:
                self._parts.categories.replace(appid, _pairs(pairs))
        return await self.mini_program(request, {})

    async def create_official_account(self, _: web.Request, wish: Answer) -> Answer:
        """`{name?}`: an official account, not authorised yet."""
        name = str(wish.get("name") or "")[:40]
        made = self._simulator.apps.add(name, kind=OFFICIAL_ACCOUNT)
        return {name: made[name] for name in ("appid", "name", "principal", "appsecret")}

    async def official_accounts(self, _: web.Request, __: Answer) -> Answer:
        rows = self._simulator.apps.of_kind(OFFICIAL_ACCOUNT)
        return {"official_accounts": [shown_app(row) for row in rows]}

    def _known(self, request: web.Request) -> Row:
        return self._simulator.apps.known(request.match_info["appid"])

    # --- reviews ------------------------------------------------------------------------------

    async def decide_audit(self, request: web.Request, wish: Answer) -> Answer:
        """`{decision: pass|refuse|delay, reason?, screenshots?}`."""
        screenshots = wish.get("screenshots", 0)
        if isinstance(screenshots, bool) or not isinstance(screenshots, int):
            raise ControlRefusal(400, "screenshots must be a whole number")
        appid = request.match_info["appid"]
        reason = str(wish.get("reason") or "")
        self._parts.audits.decide(appid, str(wish.get("decision")), reason, screenshots)
        latest = self._parts.audits.latest(appid)
        return self._parts.audits.describe(latest) if latest else {}

    async def decide_interface(self, request: web.Request, wish: Answer) -> Answer:
        """`{api_name, decision: pass|refuse, reason?}` on an application in review."""
        name, appid = str(wish.get("api_name")), request.match_info["appid"]
        self._parts.privacy.decide(appid, name, _reason(wish))
        return {"api_name": name, "is_granted": self._parts.privacy.is_granted(appid, name)}

    async def decide_category(self, request: web.Request, wish: Answer) -> Answer:
        """`{first, second, decision: pass|refuse, reason?}` on a category in review."""
        ((first, second),) = _pairs([[wish.get("first"), wish.get("second")]])
        appid = request.match_info["appid"]
        self._parts.categories.decide(appid, first, second, _reason(wish))
        return {"categories": self._parts.categories.describe(appid)}

    async def audits(self, _: web.Request, __: Answer) -> Answer:
        """Open audits, oldest first."""
        rows = self._parts.audits.waiting()
        names = ("appid", "name", "user_desc")
        return {
            "audits": [
                {**{n: row[n] for n in names}, **self._parts.audits.describe(row)} for row in rows
            ]
        }

    # --- code ---------------------------------------------------------------------------------

    async def upload_draft(self, _: web.Request, wish: Answer) -> Answer:
        """`{user_version, user_desc?}` and what `templates.read_package` takes."""
        return {"draft_id": self._parts.templates.upload_draft(wish)}

    async def drafts(self, _: web.Request, __: Answer) -> Answer:
        return {"drafts": [_timed(row) for row in self._parts.templates.drafts()]}

    async def templates(self, _: web.Request, __: Answer) -> Answer:
        return {"templates": [_timed(row) for row in self._parts.templates.all()]}

    async def add_template(self, _: web.Request, wish: Answer) -> Answer:
        """`{draft_id}`: what a click in the open platform's console does."""
        try:
            self._parts.templates.add({"draft_id": wish.get("draft_id")})
        except WeixinRefusal as refusal:
            raise ControlRefusal(400, refusal.errmsg) from None
        return {"template_id": self._parts.templates.all()[0]["template_id"]}

    async def platform_domains(self, _: web.Request, __: Answer) -> Answer:
        return self._parts.domains.platform()

    async def set_platform_domains(self, _: web.Request, wish: Answer) -> Answer:
        """`{server?: [hosts], business?: [hosts]}`, as in the open platform's console."""
        return self._parts.domains.set_platform(wish.get("server"), wish.get("business"))

    # --- registrations ------------------------------------------------------------------------

    async def registrations(self, _: web.Request, __: Answer) -> Answer:
        return {"registrations": [_timed(row) for row in self._parts.registration.all()]}

    async def decide_registration(self, request: web.Request, wish: Answer) -> Answer:
        """`{decision: consent|refuse|fail, status?, msg?}`."""
        taskid, decision = request.match_info["taskid"], wish.get("decision")
        registration = self._parts.registration
        if decision == "consent":
            return {"appid": registration.consent(taskid)}
        if decision == "refuse":
            registration.refuse(taskid)
        elif decision == "fail" and isinstance(wish.get("status"), int):
            registration.fail(taskid, wish["status"], str(wish.get("msg") or "failed"))
        else:
            raise ControlRefusal(400, "decision: consent, refuse, or fail with a status")
        return {"ok": True}

    async def decide_certification(self, request: web.Request, wish: Answer) -> Answer:
        """`{decision: pass|refuse}`."""
        is_passed = _reason(wish) is None
        self._parts.certification.decide(request.match_info["taskid"], is_passed=is_passed)
        return {"ok": True}


def _reason(wish: Answer) -> str | None:
    """None for a pass; the reason of a refusal, which may be empty."""
    decision = wish.get("decision")
    if decision not in ("pass", "refuse"):
        raise ControlRefusal(400, "decision: pass or refuse")
    return None if decision == "pass" else str(wish.get("reason") or "")


def _pairs(value: Any) -> list[tuple[int, int]]:
    if not isinstance(value, list) or not all(
        isinstance(pair, list | tuple) and [type(n) for n in pair] == [int, int] for pair in value
    ):
        raise ControlRefusal(400, "categories are pairs of numbers: first, second")
    return [(int(first), int(second)) for first, second in value]


def _timed(row: Row) -> Answer:
    return {**dict(row), "created_at_text": rfc3339(row["created_at"])}

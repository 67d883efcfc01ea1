"""The third-party platform: tickets, its token, and the tokens of shops (CONTRACT §3.1-3.3)."""

import time
from typing import Any

import aiohttp

from . import credentials, crypto
from .agenda import Agenda
from .apps import AUTH_CODE_SECONDS, Apps
from .clock import Clock
from .credentials import Credentials
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store
from .tokens import TOKEN_SECONDS, Tokens

TICKET_EVERY_SECONDS = 600
TICKET_LIFE_SECONDS = 12 * 3600
ANSWER_SECONDS = 5
FUNCTIONS = (17, 18, 25, 142)


class Component:
    """What WeChat does for, and to, the one registered third-party platform."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keys: Credentials,
        apps: Apps,
        tokens: Tokens,
        agenda: Agenda,
    ) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        self._apps, self._tokens, self._agenda = apps, tokens, agenda
        self._session: aiohttp.ClientSession | None = None
        agenda.handle("ticket", self._push_due_ticket)
        agenda.handle("component_event", self._push_event)

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give it the HTTP client; called once when the program starts."""
        self._session = session

    # --- pushes -------------------------------------------------------------------------------

    @property
    def ticket_url(self) -> str:
        return self._store.meta("ticket_url")

    def register(self, ticket_url: str) -> None:
        """Set the authorisation events URL and start the pushes: one now, then every 600 s."""
        if not ticket_url.startswith(("http://", "https://")):
            raise ControlRefusal(400, "ticket_url must be an http or https address")
        with self._store.transaction():
            self._store.set_meta("ticket_url", ticket_url)
            self._restart_pushes()

    def start_push_ticket(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_start_push_ticket (§3.2)."""
        self._check_component(body, "component_secret")
        with self._store.transaction():
            self._restart_pushes()
        return {"errcode": 0, "errmsg": "ok"}

    def _restart_pushes(self) -> None:
        self._agenda.cancel("ticket", "")
        self._agenda.add("ticket", "")

    async def _push_due_ticket(self, entry_id: int, _reference: str) -> None:
        await self.push_ticket()
        with self._store.transaction():
            self._agenda.done(entry_id)
            if self.ticket_url:
                self._agenda.add("ticket", "", after_seconds=TICKET_EVERY_SECONDS)

    async def push_ticket(self) -> tuple[int, str]:
        """Mint a ticket and push it; returns the HTTP status received (0 for none) and a note."""
        ticket, now = "ticket@@@" + credentials.text(78), self._clock.now()
        self._store.run("DELETE FROM tickets WHERE created_at < ?", now - 2 * TICKET_LIFE_SECONDS)
        self._store.insert("tickets", {"ticket": ticket, "created_at": now})
        status, note = await self._push(
            {"InfoType": "component_verify_ticket", "ComponentVerifyTicket": ticket}
        )
        self._store.run(
            "UPDATE tickets SET status = ?, note = ? WHERE ticket = ?", status, note, ticket
        )
        return status, note

    async def _push_event(self, entry_id: int, reference: str) -> None:
        info_type, appid, code = reference.split(" ")
        fields = {"InfoType": info_type, "AuthorizerAppid": appid}
        if code:
            expires = str(int(self._clock.now()) + AUTH_CODE_SECONDS)
            fields |= {"AuthorizationCode": code, "AuthorizationCodeExpiredTime": expires}
        await self._push(fields)
        self._agenda.done(entry_id)

    def envelope(self, fields: dict[str, str]) -> tuple[dict[str, str], str]:
        """The query and the encrypted XML body of a push to the component URL (§3.1)."""
        me = self._keys.component
        inner = {"AppId": me["appid"], "CreateTime": str(int(self._clock.now())), **fields}
        message = "<xml>" + "".join(_element(k, v) for k, v in inner.items()) + "</xml>"
        sealed = crypto.encrypt_push(message, me["appid"], me["encoding_aes_key"])
        timestamp, nonce = str(int(time.time())), credentials.digits(10)
        query = {
            "signature": crypto.push_signature(me["token"], timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": crypto.push_signature(me["token"], timestamp, nonce, sealed),
        }
        body = f"<xml>{_element('AppId', me['appid'])}{_element('Encrypt', sealed)}</xml>"
        return query, body

    async def _push(self, fields: dict[str, str]) -> tuple[int, str]:
        if self._session is None or not self.ticket_url:
            return 0, "no URL is registered"
        query, body = self.envelope(fields)
        try:
            async with self._session.post(
                self.ticket_url,
                params=query,
                data=body.encode(),
                headers={"Content-Type": "text/xml"},
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                allow_redirects=False,
            ) as answer:
                text = (await answer.content.read(200)).decode(errors="replace")
                return answer.status, text
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return 0, type(error).__name__

    def tickets(self) -> list[Row]:
        return self._store.rows("SELECT * FROM tickets ORDER BY created_at DESC LIMIT 5")

    # --- component token ----------------------------------------------------------------------

    def component_token(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_component_token: 61006 unknown ticket, 61005 expired."""
        self._check_component(body, "component_appsecret")
        offered = str(body.get("component_verify_ticket", ""))
        ticket = self._store.find("SELECT * FROM tickets WHERE ticket = ?", offered)
        if ticket is None:
            raise WeixinRefusal(61006, "component ticket is invalid")
        if ticket["created_at"] + TICKET_LIFE_SECONDS < self._clock.now():
            raise WeixinRefusal(61005, "component ticket is expired")
        token = self._tokens.mint(
            "component",
            self._keys.component["appid"],
            replaced_live_seconds=self._tokens.replacement_seconds(),
        )
        return {"component_access_token": token, "expires_in": TOKEN_SECONDS}

    def check_token(self, token: str) -> None:
        self._tokens.check(token, ("component",))

    def check_appid(self, appid: object) -> None:
        if appid != self._keys.component["appid"]:
            raise WeixinRefusal(40013, "invalid appid")

    def _check_component(self, body: dict[str, Any], secret_field: str) -> None:
        self.check_appid(body.get("component_appid"))
        offered = str(body.get(secret_field, ""))
        if not crypto.is_same(offered, self._keys.component["appsecret"]):
            raise WeixinRefusal(40125, "invalid appsecret")

    # --- authorisation ------------------------------------------------------------------------

    def query_auth(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_query_auth: trade a one-use auth code for tokens."""
        self.check_appid(body.get("component_appid"))
        code = str(body.get("authorization_code", ""))
        with self._store.transaction():
            appid = str(self._apps.spend_code("auth", code, None)["appid"])
            app = self._authorised(appid)
            token = self._authorizer_token(appid)
        functions = [{"funcscope_category": {"id": number}} for number in FUNCTIONS]
        return {
            "authorization_info": {
                "authorizer_appid": appid,
                "authorizer_access_token": token,
                "expires_in": TOKEN_SECONDS,
                "authorizer_refresh_token": app["refresh_token"],
                "func_info": functions,
            }
        }

    def authorizer_token(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_authorizer_token: the refresh token rotates at each call.

        61023 for a refresh token that is not the current one, 61003 without authorisation.
        """
        self.check_appid(body.get("component_appid"))
        appid = str(body.get("authorizer_appid", ""))
        with self._store.transaction():
            app = self._authorised(appid)
            if not crypto.is_same(
                str(body.get("authorizer_refresh_token", "")), app["refresh_token"]
            ):
                raise WeixinRefusal(61023, "refresh_token is invalid")
            fresh = "refreshtoken@@@" + credentials.text(43)
            self._store.run("UPDATE apps SET refresh_token = ? WHERE appid = ?", fresh, appid)
            token = self._authorizer_token(appid)
        return {
            "authorizer_access_token": token,
            "expires_in": TOKEN_SECONDS,
            "authorizer_refresh_token": fresh,
        }

    def authorizer_list(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_get_authorizer_list: the way back to lost tokens."""
        self.check_appid(body.get("component_appid"))
        start, count = _whole(body, "offset", 0), min(_whole(body, "count", 500), 500)
        apps = [app for app in self._apps.mini_programs() if app["is_authorised"]]
        page = [
            {
                "authorizer_appid": app["appid"],
                "refresh_token": app["refresh_token"],
                "auth_time": int(app["created_at"]),
            }
            for app in apps[start : start + count]
        ]
        return {"total_count": len(apps), "list": page}

    def authorizer_info(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_get_authorizer_info, the fields a platform shows."""
        self.check_appid(body.get("component_appid"))
        app = self._authorised(str(body.get("authorizer_appid", "")))
        return {
            "authorizer_info": {
                "nick_name": app["name"],
                "user_name": "gh_" + app["appid"][2:14],
                "principal_name": app["principal"],
                "service_type_info": {"id": 0},
                "verify_type_info": {"id": 0},
                "MiniProgramInfo": {"network": {}, "categories": [], "visit_status": 0},
            },
            "authorization_info": {
                "authorizer_appid": app["appid"],
                "authorizer_refresh_token": app["refresh_token"],
                "func_info": [{"funcscope_category": {"id": number}} for number in FUNCTIONS],
            },
        }

    def authorise(self, appid: str, *, is_pushed: bool) -> str:
        """The shop owner scans again: a new auth code, pushed as `authorized` when asked."""
        if self._apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        with self._store.transaction():
            self._store.run("UPDATE apps SET is_authorised = 1 WHERE appid = ?", appid)
            code = self._apps.new_code("auth", appid, {}, "queryauthcode@@@", AUTH_CODE_SECONDS)
            if is_pushed:
                self._agenda.add("component_event", f"authorized {appid} {code}")
        return code

    def unauthorise(self, appid: str) -> None:
        """The shop owner withdraws: its tokens die and `unauthorized` is pushed."""
        if self._apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        with self._store.transaction():
            self._store.run("UPDATE apps SET is_authorised = 0 WHERE appid = ?", appid)
            self._tokens.revoke(appid, "authorizer")
            self._agenda.add("component_event", f"unauthorized {appid} ")

    def _authorised(self, appid: str) -> Row:
        app = self._apps.find(appid)
        if app is None:
            raise WeixinRefusal(40013, "invalid appid")
        if not app["is_authorised"]:
            raise WeixinRefusal(61003, "component is not authorized by this account")
        return app

    def _authorizer_token(self, appid: str) -> str:
        return self._tokens.mint(
            "authorizer", appid, replaced_live_seconds=self._tokens.replacement_seconds()
        )


def _element(name: str, value: str) -> str:
    text = value if value.isdigit() else f"<![CDATA[{value}]]>"
    return f"<{name}>{text}</{name}>"


def _whole(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or value < 0:
        raise WeixinRefusal(47001, f"{name} must be a whole number")
    return value

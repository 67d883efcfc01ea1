"""The third-party platform: tickets, its token, and the tokens of shops (CONTRACT §3.1-3.3)."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from . import credentials, crypto
from .agenda import Agenda
from .apps import Apps, new_refresh_token
from .clock import Clock
from .component_keys import ComponentKeys
from .credentials import Credentials
from .faults import Faults
from .profiles import Profiles
from .push_text import as_xml
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store
from .tokens import TOKEN_SECONDS, Tokens

TICKET_EVERY_SECONDS = 600
TICKET_LIFE_SECONDS = 12 * 3600
ANSWER_SECONDS = 5
TRIES = 3
REPEAT_SECONDS = 5


class Component:
    """What WeChat does for, and to, the one registered third-party platform."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keys: Credentials,
        apps: Apps,
        profiles: Profiles,
        tokens: Tokens,
        agenda: Agenda,
    ) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        self._apps, self._profiles = apps, profiles
        self._tokens, self._agenda = tokens, agenda
        self._own = ComponentKeys(store, keys)
        self._session: aiohttp.ClientSession | None = None
        self._faults: Faults | None = None
        agenda.handle("ticket", self._push_due_ticket)
        agenda.handle("component_event", self._push_event)

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give it the HTTP client; called once when the program starts."""
        self._session = session

    def struck_by(self, faults: Faults) -> None:
        """Faults on callbacks also strike pushes to the authorisation events URL."""
        self._faults = faults

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

    def tell(self, fields: dict[str, Any], *, after_seconds: float = 0) -> None:
        """Queue an event for the authorisation events URL in the caller's transaction.

        Without a 2xx answer it is repeated after 5 s, three tries in all (number unverified).
        `fields` are InfoType and what belongs to it; AppId and CreateTime are filled in.
        """
        moment = int(self._clock.now() + after_seconds)
        reference = json.dumps({"CreateTime": moment, **fields}, ensure_ascii=False)
        self._agenda.add("component_event", reference, after_seconds=after_seconds)

    async def _push_event(self, entry_id: int, reference: str) -> None:
        fields = json.loads(reference)
        tries, is_held = fields.pop("#tries", 0), fields.pop("#held", False)
        fault = self._fault(str(fields["InfoType"]))
        kind = str(fault["kind"]) if fault is not None else ""
        if fault is not None and kind == "reorder_callbacks" and not is_held:
            self._again(entry_id, {**fields, "#held": True}, float(fault["seconds"]))
            return
        statuses = [0]
        if kind not in ("drop_callbacks", "lose_callbacks"):
            copies = 2 if kind == "duplicate_callbacks" else 1
            forged = kind == "bad_callback_signature"
            statuses = [(await self._push(fields, is_forged=forged))[0] for _ in range(copies)]
        is_heard = kind == "lose_callbacks" or any(200 <= status < 300 for status in statuses)
        if is_heard or tries + 1 >= TRIES or not self.ticket_url:
            self._agenda.done(entry_id)
        else:
            self._again(entry_id, {**fields, "#tries": tries + 1}, REPEAT_SECONDS)

    def _fault(self, info_type: str) -> Row | None:
        place = f"{urlsplit(self.ticket_url).path}#{info_type}"
        return self._faults.take(place, is_callback=True) if self._faults is not None else None

    def _again(self, entry_id: int, fields: dict[str, Any], after_seconds: float) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            reference = json.dumps(fields, ensure_ascii=False)
            self._agenda.add("component_event", reference, after_seconds=after_seconds)

    def envelope(self, fields: dict[str, Any]) -> tuple[dict[str, str], str]:
        """The query and the encrypted XML body of a push to the component URL (§3.1)."""
        me = self._own.now()
        inner = {"AppId": me["appid"], "CreateTime": int(self._clock.now()), **fields}
        sealed = crypto.encrypt_push(as_xml(inner), me["appid"], me["encoding_aes_key"])
        timestamp, nonce = str(int(time.time())), credentials.digits(10)
        query = {
            "signature": crypto.push_signature(me["token"], timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": crypto.push_signature(me["token"], timestamp, nonce, sealed),
        }
        return query, as_xml({"AppId": me["appid"], "Encrypt": sealed})

    async def _push(self, fields: dict[str, Any], *, is_forged: bool = False) -> tuple[int, str]:
        if self._session is None or not self.ticket_url:
            return 0, "no URL is registered"
        query, body = self.envelope(fields)
        if is_forged:
            query["msg_signature"] = query["msg_signature"][::-1]
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
        if not crypto.is_same(offered, self._own.now()["appsecret"]):
            raise WeixinRefusal(40125, "invalid appsecret")

    # --- authorisation ------------------------------------------------------------------------

    def query_auth(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_query_auth: trade a one-use auth code for tokens."""
        self.check_appid(body.get("component_appid"))
        code = str(body.get("authorization_code", ""))
        with self._store.transaction():
            appid = str(self._apps.spend_code("auth", code, None)["appid"])
            app = self.authorised(appid)
            token = self._authorizer_token(appid)
        return {
            "authorization_info": {
                "authorizer_appid": appid,
                "authorizer_access_token": token,
                "expires_in": TOKEN_SECONDS,
                "authorizer_refresh_token": app["refresh_token"],
                "func_info": func_info(self._profiles.of(app).scopes),
            }
        }

    def authorizer_token(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_authorizer_token: the refresh token rotates at each call.

        61023 for a refresh token that is not the current one, 61003 without authorisation.
        """
        self.check_appid(body.get("component_appid"))
        appid = str(body.get("authorizer_appid", ""))
        with self._store.transaction():
            app = self.authorised(appid)
            if not crypto.is_same(
                str(body.get("authorizer_refresh_token", "")), app["refresh_token"]
            ):
                raise WeixinRefusal(61023, "refresh_token is invalid")
            fresh = new_refresh_token()
            self._store.run("UPDATE apps SET refresh_token = ? WHERE appid = ?", fresh, appid)
            token = self._authorizer_token(appid)
        return {
            "authorizer_access_token": token,
            "expires_in": TOKEN_SECONDS,
            "authorizer_refresh_token": fresh,
        }

    def authorised(self, appid: str) -> Row:
        """The app; 40013 unknown, 61003 not authorised to the component."""
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


def func_info(scopes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Granted permission sets, as WeChat words them."""
    return [{"funcscope_category": {"id": number}} for number in scopes]

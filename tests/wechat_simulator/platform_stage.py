"""A platform that owns a component: its tokens, its two push addresses, and its ears."""

import base64
import hashlib
import json
import struct
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.wechat_simulator.stage import Listener, Received, Simulated, component_token

EVENTS_PATH = "/hooks/wechat/component"
MESSAGES_PATH = "/hooks/wechat/apps/$APPID$/events"
ITEM = {"first_class": "商家自营", "second_class": "百货", "first_id": 1, "second_id": 103}


@dataclass
class Platform:
    """What the operator of a third-party platform has."""

    simulated: Simulated
    listener: Listener
    token: str

    @property
    def appid(self) -> str:
        return str(self.simulated.credentials["component"]["appid"])

    def call(self, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """Call with the component's token; POST when there is a body."""
        named = "access_token" if path.startswith("/wxa/component/") else "component_access_token"
        return self.simulated.weixin(path, body, **{named: self.token, **query})

    def own(self, name: str, **body: Any) -> dict[str, Any]:
        """Call /cgi-bin/component/<name> with component_appid in the body."""
        return self.call(f"/cgi-bin/component/{name}", {"component_appid": self.appid, **body})

    def adopt(self, auth_code: str) -> dict[str, Any]:
        """Trade an auth code: the whole authorization_info, or the refusal."""
        told = self.own("api_query_auth", authorization_code=auth_code)
        return dict(told.get("authorization_info", told))

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """The authorisation events sent so far, of these InfoTypes, opened."""
        self.advance(0)
        heard = [self.opened(one) for one in list(self.listener.received) if _is_event(one)]
        return [one for one in heard if one["InfoType"] in kinds]

    def opened(self, received: Received) -> dict[str, Any]:
        """Check the signature of a push and open it, by this file's own means (§3.1)."""
        component = self.simulated.credentials["component"]
        query = httpx.URL(received.path).params
        sealed = ElementTree.fromstring(received.body).findtext("Encrypt") or ""
        parts = (component["token"], query["timestamp"], query["nonce"], sealed)
        signature = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False)
        assert signature.hexdigest() == query["msg_signature"]
        key = base64.b64decode(component["encoding_aes_key"] + "=")
        opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = opener.update(base64.b64decode(sealed)) + opener.finalize()
        plain = plain[: -plain[-1]]
        (length,) = struct.unpack(">I", plain[16:20])
        assert plain[20 + length :].decode() == component["appid"]
        return _fields(ElementTree.fromstring(plain[20 : 20 + length]))

    def renew(self) -> None:
        """A new component token for the newest ticket."""
        ticket = self.events("component_verify_ticket")[-1]["ComponentVerifyTicket"]
        secret = self.simulated.credentials["component"]["appsecret"]
        told = self.own(
            "api_component_token", component_appsecret=secret, component_verify_ticket=ticket
        )
        self.token = told["component_access_token"]

    def new_program(self, name: str = "Tea") -> "Program":
        """A mini-program made on the console, adopted by its auth code."""
        made = self.simulated.control("POST", "mini_programs", name=name)
        told = self.adopt(made["auth_code"])
        names = ("authorizer_access_token", "authorizer_refresh_token")
        return Program(self, made["appid"], *(str(told[name]) for name in names))

    def template(self, **package: Any) -> int:
        """Upload a draft and make it a template; returns the newest template_id."""
        wish = {"user_version": "1.0.0", "user_desc": "first", **package}
        draft_id = self.simulated.control("POST", "drafts", **wish)["draft_id"]
        assert self.call("/wxa/addtotemplate", {"draft_id": draft_id})["errcode"] == 0
        return int(self.call("/wxa/gettemplatelist")["template_list"][0]["template_id"])

    def advance(self, seconds: float) -> None:
        self.simulated.control("POST", "clock", advance_seconds=seconds)


@dataclass
class Program:
    """One app, called through the platform's token for it."""

    platform: Platform
    appid: str
    token: str
    refresh_token: str = ""

    def renew(self) -> None:
        """A new token by the refresh token, which rotates."""
        told = self.platform.own(
            "api_authorizer_token",
            authorizer_appid=self.appid,
            authorizer_refresh_token=self.refresh_token,
        )
        self.token, self.refresh_token = (
            told["authorizer_access_token"],
            told["authorizer_refresh_token"],
        )

    def call(
        self, address: str, body: dict[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        """POST when there is a body, GET otherwise."""
        method, http = "GET" if body is None else "POST", self.platform.simulated.http
        query = {"access_token": self.token, **query}
        return dict(http.request(method, address, params=query, json=body).json())

    def code(self, address: str, body: dict[str, Any] | None = None, **query: str) -> int:
        """Only the errcode of a call."""
        return int(self.call(address, body, **query)["errcode"])

    def upload(self, body: bytes = b"picture", kind: str = "image/png") -> dict[str, Any]:
        """Upload one file for an audit."""
        http, query = self.platform.simulated.http, {"access_token": self.token}
        files = {"media": ("a.png", body, kind)}
        return dict(http.post("/wxa/uploadmedia", params=query, files=files).json())

    def commit(self, template_id: int, version: str = "1.0.0", **ext: Any) -> int:
        """Commit a template with ext_json; returns the errcode."""
        text = json.dumps({"extEnable": True, "extAppid": self.appid, "ext": {}, **ext})
        body = {"template_id": template_id, "ext_json": text, "user_version": version}
        return self.code("/wxa/commit", {**body, "user_desc": f"version {version}"})

    def committed(self, version: str = "1.0.0") -> "Program":
        """A version whose detection has finished."""
        assert self.commit(self.platform.template(), version) == 0
        self.platform.advance(6)
        return self

    def submit(self, **body: Any) -> dict[str, Any]:
        return self.call("/wxa/submit_audit", {"item_list": [ITEM], **body})

    def decide(self, decision: str, **more: Any) -> dict[str, Any]:
        path = f"mini_programs/{self.appid}/audit"
        return self.platform.simulated.control("POST", path, decision=decision, **more)

    def released(self, version: str = "1.0.0") -> "Program":
        """A version that customers run."""
        self.committed(version)
        assert self.submit()["errcode"] == 0
        self.decide("pass")
        assert self.code("/wxa/release", {}) == 0
        return self

    def state(self) -> dict[str, Any]:
        """What the control API says of this app."""
        return self.platform.simulated.control("GET", f"mini_programs/{self.appid}")

    def pushes(self, event: str) -> list[dict[str, Any]]:
        """Pushes to this app's message address so far, opened."""
        self.platform.advance(0)
        path = MESSAGES_PATH.replace("$APPID$", self.appid)
        received = list(self.platform.listener.received)
        mine = [one for one in received if httpx.URL(one.path).path == path]
        opened = [self.platform.opened(one) for one in mine]
        return [one for one in opened if one["Event"] == event]


def platform_of(simulated: Simulated, listener: Listener) -> Platform:
    """Register both push addresses and take a component token."""
    listener.status = 200
    token = component_token(simulated, listener)
    address = {"message_url": listener.base + MESSAGES_PATH}
    simulated.control("PUT", "component", ticket_url=listener.base + EVENTS_PATH, **address)
    return Platform(simulated, listener, token)


def _is_event(received: Received) -> bool:
    return httpx.URL(received.path).path == EVENTS_PATH


def _fields(element: ElementTree.Element) -> dict[str, Any]:
    return {one.tag: _fields(one) if len(one) else (one.text or "") for one in element}

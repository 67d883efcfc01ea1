"""Where each app's pushes go: the platform's $APPID$ address, or the app's own (§3.1, §9)."""

import secrets
import time
from typing import Any
from urllib.parse import quote

import aiohttp

from . import credentials, crypto
from .app_envelopes import FORMATS, MODES, Address
from .apps import Apps
from .clock import Clock
from .component_keys import ComponentKeys
from .credentials import Credentials
from .refusals import ControlRefusal
from .store import Store

ANSWER_SECONDS = 5
PLACE = "$APPID$"
TABLES = """
CREATE TABLE IF NOT EXISTS app_addresses (
  appid TEXT PRIMARY KEY, url TEXT NOT NULL, token TEXT NOT NULL, encoding_aes_key TEXT NOT NULL,
  mode TEXT NOT NULL, format TEXT NOT NULL, verified_at REAL NOT NULL);
"""


class AppAddresses:
    """An app authorised to the component uses the component's address and keys."""

    def __init__(self, store: Store, clock: Clock, keys: Credentials, apps: Apps) -> None:
        self._store, self._clock, self._apps = store, clock, apps
        self._component = ComponentKeys(store, keys)
        self._session: aiohttp.ClientSession | None = None
        store.own(TABLES)

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give it the HTTP client; called once when the program starts."""
        self._session = session

    @property
    def message_url(self) -> str:
        """The component's message & event URL, with $APPID$ in it; "" when there is none."""
        return self._store.meta("message_url")

    def register(self, message_url: str) -> None:
        """Set the component's message & event URL; raises ControlRefusal 400."""
        if message_url and not message_url.startswith(("http://", "https://")):
            raise ControlRefusal(400, "message_url must be an http or https address")
        if message_url and PLACE not in message_url:
            raise ControlRefusal(400, f"message_url must contain {PLACE}")
        self._store.set_meta("message_url", message_url)

    def of(self, appid: str) -> Address | None:
        """Where this app's pushes go now; None when nobody listens."""
        own = self._store.find("SELECT * FROM app_addresses WHERE appid = ?", appid)
        if own is not None:
            return Address(
                url=own["url"],
                token=own["token"],
                encoding_aes_key=own["encoding_aes_key"],
                owner=appid,
                mode=own["mode"],
                format=own["format"],
            )
        app = self._apps.find(appid)
        if app is None or not app["is_authorised"] or not self.message_url:
            return None
        component = self._component.now()
        return Address(
            url=self.message_url.replace(PLACE, quote(appid, safe="")),
            token=component["token"],
            encoding_aes_key=component["encoding_aes_key"],
            owner=component["appid"],
        )

    async def set_own(self, appid: str, wish: dict[str, Any]) -> Address:
        """What the app's console does: check the address with echostr, then use it (§9).

        `wish`: url, token?, encoding_aes_key?, mode?, format?; absent keys are minted. Raises
        ControlRefusal 409 when the address does not echo.
        """
        if self._apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        address = _read(appid, wish)
        await self._check_echo(address)
        entry = (appid, address.url, address.token, address.encoding_aes_key)
        self._store.run(
            "INSERT OR REPLACE INTO app_addresses VALUES (?, ?, ?, ?, ?, ?, ?)",
            *entry,
            address.mode,
            address.format,
            self._clock.now(),
        )
        return address

    def forget_own(self, appid: str) -> None:
        """Back to the component's address."""
        self._store.run("DELETE FROM app_addresses WHERE appid = ?", appid)

    async def _check_echo(self, address: Address) -> None:
        if self._session is None:
            raise ControlRefusal(409, "the simulator is not started")
        timestamp, nonce = str(int(time.time())), credentials.digits(10)
        echo = secrets.token_hex(10)
        query = {
            "signature": crypto.push_signature(address.token, timestamp, nonce),
            "echostr": echo,
            "timestamp": timestamp,
            "nonce": nonce,
        }
        try:
            async with self._session.get(
                address.url,
                params=query,
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                allow_redirects=False,
            ) as answer:
                text = (await answer.content.read(300)).decode(errors="replace")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ControlRefusal(409, f"请求URL超时: {type(error).__name__}") from error
        if answer.status != 200 or text != echo:
            raise ControlRefusal(409, f"token验证失败: {answer.status} {text[:100]}")


def _read(appid: str, wish: dict[str, Any]) -> Address:
    address = Address(
        url=str(wish.get("url", "")),
        token=str(wish.get("token") or credentials.text(32)),
        encoding_aes_key=str(wish.get("encoding_aes_key") or credentials.text(42) + "A"),
        owner=appid,
        mode=str(wish.get("mode") or "safe"),
        format=str(wish.get("format") or "xml"),
    )
    if not address.url.startswith(("http://", "https://")):
        raise ControlRefusal(400, "url must be an http or https address")
    if address.mode not in MODES or address.format not in FORMATS:
        raise ControlRefusal(400, f"mode: {', '.join(MODES)}; format: {', '.join(FORMATS)}")
    if len(address.encoding_aes_key) != 43 or not address.encoding_aes_key.isalnum():
        raise ControlRefusal(400, "encoding_aes_key must be 43 letters and digits")
    return address

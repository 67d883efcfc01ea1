"""A new owner at the portal, as a browser would do it: an account, then a shop by its name."""

import re
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from infra.bench.visits import WentWrong

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_PASSWORD = "correct horse battery staple"  # noqa: S105  # of an account on a stage


class Owner:
    """A browser with cookies; signs up when it is made. `account_seconds` is what that took."""

    def __init__(self, url: str, email: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._cookies: dict[str, str] = {}
        began = time.perf_counter()
        self._submit("/accounts/signup/", {"email": email, "password1": _PASSWORD})
        self.account_seconds = time.perf_counter() - began

    def beside(self) -> "Owner":
        """Return another browser of the same person, signed in as well."""
        other = object.__new__(Owner)
        other._connection = HTTPConnection(self._connection.host, self._connection.port, timeout=60)
        other._cookies = dict(self._cookies)
        other.account_seconds = self.account_seconds
        return other

    def open_shop(self, name: str) -> float:
        """Name a shop; return the seconds from that request until its API answers."""
        token = self._token("/start/?another=1")
        began = time.perf_counter()
        shown = self._post("/shops/", {"name": name, "csrfmiddlewaretoken": token})
        public_id = shown.rstrip("/").rpartition("/")[2]
        self._wait(lambda: self._status(f"/s/{public_id}/v1/categories") == 200)
        return time.perf_counter() - began

    def leave(self) -> None:
        """Hang up."""
        self._connection.close()

    def _submit(self, path: str, fields: dict[str, str]) -> str:
        return self._post(path, {**fields, "csrfmiddlewaretoken": self._token(path)})

    def _post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; return where it leads."""
        answer, body = self._ask("POST", path, urlencode(fields))
        if answer.status != 302:
            raise WentWrong(f"POST {path}: {answer.status} {body[:1500]}")
        return answer.headers["Location"]

    def _token(self, path: str) -> str:
        answer, body = self._ask("GET", path)
        found = _TOKEN.search(body)
        if answer.status != 200 or found is None:
            raise WentWrong(f"GET {path}: {answer.status} {body[:500]}")
        return found[1]

    def _status(self, path: str) -> int:
        return self._ask("GET", path)[0].status

    def _ask(self, method: str, path: str, form: str = "") -> tuple[HTTPResponse, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Accept-Language": "en"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body=form.encode() or None, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies.update({name: m.value for name, m in SimpleCookie(line).items()})
        return answer, body

    def _wait(self, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not is_ready():
            if time.monotonic() > deadline:
                raise WentWrong("the shop does not answer after 30 seconds")
            time.sleep(0.002)

"""Who comes to the platform: a browser with forms and cookies, a mini-program with a token."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

import requests

from infra.first_sale.checking import Difference

SECONDS = 30
_CSRF = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')


class Visitor:
    """One session at the platform's address; no proxies, no surprises from the environment."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = "en"

    def ask(
        self, method: str, path: str, *, wanted: int | tuple[int, ...] = 200, **parts: Any
    ) -> requests.Response:
        """Send a request; raise Difference when the answer has another status than wanted."""
        answer = self.session.request(method, self.base + path, timeout=SECONDS, **parts)
        statuses = wanted if isinstance(wanted, tuple) else (wanted,)
        if answer.status_code not in statuses:
            raise Difference(
                f"{method} {path}：应答 {answer.status_code}，应为 {wanted}\n"
                f"{method} {path} answered {answer.status_code} instead of {wanted}:"
                f" {answer.text[:1500]}"
            )
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """Read JSON."""
        return self.ask("GET", path, params=query).json()

    def send(self, method: str, path: str, body: Any = None, *, wanted: int = 200) -> Any:
        """Write JSON, read JSON."""
        return self.ask(method, path, json=body, wanted=wanted).json()


class Browser(Visitor):
    """The owner's browser: fills in the forms it is shown, and speaks to the owner's API."""

    def fill_in(self, page: str, values: dict[str, str], *, action: str = "") -> str:
        """Open a page, fill its form in, send it, follow on; return the path arrived at."""
        shown = self.ask("GET", page)
        token = _CSRF.search(shown.text)
        if token is None:
            raise Difference(f"{page}：页面没有表单\n{page} shows no form")
        hidden = {"csrfmiddlewaretoken": html.unescape(token[1])}
        answer = self.ask(
            "POST", action or page, data=hidden | values, headers={"Referer": self.base + page}
        )
        if not answer.history:
            raise Difference(
                f"{page}：表单被拒绝\n{page}: the form was refused: {_sentences(answer.text)}"
            )
        return urlsplit(answer.url).path

    def ask(
        self, method: str, path: str, *, wanted: int | tuple[int, ...] = 200, **parts: Any
    ) -> requests.Response:
        """Add the CSRF token of the cookie: the owner's API wants it of every browser."""
        token = self.session.cookies.get("csrftoken")
        headers = dict(parts.pop("headers", {}))
        if token and method != "GET":
            headers |= {"X-CSRFToken": token, "Referer": headers.get("Referer", self.base + "/")}
        return super().ask(method, path, wanted=wanted, headers=headers, **parts)


class MiniProgram(Visitor):
    """A customer's mini-program: a bearer token after signing in."""

    def sign_in(self, path: str, *, appid: str, code: str) -> None:
        """Trade the code of wx.login for a token."""
        told = self.send("POST", path, {"appid": appid, "code": code})
        self.session.headers["Authorization"] = f"Bearer {told['token']}"


def _sentences(page: str) -> str:
    """Return the text of the complaints on a page, or of its main part."""
    complaints = re.findall(r'class="[^"]*(?:error|alert)[^"]*"[^>]*>(.*?)</', page, re.DOTALL)
    text = " ".join(complaints) or page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()[:600]

"""A phone in Chromium that shows a shop's mini-program, and remembers everything that goes wrong."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core import signing
from playwright.sync_api import BrowserContext, Frame, FrameLocator, Locator, Page, Request, expect

SECONDS = 10
_OURS = re.compile(r"^https?://(127\.0\.0\.1|localhost)[:/]")
_STANDS_STILL = """e => new Promise(done => {
  let before; const look = () => { const now = e.getBoundingClientRect().top
    if (now === before) done(); else { before = now; setTimeout(look, 60) } }; look() })"""
_NO_REQUEST = ("data:", "blob:", "about:")


@dataclass
class Phone:
    """One person's WeChat with one shop's mini-program open. `base` is the preview's host."""

    context: BrowserContext
    base: str
    secret_key: str
    shop: str
    page: Page = field(init=False)
    page_errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    finished: list[Request] = field(default_factory=list)
    seconds: float = SECONDS
    """How long to wait for what must come."""
    is_forgiven: bool = False
    """A bug was planted: what must not happen may happen."""

    def __post_init__(self) -> None:
        self.context.set_default_timeout(self.seconds * 1000)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("requestfinished", lambda request: self.finished.append(request))
        self.page.route("**/*", self._let_through)

    # --- looking ------------------------------------------------------------------------------

    @property
    def inner(self) -> FrameLocator:
        """The mini-program itself, without WeChat's bar and tabs."""
        return self.page.frame_locator("#inner")

    @property
    def frame(self) -> Frame:
        """The mini-program's frame, to run scripts in."""
        return next(f for f in self.page.frames if "/app" in f.url)

    @property
    def title(self) -> Locator:
        """The words in WeChat's bar."""
        return self.page.locator("#title")

    def text(self, words: str, *, exact: bool = False) -> Locator:
        """Return what shows these words, visible or not: WeChat hides pages, it keeps them."""
        return self.inner.get_by_text(words, exact=exact).locator("visible=true")

    def button(self, name: str, *, exact: bool = False) -> Locator:
        """Return what is announced as a button of this name."""
        return self.inner.get_by_role("button", name=name, exact=exact).locator("visible=true")

    def sees(self, words: str) -> None:
        """Wait until the words are there."""
        expect(self.text(words).first).to_be_visible(timeout=self.seconds * 1000)

    def style(self, found: Locator, name: str) -> str:
        """Return a computed style."""
        return str(found.first.evaluate(f"e => getComputedStyle(e).getPropertyValue('{name}')"))

    # --- doing --------------------------------------------------------------------------------

    def open(self, path: str = "", *, language: str = "zh_CN", font: int = 16) -> None:
        """Open the mini-program, at a page's path or where it begins."""
        token = signing.TimestampSigner(key=self.secret_key, salt="preview").sign(self.shop)
        said = urlencode({"language": language, "font": font})
        # Links of one second are the same, and a browser does not go where it is.
        self.page.goto("about:blank")
        self.page.goto(f"{self.base}/preview/{token}/?{said}#{path}")
        self.is_ready()

    def is_ready(self) -> None:
        """Wait until a page became ready."""
        self.page.wait_for_function(
            "() => (document.getElementById('inner').contentWindow.__record || {}).ready > 0"
        )

    def tap(self, found: Locator) -> None:
        """Touch it."""
        found.first.tap()

    def poke(self, found: Locator) -> None:
        """Touch it although it says that it is disabled: nothing may come of it."""
        found.first.evaluate(_STANDS_STILL)
        found.first.tap(force=True)

    def tab(self, name: str) -> None:
        """Touch one of WeChat's tabs."""
        self.page.get_by_role("tab", name=name, exact=True).tap()

    def back(self) -> None:
        """Touch WeChat's back arrow."""
        self.page.locator("#back").tap()

    def answer(self, name: str) -> None:
        """Answer a dialog of WeChat's own."""
        self.inner.locator(".wxui-mask").get_by_role("button", name=name).tap()

    # --- judging ------------------------------------------------------------------------------

    def wrongs(self) -> dict[str, Any]:
        """Return everything that must not happen; empty where all is well."""
        told = self.frame.evaluate(
            "() => ({ errors: __record.errors, unknown: __record.unknown,"
            " warnings: __record.warnings })"
        )
        all_of_it = {**told, "page_errors": self.page_errors, "foreign": self.foreign}
        return {name: what for name, what in all_of_it.items() if what}

    def overflow(self) -> list[str]:
        """Return what is wider than the screen or cut off sideways."""
        return list(
            self.frame.evaluate(
                """() => [...document.querySelectorAll('wx-page:not([wx-hidden]) *')]
                .filter(e => e.getClientRects().length && !e.closest('wx-scroll-view, wx-swiper'))
                .filter(e => { const r = e.getBoundingClientRect();
                               return r.width && (r.right > innerWidth + 1 || r.left < -1) })
                .map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40))"""
            )
        )

    def received(self) -> dict[str, int]:
        """Return the bytes of each body by its path, as they travelled."""
        told: dict[str, int] = {}
        for request in self.finished:
            if not request.url.startswith(_NO_REQUEST):
                path = urlsplit(request.url).path
                told[path] = told.get(path, 0) + request.sizes()["responseBodySize"]
        return told

    def _let_through(self, route: Any) -> None:
        url = route.request.url
        if _OURS.match(url) or url.startswith(_NO_REQUEST):
            self.requests.append(f"{route.request.method} {url}")
            route.continue_()
        else:
            self.foreign.append(url)
            route.abort()

    def _hear(self, message: Any) -> None:
        """A strict CSP tells of what it stops on the console only."""
        if message.type == "error" and "Content Security Policy" in message.text:
            self.page_errors.append(message.text)

"""Pages one after the other on the same phone, and what `layout.js` says of each."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.miniprogram.phone import Phone
from tests.miniprogram.views import View

WIDTHS = (375, 320, 430)
HEIGHT = 812
LAYOUT = Path(__file__).with_name("layout.js").read_text()
_ROOM = "document.querySelector('wx-page:not([wx-hidden])')"
_IS_AT = """([page, status]) => {
  const [p] = getCurrentPages()
  return p?.route === page &&
    (status === '*' ? p.data.status !== 'loading' : p.data.status === status) }"""
_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_HASTEN = """() => { if (window.__isHasty) return
  window.__isHasty = true
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('*, ::before, ::after { transition-duration: 1ms !important }')
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet] }"""
"""A change of width is measured at once, a sheet slides no longer than it must."""
_IS_SETTLED = """() => {
  const room = document.querySelector('wx-page:not([wx-hidden])')
  const isMoving = document.getAnimations().some(a => a.playState === 'running' &&
    a.effect.getComputedTiming().iterations !== Infinity)
  const isLoading = [...room.querySelectorAll('img')].some(i => {
    const box = i.getBoundingClientRect()
    return !i.complete && box.width && box.top < innerHeight && box.bottom > 0 })
  const at = JSON.stringify([...room.querySelectorAll('[class*=popup], [role=dialog]')].map(e => {
    const box = e.getBoundingClientRect(); return [box.x, box.y, getComputedStyle(e).opacity] }))
  const isSame = window.__at === at; window.__at = at
  return !isMoving && !isLoading && isSame }"""
_UNNAMED = re.compile(
    r"^\s*- (button|link|tab|radio|checkbox|switch|textbox|searchbox|img|dialog|menuitem)"
    r"(?: \[[^\]]*\])*:?$",
    re.MULTILINE,
)


@dataclass
class Gallery:
    """A phone on which one page after the other is looked at."""

    phone: Phone
    given: dict[str, str] = field(default_factory=dict)

    def go(self, view: View, *, awaits: str = "ready") -> None:
        """Open the page, do what the view says, and wait until nothing moves.

        `awaits` is the page's status; `*` is any but loading.
        """
        self.phone.frame.evaluate("url => wx.reLaunch({ url })", self._filled(view.path))
        self.phone.frame.wait_for_function(_IS_AT, arg=[view.page, awaits])
        self.phone.frame.evaluate(_HASTEN)
        if view.then:
            self.phone.frame.evaluate(
                f"() => {{ const [p] = getCurrentPages(); {self._filled(view.then)} }}"
            )
        if view.awaits:
            self.phone.frame.wait_for_function(f"() => getCurrentPages()[0].data.{view.awaits}")
        self.settle()

    def is_ready(self) -> None:
        """Wait until the page shows what it is for."""
        self.phone.frame.wait_for_function("() => getCurrentPages()[0].data.status === 'ready'")

    def settle(self) -> None:
        """Wait until pictures are there and nothing moves."""
        self.phone.frame.wait_for_function(_IS_SETTLED, polling=50)

    def at_every_width(self) -> list[str]:
        """Return what is wrong at the top and at the end of the page, at each width."""
        wrong = []
        for width in WIDTHS:
            self.phone.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.phone.frame.evaluate(_TWO_FRAMES)
            wrong += [f"{width} px: {each}" for each in self.wrong()]
        self.phone.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        return wrong

    def wrong(self) -> list[str]:
        """Return what is wrong with the page as it is on the screen, at its top and at its end."""
        found = set(self.phone.frame.evaluate(LAYOUT))
        is_long = f"{_ROOM}.scrollHeight > {_ROOM}.clientHeight + 1"
        if self.phone.frame.evaluate(is_long):
            self.phone.frame.evaluate(f"void ({_ROOM}.scrollTop = 1e6)")
            found |= set(self.phone.frame.evaluate(LAYOUT))
            self.phone.frame.evaluate(f"void ({_ROOM}.scrollTop = 0)")
        return sorted(found)

    def unnamed(self) -> list[str]:
        """Return what a screen reader announces without a name, by Chromium's own reckoning."""
        tree = self.phone.inner.locator("wx-page:not([wx-hidden])").aria_snapshot()
        return [found[0].strip() for found in _UNNAMED.finditer(tree)]

    def picture(self, path: Path) -> None:
        """Keep what the screen shows, small."""
        path.parent.mkdir(parents=True, exist_ok=True)
        shown = Image.open(BytesIO(self.phone.page.screenshot()))
        small = shown.resize(
            (shown.width * 3 // 4, shown.height * 3 // 4), Image.Resampling.LANCZOS
        )
        small.convert("RGB").save(path, "WEBP", quality=78, method=6)

    def _filled(self, text: str) -> str:
        for name, value in self.given.items():
            text = text.replace(f"{{{name}}}", value)
        return text

"""Every page, for two shops, at every width and text size, in either language and in each state.

The suite takes three of the eight combinations of shop, language and text size; `make looks` all.
`PICTURES=folder` keeps a picture of each view, as `make pictures` does for the docs.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from infra.demo.shops import SHOPS
from infra.stage.stage import Stage
from tests.miniprogram.customer import signed_in
from tests.miniprogram.gallery import HEIGHT, WIDTHS, Gallery
from tests.miniprogram.phone import Phone
from tests.miniprogram.shops import OpenShop, open_demo_shop
from tests.miniprogram.views import EMPTY, NOTHING, VIEWS, View, furnish, pages

PICTURES = os.environ.get("PICTURES")
NORMAL, LARGE = 16, 23
ALL_LOOKS = list(product(("tea", "books"), ("zh_CN", "en"), (NORMAL, LARGE)))
LOOKS = [("tea", "zh_CN", NORMAL), ("tea", "en", LARGE), ("books", "zh_CN", LARGE)]
if PICTURES or os.environ.get("LOOKS") == "all":
    LOOKS = ALL_LOOKS
FIRST = {view.page: view for view in reversed(VIEWS)}


@pytest.fixture(scope="module")
def gallery_of(browser: Browser, stage: Stage) -> Iterator[Callable[..., Gallery]]:
    """Give the gallery of one of the demo's shops: one phone, furnished once for all tests."""
    shops: dict[str, OpenShop] = {}
    galleries: dict[tuple[str, bool], Gallery] = {}

    def give(key: str, *, is_newcomer: bool = False) -> Gallery:
        if key not in shops:
            [wanted] = (each for each in SHOPS if each.key == key)
            shops[key] = open_demo_shop(stage, wanted)
        if (key, is_newcomer) not in galleries:
            galleries[key, is_newcomer] = made = Gallery(_phone(browser, stage, shops[key]))
            if is_newcomer:
                made.phone.open()
                made.given = _first_plain(shops[key])
            else:
                made.given = furnish(signed_in(made.phone), shops[key], stage)
        return galleries[key, is_newcomer]

    yield give
    wrongs = [gallery.phone.wrongs() for gallery in galleries.values()]
    for gallery in galleries.values():
        gallery.phone.context.close()
    assert wrongs == [{}] * len(galleries)


def _phone(browser: Browser, stage: Stage, shop: OpenShop) -> Phone:
    context = browser.new_context(
        viewport={"width": WIDTHS[0], "height": HEIGHT},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    return Phone(context, stage.place.preview_url, stage.environment["SECRET_KEY"], shop.id)


def _first_plain(shop: OpenShop) -> dict[str, str]:
    details = [shop.product(product["title"]) for product in shop.owner.products(state="on_sale")]
    plain = next((each for each in details if len(each["skus"]) == 1), details[-1])
    return {"plain": plain["id"], "plain_sku": plain["skus"][0]["id"]}


def told(wrong: dict[str, list[str]]) -> str:
    """Return everything that is wrong, each on a line: pytest would leave the most of it out."""
    return "\n".join(f"{name}: {each}" for name, found in wrong.items() for each in found)


def keep(gallery: Gallery, *names: str) -> None:
    """Keep a picture where somebody wants pictures."""
    if PICTURES:
        gallery.picture(Path(PICTURES).joinpath(*names[:-1], f"{names[-1]}.webp"))


def test_every_page_of_the_template_is_looked_at():
    assert sorted(FIRST) == sorted(pages())


@pytest.mark.parametrize(("shop", "language", "font"), LOOKS)
def test_nothing_overlaps_is_cut_off_faint_small_or_unnamed(gallery_of, shop, language, font):
    gallery = gallery_of(shop)
    gallery.phone.open(language=language, font=font)
    wrong = {}
    for view in VIEWS:
        gallery.go(view)
        found = gallery.at_every_width() + gallery.unnamed()
        if found:
            wrong[view.name] = found
        if (language, font) == ("zh_CN", NORMAL):
            keep(gallery, shop, view.name)
        else:
            keep(gallery, f"{shop}-{language}-{font}", view.name)
    assert not wrong, told(wrong)


@pytest.mark.parametrize(("language", "font"), [("zh_CN", NORMAL), ("en", LARGE)])
def test_whoever_has_nothing_yet_is_shown_what_to_do(gallery_of, language, font):
    gallery = gallery_of("tea", is_newcomer=True)
    gallery.phone.open(language=language, font=font)
    wrong = {}
    for view in EMPTY:
        with nothing(gallery) if view.name in {"home-empty", "categories-empty"} else _as_it_is():
            gallery.go(view, awaits="*")
            found = gallery.at_every_width() + gallery.unnamed()
        if found:
            wrong[view.name] = found
        if not _ways_out(gallery):
            wrong.setdefault(view.name, []).append("leads nowhere")
        keep(gallery, f"states-{language}", view.name)
    assert not wrong, told(wrong)


@pytest.mark.parametrize("page", pages())
def test_loading_failing_and_being_offline_are_said_and_left(gallery_of, page):
    gallery = gallery_of("tea")
    if page not in gallery.phone.frame.url:
        gallery.phone.open()
    view = FIRST[page]
    wrong = {}
    for status, hindrance in HINDRANCES.items():
        with hindrance(gallery.phone):
            gallery.go(View(view.name, view.path), awaits=status)
            found = gallery.at_every_width() + gallery.unnamed()
            if found:
                wrong[status] = found
            keep(gallery, "states", f"{view.name}-{status}")
            if status == "loading":
                assert gallery.phone.inner.get_by_role("progressbar", name="加载中").is_visible()
        if status == "error":
            gallery.phone.tap(gallery.phone.button("重试"))
        gallery.is_ready()
    assert not wrong, told(wrong)


def test_the_check_sees_what_is_planted(gallery_of):
    gallery = gallery_of("books")
    gallery.phone.open()
    gallery.go(VIEWS[0])
    assert gallery.wrong() == []
    assert gallery.unnamed() == []
    for planted, sentence in PLANTED.items():
        gallery.go(VIEWS[0])
        assert is_seen(gallery, planted, lambda s=sentence: any(w.startswith(s) for w in gallery.wrong()))
    assert is_seen(gallery, NAMELESS, lambda: "- button" in gallery.unnamed())


def is_seen(gallery: Gallery, planted: str, found: Callable[[], bool]) -> bool:
    """Plant and look; a page that draws itself anew meanwhile takes the plant away: plant again."""
    for _ in range(5):
        gallery.phone.frame.evaluate(planted)
        if found():
            return True
    return False


NAMELESS = """() => { const made = document.createElement('p')
  made.setAttribute('role', 'button')
  Object.assign(made.style, { width: '60px', height: '60px' })
  document.querySelector('wx-page').append(made) }"""
_FIND = "const one = n => document.querySelectorAll('wx-page [role=heading]')[n];"
_EACH = "document.querySelectorAll('wx-page wx-image')"  # banners turn: the first may be away
PLANTED = {
    f"() => {{ {_FIND} one(1).style.cssText = 'position:relative;top:90px' }}": "overlap: ",
    f"() => {{ {_FIND} one(1).style.cssText = 'width:20px;overflow:hidden;white-space:nowrap' }}":
        "cut: ",
    f"() => {{ {_FIND} one(1).style.cssText = 'height:9px;overflow:hidden' }}": "cut: ",
    f"() => {{ {_FIND} one(0).style.cssText = 'position:relative;left:1000px' }}": "outside: ",
    f"() => {{ {_FIND} one(1).style.color = '#aaaaaa' }}": "faint: ",
    f"() => {{ {_EACH}.forEach(i => i.removeAttribute('aria-hidden')) }}": "no words: ",
    f"() => {{ {_EACH}.forEach(i => {{ i.style.cssText = 'width:9px' }}) }}": "heavy: ",
    "() => { document.querySelector('wx-page [role=button]').style.cssText = 'min-height:0;height:20px' }": "small: ",
}  # fmt: skip


# --- hindrances -----------------------------------------------------------------------------------


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def nothing(gallery: Gallery) -> Iterator[None]:
    """Let the shop have nothing on sale."""
    page = gallery.phone.page

    def emptied(pattern: str) -> Callable[[Route], None]:
        return lambda route: route.fulfill(json={**route.fetch().json(), **NOTHING[pattern]})

    for pattern in NOTHING:
        page.route(pattern, emptied(pattern))
    products: dict[str, Any] = {"items": [], "next": None}
    page.route("**/v1/products?*", lambda route: route.fulfill(json=products))
    yield
    for pattern in (*NOTHING, "**/v1/products?*"):
        page.unroute(pattern)


@contextmanager
def slow(phone: Phone) -> Iterator[None]:
    """Keep every answer of the API back until the end."""
    waiting: list[Route] = []
    phone.page.route("**/v1/**", lambda route: waiting.append(route))
    yield
    phone.page.unroute("**/v1/**")
    for route in waiting:
        route.fallback()


@contextmanager
def broken(phone: Phone) -> Iterator[None]:
    """Let the API fail."""
    answer = {"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html"}
    phone.page.route("**/v1/**", lambda route: route.fulfill(**answer))
    yield
    phone.page.unroute("**/v1/**")


@contextmanager
def offline(phone: Phone) -> Iterator[None]:
    """Take the network away; when it is back the page comes by itself."""
    phone.context.set_offline(True)
    yield
    phone.context.set_offline(False)


HINDRANCES = {"loading": slow, "error": broken, "offline": offline}


def _ways_out(gallery: Gallery) -> int:
    """Return how many things on the page can be tapped, the tabs of WeChat not counted."""
    tapped = "wx-page:not([wx-hidden]) :is([role=button], wx-button)"
    return gallery.phone.inner.locator(tapped).locator("visible=true").count()

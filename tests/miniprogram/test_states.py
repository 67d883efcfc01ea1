"""Offline, slow, broken, empty: every state says what it is and leads out of itself."""

import re
from urllib.parse import urlsplit

from django.core import signing
from playwright.sync_api import expect

from tests.miniprogram.shops import DRAGON_WELL


def test_what_was_shown_stays_when_the_network_goes(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    phone.context.set_offline(True)
    phone.frame.evaluate("getCurrentPages()[0].reload()")
    phone.sees("网络未连接")
    phone.sees(DRAGON_WELL)
    phone.context.set_offline(False)


def test_a_phone_that_is_opened_again_begins_anew(phone_of, tea, monkeypatch):
    """Also within the second that names its link."""
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now)
    phone = phone_of(tea)
    phone.open()
    phone.tap(phone.button(DRAGON_WELL))
    expect(phone.title).to_have_text(DRAGON_WELL)
    phone.open()
    expect(phone.title).to_have_text(tea.name)


def test_a_product_that_is_gone_is_told_in_the_apis_words(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/product/product?id=00000000-0000-7000-8000-000000000000")
    phone.sees("没有找到。")


def test_the_first_screen_asks_for_this_and_no_more(phone_of, tea):
    """Counted from an empty browser until nothing moves: every request, and every byte."""
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    phone.page.wait_for_load_state("networkidle")
    parts = [(request.split()[0], urlsplit(request.split()[1]).path) for request in phone.requests]
    assert {method for method, _ in parts} == {"GET"}
    paths = [re.sub(r"^/preview/[^/-][^/]*/", "/preview/LINK/", path) for _, path in parts]
    pictures = [path for path in paths if path.startswith("/media/")]
    assert sorted(set(paths) - set(pictures)) == [
        "/preview/-/app.js", "/preview/-/base.css", "/preview/-/shell.css", "/preview/-/shell.js",
        "/preview/LINK/", "/preview/LINK/app",
        f"/s/{tea.id}/v1/home", f"/s/{tea.id}/v1/theme",
    ]  # fmt: skip
    assert len(paths) == len(set(paths))
    assert len(pictures) == 1  # the one product with a picture, in a card's size
    told = phone.received()
    of_the_api = sum(size for path, size in told.items() if "/v1/" in path)
    of_pictures = sum(size for path, size in told.items() if path.startswith("/media/"))
    assert 0 < of_the_api < 12_000
    assert 0 < of_pictures < 40_000
    assert 0 < sum(told.values()) < 900_000  # the whole bundle: in WeChat it lies on the phone


def test_a_page_that_was_left_names_no_other_page(phone_of, tea):
    phone = phone_of(tea)
    waiting = []
    phone.page.route("**/v1/home", lambda route: waiting.append(route))
    phone.open()
    phone.frame.wait_for_function("() => getCurrentPages().length === 1")
    phone.frame.evaluate("wx.navigateTo({ url: '/packages/shop/search/search' })")
    expect(phone.title).to_have_text("搜索")
    phone.page.unroute("**/v1/home")
    with phone.page.expect_response("**/v1/home"):
        waiting[0].continue_()
    phone.frame.wait_for_function("() => getCurrentPages()[0].data.status === 'ready'")
    expect(phone.title).to_have_text("搜索")
    phone.back()
    expect(phone.title).to_have_text(tea.name)

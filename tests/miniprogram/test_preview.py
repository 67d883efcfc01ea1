"""The owner looks at the shop: a phone on the start page, right after sign-up."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.miniprogram.conftest import SHOTS

LATER_MS = 10 * 60 * 1000
"""More than half of a link's life."""


@pytest.fixture
def owners_page(browser, stage):
    """Somebody's browser at the portal; afterwards nothing may have been stopped or thrown."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrongs = []
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on(
        "console",
        lambda line: wrongs.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert wrongs == []


def opened_by(page, stage, name: str) -> None:
    """Sign up and name a shop, as a new owner does."""
    page.goto(f"{stage.url}/accounts/signup/")
    page.locator("#id_email").fill(f"{name.lower()}@example.com")
    page.locator("#id_password1").fill("correct horse battery staple")
    page.locator("form.entrance button[type=submit], main form button[type=submit]").first.click()
    page.get_by_label("Name of the shop").fill(name)
    page.get_by_role("button", name="Open the shop").click()
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible(timeout=30_000)


def test_right_after_sign_up_the_shop_runs_in_a_phone(owners_page, stage):
    opened_by(owners_page, stage, "Moonrise")
    phone = owners_page.frame_locator("iframe[data-renew]")
    app = phone.frame_locator("#inner")
    expect(phone.locator("#title")).to_have_text("Moonrise")
    expect(phone.get_by_text("How this differs from WeChat")).to_be_visible()
    assert phone.locator("body").evaluate("e => e.scrollHeight <= innerHeight")  # the note too
    first = app.locator(".product-grid [role=button]").first
    first.click()
    expect(app.get_by_role("button", name="Buy now").locator("visible=true")).to_be_visible()
    frame = next(f for f in owners_page.frames if "/app" in f.url)
    assert frame.evaluate("[__record.errors, __record.unknown]") == [[], {}]
    assert frame.evaluate("document.cookie") == ""
    if SHOTS:
        for width, height in ((1280, 980), (390, 844)):
            owners_page.set_viewport_size({"width": width, "height": height})
            if width < 480:
                owners_page.get_by_role("link", name="See it as customers do").click()
                app.get_by_role("button", name="Buy now").locator("visible=true").hover()
            owners_page.screenshot(path=Path(SHOTS) / f"start-{width}.png", full_page=width > 480)
    for width in (1280, 800, 360, 320):
        owners_page.set_viewport_size({"width": width, "height": 780})
        box = owners_page.locator("iframe[data-renew]").bounding_box()
        assert box["x"] >= 0, width
        assert box["x"] + box["width"] <= width
        assert box["width"] >= min(392, width - 32) - 1
        assert owners_page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_link_is_renewed_while_somebody_looks(owners_page, stage, books):
    signed_in = [
        {"name": cookie.name, "value": cookie.value, "url": stage.url}
        for cookie in books.owner.browser.session.cookies
    ]
    owners_page.context.add_cookies(signed_in)
    owners_page.clock.install()
    owners_page.goto(f"{stage.url}/shops/{books.id}/")
    phone = owners_page.frame_locator("iframe[data-renew]")
    expect(phone.locator("#title")).to_have_text(books.name)
    shell = next(f for f in owners_page.frames if f.url.endswith("/") and "/preview/" in f.url)
    before = shell.url
    time.sleep(1)  # links of one second are equal
    with owners_page.expect_response("**/preview.json"):
        owners_page.clock.fast_forward(LATER_MS)
    shell.wait_for_function("before => location.href !== before", arg=before)
    assert shell.evaluate("location.pathname").startswith("/preview/")
    with owners_page.expect_request("**/login") as asked:
        phone.get_by_role("tab").nth(2).click()
    assert asked.value.url == shell.evaluate("location.origin + location.pathname") + "login"
    expect(phone.frame_locator("#inner").get_by_text("Your cart is empty")).to_be_visible()

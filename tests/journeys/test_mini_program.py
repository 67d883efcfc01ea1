"""A mini-program from nothing to its customers, in a browser, on a whole installation.

The owner signs up, authorises on WeChat's page, configures, looks at the preview, submits, is
refused with a picture, mends, submits again, passes and releases. Every step is looked at in
Chromium and asked for by HTTP; at the end the simulator says what WeChat holds.
"""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from infra.first_sale.checking import eventually
from infra.first_sale.visitors import Browser
from infra.stage.stage import Stage, opened
from tests.miniprogram.conftest import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser
API_BASE = "https://api.example.com"
ROOT_EMAIL, ROOT_PASSWORD = "root@example.com", secrets.token_urlsafe(16)
ORDERS = "pages/orders/orders"
REASON = "1:服务类目不符:<br>(1):小程序功能与所选类目不符，请调整后重新提交<br>"
SHOTS = os.environ.get("SHOTS")
"""A folder for pictures of the owner's pages."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    settings = {"MINI_PROGRAM_API_BASE": API_BASE, "SUPERUSER_PASSWORD": ROOT_PASSWORD}
    with opened(server_url=os.environ["TEST_SERVER_URL"], settings=settings) as everything:
        yield everything


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    if not Path(CHROMIUM).exists():
        why = f"the owner's mini-program page was NOT tested: {CHROMIUM} is not here"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(chromium: Chromium, stage: Stage) -> Iterator[Page]:
    """The owner's browser, a phone's width, in English; nothing may go wrong in it."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en")
    made = context.new_page()
    wrongs: list[str] = []
    made.on("pageerror", lambda error: wrongs.append(str(error)))

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and said.location["url"].startswith(stage.url):
            wrongs.append(said.text)

    made.on("console", hear)
    made.on("dialog", lambda dialog: dialog.accept())
    yield made
    context.close()
    assert wrongs == []


def publish_template(stage: Stage, version: str) -> None:
    """Be developer and staff: upload code, add it to the library through the superadmin."""
    package = {"user_version": version, "user_desc": "Cloudleaf", "pages": ["pages/home/home", ORDERS]}
    draft = stage.wechat("POST", "drafts", package)["draft_id"]
    staff = Browser(stage.url)
    staff.fill_in("/accounts/login/", {"login": ROOT_EMAIL, "password": ROOT_PASSWORD})
    wish = {"draft_id": str(draft), "order_path": ORDERS}
    arrived = staff.fill_in("/superadmin/library/", wish)
    assert arrived == "/superadmin/releases/template/"


def picture(page: Page, name: str) -> None:
    """Keep pictures of the page, narrow and wide, in both languages, if somebody wants them."""
    if not SHOTS:
        return
    for language, other in (("en", "中文"), ("zh", "English")):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.get_by_role("button", name=other).click()


def step_of(page: Page, name: str) -> Any:
    return page.locator(f"ol.life > li#{name}")


def is_loaded(page: Page, selector: str) -> bool:
    """Say whether the browser has really drawn the picture."""
    script = "i => i.complete && i.naturalWidth > 50"
    return bool(page.locator(selector).first.evaluate(script))


def sign_up(page: Page, stage: Stage) -> str:
    """Make an account and a shop; return the shop's public id."""
    page.goto(f"{stage.url}/accounts/signup/")
    page.fill("input[name=email]", "mei@example.com")
    page.fill("input[name=password1]", secrets.token_urlsafe(16))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/start/")
    page.fill("input[name=name]", "Cloudleaf")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/shops/*/")
    shop = page.url.rstrip("/").rpartition("/")[2]
    expect(page.get_by_role("link", name="Connect WeChat")).to_be_visible(timeout=20_000)
    return shop


def authorise(page: Page, stage: Stage, name: str) -> None:
    """Go to WeChat's page by clicks, agree there, come back."""
    page.get_by_role("button", name="Authorise with WeChat").click()
    expect(page.locator(".qr svg")).to_be_visible()
    picture_of_invitation(page)
    page.get_by_role("link", name="Go to WeChat's page").click()
    assert page.url.startswith(stage.simulator_url)
    page.locator("input[value='new:mini_program']").check()
    page.fill("input[name=name]", name)
    page.locator("button[value=consent]").click()
    page.wait_for_url(f"{stage.url}/shops/*/mini-programs/*/")
    expect(page.get_by_text("WeChat told us: you authorised the platform.")).to_be_visible()


def picture_of_invitation(page: Page) -> None:
    if SHOTS:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.screenshot(path=Path(SHOTS) / f"1-invitation-{width}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})


def test_an_owner_brings_a_mini_program_to_its_customers(stage: Stage, page: Page) -> None:
    assert stage.manage("ensure_superuser", "--email", ROOT_EMAIL).returncode == 0
    stage.wechat("PUT", "platform_domains", {"server": ["api.example.com"]})
    stage.wechat("PUT", "settings", {"detection_seconds": 0, "audit_quota": 20})
    publish_template(stage, "1.0.0")

    shop = sign_up(page, stage)
    page.get_by_role("link", name="Connect WeChat").click()
    picture(page, "0-begin")
    authorise(page, stage, "Cloudleaf Tea")
    program_id = page.url.rstrip("/").rpartition("/")[2]
    api = f"{stage.url}/b/{shop}/v1"

    def ask(path: str) -> Any:
        answer = page.context.request.get(f"{api}/{path}")
        assert answer.status == 200, answer.text()
        return answer.json()

    def latest() -> Any:
        return ask(f"mini-programs/{program_id}/releases")["items"][0]

    def at_wechat() -> Any:
        return stage.wechat("GET", f"mini_programs/{ask(f'mini-programs/{program_id}')['appid']}")

    # configured by itself; the page follows without a click
    begin = page.get_by_role("button", name="Prepare the preview")
    expect(begin).to_be_visible(timeout=20_000)
    told = ask(f"mini-programs/{program_id}")
    assert {part["part"]: part["state"] for part in told["settings"]} == dict.fromkeys(
        ("info", "domains", "privacy", "categories"), "applied"
    )
    assert (told["state"], told["nick_name"], told["lacks"]) == ("authorised", "Cloudleaf Tea", [])
    assert at_wechat()["domains"]["requestdomain"] == [API_BASE]
    expect(step_of(page, "configure")).to_contain_text(API_BASE)
    picture(page, "2-configured")

    # preview: the picture is really there
    begin.click()
    submit = page.get_by_role("button", name="Submit for review")
    expect(submit).to_be_visible(timeout=60_000)
    eventually("the preview's picture", lambda: is_loaded(page, ".trial img"))
    assert latest()["state"] == "committed"
    assert latest()["next"] == ["preview", "submit"]
    picture(page, "3-preview")

    # submit, and be refused with a picture
    page.get_by_label("What is new in this version").fill("Teas of spring")
    submit.click()
    expect(step_of(page, "submit")).to_contain_text("have had it since", timeout=20_000)
    assert latest()["state"] == "auditing"
    assert at_wechat()["code"]["audit"]["state"] == "in_review"
    picture(page, "4-in-review")
    refusal = {"decision": "refuse", "reason": REASON, "screenshots": 2}
    appid = told["appid"]
    stage.wechat("POST", f"mini_programs/{appid}/audit", refusal)
    expect(step_of(page, "submit")).to_contain_text("服务类目不符", timeout=20_000)
    expect(page.locator(".shots img")).to_have_count(2, timeout=20_000)
    page.locator(".shots img").first.scroll_into_view_if_needed()
    eventually("the reviewer's picture", lambda: is_loaded(page, ".shots img"))
    expect(step_of(page, "submit")).to_contain_text("add the fitting category")
    found = ask(f"releases/{latest()['id']}")
    assert found["state"] == "rejected"
    (rejection,) = found["rejections"]
    assert "<br>" not in rejection["reason"]
    assert rejection["advice_code"] == "category"
    for address in rejection["screenshots"]:
        answer = page.context.request.get(f"{stage.url}{address}")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    picture(page, "5-refused")

    # mend, submit again, take it back once, submit again, pass
    page.get_by_label("What you mended").fill("The category is added")
    page.get_by_role("button", name="I have mended it: submit again").click()
    expect(step_of(page, "submit")).to_contain_text("have had it since", timeout=20_000)
    page.get_by_role("button", name="Take it back from review").click()
    again = page.get_by_role("button", name="Submit again")
    expect(again).to_be_visible(timeout=20_000)
    assert latest()["state"] == "withdrawn"
    again.click()
    expect(step_of(page, "submit")).to_contain_text("have had it since", timeout=20_000)
    stage.wechat("POST", f"mini_programs/{appid}/audit", {"decision": "pass"})
    release = page.get_by_role("button", name="Release to all customers")
    expect(release).to_be_visible(timeout=20_000)
    assert latest()["state"] == "approved"
    picture(page, "6-approved")

    # to all: WeChat gives a first version to nobody only in part
    assert page.get_by_text("Or to a part of them first").count() == 0
    release.click()
    expect(step_of(page, "release")).to_contain_text("All customers have version 1.0.0", timeout=20_000)
    assert latest()["state"] == "released"
    picture(page, "8-released")

    # what WeChat holds in the end
    code = at_wechat()["code"]
    assert code["released"]["user_version"] == "1.0.0"
    ext = code["released"]["ext_json"]
    assert ext["ext"] == {"tenant": shop, "apiBase": API_BASE, "v": "1.0.0"}
    assert ext["extAppid"] == appid
    assert ext["requiredPrivateInfos"] == ["chooseAddress"]
    assert set(ext) == {"extEnable", "extAppid", "directCommit", "ext", "requiredPrivateInfos"}

    # the start page: the merchant number alone is missing
    page.goto(f"{stage.url}/shops/{shop}/mini-programs/")
    expect(page.get_by_text("The merchant number is missing")).to_be_visible()
    page.get_by_role("link", name="How you are paid").click()
    expect(page.get_by_role("heading", name="How you are paid")).to_be_visible()
    expect(page.get_by_text("Customers cannot pay yet")).to_be_visible()
    expect(page.locator("input[name=sub_mchid]")).to_be_visible()


def test_a_newer_version_replaces_the_first_and_is_rolled_back(stage: Stage, page: Page) -> None:
    """The second release of the same shop, and back, and an authorisation taken back."""
    shop, program, appid = second_shop(stage, page)
    go_to_approval(stage, page, appid)
    release_to_all(page, "Release to all customers", "1.0.0")
    publish_template(stage, "1.1.0")
    page.reload()
    expect(page.get_by_text("Version 1.1.0 is ready.")).to_be_visible()
    go_to_approval(stage, page, appid)

    page.get_by_text("Or to a part of them first").click()
    page.get_by_label("Customers who get it, in per cent").fill("20")
    page.get_by_role("button", name="Give it to this share").click()
    expect(step_of(page, "release")).to_contain_text("20 of 100 customers", timeout=20_000)
    code = stage.wechat("GET", f"mini_programs/{appid}")["code"]
    assert (code["grey"]["percentage"], code["released"]["user_version"]) == (20, "1.0.0")
    picture(page, "7-grey")
    release_to_all(page, "Give it to all customers", "1.1.0")

    page.get_by_role("button", name="Roll back to the version before").click()
    eventually(
        "version 1.0.0 again",
        lambda: stage.wechat("GET", f"mini_programs/{appid}")["code"]["released"]["user_version"]
        == "1.0.0",
    )
    held = "customers have version 1.0.0"
    expect(page.locator(".facts-line")).to_contain_text(held, timeout=20_000)
    assert page.get_by_role("button", name="Roll back to the version before").count() == 0

    stage.wechat("POST", f"mini_programs/{appid}/unauthorise")
    address = f"{stage.url}/b/{shop}/v1/mini-programs/{program}"
    eventually(
        "the authorisation taken back",
        lambda: page.context.request.get(address).json()["state"] == "unauthorised",
    )
    page.reload()
    expect(page.get_by_role("button", name="Authorise again")).to_be_visible()
    picture(page, "9-unauthorised")


def second_shop(stage: Stage, page: Page) -> tuple[str, str, str]:
    """Open a shop with an authorised mini-program; return shop, number of the program, AppID."""
    page.goto(f"{stage.url}/accounts/signup/")
    page.fill("input[name=email]", "lin@example.com")
    page.fill("input[name=password1]", secrets.token_urlsafe(16))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/start/")
    page.fill("input[name=name]", "Bookleaf")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/shops/*/")
    page.get_by_role("link", name="Mini-program").first.click(timeout=20_000)
    authorise(page, stage, "Bookleaf")
    found = re.search(r"/shops/(\w+)/mini-programs/(\d+)/", page.url)
    assert found is not None
    appid = page.locator(".facts-line code").inner_text()
    return found[1], found[2], appid


def go_to_approval(stage: Stage, page: Page, appid: str) -> None:
    """Prepare, submit, pass; the page leads from click to click."""
    for name in ("Prepare the preview", "Submit for review"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_visible(timeout=60_000)
        button.click()
    expect(step_of(page, "submit")).to_contain_text("have had it since", timeout=20_000)
    stage.wechat("POST", f"mini_programs/{appid}/audit", {"decision": "pass"})
    expect(page.get_by_role("button", name="Release to all customers")).to_be_visible(timeout=20_000)


def release_to_all(page: Page, name: str, version: str) -> None:
    """Click the main button of the last step, and wait until all customers have the version."""
    page.get_by_role("button", name=name).click()
    words = f"All customers have version {version}"
    expect(step_of(page, "release")).to_contain_text(words, timeout=20_000)

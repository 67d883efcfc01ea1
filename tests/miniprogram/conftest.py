"""A whole installation, two shops, and phones. Without Chromium or Node these tests are skipped."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.first_sale import journey
from infra.stage.stage import Stage, opened
from tests.miniprogram.phone import Phone
from tests.miniprogram.shops import DRAGON_WELL, OpenShop, open_shop

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SHOTS = os.environ.get("SHOTS")
"""A folder for pictures of each test's last page."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the browser; pytest says at its end what was skipped, and why."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The mini-program, built for browsers."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    missing += [] if Path(CHROMIUM).exists() else [CHROMIUM]
    if missing:
        why = f"the mini-program was NOT tested: {', '.join(missing)} is not here"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    done = subprocess.run(["make", "preview"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return ROOT / "miniprogram_template" / "dist"


@pytest.fixture(scope="session")
def stage(bundle: Path) -> Iterator[Stage]:
    with opened(server_url=os.environ["TEST_SERVER_URL"], settings=journey.SETTINGS) as everything:
        yield everything


@pytest.fixture(scope="session")
def tea(stage: Stage) -> OpenShop:
    """A green shop, with a category and pictures."""
    shop = open_shop(stage, "Cloudleaf", "#0f7b4d")
    shop.give_pictures(DRAGON_WELL, "#9ccc65", "#558b2f")
    return shop


@pytest.fixture(scope="session")
def books(stage: Stage) -> OpenShop:
    """A yellow shop: text on its colour must be dark."""
    return open_shop(stage, "Sunpages", "#ffc400")


@pytest.fixture(scope="module")
def browser(bundle: Path) -> Iterator[Browser]:
    """One Chromium for a file: while it runs, Django refuses database work in this thread."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def phone_of(
    browser: Browser, stage: Stage, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Phone]]:
    """Give somebody a phone with a shop's mini-program; afterwards nothing may have gone wrong."""
    phones: list[Phone] = []

    def give(shop: OpenShop, *, width: int = 375, **context: Any) -> Phone:
        made = browser.new_context(
            viewport={"width": width, "height": 812},
            has_touch=True,
            is_mobile=True,
            device_scale_factor=2,
            **context,
        )
        base, key = stage.place.preview_url, stage.environment["SECRET_KEY"]
        phones.append(Phone(made, base, key, shop.id))
        return phones[-1]

    yield give
    wrongs = []
    for number, phone in enumerate(phones):
        if SHOTS:
            phone.page.screenshot(path=Path(SHOTS) / f"{request.node.name}-{number}.png")
        wrongs.append({} if phone.is_forgiven else phone.wrongs())
        phone.context.close()
    assert wrongs == [{}] * len(phones)

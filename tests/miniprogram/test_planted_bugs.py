"""Four bugs, planted one by one into a copy of the mini-program: a journey must catch each."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.miniprogram import test_journeys as journeys

TEMPLATE = Path(__file__).resolve().parents[2] / "miniprogram_template"
PATIENCE_SECONDS = 5


@dataclass(frozen=True)
class Bug:
    """One line of the source changed, and the journey that says so in these words."""

    file: str
    before: str
    after: str
    journey: Callable[..., None]
    says: str


BUGS = {
    "wrong SKU": Bug(
        "components/sku-sheet/sku-sheet.ts",
        "const { found: sku, quantity } = this.data;",
        "const { quantity } = this.data;\n      const sku = (this.data.product as Product).skus.at(-1);",
        journeys.test_12_english_all_the_way,
        r"\[13145\] == \[3650\]",
    ),
    "token not stored": Bug(
        "utils/session.ts",
        "wx.setStorageSync(TOKEN, await tokenFor(`${apiBase}/s/${tenant}/v1/login`, code));",
        "await tokenFor(`${apiBase}/s/${tenant}/v1/login`, code);",
        journeys.test_02_refuse_the_payment_then_pay_again,
        "sign_in_needed",
    ),
    "dead tap": Bug(
        "components/product-card/product-card.wxml",
        ' bind:tap="open"',
        "",
        journeys.test_01_browse_search_buy_pay_and_receive,
        journeys.DRAGON_WELL,
    ),
    "brand ignored": Bug(
        "utils/theme.ts",
        "`--brand:${look.palette[6]}`",
        "`--brand:#0052d9`",
        journeys.test_09_two_shops_in_their_brand_colours,
        r"rgb\(0, 82, 217\)",
    ),
}


@pytest.fixture
def planted(request: pytest.FixtureRequest, bundle: Path, tmp_path: Path) -> Path:
    """Build a copy of the mini-program with the bug; return the runner's script."""
    bug: Bug = request.param
    source, out = tmp_path / "source", tmp_path / "out"
    unpacked = shutil.ignore_patterns("miniprogram_npm")
    shutil.copytree(TEMPLATE / "miniprogram", source, ignore=unpacked)
    place = source / bug.file
    text = place.read_text()
    assert text.count(bug.before) == 1, f"{bug.file} has changed: plant the bug anew"
    place.write_text(text.replace(bug.before, bug.after))
    command = ["node", "tools/run.mjs", "webrun/build/main.ts", str(source), str(out)]
    done = subprocess.run(command, cwd=TEMPLATE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return out / "app.js"


@pytest.fixture
def phone_with(planted: Path, phone_of: Callable[..., Any]) -> Any:
    """Phones that run the planted script; what goes wrong on them is what we want to see."""

    def give(shop: Any, **context: Any) -> Any:
        phone = phone_of(shop, **context)
        phone.seconds, phone.is_forgiven = PATIENCE_SECONDS, True
        phone.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        phone.page.route("**/preview/-/app.js", lambda route: route.fulfill(path=planted))
        return phone

    return give


@pytest.mark.parametrize(
    ("planted", "bug"), [pytest.param(bug, bug, id=name) for name, bug in BUGS.items()],
    indirect=["planted"],
)  # fmt: skip
def test_a_journey_catches_it(phone_with, tea, books, bug: Bug) -> None:
    wanted = {"tea": tea, "books": books}
    names = bug.journey.__code__.co_varnames[1 : bug.journey.__code__.co_argcount]
    with pytest.raises((AssertionError, Error), match=bug.says):
        bug.journey(phone_with, **{name: wanted[name] for name in names})

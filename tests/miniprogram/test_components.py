"""Each component of TDesign that pages may use (components.json) draws itself in the runner."""

import functools
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

TEMPLATE = Path(__file__).resolve().parents[2] / "miniprogram_template"
ALLOWED: dict[str, list[str]] = json.loads((TEMPLATE / "components.json").read_text())
GIVEN = {
    "ext": {"tenant": "gallery", "apiBase": "", "v": "1"}, "appid": "wx", "assets": "/",
    "simulator": "", "language": "en", "fontSize": 16,
}  # fmt: skip
WITHOUT_SIZE = {"toast", "overlay"}
"""What is not there until it is asked for, or covers all by being fixed."""


def write(source: Path) -> None:
    """Write a mini-program with a page for each component."""
    for name, (wxml, *parts) in ALLOWED.items():
        page = source / "pages" / name / name
        page.parent.mkdir(parents=True)
        using = {f"t-{part}": f"tdesign-miniprogram/{part}/{part}" for part in (name, *parts)}
        page.with_suffix(".json").write_text(json.dumps({"usingComponents": using}))
        page.with_suffix(".ts").write_text("Page({});\n")
        page.with_suffix(".wxml").write_text(wxml)
    pages = [f"pages/{name}/{name}" for name in ALLOWED]
    (source / "app.json").write_text(json.dumps({"pages": pages}))
    (source / "app.ts").write_text("App({});\n")
    (source / "app.wxss").write_text((TEMPLATE / "miniprogram" / "app.wxss").read_text())


class Quiet(SimpleHTTPRequestHandler):
    """Files of one folder, without a line for each."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def gallery(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the gallery and serve it; return its address."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("out")
    write(source)
    command = ["node", "tools/run.mjs", "webrun/build/main.ts", str(source), str(out)]
    done = subprocess.run(command, cwd=TEMPLATE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    page = (out / "app.html").read_text().replace("__ASSETS__", "/")
    (out / "app.html").write_text(page.replace("__GIVEN__", json.dumps(GIVEN)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(out)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", ALLOWED)
def test_a_component_draws_itself_and_asks_nobody(
    browser: Browser, gallery: str, name: str
) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 700})
    errors: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request", lambda r: None if r.url.startswith((gallery, "data:")) else foreign.append(r.url)
    )
    page.goto(f"{gallery}/app.html#/pages/{name}/{name}")
    page.wait_for_function("() => (window.__record || {}).ready > 0")
    page.wait_for_timeout(150)  # what a component does after it is ready must not fail either
    record = page.evaluate("__record")
    drawn = page.evaluate(
        """() => [...document.querySelectorAll('wx-page *')]
        .some(e => e.getBoundingClientRect().width && e.getBoundingClientRect().height)"""
    )
    no_icon = page.evaluate(
        """() => [...document.querySelectorAll('wx-t-icon wx-label')]
        .filter(e => getComputedStyle(e, '::before').maskImage === 'none').map(e => e.className)"""
    )
    page.close()
    assert (errors, foreign, record["errors"], record["unknown"], no_icon) == ([], [], [], {}, [])
    assert record["warnings"] == []
    assert drawn or name in WITHOUT_SIZE

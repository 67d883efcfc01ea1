"""`make demo` from the outside: it answers, mends itself, says no clearly and leaves nothing."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from infra import embedded_postgres, ports
from infra.demo import bundle, summary, template
from infra.first_sale.visitors import Browser

ROOT = Path(__file__).resolve().parents[2]
FROM_THE_SUITE = (
    "DATABASE_URL", "TEST_SERVER_URL", "SECRET_KEY", "DATA_DIR", "LOG_LEVEL", "EMAIL_BACKEND",
    "PORT", "SIMULATOR_PORT", "DJANGO_SETTINGS_MODULE",
)  # fmt: skip


class Demo:
    """One demo in a directory of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, ports.free()
        self.process: subprocess.Popen[str] | None = None
        self.output = data.with_suffix(".out")

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in FROM_THE_SUITE}
        own = {"PORT": str(self.port), "SIMULATOR_PORT": str(ports.free())}
        return {**kept, **own, "DATA_DIR": str(self.data)}

    def start(self) -> float:
        """Start it and wait for the summary; return the seconds it took."""
        began = time.monotonic()
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.demo"], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, text=True,
            )  # fmt: skip
        self.wait(lambda: "is ready" in self.output.read_text(), 240)
        return time.monotonic() - began

    def again(self, module: str = "infra.demo") -> subprocess.CompletedProcess[str]:
        """Run a second command in the same place, to its end."""
        return subprocess.run(
            [sys.executable, "-m", module], cwd=ROOT, env=self.environment, timeout=60,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def wait(self, check: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not check():
            assert self.process is not None
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def is_answering(self) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def processes(self) -> dict[int, str]:
        """Return the processes that are not the supervisor and belong to this demo."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                surroundings = (entry / "environ").read_bytes().split(b"\0")
                is_ours = f"DATA_DIR={self.data}".encode() in surroundings
                if is_ours or str(self.data) in command:
                    found[int(entry.name)] = command
        if self.process is not None and self.process.poll() is None:
            found.pop(self.process.pid, None)
        return found

    def pid_of(self, word: str) -> int:
        """Return the oldest process whose command holds the word."""
        return min(pid for pid, command in self.processes().items() if word in command)

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def demo(module_place: Path) -> Iterator[Demo]:
    """A demo that the tests of this file use one after the other, in the order of the file."""
    made = Demo(module_place / "data")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop(signal.SIGTERM)
    for pid in made.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    embedded_postgres.stop(made.data / "postgres")


def test_the_first_start_prints_where_everything_is_and_how_to_get_in(demo: Demo) -> None:
    demo.start()

    said = demo.output.read_text()
    assert f"http://127.0.0.1:{demo.port}/superadmin/" in said
    assert demo.is_answering()
    kept = json.loads((demo.data / "secrets.json").read_text())
    for name in ("superadmin_password", "tea_password", "books_password"):
        assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){2}", kept[name])
        assert kept[name] in said
    assert kept["secret_key"] not in said
    shops = json.loads((demo.data / "shops.json").read_text())
    assert [shop["key"] for shop in shops] == ["tea", "books"]
    assert all(f"/s/{shop['public_id']}/v1/" in said for shop in shops)
    browser = Browser(f"http://127.0.0.1:{demo.port}")
    looks = [browser.get(f"/s/{shop['public_id']}/v1/theme") for shop in shops]
    assert [look["palette"][6] for look in looks] == ["#0f7b4d", "#ffc400"]
    assert [look["tab_labels"]["cart"] for look in looks] == ["", "书袋"]


def test_it_prints_a_link_to_each_mini_program_that_opens_or_what_is_missing(demo: Demo) -> None:
    said = demo.output.read_text()
    found = re.findall(rf"http://localhost:{demo.port}/preview/[^/]+/", said)
    if not bundle.is_there():
        assert (found, said.count("No preview of the mini-programs")) == ([], 1)
        return
    names = [shop["public_id"] for shop in json.loads((demo.data / "shops.json").read_text())]
    assert [link.rsplit("/", 2)[1].split(":")[0] for link in found] == names
    for link, name in zip(found, names, strict=True):
        with urlopen(link, timeout=20) as frame, urlopen(f"{link}app", timeout=20) as app:
            assert b'id="phone"' in frame.read()
            assert f'"tenant": "{name}"'.encode() in app.read()


@pytest.mark.parametrize(
    ("programs", "lacking"),
    [
        ({}, "make, node, npm"),
        ({"make": "", "node": "echo v18.19.0", "npm": ""}, "Node 20.19 (v18.19.0)"),
        ({"make": "", "node": "exit 1", "npm": ""}, "Node 20.19 (?)"),
        ({"make": "", "node": "echo v20.19.0", "npm": ""}, ""),
    ],
)
def test_it_says_in_one_line_what_the_preview_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: dict[str, str], lacking: str
) -> None:
    for name, line in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bundle.lacking() == lacking
    assert "\n" not in summary.without_node(lacking)


def test_its_shops_look_like_two_shops_with_pictures(demo: Demo) -> None:
    shops = json.loads((demo.data / "shops.json").read_text())
    colours = set()
    for shop in shops:
        door = f"http://127.0.0.1:{demo.port}/s/{shop['public_id']}/v1"
        theme, home = (json.load(urlopen(f"{door}/{what}")) for what in ("theme", "home"))
        colours.add(theme["palette"][6])
        assert theme["logo_url"]
        assert len(home["banners"]) == 2
        own = [card for card in home["newest"] if "示例" not in card["title"]]
        assert len(own) > 6
        assert all(card["image_url"] for card in own)
    assert len(colours) == 2


def test_its_owners_have_a_version_to_release(demo: Demo) -> None:
    kept = json.loads((demo.data / "secrets.json").read_text())
    browser = Browser(f"http://127.0.0.1:{demo.port}")
    login = {"login": "admin@example.com", "password": kept["superadmin_password"]}
    browser.fill_in("/accounts/login/", login)

    library = browser.ask("GET", "/superadmin/releases/template/").text

    assert template.package()["user_version"] in library
    assert template.ORDER_PATH in library


def test_the_code_that_it_offers_is_the_mini_program_s_own() -> None:
    offered = template.package()

    source = template.SOURCE / "miniprogram"
    assert {
        page.with_suffix("").relative_to(source).as_posix() for page in source.rglob("*.json")
    } >= set(offered["pages"])
    assert template.ORDER_PATH in offered["pages"]
    assert offered["pages"][0] == "pages/home/home"


def test_its_secrets_are_for_its_owner_only(demo: Demo) -> None:
    assert (demo.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (demo.data / "logs").stat().st_mode & 0o777 == 0o700
    assert (demo.data / "postgres").stat().st_mode & 0o777 == 0o700
    assert demo.data.stat().st_mode & 0o066 == 0


def test_a_second_demo_in_the_same_place_is_refused(demo: Demo) -> None:
    demo.port = ports.free()
    refused = demo.again()
    demo.port = int(re.findall(r"127\.0\.0\.1:(\d+)/superadmin/", demo.output.read_text())[0])

    assert refused.returncode == 1
    assert "A demo is running already" in refused.stderr
    assert "演示已在运行" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert demo.is_answering()


def test_a_taken_port_is_named(demo: Demo) -> None:
    refused = demo.again()

    assert refused.returncode == 1
    assert f"Another program listens on port {demo.port}" in refused.stderr
    assert f"端口 {demo.port} 已被其他程序占用" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nothing_is_forgotten_while_it_runs(demo: Demo) -> None:
    refused = demo.again("infra.demo.reset")

    assert refused.returncode == 1
    assert "A demo is running already" in refused.stderr
    assert (demo.data / "secrets.json").exists()


@pytest.mark.parametrize("program", ["granian", "config.worker", "wechat_simulator"])
def test_a_killed_program_is_started_again(demo: Demo, program: str) -> None:
    killed = demo.pid_of(program)
    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        return any(program in c and p > killed for p, c in demo.processes().items())

    demo.wait(lambda: killed not in demo.processes() and is_back(), 30)
    demo.wait(demo.is_answering, 30)


def test_a_killed_postgres_comes_back_and_the_web_with_it(demo: Demo) -> None:
    file = demo.data / "postgres" / "18" / "postmaster.pid"
    killed = int(file.read_text().split()[0])
    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        with suppress(OSError, IndexError, ValueError):
            return int(file.read_text().split()[0]) != killed
        return False

    demo.wait(is_back, 30)
    demo.wait(lambda: embedded_postgres.running(demo.data / "postgres"), 30)
    demo.wait(demo.is_answering, 30)


def test_one_ctrl_c_stops_everything(demo: Demo) -> None:
    began = time.monotonic()

    assert demo.stop() == 0

    assert time.monotonic() - began < 25
    assert demo.processes() == {}
    assert not embedded_postgres.running(demo.data / "postgres")


def test_the_second_start_takes_seconds_and_keeps_everything(demo: Demo) -> None:
    secrets = (demo.data / "secrets.json").read_text()
    shops = (demo.data / "shops.json").read_text()

    assert demo.start() < 45  # about 5 s on a quiet machine

    assert demo.is_answering()
    assert (demo.data / "secrets.json").read_text() == secrets
    assert (demo.data / "shops.json").read_text() == shops
    assert "database schema" not in demo.output.read_text()


def test_a_killed_supervisor_leaves_nothing_behind(demo: Demo) -> None:
    assert demo.stop(signal.SIGKILL) == -signal.SIGKILL

    deadline = time.monotonic() + 30
    while demo.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert demo.processes() == {}
    assert not embedded_postgres.running(demo.data / "postgres")


def test_reset_forgets_everything(demo: Demo) -> None:
    assert demo.again("infra.demo.reset").returncode == 0
    assert not demo.data.exists()

    nothing_left = demo.again("infra.demo.reset")
    assert nothing_left.returncode == 0
    assert "nothing to forget" in nothing_left.stdout

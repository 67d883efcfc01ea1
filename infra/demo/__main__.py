"""`python -m infra.demo`: start everything, say where it is, look after it until Ctrl-C."""

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import TextIO
from urllib.parse import urlsplit

from config.environment import app_url
from infra import embedded_postgres
from infra.demo import bundle, place, preparation, secrets, summary, wechat
from infra.demo.place import ROOT, DemoCannotRun, Place, python
from infra.demo.processes import Program, Stopped, Supervisor
from infra.demo.secrets import Secrets
from infra.demo.shops import FILE as SHOPS_FILE
from infra.demo.shops import SUPERADMIN

START_SECONDS = 120.0
DATABASE_SECONDS = 330.0
SPARE_SHOPS = "2"
PREVIEW_MINUTES = str(7 * 24 * 60)
"""Links that are printed are clicked later than those of a page, which renews its own."""
API_BASE = "https://api.example.com"
"""What released mini-programs are told: WeChat wants https and a listed host, here too."""


def main() -> int:
    """Run the demo; return the exit code: 0 after Ctrl-C, 1 when it cannot run."""
    try:
        here = place.find()
        place.require_free(here.port, "PORT")
        with here.occupied():
            run(here)
    except DemoCannotRun as reason:
        tell(str(reason), file=sys.stderr)
        return 1
    return 0


def run(here: Place) -> None:
    """Start, prepare, tell, watch, stop."""
    began = time.monotonic()
    place.require_free(here.simulator_port, "SIMULATOR_PORT")
    kept = secrets.load(here.data)
    own_postgres = None if here.database_url else here.postgres
    with Supervisor(here.logs, tell, own_postgres) as supervisor:
        try:
            lacking = bundle.lacking()
            if not lacking:
                environs = bundle.environment()
                supervisor.begin(Program("bundle", bundle.COMMAND, environs))
            start(here, kept, supervisor)
            missing = preview(here, supervisor, lacking)
            shops = json.loads((here.data / SHOPS_FILE).read_text())
            tell(summary.text(here, kept, shops, time.monotonic() - began, missing))
            supervisor.watch()
        except Stopped:
            pass
        tell("正在停止… · stopping ...")
        supervisor.stop("web", "worker")
        supervisor.stop("simulator")
        supervisor.stop("postgres")
    tell("已停止 · stopped")


def start(here: Place, kept: Secrets, supervisor: Supervisor) -> None:
    """Bring everything up, in the order in which one needs the other."""
    ours = environment(here, kept)
    step("数据库与微信模拟器 · database and WeChat simulator")
    if not here.database_url:
        hold = python("-m", "infra.embedded_postgres", "hold", str(here.postgres))
        supervisor.start(Program("postgres", hold, ours, stop_seconds=60))
    supervisor.start(Program("simulator", simulator(here), ours))
    if not here.database_url:
        supervisor.wait_for(
            "postgres", lambda: embedded_postgres.running(here.postgres), DATABASE_SECONDS
        )
    supervisor.wait_for("simulator", lambda: wechat.is_up(here.simulator_url), START_SECONDS)
    prepare(here, kept, supervisor)
    step("网站与任务 · web and worker")
    supervisor.start(Program("worker", python("-m", "config.worker"), ours))
    supervisor.start(Program("web", web(here), web_environment(ours)))
    seed(here, kept, supervisor)
    supervisor.wait_for("web", lambda: answers(f"{here.url}/livez"), START_SECONDS)
    wechat.push_to(here.simulator_url, here.url)
    wechat.list_server(here.simulator_url, str(urlsplit(ours["MINI_PROGRAM_API_BASE"]).hostname))


def preview(here: Place, supervisor: Supervisor, lacking: str) -> str:
    """Wait for the mini-program's bundle; return what keeps it from being shown, else nothing.

    A bundle that was built before is shown where none can be built now.
    """
    if lacking:
        return "" if bundle.is_there() else summary.without_node(lacking)
    step("小程序预览 · preview of the mini-program")
    if supervisor.finish("bundle", bundle.SECONDS) or bundle.is_there():
        return ""
    return summary.not_built(here.logs / "bundle.log")


def prepare(here: Place, kept: Secrets, supervisor: Supervisor) -> None:
    """Bring the database up to date, unless nothing has changed since the last time."""
    mark, fingerprint = here.postgres / "prepared", preparation.of_database()
    if not here.database_url and preparation.is_done(mark, fingerprint):
        return
    step("数据库结构 · database schema")
    ours = environment(here, kept)
    manage = python(str(ROOT / "manage.py"))
    supervisor.run(Program("prepare", [*manage, "prepare_database"], ours))
    password = {"SUPERUSER_PASSWORD": kept.superadmin_password}
    superuser = [*manage, "ensure_superuser", "--email", SUPERADMIN]
    supervisor.run(Program("superuser", superuser, {**ours, **password}))
    if not here.database_url:
        preparation.done(mark, fingerprint)


def seed(here: Place, kept: Secrets, supervisor: Supervisor) -> None:
    """Make the demo's shops, unless they were made from the same wares."""
    mark, fingerprint = here.data / "seeded", preparation.of_seeds()
    if preparation.is_done(mark, fingerprint) and not here.database_url and is_known(here):
        return
    step("两家示例小铺 · two demo shops")
    command = python("-m", "infra.demo.seeds", str(here.data), here.simulator_url)
    supervisor.run(Program("seeds", command, environment(here, kept)))
    preparation.done(mark, fingerprint)


def is_known(here: Place) -> bool:
    """Tell whether the simulator still has the shops' mini-programs: its page can forget them."""
    shops = json.loads((here.data / SHOPS_FILE).read_text())
    return all(wechat.knows(here.simulator_url, shop["appid"]) for shop in shops)


def environment(here: Place, kept: Secrets) -> dict[str, str]:
    """Return the environment of the platform's programs: the caller's, with the demo's values."""
    return {
        "LOG_JSON": "no",
        "SPARE_SCHEMAS": SPARE_SHOPS,
        "PREVIEW_MINUTES": PREVIEW_MINUTES,
        "MINI_PROGRAM_API_BASE": API_BASE,
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(here.data),
        "DATABASE_URL": here.owner_url,
        "PUBLIC_URL": here.url,
        "PREVIEW_URL": here.preview_url,
        "SECRET_KEY": kept.secret_key,
        "INTERNAL_TOKEN": kept.internal_token,
        "WECHAT_CREDENTIALS_FILE": str(here.wechat / "credentials.json"),
    }


def web_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the web's environment: the application's login instead of the owner's."""
    login = app_url(ours["DATABASE_URL"], ours["SECRET_KEY"])
    return {**ours, "DATABASE_URL": "", "APP_DATABASE_URL": login}


def simulator(here: Place) -> list[str]:
    """Return the command of the WeChat simulator."""
    port, data = str(here.simulator_port), str(here.wechat)
    return python("-m", "infra.wechat_simulator", "--port", port, "--data", data)


def web(here: Place) -> list[str]:
    """Return the command of the web server. It logs no requests: the platform does that itself."""
    return python(
        "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(here.port),
        "--workers", "1", "--blocking-threads", os.environ.get("WEB_THREADS") or "4",
        "--no-ws", "--workers-kill-timeout", "4", "config.wsgi:application",
    )  # fmt: skip


def answers(url: str) -> bool:
    """Tell whether the address answers 200."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    with suppress(OSError, HTTPException):
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    return False


def step(what: str) -> None:
    """Say what happens now."""
    tell(f"  … {what}")


def tell(sentence: str, file: TextIO | None = None) -> None:
    """Say a sentence; nobody listening is no reason to end badly."""
    with suppress(OSError):
        print(sentence, file=file, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""infra/deployment on Debian's PostgreSQL 15 and nginx: the shipped files, run as systemd runs them."""

import functools
import gzip
import hashlib
import json
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psycopg
import pytest
import requests

from infra.backups import taking
from infra.backups.places import bases, dumps
from infra.first_sale import journey, visitors
from infra.first_sale.__main__ import CATALOGUE
from infra.first_sale.checking import eventually
from tests.infra.machine import Machine, installed, require_packages, web_units
from tests.infra.units import Supervisor

OWNER, PASSWORD = "owner@example.com", "a long and quiet river"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Machine, Supervisor]]:
    require_packages()
    with installed() as (machine, supervisor):
        yield machine, supervisor


@pytest.fixture(scope="module")
def machine(running: tuple[Machine, Supervisor]) -> Machine:
    return running[0]


@pytest.fixture(scope="module")
def supervisor(running: tuple[Machine, Supervisor]) -> Supervisor:
    return running[1]


@pytest.fixture(scope="module")
def web(machine: Machine) -> Iterator[requests.Session]:
    """A browser that trusts the machine's certificate."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(machine.certificate)
        yield session


@pytest.fixture(scope="module")
def sold(machine: Machine) -> journey.Outcome:
    """A shop opened, sold, was paid and gave back, all of it through nginx and TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visitors.requests, "Session", functools.partial(_trusting, machine))
        return journey.run(machine, CATALOGUE, lambda _: None, email=OWNER)


def _trusting(machine: Machine, kind: type[requests.Session] = requests.Session) -> requests.Session:
    session = kind()
    session.verify = str(machine.certificate)
    return session


def test_the_units_are_as_systemd_wants_them(machine: Machine) -> None:
    folder = machine.root / "systemd"
    names = [p.name.replace("@.", "@1.") for p in folder.iterdir() if p.is_file()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    for name in names:
        if name.endswith(".service"):
            unit = machine.unit(name)
            assert unit.one("NoNewPrivileges") == "yes"
            assert unit.one("ProtectSystem") == "strict"
            assert unit.one("User") in {"xiaopu", "postgres"}


def test_a_whole_sale_passes_through_nginx(machine: Machine, sold: journey.Outcome) -> None:
    assert sold.checks_count > 50
    told = (machine.root / "log" / "access.log").read_text().splitlines()
    hooks = [line for line in map(json.loads, told) if line["status"] == 204]
    assert len(hooks) >= 2, "WeChat's callbacks came through nginx"
    assert all(line["path"] == "-" for line in hooks), "their secret address stands in no log"


def test_one_id_finds_a_request_in_both_logs(machine: Machine, sold: journey.Outcome, web: requests.Session) -> None:
    answer = web.get(f"{machine.url}/s/{sold.shop}/v1/products")
    assert answer.status_code == 200
    request_id = answer.headers["X-Request-ID"]
    nginx, webs = machine.root / "log" / "access.log", machine.root / "logs"

    def told() -> bool:  # who answers writes it down after the answer has gone
        ours = "".join(path.read_text() for path in webs.glob("xiaopu-web@*"))
        return request_id in nginx.read_text() and request_id in ours

    eventually("both logs tell of it", told)


def test_the_database_is_set_as_it_should_be(machine: Machine) -> None:
    done = machine.manage("check_server")
    assert (done.returncode, done.stdout.strip()) == (0, "PostgreSQL is set as it should be.")
    with psycopg.connect(machine.place.owner_url) as connection:
        [(is_superuser,)] = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchall()
    assert not is_superuser
    shipped = (machine.root / "postgresql" / "xiaopu.conf").read_text()
    for name, value in taking.settings(machine.root / "backups").items():
        assert f"{name} = '{value}'\n" in shipped


def test_a_web_process_does_not_know_the_owners_login(machine: Machine) -> None:
    known = machine.unit("xiaopu-web@8001.service").environment
    assert "DATABASE_URL" not in known
    assert "xiaopu_owner" not in " ".join(known.values())
    assert "SECRET_KEY" not in machine.unit("xiaopu-base-backup.service").environment


def test_http_leads_to_https(machine: Machine) -> None:
    asked = f"http://localhost:{machine.ports[0]}"
    answer = requests.get(f"{asked}/start/?a=b", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{machine.url}/start/?a=b")
    challenge = machine.root / "www" / ".well-known" / "acme-challenge" / "token"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("proof")
    assert requests.get(f"{asked}/.well-known/acme-challenge/token").text == "proof"


def test_a_stranger_host_name_gets_nothing(machine: Machine) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", machine.ports[1])) as plain,
        pytest.raises(ssl.SSLError, match="unrecognized"),
    ):
        context.wrap_socket(plain, server_hostname="other.example.com")


def test_the_preview_is_another_origin(machine: Machine, web: requests.Session) -> None:
    host = {"Host": f"preview.localhost:{machine.ports[1]}"}
    assert web.get(f"{machine.url}/start/", headers=host).status_code == 404
    assert web.get(f"{machine.url}/static/portal/portal.css", headers=host).status_code == 404
    assert web.get(f"{machine.url}/s/nobody/v1/shop", headers=host).json()["code"] == "no_such_shop"


def test_static_files_are_kept_for_a_year(machine: Machine, web: requests.Session) -> None:
    page = web.get(f"{machine.url}/accounts/signup/")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert all(cookie.secure for cookie in web.cookies)
    [path] = set(re.findall(r'/static/portal/portal\.[0-9a-f]{12}\.css', page.text))
    style = web.get(machine.url + path)
    assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert style.headers["Content-Encoding"] == "gzip"
    assert style.headers["Content-Type"] == "text/css"
    plain = web.get(f"{machine.url}/static/portal/portal.css")
    assert plain.headers["Cache-Control"] == "public, max-age=3600"


def test_pictures_are_served_and_nothing_else_that_lies_beside_them(machine: Machine, web: requests.Session) -> None:
    media = machine.place.data / "media"
    for name, content in (("bills/a/day.gz", gzip.compress(b"money")), ("shop/a/tea.webp", b"RIFF")):
        (media / name).parent.mkdir(parents=True)
        (media / name).write_bytes(content)
    shown = web.get(f"{machine.url}/media/shop/a/tea.webp")
    assert (shown.status_code, shown.content) == (200, b"RIFF")
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in shown.headers
    assert web.get(f"{machine.url}/media/bills/a/day.gz").status_code == 404
    assert web.get(f"{machine.url}/media/../archives/x.png").status_code == 404


def test_metrics_stay_on_the_machine(machine: Machine, web: requests.Session) -> None:
    token = machine.environment["INTERNAL_TOKEN"]
    asked = {"Authorization": f"Bearer {token}"}
    assert web.get(f"{machine.url}/metrics", headers=asked).status_code == 404
    port, _ = ports_of(*web_units(machine))
    told = requests.get(f"http://127.0.0.1:{port}/metrics", headers=asked)
    assert "http_requests_total" in told.text


def test_what_is_too_large_is_answered(machine: Machine, sold: journey.Outcome, web: requests.Session) -> None:
    much = b"0" * (27 * 2**20)
    refused = web.post(f"{machine.url}/b/{sold.shop}/v1/imports", data=much)
    assert refused.status_code == 413
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "file_too_large"
    page = web.post(f"{machine.url}/accounts/signup/", data=much)
    assert page.status_code == 413
    assert "25 MB" in page.text
    assert web.post(f"{machine.url}/hooks/wechat/component", data=much[: 2 * 2**20]).status_code == 413
    almost = web.post(f"{machine.url}/b/{sold.shop}/v1/imports", data=much[: 20 * 2**20])
    assert almost.status_code in {401, 403}, "it comes through, and the platform itself answers"


def test_killed_web_processes_come_back_and_nobody_sees_one_die(
    machine: Machine, supervisor: Supervisor, sold: journey.Outcome, web: requests.Session
) -> None:
    address = f"{machine.url}/s/{sold.shop}/v1/products"
    first, second = web_units(machine)
    with customers(machine, address) as answers:
        for name in (first, second):
            supervisor.kill(name)
            eventually(f"{name} answers again", lambda: all(map(is_up, ports_of(first, second))))
    assert set(answers) == {200}
    supervisor.kill(first, second)
    away = web.get(address)
    assert (away.status_code, away.headers["Retry-After"]) == (503, "2")
    assert away.json()["code"] == "temporarily_unavailable"
    assert web.get(f"{machine.url}/start/").status_code == 503
    eventually("the shop is back", lambda: web.get(address).status_code == 200)


def test_new_code_is_taken_up_without_a_lost_request(
    machine: Machine, supervisor: Supervisor, sold: journey.Outcome
) -> None:
    with customers(machine, f"{machine.url}/s/{sold.shop}/v1/products") as answers:
        for name in web_units(machine):
            supervisor.restart(name)
    assert set(answers) == {200}
    assert len(answers) > 20


def test_an_export_is_made_on_one_machine_and_fetched_from_both(
    machine: Machine, sold: journey.Outcome
) -> None:
    words = "from tenants.models import Account; it = Account.objects.get(email={!r}); it.set_password({!r}); it.save()"
    assert machine.manage("shell", "--command", words.format(OWNER, PASSWORD)).returncode == 0
    owner = visitors.Browser(machine.url)
    owner.session.verify = str(machine.certificate)
    owner.fill_in("/accounts/login/", {"login": OWNER, "password": PASSWORD})
    page = f"/shops/{sold.shop}/exports/"
    owner.fill_in(page, {}, action=f"{page}make/")
    fetch = eventually(
        "the export", lambda: re.search(rf"{page}\d+/fetch/", owner.ask("GET", page).text), 60
    )
    link = owner.fill_in(page, {}, action=fetch[0])
    forwarded = {"Host": f"localhost:{machine.ports[1]}", "X-Forwarded-Proto": "https"}
    for port in ports_of(*web_units(machine)):
        file = requests.get(f"http://127.0.0.1:{port}{link}", headers=forwarded)
        assert (file.status_code, file.content[:2]) == (200, b"PK")
        assert hashlib.sha256(file.content).hexdigest() == file.headers["X-Archive-Sha256"]


def test_guesses_at_a_password_are_counted_over_all_web_processes(machine: Machine) -> None:
    ports = ports_of(*web_units(machine))
    host = machine.url.removeprefix("https://")
    known = {"Host": host, "X-Forwarded-Proto": "https", "Accept-Language": "en"}

    def guess(port: str) -> str:
        page = f"http://127.0.0.1:{port}/accounts/login/"
        token = requests.get(page, headers=known).cookies["csrftoken"]
        said = {"Referer": f"{machine.url}/", "Cookie": f"csrftoken={token}", "X-CSRFToken": token}
        words = {"login": "nobody@example.com", "password": "wrong"}
        answer = requests.post(page, data=words, headers=known | said)
        assert answer.status_code == 200, answer.text
        return answer.text

    told = [guess(port) for port in (ports * 3)[:5]]
    assert not [text for text in told if "Too many failed" in text]
    assert ["Too many failed" in guess(port) for port in ports] == [True, True]


def test_the_timers_take_backups_that_hold(machine: Machine, sold: journey.Outcome) -> None:
    backups = machine.root / "backups"
    base = machine.unit("xiaopu-base-backup.service")
    said = base.run(PGUSER="postgres")  # which systemd's User= makes of it
    assert str(backups / "base") in said
    [(_, path)] = bases(backups)
    assert taking.verify(path) > 1_000
    taking.settle(machine.place.owner_url)  # by the owner, as restore_shop does it
    assert len(list((backups / "wal").iterdir())) > 1
    said = machine.unit("xiaopu-shop-dumps.service").run()
    assert "1 shops" in said
    [(_, dump)] = dumps(machine.root / "backups-shops")[sold.shop]
    assert dump.parent.parent.stat().st_mode & 0o077 == 0
    for name in ("base-backup", "shop-dumps"):
        timer = machine.unit(f"xiaopu-{name}.timer")
        assert timer.one("Persistent") == "true"
        calendar = ["systemd-analyze", "calendar", timer.one("OnCalendar")]
        assert subprocess.run(calendar, capture_output=True, check=False).returncode == 0


def test_logs_are_rotated_and_nginx_follows(machine: Machine, web: requests.Session) -> None:
    log = machine.root / "log" / "access.log"
    config = machine.root / "logrotate" / "xiaopu"
    if os.geteuid() != 0:  # nobody else may give files away
        config.write_text(re.sub(r"create .*", "create", config.read_text()))
    config.chmod(0o644)
    rotate = ["/usr/sbin/logrotate", "--state", str(machine.root / "rotated"), str(config)]
    tried = subprocess.run([*rotate, "--debug"], capture_output=True, text=True, check=False)
    assert (tried.returncode, "error:" in tried.stderr) == (0, False), tried.stderr
    web.get(f"{machine.url}/livez")
    forced = subprocess.run([*rotate, "--force"], capture_output=True, text=True, check=False)
    assert forced.returncode == 0, forced.stderr
    assert log.with_suffix(".log.1").stat().st_size > 0

    def written() -> bool:
        web.get(f"{machine.url}/livez")
        return log.stat().st_size > 0

    eventually("nginx writes to the new file", written)


@contextmanager
def customers(machine: Machine, address: str) -> Iterator[list[int]]:
    """Three customers ask all the while; yield the list of what they were answered."""
    answers: list[int] = []
    is_over = Event()

    def ask() -> None:
        with _trusting(machine) as session:
            session.trust_env = False
            while not is_over.is_set():
                answers.append(session.get(address, timeout=30).status_code)
                time.sleep(0.02)

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def ports_of(*names: str) -> list[str]:
    return [re.findall(r"@(\d+)", name)[0] for name in names]


def is_up(port: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{port}/livez", timeout=5).status_code == 200
    return False

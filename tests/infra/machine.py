"""One machine with Debian's packages, as infra/deployment installs it, below one directory.

Only paths, ports and host names of the shipped files are put in another way; nothing is left out.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.environment import app_url
from infra import embedded_postgres, ports
from infra.backups import places
from infra.demo import wechat
from infra.demo.__main__ import simulator
from infra.demo.place import ROOT, Place
from infra.first_sale import journey
from infra.stage.programs import Guard, Program
from infra.stage.stage import Stage
from tests.infra import units
from tests.infra.units import Supervisor, Unit

SHIPPED = ROOT / "infra" / "deployment"
BIN = Path("/usr/lib/postgresql/15/bin")
HBA = """
local all,replication postgres trust
host  all all 127.0.0.1/32 scram-sha-256
"""
WORKERS = ("xiaopu-worker@1.service", "xiaopu-worker@2.service")


def require_packages() -> None:
    """Skip loudly where Debian's packages are missing; fail in CI."""
    wanted = {"nginx": "nginx", "logrotate": "logrotate", "openssl": "openssl", "curl": "curl",
              "systemd-analyze": "systemd"}  # fmt: skip
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [package for name, package in wanted.items() if not shutil.which(name, path=path)]
    missing += [] if (BIN / "initdb").exists() else ["postgresql-15"]
    if missing:
        why = f"the deployment was NOT tested: Debian's {', '.join(missing)} is not here"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


@dataclass
class Machine(Stage):
    """The stage of a journey, behind nginx and TLS. Its programs are systemd's units."""

    root: Path = Path()
    ports: tuple[int, int] = (0, 0)
    """Of http and https."""

    @property
    def url(self) -> str:
        """Return the address that browsers and WeChat know."""
        return f"https://localhost:{self.ports[1]}"

    @property
    def certificate(self) -> Path:
        """Return the file that makes a client trust us."""
        return self.root / "etc" / "tls" / "fullchain.pem"

    def unit(self, name: str) -> Unit:
        """Return one of our units."""
        return units.read(self.root / "systemd", name)

    def installed(self, name: str) -> Path:
        """Return a shipped file as it is installed here, by its path in infra/deployment."""
        return self.root / name


@contextmanager
def installed() -> Iterator[tuple[Machine, Supervisor]]:
    """Install, start everything, end everything."""
    root = Path(tempfile.mkdtemp(prefix="xiaopu-machine-"))
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, root)
        guard = Guard(None)
        ending.callback(guard.leave)
        numbers = {name: ports.free() for name in ("http", "https", "web1", "web2", "postgres", "wechat")}
        _put_files(root, numbers)
        owner = _database(root, numbers["postgres"], guard, ending)
        place = Place(root / "data", numbers["web1"], numbers["wechat"], owner)
        machine = Machine(place, guard, {}, {}, root, (numbers["http"], numbers["https"]))
        _certificate(root)
        _wechat(machine, ending)
        _settings(machine)
        machine.environment = machine.unit(WORKERS[0]).environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
        collect = ["collectstatic", "--noinput", "--verbosity", "0"]
        for command in (["prepare_database"], collect):
            done = machine.manage(*command)
            assert done.returncode == 0, done.stdout[-4000:]
        _nginx(machine, ending)
        beside = _second(machine)
        with Supervisor(guard, root / "logs") as supervisor:
            first, second = web_units(machine)
            supervisor.start(machine.unit(WORKERS[0]), machine.unit(first))
            supervisor.start(beside(machine.unit(WORKERS[1])), beside(machine.unit(second)))
            wechat.push_to(machine.simulator_url, machine.url)
            yield machine, supervisor


def web_units(machine: Machine) -> list[str]:
    """Return the web processes that the target starts, with the ports that they have here."""
    return re.findall(r"xiaopu-web@\d+\.service", machine.installed("systemd/xiaopu.target").read_text())


def _second(machine: Machine) -> Callable[[Unit], Unit]:
    """Make the disk of a second machine, which shares only pictures and exports; move units there."""
    there = machine.root / "data-of-the-second"
    there.mkdir()
    shutil.copytree(machine.place.data / "static", there / "static")
    for name in ("media", "archives"):
        (there / name).symlink_to(machine.place.data / name)
    settings = machine.root / "etc" / "second.env"
    settings.write_text(f"DATA_DIR={there}\n")

    def moved(unit: Unit) -> Unit:
        files = [*unit.settings["EnvironmentFile"], str(settings)]
        return replace(unit, settings={**unit.settings, "EnvironmentFile": files})

    return moved


def _put_files(root: Path, ports: dict[str, int]) -> None:
    """Lay the shipped files down, with our paths, ports and host names."""
    others = {
        "/opt/xiaopu/current": str(ROOT),
        "/etc/nginx/xiaopu": f"{root}/nginx",
        "/etc/xiaopu": f"{root}/etc",
        "/var/lib/xiaopu": f"{root}/data",
        "/var/backups/xiaopu": f"{root}/backups",
        "/var/log/xiaopu": f"{root}/log",
        "/var/www/xiaopu": f"{root}/www",
        "/run/postgresql": f"{root}/postgres",
        "/run/nginx.pid": f"{root}/nginx.pid",
        "shops.example.com": "localhost",
        "preview.example.com": "preview.localhost",
        "https://$host$": f"https://$host:{ports['https']}$",
        "8001": str(ports["web1"]),
        "8002": str(ports["web2"]),
        "xiaopu?host=": f"xiaopu?port={ports['postgres']}&host=",
    }
    for shipped in SHIPPED.rglob("*"):
        if shipped.is_dir() or shipped.parent == SHIPPED:
            continue
        text = shipped.read_text()
        for name, value in others.items():
            text = text.replace(name, value)
        if shipped.parent.name == "nginx":
            text = re.sub(r"listen \[::\].*\n", "", text)
            text = text.replace("listen 80", f"listen 127.0.0.1:{ports['http']}")
            text = text.replace("listen 443", f"listen 127.0.0.1:{ports['https']}")
        target = root / shipped.relative_to(SHIPPED)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    for name in ("etc/tls", "data/static", "data/media", "data/archives", "log", "logs", "www",
                 "backups/wal", "backups-shops", "nginx/local", "postgres"):  # fmt: skip
        (root / name).mkdir(parents=True, exist_ok=True)


def _database(root: Path, port: int, guard: Guard, ending: ExitStack) -> str:
    """Start PostgreSQL 15 as Debian's package lays it out; return the owner's URL."""
    home, cluster = root / "postgres", root / "postgres" / "main"
    places.give_to_server(home)
    places.give_to_server(root / "backups")
    server = {"cwd": home, "as_server": True}
    places.run([BIN / "initdb", "-D", cluster, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync"], **server)  # fmt: skip
    (cluster / "conf.d").mkdir()
    shutil.copy(root / "postgresql" / "xiaopu.conf", cluster / "conf.d")
    (cluster / "pg_hba.conf").write_text(HBA)
    with (cluster / "postgresql.conf").open("a") as conf:  # as Debian's own file has it
        conf.write(f"include_dir = 'conf.d'\nport = {port}\nunix_socket_directories = '{home}'\n")
    places.give_to_server(cluster / "conf.d")
    cluster.chmod(0o700)
    control = [BIN / "pg_ctl", "-D", cluster, "-w", "-l", home / "log"]
    try:
        places.run([*control, "start"], **server)
    except places.ProgramFailed as error:
        error.add_note((home / "log").read_text())
        raise
    guard.watch(int((cluster / "postmaster.pid").read_text().split()[0]))
    ending.callback(places.run, [*control, "-m", "immediate", "stop"], **server)
    password = secrets.token_hex(24)
    subprocess.run(
        ["psql", "--quiet", "--no-psqlrc", "-h", home, "-p", str(port), "-U", "postgres",
         f"--set=password={password}", "--file", root / "postgresql" / "database.sql", "postgres"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return f"postgresql://xiaopu_owner:{password}@127.0.0.1:{port}/xiaopu"


def _certificate(root: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,DNS:preview.localhost",
         "-keyout", root / "etc/tls/privkey.pem", "-out", root / "etc/tls/fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def _wechat(machine: Machine, ending: ExitStack) -> None:
    """Start the simulator: it trusts our certificate, as WeChat trusts that of an authority."""
    environment = {**units.NOTHING, "SSL_CERT_FILE": str(machine.certificate)}
    log = machine.root / "logs" / "simulator.log"
    program = Program("simulator", simulator(machine.place), environment, log, machine.guard)
    machine.programs["simulator"] = program
    ending.callback(program.stop)
    program.start()
    machine.wait_until("simulator")


def _settings(machine: Machine) -> None:
    """Write the two files that install.sh writes."""
    key, owner, etc = secrets.token_hex(48), machine.place.owner_url, machine.root / "etc"
    ours = {
        "SECRET_KEY": key,
        "APP_DATABASE_URL": app_url(owner, key),
        "PUBLIC_URL": machine.url,
        "PREVIEW_URL": machine.url.replace("localhost", "preview.localhost"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "TRUSTED_PROXIES": "1",
        "DATA_DIR": str(machine.place.data),
        "STATIC_HASHED": "yes",
        "WEB_THREADS": "4",
        "WEB_PROCESSES": "2",
        "WORKER_PROCESSES": "2",
        "BACKUP_DAYS": "35",
        "INTERNAL_TOKEN": secrets.token_hex(24),
        "EMAIL_FROM": '"Xiaopu <noreply@localhost>"',
        "WECHAT_CREDENTIALS_FILE": str(machine.place.wechat / "credentials.json"),
        "SPARE_SCHEMAS": "1",
        **journey.SETTINGS,
    }
    (etc / "xiaopu.env").write_text("".join(f"{name}={value}\n" for name, value in ours.items()))
    (etc / "owner.env").write_text(f"DATABASE_URL={owner}\n")


def _nginx(machine: Machine, ending: ExitStack) -> None:
    """Start Debian's nginx with the shipped site, in the place of sites-enabled."""
    root = machine.root
    is_root = os.geteuid() == 0
    if is_root:  # what `adduser www-data xiaopu` gives on a true machine
        embedded_postgres.let_through(root / "data" / "static")
        for path in (root / "data", root / "www"):
            for each in [path, *path.rglob("*")]:
                shutil.chown(each, group="www-data")
                if each.is_dir():
                    each.chmod(0o2750)
    (root / "nginx.conf").write_text(
        f"{'user www-data;' if is_root else ''}\nworker_processes 2;\npid {root}/nginx.pid;\n"
        f"error_log {root}/log/error.log;\nevents {{ worker_connections 768; }}\n"
        "http {\nsendfile on;\ninclude /etc/nginx/mime.types;\ndefault_type application/octet-stream;\n"
        + "".join(
            f"{name}_temp_path {root}/nginx/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {root}/nginx/xiaopu.conf;\n}}\n"
    )
    command = ["/usr/sbin/nginx", "-p", str(root), "-c", str(root / "nginx.conf"), "-g", "daemon off;"]
    test = subprocess.run([*command[:-2], "-t"], capture_output=True, text=True, check=False)
    assert test.returncode == 0, test.stderr
    assert "warn" not in test.stderr, test.stderr
    program = Program("nginx", command, units.NOTHING, root / "logs" / "nginx.log", machine.guard)
    ending.callback(program.stop)
    program.start()
    for port in machine.ports:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert program.is_running, program.said()

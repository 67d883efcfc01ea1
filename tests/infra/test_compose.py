"""compose.yaml says the same as the units. There is no Docker here: it is read, not run."""

import re
from typing import Any

import pytest
import yaml

from infra.demo.place import ROOT
from tests.infra import units

SHIPPED = ROOT / "infra" / "deployment"
KNOWN = {
    "image", "build", "network_mode", "env_file", "restart", "read_only", "tmpfs", "cap_drop",
    "security_opt", "depends_on", "volumes", "stop_grace_period", "command", "environment", "secrets",
    "shm_size", "healthcheck", "profiles", "user",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((SHIPPED / "compose.yaml").read_text())
    return read


def words_of(unit: str, key: str = "ExecStart") -> list[list[str]]:
    """The commands of a unit, with the paths and figures of a container."""
    read = units.read(SHIPPED / "systemd", unit)
    values = {
        "WEB_HOST": "127.0.0.1", "WEB_THREADS": "4", "DUMP_DAYS": "7", "DUMP_MINUTES": "240",
        "BACKUP_DAYS": "${BACKUP_DAYS:-35}",
    }  # fmt: skip
    return [
        [re.sub(r"\$\{(\w+)\}", lambda m: values[m[1]], w) for w in line.replace("/opt/xiaopu/current/", "").split()]
        for line in read.settings[key]
    ]


def test_every_part_of_the_file_is_one_that_compose_knows(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service) <= KNOWN, name
        assert "image" in service, name
        for needed in service.get("depends_on", ()):
            assert needed in services, (name, needed)
        for secret in service.get("secrets", ()):
            assert secret in compose["secrets"]
        for volume in service["volumes"]:
            source, target, *_ = volume.split(":")
            assert target.startswith("/")
            if source.startswith("./"):
                assert (SHIPPED / source).exists(), source
            elif not source.startswith("/"):
                assert source in compose["volumes"], source
    assert {key for key in compose if not key.startswith("x-")} == {"name", "services", "volumes", "secrets"}


@pytest.mark.parametrize(
    ("service", "unit"),
    [
        ("web-8001", "xiaopu-web@8001.service"),
        ("web-8002", "xiaopu-web@8002.service"),
        ("worker-1", "xiaopu-worker@1.service"),
        ("shop-dumps", "xiaopu-shop-dumps.service"),
        ("base-backup", "xiaopu-base-backup.service"),
    ],
)
def test_a_container_runs_what_its_unit_runs(compose: dict[str, Any], service: str, unit: str) -> None:
    here = compose["services"][service]
    words = here["command"]
    if words[:2] == ["sh", "-c"]:
        words = words[2].replace("$$0", words[3]).replace("$$", "$")
        assert " ".join(words.split()) == " && ".join(" ".join(line) for line in words_of(unit))
    else:
        assert [words] == words_of(unit)
    read = units.read(SHIPPED / "systemd", unit)
    files = read.settings["EnvironmentFile"]
    assert here["env_file"] == files
    if "stop_grace_period" in here:
        assert here["stop_grace_period"] == read.one("TimeoutStopSec") + "s"
    assert (here["restart"] == "always") == (read.one("Restart") == "always")


def test_the_machine_starts_the_same_processes(compose: dict[str, Any]) -> None:
    target = (SHIPPED / "systemd" / "xiaopu.target").read_text()
    wanted = {f"{kind}-{instance}" for kind, instance in re.findall(r"xiaopu-(web|worker)@(\d+)", target)}
    assert wanted == {name for name in compose["services"] if name.startswith(("web-", "worker-"))}
    site = (SHIPPED / "nginx" / "xiaopu.conf").read_text()
    ports = {f"web-{port}" for port in re.findall(r"server 127\.0\.0\.1:(\d+)", site)}
    assert ports == {name for name in wanted if name.startswith("web-")}

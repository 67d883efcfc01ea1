"""A thousand mini-programs, a real simulator, real workers that are killed, and one train.

All of them run an old version when it starts. Ten are taken away by their owners on the way, and
the last wave is refused and the train aborted: so some end on the old version, and every one on
exactly the version that our rows say, which WeChat is asked for.

The shops' rows name schemas that do not exist: whatever entered one of them would fail, and its
message would be set aside.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings

from kernel import clock, identifiers
from tenants import context
from tenants.models import MiniProgram, Tenant
from tenants.programs.models import Setting
from tenants.releases import library, quota
from tenants.releases.models import Quota, Release, ReleaseStep, Template
from tenants.trains import actions, queries
from tenants.trains.actions import TrainFilter
from tenants.trains.models import ReleaseTrain, TrainCar
from tests.tenants.wechat_stage import Simulator
from wechat import breaker, vault
from wechat.models import AccessToken

ROOT = Path(__file__).resolve().parents[2]
SHOPS = 1_000
BY = "staff@example.com"
FIRST_GRANT = 400
"""Of the month's audits: the train comes to rest when they are spent."""
LOST = 10
"""So many owners take their app away while the train runs."""
LAST_WAVE = 15
WAVES = (2, 20, 300, SHOPS - 2 - 20 - 300 - LAST_WAVE, LAST_WAVE)
OLD, NEW = "1.0.0", "2.0.0"


class Workers:
    """Two worker processes, and the hand that kills them."""

    def __init__(self, simulator: Simulator) -> None:
        self._environment = os.environ | {
            "WECHAT_CREDENTIALS_FILE": str(simulator.credentials_file),
            "JOBS_HEARTBEAT_SECONDS": "1",
            "WORKER_THREADS": "4",
            "LOG_LEVEL": "ERROR",
        }
        self.processes = [self._start(), self._start()]
        self.kills = 0

    def _start(self) -> "subprocess.Popen[bytes]":
        script = str(ROOT / "tests" / "tenants" / "train_worker.py")
        return subprocess.Popen([sys.executable, script], env=self._environment, cwd=ROOT)

    def kill_and_restart(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(10)
            self.kills += 1
        self.processes = [self._start(), self._start()]

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)


@pytest.fixture
def platform(django_db_setup, django_db_blocker, tmp_path) -> Iterator[Simulator]:
    """A simulator with a thousand mini-programs on the old version, and our rows that say so.

    Its pushes go nowhere: the train finds out by itself.
    """
    simulator = Simulator(tmp_path)
    breaker.reset()
    settings = {"WECHAT": simulator.credentials}
    with django_db_blocker.unblock(), override_settings(**settings), context.public():
        _empty_the_queue()
        simulator.push_ticket()
        simulator.control("PUT", "component", {"message_url": ""})
        simulator.control("PUT", "settings", {"detection_seconds": 0, "audit_quota": FIRST_GRANT})
        wx = simulator.new_template(OLD)
        wish = {"count": SHOPS, "released_template_id": wx}
        old = library.register_template(version=OLD, wx_template_id=wx)
        _make_shops(simulator.control("POST", "mini_programs/bulk", wish), old)
        yield simulator
        connections["default"].close()
        _clean()
    simulator.stop()


def _make_shops(bulk: dict[str, list[dict[str, str]]], old: Template) -> None:
    made = bulk["mini_programs"]
    word = identifiers.opaque(5)
    tenants = Tenant.objects.bulk_create(
        Tenant(
            name=f"Train {word} {n}",
            public_id=f"tr{word}{n}",
            code=f"{word[:3]}{n}".upper(),
            schema_name=f"t_train_{word}_{n}",
            state="trial",
        )
        for n in range(len(made))
    )
    programs = MiniProgram.objects.bulk_create(
        MiniProgram(tenant=tenant, appid=app["appid"], state="authorised")
        for tenant, app in zip(tenants, made, strict=True)
    )
    Setting.objects.bulk_create(
        Setting(mini_program=program, part=part, state="applied")
        for program in programs
        for part in ("domains", "privacy")
    )
    past = clock.now()
    Release.objects.bulk_create(
        Release(
            mini_program=program,
            template=old,
            ext={},
            ext_hash="",
            state="released",
            released_at=past,
            by=BY,
        )
        for program in programs
    )
    AccessToken.objects.bulk_create(
        AccessToken(
            appid=app["appid"],
            kind="authorizer",
            sealed_token=vault.seal("expired"),
            expires_at=past,
            sealed_refresh_token=vault.seal(app["authorizer_refresh_token"]),
            renewed_at=past,
        )
        for app in made
    )


def _empty_the_queue() -> None:
    """What other tests left for shops that are gone is not this train's doing."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue")


def _clean() -> None:
    """Take away what was committed: other tests find the platform as it was."""
    _empty_the_queue()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM trains_trainstep; DELETE FROM trains_traincar;"
            "DELETE FROM trains_releasetrain; DELETE FROM releases_rejection;"
            "DELETE FROM releases_releasestep; DELETE FROM releases_release;"
            "DELETE FROM releases_template; DELETE FROM releases_quota;"
            "DELETE FROM programs_programstep; DELETE FROM programs_setting;"
            "DELETE FROM wechat_accesstoken;"
            "DELETE FROM tenants_miniprogram WHERE tenant_id IN"
            " (SELECT id FROM tenants_tenant WHERE schema_name LIKE 't_train_%%');"
            "DELETE FROM tenants_tenant WHERE schema_name LIKE 't_train_%%'"
        )


def until(is_so: Callable[[], bool], seconds: float, saying: Callable[[], object]) -> None:
    """Wait until it is so, looking at the quota all the while; thrice as long on a busy machine."""
    last = time.monotonic() + 3 * seconds
    while not is_so():
        row = Quota.objects.first()
        assert row is None or row.used + row.reserved + row.elsewhere <= row.granted, row
        assert time.monotonic() < last, saying()
        time.sleep(0.2)


def state_of(train: ReleaseTrain) -> str:
    train.refresh_from_db()
    return train.state


def figures(train: ReleaseTrain) -> object:
    train.refresh_from_db()
    return train.state, train.wave, train.reason, queries.figures_of(train)


def test_a_thousand_shops_come_to_one_known_version_whatever_dies(platform: Simulator) -> None:
    began = time.monotonic()
    wx = platform.new_template(NEW)
    template = library.register_template(version=NEW, wx_template_id=wx)
    ours = MiniProgram.objects.filter(tenant__name__startswith="Train ")  # others left some, too
    appids = list(ours.order_by("pk").values_list("appid", flat=True))
    assert len(appids) == SHOPS
    train = actions.plan(
        template=template,
        chosen=TrainFilter(),
        canaries=appids[:2],
        waves=WAVES[1:-1],
        most_refusals=1,
        quota_kept=3,
        by=BY,
    )
    quota.refresh()
    cost = queries.cost_of(train)
    assert (cost.waves, cost.audits, cost.left) == (WAVES, SHOPS, FIRST_GRANT)
    assert not cost.is_enough
    assert queries.versions_of(train) == {OLD: SHOPS}
    actions.start(train=train, by=BY)
    workers = Workers(platform)
    try:
        refused = _drive(platform, train, workers, appids)
    finally:
        workers.stop()
    seconds = time.monotonic() - began
    _check(platform, train, refused)
    print(f"\n{seconds:.0f} s, {_told(platform)}, {workers.kills} workers killed")


def _drive(
    platform: Simulator, train: ReleaseTrain, workers: Workers, appids: list[str]
) -> set[str]:
    """Be the staff, the reviewers, the owners and the murderer; return who stays behind."""

    def saying() -> object:
        return figures(train)

    # The canaries pass; nobody else moves before they are decided.
    until(lambda: len(waiting(platform)) == 2, 60, saying)
    assert {a["appid"] for a in waiting(platform)} == set(appids[:2])
    assert TrainCar.objects.exclude(wave=1).exclude(state="waiting").count() == 0
    for appid in appids[:2]:
        decide(platform, appid, "pass")

    # One wave is refused: the train stops by its own rule.
    until(lambda: len(waiting(platform)) == 20, 60, saying)
    audits = [a["appid"] for a in waiting(platform)]
    for place, appid in enumerate(audits):
        decide(platform, appid, "refuse" if place < 2 else "pass", reason="服务类目不符")
    until(lambda: state_of(train) == "stopped", 60, saying)
    assert train.reason == "wave 2: 2 refused"
    assert TrainCar.objects.filter(wave__gt=2).exclude(state="waiting").count() == 0

    # Mended and resumed; the reviewers agree from now on. Killed in the middle of it.
    platform.control("PUT", "settings", {"audit_decision": "pass", "audit_after_seconds": 0})
    actions.resume(train=train, by=BY, again=True)
    until(lambda: done(train) > 100, 120, saying)
    workers.kill_and_restart()

    # The month's audits are spent but for those kept for new shops: it waits for more.
    until(lambda: state_of(train) == "paused", 120, saying)
    assert train.reason == "audit_quota_spent"
    row = Quota.objects.get()
    assert row.granted - row.used - row.reserved - row.elsewhere == 3

    # Ten owners take their apps away, and nobody tells us.
    last = set(_of_wave(train, len(WAVES)))
    lost = set(_of_wave(train, 4, release__state="committed")[:LOST])
    assert len(lost) == LOST
    for appid in lost:
        platform.control("POST", f"mini_programs/{appid}/unauthorise")
    platform.control("PUT", "settings", {"audit_quota": SHOPS + 20})
    quota.refresh()
    actions.resume(train=train, by=BY)
    until(lambda: done(train) > 700, 180, saying)
    workers.kill_and_restart()

    # The last wave is refused, and staff think better of it.
    until(lambda: done(train) > 900, 180, saying)
    platform.control("PUT", "settings", {"audit_decision": "manual"})

    def only_the_last_wave_waits() -> bool:
        apps = [audit["appid"] for audit in waiting(platform)]
        for appid in set(apps) - last:
            decide(platform, appid, "pass")
        return set(apps) == last

    until(only_the_last_wave_waits, 180, saying)
    for appid in sorted(last)[:2]:
        decide(platform, appid, "refuse")
    until(lambda: state_of(train) == "stopped", 60, saying)
    actions.abort(train=train, by=BY, reason="wrong colour")
    until(lambda: _is_settled(train), 60, saying)
    for appid in sorted(last)[2:]:  # WeChat goes on looking at what it has
        decide(platform, appid, "pass")
    until(lambda: _is_idle(), 60, saying)
    return lost | last


def _of_wave(train: ReleaseTrain, wave: int, **more: str) -> list[str]:
    cars = train.cars.filter(wave=wave, **more).order_by("pk")
    return list(cars.values_list("mini_program__appid", flat=True))


def _is_settled(train: ReleaseTrain) -> bool:
    train.refresh_from_db()
    return train.due_at is None and not train.cars.filter(state="running").exists()


def _is_idle() -> bool:
    return not Release.objects.filter(due_at__isnull=False).exists()


def _check(platform: Simulator, train: ReleaseTrain, behind: set[str]) -> None:
    there = platform.control("GET", "released_versions")["versions"]
    here = {s.appid: s.on_version for s in queries.standings_of(train)}
    assert here == there
    assert {appid for appid, version in there.items() if version == OLD} == behind
    assert queries.versions_of(train) == {
        OLD: LOST + LAST_WAVE,
        NEW: SHOPS - LOST - LAST_WAVE,
    }
    cars = Counter(train.cars.values_list("state", "reason"))
    assert cars == {
        ("released", ""): SHOPS - LOST - LAST_WAVE,
        ("failed", "stopped"): LOST,
        ("refused", "refused"): 2,
        ("skipped", "train_aborted"): LAST_WAVE - 2,
    }
    assert (
        MiniProgram.objects.filter(tenant__name__startswith="Train ", state="unauthorised").count()
        == LOST
    )
    _check_quota(platform)
    assert _messages("state = 'rejected' AND tenant = ''") == 0
    assert _messages("tenant IN (SELECT public_id FROM tenants_tenant WHERE name LIKE 'Train %')") == 0


def _messages(which: str) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM dramatiq.queue WHERE {which}")
        return int(cursor.fetchone()[0])


def _check_quota(platform: Simulator) -> None:
    """Everything was submitted once; what was refused and mended, twice."""
    submitted = ReleaseStep.objects.filter(event="submitted").count()
    assert submitted == SHOPS - LOST + 2
    row = Quota.objects.get()
    assert (row.used, row.reserved, row.elsewhere) == (submitted, 0, 0)
    assert platform.control("GET", "settings")["audit_used"] == submitted


def _told(platform: Simulator) -> str:
    used = platform.control("GET", "settings")["audit_used"]
    return f"{SHOPS} shops, {calls(platform)} calls to WeChat, {used} audits used"


def calls(platform: Simulator) -> int:
    """Return how many calls the simulator ever had: it forgets the older ones, not their number."""
    newest: list[dict[str, int]] = platform.control("GET", "events")["events"]
    return newest[0]["id"] if newest else 0


def waiting(platform: Simulator) -> list[dict[str, str]]:
    found: list[dict[str, str]] = platform.control("GET", "audits")["audits"]
    return found


def decide(platform: Simulator, appid: str, decision: str, **more: str) -> None:
    platform.control("POST", f"mini_programs/{appid}/audit", {"decision": decision, **more})


def done(train: ReleaseTrain) -> int:
    return train.cars.filter(release__state="released").count()

"""A process dies at every moment of a flow, once; somebody else takes the flow up again.

Note [moments]. A process touches the outside by SQL, COMMIT, COPY and HTTP. There is a point before
and one after each; nothing happens between the end of one touch and the beginning of the next, so a
moment before each touch, and one after the last, are all the moments there are.

Note [lanes]. A forked child runs the flow for somebody and is killed; the lane, a process that
lives on, takes the flow up as time, WeChat, the queue and people do, and says what is wrong then.
Lanes share the stretches of a flow and have a shop each.

Note [stretches]. Between two effects (a commit, a call, an act of a person at WeChat) a death must
leave no trace. So the moments of such a stretch share somebody: where it begins the child forks a
copy of itself for each moment, which goes on and is killed there; at the last moment the child dies
itself. Then the lane takes the flow up: a trace that any of them left would be there, once for each.

Note [the connection of the dead]. A server that loses its client rolls back and forgets the
session. A lane has two connections: its own, and one that each child inherits and leaves when it is
killed; the lane rolls that back and forgets the session, so that no child waits for a new server
process, which knows no table yet. Nothing is under way on it: children die between touches.
"""

import contextlib
import gc
import json
import logging
import os
import resource
import signal
import time
import traceback
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import ExecStatus

from tenants import context, proofs
from tenants.backend.base import DatabaseWrapper
from tenants.context import Shop
from tests.faults.points import Points
from tests.wechat_simulator.stage import Program, Simulated
from wechat import http
from wechat.credentials import Credentials

PROVED_EVERY = 4
"""So many stretches lie between two proofs of the whole shop: what is wrong there stays wrong."""
CHILD_SECONDS, LANE_SECONDS = 60, 900
"""A process that hangs is as wrong as one that does harm."""
YOUNG_OBJECTS = 50_000
"""So many are made before some are collected: a process makes and drops the same all the time."""
NOWHERE = "http://127.0.0.1:9"
"""Where callbacks go by themselves: the flows carry them by hand."""

Bug = Callable[[], None]


@dataclass(frozen=True)
class Flow:
    """Something that happens to somebody once, whatever dies on the way.

    `build` makes a world out of an open shop and `begin` makes somebody in it. `run` does what is
    left to do; `again` does it as those who repeat themselves, with whoever may be gone by then and
    without them; `wrong` goes to the end and says what is not as it must be.
    """

    name: str
    build: Callable[[Shop, Simulated], Any]
    begin: Callable[[Any], Any]
    run: Callable[[Any, Any], None]
    again: Callable[[Any, Any, bool], None]
    wrong: Callable[[Any, Any], list[str]]
    calls: frozenset[str]
    """The calls to WeChat that it cannot do without."""
    bugs: tuple[Bug, Bug]
    may_leave: bool = True
    """Whether there is somebody who may be gone by then."""
    ends: int = 1
    """In so many ways it may end, in turns; the first is the longest, and not all come so far."""
    lanes: int = 3
    """More than there are cores, as a lane also waits. One, where what it touches on the platform
    is the same for all shops: another flow, which touches something else, may run beside it."""

    @property
    def shops(self) -> int:
        """So many are needed: one for each lane and each bug."""
        return max(self.lanes, len(self.bugs))


@dataclass
class Outcome:
    """What came of a flow: its points, the deaths, what was wrong after them, its bugs caught."""

    name: str
    calls: frozenset[str]
    points: list[str]
    moments: list[int]
    died: list[int]
    broken: dict[str, list[str]]
    caught: dict[str, str]
    began: float
    ended: float
    """By the monotonic clock. Another flow may have run beside it."""
    cpu_seconds: float
    """Of the processes here; not the database's, nor the simulator's."""


@dataclass(frozen=True)
class Stretch:
    """The moments between two effects. See Note [stretches]."""

    effects: int
    """So many things are true by then that no death takes back."""
    moments: list[int]


class NobodyDied(BaseException):
    """A copy came to the end of the flow: its path is another one."""


class Watch(Points):
    """Dies at the last of some moments, its copies at the others. See Note [stretches]."""

    def __init__(self, stretch: Stretch | None, lent: DatabaseWrapper) -> None:
        super().__init__(stretch.moments[-1] if stretch else 0)
        self.stretch, self.lent = stretch, lent

    def install(self) -> None:
        """Stand in the doors, and by whoever acts at WeChat."""
        super().install()
        control = Simulated.control

        def acted(simulated: Simulated, method: str, path: str, **wish: Any) -> dict[str, Any]:
            told = control(simulated, method, path, **wish)
            if method != "GET":
                self.note_effect(len(self.names) + 1)
            return told

        Simulated.control = acted
        self._may_begin()

    def note_effect(self, point: int) -> None:
        """Begin a stretch, perhaps the one to die in."""
        super().note_effect(point)
        self._may_begin()

    def _may_begin(self) -> None:
        """Let the copies die, if this is where they begin."""
        if self.stretch is None or self.stretch.effects != len(self.effects):
            return
        assert not self.lent.in_atomic_block, "this effect is within a transaction"
        for moment in self.stretch.moments[:-1]:
            pid = os.fork()
            if not pid:
                signal.alarm(CHILD_SECONDS)
                self.kill_at = moment
                return
            _, status = os.waitpid(pid, 0)
            if not _was_killed(status):
                assert status == 0, "a copy stumbled"
                raise NobodyDied
            _forget_session(self.lent)
            self.lent.search_path_set_schemas = None


class Lane:
    """One process at work on a flow, in a shop of its own."""

    def __init__(self, flow: Flow, shop: Shop, program: Program, report: Path) -> None:
        self.flow, self.shop, self.report = flow, shop, report
        logging.disable(logging.CRITICAL)
        gc.set_threshold(YOUNG_OBJECTS)
        http._local.__dict__.clear()
        connections.close_all()
        options = connections["default"].settings_dict["OPTIONS"]
        options.pop("pool", None)  # no fork has its threads
        options["options"] += " -c synchronous_commit=off"  # it is never the server that dies here
        DatabaseWrapper.close = _keep
        settings.WECHAT = Credentials.read(program.directory / "credentials.json")
        settings.PUBLIC_URL = NOWHERE
        settings.TENANT_CACHE_SECONDS = 3_600  # a lookup more or less would move all later points
        self.lent = connections.create_connection(DEFAULT_DB_ALIAS)
        """Whose children die. See Note [the connection of the dead]."""
        self.lent.connect()
        self.lent.connection.prepare_threshold = None  # a copy's statements are not its parent's
        self.world = flow.build(shop, Simulated(program))

    def enumerate(self, part: int, parts: int) -> dict[str, Any]:
        """Die at the moments of every `parts`th stretch from number `part` on."""
        points, stretches = self._path()
        died: list[int] = []
        broken = {}
        mine = stretches[part::parts]
        for place, stretch in enumerate(mine, 1):
            found = self._both_ways(stretch)
            if found == [] and (place % PROVED_EVERY == 0 or place == len(mine)):
                found = self._proofs()
            _show("." if found == [] else "F")
            if found is not None:
                died += stretch.moments
            if found != []:
                last = stretch.moments[-1]
                broken[f"{last} {points[last - 1]}"] = found or ["nobody came there"]
        moments = sorted(moment for stretch in stretches for moment in stretch.moments)
        return {"points": points, "moments": moments, "died": died, "broken": broken}

    def hunt(self, bug: Bug) -> dict[str, str]:
        """Plant a bug that no ordinary run shows, and die until something is wrong; say what."""
        bug()
        points, stretches = self._path()
        for deaths, stretch in enumerate(stretches[1:], 1):
            moment = stretch.moments[0]
            only = Stretch(stretch.effects, [moment])
            found = self._cut(only, is_gone=deaths % 2 == 0)
            if not found and (deaths % PROVED_EVERY == 0 or deaths == len(stretches) - 1):
                found = self._proofs()
            if found:
                _show("!")
                return {bug.__name__: f"death {deaths}, {points[moment - 1]}: {found[0]}"}
        return {bug.__name__: ""}

    def _path(self) -> tuple[list[str], list[Stretch]]:
        """Return the points of a run that nobody interrupts, which must come out right.

        The second run counts: the first makes rows that all later ones find, and warms what the
        children inherit.
        """
        first = self.flow.begin(self.world)
        self.flow.run(self.world, first)
        self._must_be_right(first)
        second = self.flow.begin(self.world)
        gc.collect()
        gc.freeze()
        told = self._in_child(second, None)
        self._must_be_right(second)
        return told["points"], stretches_of(**told)

    def _must_be_right(self, somebody: Any) -> None:
        found = [*self.flow.wrong(self.world, somebody), *self._proofs()]
        assert found == [], found

    def _proofs(self) -> list[str]:
        """Return what `manage.py verify_invariants` would say of the shop and of the platform."""
        with context.activate(self.shop):
            found = list(proofs.proofs_of_shop())
        with context.public():
            return [*found, *proofs.proofs_of_platform()]

    def _both_ways(self, stretch: Stretch) -> list[str] | None:
        """Die in a stretch, with and without whoever may leave; see `_cut`."""
        found: list[str] = []
        for is_gone in (False, True) if self.flow.may_leave else (False,):
            for _ in range(self.flow.ends):
                told = self._cut(stretch, is_gone=is_gone)
                if told is not None:
                    break
            if told is None:
                return None
            found += told
        return found

    def _cut(self, stretch: Stretch, *, is_gone: bool) -> list[str] | None:
        """Die in a stretch, take the flow up again, return what is wrong; None if nobody died."""
        somebody = self.flow.begin(self.world)
        if self._in_child(somebody, stretch) is not None:
            return None
        try:
            self.flow.again(self.world, somebody, is_gone)
            return self.flow.wrong(self.world, somebody)
        except Exception as error:  # it did not even come to its end
            return [f"{type(error).__name__}: {error}"]

    def _in_child(self, somebody: Any, stretch: Stretch | None) -> Any:
        """Run the flow in a child that dies in a stretch; return its path if it did not."""
        try:
            return in_child(partial(self._watched, somebody, stretch), self.report)
        finally:
            _forget_session(self.lent)

    def _watched(self, somebody: Any, stretch: Stretch | None) -> dict[str, Any]:
        _leave_connections(self.lent)
        watch = Watch(stretch, self.lent)
        with contextlib.suppress(NobodyDied):
            watch.install()
            self.flow.run(self.world, somebody)
        return {"points": watch.names, "effects": watch.effects}


@dataclass(frozen=True)
class Stage:
    """Where a flow is examined: its shops and its WeChat."""

    flow: Flow
    shops: Sequence[Shop]
    program: Program

    def works(self) -> list[Callable[[], dict[str, Any]]]:
        """Return what is to be done, a process each: the first ones die at every moment."""
        return [partial(self._work, place) for place in range(len(self.shops))]

    def _work(self, place: int) -> dict[str, Any]:
        began = time.monotonic()
        report = self.program.directory / f"child-{place}.json"
        lane = Lane(self.flow, self.shops[place], self.program, report)
        told = lane.enumerate(place, self.flow.lanes) if place < self.flow.lanes else {}
        caught = lane.hunt(self.flow.bugs[place]) if place < len(self.flow.bugs) else {}
        spent = {"began": began, "ended": time.monotonic(), "cpu_seconds": _cpu_seconds()}
        return {**told, **spent, "caught": caught}

    def outcome(self, told: Sequence[dict[str, Any]]) -> Outcome:
        """Put together what came of the works."""
        parts = told[: self.flow.lanes]
        assert len({tuple(part["points"]) for part in parts}) == 1, "the lanes went different ways"
        return Outcome(
            name=self.flow.name,
            calls=self.flow.calls,
            points=told[0]["points"],
            moments=told[0]["moments"],
            died=sorted(moment for part in parts for moment in part["died"]),
            broken={name: found for part in parts for name, found in part["broken"].items()},
            caught={bug: how for part in told for bug, how in part["caught"].items()},
            began=min(part["began"] for part in told),
            ended=max(part["ended"] for part in told),
            cpu_seconds=sum(part["cpu_seconds"] for part in told),
        )


def examine(stages: Sequence[Stage], directory: Path) -> list[Outcome]:
    """Die at every moment of some flows side by side; then hunt the bugs that are left, in turn.

    What a bug leaves wrong on the platform would be seen by whoever is examined meanwhile: the
    flow whose last bug does so comes last.
    """
    _show("\n" + " + ".join(f"{stage.flow.name:10}" for stage in stages))
    works = [(stage.works(), stage.flow.lanes) for stage in stages]
    told = iter(_side_by_side([work for mine, lanes in works for work in mine[:lanes]], directory))
    firsts = [[next(told) for _ in mine[:lanes]] for mine, lanes in works]
    lasts = [_in_turn(mine[lanes:], directory) for mine, lanes in works]
    return [
        stage.outcome([*first, *last])
        for stage, first, last in zip(stages, firsts, lasts, strict=True)
    ]


def stretches_of(points: list[str], effects: list[int]) -> list[Stretch]:
    """Return the points to die at, by what is true there. See Note [moments]."""
    moments = [at for at, name in enumerate(points, 1) if name.startswith("before")]
    stretches = [Stretch(0, [])]
    for moment in [*moments, len(points)]:
        count = bisect_right(effects, moment)
        if count != stretches[-1].effects:
            stretches.append(Stretch(count, []))
        stretches[-1].moments.append(moment)
    return stretches


def in_child(work: Callable[[], Any], report: Path) -> Any:
    """Run `work` in a forked child; return what it returned, or None when it was killed.

    What it raises is raised here as an AssertionError.
    """
    _, status = os.waitpid(_begun(work, report, CHILD_SECONDS), 0)
    return _returned(status, report)


def _side_by_side(works: Sequence[Callable[[], Any]], directory: Path) -> list[Any]:
    """Run each work in a process of its own, all at once; return what they returned.

    What one of them raises is raised here, once all have ended: whoever comes next finds nobody
    who still holds a lock.
    """
    connections.close_all()
    for alias in connections:
        connections[alias].close_pool()
    reports = [directory / f"lane-{n}.json" for n in range(len(works))]
    begun = [_begun(work, report, LANE_SECONDS) for work, report in zip(works, reports, strict=True)]
    statuses = [os.waitpid(pid, 0)[1] for pid in begun]
    return [_returned(status, report) for status, report in zip(statuses, reports, strict=True)]


def _in_turn(works: Sequence[Callable[[], Any]], directory: Path) -> list[Any]:
    return [told for work in works for told in _side_by_side([work], directory)]


def _begun(work: Callable[[], Any], report: Path, seconds: int) -> int:
    report.unlink(missing_ok=True)
    pid = os.fork()
    if pid:
        return pid
    signal.alarm(seconds)
    code, told = 1, {"returned": None, "raised": "it could not say"}
    try:
        told = {"returned": work(), "raised": None}
        code = 0
    except BaseException:
        told["raised"] = traceback.format_exc()
    finally:
        report.write_text(json.dumps(told))
        os._exit(code)


def _returned(status: int, report: Path) -> Any:
    if _was_killed(status):
        return None
    told = json.loads(report.read_text())
    assert told["raised"] is None, told["raised"]
    return told["returned"]


def _was_killed(status: int) -> bool:
    """Say whether a process died as it should; it may also have come to its end."""
    if not os.WIFSIGNALED(status):
        return False
    assert os.WTERMSIG(status) == signal.SIGKILL, f"ended by {os.WTERMSIG(status)}: it hung"
    return True


def _keep(wrapper: DatabaseWrapper) -> None:
    """Keep the connection, clean, for whoever asks next: what a pool of one would do."""
    wrapper.run_on_commit = []
    if wrapper.connection is not None and not wrapper.in_atomic_block:
        wrapper.connection.rollback()
        wrapper.connection.pgconn.exec_(b"RESET ROLE; SET search_path = nothing")
        wrapper.search_path_set_schemas = None


def _forget_session(lent: DatabaseWrapper) -> None:
    """Do what the server does for one who died. See Note [the connection of the dead]."""
    done = lent.connection.pgconn.exec_(
        b"ROLLBACK; RESET ALL; RESET ROLE; SET search_path = nothing;"
        b"SELECT pg_advisory_unlock_all()"
    )
    assert done.status == ExecStatus.TUPLES_OK, done.error_message


_left: list[Any] = []


def _leave_connections(lent: DatabaseWrapper) -> None:
    """Leave the connections of the process that forked us to it, but for the one it lends us."""
    for alias in connections:
        left = connections[alias]
        _left.append(left)  # collected, it would say good-bye in its owner's name
        made = lent if alias == DEFAULT_DB_ALIAS else connections.create_connection(alias)
        made.set_tenant(left.tenant) if left.tenant else made.set_schema_to_public()
        connections[alias] = made


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _show(text: str) -> None:
    os.write(1, text.encode())

"""Episodes of the simulation one after the other, with progress, until something is wrong."""

import argparse
import gc
import itertools
import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from tests.soak import bugs, machine
from tests.soak.checks import END_SECONDS, Checks
from tests.soak.journal import Journal, code_of
from tests.soak.rules import Rules
from tests.soak.shares import Mouth, Shares
from tests.soak.stage import Stage
from tests.soak.stopping import Stopping
from tests.soak.world import World

STEPS_TO_CHECK = 1_000
PLANT_EVENTS, PLANT_STEPS_TO_CHECK = 1_500, 250


def main(asked: argparse.Namespace) -> int:
    """Run what the command line asks for; 0 when nothing is as it must not be."""
    stopping = Stopping()
    stage = Stage()
    gc.freeze()  # what stays until the end need not be looked through again and again
    try:
        if asked.search:
            told = machine.search(stage)
        elif asked.plants:
            told = caught(stage)
        else:
            told = _episodes(stage, asked, stopping)
    finally:
        stage.place.end()
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["violation"] else 0


def _episodes(stage: Stage, asked: argparse.Namespace, stopping: Stopping) -> dict[str, Any]:
    """Share the episodes of the seed out: number k to process k modulo the number of processes."""
    is_one = "." in asked.seed
    journal = None if is_one or asked.log else _journal(asked)
    done = set(journal.episodes) if journal else set[str]()
    processes = 1 if is_one or asked.log else asked.processes
    missing = asked.events - (journal.events if journal else 0)
    events = -(-missing // processes)

    def play_share(number: int, mouth: Mouth) -> dict[str, Any]:
        stage.place.take_part(number)
        run = Run(stage, stopping, asked.log, mouth)
        names = [asked.seed] if is_one else (
            name for n in itertools.count(number, processes)
            if (name := f"{asked.seed}.{n}") not in done
        )  # fmt: skip
        try:
            return run.all(names, events, asked.events if is_one else asked.episode)
        finally:
            stage.place.leave_part()
            if asked.log:
                asked.log.flush()  # the process ends without goodbye

    stage.place.let_go()
    return Shares(processes if missing > 0 else 0, asked.events, stopping, journal).play(play_share)


def _journal(asked: argparse.Namespace) -> Journal | None:
    """Return what was finished before, and say so."""
    if asked.journal is None:
        return None
    path = asked.journal / f"seed-{asked.seed}.jsonl"
    journal = Journal(path, code_of(), asked.episode)
    if journal.is_outdated:
        print("the code or the episodes' length changed: begins again", file=sys.stderr)
    elif journal.episodes:
        print(
            f"goes on after {len(journal.episodes)} whole episodes of {journal.events:,} events"
            f" in {path}",
            file=sys.stderr,
        )
    return journal


class Run:
    """Episodes one after the other, each in a process of its own: none finds what another left."""

    def __init__(self, stage: Stage, stopping: Stopping, log: TextIO | None, mouth: Mouth) -> None:
        self._stage, self._stopping, self._log, self._mouth = stage, stopping, log, mouth
        self.events, self.digests, self.kinds = 0, dict[str, str](), Counter[str]()
        self.failures = Counter[str]()

    def all(self, names: Iterable[str], events: int, episode: int) -> dict[str, Any]:
        """Run until so many events happened, somebody asks to stop, or something is wrong."""
        violation = ""
        for name in names:
            length = min(events - self.events, episode)
            violation = self.episode(name, length, is_whole=length == episode)
            if violation or self.events >= events or self._stopping.is_asked:
                break
        return {
            "events": self.events, "digests": self.digests, "kinds": dict(self.kinds),
            "failures": dict(self.failures), "violation": violation,
        }  # fmt: skip

    def episode(self, name: str, events: int, *, is_whole: bool) -> str:
        """Run one episode; return what is wrong, if anything."""
        self._stage.place.let_go()
        told = in_child(lambda: self._play(name, events), self._stopping)
        if told is None:
            return f"the process of episode {name} broke off"
        self.events += told["events"]
        self.digests[name] = told["digest"]
        self.kinds.update(told["kinds"])
        self.failures.update(told["failures"])
        violation = str(told.pop("violation"))
        if is_whole and not violation and not self._stopping.is_asked:
            self._mouth.say({"episode": name, **told})
        return violation

    def _play(self, name: str, events: int) -> dict[str, Any]:
        world = World(self._stage, name, self._write if self._log else None)
        violation = ""
        try:
            play(world, events, until=self._is_over)
        except Exception as error:
            violation = f"{type(error).__name__}: {error}"
            print(traceback.format_exc(), file=sys.stderr)
            print(
                f"\nviolated at event {world.events} of episode {name}. Again:\n"
                f"    make soak SEED={name} EVENTS={world.events + 1}\n",
                file=sys.stderr,
            )
        finally:
            world.close()
            if self._log:
                self._log.flush()
        return {
            "events": world.events, "digest": world.digest, "kinds": dict(world.kinds),
            "failures": world.worker.failures, "violation": violation,
        }  # fmt: skip

    def _is_over(self, world: World) -> bool:
        """Say how far we are, and whether somebody asked to stop."""
        self._mouth.far(self.events + world.events, len(self.digests))
        return self._stopping.is_asked

    def _write(self, line: str) -> None:
        assert self._log is not None
        self._log.write(line + "\n")


def play(
    world: World,
    events: int,
    steps_to_check: int = STEPS_TO_CHECK,
    until: Callable[[World], bool] = lambda _: False,
) -> None:
    """Play an episode of about so many events, check points among them; `until` ends it early."""
    rules = Rules(world)
    checks, steps = Checks(rules), 0
    while world.events < events and not until(world):
        rules.step()
        steps += 1
        if steps % steps_to_check == 0:
            checks.at_rest()
    checks.at_rest(END_SECONDS)


def caught(stage: Stage) -> dict[str, Any]:
    """Plant each bug into a child of its own and see whether the run finds it."""
    stage.place.let_go()
    told = {bug.__name__: _in_child(stage, bug) for bug in bugs.ALL}
    missed = [name for name, found in told.items() if not found]
    return {"events": 0, "caught": told, "violation": ", ".join(missed)}


def in_child(work: Callable[[], Any], stopping: Stopping) -> Any:
    """Return what `work` comes to in a process of its own; None when that broke off."""
    ear, mouth = os.pipe()
    child = stopping.fork()
    if not child:
        os.close(ear)
        with os.fdopen(mouth, "w") as out:
            try:
                json.dump(work(), out)
            except BaseException:
                traceback.print_exc()
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as heard:
        said = heard.read()
    os.waitpid(child, 0)
    stopping.children.remove(child)
    return json.loads(said) if said else None


def _in_child(stage: Stage, plant: Callable[[], None]) -> str:
    """Return what a run with this bug says is wrong."""
    ear, mouth = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ear)
        said = ""
        try:
            plant()
            world = World(stage, f"plant.{plant.__name__}")
            play(world, PLANT_EVENTS, PLANT_STEPS_TO_CHECK)
        except Exception as error:
            said = f"{type(error).__name__}: {error}".partition("\n")[0]
        finally:
            os.write(mouth, said.encode()[:2_000])
            os._exit(0)
    os.close(mouth)
    with os.fdopen(ear, "rb") as heard:
        said = heard.read().decode()
    os.waitpid(pid, 0)
    print(f"{plant.__name__}: {said or 'not caught'}", file=sys.stderr, flush=True)
    return said

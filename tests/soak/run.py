"""Episodes of the simulation one after the other, with progress, until something is wrong."""

import argparse
import json
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any, TextIO

from tests.soak import bugs, machine
from tests.soak.checks import END_SECONDS, Checks
from tests.soak.rules import Rules
from tests.soak.stage import Stage
from tests.soak.world import World

real_time = time.monotonic
STEPS_TO_CHECK = 1_000
PLANT_EVENTS, PLANT_STEPS_TO_CHECK = 1_500, 250


def main(asked: argparse.Namespace) -> int:
    """Run what the command line asks for; 0 when nothing is as it must not be."""
    stage = Stage()
    try:
        if asked.search:
            told = machine.search(stage)
        else:
            told = caught(stage) if asked.plants else Run(stage, asked.log).all(asked)
    finally:
        stage.place.end()
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["violation"] else 0


class Run:
    """Episodes one after the other, in one process."""

    def __init__(self, stage: Stage, log: TextIO | None) -> None:
        self._stage, self._log, self._began = stage, log, real_time()
        self.events, self.digests, self.kinds = 0, dict[str, str](), Counter[str]()
        self.failures = Counter[str]()

    def all(self, asked: argparse.Namespace) -> dict[str, Any]:
        """Run until so many events happened, or something is wrong."""
        names = [asked.seed] if "." in asked.seed else None
        violation, number = "", 0
        while self.events < asked.events and not violation and number < (len(names or []) or 10**9):
            name = names[number] if names else f"{asked.seed}.{number}"
            left = asked.events - self.events
            violation = self.episode(name, left if names else min(left, asked.episode))
            number += 1
            self._tell(asked.events)
        return {
            "events": self.events, "digests": self.digests, "kinds": dict(self.kinds),
            "failures": dict(self.failures), "violation": violation,
        }  # fmt: skip

    def episode(self, name: str, events: int) -> str:
        """Run one episode; return what is wrong, if anything."""
        world = World(self._stage, name, self._write if self._log else None)
        violation = ""
        try:
            play(world, events)
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
        self.events += world.events
        self.digests[name] = world.digest
        self.kinds += world.kinds
        self.failures.update(world.worker.failures)
        return violation

    def _write(self, line: str) -> None:
        assert self._log is not None
        self._log.write(line + "\n")

    def _tell(self, wanted: int) -> None:
        seconds = real_time() - self._began
        left = (wanted - self.events) * seconds / max(self.events, 1)
        print(
            f"{self.events:>9,} of {wanted:,} events, {len(self.digests)} episodes,"
            f" {self.events / seconds:.0f}/s, {left / 60:.0f} min left",
            file=sys.stderr,
            flush=True,
        )


def play(world: World, events: int, steps_to_check: int = STEPS_TO_CHECK) -> None:
    """Play an episode of about so many events, check points among them."""
    rules = Rules(world)
    checks, steps = Checks(rules), 0
    while world.events < events:
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


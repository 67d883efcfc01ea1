"""One run shared out among processes: an episode knows of no other, so it may run anywhere."""

import json
import os
import selectors
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from typing import IO, Any

from tests.soak.journal import Journal
from tests.soak.stopping import Stopping

real_time = time.monotonic
TELL_SECONDS = 15.0


class Mouth:
    """What a share says to the process that began it, a line at a time."""

    def __init__(self, out: IO[str]) -> None:
        self._out, self._told_at = out, real_time()

    def far(self, events: int, episodes: int) -> None:
        """Say, once a second at most, how many events and ended episodes there were."""
        if real_time() - self._told_at >= 1:
            self._told_at = real_time()
            self.say([events, episodes])

    def say(self, told: Any) -> None:
        """Say something now: a whole episode, or what the share came to."""
        print(json.dumps(told), file=self._out, flush=True)


class Shares:
    """Plays a function in processes of their own, says how far they are, adds up what they tell.

    What stands in the journal counts as done, and each whole episode is written there.
    """

    def __init__(
        self, processes: int, wanted: int, stopping: Stopping, journal: Journal | None = None
    ) -> None:
        self._processes, self._wanted, self._stopping = processes, wanted, stopping
        self._journal = journal
        self._before = dict(journal.episodes) if journal else {}
        self._events_before = journal.events if journal else 0
        self._began = self._told_at = real_time()
        self._far: dict[int, tuple[int, int]] = {}
        self._said: dict[int, dict[str, Any]] = {}

    def play(self, share: Callable[[int, Mouth], dict[str, Any]]) -> dict[str, Any]:
        """Play `share` in each process; return the sum. The first violation ends all of them."""
        with selectors.DefaultSelector() as ears:
            for number in range(self._processes):
                ears.register(self._begin(number, share), selectors.EVENT_READ, number)
            self._tell(is_wanted=True)
            while ears.get_map():
                for key, _ in ears.select():
                    self._hear(ears, key)
                self._tell()
        for child in self._stopping.children:
            os.waitpid(child, 0)
        self._tell(is_wanted=True)
        return self._sum()

    def _begin(self, number: int, share: Callable[[int, Mouth], dict[str, Any]]) -> IO[str]:
        ear, mouth = os.pipe()
        sys.stdout.flush()
        if self._stopping.fork():
            os.close(mouth)
            return os.fdopen(ear)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first passes it on
        with os.fdopen(mouth, "w") as out:
            try:
                told = Mouth(out)
                told.say(share(number, told))
            except BaseException:
                traceback.print_exc()
        os._exit(0)

    def _hear(self, ears: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        line = key.fileobj.readline()  # type: ignore[union-attr]  # it was made by fdopen
        if not line:
            ears.unregister(key.fileobj)
            self._said.setdefault(key.data, {"violation": f"process {key.data} broke off"})
        elif isinstance(told := json.loads(line), list):
            self._far[key.data] = (told[0], told[1])
        elif "episode" in told:
            if self._journal:
                self._journal.add(told)
        else:
            self._far[key.data] = (told["events"], len(told["digests"]))
            self._said[key.data] = told
        if self._said.get(key.data, {}).get("violation") and not self._stopping.is_asked:
            self._stopping.ask()

    def _tell(self, *, is_wanted: bool = False) -> None:
        if not is_wanted and real_time() - self._told_at < TELL_SECONDS:
            return
        self._told_at = real_time()
        events, episodes = (sum(far) for far in zip(*self._far.values(), (0, 0), strict=True))
        seconds = max(real_time() - self._began, 0.001)
        left = (self._wanted - self._events_before - events) * seconds / max(events, 1)
        wrong = sum(bool(said["violation"]) for said in self._said.values())
        print(
            f"{self._events_before + events:>9,} of {self._wanted:,} events,"
            f" {len(self._before) + episodes} whole episodes,"
            f" {events / seconds:.0f}/s, {wrong} violations,"
            f" {max(left, 0) / 60:.0f} min left{', stopping' * self._stopping.is_asked}",
            file=sys.stderr,
            flush=True,
        )

    def _sum(self) -> dict[str, Any]:
        said = [self._said[number] for number in sorted(self._said)]
        kinds, failures, digests = Counter[str](), Counter[str](), dict[str, str]()
        for name, done in self._before.items():
            kinds.update(done["kinds"])
            failures.update(done["failures"])
            digests[name] = done["digest"]
        for one in said:
            kinds.update(one.get("kinds", {}))
            failures.update(one.get("failures", {}))
            digests |= one.get("digests", {})
        return {
            "events": self._events_before + sum(one.get("events", 0) for one in said),
            "digests": digests,
            "kinds": dict(kinds), "failures": dict(failures),
            "violation": "\n".join(one["violation"] for one in said if one["violation"]),
        }  # fmt: skip

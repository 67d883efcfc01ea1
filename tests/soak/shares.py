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

from tests.soak.stopping import Stopping

real_time = time.monotonic
TELL_SECONDS = 15.0
Tell = Callable[[int, int], None]
"""Takes how many events and whole episodes there were."""


class Shares:
    """Plays a function in processes of their own, says how far they are, adds up what they tell."""

    def __init__(self, processes: int, wanted: int, stopping: Stopping) -> None:
        self._processes, self._wanted, self._stopping = processes, wanted, stopping
        self._began = self._told_at = real_time()
        self._far: dict[int, tuple[int, int]] = {}
        self._said: dict[int, dict[str, Any]] = {}

    def play(self, share: Callable[[int, Tell], dict[str, Any]]) -> dict[str, Any]:
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

    def _begin(self, number: int, share: Callable[[int, Tell], dict[str, Any]]) -> IO[str]:
        ear, mouth = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child:
            os.close(mouth)
            self._stopping.children.append(child)
            return os.fdopen(ear)
        self._stopping.children.clear()  # ours are no children of this one
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first passes it on
        told_at = [real_time()]
        with os.fdopen(mouth, "w") as out:

            def tell(events: int, episodes: int) -> None:
                if real_time() - told_at[0] >= 1:
                    told_at[0] = real_time()
                    print(json.dumps([events, episodes]), file=out, flush=True)

            try:
                print(json.dumps(share(number, tell)), file=out, flush=True)
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
        left = (self._wanted - events) * seconds / max(events, 1)
        wrong = sum(bool(said["violation"]) for said in self._said.values())
        print(
            f"{events:>9,} of {self._wanted:,} events, {episodes} whole episodes,"
            f" {events / seconds:.0f}/s, {wrong} violations,"
            f" {max(left, 0) / 60:.0f} min left{', stopping' * self._stopping.is_asked}",
            file=sys.stderr,
            flush=True,
        )

    def _sum(self) -> dict[str, Any]:
        said = [self._said[number] for number in sorted(self._said)]
        kinds, failures, digests = Counter[str](), Counter[str](), dict[str, str]()
        for one in said:
            kinds.update(one.get("kinds", {}))
            failures.update(one.get("failures", {}))
            digests |= one.get("digests", {})
        return {
            "events": sum(one.get("events", 0) for one in said), "digests": digests,
            "kinds": dict(kinds), "failures": dict(failures),
            "violation": "\n".join(one["violation"] for one in said if one["violation"]),
        }  # fmt: skip

"""Clients that repeat one work side by side for a while, and what that cost."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from infra.bench.meters import Meter

T = TypeVar("T")


@dataclass(frozen=True)
class Load:
    """What one period of one work came to."""

    seconds: float
    latencies: list[float]
    cpu: dict[str, float]
    """CPU seconds of each part."""

    @property
    def count(self) -> int:
        """Return how many operations were finished."""
        return len(self.latencies)

    def cpu_ms(self, part: str = "") -> float:
        """Return the CPU milliseconds per operation, of one part or of all."""
        spent = self.cpu[part] if part else sum(self.cpu.values())
        return 1000 * spent / self.count


def measure(
    meter: Meter,
    clients: Sequence[Callable[[], object]],
    seconds: float,
    settle: Callable[[], None] = lambda: None,
) -> Load:
    """Let every client repeat its work for so long; `settle` waits for what the work left over."""
    with meter.spent() as cpu:
        lasted, latencies = repeat(clients, seconds)
        settle()
    return Load(lasted, latencies, cpu)


def repeat(clients: Sequence[Callable[[], object]], seconds: float) -> tuple[float, list[float]]:
    """Run the clients in threads; return how long it took and each operation's seconds.

    Raises the first error of any client: a load with errors has no result.
    """
    latencies: list[list[float]] = [[] for _ in clients]
    errors: list[BaseException] = []
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_repeat, args=(work, began + seconds, taken, errors))
        for work, taken in zip(clients, latencies, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began, [each for taken in latencies for each in taken]


def _repeat(
    work: Callable[[], object], until: float, taken: list[float], errors: list[BaseException]
) -> None:
    try:
        while (now := time.perf_counter()) < until and not errors:
            work()
            taken.append(time.perf_counter() - now)
    except BaseException as error:  # told to the caller's thread
        errors.append(error)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many percent of the values do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]

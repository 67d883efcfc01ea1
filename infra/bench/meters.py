"""What processes cost, read from /proc: CPU seconds of whole trees, and resident memory."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra import embedded_postgres
from infra.stage.stage import Stage

PARTS = ("web", "worker", "postgres")
_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _TIMES = 1, slice(11, 15)  # of /proc/<pid>/stat after the name: utime to cstime


@dataclass
class Meter:
    """Tells what the programs of a stage have used so far.

    The simulator and the load are never counted. `strangers` are PostgreSQL's processes that
    serve our own connections, which only look whether an order is paid.
    """

    stage: Stage
    strangers: set[int] = field(default_factory=set)

    def roots(self) -> dict[str, int]:
        """Return the first process of each part. A part that does not run is absent."""
        found = {}
        for name in ("web", "worker"):
            if (pid := _find_child(self.stage.programs[name].command)) is not None:
                found[name] = pid
        found["postgres"] = self._postmaster()
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """Return the CPU seconds of each part until now, those of ended children included."""
        parents = _parents()
        return {
            name: sum(_cpu(pid) for pid in _tree(root, parents) if pid not in self.strangers)
            for name, root in self.roots().items()
        }

    def memory_mb(self) -> dict[str, float]:
        """Return the proportional set size of each part now, in MB (10^6 bytes)."""
        parents = _parents()
        return {
            name: sum(_pss(pid) for pid in _tree(root, parents) if pid not in self.strangers) / 1e6
            for name, root in self.roots().items()
        }

    @contextmanager
    def spent(self) -> Iterator[dict[str, float]]:
        """Yield a dict that holds, after the block, the CPU seconds that each part used in it."""
        result: dict[str, float] = {}
        before = self.cpu_seconds()
        yield result
        after = self.cpu_seconds()
        result.update({name: after[name] - before.get(name, 0.0) for name in after})

    def _postmaster(self) -> int:
        cluster = embedded_postgres.cluster(self.stage.place.postgres)
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])


def _find_child(command: Collection[str]) -> int | None:
    """Return our child process that runs this command."""
    line = "\0".join(command).encode() + b"\0"
    for pid, parent in _parents().items():
        if parent == os.getpid():
            with suppress(OSError):
                if Path(f"/proc/{pid}/cmdline").read_bytes() == line:
                    return pid
    return None


def _parents() -> dict[int, int]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while we looked
            found[int(stat.parent.name)] = int(_fields(stat)[_PARENT])
    return found


def _tree(root: int, parents: dict[int, int]) -> list[int]:
    """Return a process and all its descendants."""
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _cpu(pid: int) -> float:
    with suppress(OSError):
        return sum(int(ticks) for ticks in _fields(Path(f"/proc/{pid}/stat"))[_TIMES]) / _TICKS
    return 0.0


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _fields(stat: Path) -> list[str]:
    return stat.read_text().rsplit(") ", 1)[1].split()

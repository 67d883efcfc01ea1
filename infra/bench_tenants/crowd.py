"""One shop queues thousands of bulk jobs: how long another shop's payments wait meanwhile."""

import time
from dataclasses import dataclass
from statistics import median

from infra.bench.load import percentile
from infra.bench.visits import Visitor, WentWrong
from infra.bench_tenants.crew import Crew

_LEFT = "SELECT count(*) FROM dramatiq.queue WHERE queue_name = 'bulk' AND tenant = %s"


@dataclass(frozen=True)
class Crowd:
    """Seconds from WeChat's callback being answered to the order being paid: start and run."""

    jobs: int
    jobs_left: int
    """How many bulk jobs waited still after the last payment: the crowd was there all the time."""
    alone: list[float]
    crowded: list[float]

    def lines(self) -> list[str]:
        """Return how it reads."""
        return [
            f"{len(self.crowded)} payments while {self.jobs} bulk jobs of another shop wait"
            f" ({self.jobs_left} at the end)",
            f"  from callback to paid: {1000 * median(self.crowded):.0f} ms median,"
            f" {1000 * percentile(self.crowded, 99):.0f} ms p99"
            f" (alone {1000 * median(self.alone):.0f} and {1000 * percentile(self.alone, 99):.0f})",
        ]


def measure(crew: Crew, *, jobs: int, payments: int) -> Crowd:
    """Pay alone, then beside the crowd."""
    crew.tell(f"{payments} payments beside {jobs} bulk jobs")
    crew.wait_until_quiet()
    buyer = crew.visitor(1, "payer")
    alone = _pay(crew, payments // 2, buyer)
    noisy = crew.stocked[0].public_id
    crew.run("infra.bench_tenants.fleet", "bulk", noisy, str(jobs))
    crowded = _pay(crew, payments, buyer)
    left = int(crew.watcher.one(_LEFT, (noisy,)))
    crew.watcher.one("DELETE FROM dramatiq.queue WHERE queue_name = 'bulk' AND tenant = %s"
                     " AND state = 'queued' RETURNING 1", (noisy,))  # fmt: skip
    if not left:
        raise WentWrong("the crowd had gone before the payments were made: take more jobs")
    crew.wait_until_quiet()
    return Crowd(jobs, left, alone, crowded)


def _pay(crew: Crew, payments: int, buyer: Visitor) -> list[float]:
    taken = []
    for _ in range(payments):
        order = buyer.check_out()
        began = time.perf_counter()
        crew.watcher.wait_until_paid(crew.stocked[1].schema, order)
        taken.append(time.perf_counter() - began)
    return taken

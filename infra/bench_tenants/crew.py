"""What every part of the measurement uses: the stage, its shops, and who visits them."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.bench.bench import run_module
from infra.bench.meters import Meter
from infra.bench.visits import Door, Visitor, Wares, WentWrong
from infra.bench.watcher import Watcher
from infra.stage.stage import Stage

_DUE = """
SELECT count(*) FROM dramatiq.queue WHERE state = 'consumed'
    OR (state = 'queued' AND available_at <= now())"""


@dataclass
class Crew:
    """One stage and everything that looks at it."""

    stage: Stage
    tell: Callable[[str], None]
    stocked: list[Wares]
    public_ids: list[str] = field(default_factory=list)
    """Of all shops so far."""

    def __post_init__(self) -> None:
        self.meter = Meter(self.stage)
        self.watcher = Watcher(self.meter)

    def visitor(self, shop: int, name: str) -> Visitor:
        """Return a signed-in member of a stocked shop."""
        door, simulator = Door(self.stage.url), Door(self.stage.simulator_url)
        return Visitor(door, simulator, self.stocked[shop], name)

    def browser(self, seed: int) -> "Browser":
        """Return somebody who looks at lists of the stocked shops, one after the other."""
        return Browser(Door(self.stage.url), self.stocked, random.Random(seed))  # noqa: S311

    def wait_until_quiet(self) -> None:
        """Wait until no job is due, however many there are; say how many are left.

        Raises WentWrong for a dead letter.
        """
        said = time.monotonic()
        while due := int(self.watcher.one(_DUE)):
            time.sleep(0.1)
            if time.monotonic() - said > 20:
                self.tell(f"{due} jobs are left")
                said = time.monotonic()
        self.watcher.wait_until_quiet()

    def run(self, module: str, *arguments: str) -> str:
        """Run a module in the stage's environment; return the last line that it printed."""
        return run_module(self.stage, module, *arguments)


@dataclass
class Browser:
    """A visitor without an account, of many shops. One to a thread."""

    door: Door
    shops: list[Wares]
    random: random.Random

    def list_products(self) -> None:
        """Read twenty products of a category of one of the shops."""
        wares = self.random.choice(self.shops)
        category = self.random.choice(wares.categories)
        page = self.door.call("GET", f"/s/{wares.public_id}/v1/products?category={category}")
        if not page["items"]:
            raise WentWrong("the list is empty")

    def look_into(self, public_id: str) -> None:
        """Read the categories and the first products of a shop."""
        self.door.call("GET", f"/s/{public_id}/v1/categories")
        self.door.call("GET", f"/s/{public_id}/v1/products?limit=20")

"""How long a new owner waits: one after the other, fifty at once, and with an empty pool."""

import threading
from dataclasses import dataclass
from statistics import median

from infra.bench.bench import SHOPS_PER_OWNER
from infra.bench.load import percentile
from infra.bench.signup import Owner
from infra.bench_tenants.crew import Crew


@dataclass(frozen=True)
class Opened:
    """Seconds from the request until the shop's API answers."""

    warm: list[float]
    at_once: list[float]
    dry: list[float]
    errors: list[str]
    """Of those who opened at once."""

    def lines(self) -> list[str]:
        """Return how it reads."""
        return [
            f"one after the other  {_ms(self.warm)}",
            f"{len(self.at_once)} at once".ljust(21) + f"{_ms(self.at_once)},"
            f" {len(self.errors)} errors",
            f"with an empty pool   {_ms(self.dry)}",
        ]


def measure(crew: Crew, *, warm: int, at_once: int, dry: int) -> Opened:
    """Open shops at the portal, as browsers do. The pool holds more than are opened at once."""
    crew.tell(f"opening {warm} shops one after the other")
    one_by_one: list[float] = []
    for owner in _owners(crew, "calm", warm):
        crew.watcher.wait_for_spares(1)
        one_by_one.append(owner.open_shop(f"Calm {len(one_by_one)}"))
    crew.tell(f"opening {at_once} shops at once")
    owners = _owners(crew, "rush", at_once)
    crew.watcher.wait_for_spares(at_once)
    crew.wait_until_quiet()
    together, errors = _at_once(owners)
    crew.tell(f"opening {dry} shops with an empty pool")
    waited: list[float] = []
    for owner in _owners(crew, "dry", dry):
        crew.wait_until_quiet()
        crew.watcher.take_spares()
        waited.append(owner.open_shop(f"Dry {len(waited)}"))
    crew.wait_until_quiet()
    return Opened(one_by_one, together, waited, errors)


def _owners(crew: Crew, word: str, shops: int) -> list[Owner]:
    """Return a browser for each shop that is to be opened; some share an account."""
    browsers: list[Owner] = []
    for number in range(shops):
        if number % SHOPS_PER_OWNER == 0:
            first = Owner(crew.stage.url, f"{word}-{number}@example.com")
            browsers.append(first)
        else:
            browsers.append(first.beside())
    return browsers


def _at_once(owners: list[Owner]) -> tuple[list[float], list[str]]:
    seconds: list[float] = []
    errors: list[str] = []
    gate = threading.Barrier(len(owners))

    def run(number: int, owner: Owner) -> None:
        gate.wait()
        try:
            seconds.append(owner.open_shop(f"Rush {number}"))
        except Exception as error:  # told in the report
            errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(owners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, errors


def _ms(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    return f"{1000 * median(seconds):.0f} ms median, {1000 * percentile(seconds, 99):.0f} ms p99"

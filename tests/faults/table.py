"""What `make crash` shows at its end."""

from collections.abc import Iterator

from tests.faults.crash import Outcome

OUTCOMES: dict[str, Outcome] = {}
"""By the name of the flow, as they come."""


def lines() -> Iterator[str]:
    """Yield the table of all flows that ran, and of the bugs planted in them."""
    yield f"{'flow':12}{'points':>8}{'moments':>9}{'deaths':>8}{'wrong':>7}{'s':>8}{'CPU s':>8}"
    for name, told in OUTCOMES.items():
        yield (
            f"{name:12}{len(told.points):8}{len(told.moments):9}{len(told.died):8}"
            f"{len(told.broken):7}{told.ended - told.began:8.1f}{told.cpu_seconds:8.1f}"
        )
    every = OUTCOMES.values()
    yield (
        f"{'':12}{sum(len(t.points) for t in every):8}{sum(len(t.moments) for t in every):9}"
        f"{sum(len(t.died) for t in every):8}{sum(len(t.broken) for t in every):7}"
        f"{max(t.ended for t in every) - min(t.began for t in every):8.1f}{sum(t.cpu_seconds for t in every):8.1f}"
    )
    bugs = {bug: how for told in every for bug, how in told.caught.items()}
    yield f"planted bugs: {len(bugs)}, caught: {sum(map(bool, bugs.values()))}"
    for bug, how in bugs.items():
        yield f"  {bug}: {how[:150] or 'NOT CAUGHT'}"

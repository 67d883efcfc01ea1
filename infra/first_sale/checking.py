"""Comparing what the platform says with what must be: each comparison is counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 30.0


class Difference(Exception):
    """The platform says something else than it must. The message names the figure."""


@dataclass
class Checker:
    """Counts what was compared and stops at the first difference."""

    count: int = 0

    def same(self, what: str, found: object, wanted: object) -> None:
        """Raise Difference unless both are equal."""
        self.count += 1
        if found != wanted:
            raise Difference(
                f"{what}：应为 {wanted!r}，实为 {found!r}\n{what}: must be {wanted!r}, is {found!r}"
            )

    def figures(self, what: str, found: dict[str, int], wanted: dict[str, int]) -> None:
        """Compare every figure that is wanted with the one of its name."""
        for name, figure in wanted.items():
            self.same(f"{what} / {name}", found.get(name), figure)


def eventually(what: str, look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """Return what `look` finds as soon as it finds something; raise Difference after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Difference(
                f"{what}：等待 {seconds:g} 秒仍未发生\n"
                f"{what}: has not happened within {seconds:g} s"
            )
        time.sleep(0.05)

"""A flow is the whole life of a thing on one page: which state may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Flow(Generic[S]):
    """Where a thing starts, and the steps it may take."""

    start: S
    steps: Mapping[S, frozenset[S]]

    def before(self, target: S) -> frozenset[S]:
        """Return the states from which `target` can be reached in one step."""
        return frozenset(s for s, nexts in self.steps.items() if target in nexts)

    def ends(self) -> frozenset[S]:
        """Return the states that nothing follows."""
        return frozenset(s for s, nexts in self.steps.items() if not nexts)

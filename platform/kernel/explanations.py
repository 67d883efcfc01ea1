"""Why an amount is what it is: steps that add up to it, or it is no explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sum: by which rule, from which inputs, how much.

    `rule` is a stable word that programs switch on; `zh` and `en` say it to people. Inputs are
    minor units (`…_minor`), 1/10000ths (`…_bp`), counts and names: with the rule they are enough
    to calculate the amount again.
    """

    rule: str
    zh: str
    en: str
    amount: Money
    inputs: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The derivation of one amount. Raises ValueError when the steps do not add up to it."""

    subject: str
    """What the amount is: total, discount, freight, refund, fee, commission, withdrawal, credit."""
    zh: str
    en: str
    reference: str
    amount: Money
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if added(self.steps, self.amount.currency) != self.amount:
            raise ValueError(f"the steps of {self.subject} {self.reference} do not add up")


def added(steps: Sequence[Step], currency: str) -> Money:
    """Return what steps come to."""
    return sum((step.amount for step in steps), Money(0, currency))

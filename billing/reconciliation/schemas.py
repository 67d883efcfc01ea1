"""What crosses the owner's door: differences in plain words."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from billing.bills.states import Noun
from billing.reconciliation.models import Difference
from billing.reconciliation.states import DifferenceKind, DifferenceState
from billing.reconciliation.words import Sentence, why
from billing.settlements.schemas import CursorNotOurs, text_in_cursor


class DifferencesIn(Schema):
    """Which differences: those in one state, or all that nobody has settled."""

    state: DifferenceState | None = None
    cursor: Annotated[str, Field(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20

    def before(self) -> UUID | None:
        """Return the difference after which the page goes on."""
        if self.cursor is None:
            return None
        try:
            return UUID(text_in_cursor(self.cursor))
        except ValueError:
            raise CursorNotOurs from None


class DifferenceOut(Schema):
    """What WeChat says (`there_minor`) and what the books say (`here_minor`), and why in words.

    Amounts are in minor units of `currency`; null where a side says nothing. For a difference of
    kind `fee` they are fees.
    """

    id: UUID
    day: date
    kind: DifferenceKind
    noun: Noun
    number: str
    order_number: str
    there_minor: int | None
    here_minor: int | None
    currency: str
    state: DifferenceState
    why_en: str
    why_zh: str
    note: str
    found_at: datetime
    changed_at: datetime

    @staticmethod
    def resolve_why_en(row: Difference) -> str:
        return explained(row).en

    @staticmethod
    def resolve_why_zh(row: Difference) -> str:
        return explained(row).zh


class DifferencesOut(Schema):
    """A page of differences, the newest first, and how far the bills were compared."""

    items: list[DifferenceOut]
    next: str | None
    compared_until: date | None
    open_count: int


def explained(row: Difference) -> Sentence:
    """Return the sentence in both languages."""
    return why(
        kind=row.kind,
        noun=row.noun,
        number=row.number,
        there=row.there,
        here=row.here,
        facts=row.facts,
    )

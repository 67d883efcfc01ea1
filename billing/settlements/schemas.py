"""What crosses the owner's door: statements, their lines, balances."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from billing.ledger.states import Account
from billing.settlements.amounts import Figure
from kernel.errors import Refusal


class CursorNotOurs(Refusal):
    """The cursor was not given out by this list."""

    status = 422
    en = "This cursor is not one of ours. Please start again from the first page."
    zh = "分页游标无效，请从第一页重新开始。"


def cursor_of(place: date | UUID) -> str:
    """Return an opaque cursor for a place in a list."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def text_in_cursor(cursor: str) -> str:
    """Return what `cursor_of` wrapped. Raises CursorNotOurs."""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise CursorNotOurs from None


class _Page(Schema):
    cursor: Annotated[str, Field(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class StatementsIn(_Page):
    """Which statements: closed days from `from` to `to`, both included."""

    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None

    def before(self) -> date | None:
        """Return the day after which the page goes on."""
        if self.cursor is None:
            return None
        try:
            return date.fromisoformat(text_in_cursor(self.cursor))
        except ValueError:
            raise CursorNotOurs from None


class LinesIn(_Page):
    """Which lines of a statement."""

    figure: Figure

    def after(self) -> UUID | None:
        """Return the transfer after which the page goes on."""
        if self.cursor is None:
            return None
        try:
            return UUID(text_in_cursor(self.cursor))
        except ValueError:
            raise CursorNotOurs from None


class PeriodIn(Schema):
    """The first and the last day of a period, both included."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]


class PeriodLinesIn(LinesIn, PeriodIn):
    """Which lines of a period."""


class PeriodOut(Schema):
    """The sums of a period, in minor units.

    net = gross - refunds - fee - commission - distribution.

    `payout_minor` went to the owner's bank meanwhile; it is no part of the net.
    """

    first: date
    last: date
    currency: str
    gross_minor: int
    refunds_minor: int
    fee_minor: int
    commission_minor: int
    distribution_minor: int
    net_minor: int
    payout_minor: int
    orders_count: int
    refunds_count: int
    is_closed: bool


class StatementOut(Schema):
    """A day of the shop, in minor units of `currency`.

    net = gross - refunds - fee - commission - distribution: WeChat's fee, the platform's commission
    and what members earn by recommending the shop, each less what was given back.
    """

    day: date
    currency: str
    gross_minor: int
    refunds_minor: int
    fee_minor: int
    commission_minor: int
    distribution_minor: int
    net_minor: int
    orders_count: int
    refunds_count: int
    is_closed: bool


class StatementsOut(Schema):
    """A page of closed statements, the latest first."""

    items: list[StatementOut]
    next: str | None


class StatementLineOut(Schema):
    """A transfer of the books behind a figure, with the sign it counts with."""

    id: UUID
    journal_id: UUID
    kind: str
    reference: str
    order_number: str
    amount_minor: int
    at: datetime


class StatementLinesOut(Schema):
    """A page of lines, the oldest first; all pages add up to the figure."""

    items: list[StatementLineOut]
    next: str | None


class BalanceOut(Schema):
    """What an account holds, on its own side."""

    account: Account
    amount_minor: int


class BalancesOut(Schema):
    """Every account of the shop's books."""

    currency: str
    balances: list[BalanceOut]

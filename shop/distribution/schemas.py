"""What crosses the doors of distribution. Money in minor units, times in UTC."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from shop.distribution.amounts import MOST_BP, Rule
from shop.distribution.models import Commission
from shop.distribution.states import CommissionState, DistributorState, Entry, Touch

RateBp = Annotated[int, Field(ge=0, le=MOST_BP)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[\x21-\x7e]*$")]


class Strict(Schema):
    """Input with a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class ProgrammeOut(Schema):
    """The rules. `rate_bp`/10000 of what is paid for the goods; days count from visit, receipt."""

    is_open: bool
    rate_bp: int
    entry: Entry
    touch: Touch
    window_days: int
    hold_days: int


class ProgrammeIn(Strict):
    """The rules, all of them. They count for orders made from now on."""

    is_open: bool
    rate_bp: RateBp
    entry: Entry
    touch: Touch
    window_days: Annotated[int, Field(ge=1, le=180)]
    hold_days: Annotated[int, Field(ge=0, le=60)]

    def as_rule(self) -> Rule:
        """Return the rules as the verb takes them."""
        return Rule(**self.model_dump())


class MyDistributionOut(Schema):
    """The programme, and where I stand in it; `state` null: I never asked.

    `code` and `path` are there for active distributors: the path of the mini-program's page that
    the link opens. `pending_minor` is earned and not in the wallet yet.
    """

    programme: ProgrammeOut
    currency: str
    state: DistributorState | None
    code: str | None
    path: str | None
    pending_minor: int
    settled_minor: int
    orders_count: int


class VisitIn(Strict):
    """I came through the link with this code."""

    code: Code


class CommissionOut(Schema):
    """What an order brings. `amount_minor` before anything went back, `kept_minor` what is left;
    `settled_minor` is in the wallet, `due_at` is when it gets there."""

    id: UUID
    order_number: str
    state: CommissionState
    currency: str
    base_minor: int
    amount_minor: int
    kept_minor: int
    settled_minor: int
    due_at: datetime | None
    settled_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Commission) -> "CommissionOut":
        """Show a commission without saying who bought."""
        row.order_number = row.order.number  # type: ignore[attr-defined]  # for the field
        return cls.from_orm(row)


class CommissionPage(Schema):
    """A page of commissions, the newest first."""

    items: list[CommissionOut]
    next: str | None


class DistributorOut(Schema):
    """A distributor, with what they earned."""

    id: UUID
    member_id: UUID
    nickname: str
    code: str
    state: DistributorState
    pending_minor: int
    settled_minor: int
    created_at: datetime

    @staticmethod
    def resolve_nickname(row: object) -> str:
        """Return what the member is called."""
        return row.member.nickname  # type: ignore[attr-defined,no-any-return]

    @staticmethod
    def resolve_pending_minor(row: object) -> int:
        """Return the annotated sum, zero for none."""
        return getattr(row, "pending_minor", None) or 0

    @staticmethod
    def resolve_settled_minor(row: object) -> int:
        """Return the annotated sum, zero for none."""
        return getattr(row, "settled_minor", None) or 0


class DistributorPage(Schema):
    """A page of distributors, and how many stand in each state."""

    items: list[DistributorOut]
    next: str | None
    counts: dict[str, int]


class RateOut(Schema):
    """A product with a rate of its own; zero: it brings no commission."""

    product_id: UUID
    title: str
    rate_bp: int


class RateIn(Strict):
    """A product's own rate; null: the programme's again."""

    rate_bp: RateBp | None

"""What crosses the doors of after-sale. Money in minor units, times in UTC."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from shop.aftersale.states import AfterSaleState, Reason
from shop.orders.schemas import OrderLineOut

Description = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")
]
Answer = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$"),
]


class AfterSaleIn(Schema):
    """Ask for the money of a whole order."""

    model_config = ConfigDict(extra="forbid")

    order_id: UUID
    reason: Reason
    description: Description = ""


class AfterSaleStepOut(Schema):
    """One line of a request's history."""

    state: AfterSaleState
    at: datetime


class AfterSaleOrder(Schema):
    """The order that a request is about."""

    id: UUID
    number: str
    state: str
    total_minor: int
    parcels_count: int
    lines: list[OrderLineOut]


class AfterSaleOut(Schema):
    """A request. `answer` is why the shop refused it."""

    id: UUID
    state: AfterSaleState
    reason: Reason
    description: str
    answer: str
    amount_minor: int
    currency: str
    created_at: datetime
    order: AfterSaleOrder
    steps: list[AfterSaleStepOut]


class AfterSalePage(Schema):
    """A page of a customer's requests."""

    items: list[AfterSaleOut]
    next: str | None


class StaffAfterSalePage(Schema):
    """A page of the shop's requests, and how many stand in each state."""

    items: list[AfterSaleOut]
    next: str | None
    counts: dict[str, int]


class AgreeIn(Schema):
    """`parcels_count` is what the order had when it was looked at; with another one now, the
    answer is order_changed_meanwhile."""

    model_config = ConfigDict(extra="forbid")

    parcels_count: Annotated[int, Field(ge=0, le=1000)] | None = None


class RefuseIn(Schema):
    """Why not: the customer reads it."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer

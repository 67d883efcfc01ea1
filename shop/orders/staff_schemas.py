"""What crosses the doors of the shop's staff. Money in minor units, times in UTC."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from shop.cart.models import MOST_LINES, MOST_OF_ONE
from shop.orders.models import ShippingUpload
from shop.orders.queries import Alarms
from shop.orders.schemas import PRINTABLE, Minor, OrderOut, Quantity, ShipToOut, Strict

Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=PRINTABLE),
]
Tracking = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{5,40}$")]


class StaffOrderOut(OrderOut):
    """An order as staff see it in a list."""

    address: ShipToOut
    remark: str
    paid_at: datetime | None
    refund_requested_at: datetime | None


class StaffOrderPage(Schema):
    """A page of the shop's orders."""

    items: list[StaffOrderOut]
    next: str | None
    counts: dict[str, int]


class ShippedLine(Strict):
    """So many pieces of one line of the order."""

    line_id: UUID
    quantity: Quantity


class ParcelIn(Strict):
    """A parcel; without `lines` it holds everything that is left."""

    carrier_code: str = Field(max_length=20)
    tracking_number: Tracking
    lines: list[ShippedLine] | None = Field(default=None, min_length=1, max_length=MOST_LINES)

    @property
    def contents(self) -> dict[UUID, int] | None:
        """Return quantities by line id, those of the same line added up."""
        if self.lines is None:
            return None
        found: dict[UUID, int] = {}
        for line in self.lines:
            found[line.line_id] = found.get(line.line_id, 0) + line.quantity
        return found


class HandOverIn(Strict):
    """The code on the buyer's phone."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class RefundIn(Strict):
    """Why all of the money goes back: the buyer reads it."""

    reason: Why


class RefundAsked(Schema):
    """The refund is on its way; the order is `refunded` when the money has arrived."""

    id: UUID
    number: str
    state: str
    refund_state: str


class ReturnLineIn(Strict):
    """Pieces of a line, or money of it; `amount_minor` null: what the pieces are worth."""

    line_id: UUID
    quantity: Annotated[int, Field(ge=0, le=MOST_OF_ONE)] = 0
    amount_minor: Minor | None = None


class ReturnIn(Strict):
    """What of an order goes back. `is_restocked`: pieces that had gone out are on the shelf again.

    Pieces that did not go out are taken first, and go out no more.
    """

    lines: list[ReturnLineIn] = Field(default=[], max_length=MOST_LINES)
    freight_minor: Minor = 0
    is_restocked: bool = False
    reason: Why
    parcels_count: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many parcels the order had when it was looked at."""


class ReturnLineOut(Schema):
    """What of a line goes back; `quantity_cancelled` of the pieces had not gone out."""

    line_id: UUID
    quantity: int
    quantity_cancelled: int
    amount_minor: int


class ReturnOut(Schema):
    """What was asked back. `state`: waiting (for a second person), asked, succeeded, closed (WeChat
    gave up; it may be asked again) or declined."""

    id: UUID
    state: str
    is_whole: bool
    goods_minor: int
    freight_minor: int
    amount_minor: int
    currency: str
    is_restocked: bool
    reason: str
    by: str
    decided_by: str
    created_at: datetime
    lines: list[ReturnLineOut]


class UploadOut(Schema):
    """An order whose parcels WeChat does not know."""

    order_id: UUID
    number: str
    state: str
    attempts: int
    last_error: str
    since: datetime

    @classmethod
    def of(cls, upload: ShippingUpload) -> "UploadOut":
        """Show an upload."""
        return cls(
            order_id=upload.order_id,
            number=upload.order.number,
            state=upload.state,
            attempts=upload.attempts,
            last_error=upload.last_error,
            since=upload.since,
        )


class AlarmsOut(Schema):
    """How many orders' parcels WeChat does not know, and what it keeps back for them."""

    count: int
    frozen_minor: int
    items: list[UploadOut]

    @classmethod
    def of(cls, alarms: Alarms) -> "AlarmsOut":
        """Show the alarms."""
        return cls(
            count=alarms.count,
            frozen_minor=alarms.frozen_minor,
            items=[UploadOut.of(upload) for upload in alarms.orders],
        )


class FreightOut(Schema):
    """The shop's rule for delivery."""

    flat_minor: int
    free_from_minor: int | None


class FreightIn(Strict):
    """A flat fee, waived from so much goods on; null: never."""

    flat_minor: Annotated[int, Field(ge=0, le=10**8)]
    free_from_minor: Minor | None = None

"""What crosses the door of the figures."""

from datetime import date

from ninja import Schema


class TodayOut(Schema):
    """The shop's own day so far, and what waits for the staff whenever it came.

    `paid_minor` and `refunded_minor` are null for who may not see money. Low stock counts SKUs of
    what is on sale with `few` pieces or fewer.
    """

    day: date
    currency: str
    orders_count: int
    paid_count: int
    paid_minor: int | None
    refunds_count: int
    refunded_minor: int | None
    to_ship_count: int
    to_hand_over_count: int
    refund_requests_count: int
    shipping_alarms_count: int
    low_stock_count: int
    few: int

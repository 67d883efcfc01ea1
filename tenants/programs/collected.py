"""What the platform collects of customers: the one list that WeChat's privacy guide is made from.

A declared list that differs from what is collected gets a mini-program refused, or taken down
later. `fields` names the columns that hold it, as `app.Model.field`, none where the phone alone has
it; a test holds them against the tables. Keys are WeChat's (`setprivacysetting`, CONTRACT §3.5).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Collected:
    """A kind of personal data: WeChat's key, what it is for, and which columns hold it."""

    privacy_key: str
    purpose_zh: str
    purpose_en: str
    fields: tuple[str, ...]


COLLECTED = (
    Collected(
        "UserInfo",
        "用于在订单和客服中称呼您",
        "to address you in orders and in customer service",
        ("members.Member.nickname",),
    ),
    Collected(
        "Address",
        "用于向您配送商品",
        "to deliver what you order",
        ("members.Address.recipient", "members.Address.street", "orders.Order.address"),
    ),
    Collected(
        "PhoneNumber",
        "用于配送时与您联系",
        "to reach you about a delivery",
        ("members.Address.phone",),
    ),
    Collected(
        "EXOrderInfo",
        "用于履行订单、售后和对账",
        "to fulfil orders, after-sales service and accounting",
        ("orders.Order.number", "orders.Order.remark"),
    ),
    Collected(
        "Clipboard",
        "用于复制订单编号和运单号",
        "to copy the numbers of orders and parcels",
        (),
    ),
)

STORED = "1095天"
"""How long it is kept, as the guide says it; the law on e-commerce asks three years of orders."""

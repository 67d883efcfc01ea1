"""What crosses the members' door."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from shop.moderation.states import StandingState


def _text(least: int, most: int) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=least, max_length=most, pattern=r"^[^\x00-\x1f]*$"
    )


class LoginIn(Schema):
    model_config = ConfigDict(extra="forbid")

    appid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,256}$")]


class MemberOut(Schema):
    """`nickname` is what others see. `pending_nickname` was asked for and is not shown, because it
    is held or was refused (`nickname_standing`, and why in `nickname_reason`); else it is empty."""

    id: UUID
    nickname: str
    pending_nickname: str
    nickname_standing: StandingState
    nickname_reason: str


class LoginOut(Schema):
    token: str
    expires_at: datetime
    member: MemberOut


class MemberChange(Schema):
    model_config = ConfigDict(extra="forbid")

    nickname: Annotated[str, _text(1, 32)]


class AddressIn(Schema):
    """`phone` may hold digits, spaces, `+` and `-`; `country` is ISO 3166."""

    model_config = ConfigDict(extra="forbid")

    recipient: Annotated[str, _text(1, 40)]
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,17}[0-9]$")]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"
    province: Annotated[str, _text(1, 60)]
    city: Annotated[str, _text(1, 60)]
    district: Annotated[str, _text(0, 60)] = ""
    street: Annotated[str, _text(1, 200)]
    postcode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{0,12}$")] = ""
    is_default: bool = False


class AddressChange(Schema):
    model_config = ConfigDict(extra="forbid")

    recipient: Annotated[str, _text(1, 40)] | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,17}[0-9]$")] | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    province: Annotated[str, _text(1, 60)] | None = None
    city: Annotated[str, _text(1, 60)] | None = None
    district: Annotated[str, _text(0, 60)] | None = None
    street: Annotated[str, _text(1, 200)] | None = None
    postcode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{0,12}$")] | None = None
    is_default: bool | None = None


class AddressOut(Schema):
    id: UUID
    recipient: str
    phone: str
    country: str
    province: str
    city: str
    district: str
    street: str
    postcode: str
    is_default: bool


class AddressesOut(Schema):
    items: list[AddressOut]

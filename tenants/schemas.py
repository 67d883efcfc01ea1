"""What crosses the backoffice door of the shop itself."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from tenants.modules import Module
from tenants.states import Role


class WeChatOut(Schema):
    """The mini-programs and the sub-merchant that are connected."""

    appids: list[str]
    sub_mchid: str | None


class ShopOut(Schema):
    """The shop, and who is asking."""

    id: str
    name: str
    state: str
    closes_at: datetime | None
    currency: str
    timezone: str
    storefront_url: str
    modules: list[Module]
    wechat: WeChatOut
    email: str
    role: Role


class WeChatIn(Schema):
    """A mini-program and the sub-merchant that is paid in it."""

    model_config = ConfigDict(extra="forbid")
    appid: str = Field(pattern=r"^wx[0-9a-f]{16}$", examples=["wx0123456789abcdef"])
    sub_mchid: str = Field(pattern=r"^[0-9]{8,12}$", examples=["1900000109"])


class ModulesIn(Schema):
    """All parts of the mini-program that are to be open; the others are closed."""

    model_config = ConfigDict(extra="forbid")
    modules: list[Module] = Field(max_length=len(Module))


class ModulesOut(Schema):
    """The parts that are open."""

    modules: list[Module]


class ClosingIn(Schema):
    """Why the owner leaves; need not be said."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(default="", max_length=150, pattern=r"^[^\x00]*$")


class StandingOut(Schema):
    """Where the shop stands now; `closes_at` while it is closing."""

    state: str
    closes_at: datetime | None


class StaffOut(Schema):
    """A member of the shop's staff."""

    id: int
    email: str
    role: Role
    since: datetime


class StaffList(Schema):
    """All of them: a shop has at most 50."""

    items: list[StaffOut]


class StaffIn(Schema):
    """Somebody to add by e-mail."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,63}$", max_length=254)
    role: Role


class RoleIn(Schema):
    """Another role."""

    model_config = ConfigDict(extra="forbid")
    role: Role


_APPID = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
_LOGIN_CODE = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,256}$")]


class PhoneLoginIn(Schema):
    """A fresh code of `wx.login`."""

    model_config = ConfigDict(extra="forbid")
    appid: _APPID
    code: _LOGIN_CODE


class PhoneLinkIn(PhoneLoginIn):
    """`link_code` is what the portal shows; `device` is what the phone calls itself."""

    link_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    device: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
    ] = ""


class PhoneSignedInOut(Schema):
    """`token` is sent as Bearer; `role` is what its bearer may do at this moment."""

    token: str
    expires_at: datetime
    phone_id: int
    email: str
    role: Role


class LinkCodeOut(Schema):
    """Eight digits, shown this once."""

    code: str
    expires_at: datetime


class PhoneOut(Schema):
    """A phone on which somebody of the staff works."""

    id: int
    device: str
    email: str
    role: Role
    linked_at: datetime
    used_at: datetime
    is_this_one: bool


class PhonesOut(Schema):
    """All that the asker may see."""

    items: list[PhoneOut]

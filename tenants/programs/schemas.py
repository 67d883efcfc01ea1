"""What crosses the backoffice door of a shop's apps."""

from datetime import datetime

from ninja import Field, Schema
from pydantic import ConfigDict

from tenants.programs.states import Part, RegistrationState, SettingState
from tenants.states import ProgramKind, ProgramState


class ProgramSettingOut(Schema):
    """One part of the configuration: `failed` comes with WeChat's number or word."""

    part: Part
    state: SettingState
    problem_code: str
    applied_at: datetime | None


class ProgramLackOut(Schema):
    """Something to mend before a version can be committed."""

    code: str
    en: str
    zh: str


class ProgramOut(Schema):
    """An app of the shop at WeChat: names are what WeChat told last."""

    id: int
    appid: str
    kind: ProgramKind
    state: ProgramState
    nick_name: str
    principal_name: str
    head_image_url: str
    is_verified: bool
    authorised_at: datetime | None
    unauthorised_at: datetime | None


class ProgramsOut(Schema):
    """All of them, the oldest first."""

    items: list[ProgramOut]


class ProgramStepOut(Schema):
    """One line of the app's history."""

    event: str
    state: str
    by: str
    at: datetime


class ProgramDetailOut(ProgramOut):
    """An app with its configuration, what lacks, and its history, the latest first."""

    introduction: str
    permission_set_ids: list[int]
    settings: list[ProgramSettingOut]
    lacks: list[ProgramLackOut]
    categories: list[str]
    history: list[ProgramStepOut]


class AuthorisationIn(Schema):
    """Which kind of app is going to be authorised."""

    model_config = ConfigDict(extra="forbid")
    kind: ProgramKind = Field(ProgramKind.MINI_PROGRAM)


class AuthorisationOut(Schema):
    """WeChat's pages: show `mobile_url` as a QR code, open `desktop_url` in a new window."""

    desktop_url: str
    mobile_url: str
    expires_at: datetime


class ProgramRegistrationIn(Schema):
    """The company as it is registered: its name and its unified social credit code."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=2, max_length=100)
    code: str = Field(pattern="^[0-9A-HJ-NPQRTUWXY]{18}$")


class ProgramRegistrationOut(Schema):
    """A new mini-program on its way. Show `authorize_url` as a QR code to the legal person, who has
    24 hours; it is empty when nobody is waited for. `program_id` is what came of it."""

    id: int
    name: str
    company_code: str
    state: RegistrationState
    authorize_url: str
    problem_code: str
    problem: str
    created_at: datetime
    ended_at: datetime | None
    program_id: int | None


class ProgramRegistrationsOut(Schema):
    """The latest 20, the latest first."""

    items: list[ProgramRegistrationOut]

"""What crosses the backoffice door of a shop's apps."""

from datetime import datetime

from ninja import Field, Schema
from pydantic import ConfigDict

from tenants.programs.states import Part, SettingState
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

"""What crosses the backoffice door of releases."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

from tenants.releases.states import Goal, ReleaseState


class ReleaseRejectionOut(Schema):
    """WeChat's no: its reason as plain text, what to do, and its pictures as addresses."""

    reason: str
    advice_code: str
    advice_en: str
    advice_zh: str
    link: str
    screenshots: list[str]
    at: datetime


class ReleaseOut(Schema):
    """A version on its way to one mini-program. `problem_code` says why it stands still: a word of
    ours, or WeChat's number. `next` are the operations that are possible now."""

    id: UUID
    program_id: int
    version: str
    state: ReleaseState
    goal: Goal
    problem_code: str
    problem: str
    grey_percentage: int
    is_detected: bool
    next: list[str]
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    released_at: datetime | None


class ReleasesOut(Schema):
    """The latest 50, the latest first."""

    items: list[ReleaseOut]


class ReleaseStepOut(Schema):
    """One line of a release's history."""

    event: str
    state: ReleaseState
    by: str
    at: datetime


class ReleaseDetailOut(ReleaseOut):
    """A release with its refusals, the latest first, and its history, the oldest first."""

    ext: dict[str, str]
    rejections: list[ReleaseRejectionOut]
    history: list[ReleaseStepOut]


class ReleaseStartIn(Schema):
    """How far to go without another click: the preview, WeChat's decision, or the customers."""

    model_config = ConfigDict(extra="forbid")
    goal: Goal = Field(Goal.PREVIEW)


class ReleaseSubmitIn(Schema):
    """What the reviewers read. `feedback` counts after a refusal only."""

    model_config = ConfigDict(extra="forbid")
    version_desc: str = Field("", max_length=200, pattern=r"^[^\x00]*$")
    feedback: str = Field("", max_length=200, pattern=r"^[^\x00]*$")


class ReleaseGreyIn(Schema):
    """The share of customers, which can only grow."""

    model_config = ConfigDict(extra="forbid")
    percentage: int = Field(ge=1, le=99)

"""What crosses the backoffice door of readiness."""

from datetime import datetime

from ninja import Field, Schema
from pydantic import ConfigDict

from tenants.readiness.states import Blocks, FindingState, QuestionKind


class ReadinessQuestionOut(Schema):
    """What only the owner knows: answer by `POST /readiness/answers/{check_key}`."""

    kind: QuestionKind
    text: str
    answer: str
    """`yes`, `no`, a date, or empty while there is none that holds."""


class ReadinessItemOut(Schema):
    """One precondition, in the language of the request. `how` is the exact next step."""

    key: str
    state: FindingState
    blocks: Blocks
    title: str
    why: str
    how: str
    detail: str
    link: str
    """A page of WeChat's, a page below `/shops/{public_id}/`, or empty."""
    question: ReadinessQuestionOut | None
    checked_at: datetime | None


class ReadinessOut(Schema):
    """How the shop and one of its mini-programs stand. `program_id` is null before the first."""

    program_id: int | None
    checked_at: datetime | None
    is_running: bool
    is_ready_to_release: bool
    is_ready_to_be_paid: bool
    items: list[ReadinessItemOut]


class ReadinessAnswerIn(Schema):
    """`yes` or `no`, or a date as 2027-01-31."""

    model_config = ConfigDict(extra="forbid")
    value: str = Field(min_length=1, max_length=32)

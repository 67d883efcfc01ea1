"""What crosses moderation's door."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from shop.moderation.states import CheckState, PartKind, Verdict


class CheckOut(Schema):
    """`text` or `picture_url` is what was sent; `label` is WeChat's word for what it found."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    part: str
    kind: PartKind
    text: str
    picture_url: str
    author_id: UUID | None
    state: CheckState
    reason: str
    reason_in_words: str
    label: int
    label_in_words: str
    statement: str
    decided_by: str
    created_at: datetime


class CheckPage(Schema):
    items: list[CheckOut]
    next: UUID | None


class CheckStepOut(Schema):
    state: CheckState
    reason: str
    label: int
    statement: str
    by: str
    at: datetime


class CheckDetail(CheckOut):
    steps: list[CheckStepOut]


class DecisionIn(Schema):
    """`statement` is the reason in the decider's words; the author may be told."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    statement: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$"),
    ] = ""


class WordIn(Schema):
    model_config = ConfigDict(extra="forbid")

    word: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=20, pattern=r"^[^\x00-\x1f]*$"
        ),
    ]


class WordOut(Schema):
    id: UUID
    word: str
    by: str
    created_at: datetime


class WordsOut(Schema):
    items: list[WordOut]

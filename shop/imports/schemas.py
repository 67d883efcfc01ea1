"""What crosses the imports' door."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema


class ComplaintOut(Schema):
    """`line` counts as a spreadsheet does: the header is 1."""

    line: int
    column: str
    code: str
    detail: str


class PictureFailureOut(Schema):
    """`state` pending with a reason: it is tried again."""

    state: Literal["pending", "stored", "failed"]
    code: str
    detail: str
    count: int


class FailureOut(Schema):
    image_id: UUID
    source_url: str
    code: str
    detail: str


class PicturesOut(Schema):
    pending: int
    stored: int
    failed: int
    reasons: list[PictureFailureOut]
    failures: list[FailureOut]


class ImportLine(Schema):
    """Counts are of products; `sku_count` is of the file's SKUs."""

    id: UUID
    file_name: str
    by: str
    mode: Literal["all_or_nothing", "good_rows"]
    outcome: Literal["done", "previewed", "refused"]
    created_count: int
    updated_count: int
    unchanged_count: int
    sku_count: int
    error_count: int
    warning_count: int
    created_at: datetime


class ImportOut(ImportLine):
    """`errors` and `warnings` have the first 1,000 of each."""

    errors: list[ComplaintOut]
    warnings: list[ComplaintOut]
    unknown_columns: list[str]
    pictures: PicturesOut


class ImportPage(Schema):
    items: list[ImportLine]
    next: str | None

"""What crosses the replies' door."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from shop.replies.states import Occasion, ReplyKind


def _line(most: int) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, max_length=most, pattern=r"^[^\x00-\x1f]*$"
    )


Keyword = Annotated[str, _line(20)]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=3000, pattern=r"^[^\x00]*$")
]
Appid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,32}$")]
Path = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{0,200}$")]
Title = Annotated[str, _line(60)]
Position = Annotated[int, Field(ge=0, le=9999)]


class RuleIn(Schema):
    """`text` may be empty where there is a link: `link_appid` is one of the shop's own."""

    model_config = ConfigDict(extra="forbid")

    occasion: Occasion
    keyword: Keyword = ""
    kind: ReplyKind = ReplyKind.TEXT
    text: LongText = ""
    link_appid: Appid = ""
    link_path: Path = ""
    link_title: Title = ""
    position: Position = 0
    is_on: bool = True


class RuleChange(Schema):
    """Only what is sent changes."""

    model_config = ConfigDict(extra="forbid")

    occasion: Occasion | None = None
    keyword: Keyword | None = None
    kind: ReplyKind | None = None
    text: LongText | None = None
    link_appid: Appid | None = None
    link_path: Path | None = None
    link_title: Title | None = None
    position: Position | None = None
    is_on: bool | None = None


class RuleOut(Schema):
    id: UUID
    occasion: Occasion
    keyword: str
    kind: ReplyKind
    text: str
    link_appid: str
    link_path: str
    link_title: str
    position: int
    is_on: bool


class RulesOut(Schema):
    items: list[RuleOut]

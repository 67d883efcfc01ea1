"""What crosses the doors of notices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from shop.notices.news import Fact, Moment, News
from shop.notices.states import NoticeState, SetUpState


class MomentOut(Schema):
    """Ask for these, with wx.requestSubscribeMessage, at this moment; there may be none."""

    moment: Moment
    template_ids: list[str]


class MomentsOut(Schema):
    items: list[MomentOut]


class NoticeOut(Schema):
    """`data` is what the customer read, by the keys of the template."""

    id: UUID
    news: News
    order_id: UUID
    order_number: str
    state: NoticeState
    data: dict[str, str]
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None


class NoticePage(Schema):
    items: list[NoticeOut]
    next: UUID | None


class TemplateOut(Schema):
    """`facts` says which fact each value of the template is."""

    appid: str
    news: News
    template_id: str
    title: str
    facts: dict[str, Fact]


class SetUpOut(Schema):
    """`missing` is the news for which WeChat's library has no template in the app's categories."""

    appid: str
    state: SetUpState
    missing: list[News]
    last_error: str


class NoticeTemplatesOut(Schema):
    setups: list[SetUpOut]
    templates: list[TemplateOut]


class SetUpIn(Schema):
    model_config = ConfigDict(extra="forbid")

    appid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]

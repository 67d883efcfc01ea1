"""Questions about notices."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from shop.notices.models import Notice, Permit, SetUp, Template
from shop.notices.news import ASKED_AT, Moment, News
from shop.notices.states import NoticeState
from tenants.limits import Limit, month_began


def template_for(news: News, appid: str) -> Template | None:
    """Return the template by which an app tells this news."""
    return Template.objects.filter(news=news, appid=appid).first()


def is_told_anywhere(news: News) -> bool:
    """Say whether any app of the shop tells this news: most shops' first answer is no."""
    return Template.objects.filter(news=news).exists()


def templates_by_moment(appid: str) -> dict[Moment, list[str]]:
    """Return the ids of the templates that an app may ask for, by the moment to ask."""
    rows = Template.objects.filter(appid=appid).values_list("news", "template_id")
    known = {News(news): template_id for news, template_id in rows}
    return {
        moment: [known[news] for news in asked if news in known]
        for moment, asked in ASKED_AT.items()
    }


def setups() -> list[SetUp]:
    """Return how choosing templates went, app by app."""
    return list(SetUp.objects.order_by("appid"))


def templates() -> list[Template]:
    """Return all chosen templates."""
    return list(Template.objects.order_by("appid", "news"))


def find_setup(setup_id: UUID) -> SetUp | None:
    """Return a set-up."""
    return SetUp.objects.filter(pk=setup_id).first()


def find_notice(notice_id: UUID) -> Notice | None:
    """Return a notice whatever its state."""
    return Notice.objects.filter(pk=notice_id).first()


def notices(
    *, state: NoticeState | None, before: UUID | None, limit: int
) -> tuple[list[Notice], UUID | None]:
    """Return notices, the newest first, and the id after which to go on."""
    rows: QuerySet[Notice] = Notice.objects.order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def permits_left(*, appid: str, openid: str, template_ids: Iterable[str]) -> dict[str, int]:
    """Return how many messages of each template a customer still allows."""
    rows = Permit.objects.filter(appid=appid, openid=openid, template_id__in=list(template_ids))
    return dict(rows.values_list("template_id", "left"))


def month_count() -> int:
    """Return how many messages went out this month, or are just going."""
    gone = [NoticeState.SENDING, NoticeState.SENT]
    return Notice.objects.filter(state__in=gone, sending_since__gte=month_began()).count()


def usage() -> dict[str, int]:
    """Return how many messages went out this month (settings.USAGE)."""
    return {Limit.MESSAGES_PER_MONTH: month_count()}

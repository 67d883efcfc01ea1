"""Everything that can happen to a notice. Money and orders never wait for one.

Note [at most once]. A notice is claimed (its permit taken, SENDING written and committed) before
WeChat is asked. Whoever finds it claimed by an attempt that told no outcome does not ask again:
a message too few is better than the same one twice. What WeChat surely did not take gives its
permit back and may be tried again.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.db import IntegrityError
from prometheus_client import Counter

from billing.refunds.models import Refund
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from shop.notices import choosing, ladder, permits, queries
from shop.notices.facts import facts_of
from shop.notices.messages import NoticeDue, TemplatesWanted
from shop.notices.models import Notice, SetUp, Template
from shop.notices.moves import move_notice, move_setup
from shop.notices.news import Fact, News
from shop.notices.states import Cause, NoticeState, SetUpState
from shop.orders.models import Order, OrderLine, Parcel
from tenants import context, directory
from tenants.inserting import insert_unless_there
from tenants.limits import Limit, has_room
from tenants.transactions import verb
from wechat import subscriptions
from wechat.errors import NoPermitLeft, PageNotReleased, WeChatFailure
from wechat.subscriptions import PermitSource

PAGE = "packages/shop/order/order?id={order_id}"
"""Where the mini-program's template shows an order."""
NOTICES = Counter("notices", "Notices by news and how they ended.", ["news", "state"])
DELIVERIES = Counter("notices_delivered", "WeChat's word on messages sent.", ["status"])

log = structlog.get_logger(__name__)


class AppNotOfThisShop(Refusal):
    """The mini-program is not connected to this shop."""

    status: ClassVar[int] = 404
    en = "The mini-program {appid} is not connected to this shop."
    zh = "小程序 {appid} 未绑定到本店。"


@verb
def set_up(*, appid: str, by: str) -> SetUp:
    """Have an app's templates chosen soon; again looks anew. Raises AppNotOfThisShop."""
    shop = directory.shop_by_appid(appid)
    if shop is None or shop.id != context.shop().id:
        raise AppNotOfThisShop(appid=appid)
    insert_unless_there(SetUp(appid=appid, by=by))
    row = SetUp.objects.select_for_update().get(appid=appid)
    if row.state != SetUpState.WANTED:
        move_setup(
            row, SetUpState.WANTED, by=by, last_error="", begun_at_attempt=row.attempts
        )
        row.refresh_from_db()
    publish(TemplatesWanted(row.pk, row.attempts))
    return row


def choose_templates(*, setup_id: UUID, attempt: int) -> None:
    """Choose templates at WeChat and keep their ids. Not inside a transaction. Again is harmless:
    what was added is found."""
    setup = queries.find_setup(setup_id)
    if setup is None or setup.state != SetUpState.WANTED or setup.attempts != attempt:
        return
    try:
        with context.public():
            chosen = choosing.choose(setup.appid)
    except WeChatFailure as failure:
        _choosing_failed(setup, failure, attempt)
        return
    _keep_chosen(setup, chosen, attempt)


@verb
def tell(*, news: News, order_id: UUID, refund_id: UUID | None = None) -> None:
    """Write a notice for the order's member and have it sent, once for each order or refund.

    Does nothing where the member's app has no template for this news.
    """
    if not queries.is_told_anywhere(news):
        return
    order = Order.objects.select_related("member").get(pk=order_id)
    template = queries.template_for(news, order.member.appid)
    if template is None:
        return
    facts = _facts(news, order, refund_id)
    notice = Notice(
        news=news,
        reference=refund_id or order.pk,
        order_id=order.pk,
        order_number=order.number,
        appid=order.member.appid,
        openid=order.member.openid,
        template_id=template.template_id,
        data={key: facts[Fact(fact)] for key, fact in template.facts.items()},
        page=PAGE.format(order_id=order.pk),
    )
    if insert_unless_there(notice):
        publish(NoticeDue(notice.pk, 0))


def send(*, notice_id: UUID, attempt: int) -> None:
    """Send a notice and note how it went. Not inside a transaction. See Note [at most once]."""
    notice = queries.find_notice(notice_id)
    if notice is None:
        return
    try:
        if not _claim(notice, attempt):
            return
    except IntegrityError:  # a message to the same customer was claimed in this moment
        _again(notice, attempt)
        return
    try:
        with context.public():
            subscriptions.send(
                notice.appid,
                openid=notice.openid,
                template_id=notice.template_id,
                data=notice.data,
                page=notice.page,
            )
    except WeChatFailure as failure:
        _note_failure(notice, failure, attempt)
    else:
        _end(notice, NoticeState.SENT, attempt, sent_at=clock.now(), last_error="")


@verb
def note_permits(*, push_id: UUID, appid: str, fields: Mapping[str, str]) -> int:
    """Take what a customer allowed or switched off; return how many permits changed."""
    changed = 0
    for place, told in enumerate(subscriptions.permit_changes(fields)):
        change: dict[str, Any] = {
            "appid": appid,
            "openid": told.openid,
            "template_id": told.template_id,
            "reference": f"push:{push_id}:{place}",
        }
        if told.accepted and told.source == PermitSource.POPUP:
            changed += permits.add(**change, cause=Cause.ACCEPTED)
        elif not told.accepted and told.source == PermitSource.CHANGE:
            changed += permits.clear(**change, cause=Cause.TAKEN_BACK)
    for sent in subscriptions.sent_messages(fields):
        DELIVERIES.labels("delivered" if sent.error_code == 0 else "failed").inc()
    return changed


def _facts(news: News, order: Order, refund_id: UUID | None) -> dict[Fact, str]:
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    parcels = Parcel.objects.filter(order=order).order_by("-shipped_at", "-pk")
    return facts_of(
        news,
        order=order,
        lines=lines,
        parcel=parcels.first() if news == News.ORDER_SHIPPED else None,
        refund=Refund.objects.get(pk=refund_id) if refund_id else None,
    )


@verb
def _claim(notice: Notice, attempt: int) -> bool:
    """Take a permit and the customer's turn; say whether WeChat is to be asked."""
    row = Notice.objects.select_for_update().get(pk=notice.pk)
    if row.attempts != attempt:
        return False
    if row.state == NoticeState.SENDING:
        _end(row, NoticeState.FAILED, attempt, last_error="interrupted: it may have been sent")
        return False
    if row.state != NoticeState.QUEUED:
        return False
    if _is_neighbour_sending(row):
        _again(row, attempt)
        return False
    if not has_room(Limit.MESSAGES_PER_MONTH, count=queries.month_count):
        _end(row, NoticeState.FAILED, attempt, last_error="the plan's messages are used up")
        return False
    whose = {"appid": row.appid, "openid": row.openid, "template_id": row.template_id}
    if not permits.take(**whose, reference=_reference(row, attempt)):
        _wait_for_permit(row, attempt)
        return False
    return move_notice(row, NoticeState.SENDING, sending_since=clock.now())


def _is_neighbour_sending(notice: Notice) -> bool:
    """Say whether the customer is being sent another one. One that was lost is given up."""
    others = Notice.objects.filter(
        appid=notice.appid, openid=notice.openid, state=NoticeState.SENDING
    )
    other = others.first()
    if other is None:
        return False
    if other.sending_since and other.sending_since < clock.now() - ladder.LOST_AFTER:
        _end(other, NoticeState.FAILED, other.attempts, last_error="its worker was lost")
    return True


def _wait_for_permit(notice: Notice, attempt: int) -> None:
    """The push about the customer's “yes” may come after the payment: look a few times more."""
    if attempt >= len(ladder.PERMIT_SECONDS):
        _end(notice, NoticeState.NO_PERMIT, attempt)
        return
    Notice.objects.filter(pk=notice.pk).update(attempts=attempt + 1)
    publish(NoticeDue(notice.pk, attempt + 1), delay_seconds=ladder.PERMIT_SECONDS[attempt])


@verb
def _again(notice: Notice, attempt: int) -> None:
    publish(NoticeDue(notice.pk, attempt), delay_seconds=ladder.NEIGHBOUR_SECONDS)


@verb
def _note_failure(notice: Notice, failure: WeChatFailure, attempt: int) -> None:
    """Decide what a failure means: no permit, no matter, never, or once more."""
    error = f"{type(failure).__name__} {failure}"[:300]
    log.warning("notice_failed", notice=str(notice.pk), error=error)
    whose = {
        "appid": notice.appid,
        "openid": notice.openid,
        "template_id": notice.template_id,
        "reference": _reference(notice, attempt),
    }
    if isinstance(failure, NoPermitLeft):
        permits.clear(**whose, cause=Cause.SPENT)
        _end(notice, NoticeState.NO_PERMIT, attempt, last_error=error)
        return
    if failure.outcome_unknown:
        _end(notice, NoticeState.FAILED, attempt, last_error=error)
        return
    permits.add(**whose, cause=Cause.RETURNED)
    without_page = isinstance(failure, PageNotReleased) and bool(notice.page)
    if not failure.retryable and not without_page:
        _end(notice, NoticeState.REFUSED, attempt, last_error=error)
    elif attempt >= len(ladder.WAITS_SECONDS):
        _end(notice, NoticeState.FAILED, attempt, last_error=error)
    else:
        page = "" if without_page else notice.page
        if move_notice(notice, NoticeState.QUEUED, attempt=attempt, page=page, last_error=error):
            wait = ladder.WAITS_SECONDS[attempt]
            publish(NoticeDue(notice.pk, attempt + 1), delay_seconds=wait)


@verb
def _end(notice: Notice, state: NoticeState, attempt: int, **columns: Any) -> None:
    """Write how it ended; the worker that was slow, not dead, still may say that it was sent."""
    is_late = state == NoticeState.SENT
    if move_notice(notice, state, attempt=attempt, **columns) or (
        is_late and move_notice(notice, state, **columns)
    ):
        NOTICES.labels(notice.news, state).inc()


def _reference(notice: Notice, attempt: int) -> str:
    return f"notice:{notice.pk}:{attempt}"


@verb
def _keep_chosen(setup: SetUp, chosen: Mapping[News, choosing.Chosen], attempt: int) -> None:
    missing = [news for news in News if news not in chosen]
    if not move_setup(
        setup, SetUpState.DONE, attempt=attempt, missing=missing, last_error=""
    ):
        return
    Template.objects.filter(appid=setup.appid).exclude(news__in=list(chosen)).delete()
    for news, one in chosen.items():
        Template.objects.update_or_create(
            appid=setup.appid,
            news=news,
            defaults={"template_id": one.template_id, "title": one.title, "facts": one.facts},
        )


@verb
def _choosing_failed(setup: SetUp, failure: WeChatFailure, attempt: int) -> None:
    error = f"{type(failure).__name__} {failure}"[:300]
    log.warning("templates_not_chosen", appid=setup.appid, error=error)
    if not failure.retryable or attempt - setup.begun_at_attempt >= len(ladder.SETUP_WAITS_SECONDS):
        move_setup(setup, SetUpState.FAILED, attempt=attempt, last_error=error)
        return
    rows = SetUp.objects.filter(pk=setup.pk, attempts=attempt, state=SetUpState.WANTED)
    if rows.update(attempts=attempt + 1, last_error=error):
        wait = ladder.SETUP_WAITS_SECONDS[attempt - setup.begun_at_attempt]
        publish(TemplatesWanted(setup.pk, attempt + 1), delay_seconds=wait)

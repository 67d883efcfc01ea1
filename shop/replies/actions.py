"""Saying what the shop has prepared: at once where that is possible, else by customer service."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import structlog

from jobs.messages import publish
from kernel.errors import Refusal
from shop.moderation import actions as moderation
from shop.moderation.words import LONGEST, normalised
from shop.replies import queries, texts
from shop.replies.messages import ReplyDue
from shop.replies.models import Rule, SentPart
from shop.replies.states import Occasion, ReplyKind
from tenants import context, directory
from tenants.inserting import insert_unless_there
from tenants.transactions import verb
from wechat import customer_service
from wechat.errors import WeChatFailure

MOST_RULES = 100
RETRY_SECONDS = (5, 30, 120)
"""Before each further attempt; there is no other."""

log = structlog.get_logger(__name__)


class RuleIncomplete(Refusal):
    """A rule that could never speak, or would say nothing."""

    status: ClassVar[int] = 422
    en = "A keyword rule needs a keyword, and a reply needs a text, or a link with its title."
    zh = "关键词规则必须有关键词；回复必须有文字，或带标题的小程序链接。"


class ReplyTooLong(Refusal):
    """More than the messages that WeChat lets us send for one."""

    status: ClassVar[int] = 422
    en = "This reply is too long for {most} messages."
    zh = "回复过长，超过了 {most} 条消息的上限。"


class TooManyRules(Refusal):
    """More than anybody looks through while WeChat waits."""

    en = "A shop can have {most} replies."
    zh = "最多可设置 {most} 条回复。"


class LinkNotOfThisShop(Refusal):
    """The link leads to a mini-program that is not this shop's."""

    status: ClassVar[int] = 422
    en = "The mini-program {appid} is not connected to this shop."
    zh = "小程序 {appid} 未绑定到本店。"


def reply_to(appid: str, fields: Mapping[str, str]) -> str | None:
    """Return what to answer a push with, or None. Asked while WeChat waits; writes nothing.

    What is too long, and what is written to a mini-program, is `answer_later`'s.
    """
    text = queries.text_for(fields)
    if text is None or not texts.fits_at_once(text):
        return None
    return text if queries.is_official_account(appid) else None


def answer_later(
    *, push_id: UUID, appid: str, fields: Mapping[str, str], attempt: int = 0
) -> int:
    """Send what could not be said at once; return how many messages went out now.

    Each part is claimed before it is sent, so that none goes out twice. Not inside a transaction.
    """
    text, openid = queries.text_for(fields), fields.get("FromUserName", "")
    if text is None or not openid:
        return 0
    if texts.fits_at_once(text) and queries.is_official_account(appid):
        return 0
    sent = 0
    for place, part in enumerate(texts.parts_of(text)):
        claim = SentPart(push_id=push_id, place=place)
        if not _claim(claim):
            continue
        try:
            with context.public():
                customer_service.send_text(appid, openid=openid, text=part)
        except WeChatFailure as failure:
            _note_failure(claim, failure, attempt)
            return sent
        sent += 1
    return sent


@verb
def add(**fields: Any) -> Rule:
    """Add a reply. Raises TooManyRules and what `edit` raises."""
    if Rule.objects.count() >= MOST_RULES:
        raise TooManyRules(most=MOST_RULES)
    return _put(Rule(**fields))


@verb
def edit(*, rule: Rule, **changes: Any) -> Rule:
    """Change the fields that are named.

    Raises RuleIncomplete, ReplyTooLong, LinkNotOfThisShop, moderation's WordUnfit and
    ProhibitedWordFound.
    """
    row = Rule.objects.select_for_update().get(pk=rule.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    return _put(row)


def remove(*, rule: Rule) -> None:
    """Say this no more."""
    rule.delete()


def _put(rule: Rule) -> Rule:
    rule.keyword = "" if rule.occasion == Occasion.FOLLOWED else normalised(rule.keyword)
    has_link = bool(rule.link_appid and rule.link_path and rule.link_title)
    is_link = rule.kind == ReplyKind.PROGRAM_LINK
    if (rule.occasion != Occasion.FOLLOWED and not rule.keyword) or not (
        has_link if is_link else rule.text.strip()
    ):
        raise RuleIncomplete
    if len(rule.keyword) > LONGEST:
        raise moderation.WordUnfit(most=LONGEST)
    if len(texts.parts_of(rule.text)) >= texts.MOST_PARTS:  # one stays for the link
        raise ReplyTooLong(most=texts.MOST_PARTS)
    shop = directory.shop_by_appid(rule.link_appid) if is_link else context.shop()
    if shop is None or shop.id != context.shop().id:
        raise LinkNotOfThisShop(appid=rule.link_appid)
    moderation.refuse_prohibited(rule.text, rule.link_title)
    rule.save()
    return rule


@verb
def _claim(part: SentPart) -> bool:
    return insert_unless_there(part)


@verb
def _note_failure(claim: SentPart, failure: WeChatFailure, attempt: int) -> None:
    """Try again what surely did not go out; leave alone what may have."""
    log.warning("reply_failed", push=str(claim.push_id), error=str(failure))
    if failure.retryable and not failure.outcome_unknown and attempt < len(RETRY_SECONDS):
        SentPart.objects.filter(push_id=claim.push_id, place=claim.place).delete()
        publish(ReplyDue(claim.push_id, attempt + 1), delay_seconds=RETRY_SECONDS[attempt])

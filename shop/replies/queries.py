"""Questions about replies."""

from collections.abc import Mapping
from uuid import UUID

from shop.moderation.words import normalised
from shop.replies import texts
from shop.replies.models import Rule
from shop.replies.states import Occasion, ReplyKind
from tenants import context
from tenants.models import MiniProgram
from tenants.states import ProgramKind


def rules() -> list[Rule]:
    """Return all rules in their order."""
    return list(Rule.objects.order_by("position", "pk"))


def find_rule(rule_id: UUID) -> Rule | None:
    """Return a rule."""
    return Rule.objects.filter(pk=rule_id).first()


def text_for(fields: Mapping[str, str]) -> str | None:
    """Return what the shop says to a push, or None. One statement."""
    is_follow = fields.get("Event") == "subscribe"
    said = normalised(fields.get("Content") or fields.get("EventKey", ""))
    if not is_follow and not said:
        return None
    live = Rule.objects.filter(is_on=True).order_by("position", "pk")
    fits = (rule for rule in live if _fits(rule, said, is_follow=is_follow))
    rule = next(fits, None)
    return _text(rule) if rule else None


def is_official_account(appid: str) -> bool:
    """Say whether an app is an official account: WeChat passes on a reply at once from these only;
    a mini-program answers through customer service (CONTRACT §9)."""
    with context.public():
        return MiniProgram.objects.filter(
            appid=appid, kind=ProgramKind.OFFICIAL_ACCOUNT
        ).exists()


def _fits(rule: Rule, said: str, *, is_follow: bool) -> bool:
    if is_follow or rule.occasion == Occasion.FOLLOWED:
        return is_follow and rule.occasion == Occasion.FOLLOWED
    return rule.keyword == said if rule.occasion == Occasion.EXACT else rule.keyword in said


def _text(rule: Rule) -> str:
    if rule.kind == ReplyKind.TEXT:
        return rule.text
    return texts.with_link(
        rule.text, appid=rule.link_appid, path=rule.link_path, title=rule.link_title
    )

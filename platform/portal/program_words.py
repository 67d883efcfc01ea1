"""What happened to a mini-program and its releases, and what stands in their way, in words.

Histories keep short names of events; here they are read to people, in their language.
"""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from portal import history
from tenants.releases import queries
from tenants.releases.carrying import QUOTA_SPENT
from tenants.releases.models import Release

PROGRAM_EVENTS = {
    "authorised": _("authorised"),
    "unauthorised": _("the authorisation was taken back"),
    "permissions_changed": _("the permissions were changed"),
    "configuration_wanted": _("configuration was asked for"),
    "info_applied": _("name and owner were read"),
    "info_failed": _("name and owner could not be read"),
    "domains_applied": _("the server domains are set"),
    "domains_failed": _("the server domains were refused"),
    "privacy_applied": _("the privacy guide is set"),
    "privacy_failed": _("the privacy guide was refused"),
    "categories_applied": _("the categories were read"),
    "categories_failed": _("the categories could not be read"),
    "wxa_nickname_audit": _("WeChat decided about the name"),
    "wxa_category_audit": _("WeChat decided about a category"),
    "wxa_illegal_record": _("WeChat noted a breach of its rules"),
    "wxa_appeal_record": _("WeChat decided about an appeal"),
}
RELEASE_EVENTS = {
    "started": _("a preview was asked for"),
    "preflight": _("something had to be mended first"),
    "committed": _("WeChat took the code"),
    "not_committed": _("WeChat refused the code"),
    "detected": _("WeChat's check of the code is over"),
    "wanted_audit": _("the review was asked for"),
    "submitted": _("submitted for review"),
    "not_submitted": _("WeChat did not take the submission"),
    "quota_spent": _("no review was left this month"),
    "resubmitted": _("submitted again"),
    "delayed": _("WeChat needs longer"),
    "approved": _("passed the review"),
    "rejected": _("refused"),
    "withdrawn": _("taken back from review"),
    "sped_up": _("WeChat was asked to hurry"),
    "refused": _("WeChat said no"),
    "releasing": _("the release began"),
    "released": _("released to all customers"),
    "not_released": _("WeChat refused the release"),
    "grey": _("given to some of the customers"),
    "grey_ended": _("the partial release was ended"),
    "superseded": _("a newer version took its place"),
    "reverting": _("rolling back began"),
    "reverted": _("rolled back"),
    "not_reverted": _("WeChat refused to roll back"),
    "restored": _("customers have it again"),
    "stopped": _("stopped"),
    "retried": _("tried again"),
}
"""Other events of a release are steps on the way that tell an owner nothing."""
HINTS = {
    "48001": _("A permission is missing. Authorise again and tick every permission."),
    "61007": _("A permission is missing. Authorise again and tick every permission."),
    "61040": _("The code uses an interface that this mini-program may not use. Write to us."),
    "85008": _("WeChat knows no category of this mini-program. Add one on mp.weixin.qq.com under"
               " Settings, then configure again."),
    "85077": _("A category of this mini-program is not valid any more. Change it on"
               " mp.weixin.qq.com under Settings, then configure again."),
    "85079": _("WeChat gives a version to a part of the customers only when all of them have an"
               " older one."),
    "85018": _("Our server is not on the platform's list at WeChat yet. We have to add it: write"
               " to us, then try again."),
    "86002": _("Name, picture or introduction are missing. Fill them in on mp.weixin.qq.com, then"
               " try again."),
    "87006": _("WeChat lets this mini-program submit nothing at the moment. Look at the messages"
               " on mp.weixin.qq.com."),
    "87011": _("WeChat does not roll back twice, or to a version that is too old."),
    "87012": _("WeChat does not roll back twice, or to a version that is too old."),
    "87013": _("WeChat lets nobody take back more submissions today. Wait for its decision."),
}  # fmt: skip
"""What to do about WeChat's numbers that owners can meet."""
_PEOPLE = {"wechat": _("WeChat"), "platform": _("platform")}


def trouble(release: Release) -> str:
    """Return why a release stands still or goes slowly; empty when nothing is wrong."""
    code = release.problem_code
    lack = queries.lack_of(code)
    if lack is not None:
        return lack.zh if _is_chinese() else lack.en
    if code == QUOTA_SPENT:
        return gettext(
            "This month's reviews of the platform are used up. Submit again next month, or write"
            " to us."
        )
    if code in {"", "refused"}:
        return ""
    if release.due_at is not None and code not in HINTS:
        told = gettext("WeChat does not answer clearly (%(code)s). We go on trying by ourselves.")
        return told % {"code": code}
    return refused(code, release.problem)


def refused(code: str, words: str = "") -> str:
    """Return what a number of WeChat's means for an owner, or the number and WeChat's words."""
    if code in HINTS:
        return f"{gettext(HINTS[code])} ({code})"
    told = gettext("WeChat said no: %(words)s")
    return told % {"words": f"{words} ({code})" if words else code}


def program_event(event: str) -> str:
    """Return a line of an app's history in words; what WeChat names otherwise stays as it is."""
    return gettext(PROGRAM_EVENTS[event]) if event in PROGRAM_EVENTS else event


def release_event(event: str, facts: dict[str, Any]) -> str:
    """Return a line of a release's history in words."""
    words = gettext(RELEASE_EVENTS[event])
    return f"{words}: {facts['percentage']} %" if event == "grey" else words


def person(by: str) -> str:
    """Return who did it: an address, or WeChat, or the platform, of which trains are a part."""
    if by.startswith("train "):
        by = "platform"
    return gettext(_PEOPLE[by]) if by in _PEOPLE else history.said(by)


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")

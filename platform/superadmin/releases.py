"""Releases of all shops: history, refusals with their pictures; and the month's reviews."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kernel.errors import Refusal
from storage import files
from superadmin.acts import act_on
from superadmin.audit import ReadOnly, record
from superadmin.marks import action, column, display
from superadmin.programs import REVIEW_COLOURS
from superadmin.shown import History
from superadmin.site import site
from tenants.releases import actions, quota
from tenants.releases.advice import ADVICE
from tenants.releases.models import Quota, Release, ReleaseStep
from wechat.errors import WeChatFailure

RELEASE_COLOURS = {
    **REVIEW_COLOURS, "preflight_failed": "danger", "stopped": "danger", "reverted": "danger",
    "committing": "warning", "submitting": "warning", "releasing": "warning",
    "reverting": "warning", "committed": "info",
}  # fmt: skip


class ReleaseSteps(History):
    """The release's history."""

    model = ReleaseStep


@admin.register(Release, site=site)
class AllReleases(ReadOnly):
    """Versions on their way to apps, and those that arrived."""

    list_display = (
        column("created_at", _("Since")), column("mini_program.tenant.name", _("Shop")),
        column("mini_program.appid", "AppID"), column("template.version", _("Version")),
        "state_label", column("problem_code", _("Problem")),
        column("submitted_at", _("Submitted")), column("released_at", _("Released")),
        column("by", _("By")),
    )  # fmt: skip
    list_filter = ("state", "template", "is_bulk", "created_at")
    search_fields = (
        *("mini_program__appid", "mini_program__nick_name", "mini_program__tenant__name"),
        *("mini_program__tenant__public_id", "audit_id"),
    )
    ordering = ("-created_at",)
    list_select_related = ("mini_program__tenant", "template")
    fields = readonly_fields = (
        column("mini_program.tenant", _("Shop")), column("mini_program.appid", "AppID"),
        column("template.version", _("Version")), column("state", _("State")),
        column("goal", _("Goal")), column("ext", "ext.json"),
        column("problem_code", _("Problem")), column("problem", _("What WeChat said")),
        column("grey_percentage", _("Share of customers")), column("audit_id", _("Review number")),
        column("version_desc", _("Told to reviewers")), column("feedback", _("Mended")),
        column("submitted_at", _("Submitted")), column("decided_at", _("Decided")),
        column("released_at", _("Released")), column("due_at", _("Next step due")), "refusals",
    )  # fmt: skip
    inlines = (ReleaseSteps,)
    actions_detail: Any = ("ask", "hurry", "withdraw", "retry")

    @display(description=_("State"), ordering="state", label=RELEASE_COLOURS)
    def state_label(self, release: Release) -> str:
        """Return the state, coloured."""
        return release.state

    @admin.display(description=_("Refusals"))
    def refusals(self, release: Release) -> str:
        """Return WeChat's reasons with our advice and the reviewers' pictures."""
        is_chinese = (get_language() or "zh").startswith("zh")
        parts = []
        for one in release.rejections.order_by("-pk"):
            advised = ADVICE.get(one.advice_code, ADVICE["other"])
            pictures = format_html_join(
                " ",
                '<a href="{0}"><img src="{0}" alt="" class="inline h-64 rounded-default"></a>',
                ((files.url(key),) for key in one.files),
            )
            parts.append(
                (
                    f"{one.at:%Y-%m-%d %H:%M}",
                    one.reason,
                    advised.advice_zh if is_chinese else advised.advice_en,
                    pictures,
                )
            )
        words = (
            '<div class="mb-4"><strong>{}</strong><p class="whitespace-pre-wrap">{}</p>'
            "<p>{}</p>{}</div>"
        )
        return format_html_join("", words, parts) or "-"

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may act."""
        return bool(request.user.has_perm("releases.change_release"))

    @action(description=_("Ask WeChat now"), url_path="ask", permissions=["act"], icon="sync")
    def ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask how the review stands."""
        words = gettext("WeChat is asked at once how its review stands.")
        return self._act(request, object_id, "ask", gettext("Ask WeChat now"), words,
                         actions.ask_now)  # fmt: skip

    @action(description=_("Hurry"), url_path="hurry", permissions=["act"], icon="bolt")
    def hurry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask WeChat to review quickly."""
        words = gettext("WeChat is asked to review quickly. That costs one of the month's few.")
        return self._act(request, object_id, "hurry", gettext("Hurry"), words, actions.speed_up)

    @action(description=_("Withdraw"), url_path="withdraw", permissions=["act"], icon="undo")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the submission back."""
        words = gettext("The submission is taken back. WeChat allows an app that a few times.")
        return self._act(request, object_id, "withdraw", gettext("Withdraw"), words,
                         actions.withdraw)  # fmt: skip

    @action(description=_("Try again"), url_path="retry", permissions=["act"], icon="replay")
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try what stands still."""
        words = gettext("What stands still is tried again from there.")
        return self._act(request, object_id, "retry", gettext("Try again"), words, actions.retry)

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        words: str,
        verb: Callable[..., Release],
    ) -> HttpResponse:
        rows = Release.objects.select_related("mini_program__tenant", "template")
        release = get_object_or_404(rows, pk=object_id)
        return act_on(
            request,
            release,
            name=f"{name} release",
            title=title,
            words=words,
            back=reverse("superadmin:releases_release_change", args=[release.pk]),
            verb=lambda _: verb(release=release, by=str(request.user)),
            facts=lambda r: {"state": r.state, "wish": r.wish, "appid": r.mini_program.appid},
        )


@admin.register(Quota, site=site)
class Months(ReadOnly):
    """Each month's reviews: one pool for all shops."""

    list_display = (
        column("month", _("Month")), column("granted", _("Granted")), column("used", _("Used")),
        column("reserved", _("Reserved")), column("elsewhere", _("Used elsewhere")),
        column("left", _("Left")), column("speedup_left", _("Quick ones left")),
        column("checked_at", _("Asked")),
    )  # fmt: skip
    fields = readonly_fields = list_display
    ordering = ("-month",)
    list_before_template: Any = "superadmin/quota_ask.html"


@site.page("quota/ask/", "ask_quota")
def ask_quota(request: HttpRequest) -> HttpResponse:
    """Ask WeChat for the month's reviews, and go back to the list."""
    if request.method == "POST":
        try:
            month = quota.refresh()
        except Refusal as refusal:
            messages.error(request, refusal.sentence(get_language() or "zh-hans"))
        except WeChatFailure as failure:
            told = gettext("WeChat did not tell: %(why)s") % {"why": failure}
            messages.error(request, told)
        else:
            with transaction.atomic():
                record(request, "ask quota", month, after={"left": month.left})
            messages.success(request, gettext("WeChat told the month's reviews."))
    return redirect("superadmin:releases_quota_changelist")

"""Mini-programs and official accounts of all shops: authorisation, versions, the latest review."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from superadmin.acts import act_on
from superadmin.audit import ReadOnly
from superadmin.marks import action, column, display
from superadmin.shown import History, Shown
from superadmin.site import site
from tenants.models import MiniProgram
from tenants.programs import actions, queries
from tenants.programs.models import ProgramStep, Setting, Unplaced
from tenants.releases.models import Rejection, Release
from tenants.releases.states import IN_AUDIT, ReleaseState
from tenants.states import ProgramState
from tenants.trains.queries import live_version_of_program

PROGRAM_COLOURS = {
    ProgramState.CONNECTED: "info",
    ProgramState.AUTHORISED: "success",
    ProgramState.UNAUTHORISED: "danger",
}
REVIEW_COLOURS = {
    "auditing": "warning", "delayed": "warning", "rejected": "danger", "withdrawn": "info",
    "approved": "success", "gray": "success", "released": "success",
}  # fmt: skip


class ReviewFilter(admin.SimpleListFilter):
    """Where the latest review stands."""

    title = _("Review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return what staff look for."""
        return [("open", _("in review")), ("rejected", _("refused")), ("approved", _("passed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to apps with a release in the chosen state."""
        states = {
            "open": IN_AUDIT,
            "rejected": {ReleaseState.REJECTED},
            "approved": {ReleaseState.APPROVED, ReleaseState.GRAY},
        }.get(self.value() or "")
        return queryset.filter(releases__state__in=states) if states else queryset


class LiveFilter(admin.SimpleListFilter):
    """Which version customers have."""

    title = _("Released version")
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the versions that anybody has, and none."""
        rows = MiniProgram.objects.annotate(live=live_version_of_program()).order_by("live")
        found = rows.values_list("live", flat=True).distinct()
        return [(version, version) for version in found if version] + [("-", _("none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the chosen version."""
        if self.value() == "-":
            return queryset.filter(live_version__isnull=True)
        return queryset.filter(live_version=self.value()) if self.value() else queryset


class Settings(Shown):
    """The parts of the configuration."""

    model = Setting
    fields = readonly_fields = (
        column("part", _("Part")), column("state", _("State")),
        column("problem_code", _("Problem")), column("applied_at", _("Since")),
    )  # fmt: skip
    verbose_name_plural = _("Configuration")


class ProgramSteps(History):
    """The app's history."""

    model = ProgramStep


class Releases(Shown):
    """The app's releases."""

    model = Release
    fields = readonly_fields = (
        column("created_at", _("Since")), column("template.version", _("Version")),
        column("state", _("State")), column("problem", _("Problem")),
        column("released_at", _("Released")),
    )  # fmt: skip
    ordering = ("-created_at",)
    show_change_link = True
    verbose_name_plural = _("Releases")


@admin.register(MiniProgram, site=site)
class Programs(ReadOnly):
    """All apps at WeChat."""

    list_display = (
        column("nick_name", _("Name")), column("appid", "AppID"), column("tenant.name", _("Shop")),
        "state_label", "version", "review_label", "why", column("authorised_at", _("Authorised")),
    )  # fmt: skip
    list_filter = ("state", "kind", ReviewFilter, LiveFilter)
    search_fields = ("appid", "nick_name", "principal_name", "tenant__name", "tenant__public_id")
    ordering = ("-pk",)
    list_select_related = ("tenant",)
    fields = readonly_fields = (
        column("nick_name", _("Name")), column("appid", "AppID"), column("user_name", "gh_"),
        column("tenant", _("Shop")), column("kind", _("Kind")), column("state", _("State")),
        column("principal_name", _("Owner")), column("is_verified", _("Verified")),
        column("permission_set_ids", _("Permission sets")),
        column("authorised_at", _("Authorised")), column("unauthorised_at", _("Taken back")),
        "version", "review_label", "why",
    )  # fmt: skip
    inlines = (Settings, Releases, ProgramSteps)
    actions_detail: Any = ("configure",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read version, review and refusal of all shown apps at once."""
        reviewed = Release.objects.filter(
            mini_program=OuterRef("pk"), submitted_at__isnull=False
        ).order_by("-submitted_at")
        refusals = Rejection.objects.filter(release__mini_program=OuterRef("pk")).order_by("-pk")
        rows = super().get_queryset(request)
        return rows.annotate(
            live_version=live_version_of_program(),
            review_state=Subquery(reviewed.values("state")[:1]),
            refusal=Subquery(refusals.values("reason")[:1]),
        )

    @display(description=_("State"), ordering="state", label=PROGRAM_COLOURS)
    def state_label(self, program: MiniProgram) -> str:
        """Return the state, coloured."""
        return program.state

    @admin.display(description=_("Released version"), ordering="live_version")
    def version(self, program: Any) -> str:
        """Return what customers have."""
        return program.live_version or "-"

    @display(description=_("Latest review"), ordering="review_state", label=REVIEW_COLOURS)
    def review_label(self, program: Any) -> str:
        """Return where the release that was submitted last stands."""
        return program.review_state or "-"

    @admin.display(description=_("Refused because"))
    def why(self, program: Any) -> str:
        """Return WeChat's reason, if that release is refused now."""
        is_refused = program.review_state == ReleaseState.REJECTED
        return str(program.refusal or "")[:160] if is_refused else ""

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may configure."""
        return bool(request.user.has_perm("tenants.change_miniprogram"))

    @action(
        description=_("Configure again"), url_path="configure", permissions=["act"], icon="tune"
    )
    def configure(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set domains and privacy guide and read names and categories again."""
        program = get_object_or_404(MiniProgram, pk=object_id)
        return act_on(
            request,
            program,
            name="configure",
            title=gettext("Configure again"),
            words=gettext("Domains and privacy guide are set and names and categories read again."),
            back=reverse("superadmin:tenants_miniprogram_change", args=[program.pk]),
            verb=lambda _: actions.configure(program=program, by=str(request.user)),
            facts=_facts,
        )


@admin.register(Unplaced, site=site)
class UnplacedApps(ReadOnly):
    """Apps whose owners authorised us, and that found no shop."""

    list_display = (
        column("found_at", _("Since")), column("appid", "AppID"), column("why", _("Reason")),
        column("tenant", _("Asked for by")),
    )  # fmt: skip
    fields = readonly_fields = list_display
    list_filter = ("why",)
    search_fields = ("appid",)
    ordering = ("-pk",)
    list_select_related = ("tenant",)


def _facts(program: Model) -> dict[str, Any]:
    assert isinstance(program, MiniProgram)
    fresh = queries.with_settings(MiniProgram.objects.filter(pk=program.pk)).get()
    return {part: row.state for part, row in queries.settings_of(fresh).items()}

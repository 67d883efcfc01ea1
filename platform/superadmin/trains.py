"""Release trains: plan, look at the cost, start, follow by waves, pause, resume, abort, retry."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from kernel.errors import Refusal
from superadmin.acts import act_on
from superadmin.audit import ReadOnly, record
from superadmin.marks import action, column, display
from superadmin.shown import History
from superadmin.site import site
from tenants.releases.models import Template
from tenants.trains import actions, queries
from tenants.trains.actions import TrainFilter
from tenants.trains.models import ReleaseTrain, TrainCar, TrainStep
from tenants.trains.states import CarState, TrainState

TRAIN_COLOURS = {
    TrainState.PLANNED: "info", TrainState.RUNNING: "success", TrainState.PAUSED: "warning",
    TrainState.STOPPED: "danger", TrainState.ABORTED: "danger", TrainState.FINISHED: "success",
}  # fmt: skip
CAR_COLOURS = {
    CarState.WAITING: "info", CarState.RUNNING: "warning", CarState.RELEASED: "success",
    CarState.REFUSED: "danger", CarState.FAILED: "danger", CarState.SKIPPED: "info",
}  # fmt: skip
SHOWN_CARS = 50
_APPS = re.compile(r"[\s,;]+")


class PlanForm(forms.Form):
    """Which version goes to whom, in which waves, and when it stops."""

    template = forms.ModelChoiceField(
        label=_("Version"),
        queryset=Template.objects.filter(is_offered=True).order_by("-created_at", "-pk"),
        widget=UnfoldAdminSelectWidget,
    )
    canaries = forms.CharField(
        label=_("Canaries"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("AppIDs, one a line: they are the first wave."),
    )  # fmt: skip
    waves = forms.RegexField(
        label=_("Sizes of the next waves"), regex=r"^[0-9,\s]*$", required=False,
        initial="10, 100", widget=UnfoldAdminTextInputWidget,
        help_text=_("Whole numbers with commas; whoever is left makes the last wave."),
        error_messages={"invalid": _("Whole numbers with commas, please.")},
    )  # fmt: skip
    most_refusals = forms.IntegerField(
        label=_("Refusals borne in a wave"), min_value=0, max_value=1000, initial=0,
        widget=UnfoldAdminIntegerFieldWidget, help_text=_("One more stops the train."),
    )  # fmt: skip
    quota_kept = forms.IntegerField(
        label=_("Reviews kept for new shops"), min_value=0, max_value=100_000, initial=10,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("The train waits rather than touch them."),
    )  # fmt: skip
    appids = forms.CharField(
        label=_("Only these"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("AppIDs, one a line; empty takes all that are not on the version."),
    )  # fmt: skip
    without = forms.CharField(
        label=_("Without these"), required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), help_text=_("AppIDs, one a line."),
    )  # fmt: skip
    has_unreleased = forms.BooleanField(
        label=_("Also apps that never had a version of ours"), required=False,
        widget=UnfoldBooleanWidget,
    )  # fmt: skip

    def clean_waves(self) -> list[int]:
        """Return the sizes."""
        return [int(size) for size in self.cleaned_data["waves"].replace(",", " ").split()][:50]

    def apps(self, name: str) -> tuple[str, ...]:
        """Return the AppIDs of a field."""
        return tuple(appid for appid in _APPS.split(self.cleaned_data[name]) if appid)


class TrainSteps(History):
    """The train's history."""

    model = TrainStep


@admin.register(ReleaseTrain, site=site)
class Trains(ReadOnly):
    """All trains."""

    list_display = (
        column("pk", _("Number")), column("template.version", _("Version")), "state_label",
        "wave_shown", "cars_shown", column("reason", _("Reason")), column("by", _("By")),
        column("created_at", _("Since")),
    )  # fmt: skip
    list_filter = ("state", "template")
    search_fields = ("template__version", "by", "reason")
    ordering = ("-pk",)
    list_select_related = ("template",)
    fields = readonly_fields = (
        column("template.version", _("Version")), column("state", _("State")), "wave_shown",
        column("reason", _("Reason")), column("most_refusals", _("Refusals borne in a wave")),
        column("quota_kept", _("Reviews kept for new shops")), column("chosen", _("Filter")),
        column("by", _("By")), column("started_at", _("Started")),
        column("finished_at", _("Finished")),
    )  # fmt: skip
    inlines = (TrainSteps,)
    actions_detail: Any = ("start", "pause", "resume", "resume_again", "abort")
    list_before_template: Any = "superadmin/train_link.html"
    change_form_outer_before_template: Any = "superadmin/train_figures.html"

    @display(description=_("State"), ordering="state", label=TRAIN_COLOURS)
    def state_label(self, train: ReleaseTrain) -> str:
        """Return the state, coloured."""
        return train.state

    @admin.display(description=_("Wave"))
    def wave_shown(self, train: ReleaseTrain) -> str:
        """Return the wave that is under way, and of how many."""
        return f"{train.wave} / {len(train.waves)}"

    @admin.display(description=_("Apps"))
    def cars_shown(self, train: ReleaseTrain) -> int:
        """Return how many mini-programs it brings along."""
        return sum(train.waves)

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may drive trains."""
        return _may_drive(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Add the cost, the figures of each wave and the cars that were refused or are stuck."""
        train = ReleaseTrain.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        shown = _figures(train) if train else {}
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **shown}
        )
        return response

    @action(description=_("Start"), url_path="start", permissions=["act"], icon="play_arrow")
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let a planned train go."""
        words = gettext("The first wave is committed and submitted at once, by itself.")
        return self._act(request, object_id, "start", gettext("Start"), words,
                         lambda train, by, _: actions.start(train=train, by=by))  # fmt: skip

    @action(description=_("Pause"), url_path="pause", permissions=["act"], icon="pause")
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Submit and release nothing more."""
        words = gettext("Nothing more is submitted or released. What WeChat decides is kept.")
        return self._act(request, object_id, "pause", gettext("Pause"), words,
                         lambda train, by, why: actions.pause(train=train, by=by, reason=why)
                         )  # fmt: skip

    @action(description=_("Resume"), url_path="resume", permissions=["act"], icon="resume")
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go on."""
        words = gettext("The train goes on where it stood.")
        return self._act(request, object_id, "resume", gettext("Resume"), words,
                         lambda train, by, _: actions.resume(train=train, by=by))  # fmt: skip

    @action(description=_("Resume, refused ones again"), url_path="resume-again",
            permissions=["act"], icon="replay")  # fmt: skip
    def resume_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go on, and try what was refused or failed again."""
        words = gettext("The train goes on; refused and failed apps are submitted again as well.")
        return self._act(request, object_id, "resume again", gettext("Resume, refused ones again"),
                         words,
                         lambda train, by, _: actions.resume(train=train, by=by, again=True)
                         )  # fmt: skip

    @action(description=_("Abort"), url_path="abort", permissions=["act"], icon="cancel")
    def abort(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End it for good."""
        words = gettext("What waits stays on its version; what is released stays released.")
        return self._act(request, object_id, "abort", gettext("Abort"), words,
                         lambda train, by, why: actions.abort(train=train, by=by, reason=why)
                         )  # fmt: skip

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        words: str,
        verb: Callable[[ReleaseTrain, str, str], ReleaseTrain],
    ) -> HttpResponse:
        train = get_object_or_404(ReleaseTrain, pk=object_id)
        return act_on(
            request,
            train,
            name=f"{name} train",
            title=title,
            words=words,
            back=reverse("superadmin:trains_releasetrain_change", args=[train.pk]),
            verb=lambda reason: verb(train, str(request.user), reason),
            facts=lambda t: {"state": t.state, "wave": t.wave},
        )


@admin.register(TrainCar, site=site)
class TrainCars(ReadOnly):
    """The mini-programs of all trains."""

    list_display = (
        column("train_id", _("Train")), column("wave", _("Wave")),
        column("mini_program.appid", "AppID"), column("mini_program.tenant.name", _("Shop")),
        "state_label", column("reason", _("Reason")), column("from_version", _("Had before")),
    )  # fmt: skip
    fields = readonly_fields = (*list_display, "refusal")
    list_filter = ("state", "wave", "train")
    search_fields = ("mini_program__appid", "mini_program__tenant__name")
    ordering = ("-train", "wave", "pk")
    list_select_related = ("mini_program__tenant",)
    actions_detail: Any = ("retry",)

    @display(description=_("State"), ordering="state", label=CAR_COLOURS)
    def state_label(self, car: TrainCar) -> str:
        """Return the state, coloured."""
        return car.state

    @admin.display(description=_("Refused because"))
    def refusal(self, car: TrainCar) -> str:
        """Return WeChat's latest reason."""
        return _reason(car) or "-"

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may drive trains."""
        return _may_drive(request)

    @action(description=_("Try again"), url_path="retry", permissions=["act"], icon="replay")
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try a refused, failed or skipped car again."""
        car = get_object_or_404(TrainCar.objects.select_related("train"), pk=object_id)
        return act_on(
            request,
            car,
            name="retry car",
            title=gettext("Try again"),
            words=gettext("A refused app is submitted again as it is; others begin anew."),
            back=reverse("superadmin:trains_releasetrain_change", args=[car.train_id]),
            verb=lambda _: actions.retry(car=car, by=str(request.user)),
            facts=lambda c: {"state": c.state, "train": c.train_id},
        )


@site.page("trains/plan/", "plan_train")
def plan(request: HttpRequest) -> HttpResponse:
    """Ask what the train shall bring to whom; show what was planned, before it starts."""
    if request.method == "POST" and not _may_drive(request):
        return HttpResponse(status=403)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            train = _plan(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence(get_language() or "zh-hans"))
        else:
            return redirect("superadmin:trains_releasetrain_change", train.pk)
    content = {**site.each_context(request), "title": _("Plan a train"), "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "superadmin/train_plan.html", content, status=status)


def _plan(request: HttpRequest, form: PlanForm) -> ReleaseTrain:
    wish = form.cleaned_data
    with transaction.atomic():
        train = actions.plan(
            template=wish["template"],
            chosen=TrainFilter(
                appids=form.apps("appids"),
                without=form.apps("without"),
                has_unreleased=wish["has_unreleased"],
            ),
            canaries=form.apps("canaries"),
            waves=wish["waves"],
            most_refusals=wish["most_refusals"],
            quota_kept=wish["quota_kept"],
            by=str(request.user),
        )
        record(request, "plan train", train, after={"waves": str(train.waves)})
    return train


def _figures(train: ReleaseTrain) -> dict[str, Any]:
    """Return what the page of a train shows beside its fields, in a few statements."""
    figures = queries.figures_of(train)
    waves = [
        {
            "number": number,
            "cars": sum(counts.values()),
            "counts": [counts.get(state, 0) for state in CarState],
            "is_here": number == train.wave,
        }
        for number, counts in figures.items()
    ]
    failed = train.cars.filter(state=CarState.FAILED).select_related(
        "release", "mini_program__tenant"
    )
    troubled = [*queries.refused_cars(train)[:SHOWN_CARS], *failed.order_by("pk")[:SHOWN_CARS]]
    return {
        "train": train,
        "cost": queries.cost_of(train),
        "waves": waves,
        "states": list(CarState),
        "troubled": [(car, _reason(car)) for car in troubled],
        "versions": queries.versions_of(train),
    }


def _reason(car: TrainCar) -> str:
    """Return why WeChat refused a car's release, or what it is stuck on."""
    if car.release is None:
        return car.reason
    refusal = max(car.release.rejections.all(), key=lambda r: r.pk, default=None)
    if refusal is not None and car.state == CarState.REFUSED:
        return refusal.reason
    return " ".join(filter(None, [car.reason, car.release.problem_code, car.release.problem]))


def _may_drive(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("trains.change_releasetrain"))

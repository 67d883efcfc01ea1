"""Questions about templates and releases. All of them run on the platform (`context.public`)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from kernel.errors import Refusal
from tenants.models import MiniProgram
from tenants.programs.queries import Lack
from tenants.releases import preflight
from tenants.releases.models import Quota, Rejection, Release, ReleaseStep, Template
from tenants.releases.quota import present
from tenants.releases.states import (
    BUSY,
    IN_AUDIT,
    LIVE,
    OPEN,
    PREVIEWABLE,
    SUBMITTABLE,
    ReleaseState,
)

S = ReleaseState


class ReleaseNotFound(Refusal):
    """The shop has no such release."""

    status = 404
    en = "There is no such release in this shop."
    zh = "该小铺没有这个发布版本。"


def newest_template() -> Template | None:
    """Return the template that new releases use: the youngest that is offered."""
    return Template.objects.filter(is_offered=True).order_by("-created_at", "-pk").first()


def templates() -> list[Template]:
    """Return every template, the youngest first."""
    return list(Template.objects.order_by("-created_at", "-pk"))


def releases_of(tenant_id: int, program_id: int, limit: int = 50) -> list[Release]:
    """Return the releases of a shop's app, the latest first, refusals at hand. Two statements."""
    rows = Release.objects.filter(mini_program_id=program_id, mini_program__tenant_id=tenant_id)
    return list(_whole(rows).order_by("-created_at")[:limit])


def get_release(tenant_id: int, release_id: UUID) -> Release:
    """Return one release of a shop with its app and template. Raises ReleaseNotFound."""
    rows = Release.objects.filter(pk=release_id, mini_program__tenant_id=tenant_id)
    found = _whole(rows).first()
    if found is None:
        raise ReleaseNotFound
    return found


def steps_of(release: Release) -> list[ReleaseStep]:
    """Return a release's history, the oldest line first."""
    return list(release.steps.order_by("id"))


def latest_steps(program: MiniProgram, limit: int = 50) -> list[ReleaseStep]:
    """Return the history of all of an app's releases, the latest line first. One statement."""
    rows = ReleaseStep.objects.filter(release__mini_program=program)
    return list(rows.select_related("release__template").order_by("-id")[:limit])


def open_release(program: MiniProgram) -> Release | None:
    """Return the release that is on its way to an app."""
    return _whole(Release.objects.filter(mini_program=program, state__in=OPEN)).first()


def live_release(program: MiniProgram) -> Release | None:
    """Return the release that an app's customers have; None if we released nothing yet."""
    return _whole(Release.objects.filter(mini_program=program, state__in=LIVE)).first()


def live_versions(program_ids: Sequence[int]) -> dict[int, str]:
    """Return what customers have, by app, as far as we released it. One statement."""
    rows = Release.objects.filter(mini_program_id__in=program_ids, state__in=LIVE)
    return dict(rows.values_list("mini_program_id", "template__version"))


def current_releases(program_ids: Sequence[int]) -> dict[int, list[Release]]:
    """Return what is on its way or live, by app. Two statements for all."""
    found: dict[int, list[Release]] = {}
    rows = Release.objects.filter(mini_program_id__in=program_ids, state__in=OPEN | LIVE)
    for release in _whole(rows).order_by("-created_at"):
        found.setdefault(release.mini_program_id, []).append(release)
    return found


def busy_programs(program_ids: Sequence[int]) -> set[int]:
    """Return the apps to which something is under way at WeChat. One statement."""
    rows = Release.objects.filter(mini_program_id__in=program_ids, state__in=BUSY)
    return set(rows.values_list("mini_program_id", flat=True))


def release_in_audit(appid: str) -> Release | None:
    """Return the release of an app that WeChat looks at now."""
    rows = Release.objects.select_related("mini_program", "template")
    return rows.filter(mini_program__appid=appid, state__in=IN_AUDIT).first()


def knows_audit(release: Release, audit_id: str) -> bool:
    """Say whether an audit of the release's app is that of an earlier submission."""
    lines = ReleaseStep.objects.filter(
        release__mini_program_id=release.mini_program_id,
        event="submitted",
        facts__audit_id=audit_id,
    )
    return lines.exists()


def all_releases(*, states: Sequence[str] = (), limit: int = 200) -> list[Release]:
    """Return releases of every shop, the latest first. For staff. Two statements."""
    rows = Release.objects.filter(state__in=states) if states else Release.objects.all()
    return list(_whole(rows).order_by("-created_at")[:limit])


def quota() -> Quota | None:
    """Return the present month's audits; None before WeChat was asked. For staff."""
    return present()


def next_steps(release: Release) -> list[str]:
    """Return what a person can do with a release now: names of verbs of `releases.actions`."""
    state, steps = S(release.state), []
    if state == S.PREFLIGHT_FAILED or (state == S.COMMITTED and release.problem_code):
        steps.append("retry")
    if state in PREVIEWABLE:
        steps.append("preview")
    if state in SUBMITTABLE and release.detected_at is not None:
        steps.append("submit")
    if state in IN_AUDIT:
        steps.append("withdraw")
    if state in {S.APPROVED, S.GRAY}:
        steps += ["publish", "grey"]
    if state == S.GRAY:
        steps.append("end_grey")
    if state == S.RELEASED and release.supersedes_id is not None:
        steps.append("roll_back")
    return steps


def lack_of(code: str) -> Lack | None:
    """Return what must be mended, by a release's `problem_code`; None for WeChat's numbers."""
    return preflight.lack_of(code)


def _whole(rows: QuerySet[Release]) -> QuerySet[Release]:
    refusals = Prefetch("rejections", Rejection.objects.order_by("-pk"))
    return rows.select_related("mini_program__tenant", "template").prefetch_related(refusals)

"""The owner's door to releases: start, look, submit, release, go back.

Verbs commit what is wanted and answer at once; WeChat is called in a job, so ask again for the
state. These rows belong to the platform, so every operation leaves the shop for them.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Status

from storage import files
from tenants import context
from tenants.programs.queries import get_program
from tenants.releases import actions, pictures, queries
from tenants.releases.advice import ADVICE
from tenants.releases.models import Rejection, Release
from tenants.releases.schemas import (
    ReleaseDetailOut,
    ReleaseGreyIn,
    ReleasesOut,
    ReleaseStartIn,
    ReleaseSubmitIn,
)
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["Releases"], auth=staff(Role.OWNER))
ProgramId = Annotated[int, Field(ge=1, le=2**62)]


@router.get(
    "/mini-programs/{program_id}/releases", response=ReleasesOut, summary="An app's releases"
)
def list_releases(request: HttpRequest, program_id: ProgramId) -> dict[str, Any]:
    """Return the latest first. Errors: 401, 403, 404 `program_not_found`."""
    tenant_id = context.shop().id
    with context.public():
        get_program(tenant_id, program_id)
        return {"items": [_out(r) for r in queries.releases_of(tenant_id, program_id)]}


@router.post(
    "/mini-programs/{program_id}/releases",
    response={201: ReleaseDetailOut},
    summary="Bring the newest version to an app",
)
def start_release(
    request: HttpRequest, program_id: ProgramId, body: ReleaseStartIn
) -> Status[dict[str, Any]]:
    """Start a release. Errors: 401, 403, 404 `program_not_found`, 409 `no_template`,
    `release_under_way`, `preflight_failed`."""
    by, tenant_id = _staff_member(request).email, context.shop().id
    with context.public():
        program = get_program(tenant_id, program_id)
        release = actions.start(program=program, by=by, goal=body.goal)
        return Status(201, _detail(queries.get_release(tenant_id, release.pk)))


@router.get("/releases/{release_id}", response=ReleaseDetailOut, summary="One release")
def read_release(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """Return a release with refusals and history. Errors: 401, 403, 404 `release_not_found`."""
    tenant_id = context.shop().id
    with context.public():
        return _detail(queries.get_release(tenant_id, release_id))


@router.get("/releases/{release_id}/preview", summary="The code that opens the trial version")
def read_preview(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Return a picture to scan with WeChat. Errors: 401, 403, 404 `release_not_found`, 409
    `release_cannot`, `program_not_authorised`, 503 `we_chat_unavailable`."""
    tenant_id = context.shop().id
    with context.public():
        picture = pictures.preview(release=queries.get_release(tenant_id, release_id))
    kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
    return HttpResponse(picture, content_type=kind, headers={"Cache-Control": "private"})


@router.post("/releases/{release_id}/retry", response=ReleaseDetailOut, summary="Try again")
def retry_release(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """Try what stands still again. Errors: 401, 403, 404 `release_not_found`, 409
    `preflight_failed`, `release_cannot`."""
    return _done(request, release_id, actions.retry)


@router.post("/releases/{release_id}/submit", response=ReleaseDetailOut, summary="Submit for audit")
def submit_release(request: HttpRequest, release_id: UUID, body: ReleaseSubmitIn) -> dict[str, Any]:
    """Submit, also again after a refusal. Errors: 401, 403, 404 `release_not_found`, 409
    `detection_running`, `preflight_failed`, `audit_quota_used_up`, `release_cannot`."""
    return _done(request, release_id, actions.submit, **body.dict())


@router.post(
    "/releases/{release_id}/withdraw", response=ReleaseDetailOut, summary="Take a submission back"
)
def withdraw_release(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """Withdraw; WeChat allows it a few times a day. Errors: 401, 403, 404 `release_not_found`, 409
    `release_cannot`."""
    return _done(request, release_id, actions.withdraw)


@router.post(
    "/releases/{release_id}/release", response=ReleaseDetailOut, summary="Give it to all customers"
)
def publish_release(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """Release what WeChat approved. Errors: 401, 403, 404 `release_not_found`, 409
    `release_cannot`."""
    return _done(request, release_id, actions.publish)


@router.post(
    "/releases/{release_id}/grey", response=ReleaseDetailOut, summary="Give it to some customers"
)
def grey_release(request: HttpRequest, release_id: UUID, body: ReleaseGreyIn) -> dict[str, Any]:
    """Start or widen a grey release. Errors: 401, 403, 404 `release_not_found`, 409
    `release_cannot`, 422 `grey_only_grows`."""
    return _done(request, release_id, actions.grey, percentage=body.percentage)


@router.post(
    "/releases/{release_id}/end-grey", response=ReleaseDetailOut, summary="End a grey release"
)
def end_grey(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """Give everybody the version before. Errors: 401, 403, 404 `release_not_found`, 409
    `release_cannot`."""
    return _done(request, release_id, actions.end_grey)


@router.post(
    "/releases/{release_id}/roll-back", response=ReleaseDetailOut, summary="Go back one version"
)
def roll_back_release(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """Go back to the version before; WeChat allows it once. Errors: 401, 403, 404
    `release_not_found`, 409 `release_cannot`."""
    return _done(request, release_id, actions.roll_back)


def _done(
    request: HttpRequest, release_id: UUID, verb: Callable[..., Release], **wish: Any
) -> dict[str, Any]:
    by, tenant_id = _staff_member(request).email, context.shop().id
    with context.public():
        release = queries.get_release(tenant_id, release_id)
        verb(release=release, by=by, **wish)
        return _detail(queries.get_release(tenant_id, release_id))


def _out(release: Release) -> dict[str, Any]:
    names = (
        *("id", "state", "goal", "problem_code", "problem", "grey_percentage", "created_at"),
        *("submitted_at", "decided_at", "released_at"),
    )
    return {
        **{name: getattr(release, name) for name in names},
        "program_id": release.mini_program_id,
        "version": release.template.version,
        "is_detected": release.detected_at is not None,
        "next": queries.next_steps(release),
    }


def _detail(release: Release) -> dict[str, Any]:
    return {
        **_out(release),
        "ext": release.ext,
        "rejections": [_rejection(r) for r in release.rejections.all()],
        "history": queries.steps_of(release),
    }


def _rejection(rejection: Rejection) -> dict[str, Any]:
    advised = ADVICE.get(rejection.advice_code, ADVICE["other"])
    return {
        "reason": rejection.reason,
        "advice_code": advised.code,
        "advice_en": advised.advice_en,
        "advice_zh": advised.advice_zh,
        "link": advised.link,
        "screenshots": [files.url(key) for key in rejection.files],
        "at": rejection.at,
    }


def _staff_member(request: HttpRequest) -> StaffMember:
    found: StaffMember = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found

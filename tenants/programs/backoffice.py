"""The owner's door to the shop's apps at WeChat: authorise, configure, see what lacks.

These rows belong to the platform, so every operation leaves the shop for them.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Status

from tenants import context
from tenants.models import MiniProgram, Tenant
from tenants.programs import actions, queries, registering
from tenants.programs.models import ProgramRegistration
from tenants.programs.schemas import (
    AuthorisationIn,
    AuthorisationOut,
    ProgramDetailOut,
    ProgramRegistrationIn,
    ProgramRegistrationOut,
    ProgramRegistrationsOut,
    ProgramsOut,
)
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["Mini-programs"], auth=staff(Role.OWNER))
ProgramId = Annotated[int, Field(ge=1, le=2**62)]


@router.get("/mini-programs", response=ProgramsOut, summary="The shop's apps at WeChat")
def list_programs(request: HttpRequest) -> dict[str, Any]:
    """Return mini-programs and official accounts, the oldest first. Errors: 401, 403."""
    tenant_id = context.shop().id
    with context.public():
        return {"items": queries.programs_of(tenant_id)}


@router.post(
    "/mini-programs/authorisations",
    response={201: AuthorisationOut},
    summary="Invite to authorise an app",
)
def begin_authorisation(request: HttpRequest, body: AuthorisationIn) -> Status[dict[str, Any]]:
    """Return WeChat's pages; from there the owner comes back to the portal. Errors: 401, 403,
    503 `we_chat_unavailable`."""
    by, tenant_id = _staff_member(request).email, context.shop().id
    with context.public():
        tenant = Tenant.objects.get(pk=tenant_id)
        pages = actions.begin_authorisation(tenant=tenant, by=by, kind=body.kind)
    told = {"desktop_url": pages.desktop, "mobile_url": pages.mobile}
    return Status(201, {**told, "expires_at": pages.expires_at})


@router.get(
    "/mini-programs/registrations",
    response=ProgramRegistrationsOut,
    summary="New mini-programs on their way",
)
def list_registrations(request: HttpRequest) -> dict[str, Any]:
    """Return what the shop asked WeChat to register, and what came of it. Errors: 401, 403."""
    tenant_id = context.shop().id
    with context.public():
        return {"items": [_registration(row) for row in queries.registrations_of(tenant_id)]}


@router.post(
    "/mini-programs/registrations",
    response={201: ProgramRegistrationOut},
    summary="Register a new mini-program",
)
def begin_registration(request: HttpRequest, body: ProgramRegistrationIn) -> Status[dict[str, Any]]:
    """Ask WeChat for a new mini-program of a company. Errors: 401, 403, 409 `registration_closed`,
    `registration_under_way`, 422 `registration_refused`, 503 `registration_unclear`."""
    by, tenant_id = _staff_member(request).email, context.shop().id
    with context.public():
        row = actions.begin_registration(
            tenant=Tenant.objects.get(pk=tenant_id),
            name=body.name,
            code=body.code,
            component_phone=registering.phone(),
            by=by,
        )
        return Status(201, _registration(row))


@router.get(
    "/mini-programs/{program_id}", response=ProgramDetailOut, summary="One app, and what it lacks"
)
def read_program(request: HttpRequest, program_id: ProgramId) -> dict[str, Any]:
    """Return the app with its configuration and history. Errors: 401, 403, 404
    `program_not_found`."""
    tenant_id = context.shop().id
    with context.public():
        return _detail(queries.get_program(tenant_id, program_id))


@router.post(
    "/mini-programs/{program_id}/configure",
    response={202: ProgramDetailOut},
    summary="Configure an app again",
)
def configure(request: HttpRequest, program_id: ProgramId) -> Status[dict[str, Any]]:
    """Set domains and privacy guide and read names and categories again, in a moment. Errors: 401,
    403, 404 `program_not_found`, 409 `program_not_authorised`."""
    by, tenant_id = _staff_member(request).email, context.shop().id
    with context.public():
        program = queries.get_program(tenant_id, program_id)
        actions.configure(program=program, by=by)
        return Status(202, _detail(queries.get_program(tenant_id, program_id)))


def _detail(program: MiniProgram) -> dict[str, Any]:
    names = (
        *("id", "appid", "kind", "state", "nick_name", "principal_name", "head_image_url"),
        *("is_verified", "authorised_at", "unauthorised_at", "introduction", "permission_set_ids"),
    )
    categories = queries.categories_of(program)
    return {
        **{name: getattr(program, name) for name in names},
        "settings": list(queries.settings_of(program).values()),
        "lacks": queries.lacks_of(program),
        "categories": [f"{c['first_class']}/{c['second_class']}" for c in categories],
        "history": queries.steps_of(program),
    }


def _registration(row: ProgramRegistration) -> dict[str, Any]:
    names = ("id", "name", "company_code", "state", "problem_code", "problem", "created_at")
    return {
        **{name: getattr(row, name) for name in names},
        "ended_at": row.ended_at,
        "authorize_url": registering.authorize_url(row),
        "program_id": row.mini_program_id,
    }


def _staff_member(request: HttpRequest) -> StaffMember:
    found: StaffMember = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found

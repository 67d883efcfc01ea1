"""The owner's door to readiness: what stands in the way, look again, answer.

These rows belong to the platform, so every operation leaves the shop for them.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language_from_request
from ninja import Path, Query, Router, Status

from tenants import context
from tenants.models import MiniProgram, Tenant
from tenants.readiness import actions, queries
from tenants.readiness.queries import Item
from tenants.readiness.schemas import ReadinessAnswerIn, ReadinessOut
from tenants.readiness.states import Blocks
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["Readiness"], auth=staff(Role.OWNER))
ProgramId = Annotated[int | None, Query(ge=1, le=2**62)]
CheckKey = Annotated[str, Path(max_length=32)]


@router.get("/readiness", response=ReadinessOut, summary="What stands in the way, and what to do")
def read_readiness(request: HttpRequest, program_id: ProgramId = None) -> dict[str, Any]:
    """Return every precondition as it was found last, for the latest mini-program unless another
    is named. Errors: 401, 403, 404 `program_not_found`."""
    tenant_id = context.shop().id
    with context.public():
        return _shown(request, *_who(tenant_id, program_id))


@router.post("/readiness/run", response={202: ReadinessOut}, summary="Look at a mini-program again")
def run_readiness(request: HttpRequest, program_id: ProgramId = None) -> Status[dict[str, Any]]:
    """Have WeChat asked about everything, in a moment; `is_running` says when it is over. Errors:
    401, 403, 404 `program_not_found`, 409 `no_mini_program`."""
    tenant_id = context.shop().id
    with context.public():
        tenant, program = _who(tenant_id, program_id)
        if program is None:
            raise queries.NoMiniProgram
        actions.want_checkup(program=program)
        return Status(202, _shown(request, tenant, program))


@router.post(
    "/readiness/answers/{check_key}",
    response=ReadinessOut,
    summary="Answer what WeChat has no API for",
)
def answer_question(
    request: HttpRequest, check_key: CheckKey, body: ReadinessAnswerIn, program_id: ProgramId = None
) -> dict[str, Any]:
    """Keep the answer and judge by it at once. Errors: 401, 403, 404 `question_unknown`,
    `program_not_found`, 409 `no_mini_program`, 422 `answer_unfit`."""
    by, tenant_id = _staff_member(request).email, context.shop().id
    with context.public():
        tenant, program = _who(tenant_id, program_id)
        actions.answer(tenant=tenant, program=program, key=check_key, value=body.value, by=by)
        return _shown(request, tenant, program)


def _who(tenant_id: int, program_id: int | None) -> tuple[Tenant, MiniProgram | None]:
    program = queries.program_of(tenant_id, program_id)
    return program.tenant if program else Tenant.objects.get(pk=tenant_id), program


def _shown(request: HttpRequest, tenant: Tenant, program: MiniProgram | None) -> dict[str, Any]:
    language = get_language_from_request(request)
    found = queries.readiness_of(tenant, program)
    return {
        "program_id": program.pk if program else None,
        "checked_at": found.checked_at,
        "is_running": found.is_running,
        "is_ready_to_release": found.is_ready(Blocks.RELEASE),
        "is_ready_to_be_paid": found.is_ready(Blocks.PAYMENT),
        "items": [_item(item, language) for item in found.items],
    }


def _item(item: Item, language: str) -> dict[str, Any]:
    check, question = item.check, item.check.question
    words = {name: getattr(check, name).said(language) for name in ("title", "why", "how")}
    asked = None
    if question is not None:
        text = question.words.said(language)
        asked = {"kind": question.kind, "text": text, "answer": item.answer}
    return {
        **words,
        "key": check.key,
        "state": item.state,
        "blocks": check.blocks,
        "link": item.link,
        "detail": item.detail.said(language),
        "checked_at": item.checked_at,
        "question": asked,
    }


def _staff_member(request: HttpRequest) -> StaffMember:
    found: StaffMember = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found

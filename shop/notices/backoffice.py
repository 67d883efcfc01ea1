"""The notices' door for staff: what customers were told, and by which templates."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from shop.notices import actions, queries
from shop.notices.schemas import NoticePage, NoticeTemplatesOut, SetUpIn, SetUpOut
from shop.notices.states import NoticeState
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["notices"], auth=staff(Role.FULFILMENT))


@router.get("", response=NoticePage, summary="What customers were told")
def list_notices(
    request: HttpRequest,
    state: NoticeState | None = None,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first, with how each ended. `next` is the `before` of the page that follows."""
    found, following = queries.notices(state=state, before=before, limit=limit)
    return {"items": found, "next": following}


@router.get("/templates", response=NoticeTemplatesOut, summary="Templates, app by app")
def list_templates(request: HttpRequest) -> dict[str, Any]:
    """How choosing them went, and which template tells what."""
    return {"setups": queries.setups(), "templates": queries.templates()}


@router.post(
    "/set-up",
    response={202: SetUpOut},
    auth=staff(Role.MANAGER),
    summary="Choose an app's templates",
)
def set_up(request: HttpRequest, body: SetUpIn) -> Any:
    """The worker takes them from WeChat's library; again looks anew and adds nothing twice.

    Refused: 404 app_not_of_this_shop.
    """
    who = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(who, StaffMember)
    return Status(202, actions.set_up(appid=body.appid, by=who.email))

"""The notices' door for customers: what to ask them for, and when."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from shop.members.auth import member
from shop.notices import queries
from shop.notices.schemas import MomentsOut

router = Router(tags=["notices"], auth=member)


@router.get("/templates", response=MomentsOut, summary="What to ask a customer for, and when")
def templates(request: HttpRequest) -> dict[str, Any]:
    """Ask at the tap that the moment names: each “yes” is worth one message of that template."""
    mine = request.auth  # type: ignore[attr-defined]  # set by ninja
    moments = queries.templates_by_moment(mine.appid)
    return {"items": [{"moment": m, "template_ids": ids} for m, ids in moments.items()]}

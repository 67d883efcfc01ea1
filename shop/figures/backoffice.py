"""The staff's first look at their shop."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from shop.figures import queries
from shop.figures.schemas import TodayOut
from tenants.staff import StaffMember, staff
from tenants.states import ROLE_RANK, Role

router = Router(tags=["figures"], auth=staff(Role.FULFILMENT))


@router.get("/today", response=TodayOut, summary="How today goes, and what waits")
def today(request: HttpRequest) -> Any:
    """Money is told to managers and owners; it is what today's statement says."""
    asking: StaffMember = request.auth  # type: ignore[attr-defined]  # set by ninja
    figures = queries.today()
    if ROLE_RANK[asking.role] < ROLE_RANK[Role.MANAGER]:
        figures |= {"paid_minor": None, "refunded_minor": None}
    return figures

"""The owner's door: keep the points where orders are fetched."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Status

from shop.pickup_points import actions, queries
from shop.pickup_points.models import PickupPoint
from shop.pickup_points.schemas import PickupPointIn, PickupPointOut, PickupPointsOut
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["orders"], auth=staff(Role.MANAGER))


@router.get("", response=PickupPointsOut, auth=staff(Role.FULFILMENT), summary="Pick-up points")
def list_points(request: HttpRequest) -> Any:
    """The oldest first, those that are not offered included."""
    return {"items": queries.points()}


@router.post("", response={201: PickupPointOut}, summary="Add a pick-up point")
def add(request: HttpRequest, body: PickupPointIn) -> Any:
    """With the first active one, buyers are asked how they want to have their order.

    Refusal: too_many_pickup_points.
    """
    return Status(201, actions.add(**body.dict()))


@router.put("/{uuid:point_id}", response=PickupPointOut, summary="Change a pick-up point")
def edit(request: HttpRequest, point_id: UUID, body: PickupPointIn) -> Any:
    """It counts from the next order on; orders keep what they were made with."""
    return actions.edit(point=_point(point_id), **body.dict())


@router.delete("/{uuid:point_id}", response={204: None}, summary="Remove a pick-up point")
def remove(request: HttpRequest, point_id: UUID) -> Any:
    """Orders that are to be fetched there stay as they are."""
    actions.remove(point=_point(point_id))
    return Status(204, None)


def _point(point_id: UUID) -> PickupPoint:
    found = queries.points().filter(pk=point_id).first()
    if found is None:
        raise Http404
    return found

"""The door for customers who ask: why this amount?"""

from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from billing.explanations import queries as billing
from billing.withdrawals import queries as withdrawals
from shop.explanations import queries
from shop.explanations.schemas import ExplanationOut
from shop.members.auth import member
from shop.members.models import Member
from shop.orders import queries as orders

router = Router(tags=["explanations"], auth=member)


@router.get(
    "/orders/{uuid:order_id}/explanations",
    response=list[ExplanationOut],
    summary="Why does my order cost this",
)
def of_order(request: HttpRequest, order_id: UUID) -> list[ExplanationOut]:
    """Its total, its freight, and each refund."""
    order = orders.listed(orders.orders_of(_member(request))).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return [ExplanationOut.of(told) for told in queries.of_order(order, for_staff=False)]


@router.get(
    "/withdrawals/{uuid:withdrawal_id}/explanation",
    response=ExplanationOut,
    summary="Why does so much of my withdrawal arrive",
)
def of_withdrawal(request: HttpRequest, withdrawal_id: UUID) -> ExplanationOut:
    """What was asked for, less the fee."""
    row = withdrawals.of_holder(_member(request).pk).filter(pk=withdrawal_id).first()
    if row is None:
        raise Http404
    return ExplanationOut.of(billing.withdrawal(row))


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found

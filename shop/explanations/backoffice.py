"""The door for the shop's staff who ask: why this amount?"""

from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from billing.explanations import queries as billing
from billing.withdrawals import queries as withdrawals
from shop.explanations import queries
from shop.explanations.schemas import ExplanationOut
from shop.orders import queries as orders
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["explanations"], auth=staff(Role.MANAGER))


@router.get(
    "/orders/{uuid:order_id}/explanations",
    response=list[ExplanationOut],
    summary="Why does an order cost this, and what was taken off",
)
def of_order(request: HttpRequest, order_id: UUID) -> list[ExplanationOut]:
    """Its total, its freight, each refund, WeChat Pay's fee and the platform's commission."""
    order = orders.listed(orders.search()).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return [ExplanationOut.of(told) for told in queries.of_order(order, for_staff=True)]


@router.get(
    "/withdrawals/{uuid:withdrawal_id}/explanation",
    response=ExplanationOut,
    summary="Why does so much of a withdrawal arrive",
)
def of_withdrawal(request: HttpRequest, withdrawal_id: UUID) -> ExplanationOut:
    """What was asked for, less the fee."""
    row = withdrawals.search().filter(pk=withdrawal_id).first()
    if row is None:
        raise Http404
    return ExplanationOut.of(billing.withdrawal(row))

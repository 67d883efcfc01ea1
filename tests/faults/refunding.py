"""One refund in one process: asked for, agreed to, handed over, called back. It can be taken up.

The purchase before it was undisturbed. WeChat is the simulator, whose refunds end at once.
"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from billing.ledger.models import Journal
from billing.refunds.models import Refund
from shop.aftersale.models import AfterSale
from shop.inventory.models import Movement, Stock
from shop.orders.models import Order
from tenants import context
from tenants.context import Shop
from tests.faults import bugs, purchase
from tests.faults.crash import Flow
from tests.faults.draining import EVER_SECONDS, drain
from tests.faults.purchase import QUANTITY, STOCK, World, ask, deliver
from tests.faults.withdrawing import STAFF, sign_staff_in
from tests.wechat_simulator.stage import Simulated

MOMENTARILY_SECONDS = 30
"""Short of the ladder's next step: the callback comes before we ask."""


@dataclass
class Return:
    """A customer who wants the money of an order back, once."""

    buyer: purchase.Purchase
    order_id: str
    order_number: str
    paid_under: str
    """WeChat's number of the payment."""
    key: str = field(default_factory=lambda: secrets.token_hex(16))


def build(shop: Shop, simulated: Simulated) -> World:
    """Open a shop that sells, with its owner at the desk, at a WeChat that refunds at once."""
    simulated.control("PUT", "settings", refund_delay_seconds=0)
    sign_staff_in(shop)
    return purchase.build(shop, simulated)


def new_return(world: World) -> Return:
    """Let somebody buy, undisturbed."""
    buyer, order, number = purchase.bought(world)
    return Return(buyer, str(order.pk), order.number, number)


def give_back(
    world: World, wanted: Return, *, callbacks: int = 1, customer_is_gone: bool = False
) -> None:
    """Do what is left to do: customer, staff and WeChat repeat themselves, the worker goes on.

    A customer who is gone does nothing once the staff can see the request.
    """
    if not (customer_is_gone and _requests(world, wanted)):
        wish = {"order_id": wanted.order_id, "reason": "other"}
        ask(world, wanted.buyer, "POST", "aftersales", wish, key=wanted.key, wanted=201)
    [request] = _requests(world, wanted)
    path = f"/b/{world.shop.public_id}/v1/aftersales/{request.pk}/agree"
    answer = STAFF.post(path, json.dumps({"parcels_count": 0}), content_type="application/json")
    assert answer.status_code == 200, answer.content
    drain(world.shop.public_id, MOMENTARILY_SECONDS)
    for refund in refunds_at_wechat(world, wanted):
        for _ in range(callbacks):
            deliver(world, wanted.paid_under, part=refund["out_refund_no"])
    drain(world.shop.public_id, MOMENTARILY_SECONDS)


def refunds_at_wechat(world: World, wanted: Return) -> list[dict[str, Any]]:
    """Return what WeChat gave back of the payment."""
    told = world.simulated.control("GET", f"orders/{wanted.paid_under}")["refunds"]
    return list(told)


def wrong(world: World, wanted: Return) -> list[str]:
    """Return what is not as it must be once a refund was taken to its end."""
    with context.activate(world.shop):
        drain(world.shop.public_id, EVER_SECONDS)
        order = Order.objects.get(pk=wanted.order_id)
        refunds = Refund.objects.filter(payment__order_id=order.pk)
        journals = Journal.objects.filter(kind="refund", why__order_number=order.number)
        returned = Movement.objects.filter(kind="return", reference__contains=str(order.pk))
        stock = Stock.objects.get(pk=world.sku_id)
        still_sold = QUANTITY * Order.objects.filter(state="paid").count()
        facts = {
            "order": (order.state, "refunded"),
            "requests": ([r.state for r in _requests(world, wanted)], ["refunded"]),
            "refunds": (list(refunds.values_list("state", "amount_minor")),
                        [("succeeded", order.total_minor)]),
            "journals": (journals.count(), 1),
            "goods back": (list(returned.values_list("quantity", flat=True)), [QUANTITY]),
            "stock": ((stock.on_hand, stock.reserved), (STOCK - still_sold, 0)),
        }  # fmt: skip
    told = [(r["state"], r["refund_fen"]) for r in refunds_at_wechat(world, wanted)]
    facts["WeChat"] = (told, [("SUCCESS", order.total_minor)])
    return [f"{name}: {is_} and not {ought}" for name, (is_, ought) in facts.items() if is_ != ought]


def _requests(world: World, wanted: Return) -> list[AfterSale]:
    with context.activate(world.shop):
        return list(AfterSale.objects.filter(order_id=wanted.order_id))


def _again(world: World, wanted: Return, is_gone: bool) -> None:
    give_back(world, wanted, callbacks=2, customer_is_gone=is_gone)


FLOW = Flow(
    name="refund",
    build=build,
    begin=new_return,
    run=give_back,
    again=_again,
    wrong=wrong,
    calls=frozenset({"HTTP pay.refund"}),
    bugs=(bugs.takes_a_new_refund_number_on_every_try, bugs.acknowledges_before_the_work),
)

"""One sharing in one process: earned, handed over, given, partly refunded. It can be taken up again.

The purchase before it was undisturbed. WeChat is the simulator, a program of its own, whose results
follow at once.
"""

from dataclasses import dataclass

from django.conf import settings

from billing.ledger.models import Journal
from billing.payments import queries as payments
from billing.payments.models import Payment
from billing.refunds import actions as refunds
from billing.settlements import actions as settlements
from billing.sharing import queries
from kernel.money import Money
from tenants import actions as tenants
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests.faults import bugs, purchase
from tests.faults.crash import Flow
from tests.faults.draining import EVER_SECONDS, drain
from tests.faults.purchase import World
from tests.wechat_simulator.stage import Simulated

SOON_SECONDS = 120
AT_ONCE = {
    "sharing_wait_seconds": 0,
    "sharing_delay_seconds": 0,
    "refund_delay_seconds": 0,
}
"""The simulator's settings under which a flow needs no virtual time."""
BACK_SHARE = 2
"""One part of so many is refunded."""


@dataclass
class Sale:
    """A paid order whose receipt is about to be confirmed."""

    order_id: str
    order_number: str


def build(shop: Shop, simulated: Simulated) -> World:
    """Connect an open shop to WeChat whose sales are shared, with money for the fees."""
    settings.SHARING_RECEIVER_NAME = "小铺科技有限公司"
    simulated.control("PUT", "settings", **AT_ONCE)
    world = purchase.build(shop, simulated, is_trade_managed=False)
    with context.public():
        tenant = Tenant.objects.get(pk=shop.id)
        simulated.control("POST", f"funds/{world.sub_mchid}", fen=1_000_000, account="BASIC")
        tenants.set_sharing(tenant=tenant, is_on=True)
    return world


def new_sale(world: World) -> Sale:
    """Let somebody buy, undisturbed."""
    _, order, _ = purchase.bought(world)
    return Sale(str(order.pk), order.number)


def share(world: World, sale: Sale) -> None:
    """Do what is left to do: earn, share, refund half; whoever asked before asks again."""
    with context.activate(world.shop):
        settlements.earn(order_id=_payment(sale).order_id, order_number=sale.order_number)
        drain(world.shop.public_id, SOON_SECONDS)
        payment = _payment(sale)
        asked = {"amount": _half(payment), "reason": "退货", "by": "owner", "key": "half"}
        refunds.request(payment=payment, **asked)
        drain(world.shop.public_id, SOON_SECONDS)


def wrong(world: World, sale: Sale) -> list[str]:
    """Return what is not as it must be once a sharing was taken to its end."""
    with context.activate(world.shop):
        drain(world.shop.public_id, EVER_SECONDS)
        found = [*_of_the_sharing(sale)]
    number = f"{_number(world, sale)}S"
    told = world.simulated.control("GET", f"sharings?number={number}")["sharings"]
    mine = [t for t in told if t["out_order_no"] == number]
    if [t["state"] for t in mine] != ["FINISHED"]:
        found.append(f"WeChat knows of {len(mine)} sharings")
    return sorted(set(found))


def kept_by_platform(payment: Payment, commission_bp: int) -> int:
    """Return what the platform has of a sale in the end, in fen."""
    return (payment.amount - _half(payment)).share(commission_bp).minor


def _of_the_sharing(sale: Sale) -> list[str]:
    payment = _payment(sale)
    sharing = queries.sharing_of(payment.order_id)
    if sharing is None:
        return ["no sharing was planned"]
    parts, returns = queries.parts_of(sharing), queries.returns_of(sharing)
    rate_bp = parts[0].rate_bp or 0
    back = sum(r.amount_minor for r in returns if r.state == "succeeded")
    is_right = {
        "the sharing": sharing.state == "finished",
        "the part": [p.state for p in parts] == ["given"],
        "what is kept": parts[0].amount_minor - back == kept_by_platform(payment, rate_bp),
        "the refund": [r.state for r in payment.refunds.all()] == ["succeeded"],
        "journals": _journals(sale, "share") == 1 and _journals(sale, "earning") == 1,
    }
    return [f"{name} is wrong: {sharing}" for name, right in is_right.items() if not right]


def _journals(sale: Sale, kind: str) -> int:
    return Journal.objects.filter(kind=kind, why__order_number=sale.order_number).count()


def _payment(sale: Sale) -> Payment:
    return Payment.objects.get(order_number=sale.order_number)


def _number(world: World, sale: Sale) -> str:
    with context.activate(world.shop):
        attempt = payments.paying_attempt(_payment(sale))
        assert attempt is not None
        return attempt.out_trade_no


def _half(payment: Payment) -> Money:
    return Money(payment.amount_minor // BACK_SHARE, payment.currency)


def _again(world: World, sale: Sale, _: bool) -> None:
    share(world, sale)


FLOW = Flow(
    name="share",
    build=build,
    begin=new_sale,
    run=share,
    again=_again,
    wrong=wrong,
    calls=frozenset({"HTTP sharing.share", "HTTP sharing.take_back", "HTTP pay.refund"}),
    may_leave=False,
    bugs=(bugs.believes_what_it_was_about_to_do, bugs.posts_the_share_after_the_commit),
)

"""One purchase in one process: order, prepay, pay, callback, jobs. It can be taken up again.

WeChat is the simulator, a program of its own: what happens there survives the death of the buyer's
server.
"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from billing.ledger.models import Journal
from billing.payments.models import Attempt
from shop.inventory.models import Movement, Reservation, Stock
from shop.members import actions as members
from shop.members.models import Address
from shop.orders.models import Order
from tenants import actions as tenants
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests.faults import bugs
from tests.faults.crash import Flow
from tests.faults.draining import EVER_SECONDS, SOON_SECONDS, drain
from tests.shop.catalogue import product, skus
from tests.wechat_simulator.stage import Simulated, payload_bytes

CLIENT = Client()
"""One for all, so that children inherit its middleware warm."""
QUANTITY, STOCK = 2, 10_000
ADDRESS = {
    "recipient": "收件人",
    "phone": "13800001234",
    "province": "浙江省",
    "city": "杭州市",
    "street": "龙井路 1 号",
}


@dataclass
class World:
    """A shop, something to buy, and WeChat."""

    shop: Shop
    simulated: Simulated
    appid: str
    sku_id: str
    stock: int
    sub_mchid: str


@dataclass
class Purchase:
    """A buyer who will buy once, whatever it takes."""

    openid: str
    token: str
    address_id: str
    member_id: str
    key: str = field(default_factory=lambda: secrets.token_hex(16))


def build(shop: Shop, simulated: Simulated, **asked: Any) -> World:
    """Connect an open shop to WeChat and put tea on its shelf."""
    appid, sub_mchid = connect(shop, simulated, **asked)
    with context.activate(shop):
        [sku] = skus(product("Tea", price_minor=6_999, stock=STOCK))
    CLIENT.get(f"/s/{shop.public_id}/v1/categories")
    return World(shop, simulated, appid, str(sku.pk), STOCK, sub_mchid)


def connect(shop: Shop, simulated: Simulated, **asked: Any) -> tuple[str, str]:
    """Give a shop a mini-program and a merchant at WeChat; return appid and sub_mchid."""
    made = simulated.control("POST", "mini_programs", name="Crash", **asked)
    with context.public():
        tenants.connect_wechat(
            tenant=Tenant.objects.get(pk=shop.id),
            appid=made["appid"],
            sub_mchid=made["sub_mchid"],
        )
    return made["appid"], made["sub_mchid"]


def new_buyer(world: World) -> Purchase:
    """Sign a buyer in."""
    wish = {"appid": world.appid, "user": secrets.token_hex(6)}
    openid = world.simulated.control("POST", "login", **wish)["openid"]
    with context.activate(world.shop):
        signed_in = members.sign_in(appid=world.appid, openid=openid)
        address = Address.objects.create(member=signed_in.member, **ADDRESS)
    return Purchase(openid, signed_in.token, str(address.pk), str(signed_in.member.pk))


def buy(
    world: World, purchase: Purchase, *, callbacks: int = 1, buyer_is_gone: bool = False
) -> None:
    """Do what is left to do: the buyer and WeChat repeat themselves, the worker starts again.

    A buyer who is gone does nothing once WeChat has the money: the platform must find out alone.
    """
    if not (buyer_is_gone and paid_at_wechat(world, purchase)):
        order = ask(world, purchase, "POST", "orders", _wish(world, purchase), wanted=201)
        if ask(world, purchase, "GET", f"orders/{order['id']}")["state"] == "unpaid":
            _pay(world, purchase, order["id"])
    for number in paid_at_wechat(world, purchase):
        for _ in range(callbacks):
            deliver(world, number)
    drain(world.shop.public_id, SOON_SECONDS)


def bought(world: World) -> tuple[Purchase, Order, str]:
    """Let somebody buy, undisturbed; return them, their order and WeChat's number of the payment."""
    buyer = new_buyer(world)
    order_id = ask(world, buyer, "POST", "orders", _wish(world, buyer), wanted=201)["id"]
    number = _pay(world, buyer, order_id)["out_trade_no"]
    deliver(world, number)
    drain(world.shop.public_id, SOON_SECONDS)
    with context.activate(world.shop):
        order = Order.objects.get(pk=order_id)
    assert order.state == "paid"
    return buyer, order, number


def paid_at_wechat(world: World, purchase: Purchase) -> list[str]:
    """Return WeChat's numbers of what this buyer paid."""
    told = world.simulated.control("GET", f"orders?openid={purchase.openid}")["orders"]
    return [o["out_trade_no"] for o in told if o["paid_at"]]


def deliver(world: World, number: str, *, part: str = "") -> None:
    """Bring WeChat's genuine callback to the door: of an order, or of a refund of it."""
    request = world.simulated.control("GET", f"callback_request/{number}?part={part}")
    path = "/" + request["url"].split("/", 3)[3]
    answer = CLIENT.post(
        path,
        payload_bytes(request),
        content_type="application/json",
        headers=request["headers"],
    )
    assert answer.status_code == 204, answer.content


def wrong(world: World, purchase: Purchase) -> list[str]:
    """Return what is not as it must be once a purchase was taken to its end."""
    with context.activate(world.shop):
        found = list(_of_the_order(purchase))
        drain(world.shop.public_id, EVER_SECONDS)
        found += _of_the_order(purchase)
        found += _of_the_shelf(world)
    paid = paid_at_wechat(world, purchase)
    if len(paid) != 1:
        found.append(f"WeChat took money {len(paid)} times")
    return sorted(set(found))


def _of_the_order(purchase: Purchase) -> list[str]:
    bought = list(Order.objects.filter(member_id=purchase.member_id))
    if [order.state for order in bought] != ["paid"]:
        return [f"orders: {[order.state for order in bought]}"]
    [order] = bought
    journals = Journal.objects.filter(kind="payment", why__order_number=order.number).count()
    consumed = Movement.objects.filter(kind="consume", reference=f"order {order.pk}").count()
    held = list(Reservation.objects.filter(order_id=order.pk).values_list("state", flat=True))
    attempts = Attempt.objects.filter(payment__order_id=order.pk, state="succeeded").count()
    found = {"journals": journals, "times consumed": consumed, "attempts paid": attempts}
    said = [f"{name}: {count}" for name, count in found.items() if count != 1]
    return said + ([] if held == ["consumed"] else [f"reservations: {held}"])


def _of_the_shelf(world: World) -> list[str]:
    stock = Stock.objects.get(pk=world.sku_id)
    gone = QUANTITY * Order.objects.filter(state="paid").count()
    is_right = (stock.on_hand, stock.reserved) == (world.stock - gone, 0)
    return [] if is_right else [f"stock: {stock}, {gone} sold"]


def _pay(world: World, purchase: Purchase, order_id: str) -> dict[str, Any]:
    """Tap on pay; return what WeChat said, which does not take the money of an order paid."""
    sheet = ask(world, purchase, "POST", f"orders/{order_id}/pay", {}, wanted=(200, 409))
    if "paySign" not in sheet:
        return {}
    plan = {"appid": world.appid, "openid": purchase.openid, "callback": "drop"}
    return world.simulated.control("POST", "pay", **sheet, **plan)


def _wish(world: World, purchase: Purchase) -> dict[str, Any]:
    lines = [{"sku_id": world.sku_id, "quantity": QUANTITY}]
    return {"lines": lines, "address_id": purchase.address_id}


def ask(
    world: World,
    purchase: Purchase,
    method: str,
    path: str,
    wish: dict[str, Any] | None = None,
    *,
    wanted: int | tuple[int, ...] = 200,
    key: str = "",
) -> dict[str, Any]:
    """Ask the shop's door for customers; the key makes it one wish, however often it is asked."""
    answer = CLIENT.generic(
        method,
        f"/s/{world.shop.public_id}/v1/{path}",
        b"" if wish is None else json.dumps(wish).encode(),
        content_type="application/json",
        headers={
            "Authorization": f"Bearer {purchase.token}",
            "Idempotency-Key": key or purchase.key,
        },
    )
    statuses = wanted if isinstance(wanted, tuple) else (wanted,)
    assert answer.status_code in statuses, (path, answer.status_code, answer.content)
    return answer.json()


def _again(world: World, purchase: Purchase, is_gone: bool) -> None:
    buy(world, purchase, callbacks=2, buyer_is_gone=is_gone)


FLOW = Flow(
    name="pay",
    build=build,
    begin=new_buyer,
    run=buy,
    again=_again,
    wrong=wrong,
    calls=frozenset({"HTTP pay.prepay"}),
    bugs=(bugs.publishes_after_the_commit, bugs.keeps_the_key_after_the_verb),
)

"""One purchase in one process: order, prepay, pay, callback, jobs. It can be taken up again.

WeChat is the simulator, a program of its own: what happens there survives the death of the buyer's
server. The queue is drained as the real broker does it: a message leaves only when it was handled.
"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import dramatiq
from django.db import connection
from django.test import Client

from billing.ledger.models import Journal
from billing.payments.models import Attempt
from billing.settlements import invariants as money
from jobs.broker import broker
from shop.inventory.models import Movement, Reservation, Stock
from shop.members import actions as members
from shop.members.models import Address
from shop.orders import invariants as orders
from shop.orders.models import Order
from tenants import context
from tenants.context import Shop
from tests.wechat_simulator.stage import Simulated, payload_bytes

CLIENT = Client()
"""One for all, so that children inherit its middleware warm."""
QUANTITY = 2
SOON_SECONDS, EVER_SECONDS = 60, 10**9
ADDRESS = {
    "recipient": "收件人",
    "phone": "13800001234",
    "province": "浙江省",
    "city": "杭州市",
    "street": "龙井路 1 号",
}

_NEXT = """
SELECT message::text FROM dramatiq.queue
WHERE tenant = %s AND state = 'queued' AND available_at <= now() + make_interval(secs => %s)
ORDER BY available_at, position LIMIT 1"""


@dataclass
class World:
    """A shop, something to buy, and WeChat."""

    shop: Shop
    simulated: Simulated
    appid: str
    sku_id: str
    stock: int
    acks_first: bool = False
    """A planted bug: messages leave the queue before they are handled."""


@dataclass
class Purchase:
    """A buyer who will buy once, whatever it takes."""

    openid: str
    token: str
    address_id: str
    member_id: str
    key: str = field(default_factory=lambda: secrets.token_hex(16))


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
        order = _ask(world, purchase, "POST", "orders", _wish(world, purchase), wanted=201)
        if _ask(world, purchase, "GET", f"orders/{order['id']}")["state"] == "unpaid":
            _pay(world, purchase, order["id"])
    for number in paid_at_wechat(world, purchase):
        for _ in range(callbacks):
            deliver(world, number)
    drain(world, SOON_SECONDS)


def paid_at_wechat(world: World, purchase: Purchase) -> list[str]:
    """Return WeChat's numbers of what this buyer paid."""
    told = world.simulated.control("GET", "orders")["orders"]
    return [o["out_trade_no"] for o in told if o["openid"] == purchase.openid and o["paid_at"]]


def deliver(world: World, number: str) -> None:
    """Bring WeChat's genuine callback to the door."""
    request = world.simulated.control("GET", f"callback_request/{number}")
    path = "/" + request["url"].split("/", 3)[3]
    answer = CLIENT.post(
        path,
        payload_bytes(request),
        content_type="application/json",
        headers=request["headers"],
    )
    assert answer.status_code == 204, answer.content


def drain(world: World, ahead: float) -> None:
    """Handle every message of the shop that is due within `ahead` seconds."""
    for _ in range(100):
        with context.public(), connection.cursor() as cursor:
            cursor.execute(_NEXT, [world.shop.public_id, ahead])
            row = cursor.fetchone()
        if row is None:
            return
        message = dramatiq.Message.decode(row[0].encode())
        if world.acks_first:
            _acknowledge(message)
            _handle(message)
        else:
            _handle(message)
            _acknowledge(message)
    raise AssertionError("the queue has no end")


def wrong(world: World, purchase: Purchase) -> list[str]:
    """Return what is not as it must be once a purchase was taken to its end."""
    with context.activate(world.shop):
        found = list(_of_the_order(purchase))
        drain(world, EVER_SECONDS)
        found += _of_the_order(purchase)
        found += [*money.violations(), *orders.violations()]
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


def _pay(world: World, purchase: Purchase, order_id: str) -> None:
    """Tap on pay. WeChat does not take the money of an order that is paid."""
    sheet = _ask(world, purchase, "POST", f"orders/{order_id}/pay", {}, wanted=(200, 409))
    if "paySign" in sheet:
        plan = {"appid": world.appid, "openid": purchase.openid, "callback": "drop"}
        world.simulated.control("POST", "pay", **sheet, **plan)


def _wish(world: World, purchase: Purchase) -> dict[str, Any]:
    lines = [{"sku_id": world.sku_id, "quantity": QUANTITY}]
    return {"lines": lines, "address_id": purchase.address_id}


def _ask(
    world: World,
    purchase: Purchase,
    method: str,
    path: str,
    wish: dict[str, Any] | None = None,
    *,
    wanted: int | tuple[int, ...] = 200,
) -> dict[str, Any]:
    answer = CLIENT.generic(
        method,
        f"/s/{world.shop.public_id}/v1/{path}",
        b"" if wish is None else json.dumps(wish).encode(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {purchase.token}", "Idempotency-Key": purchase.key},
    )
    statuses = wanted if isinstance(wanted, tuple) else (wanted,)
    assert answer.status_code in statuses, (path, answer.status_code, answer.content)
    return answer.json()


def _handle(message: dramatiq.Message[Any]) -> None:
    proxy = dramatiq.MessageProxy(message)
    broker.emit_before("process_message", proxy)
    try:
        broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
    finally:
        for middleware in reversed(broker.middleware):
            if type(middleware).__module__.startswith(("tenants", "config")):
                middleware.after_process_message(broker, proxy)


def _acknowledge(message: dramatiq.Message[Any]) -> None:
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE message_id = %s", [message.message_id])

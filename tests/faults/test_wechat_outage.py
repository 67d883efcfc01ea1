"""WeChat is down, slow or lying for half an hour: the shop goes on, and then everything settles.

The half hour is virtual, for the queue and for the platform's clock; the simulator is a program of
its own, killed or made to misbehave for real.
"""

import itertools
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client

from billing.payments.models import Attempt
from billing.refunds.models import Refund
from billing.settlements import invariants as money
from shop.inventory.models import Stock
from shop.orders import invariants as orders
from shop.orders.models import Order, ShippingUpload
from tenants import actions as tenants
from tenants import context
from tenants.models import Account, Tenant
from tests.faults.virtual import STEP_SECONDS, VirtualTime
from tests.shop.buying import Buyer, Desk, attempt_numbers
from tests.shop.catalogue import product, skus
from tests.wechat_simulator.stage import Program, Simulated, listening
from wechat import breaker, component, http, signing
from wechat.credentials import Credentials

HALF_AN_HOUR, FIVE_MINUTES, ONE_MINUTE = 1_800, 300, 60
STOCK = 100
LIES = ("html", "half_body", "bad_signature", "-1", "500", "wrong_serial", "old_timestamp")
MOST_JOBS = 400
BROWSING = ("/home", "/categories", "/products", "/search?q=Tea", "/cart", "/orders")
SAME = tuple(path for path in BROWSING if path != "/orders")


@dataclass
class World:
    """A shop that trades, its virtual time, and WeChat."""

    time: VirtualTime
    buyer: Buyer
    desk: Desk
    sku_id: UUID
    program: Program
    simulated: Simulated
    appid: str

    def control(self, method: str, path: str, **wish: object) -> dict:
        return self.simulated.control(method, path, **wish)

    def order(self) -> Order:
        with self.time.now():
            return self.buyer.order({self.sku_id: 1})

    def prepaid(self) -> tuple[Order, dict]:
        order = self.order()
        with self.time.now():
            answer = self.buyer.post(f"/orders/{order.pk}/pay", {})
        assert answer.status_code == 200, answer.content
        return order, answer.json()

    def pay_unheard(self, sheet: dict) -> None:
        """The buyer pays; WeChat's callback is lost."""
        plan = {"appid": self.appid, "openid": self.buyer.member.openid, "callback": "drop"}
        told = self.control("POST", "pay", **sheet, **plan)
        assert told["errMsg"] == "requestPayment:ok", told

    def paid(self) -> Order:
        order, sheet = self.prepaid()
        self.pay_unheard(sheet)
        with self.time.now():
            assert self.buyer.post(f"/orders/{order.pk}/refresh").json()["state"] == "paid"
        return order

    def browse(self) -> dict[str, tuple[int, bytes]]:
        with self.time.now():
            answers = {path: self.buyer.get(path) for path in BROWSING}
        return {path: (answer.status_code, answer.content) for path, answer in answers.items()}

    def state(self, order: Order) -> str:
        with self.time.now():
            return str(self.buyer.get(f"/orders/{order.pk}").json()["state"])


@pytest.fixture
def world(new_shop, tmp_path, settings, monkeypatch) -> Iterator[World]:
    program = Program(tmp_path / "wechat").start()
    simulated = Simulated(program)
    settings.WECHAT = Credentials.read(program.directory / "credentials.json")
    opened = new_shop()
    made = simulated.control("POST", "mini_programs", name="Outage")
    simulated.control("PUT", "settings", refund_delay_seconds=0)
    virtual = VirtualTime(opened)
    _keep_wechat_in_our_time(monkeypatch, virtual)
    with context.public():
        tenant = Tenant.objects.get(pk=opened.id)
        tenants.connect_wechat(tenant=tenant, appid=made["appid"], sub_mchid=made["sub_mchid"])
        owner = Account.objects.get(memberships__tenant=tenant)
        _let_in(simulated)
        component.adopt_authorization(made["auth_code"])
    user = {"appid": made["appid"], "user": "somebody"}
    openid = simulated.control("POST", "login", **user)["openid"]
    with context.activate(opened):
        [sku] = skus(product("Tea", price_minor=6_999, stock=STOCK))
        buyer = Buyer(opened, made["appid"], openid)
        desk = Desk(opened, owner)
    yield World(virtual, buyer, desk, sku.pk, program, simulated, made["appid"])
    simulated.http.close()
    if program.process is not None and program.process.poll() is None:
        program.end()


def _keep_wechat_in_our_time(monkeypatch, virtual: VirtualTime) -> None:
    """Sign by the machine's clock, as the simulator does; count the breaker's seconds by ours."""
    real = SimpleNamespace(now=lambda: datetime.now(UTC))
    monkeypatch.setattr(signing, "clock", real)
    fuses: dict[str, breaker.Breaker] = {}
    monkeypatch.setattr(
        http,
        "breaker_of",
        lambda host: fuses.setdefault(host, breaker.Breaker(clock=virtual.monotonic)),
    )


def _let_in(simulated: Simulated) -> None:
    """Bring the component's ticket to our door, as WeChat pushes it."""
    with listening() as ears:
        simulated.control("PUT", "component", ticket_url=f"{ears.base}/ticket")
        [pushed] = ears.wait_for(1)[:1]
    query = pushed.path.partition("?")[2]
    answer = Client().post(f"/hooks/wechat/component?{query}", pushed.body, content_type="text/xml")
    assert (answer.status_code, answer.content) == (200, b"success")


def _down(world: World) -> Iterator[None]:
    world.program.end(signal.SIGKILL)
    while True:
        yield


def _slow(world: World) -> Iterator[None]:
    world.control("POST", "faults", kind="slow", seconds=20, times=-1)
    while True:
        yield


def _lying(world: World) -> Iterator[None]:
    for lie in itertools.cycle(LIES):
        world.control("DELETE", "faults")
        world.control("POST", "faults", kind=lie, times=-1)
        yield


def _mended(world: World) -> None:
    if world.program.process is None or world.program.process.poll() is not None:
        world.program.start()
    world.control("DELETE", "faults")


@pytest.mark.parametrize("weather", [_down, _slow, _lying], ids=["down", "slow", "lying"])
def test_half_an_hour_without_wechat_costs_nothing(world, weather, monkeypatch):
    unheard, sheet = world.prepaid()
    never_paid, _ = world.prepaid()
    shipped, refunded = world.paid(), world.paid()
    untouched = world.order()
    world.time.pass_by(STEP_SECONDS)  # what follows a payment has happened
    before = world.browse()
    assert {status for status, _ in before.values()} == {200}
    world.pay_unheard(sheet)

    fate = weather(world)
    next(fate)
    with world.time.now():
        assert world.desk.ship(shipped).status_code == 200
        assert world.desk.refund(refunded).status_code == 200
    _it_refuses_to_pay(world, untouched)
    monkeypatch.setattr(http, "READ_SECONDS", 0.05)  # the half hour is ours, not the machine's
    for _ in range(HALF_AN_HOUR // ONE_MINUTE):
        world.time.pass_by(ONE_MINUTE)
        next(fate)
    during = world.browse()
    assert {path: during[path] for path in SAME} == {path: before[path] for path in SAME}
    states = [world.state(o) for o in (unheard, never_paid, untouched, shipped, refunded)]
    assert states == ["unpaid", "unpaid", "unpaid", "shipped", "paid"]
    assert len(world.time.ran) < MOST_JOBS, "it asks in a fury"

    monkeypatch.setattr(http, "READ_SECONDS", http.CUSTOMER_SECONDS)
    _mended(world)
    world.time.pass_by(FIVE_MINUTES)

    states = [world.state(o) for o in (unheard, never_paid, untouched, shipped, refunded)]
    assert states == ["paid", "cancelled", "cancelled", "shipped", "refunded"]
    with world.time.now():
        _everything_is_settled(world, shipped)
    assert world.time.waiting() == ["confirm_silent_order"]  # in ten days


def _it_refuses_to_pay(world: World, order: Order) -> None:
    started = time.monotonic()
    with world.time.now():
        refused = world.buyer.post(f"/orders/{order.pk}/pay", {})
    waited = time.monotonic() - started
    assert (refused.status_code, refused.json()["code"]) == (503, "payment_unavailable")
    assert refused["Content-Type"] == "application/problem+json"
    print(f"pay: 503 after {waited:.2f} s; its calls may take {http.CUSTOMER_SECONDS} s together")


def _everything_is_settled(world: World, shipped: Order) -> None:
    assert set(Attempt.objects.values_list("state", flat=True)) == {"succeeded", "closed"}
    assert ShippingUpload.objects.get(order=shipped).state == "sent"
    assert [refund.state for refund in Refund.objects.all()] == ["succeeded"]
    stock = Stock.objects.get(pk=world.sku_id)
    assert (stock.on_hand, stock.reserved) == (STOCK - 2, 0)  # the refunded one came back
    assert [*money.violations(), *orders.violations()] == []
    at_wechat = world.control("GET", "orders")["orders"]
    assert sum(1 for order in at_wechat if order["paid_at"]) == 3
    [told] = attempt_numbers(shipped)
    assert world.control("GET", f"orders/{told}")["shipping"]

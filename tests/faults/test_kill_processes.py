"""kill -9 of web, worker and PostgreSQL while orders are made, paid, shipped and settled.

One stage, several customers at work all the time, a seeded hand that kills. Afterwards everything
runs again, WeChat repeats its callbacks on its own schedule, and the books must agree to the fen.
"""

import random
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
import requests

from infra.first_sale import journey
from infra.first_sale.buyer import ADDRESS
from infra.first_sale.checking import Checker, Difference, eventually
from infra.first_sale.expected import COMMISSION_BP, FEE_BP, share
from infra.first_sale.owner import Owner, every_row
from infra.first_sale.visitors import Browser, MiniProgram
from infra.stage.stage import Stage, opened

SEED = 20_260_917
KILLS = ("worker", "web", "postgres", "worker", "postgres", "web", "worker", "postgres")
CUSTOMERS = 3
SETTLED_SECONDS = 60
STATES = ("unpaid", "shipped", "completed")
CATALOGUE = Path(journey.__file__).with_name("catalogue.csv")
AWAY = (requests.RequestException, Difference, KeyError, ValueError)
"""What a customer meets while something is down: the phone shows it and they try again."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with opened(settings=journey.SETTINGS) as everything:
        yield everything


@dataclass
class Customer:
    """Somebody who orders and pays, again and again, and repeats what did not answer."""

    stage: Stage
    shop: str
    appid: str
    sku_id: str
    number: int
    orders: dict[str, str] = field(default_factory=dict)
    """What was answered to each idempotency key."""
    keys: int = 0
    hiccups: int = 0
    openid: str = ""
    program: MiniProgram = field(init=False)

    def arrive(self) -> None:
        """Sign in and leave an address."""
        self.program = MiniProgram(self.stage.url)
        wish = {"appid": self.appid, "user": f"customer-{self.number}"}
        told = self.stage.wechat("POST", "login", wish)
        self.openid = told["openid"]
        self.program.sign_in(f"{self._api}/login", appid=self.appid, code=told["code"])
        added = self.program.send("POST", f"{self._api}/addresses", ADDRESS, wanted=201)
        self.address_id = added["id"]

    def shop_until(self, closing: threading.Event) -> None:
        """Buy one thing after the other."""
        while not closing.is_set():
            key, self.keys = secrets.token_hex(16), self.keys + 1
            order_id = self._insist(partial(self._order, key), closing)
            if order_id:
                self.orders[key] = order_id
                self._insist(partial(self._pay, order_id), closing)
            with suppress(*AWAY):
                self.confirm()

    def confirm(self) -> None:
        """Confirm the receipt of whatever has arrived."""
        for order in self.program.get(f"{self._api}/orders", state="to_receive")["items"]:
            self.program.send("POST", f"{self._api}/orders/{order['id']}/confirm-receipt")

    def repeat_every_order(self) -> dict[str, str]:
        """Send every order that was answered once more, with its key; return the answers."""
        return {key: self._order(key) for key in self.orders}

    def _insist(self, act, closing: threading.Event):
        """Try until it works or the shop closes."""
        while True:
            with suppress(*AWAY):
                return act()
            self.hiccups += 1
            if closing.wait(0.1):
                return None

    def _order(self, key: str) -> str:
        wish = {"lines": [{"sku_id": self.sku_id, "quantity": 1}], "address_id": self.address_id}
        answer = self.program.ask(
            "POST",
            f"{self._api}/orders",
            wanted=201,
            json=wish,
            headers={"Idempotency-Key": key},
        )
        return str(answer.json()["id"])

    def _pay(self, order_id: str) -> bool:
        """Pay in WeChat unless the page says it is paid."""
        if self.program.get(f"{self._api}/orders/{order_id}")["state"] != "unpaid":
            return True
        sheet = self.program.send("POST", f"{self._api}/orders/{order_id}/pay", {})
        told = self.stage.wechat("POST", "pay", sheet | {"appid": self.appid})
        return bool(told["errMsg"] == "requestPayment:ok")

    @property
    def _api(self) -> str:
        return f"/s/{self.shop}/v1"


@dataclass
class Packer:
    """The owner, who ships whatever is paid and confirms for the customers."""

    owner: Owner

    def pack_until(self, closing: threading.Event) -> None:
        """Ship every paid order in one parcel."""
        while not closing.wait(0.2):
            with suppress(*AWAY):
                self.pack()

    def pack(self) -> None:
        """Ship what can be shipped now."""
        api = self.owner.api
        paid = self.owner.browser.get(f"{api}/orders", state="paid", limit=100)["items"]
        for order in paid:
            wish = {"carrier_code": "ZTO", "tracking_number": f"ZTO{order['number']}"}
            path = f"{api}/orders/{order['id']}/parcels"
            self.owner.browser.ask("POST", path, wanted=(200, 409), json=wish)


def test_kills_at_any_moment_leave_one_paid_order_for_each_payment(stage):
    began = time.monotonic()
    owner, appid, sku_id = _open_shop(stage)
    stock, _ = owner.stock()[sku_id]
    customers = [Customer(stage, owner.shop, appid, sku_id, n) for n in range(CUSTOMERS)]
    for customer in customers:
        customer.arrive()

    _trade(stage, customers, owner)
    _settle(stage, owner)

    orders = _every_order(owner)
    at_wechat = [o for o in stage.wechat("GET", "orders")["orders"] if o["paid_at"]]
    by_state = {state: [o for o in orders if o["state"] == state] for state in STATES}
    paid = [*by_state["shipped"], *by_state["completed"]]
    assert len(orders) == len(paid) + len(by_state["unpaid"])
    assert len(at_wechat) == len(paid) >= 2 * CUSTOMERS
    assert by_state["completed"]
    assert _sum(at_wechat, "total_fen") == _sum(paid, "total_minor")
    assert len(orders) <= sum(customer.keys for customer in customers)
    for customer in customers:
        assert customer.hiccups > 0
        assert customer.repeat_every_order() == customer.orders
    assert len(_every_order(owner)) == len(orders)
    assert owner.stock()[sku_id] == (stock - len(paid), len(by_state["unpaid"]))
    balances = owner.balances()
    assert balances["held"] == _sum(by_state["shipped"], "total_minor")
    assert balances["sales"] == _sum(by_state["completed"], "total_minor")
    assert balances["fees"] == sum(share(o["total_minor"], FEE_BP) for o in paid)
    completed = by_state["completed"]
    assert balances["platform"] == sum(share(o["total_minor"], COMMISSION_BP) for o in completed)
    done = stage.manage("verify_invariants")
    assert done.returncode == 0, done.stdout
    assert " 0 violations." in done.stdout
    seconds = time.monotonic() - began
    print(f"{len(KILLS)} kills, {len(orders)} orders, {len(paid)} paid, {seconds:.0f} s")


def _open_shop(stage: Stage) -> tuple[Owner, str, str]:
    """Open a shop with a catalogue; return its owner, its appid, and a SKU with much stock."""
    owner = Owner(Browser(stage.url), Checker(), "kills@example.com")
    owner.sign_up()
    owner.open_shop("Unkillable")
    made = stage.wechat("POST", "mini_programs", {"name": "Unkillable"})
    owner.connect_wechat(appid=made["appid"], sub_mchid=made["sub_mchid"])
    owner.import_file(CATALOGUE)
    [sku_id] = [s for s, (on_hand, _) in owner.stock().items() if on_hand == 60]
    path = f"{owner.api}/stock/{sku_id}/adjust"
    owner.browser.send("POST", path, {"on_hand": 10_000, "reason": "a full shelf"})
    return owner, made["appid"], sku_id


def _trade(stage: Stage, customers: list[Customer], owner: Owner) -> None:
    """Let everybody work while programs are killed and brought back."""
    closing, chance = threading.Event(), random.Random(SEED)
    work = [customer.shop_until for customer in customers] + [Packer(owner).pack_until]
    team = [threading.Thread(target=act, args=[closing]) for act in work]
    for thread in team:
        thread.start()
    try:
        for name in KILLS:
            time.sleep(chance.uniform(0.5, 1.5))
            _kill(stage, name, chance)
    finally:
        closing.set()
        for thread in team:
            thread.join(60)


def _kill(stage: Stage, name: str, chance: random.Random) -> None:
    """Kill one, leave it dead for a moment, bring it back; the others must find to it again."""
    if name == "postgres":
        stage.crash_postgres()
        time.sleep(chance.uniform(0, 0.5))
        stage.start_postgres()
        for program in ("web", "worker"):
            stage.programs[program].start()  # nothing, unless the crash took it along
        return
    stage.kill(name)
    time.sleep(chance.uniform(0, 0.5))
    stage.start(name)


def _settle(stage: Stage, owner: Owner) -> None:
    """Let WeChat's retries come, and wait until no paid order is behind."""
    stage.wait_until("web")
    stage.wait_until("worker")
    stage.wechat("POST", "clock", {"advance_seconds": 3_600})
    packer = Packer(owner)

    def done() -> bool:
        packer.pack()
        paid = [o for o in stage.wechat("GET", "orders")["orders"] if o["paid_at"]]
        sent = [o for o in _every_order(owner) if o["state"] in {"shipped", "completed"}]
        told = owner.browser.get(f"{owner.api}/orders/shipping-alarms")
        return len(sent) == len(paid) and not told["count"]

    eventually("every payment's order", done, SETTLED_SECONDS)


def _every_order(owner: Owner) -> list[dict]:
    return list(every_row(owner.browser.get, f"{owner.api}/orders", {"limit": 100}))


def _sum(rows: list[dict], name: str) -> int:
    return sum(row[name] for row in rows)

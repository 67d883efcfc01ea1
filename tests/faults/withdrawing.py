"""One withdrawal in one process: ask, approve, hand over, confirm, callback, jobs. Repeatable.

WeChat is the simulator, a program of its own: what happens there survives the death of the shop's
server.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Any

from django.test import Client

from billing.ledger import queries as books
from billing.ledger.models import Journal
from billing.wallets import actions as wallets
from billing.withdrawals import actions as withdrawals
from billing.withdrawals import transferring
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from kernel.money import Money
from shop.members import actions as members
from tenants import context
from tenants.context import Shop
from tenants.models import Membership
from tests.faults import bugs
from tests.faults.crash import Flow
from tests.faults.draining import EVER_SECONDS, SOON_SECONDS, drain
from tests.faults.purchase import connect
from tests.wechat_simulator.stage import Simulated, payload_bytes

MEMBER, STAFF = Client(), Client()
"""One of each for all, so that children inherit their middleware warm, and who is signed in."""
CREDIT_MINOR, AMOUNT_MINOR, FEE_MINOR = 9_000, 5_000, 60
ENDINGS = {"confirm": "paid", "expire": "expired", "fail": "failed"}
"""What the person, or time, or WeChat does, and where the withdrawal then stands."""
LATER_SECONDS = 3_600
"""Far enough ahead for WeChat to be asked once more, whatever the ladder stood at."""
_WAITING = {"ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM"}


@dataclass
class World:
    """A shop with a merchant, staff who say yes, and WeChat."""

    shop: Shop
    simulated: Simulated
    appid: str
    endings: Iterator[str] = field(default_factory=lambda: chain(["confirm"] * 2, cycle(ENDINGS)))


@dataclass
class Asking:
    """A member who will withdraw once, whatever it takes."""

    token: str
    member_id: str
    ending: str = "confirm"
    key: str = field(default_factory=lambda: secrets.token_hex(16))


def build(shop: Shop, simulated: Simulated) -> World:
    """Connect an open shop to WeChat, with a fee and with the grant to transfer."""
    appid, _ = connect(shop, simulated)
    sign_staff_in(shop)
    with context.activate(shop):
        withdrawals.set_rules(rules=Rules(fee_bp=100, fee_fixed_minor=10))
        transferring.ask_grant()
    return World(shop, simulated, appid)


def sign_staff_in(shop: Shop) -> None:
    """Let the shop's owner work at the desk."""
    with context.public():
        owner = Membership.objects.get(tenant_id=shop.id).account
        STAFF.force_login(owner, "django.contrib.auth.backends.ModelBackend")


def new_member(world: World) -> Asking:
    """Sign a member in, with commission in the wallet. The endings take turns."""
    ending = next(world.endings)
    wish = {"appid": world.appid, "user": secrets.token_hex(6)}
    openid = world.simulated.control("POST", "login", **wish)["openid"]
    with context.activate(world.shop):
        signed_in = members.sign_in(appid=world.appid, openid=openid)
        wallets.credit(
            holder=signed_in.member.pk,
            amount=Money(CREDIT_MINOR),
            reference=f"line-{signed_in.member.pk}",
            why={"rate_bp": 1_000, "base_minor": 10 * CREDIT_MINOR},
        )
    return Asking(signed_in.token, str(signed_in.member.pk), ending)


def withdraw(
    world: World, asking: Asking, *, callbacks: int = 1, member_is_gone: bool = False
) -> None:
    """Do what is left to do: the member and WeChat repeat themselves, the worker starts again.

    A member who is gone does nothing once the staff can see the request.
    """
    if not (member_is_gone and rows_of(world, asking)):
        _member(world, asking, "POST", "withdrawals", {"amount_minor": AMOUNT_MINOR}, 201)
    (row,) = rows_of(world, asking)
    _approve(world, row)
    drain(world.shop.public_id, SOON_SECONDS)
    for told in transfers_of(world, row):
        number = told["out_bill_no"]
        if told["state"] in _WAITING:
            world.simulated.control("POST", f"transfers/{number}", action=asking.ending)
        for _ in range(callbacks):
            deliver(world, number, told["transfer_bill_no"])
    drain(world.shop.public_id, LATER_SECONDS)


def rows_of(world: World, asking: Asking) -> list[Withdrawal]:
    """Return what the member asked for."""
    with context.activate(world.shop):
        return list(Withdrawal.objects.filter(holder=asking.member_id))


def transfers_of(world: World, row: Withdrawal) -> list[dict[str, Any]]:
    """Return what WeChat has for the person who is paid."""
    told = world.simulated.control("GET", f"transfers?openid={row.openid}")["transfers"]
    return list(told)


def deliver(world: World, number: str, part: str) -> None:
    """Bring WeChat's genuine callback to the door."""
    request = world.simulated.control("GET", f"callback_request/{number}?part={part}")
    answer = MEMBER.post(
        "/" + request["url"].split("/", 3)[3],
        payload_bytes(request),
        content_type="application/json",
        headers=request["headers"],
    )
    assert answer.status_code == 204, answer.content


def wrong(world: World, asking: Asking) -> list[str]:
    """Return what is not as it must be once a withdrawal was taken to its end."""
    found = list(_of_the_member(world, asking))
    with context.activate(world.shop):
        drain(world.shop.public_id, EVER_SECONDS)
        found += _of_the_member(world, asking)
    return sorted(set(found))


def _of_the_member(world: World, asking: Asking) -> Iterator[str]:
    rows = rows_of(world, asking)
    expected = ENDINGS[asking.ending]
    if [row.state for row in rows] != [expected]:
        yield f"withdrawals: {[row.state for row in rows]}"
        return
    (row,) = rows
    told = transfers_of(world, row)
    if len(told) != 1:
        yield f"WeChat has transfers {[transfer['out_bill_no'] for transfer in told]}"
    with context.activate(world.shop):
        journals = sorted(
            Journal.objects.filter(reference=row.number).values_list("kind", flat=True)
        )
        wallet = books.wallet(row.holder)
    if journals != ["hold", "resolution"]:
        yield f"journals: {journals}"
    left = CREDIT_MINOR - (AMOUNT_MINOR if expected == "paid" else 0)
    if (wallet.available.minor, wallet.withdrawing.minor) != (left, 0):
        yield f"wallet: {wallet}"


def _approve(world: World, row: Withdrawal) -> None:
    """Staff say yes, or find that it was said and all is over."""
    path = f"/b/{world.shop.public_id}/v1/withdrawals/{row.pk}/approve"
    answer = STAFF.post(path, b"", content_type="application/json")
    assert answer.status_code == 200, answer.content


def _member(
    world: World, asking: Asking, method: str, path: str, wish: dict[str, Any], wanted: int
) -> None:
    answer = MEMBER.generic(
        method,
        f"/s/{world.shop.public_id}/v1/{path}",
        json.dumps(wish).encode(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {asking.token}", "Idempotency-Key": asking.key},
    )
    assert answer.status_code == wanted, (path, answer.status_code, answer.content)


def _again(world: World, asking: Asking, is_gone: bool) -> None:
    withdraw(world, asking, callbacks=2, member_is_gone=is_gone)


FLOW = Flow(
    name="withdraw",
    build=build,
    begin=new_member,
    run=withdraw,
    again=_again,
    wrong=wrong,
    calls=frozenset({"HTTP transfers.create"}),
    bugs=(bugs.holds_after_the_commit, bugs.takes_a_new_transfer_number_on_every_try),
    ends=len(ENDINGS),
)

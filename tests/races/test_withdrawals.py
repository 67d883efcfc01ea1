"""A wallet under many hands: real threads, real commits, one winner."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from billing.ledger import queries as books
from billing.settlements import invariants as money
from billing.wallets import actions as wallets
from billing.withdrawals import actions, invariants, transferring
from billing.withdrawals.accepting import Word, apply_word
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants import actions as tenant_actions
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests.credentials import credentials
from wechat import transfers
from wechat.errors import OrderNotExist
from wechat.transfers import Transfer, TransferAsked, TransferState

THREADS = 5


class WeChat:
    """Transfers that WeChat was asked for, by number; the same number pays once."""

    def __init__(self) -> None:
        self.lock, self.asked = threading.Lock(), Counter[str]()
        self.states: dict[str, TransferState] = {}

    def create(self, **asked: Any) -> TransferAsked:
        number = asked["out_bill_no"]
        with self.lock:
            self.asked[number] += 1
            self.states.setdefault(number, TransferState.WAIT_USER_CONFIRM)
            return TransferAsked(number, f"1330{number}", self.states[number], "pkg", None, None)

    def query(self, *, sub_mchid: str, out_bill_no: str) -> Transfer:
        with self.lock:
            if out_bill_no not in self.states:
                raise OrderNotExist("unknown", code="NOT_FOUND")
            state = self.states[out_bill_no]
        row = Withdrawal.objects.get(number=out_bill_no)
        return told(row, state)


def told(row: Withdrawal, state: TransferState) -> Transfer:
    return Transfer(
        mchid="1", sub_mchid=row.sub_mchid, out_bill_no=row.number,
        transfer_bill_no=f"1330{row.number}", appid=row.appid, state=state,
        amount_fen=row.net_minor, openid=row.openid, fail_reason=None, created_at=None,
        updated_at=None,
    )  # fmt: skip


@pytest.fixture
def wechat(monkeypatch, settings) -> WeChat:
    settings.WECHAT = credentials()
    fake = WeChat()
    monkeypatch.setattr(transfers, "create", fake.create)
    monkeypatch.setattr(transfers, "query", fake.query)
    return fake


@pytest.fixture
def shop(new_shop, wechat) -> Iterator[Shop]:
    """A committed shop with a merchant."""
    opened = new_shop()
    with context.public():
        tenant_actions.connect_wechat(
            tenant=Tenant.objects.get(pk=opened.id),
            appid=f"wx{opened.public_id}",
            sub_mchid=f"19{opened.id:08d}",
        )
    with context.activate(opened):
        actions.set_rules(rules=Rules(daily_count=10_000, daily_minor=10**9))
    yield opened
    with context.activate(opened):
        assert [*money.violations(), *invariants.violations()] == []
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE tenant = %s", [opened.public_id])


def all_at_once(shop: Shop, jobs: list[Callable[[], object]]) -> Counter[str]:
    """Run jobs in threads of their own connections; count results and refusals by name."""
    gate = threading.Barrier(THREADS)

    def work(mine: list[Callable[[], object]]) -> Counter[str]:
        seen: Counter[str] = Counter()
        try:
            with context.activate(shop):
                gate.wait(10)
                for job in mine:
                    try:
                        seen[str(job())] += 1
                    except Refusal as refusal:
                        seen[refusal.code] += 1
        finally:
            connection.close()
        return seen

    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(work, [jobs[i::THREADS] for i in range(THREADS)])
        return sum(parts, Counter())


def credit(holder: UUID, minor: int) -> None:
    wallets.credit(holder=holder, amount=Money(minor), reference=uuid4().hex, why={})


def claw_back(holder: UUID, minor: int, reference: str) -> str:
    wallets.claw_back(holder=holder, amount=Money(minor), reference=reference, why={})
    return "taken back"


def ask(holder: UUID, minor: int, key: str = "") -> str:
    actions.request(
        holder=holder, appid="wx1", openid="o1", amount=Money(minor), key=key or uuid4().hex
    )
    return "asked"


def approved(holder: UUID, minor: int) -> Withdrawal:
    ask(holder, minor)
    row = Withdrawal.objects.get(holder=holder)
    return actions.approve(withdrawal=row, by="owner@example.com")


def wallet(holder: UUID) -> tuple[int, int]:
    kept = books.wallet(holder)
    return kept.available.minor, kept.withdrawing.minor


def fresh(row: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.get(pk=row.pk)


def test_fifty_withdrawals_at_once_never_overdraw_a_wallet(shop):
    holder = uuid4()
    with context.activate(shop):
        credit(holder, 10_000)
    seen = all_at_once(shop, [lambda: ask(holder, 900)] * 50)
    assert seen == {"asked": 11, "wallet_too_small": 39}
    with context.activate(shop):
        assert wallet(holder) == (100, 9_900)


def test_requests_at_once_keep_to_the_days_count(shop):
    holder = uuid4()
    with context.activate(shop):
        actions.set_rules(rules=Rules(daily_count=3, daily_minor=10**9))
        credit(holder, 10_000)
    seen = all_at_once(shop, [lambda: ask(holder, 100)] * 20)
    assert seen == {"asked": 3, "daily_count_reached": 17}
    with context.activate(shop):
        assert wallet(holder) == (9_700, 300)


def test_the_same_request_twenty_times_at_once_is_one(shop):
    holder = uuid4()
    with context.activate(shop):
        credit(holder, 10_000)
    assert all_at_once(shop, [lambda: ask(holder, 900, "k")] * 20) == {"asked": 20}
    with context.activate(shop):
        assert (wallet(holder), Withdrawal.objects.count()) == ((9_100, 900), 1)


@pytest.mark.parametrize("turn", range(4))
def test_withdrawing_and_clawing_back_at_once_has_one_winner(shop, turn):
    """Either the request was first and the claw-back makes a debt, or it finds too little."""
    holder = uuid4()
    with context.activate(shop):
        credit(holder, 1_000)
    jobs = [lambda: ask(holder, 1_000), lambda: claw_back(holder, 1_000, "line-1")] * 2
    seen = all_at_once(shop, jobs if turn % 2 else jobs[::-1])
    assert seen["taken back"] == 2
    with context.activate(shop):
        if seen["asked"]:
            assert seen["asked"] == 1
            assert wallet(holder) == (-1_000, 1_000)
        else:
            assert seen["wallet_too_small"] == 2
            assert wallet(holder) == (0, 0)


def test_ten_workers_at_one_withdrawal_make_one_transfer(shop, wechat):
    holder = uuid4()
    with context.activate(shop):
        credit(holder, 1_000)
        row = approved(holder, 1_000)

    def work() -> str:
        transferring.submit(withdrawal=fresh(row))
        return "done"

    assert all_at_once(shop, [work] * 10) == {"done": 10}
    with context.activate(shop):
        assert list(wechat.states) == [row.number]
        assert fresh(row).state == "wait_user_confirm"
        jobs = [lambda: str(apply_word(Word.of_told(told(fresh(row), TransferState.SUCCESS))))] * 20
    assert all_at_once(shop, jobs) == {"applied": 1, "repeated": 19}
    with context.activate(shop):
        assert wallet(holder) == (0, 0)


@pytest.mark.parametrize("turn", range(4))
def test_rejecting_approving_and_paying_by_hand_at_once_has_one_winner(shop, wechat, turn):
    holder = uuid4()
    with context.activate(shop):
        credit(holder, 1_000)
        ask(holder, 1_000)
        row = Withdrawal.objects.get(holder=holder)

    def approve() -> str:
        made = actions.approve(withdrawal=fresh(row), by="a@example.com")
        transferring.submit(withdrawal=made)
        return "approved"

    jobs: list[Callable[[], object]] = [
        lambda: f"rejected {actions.reject(withdrawal=fresh(row), answer='no', by='b').state}",
        approve,
        lambda: transferring.pay_by_hand(withdrawal=fresh(row), answer="cash", by="c").channel,
    ]
    jobs = jobs[turn % 3 :] + jobs[: turn % 3]
    seen = all_at_once(shop, jobs)
    with context.activate(shop):
        ended = fresh(row)
        by_hand = ended.channel == "manual"
        assert ended.state in {"rejected", "wait_user_confirm", "paid"}
        assert by_hand == (ended.state == "paid")
        assert bool(wechat.states) == (ended.state == "wait_user_confirm")
        held = 1_000 if ended.state == "wait_user_confirm" else 0
        assert wallet(holder) == (1_000 if ended.state == "rejected" else 0, held)
    losers = sum(seen[c] for c in ("withdrawal_cannot_move", "transfer_may_be_on_its_way"))
    assert losers >= 1


@pytest.mark.parametrize("turn", range(4))
def test_paying_by_hand_while_a_worker_tries_again_pays_one_way(shop, wechat, turn):
    """Either a person or WeChat: never both."""
    holder = uuid4()
    with context.activate(shop):
        credit(holder, 1_000)
        row = approved(holder, 1_000)
        Withdrawal.objects.filter(pk=row.pk).update(
            state="unknown", tries_count=1, tried_at=clock.now() - timedelta(hours=1)
        )
        row.steps.create(state="submitting", event="handed_over", by="platform")
        row.steps.create(state="unknown", event="unclear", by="wechat")

    def pay() -> str:
        return transferring.pay_by_hand(withdrawal=fresh(row), answer="cash", by="c").channel

    def work() -> str:
        transferring.submit(withdrawal=fresh(row))
        return "tried"

    jobs: list[Callable[[], object]] = [pay, work] if turn % 2 else [work, pay]
    all_at_once(shop, jobs)
    with context.activate(shop):
        ended = fresh(row)
        assert (ended.state, bool(wechat.asked)) in {("paid", False), ("wait_user_confirm", True)}
        assert wallet(holder) == ((0, 0) if ended.state == "paid" else (0, 1_000))



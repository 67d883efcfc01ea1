"""Any sequence of credits, claw-backs and withdrawals leaves sums that a child could add up."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.ledger import queries as books
from billing.ledger.states import Account
from billing.settlements import invariants as money
from billing.wallets import actions as wallets
from billing.withdrawals import actions, invariants
from billing.withdrawals.accepting import Word, apply_word
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import LIVE, TO_REVIEW
from kernel.errors import Refusal
from kernel.money import Money
from wechat.transfers import TransferState

HOLDERS = (UUID(int=1), UUID(int=2))
ACTS = ("credit", "claw_back", "ask", "approve", "reject", "cancel", "by_hand", "write_off",
        "SUCCESS", "FAIL", "CANCELLED")  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(1, 5_000)), max_size=25
)


@dataclass
class Sheet:
    """What a careful person would have written down for one wallet."""

    available: int = 0
    withdrawing: int = 0


class Clerk:
    """Does what is said, and keeps sheets beside it."""

    def __init__(self) -> None:
        self.sheets = {holder: Sheet() for holder in HOLDERS}
        self.paid: Counter[str] = Counter()

    def act(self, what: str, holder: UUID, minor: int) -> None:
        sheet, amount, reference = self.sheets[holder], Money(minor), uuid4().hex
        if what == "credit":
            wallets.credit(holder=holder, amount=amount, reference=reference, why={})
            sheet.available += minor
        elif what == "claw_back":
            wallets.claw_back(holder=holder, amount=amount, reference=reference, why={})
            sheet.available -= minor
        elif what == "write_off":
            debt = Money(max(0, -sheet.available))
            wallets.write_off(holder=holder, debt=debt, reason="r", by="owner", key=reference)
            sheet.available = 0
        elif what == "ask":
            actions.request(holder=holder, appid="wx", openid="o", amount=amount, key=reference)
            assert minor <= sheet.available
            sheet.available -= minor
            sheet.withdrawing += minor
        else:
            self._end(what, holder, sheet)

    def _end(self, what: str, holder: UUID, sheet: Sheet) -> None:
        row = Withdrawal.objects.filter(holder=holder, state__in=LIVE).order_by("pk").first()
        if row is None:
            return
        if what == "approve":
            if row.state in TO_REVIEW:  # as the worker leaves it once WeChat has heard of it
                actions.approve(withdrawal=row, by="owner")
                Withdrawal.objects.filter(pk=row.pk).update(
                    state="submitting", tries_count=1, tried_at=row.created_at
                )
                row.steps.create(state="submitting", event="handed_over", by="platform")
        elif what == "by_hand":
            actions.note_paid_by_hand(withdrawal=row, answer="cash", by="owner", seen_tries=0)
            self._settle(row, sheet, back=False)
        elif what in {"reject", "cancel"}:
            if what == "reject":
                actions.reject(withdrawal=row, answer="no", by="owner")
            else:
                actions.cancel(withdrawal=row, by="customer")
            self._settle(row, sheet, back=True)
        else:
            said = Word(row.number, "1330", TransferState(what), fail_reason="X")
            for outcome in ("applied", "repeated"):
                if apply_word(said) != outcome:
                    return  # WeChat cannot speak of what it never heard of
            self._settle(row, sheet, back=what != "SUCCESS")

    def _settle(self, row: Withdrawal, sheet: Sheet, *, back: bool) -> None:
        sheet.withdrawing -= row.amount_minor
        if back:
            sheet.available += row.amount_minor
        else:
            self.paid["net"] += row.net_minor
            self.paid["fee"] += row.fee_minor


@pytest.fixture
def merchant(shop):
    """The shop with a merchant; nothing here speaks to it."""
    actions.set_rules(
        rules=Rules(minimum_minor=50, fee_bp=333, fee_fixed_minor=7, daily_minor=10**9,
                    daily_count=10**6, second_approval_from_minor=None)
    )  # fmt: skip
    return shop


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=steps)
def test_any_sequence_keeps_the_sums(merchant, told):
    outer = transaction.atomic()
    outer._from_testcase = True  # verbs inside are their own transactions
    with outer:
        clerk = Clerk()
        for what, who, minor in told:
            before = {h: (s.available, s.withdrawing) for h, s in clerk.sheets.items()}
            try:
                clerk.act(what, HOLDERS[who], minor)
            except Refusal:
                after = {h: (s.available, s.withdrawing) for h, s in clerk.sheets.items()}
                assert after == before
        for holder, sheet in clerk.sheets.items():
            kept = books.wallet(holder)
            assert (kept.available.minor, kept.withdrawing.minor) == (
                sheet.available, sheet.withdrawing,
            )  # fmt: skip
            lines = books.wallet_lines(holder, before=None, limit=1_000)
            assert sum(line.amount.minor for line in lines) == sheet.available
        held = books.balances()
        assert held[Account.WITHDRAWAL_FEES].minor == clerk.paid["fee"]
        assert held[Account.OWNER].minor - held[Account.WECHAT].minor == clerk.paid["net"]
        wrong = [*money.violations(), *invariants.violations()]
        assert [v for v in wrong if not v.startswith("I8")] == []  # no worker follows here
        transaction.set_rollback(True)

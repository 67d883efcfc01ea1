"""What the shop owes its members: a wallet each, holds that end once, debts by claw-back only."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from billing.ledger import actions, holds, queries
from billing.ledger.actions import Line
from billing.ledger.invariants import violations
from billing.ledger.models import HolderBalance, Journal, Transfer
from billing.ledger.states import Account, JournalKind, Resolution
from kernel.money import Money

ANN, BEN = UUID(int=1), UUID(int=2)


def earn(holder: UUID, minor: int, reference: str = "") -> None:
    line = Line(Account.DISTRIBUTION, Account.WALLET, Money(minor), credit_holder=holder)
    actions.post(
        kind=JournalKind.DISTRIBUTION,
        reference=reference or str(uuid4()),
        lines=[line],
        why={"rate_bp": 500},
    )


def claw_back(holder: UUID, minor: int, kind: JournalKind = JournalKind.CLAW_BACK) -> None:
    line = Line(
        Account.WALLET,
        Account.DISTRIBUTION,
        Money(minor),
        debit_holder=holder,
        may_overdraw=True,
    )
    actions.post(kind=kind, reference=str(uuid4()), lines=[line], why={})


def hold(holder: UUID, minor: int, reference: str = "W1") -> Journal | None:
    return holds.hold(reference=reference, holder=holder, amount=Money(minor), why={"fee_minor": 1})


def wallet(holder: UUID) -> tuple[int, int]:
    has = queries.wallet(holder)
    return has.available.minor, has.withdrawing.minor


def sound() -> bool:
    return list(violations()) == []


def test_each_member_has_an_own_wallet(shop):
    earn(ANN, 100)
    earn(BEN, 30)
    earn(ANN, 5)
    assert wallet(ANN) == (105, 0)
    assert wallet(BEN) == (30, 0)
    assert wallet(uuid4()) == (0, 0)
    assert queries.balance(Account.WALLET) == Money(135)
    assert queries.balance(Account.DISTRIBUTION) == Money(135)
    assert sound()


def test_a_hold_is_paid_out_less_the_fee(shop):
    earn(ANN, 100)
    assert hold(ANN, 60) is not None
    assert wallet(ANN) == (40, 60)
    assert sound()
    assert holds.resolution_of("W1") is None
    assert holds.post_hold(reference="W1", fee=Money(2), why={}) is not None
    assert wallet(ANN) == (40, 0)
    assert holds.resolution_of("W1") == Resolution.POSTED
    assert queries.balance(Account.WITHDRAWAL_FEES) == Money(2)
    assert queries.balance(Account.WECHAT) == Money(-58)
    assert sound()


def test_a_hold_that_is_void_gives_all_of_it_back(shop):
    earn(ANN, 100)
    hold(ANN, 60)
    assert holds.void_hold(reference="W1", why={"reason": "refused"}) is not None
    assert wallet(ANN) == (100, 0)
    assert holds.resolution_of("W1") == Resolution.VOID
    assert sound()


def test_a_pay_out_by_hand_comes_from_the_owner(shop):
    earn(ANN, 100)
    hold(ANN, 100)
    holds.post_hold(reference="W1", paid_from=Account.OWNER, why={"by": "boss"})
    assert queries.balance(Account.OWNER) == Money(100)
    assert queries.balance(Account.WECHAT) == Money(0)
    assert sound()


def test_every_step_of_a_hold_again_is_no_step(shop):
    earn(ANN, 100)
    hold(ANN, 60)
    assert hold(ANN, 60) is None
    holds.post_hold(reference="W1", why={})
    assert holds.post_hold(reference="W1", why={}) is None
    assert wallet(ANN) == (40, 0)


def test_a_hold_ends_one_way_only(shop):
    earn(ANN, 100)
    hold(ANN, 60)
    holds.void_hold(reference="W1", why={})
    with pytest.raises(holds.HoldResolved) as caught, transaction.atomic():
        holds.post_hold(reference="W1", why={})
    assert caught.value.resolution == Resolution.VOID
    hold(ANN, 60, "W2")
    holds.post_hold(reference="W2", why={})
    with pytest.raises(holds.HoldResolved) as caught, transaction.atomic():
        holds.void_hold(reference="W2", why={})
    assert caught.value.resolution == Resolution.POSTED
    with pytest.raises(holds.HoldResolved), transaction.atomic():
        holds.post_hold(reference="W2", fee=Money(1), why={})
    with pytest.raises(holds.HoldUnknown), transaction.atomic():
        holds.post_hold(reference="W3", why={})
    assert wallet(ANN) == (40, 0)
    assert sound()


def test_a_wallet_gives_no_more_than_it_has_and_says_the_figure(shop):
    earn(ANN, 59)
    earn(BEN, 1_000)
    with pytest.raises(actions.WalletTooSmall) as caught, transaction.atomic():
        hold(ANN, 60)
    assert str(caught.value) == "The wallet holds 0.59 CNY, which is less than 0.60 CNY."
    assert wallet(ANN) == (59, 0)
    assert not Journal.objects.filter(kind=JournalKind.HOLD).exists()
    assert sound()


def test_only_a_claw_back_brings_a_wallet_below_zero(shop):
    earn(ANN, 10)
    claw_back(ANN, 25)
    claw_back(BEN, 3)
    assert wallet(ANN) == (-15, 0)
    assert [(w.holder, w.available.minor) for w in queries.wallets(
        after=None, limit=10, only_debts=True
    )] == [(ANN, -15), (BEN, -3)]
    with pytest.raises(actions.WalletTooSmall), transaction.atomic():
        hold(ANN, 1)
    with pytest.raises(ValueError, match="overdraws no wallet"), transaction.atomic():
        claw_back(ANN, 1, JournalKind.REPAIR)
    assert sound()
    earn(ANN, 20)
    assert wallet(ANN) == (5, 0)
    assert sound()


def test_a_member_is_named_exactly_where_accounts_are_per_member(shop):
    nobody = Line(Account.DISTRIBUTION, Account.WALLET, Money(1))
    too_much = Line(Account.WECHAT, Account.HELD, Money(1), credit_holder=ANN)
    for line in (nobody, too_much):
        with pytest.raises(ValueError), transaction.atomic():
            actions.post(kind=JournalKind.REPAIR, reference="D1", lines=[line], why={})
    earn(ANN, 1, "L1")
    journal = queries.get_journal(kind=JournalKind.DISTRIBUTION, reference="L1")
    for values in (
        {"debit": "distribution", "credit": "wallet"},
        {"debit": "wechat", "credit": "held", "credit_holder": ANN},
        {"debit": "wallet", "credit": "distribution"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.create(journal=journal, amount_minor=1, currency="CNY", **values)


def test_the_same_reference_for_another_member_is_refused(shop):
    earn(ANN, 5, "L1")
    with pytest.raises(actions.JournalDiffers), transaction.atomic():
        earn(BEN, 5, "L1")
    assert wallet(BEN) == (0, 0)


def test_the_database_itself_lets_nothing_but_a_wallet_fall_below_zero(shop):
    earn(ANN, 10)
    hold(ANN, 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        HolderBalance.objects.filter(account=Account.WITHDRAWING).update(amount_minor=-1)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE ledger_transfer SET debit_holder = NULL")


def test_a_wallet_is_read_page_by_page_with_the_reason_of_each_line(
    shop, django_assert_num_queries
):
    for n in range(1, 6):
        earn(ANN, n, f"L{n}")
        earn(BEN, 1_000 + n, f"other{n}")
    hold(ANN, 15)
    with django_assert_num_queries(3):
        first = queries.wallet_lines(ANN, before=None, limit=4)
    assert [(line.kind, line.amount.minor) for line in first] == [
        ("hold", -15), ("distribution", 5), ("distribution", 4), ("distribution", 3)
    ]
    assert first[0].why == {"fee_minor": 1}
    assert first[1].why == {"rate_bp": 500}
    rest = queries.wallet_lines(ANN, before=first[-1].id, limit=4)
    assert [(line.reference, line.amount.minor) for line in rest] == [("L2", 2), ("L1", 1)]
    assert sum(line.amount.minor for line in first + rest) == wallet(ANN)[0] == 0


def test_a_journal_may_move_many_wallets_at_once(shop):
    earn(ANN, 50)
    lines = [
        Line(Account.DISTRIBUTION, Account.WALLET, Money(7), credit_holder=ANN),
        Line(Account.DISTRIBUTION, Account.WALLET, Money(8), credit_holder=BEN),
        Line(Account.WALLET, Account.DIFFERENCES, Money(57), debit_holder=ANN),
        Line(Account.WECHAT, Account.HELD, Money(3)),
    ]
    actions.post(kind=JournalKind.REPAIR, reference="D1", lines=lines, why={})
    assert (wallet(ANN), wallet(BEN)) == ((0, 0), (8, 0))
    assert queries.balance(Account.HELD) == Money(3)
    assert sound()

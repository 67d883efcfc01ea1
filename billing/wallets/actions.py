"""What fills a member's wallet, what takes out of it again, and who forgives a debt.

A wallet is no row of ours but the ledger's account `wallet` of one holder. What leaves it towards
its holder is a withdrawal (billing.withdrawals).
"""

from typing import Any
from uuid import UUID

from billing.ledger import actions as ledger
from billing.ledger import queries as books
from billing.ledger.actions import Line
from billing.ledger.states import Account, JournalKind
from kernel.errors import Refusal
from kernel.money import Money
from tenants.transactions import verb


class NoDebt(Refusal):
    """The wallet is not below zero, so there is nothing to forgive."""

    en = "This wallet owes nothing."
    zh = "该钱包没有欠款。"


class DebtChanged(Refusal):
    """The debt is not what it was when somebody decided to forgive it."""

    en = "The debt is {debt} now. Please look at it again."
    zh = "欠款金额已变为 {debt}，请重新确认。"


@verb
def credit(*, holder: UUID, amount: Money, reference: str, why: dict[str, Any]) -> bool:
    """Owe `amount` to a holder, as commission; say whether it was new. Once per `reference`.

    `why` derives the amount: `base_minor`, `rate_bp`, `level`, `order_number`; the holder reads
    these. Raises ValueError for an amount that is not above zero, JournalDiffers for another
    amount or holder under the reference.
    """
    line = Line(Account.DISTRIBUTION, Account.WALLET, amount, credit_holder=holder)
    posted = ledger.post(kind=JournalKind.DISTRIBUTION, reference=reference, lines=[line], why=why)
    return posted is not None


@verb
def claw_back(*, holder: UUID, amount: Money, reference: str, why: dict[str, Any]) -> bool:
    """Take `amount` back, whatever the wallet holds; say whether it was new. Once per `reference`.

    The wallet may fall below zero: then its holder owes the rest, and withdraws nothing until
    later credits have made up for it. What is already being withdrawn is not touched. Raises as
    `credit` does.
    """
    line = Line(
        Account.WALLET, Account.DISTRIBUTION, amount, debit_holder=holder, may_overdraw=True
    )
    posted = ledger.post(kind=JournalKind.CLAW_BACK, reference=reference, lines=[line], why=why)
    return posted is not None


@verb
def write_off(*, holder: UUID, debt: Money, reason: str, by: str, key: str) -> bool:
    """Forgive what a holder owes: the shop bears it. Say whether it was new; once per `key`.

    `debt` is what the owner saw. Raises NoDebt, DebtChanged.
    """
    reference = f"{holder.hex}-{key}"[:64]
    if books.find_journal(kind=JournalKind.WRITE_OFF, reference=reference):
        return False
    owed = debt_of(holder)
    if not owed.minor:
        raise NoDebt
    if owed != debt:
        raise DebtChanged(debt=owed)
    line = Line(Account.DIFFERENCES, Account.WALLET, owed, credit_holder=holder)
    why = {"owed_minor": owed.minor, "reason": reason, "by": by}
    posted = ledger.post(kind=JournalKind.WRITE_OFF, reference=reference, lines=[line], why=why)
    left = books.wallet(holder).available
    if posted and left.minor:  # it moved since we looked; nobody else moves it before we commit
        raise DebtChanged(debt=Money(max(0, (owed - left).minor), owed.currency))
    return posted is not None


def debt_of(holder: UUID) -> Money:
    """Return what a holder owes; zero for a wallet that is not below zero."""
    available = books.wallet(holder).available
    return Money(max(0, -available.minor), available.currency)

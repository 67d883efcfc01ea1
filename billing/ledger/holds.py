"""Money of a member that is spoken for: held, and then either posted or given back.

A hold is two journals of one reference: `hold` (pending) and `resolution` (posted or void). The
books know a resolution once per reference, so exactly one of the two can ever win.
"""

from typing import Any
from uuid import UUID

from billing.ledger import actions, queries
from billing.ledger.actions import Line
from billing.ledger.models import Journal
from billing.ledger.states import Account, JournalKind, Resolution
from kernel.money import Money
from tenants.transactions import verb


class HoldUnknown(LookupError):
    """Nothing was ever held under this reference."""


class HoldResolved(RuntimeError):
    """The hold has ended the other way, or the same way by other amounts. Nothing is posted."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution
        super().__init__(f"the hold is {resolution} already")


@verb
def hold(*, reference: str, holder: UUID, amount: Money, why: dict[str, Any]) -> Journal | None:
    """Move `amount` from a member's wallet to what is being withdrawn. None: held already.

    Raises WalletTooSmall with the figure; JournalDiffers for another amount or member; ValueError
    for an amount that is not above zero.
    """
    return actions.post(
        kind=JournalKind.HOLD,
        reference=reference,
        lines=[
            Line(
                Account.WALLET,
                Account.WITHDRAWING,
                amount,
                debit_holder=holder,
                credit_holder=holder,
            )
        ],
        why=why,
    )


@verb
def post_hold(
    *,
    reference: str,
    fee: Money | None = None,
    paid_from: Account = Account.WECHAT,
    why: dict[str, Any],
) -> Journal | None:
    """Pay out what is held: `fee` stays with the shop, the rest leaves `paid_from`.

    `paid_from` is `wechat`, or `owner` when a person paid by hand. Return None when this very
    posting is in the books already. Raises HoldUnknown, HoldResolved; ValueError for a fee that is
    more than what is held, or of another currency.
    """
    held = _held(reference)
    kept = fee or Money(0, held.amount.currency)
    lines = [
        Line(Account.WITHDRAWING, paid_from, held.amount - kept, debit_holder=held.debit_holder),
        Line(
            Account.WITHDRAWING, Account.WITHDRAWAL_FEES, kept, debit_holder=held.debit_holder
        ),
    ]
    return _resolve(reference, Resolution.POSTED, lines, why)


@verb
def void_hold(*, reference: str, why: dict[str, Any]) -> Journal | None:
    """Give what is held back to the member's wallet. None: given back already.

    Raises HoldUnknown, HoldResolved.
    """
    held = _held(reference)
    line = Line(
        Account.WITHDRAWING,
        Account.WALLET,
        held.amount,
        debit_holder=held.debit_holder,
        credit_holder=held.debit_holder,
    )
    return _resolve(reference, Resolution.VOID, [line], why)


def resolution_of(reference: str) -> Resolution | None:
    """Return how a hold ended; None while it is pending. Raises HoldUnknown."""
    _held(reference)
    journal = queries.find_journal(kind=JournalKind.RESOLUTION, reference=reference)
    return None if journal is None else Resolution(journal.why["resolution"])


def _held(reference: str) -> Line:
    """Return the line of a hold."""
    journal = queries.find_journal(kind=JournalKind.HOLD, reference=reference)
    if journal is None:
        raise HoldUnknown(reference)
    held = journal.transfers.get()
    return Line(
        Account.WALLET,
        Account.WITHDRAWING,
        Money(held.amount_minor, held.currency),
        debit_holder=held.debit_holder,
        credit_holder=held.credit_holder,
    )


def _resolve(
    reference: str, resolution: Resolution, lines: list[Line], why: dict[str, Any]
) -> Journal | None:
    try:
        return actions.post(
            kind=JournalKind.RESOLUTION,
            reference=reference,
            lines=lines,
            why={**why, "resolution": resolution},
        )
    except actions.JournalDiffers as differs:
        raise HoldResolved(Resolution(differs.posted.why["resolution"])) from None

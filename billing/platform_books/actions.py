"""The one verb of the platform's books: post. In the public schema."""

from collections.abc import Sequence
from typing import Any

from billing.ledger.posting import BalanceTooSmall, Books, JournalDiffers, Line, check_same
from billing.platform_books.models import Journal
from billing.platform_books.states import (
    CREDIT_SIDE,
    MAY_FALL_BELOW_ZERO,
    PER_SHOP,
    PlatformJournalKind,
)
from tenants.transactions import verb

__all__ = ["BalanceTooSmall", "JournalDiffers", "Line", "post"]

BOOKS = Books(
    prefix="platform_books",
    credit_side=CREDIT_SIDE,
    guarded=frozenset(),
    per_holder=PER_SHOP,
    counts_days=False,
    unguarded=MAY_FALL_BELOW_ZERO,
)


@verb
def post(
    *, kind: PlatformJournalKind, reference: str, lines: Sequence[Line], why: dict[str, Any]
) -> Journal | None:
    """Write a journal once; return None when this very journal is in the books already.

    Lines on an account per shop name `holder_of(shop.public_id)`. Raises JournalDiffers;
    BalanceTooSmall when a credit would fall below zero; ValueError as the shops' books do.
    """
    wanted = BOOKS.check(lines)
    journal = Journal(kind=kind, reference=reference, why=why)
    row = BOOKS.write(
        key=journal.pk, kind=kind, reference=reference, at=journal.at, why=why, lines=wanted
    )
    if row is None:
        posted = Journal.objects.get(kind=kind, reference=reference)
        check_same(posted, posted.transfers.all(), wanted)
        return None
    _, held_enough = row
    if not held_enough:
        raise BalanceTooSmall(f"{journal} asks for more than is held")
    return journal

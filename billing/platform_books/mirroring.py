"""What shops owe the platform by their own books, in the platform's books too: each journal once.

Note [mirror]. A shop's journal that moves its account `platform` publishes PlatformOwed with it.
Heard inside the shop, it becomes a journal here under the shop's code and its own reference, which
is there once, however often it is heard. The proof (platform_books.invariants) compares journal by
journal; `catch_up` finds what no message is left for. What was posted before the shop came to this
installation was owed to another platform, and stays where it is.
"""

from datetime import datetime

from billing.ledger import queries as ledger
from billing.ledger.queries import Owed
from billing.ledger.states import Account, JournalKind
from billing.platform_books import actions as books
from billing.platform_books import queries
from billing.platform_books.actions import Line
from billing.platform_books.states import PlatformAccount as A
from billing.platform_books.states import PlatformJournalKind, holder_of
from kernel.money import Money
from tenants import context, directory
from tenants.context import Shop
from tenants.transactions import verb

PAGE = 1_000
_KINDS = {
    JournalKind.SHARE: PlatformJournalKind.SHARE,
    JournalKind.SHARE_RETURN: PlatformJournalKind.SHARE_RETURN,
    JournalKind.REMITTANCE: PlatformJournalKind.REMITTANCE,
}
"""All other kinds, as earnings and refunds, are what the commission became."""
_ACCOUNTS = {
    Account.WECHAT: A.WECHAT,
    Account.COMMISSION: A.COMMISSION,
    Account.OWNER: A.BANK,
}
"""What the platform's side of a transfer is; of all other accounts it is a difference."""


def mirror(*, kind: JournalKind, reference: str) -> bool:
    """Write a journal of the current shop into the platform's books; say whether it was missing.

    Nothing happens for a journal that is older than the shop is here. Raises Journal.DoesNotExist.
    """
    owed = ledger.owed_by(kind=kind, reference=reference)
    return _mirror(context.shop(), owed) if owed.at >= since() else False


def catch_up() -> int:
    """Mirror what is missing, whatever became of its message; return how many journals."""
    shop, made = context.shop(), 0
    for page in ledger.pages_owed(since=since(), size=PAGE):
        names = [(name_of(one.kind), reference_of(shop, one.reference)) for one in page]
        with context.public():
            known = queries.known(names)
        for one, name in zip(page, names, strict=True):
            made += name not in known and _mirror(shop, one)
    return made


def name_of(kind: str) -> PlatformJournalKind:
    """Return what a journal of a shop is called in the platform's books."""
    return _KINDS.get(JournalKind(kind), PlatformJournalKind.COMMISSION)


def reference_of(shop: Shop, reference: str) -> str:
    """Return a shop's reference as one that no other shop has."""
    return f"{shop.code}:{reference}"


def since() -> datetime:
    """Return since when the current shop owes this platform."""
    shop = context.shop()
    with context.public():
        return directory.opened_at(shop)


@verb
def _mirror(shop: Shop, owed: Owed) -> bool:
    holder = holder_of(shop.public_id)
    lines = []
    for other, minor in owed.changes:
        account, amount = _ACCOUNTS.get(other, A.DIFFERENCES), Money(abs(minor), owed.currency)
        if minor > 0:
            lines.append(Line(A.RECEIVABLE, account, amount, debit_holder=holder))
        else:
            lines.append(Line(account, A.RECEIVABLE, amount, credit_holder=holder))
    why = {"shop": shop.public_id, "journal": owed.kind, "reference": owed.reference, **owed.why}
    with context.public():
        posted = books.post(
            kind=name_of(owed.kind),
            reference=reference_of(shop, owed.reference),
            lines=lines,
            why=why,
        )
    return posted is not None

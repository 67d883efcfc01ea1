"""The chart of the platform's own books, and what kinds of journals there are.

They lie in the public schema and follow the same rules as a shop's (billing.ledger): written
once, one debit and one credit per transfer, balances counted on their own side:

    account        kind          side    holds
    wechat         asset         debit   money that lies at WeChat Pay for the platform
    bank           asset         debit   what WeChat Pay paid out to the platform's bank
    receivable     asset         debit   invoiced or earned, not yet paid; PER SHOP
    credit         liability     credit  what the platform owes a shop (proration, overpaid);
                                         PER SHOP; never below zero
    owner          equity        credit  what was put in from outside WeChat
    subscriptions  income        credit  plan invoices
    commission     income        credit  commission on shops' sales
    refunded       contra income debit   what was given back of paid invoices
    fees           expense       debit   WeChat Pay's fee on what shops pay
    bad_debts      expense       debit   receivables that were written off
    differences    expense       debit   what reconciliation found and wrote off

    journal      reference           transfers (debit <- credit)
    invoice      invoice number      receivable <- subscriptions
    payment      out_trade_no        wechat <- receivable; fees <- wechat
    credit       of its cause        subscriptions <- credit (a plan changed to a cheaper one)
    offset       of its cause        credit <- receivable: a credit pays an invoice
    refund       out_refund_no       credit | refunded <- wechat; wechat <- fees
    commission   of the shop's       receivable <- commission, or its reverse after refunds
    share        of the shop's       wechat <- receivable: profit sharing brought the commission
    share_return of the shop's       receivable <- wechat
    remittance   of the shop's       bank <- receivable: the owner paid commission by the bank, or
                                     its reverse
    void         invoice number      subscriptions <- receivable
    write_off    of its cause        bad_debts <- receivable
    payout       of the bank's line  bank <- wechat
    repair       of the difference   any pair

A shop is named by the UUID that `holder_of` makes of its public id. A reference "of the shop's" is
the shop's code, a colon, and the reference of its own journal, which is mirrored here.
"""

from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class PlatformAccount(StrEnum):
    """An account of the chart above."""

    WECHAT = "wechat"
    BANK = "bank"
    RECEIVABLE = "receivable"
    CREDIT = "credit"
    OWNER = "owner"
    SUBSCRIPTIONS = "subscriptions"
    COMMISSION = "commission"
    REFUNDED = "refunded"
    FEES = "fees"
    BAD_DEBTS = "bad_debts"
    DIFFERENCES = "differences"


class PlatformJournalKind(StrEnum):
    """Why the platform's money moved. With its reference it names a journal once and for ever."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT = "credit"
    OFFSET = "offset"
    REFUND = "refund"
    COMMISSION = "commission"
    SHARE = "share"
    SHARE_RETURN = "share_return"
    REMITTANCE = "remittance"
    VOID = "void"
    WRITE_OFF = "write_off"
    PAYOUT = "payout"
    REPAIR = "repair"


A = PlatformAccount
CREDIT_SIDE = frozenset({A.CREDIT, A.OWNER, A.SUBSCRIPTIONS, A.COMMISSION})
"""Accounts whose balance is credits minus debits; of all others it is debits minus credits."""

PER_SHOP = frozenset({A.RECEIVABLE, A.CREDIT})
"""Accounts of which every shop has an own one. Their transfers name the shop."""

MAY_FALL_BELOW_ZERO = frozenset({A.RECEIVABLE})
"""A shop may pay what is not invoiced yet, and a commission may come back."""

OF_SHOPS = frozenset(
    {
        PlatformJournalKind.COMMISSION,
        PlatformJournalKind.SHARE,
        PlatformJournalKind.SHARE_RETURN,
        PlatformJournalKind.REMITTANCE,
    }
)
"""What comes from shops' own books only: see Note [mirror] in platform_books.mirroring."""


def holder_of(public_id: str) -> UUID:
    """Return the name of a shop in the platform's books: the same for ever."""
    return uuid5(NAMESPACE_URL, f"shop:{public_id}")

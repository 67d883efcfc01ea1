"""The chart of a shop's books, and what kinds of journals there are.

A transfer moves an amount from one account to another: it debits one and credits the other. An
account's balance is counted on its own side, so that a healthy book shows no minus:

    account     kind          side    holds
    wechat      asset         debit   money that lies at WeChat Pay for the shop
    held        liability     credit  paid by customers, not yet earned; never below zero
    sales       income        credit  what completed orders brought in
    refunded    contra income debit   refunds of orders that were already earned
    fees        expense       debit   WeChat Pay's fee, less what it gave back
    commission  expense       debit   the platform's commission, less what it gave back
    platform    liability     credit  commission that the shop owes to the platform

    journal     reference       transfers (debit <- credit)
    payment     out_trade_no    wechat <- held gross; fees <- wechat fee
    refund      out_refund_no   held | refunded <- wechat; wechat <- fees, platform <- commission
    earning     order number    held <- sales; commission <- platform
"""

from enum import StrEnum


class Account(StrEnum):
    """An account of the chart above."""

    WECHAT = "wechat"
    HELD = "held"
    SALES = "sales"
    REFUNDED = "refunded"
    FEES = "fees"
    COMMISSION = "commission"
    PLATFORM = "platform"


class JournalKind(StrEnum):
    """Why money moved. With its reference it names a journal once and for ever."""

    PAYMENT = "payment"
    REFUND = "refund"
    EARNING = "earning"


CREDIT_SIDE = frozenset({Account.HELD, Account.SALES, Account.PLATFORM})
"""Accounts whose balance is credits minus debits; of all others it is debits minus credits."""

GUARDED = frozenset({Account.HELD})
"""Accounts that must not go below zero, whatever runs at the same time."""

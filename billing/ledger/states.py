"""The chart of a shop's books, and what kinds of journals there are.

A transfer moves an amount from one account to another: it debits one and credits the other. An
account's balance is counted on its own side, so that a healthy book shows no minus:

    account          kind          side    holds
    wechat           asset         debit   money that lies at WeChat Pay for the shop
    bank             asset         debit   what WeChat Pay paid out to the owner's bank
    held             liability     credit  paid by customers, not yet earned; never below zero
    wallet           liability     credit  owed to a member, who may withdraw it; PER HOLDER; below
                                           zero only by a claw-back
    withdrawing      liability     credit  asked for by a member, not yet paid out; PER HOLDER;
                                           never below zero
    platform         liability     credit  commission that the shop owes to the platform
    owner            equity        credit  what the owner put in from outside WeChat
    sales            income        credit  what completed orders brought in
    withdrawal_fees  income        credit  kept of withdrawals
    refunded         contra income debit   refunds of orders that were already earned
    fees             expense       debit   WeChat Pay's fee, less what it gave back
    commission       expense       debit   the platform's commission, less what it gave back
    distribution     expense       debit   commission given to distributors and members
    differences      expense       debit   what reconciliation found and wrote off

An account is kept apart per currency; one PER HOLDER is kept apart per member too, and transfers
name that member.

    journal       reference            transfers (debit <- credit)
    payment       out_trade_no         wechat <- held gross; fees <- wechat fee
    refund        out_refund_no        held | refunded <- wechat, wechat <- fees; or held |
                                       refunded <- owner, paid by hand; platform <- commission
    earning       order number         held <- sales; commission <- platform
    share         out_order_no         platform <- wechat; wallet <- wechat (profit sharing)
    share_return  out_return_no        wechat <- platform; wechat <- wallet
    distribution  of its order line    distribution <- wallet
    claw_back     of its cause         wallet <- distribution; may overdraw the wallet
    write_off     of its cause         differences <- wallet: the owner forgives a member's debt
    hold          withdrawal number    wallet <- withdrawing (pending)
    resolution    withdrawal number    withdrawing <- wechat | owner, withdrawing <- withdrawal_fees
                                       (posted), or withdrawing <- wallet (void): one of the two
    payout        of the bank's line   bank <- wechat
    deposit       of its cause         wechat <- owner: the owner tops the merchant account up
    remittance    of the bank's line   platform <- owner: the owner pays the commission by the bank;
                                       the reverse: it was noted wrongly, or went back
    repair        of the difference    any pair, most often differences <- wechat or its reverse
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
    WALLET = "wallet"
    WITHDRAWING = "withdrawing"
    WITHDRAWAL_FEES = "withdrawal_fees"
    DISTRIBUTION = "distribution"
    BANK = "bank"
    OWNER = "owner"
    DIFFERENCES = "differences"


class JournalKind(StrEnum):
    """Why money moved. With its reference it names a journal once and for ever."""

    PAYMENT = "payment"
    REFUND = "refund"
    EARNING = "earning"
    SHARE = "share"
    SHARE_RETURN = "share_return"
    DISTRIBUTION = "distribution"
    CLAW_BACK = "claw_back"
    WRITE_OFF = "write_off"
    HOLD = "hold"
    RESOLUTION = "resolution"
    PAYOUT = "payout"
    DEPOSIT = "deposit"
    REMITTANCE = "remittance"
    REPAIR = "repair"


class Resolution(StrEnum):
    """How a hold ended; the `resolution` in the `why` of its second journal."""

    POSTED = "posted"
    VOID = "void"


CREDIT_SIDE = frozenset(
    {
        Account.HELD,
        Account.SALES,
        Account.PLATFORM,
        Account.WALLET,
        Account.WITHDRAWING,
        Account.WITHDRAWAL_FEES,
        Account.OWNER,
    }
)
"""Accounts whose balance is credits minus debits; of all others it is debits minus credits."""

PER_HOLDER = frozenset({Account.WALLET, Account.WITHDRAWING})
"""Accounts of which every member has an own one. Their transfers name the member."""

GUARDED = frozenset({Account.HELD})
"""Accounts of the shop that must not go below zero, whatever runs at the same time."""

OVERDRAWN_BY = frozenset({JournalKind.CLAW_BACK})
"""The only journals that may bring a wallet below zero."""

"""What crosses the doors of wallets and withdrawals. Money in minor units, times in UTC."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from billing.withdrawals.amounts import Quote, Rules
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import Channel, WithdrawalState
from billing.withdrawals.transferring import confirmation_of
from shop.explanations.schemas import ExplanationStepOut, LabelOut
from shop.wallets.queries import Entry, WalletView

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Amount = Annotated[int, Field(ge=1, le=10**12)]
Minor = Annotated[int, Field(ge=0, le=10**12)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=_PRINTABLE)]
Answer = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=200, pattern=r"^[^\x00]*$"),
]


class Strict(Schema):
    """Input with a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class WithdrawalRulesOut(Schema):
    """The shop's rules. A fee is `fee_bp`/10000 of the amount, rounded half up, and a fixed part.

    `daily_minor` and `daily_count` are a member's most in a day of the shop; from
    `second_approval_from_minor` on two persons must agree (null: never).
    """

    is_open: bool
    minimum_minor: int
    fee_bp: int
    fee_fixed_minor: int
    daily_minor: int
    daily_count: int
    second_approval_from_minor: int | None


class WithdrawalRulesIn(Strict):
    """The shop's rules, all of them."""

    is_open: bool
    minimum_minor: Annotated[int, Field(ge=1, le=10**8)]
    fee_bp: Annotated[int, Field(ge=0, le=5_000)]
    fee_fixed_minor: Annotated[int, Field(ge=0, le=10**6)]
    daily_minor: Annotated[int, Field(ge=0, le=2_000_000)]
    daily_count: Annotated[int, Field(ge=0, le=100)]
    second_approval_from_minor: Annotated[int, Field(ge=0, le=10**10)] | None

    def as_rules(self) -> Rules:
        """Return the rules as the verb takes them."""
        return Rules(**self.model_dump())


class WalletRulesOut(Schema):
    """What a member must know of the rules."""

    is_open: bool
    minimum_minor: int
    fee_bp: int
    fee_fixed_minor: int
    daily_minor: int
    daily_count: int


class WalletOut(Schema):
    """A wallet: what can be withdrawn, what is on its way, and what is owed.

    `most_minor` is the largest amount that would be let through now.
    """

    currency: str
    available_minor: int
    withdrawing_minor: int
    debt_minor: int
    most_minor: int
    left_today_minor: int
    count_left_today: int
    rules: WalletRulesOut

    @classmethod
    def of(cls, wallet: WalletView) -> "WalletOut":
        """Show a wallet."""
        return cls(
            currency=wallet.available.currency,
            available_minor=max(0, wallet.available.minor),
            withdrawing_minor=wallet.withdrawing.minor,
            debt_minor=wallet.debt.minor,
            most_minor=wallet.most.minor,
            left_today_minor=wallet.left_today.minor,
            count_left_today=wallet.count_left_today,
            rules=WalletRulesOut.model_validate(wallet.rules, from_attributes=True),
        )


class EntryOut(Schema):
    """One movement of a wallet. `kind`: distribution, claw_back, write_off, hold (asked for),
    resolution (it came back), share, share_return. The steps derive `amount_minor`."""

    id: UUID
    kind: str
    reference: str
    amount_minor: int
    reason: LabelOut
    steps: list[ExplanationStepOut]
    at: datetime


class EntryPage(Schema):
    """A page of a wallet's movements, the latest first."""

    items: list[EntryOut]
    next: str | None

    @classmethod
    def of(cls, entries: list[Entry], further: str | None) -> "EntryPage":
        """Show a page."""
        items = [
            EntryOut(
                id=entry.id,
                kind=entry.kind,
                reference=entry.reference,
                amount_minor=entry.amount_minor,
                reason=LabelOut(**entry.reason),
                steps=[ExplanationStepOut.of(step) for step in entry.steps],
                at=entry.at,
            )
            for entry in entries
        ]
        return cls(items=items, next=further)


class QuoteOut(Schema):
    """What an amount costs and what arrives: net = amount - fee."""

    currency: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    fee_bp: int
    fee_fixed_minor: int

    @classmethod
    def of(cls, quote: Quote) -> "QuoteOut":
        """Show a quote."""
        return cls(
            currency=quote.amount.currency,
            amount_minor=quote.amount.minor,
            fee_minor=quote.fee.minor,
            net_minor=quote.net.minor,
            fee_bp=quote.fee_bp,
            fee_fixed_minor=quote.fee_fixed_minor,
        )


class WithdrawalIn(Strict):
    """Take so much out of my wallet. WeChat wants the real `name` from 2,000 yuan on.

    With `expected_net_minor` a changed fee refuses instead of surprising.
    """

    amount_minor: Amount
    name: Name = ""
    expected_net_minor: Amount | None = None


class WithdrawalStepOut(Schema):
    """One line of a withdrawal's history."""

    state: WithdrawalState
    event: str
    at: datetime


class WithdrawalOut(Schema):
    """A withdrawal. `answer` is why it was rejected, or how it was paid by hand."""

    id: UUID
    number: str
    state: WithdrawalState
    channel: Channel
    currency: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    answer: str
    fail_reason: str
    confirm_by: datetime | None
    created_at: datetime
    ended_at: datetime | None
    steps: list[WithdrawalStepOut]


class ConfirmationOut(Schema):
    """The arguments of `wx.requestMerchantTransfer`, as they are."""

    mchId: str  # noqa: N815 - WeChat's names
    subMchId: str  # noqa: N815
    appId: str  # noqa: N815
    package: str


class MyWithdrawalOut(WithdrawalOut):
    """A withdrawal as its member sees it, with what confirms it while WeChat waits for that."""

    confirmation: ConfirmationOut | None

    @classmethod
    def of(cls, row: Withdrawal) -> "MyWithdrawalOut":
        """Show a withdrawal with its history."""
        row.confirmation = confirmation_of(row)  # type: ignore[attr-defined]
        return cls.from_orm(row)


class WithdrawalPage(Schema):
    """A page of a member's withdrawals, the newest first."""

    items: list[WithdrawalOut]
    next: str | None


class StaffStepOut(WithdrawalStepOut):
    """One line of a withdrawal's history, with who did it."""

    by: str


class StaffWithdrawalOut(WithdrawalOut):
    """A withdrawal as staff see it. `refusal` is WeChat's code while it refuses."""

    holder: UUID
    nickname: str
    needs_second: bool
    reviewer: str
    approver: str
    refusal: str
    tries_count: int
    transfer_bill_no: str
    steps: list[StaffStepOut]  # type: ignore[assignment]  # more of the same


class StaffWithdrawalPage(Schema):
    """A page of the shop's withdrawals, and how many stand in each state."""

    items: list[StaffWithdrawalOut]
    next: str | None
    counts: dict[str, int]


class AnswerIn(Strict):
    """Why not, or how it was paid: the customer reads it."""

    answer: Answer


class MemberWalletOut(Schema):
    """A member's wallet; below zero the member owes."""

    member_id: UUID
    nickname: str
    available_minor: int


class MemberWalletPage(Schema):
    """A page of the shop's wallets."""

    items: list[MemberWalletOut]
    next: str | None


class WriteOffIn(Strict):
    """Forgive this debt, which must be what is owed now, and say why."""

    debt_minor: Amount
    reason: Answer


class GrantOut(Schema):
    """Whether the shop's merchant lets the platform transfer: AUTHORIZED, UNAUTHORIZED, CANCELED.

    Anything but AUTHORIZED: the owner must agree in WeChat Pay's merchant pages.
    """

    sub_mchid: str
    state: str

"""What a withdrawal does to the books: held with the request, then paid out or released, once."""

from typing import Any

from billing.ledger import holds
from billing.ledger.states import Account
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import Channel


def hold(row: Withdrawal) -> None:
    """Take the amount out of the wallet until the end is known. Raises WalletTooSmall."""
    holds.hold(reference=row.number, holder=row.holder, amount=row.amount, why=_why(row))


def pay_out(row: Withdrawal) -> None:
    """The net amount has left; the fee stays with the shop."""
    by_hand = row.channel == Channel.MANUAL
    holds.post_hold(
        reference=row.number,
        fee=row.fee,
        paid_from=Account.OWNER if by_hand else Account.WECHAT,
        why={**_why(row), "channel": row.channel, "transfer_bill_no": row.transfer_bill_no},
    )


def release(row: Withdrawal) -> None:
    """Nothing has left and nothing will: all of it is in the wallet again."""
    holds.void_hold(
        reference=row.number,
        why={**_why(row), "ended": row.state, "fail_reason": row.fail_reason},
    )


def _why(row: Withdrawal) -> dict[str, Any]:
    return {
        "withdrawal_id": str(row.pk),
        "number": row.number,
        "amount_minor": row.amount_minor,
        "fee_bp": row.fee_bp,
        "fee_fixed_minor": row.fee_fixed_minor,
        "fee_minor": row.fee_minor,
        "net_minor": row.net_minor,
    }

"""The only writer of a withdrawal's state and of its history."""

from typing import Any
from uuid import UUID

from billing.withdrawals.models import Withdrawal, WithdrawalStep
from billing.withdrawals.states import ENDED, WITHDRAWAL_FLOW, WithdrawalState
from kernel import clock

CUSTOMER, PLATFORM, WECHAT = "customer", "platform", "wechat"
"""Who did it, where no name of staff is known."""


def locked(withdrawal_id: UUID) -> Withdrawal:
    """Return the row, locked until the caller's transaction ends."""
    return Withdrawal.objects.select_for_update(no_key=True).get(pk=withdrawal_id)


def move(row: Withdrawal, target: WithdrawalState, *, event: str, by: str, **columns: Any) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it.

    In the caller's transaction, under the row's lock. At the end what only the way needed is
    forgotten: the person's name, and what would open WeChat's confirmation.
    """
    if target in ENDED:
        columns |= {"ended_at": clock.now(), "sealed_name": "", "package_info": ""}
    rows = Withdrawal.objects.filter(pk=row.pk, state__in=WITHDRAWAL_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    row.state = target
    for name, value in columns.items():
        setattr(row, name, value)
    note(row, event, by=by)
    return True


def note(row: Withdrawal, event: str, *, by: str, **facts: Any) -> None:
    """Add a line to the history. The withdrawal stays where it stands."""
    step_of(row, event, by=by, **facts).save(force_insert=True)


def step_of(row: Withdrawal, event: str, *, by: str, **facts: Any) -> WithdrawalStep:
    """Return a line of history that is not written yet."""
    return WithdrawalStep(withdrawal=row, state=row.state, event=event, by=by, facts=facts)

"""The only writer of a payment's and an attempt's state, and of their history."""

from typing import Any

from billing.payments.models import Attempt, Payment, PaymentStep
from billing.payments.states import ATTEMPT_FLOW, PAYMENT_FLOW, AttemptState, PaymentState
from kernel.errors import Refusal
from tenants.transactions import verb


class PaymentCannotMove(Refusal):
    """The payment is not in a state from which this step is allowed."""

    en = "The payment is {state} and cannot become {target}."
    zh = "付款当前状态为 {state}，不能变为 {target}。"


@verb
def move_payment(payment: Payment, target: PaymentState, *, event: str, **facts: Any) -> None:
    """Step forward if, and only if, the row still stands where the flow allows it."""
    rows = Payment.objects.filter(pk=payment.pk, state__in=PAYMENT_FLOW.before(target))
    if not rows.update(state=target):
        raise PaymentCannotMove(state=payment.state, target=target)
    payment.state = target
    note(payment, event, **facts)


def move_attempt(attempt: Attempt, target: AttemptState, **columns: Any) -> bool:
    """Step forward and write `columns` with it; say whether the row stood where it may."""
    rows = Attempt.objects.filter(pk=attempt.pk, state__in=ATTEMPT_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    attempt.state = target
    for name, value in columns.items():
        setattr(attempt, name, value)
    return True


def note(payment: Payment, event: str, **facts: Any) -> None:
    """Add a line to the history. The payment stays where it stands."""
    PaymentStep.objects.create(payment=payment, state=payment.state, event=event, facts=facts)

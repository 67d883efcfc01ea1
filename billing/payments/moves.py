"""The only writer of a payment's and an attempt's state, and of their history.

Each move is one statement, the line of history with it. It locks the payment's row first and
writes only where the flow allows it, so whoever comes second writes nothing. See Note [lock
order] in payments.actions.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from billing.payments.models import Attempt, Payment, PaymentStep
from billing.payments.states import (
    ATTEMPT_FLOW,
    LIVE_ATTEMPTS,
    PAYMENT_FLOW,
    AttemptState,
    PaymentState,
)
from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7

_MOVE = """
WITH moved AS (
    UPDATE payments_payment SET state = %(target)s::text
    WHERE id = %(payment)s AND state = ANY(%(since)s) RETURNING id)
INSERT INTO payments_paymentstep (id, payment_id, state, event, facts, at)
SELECT %(step)s, id, %(target)s::text, %(event)s::text, %(facts)s, %(now)s FROM moved"""

_PREPARE = """
WITH payment AS (
    SELECT id, state FROM payments_payment WHERE id = %(payment)s AND state = %(open)s FOR UPDATE
), moved AS (
    UPDATE payments_attempt attempt
    SET state = %(target)s::text, prepay_id = %(prepay_id)s, prepaid_at = %(now)s
    FROM payment WHERE attempt.id = %(attempt)s AND attempt.state = ANY(%(since)s)
    RETURNING payment.id, payment.state)
INSERT INTO payments_paymentstep (id, payment_id, state, event, facts, at)
SELECT %(step)s, id, state, 'prepaid', %(facts)s, %(now)s FROM moved"""

# Of two attempts that are paid at once, the second waits for the payment's row and then sees it
# succeeded: its own money is extra. An attempt that is not live here yet is asked by its ladder.
_SUCCEED = """
WITH payment AS (
    SELECT id, state FROM payments_payment WHERE id = %(payment)s FOR UPDATE
), taken AS (
    UPDATE payments_attempt attempt
    SET state = %(attempt_target)s, transaction_id = %(transaction)s, success_at = %(success_at)s,
        is_extra = payment.state = %(target)s::text
    FROM payment WHERE attempt.id = %(attempt)s AND attempt.state = ANY(%(attempt_since)s)
    RETURNING payment.id, payment.state AS before
), moved AS (
    UPDATE payments_payment SET state = %(target)s::text FROM taken
    WHERE payments_payment.id = taken.id AND payments_payment.state = ANY(%(since)s)
), noted AS (
    INSERT INTO payments_paymentstep (id, payment_id, state, event, facts, at)
    SELECT %(step)s, id, %(target)s::text, %(events)s::jsonb ->> before, %(facts)s, %(now)s
    FROM taken)
SELECT before, ARRAY(
    SELECT other.id FROM payments_attempt other
    WHERE other.payment_id = taken.id AND other.id <> %(attempt)s AND other.state = ANY(%(live)s)
    ORDER BY other.id)
FROM taken"""

_EVENTS = {
    PaymentState.OPEN: "paid",
    PaymentState.CLOSED: "paid_late",
    PaymentState.SUCCEEDED: "paid_twice",
}
"""What it is called when an attempt is paid, by where its payment stood."""


class PaymentCannotMove(Refusal):
    """The payment is not in a state from which this step is allowed."""

    en = "The payment is {state} and cannot become {target}."
    zh = "付款当前状态为 {state}，不能变为 {target}。"


@dataclass(frozen=True)
class Success:
    """Where a payment stood `before` it was paid, and its other attempts that are still live."""

    before: PaymentState
    others: list[UUID]


def move_payment(payment: Payment, target: PaymentState, *, event: str, **facts: Any) -> None:
    """Step forward if, and only if, the row still stands where the flow allows it.

    Raises PaymentCannotMove; then nothing was written.
    """
    asked = {"target": target, "event": event, "since": _names(PAYMENT_FLOW.before(target))}
    if not _run(_MOVE, payment.pk, facts, **asked)[0]:
        raise PaymentCannotMove(state=payment.state, target=target)
    payment.state = target


def prepare(attempt: Attempt, *, prepay_id: str) -> bool:
    """Note that WeChat knows the attempt; False if payment or attempt are not waiting for it."""
    asked = {
        "attempt": attempt.pk,
        "open": PaymentState.OPEN,
        "target": AttemptState.PREPAID,
        "since": _names(ATTEMPT_FLOW.before(AttemptState.PREPAID)),
        "prepay_id": prepay_id,
    }
    facts = {"out_trade_no": attempt.out_trade_no}
    return bool(_run(_PREPARE, attempt.payment_id, facts, **asked)[0])


def succeed(
    attempt: Attempt, *, transaction_id: str | None, success_at: datetime
) -> Success | None:
    """Move an attempt and its payment to paid; None if the attempt was paid before.

    Money for a payment that another attempt paid already is marked as extra.
    """
    asked = {
        "attempt": attempt.pk,
        "target": PaymentState.SUCCEEDED,
        "since": _names(PAYMENT_FLOW.before(PaymentState.SUCCEEDED)),
        "attempt_target": AttemptState.SUCCEEDED,
        "attempt_since": _names(ATTEMPT_FLOW.before(AttemptState.SUCCEEDED)),
        "live": _names(LIVE_ATTEMPTS),
        "transaction": transaction_id,
        "success_at": success_at,
        "events": Jsonb(_EVENTS),
    }
    _, rows = _run(_SUCCEED, attempt.payment_id, {"out_trade_no": attempt.out_trade_no}, **asked)
    if not rows:
        return None
    before, others = rows[0]
    attempt.state, attempt.transaction_id = AttemptState.SUCCEEDED, transaction_id
    attempt.success_at, attempt.is_extra = success_at, before == PaymentState.SUCCEEDED
    attempt.payment.state = PaymentState.SUCCEEDED
    return Success(PaymentState(before), others)


def move_attempt(attempt: Attempt, target: AttemptState) -> bool:
    """Step forward; say whether the row stood where it may."""
    rows = Attempt.objects.filter(pk=attempt.pk, state__in=ATTEMPT_FLOW.before(target))
    if not rows.update(state=target):
        return False
    attempt.state = target
    return True


def note(payment: Payment, event: str, **facts: Any) -> None:
    """Add a line to the history. The payment stays where it stands."""
    step_of(payment, event, **facts).save(force_insert=True)


def step_of(payment: Payment, event: str, **facts: Any) -> PaymentStep:
    """Return a line of history that is not written yet."""
    return PaymentStep(payment=payment, state=payment.state, event=event, facts=facts)


def _run(
    statement: str, payment_id: UUID, facts: dict[str, Any], **asked: Any
) -> tuple[int, list[tuple[Any, ...]]]:
    """Run a move with its line of history; return how many rows it wrote or found, and those."""
    line: dict[str, Any] = {
        "payment": payment_id,
        "step": uuid7(),
        "facts": Jsonb(facts),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**line, **asked})
        return cursor.rowcount, cursor.fetchall() if cursor.description else []


def _names(states: Collection[str]) -> list[str]:
    return sorted(str(state) for state in states)

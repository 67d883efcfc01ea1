"""What is shared of an order's money, and what comes back: the intents. No call leaves here.

Who gets what is decided above: `plan` notes the platform's commission, `add_part` anybody else.
The calls are made by sharing.following and sharing.returning.

Note [a refund meets a sharing]. Both lock the payment's row. While a sharing is PLANNED a refund
needs no answer from it: the parts are counted anew at the handing-over, from what remains. Once it
is SUBMITTED the refund waits for WeChat's word, then the platform gives back what it no longer
earns, then the refund goes. A refund does not wait for ever (PATIENCE): if the money does not come
back, the platform owes it, in the books and on the staff's list.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from billing.ledger.alarms import alarm
from billing.payments import queries as payments
from billing.payments.models import Payment
from billing.sharing import ladder, queries
from billing.sharing.messages import FollowReturn, FollowSharing
from billing.sharing.models import Part, ShareReturn, Sharing
from billing.sharing.moves import note
from billing.sharing.states import ENDED, PartKind, PartState, SharingState
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.money import Money
from tenants.transactions import verb
from wechat.configured import credentials
from wechat.sharing import MOST_RECEIVERS

PATIENCE = timedelta(minutes=10)
"""So long a refund waits for the platform's share to come back."""
WAIT_SECONDS = 15
"""When such a refund looks again."""
COMMISSION_WORDS = "平台服务费"


class NothingToRetry(Refusal):
    """The sharing has ended, or WeChat is still at it."""

    en = "There is nothing to try again: the sharing is {state}."
    zh = "没有可以重试的内容：该笔分账当前状态为 {state}。"


@verb
def plan(*, payment: Payment, earned: Money, commission_bp: int) -> Sharing | None:
    """Plan the sharing of an order that was just earned; None where its money is not frozen.

    The platform gets its commission of what was `earned`; with a rate of zero the money is only
    released. In the caller's transaction, under the payment's lock.
    """
    attempt = payments.paying_attempt(payment)
    if attempt is None or not attempt.is_shared or attempt.success_at is None:
        return None
    sharing = Sharing.objects.create(
        attempt=attempt,
        out_order_no=f"{attempt.out_trade_no}S",
        earned_minor=earned.minor,
        currency=earned.currency,
        deadline_at=attempt.success_at + ladder.LIFE,
    )
    commission = earned.share(commission_bp)
    if commission.minor:
        Part.objects.create(
            sharing=sharing,
            place=1,
            kind=PartKind.PLATFORM,
            account=credentials().pay.sp_mchid,
            planned_minor=commission.minor,
            rate_bp=commission_bp,
            description=COMMISSION_WORDS,
            why={"earned_minor": earned.minor, "commission_bp": commission_bp},
        )
    note(sharing, "planned", earned_minor=earned.minor, commission_minor=commission.minor)
    publish(FollowSharing(sharing.pk, sharing.turn), delay_seconds=ladder.START_SECONDS)
    return sharing


@verb
def add_part(
    *,
    order_id: UUID,
    holder: UUID,
    openid: str,
    amount: Money,
    description: str,
    why: dict[str, Any],
) -> bool:
    """Give a member a part of an order's money through WeChat; say whether that is possible.

    False: the order's money is not shared, its sharing was handed over already, or it is full;
    then pay in another way. `openid` is the member's in the app the order was paid in. The same
    member again changes nothing. Raises ValueError for an amount that is not above zero.
    """
    if amount.minor <= 0:
        raise ValueError("a part is above zero")
    payment = Payment.objects.select_for_update().filter(order_id=order_id).first()
    sharing = queries.sharing_of(order_id)
    if payment is None or sharing is None:
        return False
    parts = queries.parts_of(sharing)
    if any(part.holder == holder for part in parts):
        return True
    if sharing.state != SharingState.PLANNED or sharing.tries_count:
        return False
    if len(parts) >= MOST_RECEIVERS or amount.currency != sharing.currency:
        return False
    if any(part.account == openid for part in parts):
        return False
    Part.objects.create(
        sharing=sharing,
        place=max([1, *(part.place for part in parts)]) + 1,  # the first is the platform's
        kind=PartKind.PERSON,
        account=openid,
        holder=holder,
        planned_minor=amount.minor,
        description=description[:80],
        why=why,
    )
    note(sharing, "part_added", holder=str(holder), amount_minor=amount.minor)
    return True


def give_back(*, attempt_id: UUID, cause: str, asked_at: datetime) -> bool:
    """Have the platform give back what a refund leaves it without; say whether the refund may go.

    `cause` is the refund's number, `asked_at` when it could go at the earliest. Call it before the
    refund is handed to WeChat, again and again until it says yes. See Note [a refund meets a
    sharing].
    """
    is_settled = _give_back(attempt_id, cause)
    if not is_settled and clock.now() - asked_at > PATIENCE:
        alarm("refund_before_share_return", cause=cause)
        return True
    return is_settled


@verb
def retry(*, sharing: Sharing, by: str) -> None:
    """Hand a refused sharing to WeChat now, or ask the platform's merchant again for its return.

    Raises NothingToRetry.
    """
    Payment.objects.select_for_update().get(pk=sharing.attempt.payment_id)
    row = queries.get_sharing(sharing.pk)
    if row.state not in ENDED and row.refusal:
        note(row, "retried", by=by)
        follow_later(row, 0)
        return
    if row.state != SharingState.FINISHED or not ask_back(row, cause=f"asked by {by}"[:60]):
        raise NothingToRetry(state=row.state)


def follow_later(sharing: Sharing, wait: float) -> None:
    """Publish the next message of the one chain, unless another has done so since we looked."""
    rows = Sharing.objects.filter(pk=sharing.pk, turn=sharing.turn)
    if rows.exclude(state__in=sorted(ENDED)).update(turn=sharing.turn + 1):
        sharing.turn += 1
        publish(FollowSharing(sharing.pk, sharing.turn), delay_seconds=wait)


def ask_back(sharing: Sharing, *, cause: str) -> list[ShareReturn]:
    """Ask the platform for what it was given above what it may keep now. Under the lock.

    What failed before is asked for again, under a new number: the old one failed for good.
    """
    made = []
    payment = Payment.objects.get(pk=sharing.attempt.payment_id)
    count = ShareReturn.objects.filter(part__sharing=sharing).count()
    for part in queries.parts_of(sharing):
        if part.kind != PartKind.PLATFORM or part.state != PartState.GIVEN:
            continue
        excess = part.amount - queries.given_back(part) - queries.kept_of(part, payment)
        if excess.minor <= 0:
            continue
        count += 1
        made.append(
            ShareReturn.objects.create(
                part=part,
                cause=_fresh(part, cause),
                out_return_no=f"{sharing.out_order_no}B{count:02d}",
                amount_minor=excess.minor,
                currency=excess.currency,
            )
        )
        note(sharing, "return_asked", number=made[-1].out_return_no, amount_minor=excess.minor)
        publish(FollowReturn(made[-1].pk))
    return made


def watch() -> int:
    """Wake a person for money that WeChat will soon release unshared; return how many orders."""
    now = clock.now()
    found = queries.expiring(now)
    for attempt in found:
        paid_at = attempt.success_at.isoformat() if attempt.success_at else ""
        alarm("sharing_expires_soon", out_trade_no=attempt.out_trade_no, paid_at=paid_at)
    return len(found)


@verb
def _give_back(attempt_id: UUID, cause: str) -> bool:
    sharing = Sharing.objects.filter(attempt=attempt_id).select_related("attempt").first()
    if sharing is None:
        return True
    Payment.objects.select_for_update().get(pk=sharing.attempt.payment_id)
    sharing.refresh_from_db(fields=["state"])
    if sharing.state == SharingState.SUBMITTED:
        return False
    if sharing.state != SharingState.FINISHED:
        return True
    if not ShareReturn.objects.filter(part__sharing=sharing, cause=cause).exists():
        ask_back(sharing, cause=cause)
    return not queries.unfinished_returns(sharing)


def _fresh(part: Part, cause: str) -> str:
    """Name a cause once more where there is a return of that cause, whatever became of it."""
    again = part.returns.filter(cause__startswith=cause).count()
    return f"{cause} {again + 1}" if again else cause

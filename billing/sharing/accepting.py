"""The one entry through which a sharing ends: WeChat's word, and what the books say then."""

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.alarms import alarm
from billing.ledger.states import Account, JournalKind
from billing.payments.models import Payment
from billing.sharing import queries, receivers
from billing.sharing.actions import ask_back
from billing.sharing.messages import SharingEnded
from billing.sharing.models import Part, Sharing
from billing.sharing.moves import move_part, move_sharing, note
from billing.sharing.states import PartKind, PartState, Reason, SharingState
from jobs.messages import publish
from kernel import clock
from tenants.transactions import verb
from wechat import sharing as wechat_sharing
from wechat.sharing import PartResult, PartTold


def apply_told(sharing: Sharing, told: wechat_sharing.Sharing) -> bool:
    """Take what WeChat says of a sharing; any number of times has one effect.

    What does not fit what we asked for has no effect at all, and wakes a person: say so by False.
    """
    found = {(part.kind, part.account): part for part in told.parts}
    asked = [part for part in queries.parts_of(sharing) if part.amount_minor]
    wrong = [part.number for part in asked if not _fits(part, found)]
    if wrong:
        alarm("sharing_mismatch", out_order_no=sharing.out_order_no, wrong=wrong)
        return False
    _accept(sharing, told, found)
    return True


@verb
def lapse(sharing: Sharing) -> None:
    """Give the sharing up: WeChat has released the money, and what was not given is owed."""
    payment = Payment.objects.select_for_update().get(pk=sharing.attempt.payment_id)
    if not move_sharing(sharing, SharingState.LAPSED, event="lapsed", ended_at=clock.now()):
        return
    for part in queries.parts_of(sharing):
        move_part(part, PartState.NOT_GIVEN, reason=Reason.EXPIRED)
    alarm("sharing_lapsed", out_order_no=sharing.out_order_no)
    publish(SharingEnded(sharing.pk, payment.pk, payment.order_id))


def _fits(part: Part, found: dict[tuple[wechat_sharing.ReceiverKind, str], PartTold]) -> bool:
    told = found.get((receivers.KINDS[PartKind(part.kind)], part.account))
    return told is not None and told.amount_fen == part.amount_minor


@verb
def _accept(
    sharing: Sharing,
    told: wechat_sharing.Sharing,
    found: dict[tuple[wechat_sharing.ReceiverKind, str], PartTold],
) -> None:
    """End each part that has ended, and with the last one the sharing, which is posted then."""
    payment = Payment.objects.select_for_update().get(pk=sharing.attempt.payment_id)
    sharing.refresh_from_db(fields=["state"])
    if sharing.state == SharingState.FINISHED:
        return
    is_all = True
    for part in queries.parts_of(sharing):
        if part.amount_minor:
            answer = found[receivers.KINDS[PartKind(part.kind)], part.account]
            is_all &= _end(part, answer)
    if told.state is not wechat_sharing.SharingState.FINISHED or not is_all:
        return
    for part in queries.parts_of(sharing):
        if not part.amount_minor:
            move_part(part, PartState.NOT_GIVEN, reason=part.reason)
    move_sharing(sharing, SharingState.FINISHED, event="finished", refusal="", ended_at=clock.now())
    _post(sharing, payment)
    publish(SharingEnded(sharing.pk, payment.pk, payment.order_id))
    ask_back(sharing, cause="refunded meanwhile")


def _end(part: Part, told: PartTold) -> bool:
    """Take the result of a part; say whether it has one."""
    if told.result is PartResult.PENDING:
        return False
    if told.result is PartResult.SUCCESS:
        move_part(part, PartState.GIVEN)
    elif move_part(part, PartState.NOT_GIVEN, reason=told.fail_reason or "CLOSED"):
        note(part.sharing, "part_not_given", number=part.number, reason=part.reason)
        alarm("share_not_given", number=part.number, reason=part.reason)
    return True


def _post(sharing: Sharing, payment: Payment) -> None:
    """Post what was given as one journal, under the number that WeChat's bill of funds shows."""
    given = [part for part in queries.parts_of(sharing) if part.state == PartState.GIVEN]
    if not given:
        return
    ledger.post(
        kind=JournalKind.SHARE,
        reference=sharing.out_order_no,
        lines=[line for part in given for line in _lines(part)],
        why={
            "order_number": payment.order_number,
            "sharing_id": str(sharing.pk),
            "earned_minor": sharing.earned_minor,
            "refunded_minor": payment.refunded_minor,
            "parts": [
                {
                    "part_id": str(part.pk),
                    "kind": part.kind,
                    "planned_minor": part.planned_minor,
                    "given_minor": part.amount_minor,
                    **part.why,
                }
                for part in given
            ],
        },
    )


def _lines(part: Part) -> list[Line]:
    """Return a part's lines. A person's pass through their wallet, so that they see it there."""
    if part.kind == PartKind.PLATFORM:
        return [Line(Account.PLATFORM, Account.WECHAT, part.amount)]
    return [
        Line(Account.DISTRIBUTION, Account.WALLET, part.amount, credit_holder=part.holder),
        Line(Account.WALLET, Account.WECHAT, part.amount, debit_holder=part.holder),
    ]

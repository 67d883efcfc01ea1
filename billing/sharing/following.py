"""How a sharing gets to WeChat and to its end. Every verb here speaks, outside transactions.

Note [one number]. The row and its `out_order_no` are committed before the first call and never
change: WeChat shares once under a number, however often it hears it (CONTRACT §4.11). Amounts are
frozen with the step to SUBMITTED, which commits before the call, and counted anew only after
WeChat has refused, which it does without having done anything. Whoever calls again asks first.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import F

from billing.ledger.alarms import alarm
from billing.payments.models import Payment
from billing.sharing import ladder, queries, receivers
from billing.sharing.accepting import apply_told, lapse
from billing.sharing.actions import follow_later
from billing.sharing.amounts import within
from billing.sharing.models import Part, Sharing
from billing.sharing.moves import move_sharing, note
from billing.sharing.states import ENDED, PartKind, Reason, SharingState
from kernel import clock
from kernel.money import Money
from tenants.transactions import verb
from wechat import sharing as wechat_sharing
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused
from wechat.sharing import SharingNotice

ALARM_AFTER = timedelta(days=1)
"""So long refusals are usual: WeChat may not count the receipt as confirmed yet."""
_RELEASE_WORDS = "订单完成，资金解冻"


def follow(*, sharing_id: UUID, turn: int) -> None:
    """Hand a sharing over, or ask how it stands, until it has ended."""
    sharing = queries.get_sharing(sharing_id)
    if sharing.turn != turn or sharing.state in ENDED:
        return
    try:
        wait = _step(sharing)
    except WeChatFailure as failure:
        wait = ladder.RETRY_SECONDS
        if not failure.retryable:
            alarm("sharing_query_refused", out_order_no=sharing.out_order_no, code=failure.code)
            wait = ladder.REFUSED_RETRY_SECONDS
    _again(sharing, wait)


def hear(notice: SharingNotice) -> str:
    """Ask WeChat at once, because it says that somebody got a part; return what came of it.

    A callback tells of one part, the answer of all: so what it says is only the occasion to ask.
    """
    sharing = queries.find_sharing(notice.out_order_no)
    if sharing is None:
        return "unknown"
    attempt = sharing.attempt
    if (notice.transaction_id, notice.sub_mchid) != (attempt.transaction_id, attempt.sub_mchid):
        alarm("sharing_mismatch", out_order_no=sharing.out_order_no, wrong=["callback"])
        return "mismatched"
    if sharing.state in ENDED:
        return "repeated"
    _again(sharing, 0)
    return "applied"


def _step(sharing: Sharing) -> float:
    """Do what can be done now; return when to look again."""
    if sharing.tries_count and _ask(sharing):
        return _ask_wait(sharing)
    if clock.now() >= sharing.deadline_at:
        lapse(sharing)
        return 0
    try:
        given = _prepare(sharing)
        apply_told(sharing, _call(sharing, given))
    except WeChatRefused as refusal:
        _note_refusal(sharing, refusal.code)
        return ladder.refused_seconds(clock.now() - sharing.created_at)
    return _ask_wait(sharing)


def _ask(sharing: Sharing) -> bool:
    """Ask WeChat and take what it says; say whether it knows the number."""
    try:
        told = wechat_sharing.query(
            sub_mchid=sharing.attempt.sub_mchid,
            transaction_id=sharing.attempt.transaction_id or "",
            out_order_no=sharing.out_order_no,
        )
    except OrderNotExist:
        return False
    apply_told(sharing, told)
    return True


def _prepare(sharing: Sharing) -> list[Part]:
    """Let everybody receive, then commit who gets how much; return those who get something."""
    parts = queries.parts_of(sharing)
    if sharing.state == SharingState.SUBMITTED:
        return _hand_over(sharing, {}, sharing.ratio_bp or 0)
    refused = receivers.add(sharing.attempt, parts)
    ratio_bp = wechat_sharing.max_ratio(sub_mchid=sharing.attempt.sub_mchid) if parts else 0
    return _hand_over(sharing, refused, ratio_bp)


@verb
def _hand_over(sharing: Sharing, refused: dict[Part, str], ratio_bp: int) -> list[Part]:
    payment = Payment.objects.select_for_update().get(pk=sharing.attempt.payment_id)
    Sharing.objects.filter(pk=sharing.pk).update(tries_count=F("tries_count") + 1)
    sharing.refresh_from_db(fields=["state", "tries_count"])
    if sharing.state == SharingState.PLANNED:
        _freeze(sharing, payment, refused, ratio_bp)
        move_sharing(
            sharing,
            SharingState.SUBMITTED,
            event="handed_over",
            ratio_bp=ratio_bp,
            submitted_at=clock.now(),
        )
    return [part for part in queries.parts_of(sharing) if part.amount_minor]


def _freeze(sharing: Sharing, payment: Payment, refused: dict[Part, str], ratio_bp: int) -> None:
    """Write what each part comes to now. Persons come first where not everything fits."""
    parts = sorted(queries.parts_of(sharing), key=lambda p: p.kind == PartKind.PLATFORM)
    kept = [
        Money(0, sharing.currency) if part in refused else queries.kept_of(part, payment)
        for part in parts
    ]
    given = within(kept, total=payment.amount, ratio_bp=ratio_bp)
    for part, wanted, amount in zip(parts, kept, given, strict=True):
        reason = refused.get(part, "")
        if not reason and not amount.minor:
            reason = Reason.OVER_RATIO if wanted.minor else Reason.REFUNDED
        Part.objects.filter(pk=part.pk).update(amount_minor=amount.minor, reason=reason[:64])
        if reason == Reason.OVER_RATIO:
            alarm("sharing_over_ratio", number=part.number, ratio_bp=ratio_bp)


def _call(sharing: Sharing, given: list[Part]) -> wechat_sharing.Sharing:
    """Share, or release only where nobody gets anything."""
    attempt = sharing.attempt
    if not given:
        return wechat_sharing.release(
            sub_mchid=attempt.sub_mchid,
            transaction_id=attempt.transaction_id or "",
            out_order_no=sharing.out_order_no,
            description=_RELEASE_WORDS,
        )
    has_person = any(part.kind == PartKind.PERSON for part in given)
    return wechat_sharing.share(
        sub_mchid=attempt.sub_mchid,
        transaction_id=attempt.transaction_id or "",
        out_order_no=sharing.out_order_no,
        parts=[
            wechat_sharing.Part(
                kind=receivers.KINDS[PartKind(part.kind)],
                account=part.account,
                amount_fen=part.amount_minor,
                description=part.description,
            )
            for part in given
        ],
        releases_rest=True,
        sub_appid=attempt.appid if has_person else "",
    )


@verb
def _note_refusal(sharing: Sharing, code: str) -> None:
    """Go back to the plan: WeChat has done nothing, so a refund may pass and parts may shrink."""
    Payment.objects.select_for_update().get(pk=sharing.attempt.payment_id)
    Sharing.objects.filter(pk=sharing.pk).update(refusal=code[:64])
    sharing.refresh_from_db(fields=["state", "refusal"])
    if not move_sharing(sharing, SharingState.PLANNED, event="refused"):
        note(sharing, "not_handed_over", code=code)
    receivers.forget(sharing.attempt)
    left = sharing.deadline_at - clock.now()
    if clock.now() - sharing.created_at > ALARM_AFTER or left < ladder.WARN_BEFORE:
        alarm(
            "sharing_refused",
            out_order_no=sharing.out_order_no,
            code=code,
            hours_left=int(left.total_seconds() // 3600),
        )


@verb
def _again(sharing: Sharing, wait: float) -> None:
    follow_later(sharing, wait)


def _ask_wait(sharing: Sharing) -> float:
    since = sharing.submitted_at or sharing.created_at
    return ladder.ask_seconds(clock.now() - since)

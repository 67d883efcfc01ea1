"""Questions about sharings. Inside a shop."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from billing.payments.models import Attempt, Payment
from billing.payments.states import AttemptState
from billing.sharing import ladder
from billing.sharing.amounts import kept
from billing.sharing.models import Part, ShareReturn, Sharing
from billing.sharing.states import ENDED, PartKind, PartState, ReturnState
from kernel.money import Money


def sharing_of(order_id: UUID) -> Sharing | None:
    """Return the sharing of an order's money, or None where it is not shared."""
    rows = Sharing.objects.filter(attempt__payment__order_id=order_id)
    return rows.select_related("attempt__payment").first()


def get_sharing(sharing_id: UUID) -> Sharing:
    """Return a sharing with its attempt and payment. Raises Sharing.DoesNotExist."""
    return Sharing.objects.select_related("attempt__payment").get(pk=sharing_id)


def find_sharing(out_order_no: str) -> Sharing | None:
    """Return the sharing of this shop under a number, or None."""
    rows = Sharing.objects.select_related("attempt__payment")
    return rows.filter(out_order_no=out_order_no).first()


def unfinished_count() -> int:
    """Return how many sharings have not ended (settings.UNFINISHED)."""
    return Sharing.objects.exclude(state__in=sorted(ENDED)).count()


def under_way() -> QuerySet[Sharing]:
    """Return the sharings that have not ended and need nobody."""
    return Sharing.objects.filter(refusal="").exclude(state__in=sorted(ENDED))


def ended() -> QuerySet[Sharing]:
    """Return the sharings that have ended."""
    return Sharing.objects.filter(state__in=sorted(ENDED))


def parts_of(sharing: Sharing) -> list[Part]:
    """Return the parts in their order, each with its sharing."""
    parts = list(sharing.parts.order_by("place"))
    for part in parts:
        part.sharing = sharing
    return parts


def part_of_member(order_id: UUID, holder: UUID) -> Part | None:
    """Return what a member gets of an order through WeChat, or None."""
    rows = Part.objects.filter(sharing__attempt__payment__order_id=order_id, holder=holder)
    return rows.select_related("sharing").first()


def kept_of(part: Part, payment: Payment) -> Money:
    """Return what a part may come to, after what was asked back of the payment so far."""
    return kept(
        planned=part.planned,
        of=part.sharing.earned,
        remaining=Money(payment.amount_minor - payment.refunded_minor, payment.currency),
        rate_bp=part.rate_bp,
    )


def given_back(part: Part) -> Money:
    """Return how much of a part was given back, or is on its way back."""
    live = part.returns.exclude(state=ReturnState.FAILED)
    minor = live.aggregate(sum=Sum("amount_minor"))["sum"]
    return Money(int(minor or 0), part.sharing.currency)


def returns_of(sharing: Sharing) -> list[ShareReturn]:
    """Return every return of a sharing, the oldest first."""
    rows = ShareReturn.objects.filter(part__sharing=sharing)
    return list(rows.select_related("part").order_by("out_return_no"))


def get_return(share_return_id: UUID) -> ShareReturn:
    """Return a return with all that it is of. Raises ShareReturn.DoesNotExist."""
    rows = ShareReturn.objects.select_related("part__sharing__attempt__payment")
    return rows.get(pk=share_return_id)


def unfinished_returns(sharing: Sharing) -> bool:
    """Say whether WeChat still owes an answer to a return."""
    waiting = ShareReturn.objects.filter(part__sharing=sharing, state=ReturnState.REQUESTED)
    return waiting.exists()


def needing_a_person() -> QuerySet[Sharing]:
    """Return the sharings that WeChat refused, or of which a part did not come as it should.

    A return that failed was made good where a later one of the same part did not fail.
    """
    later = ShareReturn.objects.filter(part=OuterRef("part"), pk__gt=OuterRef("pk"))
    failed = ShareReturn.objects.filter(
        ~Exists(later), part__sharing=OuterRef("pk"), state=ReturnState.FAILED
    )
    lost = Part.objects.filter(
        sharing=OuterRef("pk"), state=PartState.NOT_GIVEN, kind=PartKind.PLATFORM
    ).exclude(reason="refunded")
    return Sharing.objects.filter(
        Q(~Q(state__in=sorted(ENDED)) & ~Q(refusal="")) | Exists(failed) | Exists(lost)
    )


def what_is_wrong(sharing: Sharing) -> str:
    """Return why a sharing needs a person: WeChat's code, or ours. Its parts are prefetched."""
    if sharing.refusal:
        return sharing.refusal
    parts = sorted(sharing.parts.all(), key=lambda part: part.place)
    returns = sorted((r for part in parts for r in part.returns.all()), key=lambda r: r.pk)
    lost = [p for p in parts if (p.kind, p.state) == (PartKind.PLATFORM, PartState.NOT_GIVEN)]
    failed = [back for back in returns if back.state == ReturnState.FAILED]
    reasons = [*(part.reason for part in lost), *(back.reason for back in failed[-1:])]
    return next(filter(None, reasons), "")


def expiring(now: datetime) -> list[Attempt]:
    """Return what was paid to be shared, is not, and will soon be released by WeChat itself."""
    ended = Sharing.objects.filter(attempt=OuterRef("pk"), state__in=sorted(ENDED))
    rows = Attempt.objects.filter(
        ~Exists(ended),
        is_shared=True,
        is_extra=False,
        state=AttemptState.SUCCEEDED,
        success_at__lt=now - (ladder.LIFE - ladder.WARN_BEFORE),
        success_at__gt=now - ladder.LIFE - timedelta(days=1),
        payment__refunded_minor__lt=F("payment__amount_minor"),
    )
    return list(rows.select_related("payment").order_by("success_at"))

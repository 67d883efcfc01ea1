"""Questions about what differs. Inside a shop."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Max

from billing.bills.states import BillKind
from billing.reconciliation.models import ComparedDay, Difference, DifferenceStep
from billing.reconciliation.states import LIVE_DIFFERENCES


def differences(*, states: Sequence[str], before: UUID | None, limit: int) -> list[Difference]:
    """Return up to `limit` differences in these states, the newest first, after a cursor."""
    rows = Difference.objects.filter(state__in=states)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])


def find_difference(difference_id: UUID) -> Difference | None:
    """Return a difference of this shop, or None."""
    return Difference.objects.filter(pk=difference_id).first()


def steps_of(difference: Difference) -> list[DifferenceStep]:
    """Return the history of a difference, the oldest first."""
    return list(difference.steps.order_by("at", "id"))


def open_count() -> int:
    """Return how many differences nobody has settled."""
    return Difference.objects.filter(state__in=sorted(LIVE_DIFFERENCES)).count()


def compared_until() -> date | None:
    """Return the latest day whose trades were compared with WeChat's bill, or None."""
    done = ComparedDay.objects.filter(bill=BillKind.TRADE, compared_at__isnull=False)
    latest: date | None = done.aggregate(latest=Max("day"))["latest"]
    return latest

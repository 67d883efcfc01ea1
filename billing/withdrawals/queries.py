"""Questions about withdrawals. Inside a shop."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet, Sum

from billing.ledger import queries as books
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import RulesSetting, Withdrawal, WithdrawalStep
from billing.withdrawals.states import LIVE, RELEASED, TO_REVIEW


@dataclass(frozen=True, slots=True)
class Usage:
    """What a holder asked for on a day and did not get back."""

    minor: int
    count: int


def rules() -> Rules:
    """Return the shop's rules: the defaults, unless they were set."""
    row = RulesSetting.objects.filter(pk=1).first()
    return row.as_rules() if row else Rules()


def find(number: str) -> Withdrawal | None:
    """Return the withdrawal of this shop under a number."""
    return Withdrawal.objects.filter(number=number).first()


def of_holder(holder: UUID) -> QuerySet[Withdrawal]:
    """Return a wallet's withdrawals, the newest first."""
    return Withdrawal.objects.filter(holder=holder).order_by("-pk")


def search(*, state: str | None = None) -> QuerySet[Withdrawal]:
    """Return the shop's withdrawals, the newest first."""
    found = Withdrawal.objects.order_by("-pk")
    return found.filter(state=state) if state else found


def whole(rows: QuerySet[Withdrawal]) -> QuerySet[Withdrawal]:
    """Have the history come along: two statements, however many."""
    return rows.prefetch_related(Prefetch("steps", WithdrawalStep.objects.order_by("at", "pk")))


def counts_by_state() -> dict[str, int]:
    """Return how many withdrawals stand in each state; a state without is absent."""
    rows = Withdrawal.objects.order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def to_review_count() -> int:
    """Return how many withdrawals wait for the shop's yes or no."""
    return Withdrawal.objects.filter(state__in=sorted(TO_REVIEW)).count()


def usage(holder: UUID, day: date, *, but: UUID | None = None) -> Usage:
    """Return what a holder's withdrawals of a day of the shop come to, released ones left out."""
    begins, ends = books.span_of(day)
    rows = Withdrawal.objects.filter(holder=holder, created_at__gte=begins, created_at__lt=ends)
    if but is not None:
        rows = rows.exclude(pk=but)
    found = rows.exclude(state__in=RELEASED).aggregate(minor=Sum("amount_minor"), n=Count("pk"))
    return Usage(int(found["minor"] or 0), found["n"])


def on_the_way(holder: UUID) -> int:
    """Return what a holder's live withdrawals come to, in minor units."""
    live = Withdrawal.objects.filter(holder=holder, state__in=LIVE)
    return int(live.aggregate(minor=Sum("amount_minor"))["minor"] or 0)


def refused(*, limit: int = 100) -> list[Withdrawal]:
    """Return the live withdrawals that WeChat refuses, the oldest first: a person must look."""
    rows = Withdrawal.objects.filter(state__in=LIVE).exclude(refusal="")
    return list(rows.order_by("pk")[:limit])


def unfinished_count() -> int:
    """Return how many withdrawals are not at their end (settings.UNFINISHED)."""
    return Withdrawal.objects.filter(state__in=LIVE).count()

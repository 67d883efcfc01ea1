"""Questions about what was submitted."""

from collections.abc import Iterable
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings

from shop.moderation import words
from shop.moderation.models import Check, Content, ProhibitedWord
from shop.moderation.parts import PartStanding, Standing
from shop.moderation.states import ASK_AGAIN, CheckState, StandingState
from storage import files

_WORST_FIRST = [
    CheckState.REFUSED,
    CheckState.HELD,
    CheckState.SENT,
    CheckState.PENDING,
    CheckState.PASSED,
]


def standing_of(kind: str, subject_id: UUID) -> Standing | None:
    """Return how a subject stands as it was submitted last; None if it never was."""
    content = Content.objects.filter(kind=kind, subject_id=subject_id).first()
    return standing(content) if content else None


def is_public(kind: str, subject_id: UUID) -> bool:
    """Say whether others may see the subject as it was submitted last. Unknown is no."""
    rows = Content.objects.filter(kind=kind, subject_id=subject_id, state=StandingState.PASSED)
    return rows.exists()


def standing(content: Content) -> Standing:
    """Return how a content stands, with the worst piece of each part."""
    checks = Check.objects.filter(content=content, is_current=True).order_by("part", "place")
    by_part: dict[str, list[Check]] = {}
    for check in checks:
        by_part.setdefault(check.part, []).append(check)
    worst = (min(found, key=_badness) for found in by_part.values())
    parts = tuple(PartStanding(c.part, CheckState(c.state), c.reason, c.label) for c in worst)
    return Standing(StandingState(content.state), parts)


def find_check(check_id: UUID) -> Check | None:
    """Return a check with its content, whatever its state."""
    return Check.objects.select_related("content").filter(pk=check_id).first()


def find_traced(trace_id: str) -> Check | None:
    """Return the check of the picture that WeChat knows by this id."""
    return Check.objects.filter(trace_id=trace_id).exclude(trace_id="").first()


def checks(
    *, state: CheckState, before: UUID | None, limit: int
) -> tuple[list[Check], UUID | None]:
    """Return current checks in this state, the newest first, and the id after which to go on."""
    rows = Check.objects.select_related("content").filter(state=state, is_current=True)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def waiting_for_visit(member_id: UUID) -> list[Check]:
    """Return what is held until its author is in the mini-program again, in a fixed order."""
    rows = Check.objects.filter(
        author_id=member_id, state=CheckState.HELD, reason__in=ASK_AGAIN, is_current=True
    )
    return list(rows.order_by("content_id", "pk"))


def prohibited_words() -> list[str]:
    """Return the shop's list, as words are compared."""
    return list(ProhibitedWord.objects.values_list("word", flat=True))


def prohibited_word_in(texts: Iterable[str]) -> str | None:
    """Return a word of the shop's list that one of the texts holds, or None."""
    prohibited = prohibited_words()
    hits = (words.first_hit(prohibited, text) for text in texts)
    return next((word for word in hits if word), None) if prohibited else None


def word_rows() -> list[ProhibitedWord]:
    """Return the shop's list with who put each word there, in order."""
    return list(ProhibitedWord.objects.order_by("word"))


def find_word(word_id: UUID) -> ProhibitedWord | None:
    """Return a word of the list."""
    return ProhibitedWord.objects.filter(pk=word_id).first()


def public_address(key: str) -> str:
    """Return where WeChat can fetch a picture, made anew for each question: it may be signed."""
    return urljoin(f"{settings.PUBLIC_URL}/", files.url(key))


def _badness(check: Check) -> int:
    return _WORST_FIRST.index(CheckState(check.state))

"""What nouns hand in, and what they get back. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from shop.moderation.labels import sentence
from shop.moderation.states import CheckState, PartKind, StandingState

MOST_CHARACTERS = 2500
"""WeChat checks so many at once (CONTRACT §6); a longer text is checked in pieces."""
OVERLAP = 50
"""So many characters stand in both of two neighbours: nothing hides on the border."""
MOST_PIECES = 20


@dataclass(frozen=True)
class Subject:
    """What is to be seen by others: a kind that the noun chooses, and the noun's own id."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class TextPart:
    """A text of the subject. An empty one needs no check."""

    text: str


@dataclass(frozen=True)
class PicturePart:
    """A picture of the subject: its key in storage and the SHA-256 of its bytes."""

    key: str
    sha256: str


@dataclass(frozen=True)
class Author:
    """A customer, as the mini-program knows them through which they sent it."""

    member_id: UUID
    appid: str
    openid: str


@dataclass(frozen=True)
class Piece:
    """What is asked about in one call: a picture, or up to 2,500 characters of a text."""

    part: str
    place: int
    kind: PartKind
    body: str
    digest: str


@dataclass(frozen=True)
class PartStanding:
    """How one part stands, and why; `label` is WeChat's word for what it found, or 0."""

    part: str
    state: CheckState
    reason: str
    label: int

    def sentence(self, language: str) -> str:
        """Return why, in Chinese (`zh…`) or English."""
        return sentence(self.reason, self.label, language)


@dataclass(frozen=True)
class Standing:
    """How a subject stands as it was submitted last."""

    state: StandingState
    parts: tuple[PartStanding, ...]

    @property
    def is_public(self) -> bool:
        """Say whether others may see it."""
        return self.state == StandingState.PASSED

    def sentence(self, language: str) -> str:
        """Return why it is not public, part by part; empty when it is."""
        open_parts = (part for part in self.parts if part.state != CheckState.PASSED)
        return " ".join(dict.fromkeys(part.sentence(language) for part in open_parts))


def pieces_of(parts: Mapping[str, TextPart | PicturePart]) -> Iterator[Piece]:
    """Return what has to be asked about, in order. Too long a text has more than MOST_PIECES."""
    for name, part in parts.items():
        if isinstance(part, PicturePart):
            yield Piece(name, 0, PartKind.PICTURE, part.key, _digest(part.sha256))
            continue
        for place, text in enumerate(_split(part.text)):
            yield Piece(name, place, PartKind.TEXT, text, _digest(text))


def _split(text: str) -> list[str]:
    if not text.strip():
        return []
    step = MOST_CHARACTERS - OVERLAP
    last = max(1, len(text) - OVERLAP)
    return [text[start : start + MOST_CHARACTERS] for start in range(0, last, step)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Whether, and where, an owner can look at the shop as customers see it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from preview import links


class Missing(StrEnum):
    """What keeps this installation from showing previews."""

    NOTHING = ""
    HOST = "host"
    """PREVIEW_URL is not set."""
    BUNDLE = "bundle"
    """Nobody built the bundle."""


@dataclass(frozen=True)
class Offer:
    """A preview's address, new and good for `seconds`; or what is missing."""

    address: str = ""
    seconds: int = 0
    missing: Missing = Missing.NOTHING


def of(public_id: str) -> Offer:
    """Return what can be offered for the shop now."""
    if not settings.PREVIEW_URL:
        return Offer(missing=Missing.HOST)
    if not (Path(settings.PREVIEW_FILES) / "app.html").is_file():
        return Offer(missing=Missing.BUNDLE)
    return Offer(links.address(public_id), int(links.life().total_seconds()))

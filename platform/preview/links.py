"""Links to a shop's preview: signed, short-lived, and of no use for anything else."""

from datetime import timedelta

from django.conf import settings
from django.core import signing

from kernel.errors import Refusal

_SALT = "preview"


class PreviewEnded(Refusal):
    """The link is older than PREVIEW_MINUTES, or was never ours."""

    status = 403
    en = "This preview link has ended. Please open the preview again."
    zh = "预览链接已失效，请重新打开预览。"


def life() -> timedelta:
    """Return how long a link works."""
    return timedelta(minutes=settings.PREVIEW_MINUTES)


def address(public_id: str) -> str:
    """Return a new link to the shop's preview; empty where the platform has no preview host."""
    if not settings.PREVIEW_URL:
        return ""
    return f"{settings.PREVIEW_URL}/preview/{sign(public_id)}/"


def sign(public_id: str) -> str:
    """Return a token that names the shop, for a path."""
    return signer().sign(public_id)


def signer(key: str | None = None) -> signing.TimestampSigner:
    """Return what signs links: with SECRET_KEY, or with a key that is known without settings."""
    return signing.TimestampSigner(key=key, salt=_SALT, fallback_keys=[] if key else None)


def read(token: str) -> str:
    """Return the public id that a token names. Raises PreviewEnded."""
    try:
        return signer().unsign(token, max_age=life())
    except signing.BadSignature as error:  # a link that has expired is one
        raise PreviewEnded from error

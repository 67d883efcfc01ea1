"""Questions about pictures."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum

from shop.media.models import Image
from shop.media.states import ImageState
from storage import files
from storage.fetch import FetchReason, FetchRefused
from storage.pictures import PictureReason, PictureRefused
from tenants.limits import Limit


def address_base() -> str:
    """Return what stands before a key in a picture's address: a path, or a storage's own host."""
    return files.url("0")[:-1]


def why(code: str, language: str) -> str:
    """Return the sentence of a failure code in Chinese (`zh…`) or English."""
    if code in set(FetchReason):
        return FetchRefused(FetchReason(code)).sentence(language)
    if code in set(PictureReason):
        return PictureRefused(PictureReason(code)).sentence(language)
    return code


def find_image(image_id: UUID) -> Image | None:
    """Return a picture whatever its state."""
    return Image.objects.filter(pk=image_id).first()


def known(image_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the ids that are pictures of this shop."""
    return set(Image.objects.filter(pk__in=list(image_ids)).values_list("pk", flat=True))


def progress(image_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return {state, failure_code, count} for each kind of fate that these pictures met."""
    rows = Image.objects.filter(pk__in=list(image_ids)).values("state", "failure_code")
    counted = rows.annotate(count=Count("pk")).order_by("state", "failure_code")
    return [dict(row) for row in counted]


def failures(image_ids: Iterable[UUID], most: int) -> list[dict[str, Any]]:
    """Return {id, source_url, failure_code} of pictures that failed, the oldest first."""
    rows = Image.objects.filter(pk__in=list(image_ids), state="failed").order_by("id")
    return [dict(row) for row in rows.values("id", "source_url", "failure_code")[:most]]


def absolute(key: str) -> str:
    """Return a key's address with our host, for files that leave the house."""
    return urljoin(settings.PUBLIC_URL + "/", address_base() + key)


def ours(urls: Iterable[str]) -> dict[str, Image]:
    """Return the pictures among these addresses that are our own, as an export wrote them."""
    base = absolute("")
    keys = {url.removeprefix(base): url for url in urls if url.startswith(base)}
    rows = Image.objects.filter(large_key__in=keys, state=ImageState.STORED)
    return {keys[image.large_key]: image for image in rows}


def bytes_count() -> int:
    """Return how many bytes the shop's pictures take."""
    return Image.objects.aggregate(sum=Sum("bytes_count"))["sum"] or 0


def usage() -> dict[str, int]:
    """Return how many bytes the shop's pictures take (settings.USAGE)."""
    return {Limit.STORAGE_BYTES: bytes_count()}

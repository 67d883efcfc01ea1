"""Everything that can happen to a picture."""

import hashlib
from collections.abc import Iterable

from django.db import transaction

from jobs.messages import publish
from kernel.errors import Refusal
from shop.media import queries
from shop.media.messages import FetchImage
from shop.media.models import Image
from shop.media.states import IMAGE_FLOW, ImageState
from storage import fetch, files, pictures
from storage.fetch import FetchReason, FetchRefused
from storage.pictures import Picture, PictureRefused
from tenants import context
from tenants.limits import Limit, hold_room

RETRY_SECONDS = (10, 60)
"""Pauses before the second and the third attempt; there is no fourth."""
TEMPORARY = frozenset(
    {FetchReason.CANNOT_BE_REACHED, FetchReason.TOO_SLOW, FetchReason.ANSWER_NOT_UNDERSTOOD}
)


class ImageCannotMove(Refusal):
    """The picture is not in a state from which this step is allowed."""

    en = "The picture is {state}."
    zh = "图片当前状态为 {state}。"


@transaction.atomic
def want_many(*, source_urls: Iterable[str]) -> dict[str, Image]:
    """Return a picture for each address, and have the new ones fetched soon."""
    urls = list(dict.fromkeys(source_urls))
    found = _by_url(urls)
    missing = [Image(source_url=url) for url in urls if url not in found]
    if missing:
        Image.objects.bulk_create(missing, batch_size=1000, ignore_conflicts=True)
        found = _by_url(urls)
        made = {image.pk for image in missing}
        for image in found.values():
            if image.pk in made:
                publish(FetchImage(image.pk))
    return found


def bring(*, image: Image) -> Image:
    """Fetch, re-encode and keep a picture that is waited for. Not inside a transaction.

    What cannot be had is recorded with its reason; temporary reasons are tried again.
    """
    if image.state != ImageState.PENDING:
        return image
    try:
        picture = pictures.reencode(fetch.fetch_image(image.source_url))
    except FetchRefused as refusal:
        return _failed(image, refusal.reason_code, retry=refusal.reason_code in TEMPORARY)
    except PictureRefused as refusal:
        return _failed(image, refusal.reason, retry=False)
    return _stored(image, picture)


def upload(*, data: bytes) -> Image:
    """Keep a picture that staff sent: ours is made anew from its pixels. Raises PictureRefused,
    StorageLimitReached.

    The same bytes again are the same picture. Not inside a transaction.
    """
    return keep(picture=pictures.reencode(data))


def keep(*, picture: Picture) -> Image:
    """Keep a picture that we made; the same again is the same. Raises StorageLimitReached.

    Not inside a transaction.
    """
    again = Image.objects.filter(
        sha256=picture.sha256, source_url="", state=ImageState.STORED
    ).first()
    if again is not None:
        return again
    image = Image(state=ImageState.STORED)
    adding = sum(len(webp) for webp in picture.webp_by_width.values())
    with transaction.atomic():
        hold_room(Limit.STORAGE_BYTES, adding=adding, count=queries.bytes_count)
        _keep(image, picture)
        image.save(force_insert=True)
    return image


@transaction.atomic
def retry(*, image: Image) -> Image:
    """Try a failed picture again."""
    _move(image, ImageState.PENDING, attempt_count=0, failure_code="")
    publish(FetchImage(image.pk))
    return image


def _by_url(urls: list[str]) -> dict[str, Image]:
    digests = [hashlib.md5(url.encode(), usedforsecurity=False).hexdigest() for url in urls]
    rows = Image.objects.extra(where=["md5(source_url) = ANY(%s)"], params=[digests])
    return {image.source_url: image for image in rows.exclude(source_url="")}


def _stored(image: Image, picture: Picture) -> Image:
    _keep(image, picture)
    names = ("width", "height", "sha256", "bytes_count", "small_key", "medium_key", "large_key")
    kept = {name: getattr(image, name) for name in names}
    return _move(image, ImageState.STORED, failure_code="", **kept)


def _keep(image: Image, picture: Picture) -> None:
    prefix = f"{context.shop().public_id}/images"
    image.small_key, image.medium_key, image.large_key = (
        files.put(prefix=prefix, name=f"{width}.webp", data=data, content_type="image/webp")
        for width, data in sorted(picture.webp_by_width.items())
    )
    image.bytes_count = sum(len(data) for data in picture.webp_by_width.values())
    image.width, image.height, image.sha256 = picture.width, picture.height, picture.sha256


@transaction.atomic
def _failed(image: Image, code: str, *, retry: bool) -> Image:
    attempts = image.attempt_count + 1
    if not retry or attempts > len(RETRY_SECONDS):
        return _move(image, ImageState.FAILED, failure_code=str(code), attempt_count=attempts)
    counted = Image.objects.filter(
        pk=image.pk, state=ImageState.PENDING, attempt_count=image.attempt_count
    ).update(attempt_count=attempts, failure_code=str(code))
    if counted:
        publish(FetchImage(image.pk), delay_seconds=RETRY_SECONDS[attempts - 1])
    image.refresh_from_db()
    return image


def _move(image: Image, target: ImageState, **values: object) -> Image:
    """Step if the row still stands where the flow allows it, or is there by another worker."""
    moved = Image.objects.filter(pk=image.pk, state__in=IMAGE_FLOW.before(target)).update(
        state=target, **values
    )
    image.refresh_from_db()
    if not moved and image.state != target:
        raise ImageCannotMove(state=image.state)
    return image

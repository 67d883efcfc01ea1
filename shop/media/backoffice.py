"""The pictures' door for staff."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language_from_request
from ninja import File, Router, Status
from ninja.files import UploadedFile

from shop.media import actions, queries
from shop.media.models import Image
from shop.media.schemas import ImageOut
from storage.pictures import MAX_BYTES, PictureReason, PictureRefused
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["images"], auth=staff())


@router.post(
    "/images", response={201: ImageOut}, auth=staff(Role.MANAGER), summary="Send a picture"
)
def upload(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """JPEG, PNG, WebP or GIF of at most 10 MB; ours is made anew. Refused: 422 picture_refused."""
    if file.size is None or file.size > MAX_BYTES:
        raise PictureRefused(PictureReason.TOO_MANY_BYTES)
    return Status(201, _shown(request, actions.upload(data=file.read())))


@router.get("/images/{uuid:image_id}", response=ImageOut, summary="A picture")
def image(request: HttpRequest, image_id: UUID) -> Any:
    """Whether it has arrived, and why not."""
    return _shown(request, _image(image_id))


@router.post(
    "/images/{uuid:image_id}/retry",
    response=ImageOut,
    auth=staff(Role.MANAGER),
    summary="Try a failed picture again",
)
def retry(request: HttpRequest, image_id: UUID) -> Any:
    """Refused: 409 image_cannot_move."""
    return _shown(request, actions.retry(image=_image(image_id)))


def _image(image_id: UUID) -> Image:
    found = queries.find_image(image_id)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, row: Image) -> dict[str, Any]:
    base = queries.address_base()
    keys = {"small_url": row.small_key, "medium_url": row.medium_key, "large_url": row.large_key}
    code = row.failure_code
    return {
        "id": row.pk,
        "state": row.state,
        "source_url": row.source_url,
        "width": row.width,
        "height": row.height,
        **{name: base + key if key else "" for name, key in keys.items()},
        "failure_code": code,
        "failure": queries.why(code, get_language_from_request(request)) if code else "",
    }

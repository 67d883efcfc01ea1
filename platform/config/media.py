"""Pictures from this machine's disk, where no storage service or proxy serves them."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

SHOWN = (".webp", ".png", ".jpg")
A_YEAR = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponseBase:
    """Return a picture; its key holds the digest of its bytes, so it never changes."""
    if not isinstance(default_storage, FileSystemStorage) or Path(key).suffix not in SHOWN:
        raise Http404
    response = serve(request, key, document_root=str(settings.MEDIA_ROOT))
    if isinstance(response, FileResponse):
        response.headers["Cache-Control"] = A_YEAR
    return response

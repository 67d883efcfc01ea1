"""The imports' door: files in and out."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language_from_request
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from kernel.errors import Refusal
from kernel.money import EXPONENTS
from shop.catalog import cursors, shopify
from shop.imports import actions, queries
from shop.imports.models import Import
from shop.imports.schemas import ImportLine, ImportOut, ImportPage
from shop.imports.states import Mode
from tenants import context
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["imports"], auth=staff())


class FileTooLarge(Refusal):
    """No product file is that large."""

    status = 413
    en = "The file is larger than {most_mb} MB."
    zh = "文件超过 {most_mb} MB。"


@router.post(
    "/imports", response={201: ImportOut}, auth=staff(Role.MANAGER), summary="Import products"
)
def start(
    request: HttpRequest,
    file: File[UploadedFile],
    dry_run: Annotated[bool, Form()] = False,
    mode: Annotated[Mode, Form()] = Mode.ALL_OR_NOTHING,
) -> Any:
    """A Shopify product CSV of at most 20 MB. `outcome` says whether anything changed.

    Refused: 409 import_running, 413 file_too_large.
    """
    if file.size is None or file.size > shopify.MAX_BYTES:
        raise FileTooLarge(most_mb=shopify.MAX_BYTES // 2**20)
    row = actions.run(
        data=file.read(),
        file_name=file.name or "",
        mode=mode,
        dry_run=dry_run,
        by=request.auth.email,  # type: ignore[attr-defined]  # set by tenants.staff
    )
    return Status(201, _shown(request, row))


@router.get("/imports", response=ImportPage, summary="Past imports")
def imports(
    request: HttpRequest,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Any:
    """The newest first. Refused: 422 cursor_invalid."""
    rows = queries.imports()
    if cursor:
        [last] = cursors.decode(cursor, "imports", UUID)
        rows = rows.filter(pk__lt=last)
    page = list(rows[: limit + 1])
    more = len(page) > limit
    return {
        "items": page[:limit],
        "next": cursors.encode("imports", page[limit - 1].pk) if more else None,
    }


@router.get("/imports/{uuid:import_id}", response=ImportOut, summary="An import")
def an_import(request: HttpRequest, import_id: UUID) -> Any:
    """What it did, what was wrong, and how its pictures are coming along."""
    row = queries.find_import(import_id)
    if row is None:
        raise Http404
    return _shown(request, row)


@router.get(
    "/export.csv",
    response={200: None},
    summary="Export all products",
    openapi_extra={
        "responses": {
            200: {
                "description": "A Shopify product CSV",
                "content": {"text/csv": {"schema": {"type": "string"}}},
            }
        }
    },
)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """A Shopify product CSV that spreadsheets can open. Importing it again changes nothing."""
    shop = context.shop()
    body = shopify.write(queries.product_rows(shop), currency_exponent=EXPONENTS[shop.currency])
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="products.csv"'
    return response


def _shown(request: HttpRequest, row: Import) -> dict[str, Any]:
    language = get_language_from_request(request)
    word = "zh" if language.startswith("zh") else "en"
    told = {
        name: [{**each, "detail": each[word]} for each in getattr(row, name)]
        for name in ("errors", "warnings")
    }
    return {
        **{name: getattr(row, name) for name in ImportLine.model_fields},
        **told,
        "unknown_columns": row.unknown_columns,
        "pictures": queries.picture_progress(row, language),
    }

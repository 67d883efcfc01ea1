"""The catalogue's door for staff: everyone reads, managers write."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from kernel.errors import Refusal
from shop.catalog import actions, cursors, queries
from shop.catalog.answers import answer
from shop.catalog.models import Category, Product
from shop.catalog.schemas import (
    CategoriesOut,
    CategoryChange,
    CategoryIn,
    CategoryOut,
    PricesIn,
    ProductChange,
    ProductIn,
    StaffProductOut,
    StaffProductPage,
    State,
)
from shop.catalog.wanted import WantedImage, WantedProduct, WantedSku
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["catalog"], auth=staff())
manager = staff(Role.MANAGER)


class VersionMissing(Refusal):
    """Without knowing what was seen, an edit could overwrite what was not."""

    status = 428
    en = "Send the product's version in the header If-Match."
    zh = "请在 If-Match 请求头中带上商品的版本号。"


def version_seen(request: HttpRequest) -> int:
    """Return the version that If-Match names. Raises VersionMissing."""
    version = request.headers.get("If-Match", "").strip('W/"')
    if not version.isascii() or not version.isdigit():
        raise VersionMissing
    return int(version[:10])


@router.get("/products", response=StaffProductPage, summary="All products")
def products(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
    state: State | None = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> HttpResponse:
    """The newest first; `q` searches as buyers do. Refused: 422 cursor_invalid."""
    page = queries.staff_products(q=q, state=state, cursor=cursor, limit=limit)
    return answer(request, page)


@router.post("/products", response={201: StaffProductOut}, auth=manager, summary="Add a product")
def create(request: HttpRequest, body: ProductIn) -> HttpResponse:
    """A draft. Refused: 409 product_code_taken, 422 specs_unfit, image_ or category_unknown."""
    product = actions.create(wanted=WantedProduct(**_wanted(body.dict())))
    return _detail(product.pk, status=201)


@router.get("/products/{uuid:product_id}", response=StaffProductOut, summary="A product")
def product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Its `version` is what If-Match wants when it is changed."""
    return _detail(product_id)


@router.patch(
    "/products/{uuid:product_id}",
    response=StaffProductOut,
    auth=manager,
    summary="Change a product",
)
def change(request: HttpRequest, product_id: UUID, body: ProductChange) -> HttpResponse:
    """If-Match carries the version that was seen. SKUs left out are retired, never deleted.

    Refused: 412 changed_meanwhile, 428 version_missing, as for adding, and of what is on sale 422
    prohibited_word_found.
    """
    changes = _wanted(body.dict(exclude_unset=True))
    product = _product(product_id)
    actions.edit(
        product=product, version=version_seen(request), changes=changes, by=_who(request)
    )
    return _detail(product_id)


@router.patch(
    "/products/{uuid:product_id}/prices",
    response=StaffProductOut,
    auth=manager,
    summary="Change prices",
)
def reprice(request: HttpRequest, product_id: UUID, body: PricesIn) -> HttpResponse:
    """If-Match carries the version that was seen; orders keep the prices they were made at.

    Refused: 409 product_has_no_price, 412 changed_meanwhile, 422 sku_not_of_product, 428
    version_missing.
    """
    product = _product(product_id)
    actions.reprice(
        product=product, version=version_seen(request), prices=body.by_sku, by=_who(request)
    )
    return _detail(product_id)


@router.post(
    "/products/{uuid:product_id}/publish",
    response=StaffProductOut,
    auth=manager,
    summary="Put a product on sale",
)
def publish(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Again is harmless. Refused: 409 product_has_no_price, 422 prohibited_word_found."""
    actions.publish(product=_product(product_id), by=_who(request))
    return _detail(product_id)


@router.post(
    "/products/{uuid:product_id}/hide",
    response=StaffProductOut,
    auth=manager,
    summary="Take a product off sale",
)
def hide(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Again is harmless; orders keep what they bought."""
    actions.hide(product=_product(product_id), by=_who(request))
    return _detail(product_id)


@router.get("/categories", response=CategoriesOut, summary="All categories")
def categories(request: HttpRequest) -> Any:
    """Flat, in their order, hidden ones included."""
    return {"items": queries.staff_categories()}


@router.post("/categories", response={201: CategoryOut}, auth=manager, summary="Add a category")
def add_category(request: HttpRequest, body: CategoryIn) -> Any:
    """Refused: 409 category_name_taken, too_many_categories, 422 category_name_unfit,
    category_too_deep."""
    return Status(201, actions.add_category(**body.dict()))


@router.patch(
    "/categories/{uuid:category_id}",
    response=CategoryOut,
    auth=manager,
    summary="Change a category",
)
def change_category(request: HttpRequest, category_id: UUID, body: CategoryChange) -> Any:
    """Refused: 409 category_name_taken, 422 category_name_unfit, category_too_deep,
    category_unknown."""
    changes = body.dict(exclude_unset=True)
    return actions.edit_category(category=_category(category_id), **changes)


@router.delete(
    "/categories/{uuid:category_id}",
    response={204: None},
    auth=manager,
    summary="Remove an empty category",
)
def remove_category(request: HttpRequest, category_id: UUID) -> Any:
    """Refused: 409 category_in_use."""
    actions.remove_category(category=_category(category_id))
    return Status(204, None)


def _who(request: HttpRequest) -> str:
    by: str = request.auth.email  # type: ignore[attr-defined]  # set by tenants.staff
    return by


def _product(product_id: UUID) -> Product:
    found = queries.find_product(product_id)
    if found is None:
        raise Http404
    return found


def _category(category_id: UUID) -> Category:
    found = queries.find_category(category_id)
    if found is None:
        raise Http404
    return found


def _detail(product_id: UUID, *, status: int = 200) -> HttpResponse:
    body = queries.staff_detail(product_id)
    if body is None:
        raise Http404
    return HttpResponse(body, status=status, content_type="application/json")


def _wanted(sent: dict[str, Any]) -> dict[str, Any]:
    """Turn what was sent into fields of WantedProduct."""
    for name in ("tags", "spec_names"):
        if name in sent:
            sent[name] = tuple(sent[name])
    if "skus" in sent:
        sent["skus"] = tuple(
            WantedSku(**{**sku, "values": tuple(sku.get("values", ()))}) for sku in sent["skus"]
        )
    if "images" in sent:
        sent["images"] = tuple(
            WantedImage(
                image["image_id"], image.get("alt", ""), tuple(image.get("values") or ()) or None
            )
            for image in sent["images"]
        )
    return sent

"""The catalogue's door for buyers. Public; each answer is one statement's bytes with an ETag."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from shop.catalog import cursors, queries
from shop.catalog.answers import answer
from shop.catalog.queries import Sieve
from shop.catalog.schemas import CategoryTree, ProductFilter, ProductOut, ProductPage

router = Router(tags=["catalog"])

Cursor = Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)]
Limit = Annotated[int, Query(ge=1, le=100)]
Sort = Literal["newest", "price_asc", "price_desc"]


@router.get("/categories", response=CategoryTree, summary="The categories")
def categories(request: HttpRequest) -> HttpResponse:
    """Two levels, in their order, with the number of products on sale."""
    return answer(request, queries.categories())


@router.get("/products", response=ProductPage, summary="What is on sale")
def products(
    request: HttpRequest,
    wanted: Query[ProductFilter],
    sort: Sort = "newest",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> HttpResponse:
    """A category includes its children. Refused: 422 cursor_invalid."""
    sieve = Sieve(**wanted.dict())
    return answer(request, queries.products(sieve=sieve, sort=sort, cursor=cursor, limit=limit))


@router.get("/products/{uuid:product_id}", response=ProductOut, summary="A product")
def product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Every SKU that can be chosen, with what is left of it. 404 for what is not on sale."""
    body = queries.detail(product_id)
    if body is None:
        raise Http404
    return answer(request, body)


@router.get("/search", response=ProductPage, summary="Search what is on sale")
def search(
    request: HttpRequest,
    wanted: Query[ProductFilter],
    q: Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[^\x00]*$")],
    sort: Sort = "newest",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> HttpResponse:
    """Products that hold every word of `q`. Refused: 422 cursor_invalid."""
    sieve = Sieve(**wanted.dict())
    return answer(request, queries.found(q=q, sieve=sieve, sort=sort, cursor=cursor, limit=limit))

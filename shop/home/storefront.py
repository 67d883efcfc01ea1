"""The shop front's door for buyers."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from shop.catalog.answers import answer
from shop.home import queries
from shop.home.schemas import HomeOut

router = Router(tags=["home"])


@router.get("", response=HomeOut, summary="The shop front")
def home(request: HttpRequest) -> HttpResponse:
    """Everything that the first page shows, with an ETag."""
    return answer(request, queries.home())

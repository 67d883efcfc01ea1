"""The shop front's door for buyers: how the shop looks, and its first page."""

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router

from shop.catalog.answers import answer
from shop.home import queries
from shop.home.schemas import HomeOut, HotWordsOut, ThemeOut

router = Router(tags=["home"])


@router.get("/home", response=HomeOut, summary="The shop front")
def home(request: HttpRequest) -> HttpResponse:
    """Everything that the first page shows, with an ETag."""
    return answer(request, queries.home())


@router.get("/theme", response=ThemeOut, summary="How the shop looks")
def theme(request: HttpRequest) -> HttpResponse:
    """Name, logo, ten levels of the brand colour, words and modules, with an ETag."""
    return answer(request, orjson.dumps(queries.theme()))


@router.get("/search/hot-words", response=HotWordsOut, summary="What others search for")
def hot_words(request: HttpRequest) -> HttpResponse:
    """The owner's words, else the titles of what sells best, with an ETag."""
    return answer(request, queries.hot_words())

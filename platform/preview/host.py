"""The preview lives on a host of its own: no session is there, and nothing else answers there."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import Resolver404, resolve

from preview import urls

_OF_MINI_PROGRAMS = frozenset({"s", "b", "media"})
"""What a mini-program needs besides its own files: the two APIs, and pictures."""


class PreviewHost:
    """Answer the preview on its host only, and only that and what a mini-program uses there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass, answer, or know nothing."""
        head = request.path_info[1:].partition("/")[0]
        is_preview_host = _is_preview_host(request)
        if head == "preview":
            return _answer(request) if is_preview_host else HttpResponseNotFound()
        if is_preview_host and head not in _OF_MINI_PROGRAMS:
            return HttpResponseNotFound()
        if is_preview_host:
            # Whoever works on a phone brings a token: no session counts here, whose ever it is.
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


def _is_preview_host(request: HttpRequest) -> bool:
    return bool(settings.PREVIEW_URL) and (
        request.get_host() == urlsplit(settings.PREVIEW_URL).netloc
    )


def _answer(request: HttpRequest) -> HttpResponse:
    """Run the page itself: no session, no cookie and no form token have a place here."""
    try:
        match = resolve(request.path_info, urlconf=urls.__name__)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        return HttpResponseNotFound()
    return response

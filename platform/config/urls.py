"""Every address of the platform host."""

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", lambda request: HttpResponse("ok"), name="livez"),
]

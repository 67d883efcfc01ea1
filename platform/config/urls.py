"""Every address of the platform host."""

from django.urls import URLPattern, URLResolver, include, path

from config import catalogue, health, media
from config.api import backoffice, hooks, storefront
from superadmin.sections import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<str:shop>/v1/", storefront.urls),
    path("b/<str:shop>/v1/", backoffice.urls),
    path("hooks/", hooks.urls),
    path("superadmin/", site.urls),
    path("docs/errors/", catalogue.page, name="errors"),
    path("media/<path:key>", media.picture),
    path("", include("portal.urls")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

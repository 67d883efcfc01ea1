"""Every address of the platform host."""

from django.urls import URLPattern, URLResolver, path

from config import health
from config.api import backoffice, hooks, storefront

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<str:shop>/v1/", storefront.urls),
    path("b/<str:shop>/v1/", backoffice.urls),
    path("hooks/", hooks.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

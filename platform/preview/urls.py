"""Addresses of the preview's host, besides the storefront and the pictures."""

from django.urls import path

from preview import pages

urlpatterns = [
    path("preview/-/<path:name>", pages.file),
    path("preview/<str:token>/", pages.frame),
    path("preview/<str:token>/app", pages.app),
    path("preview/<str:token>/login", pages.login),
    path("preview/<str:token>/phone", pages.phone),
    path("preview/<str:token>/pay", pages.pay),
    path("preview/<str:token>/transfer", pages.transfer),
]

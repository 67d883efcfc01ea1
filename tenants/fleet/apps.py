"""Registers the tables of the fleet, on the platform."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """Versions of schemas, and the runs that moved them."""

    name = "tenants.fleet"
    label = "fleet"

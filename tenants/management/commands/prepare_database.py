"""`manage.py prepare_database`: schemas, roles, template and spares, up to date."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenants import cells, provisioning
from tenants.fleet import actions as fleet
from tenants.fleet.actions import Wish
from tenants.fleet.states import RunState


class Command(BaseCommand):
    """Runs before the first start and after every update; safe to run again."""

    help = "Bring the platform's schema, its roles, the shops' template and the spares up to date."

    def handle(self, *_: Any, **__: Any) -> None:
        """Prepare every cell, then build the spare schemas that are missing."""
        for cell in cells.names():
            with cells.entered(cell):
                provisioning.prepare_database()
        reports = [report for _, report in fleet.migrate_all(Wish())]
        for schema_name, reason in (each for report in reports for each in report.failures):
            self.stderr.write(f"{schema_name}: {reason}")
        if any(report.state != RunState.DONE for report in reports):
            raise CommandError("Some shops lack a migration: see `manage.py migrate_tenants`.")
        built = provisioning.refill_spares(settings.SPARE_SCHEMAS)
        self.stdout.write(f"The database is ready; {built} spare schemas were built.")

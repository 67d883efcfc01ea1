"""`manage.py check_server`: is PostgreSQL set as so many shops need it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from tenants import cells, context, server
from tenants.cells import HOME


class Command(BaseCommand):
    """Exit code 0: as it should be. 1: some settings cost something. 2: programs will not start."""

    help = "Compare PostgreSQL's settings with what this installation needs; name what is not so."

    def handle(self, *_: Any, **__: Any) -> None:
        """Print every fault; exit by the gravest."""
        found = []
        for cell in cells.names():
            with context.public(cell), connection.cursor() as cursor:
                faults = server.faults(cursor)
            where = "" if cell == HOME else f"{cell}: "
            for fault in faults:
                self.stdout.write(f"{'!!' if fault.is_grave else ' -'} {where}{fault}")
            found += faults
        found.sort(key=lambda fault: not fault.is_grave)
        if not found:
            self.stdout.write("PostgreSQL is set as it should be.")
            return
        sys.exit(2 if found[0].is_grave else 1)

"""`manage.py check_server`: is PostgreSQL set as so many shops need it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from tenants import server


class Command(BaseCommand):
    """Exit code 0: as it should be. 1: some settings cost something. 2: programs will not start."""

    help = "Compare PostgreSQL's settings with what this installation needs; name what is not so."

    def handle(self, *_: Any, **__: Any) -> None:
        """Print every fault; exit by the gravest."""
        with connection.cursor() as cursor:
            found = server.faults(cursor)
        for fault in found:
            self.stdout.write(f"{'!!' if fault.is_grave else ' -'} {fault}")
        if not found:
            self.stdout.write("PostgreSQL is set as it should be.")
            return
        sys.exit(2 if found[0].is_grave else 1)

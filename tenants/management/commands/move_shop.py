"""`manage.py move_shop`: one shop, to another cell."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import Refusal
from tenants.archives import moving
from tenants.management.commands.export_shop import progress
from tenants.models import Tenant


class Command(BaseCommand):
    """The shop's doors say 503 meanwhile. Killed at any moment, the same command goes on."""

    help = "Move a shop's schema to another cell, proven equal; nothing in flight is lost."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop, and one of three wishes."""
        parser.add_argument("public_id", metavar="PUBLIC_ID")
        wish = parser.add_mutually_exclusive_group(required=True)
        wish.add_argument("--to", metavar="CELL", help="the cell to live in; `default` is home")
        wish.add_argument("--back", action="store_true", help="open it where it was, after a kill")
        wish.add_argument("--confirm", action="store_true", help="drop what moves left behind")

    def handle(self, *_: Any, **options: Any) -> None:
        """Move, go back or confirm; say what happened."""
        tenant = Tenant.objects.filter(public_id=options["public_id"]).first()
        if tenant is None:
            raise CommandError(f"There is no shop {options['public_id']}.")
        try:
            self.stdout.write(self._do(tenant, **options))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _do(self, tenant: Tenant, **options: Any) -> str:
        if options["confirm"]:
            return f"{moving.confirm(tenant=tenant)} schemas were dropped."
        if options["back"]:
            was_moving = moving.go_back(tenant=tenant)
            return "It is open where it was." if was_moving else "No move was under way."
        began = time.monotonic()
        made = moving.move_shop(tenant=tenant, to=options["to"], tell=progress)
        if made is None:
            return f"It lives in {tenant.cell} already."
        return (
            f"{tenant.public_id} {tenant.name}: {len(made.tables())} tables, {made.rows_count} rows"
            f" are in {tenant.cell} now, as {tenant.schema_name}, {time.monotonic() - began:.1f} s."
        )

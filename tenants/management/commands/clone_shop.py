"""`manage.py clone_shop`: a masked copy of a shop to try things in."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import Refusal
from tenants.archives import actions
from tenants.management.commands.export_shop import progress
from tenants.models import Account, Tenant
from tenants.states import HOUSED_STATES


class Command(BaseCommand):
    """The shop itself is only read."""

    help = "Copy a shop into a sandbox: personal data masked, payments shut."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop, and who tries things in the copy."""
        parser.add_argument("public_id", metavar="PUBLIC_ID")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="an account here")
        parser.add_argument("--name", default="", help="of the copy")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make the copy; say where it is."""
        began = time.monotonic()
        shops = Tenant.objects.filter(state__in=HOUSED_STATES)
        tenant = shops.filter(public_id=options["public_id"]).first()
        owner = Account.objects.filter(email__iexact=options["owner"]).first()
        if tenant is None or owner is None:
            raise CommandError("There is no such shop, or no such account.")
        try:
            made = actions.clone_shop(
                tenant=tenant, owner=owner, name=options["name"], tell=progress
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = time.monotonic() - began
        self.stdout.write(f"{made.public_id} {made.name}: a masked copy, {seconds:.1f} s.")

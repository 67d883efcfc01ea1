"""`manage.py import_shop`: a shop from another installation."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import Refusal
from tenants.archives import actions, reading
from tenants.management.commands.export_shop import progress
from tenants.models import Account


class Command(BaseCommand):
    """The shop is here and equal to its archive, or nothing of it is."""

    help = "Bring a shop in from an archive: checked, counted, summed, then opened."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and who owns the shop here."""
        parser.add_argument("file", type=Path, metavar="FILE.zip")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="an account here")
        parser.add_argument("--name", default="", help="another name, where its own is taken")

    def handle(self, *_: Any, **options: Any) -> None:
        """Bring it in; say what must be bound again."""
        began = time.monotonic()
        owner = Account.objects.filter(email__iexact=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is no account {options['owner']}: sign up first.")
        try:
            tenant = actions.import_shop(
                path=options["file"], owner=owner, name=options["name"], tell=progress
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        with reading.opened(options["file"]) as archive:
            said = archive.manifest
        self.stdout.write(
            f"{tenant.public_id} {tenant.name}: {said.rows_count} rows,"
            f" {len(said.files())} files, every sum equal, {time.monotonic() - began:.1f} s."
        )
        for program in said.shop.programs:
            self.stdout.write(f"Authorise again: {program.kind} {program.appid} {program.name}")
        if said.shop.sub_mchid:
            self.stdout.write(f"Bind again: merchant number {said.shop.sub_mchid}")
        for person in said.shop.staff:
            if person.email.casefold() != owner.email.casefold():
                self.stdout.write(f"Invite again: {person.role} {person.email}")

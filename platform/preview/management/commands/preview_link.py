"""`manage.py preview_link <shop>`: a link to a shop's preview, for fifteen minutes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from preview import links
from tenants import context, directory


class Command(BaseCommand):
    """Prints the link and nothing else."""

    help = "Print a link to the preview of a shop, by its public id."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop."""
        parser.add_argument("shop")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the link. Refuses a shop that is not there, and a platform without a preview."""
        with context.public():
            if directory.shop_by_public_id(options["shop"]) is None:
                raise CommandError("There is no such shop.")
        link = links.address(options["shop"])
        if not link:
            raise CommandError("PREVIEW_URL is not set.")
        self.stdout.write(link)

"""`manage.py verify_invariants`: ask every shop's books and stock whether they still agree."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from tenants import context, directory, queries
from tenants.context import Shop

Invariant = Callable[[], Iterable[str]]


class Command(BaseCommand):
    """Reads only. Exit code 1 when anything is violated."""

    help = "Check every invariant of settings.INVARIANTS in every live shop, or in one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one shop, if only one is meant."""
        parser.add_argument("--shop", metavar="PUBLIC_ID", help="check this shop only")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print each violation as it is found, a line for each shop, and the total."""
        invariants: list[Invariant] = [import_string(name) for name in settings.INVARIANTS]
        shops = violations = 0
        for shop in _shops(options["shop"]):
            shops += 1
            violations += self._check(shop, invariants)
        if options["shop"] and not shops:
            raise CommandError(f"There is no live shop {options['shop']}.")
        self.stdout.write(
            f"{shops} shops, {len(invariants)} invariants each, {violations} violations."
        )
        if violations:
            raise SystemExit(1)

    def _check(self, shop: Shop, invariants: list[Invariant]) -> int:
        found = 0
        with context.activate(shop):
            for invariant in invariants:
                for sentence in invariant():
                    found += 1
                    self.stdout.write(f"{shop.public_id} {shop.name}: {sentence}")
        self.stdout.write(f"{shop.public_id} {shop.name}: {found or 'no'} violations")
        return found


def _shops(public_id: str | None) -> Iterator[Shop]:
    """Yield the live shops. Their ids are read before: no cursor may stay open over a switch."""
    for found in list(queries.live_public_ids()):
        if public_id is None or found == public_id:
            shop = directory.shop_by_public_id(found)
            if shop is not None:
                yield shop

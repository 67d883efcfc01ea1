"""`manage.py verify_invariants`: ask every shop's books and stock whether they still agree."""

from collections import Counter
from collections.abc import Iterable
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants import context, directory, queries
from tenants.proofs import proofs_of_platform, proofs_of_shop


class Command(BaseCommand):
    """Reads only, a shop at a time, each in one snapshot. Exit code 1 when anything is violated."""

    help = "Check every invariant of settings.INVARIANTS in every live shop, or in one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one shop, if only one is meant."""
        parser.add_argument("--shop", metavar="PUBLIC_ID", help="check this shop only")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print each violation as it is found, a line for each shop, and the total by rule."""
        only: str | None = options["shop"]
        wanted = [p for p in queries.live_public_ids() if only in {None, p}]
        if only and not wanted:
            raise CommandError(f"There is no live shop {only}.")
        rules: Counter[str] = Counter()
        if not only:
            rules += self._tell("the platform", proofs_of_platform(), "")
        shops = 0
        for place, public_id in enumerate(wanted, 1):
            shop = directory.shop_by_public_id(public_id)
            if shop is None:  # closed meanwhile
                continue
            if shop.is_moving:
                self.stdout.write(f"{public_id} {shop.name}: is being moved, not checked")
                continue
            shops += 1
            with context.activate(shop):
                progress = f" [{place}/{len(wanted)}]"
                rules += self._tell(f"{public_id} {shop.name}", proofs_of_shop(), progress)
        for rule, count in sorted(rules.items()):
            self.stdout.write(f"{rule}: {count}")
        found = rules.total()
        self.stdout.write(
            f"{shops} shops, {len(settings.INVARIANTS)} invariants each, {found} violations."
        )
        if found:
            raise SystemExit(1)

    def _tell(self, name: str, found: Iterable[str], progress: str) -> Counter[str]:
        began, rules = monotonic(), Counter[str]()
        for sentence in found:
            rules[_rule(sentence)] += 1
            self.stdout.write(f"{name}: {sentence}")
        seconds = monotonic() - began
        self.stdout.write(f"{name}: {rules.total() or 'no'} violations, {seconds:.1f} s{progress}")
        return rules


def _rule(sentence: str) -> str:
    """Return the number of the rule that a sentence begins with, as in the catalogue."""
    word = sentence.split(" ", 1)[0].rstrip(":")
    return word if word[:1] == "I" and word[1:].isdigit() else "other"

"""`manage.py export_shop`: one shop as a file."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.archives.writing import NoShopToWrite, write_here


class Command(BaseCommand):
    """Reads only, in one snapshot; the shop goes on selling."""

    help = "Write a shop's tables, files, figures and open jobs into one archive."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop and the file."""
        parser.add_argument("public_id", metavar="PUBLIC_ID")
        parser.add_argument("file", type=Path, metavar="FILE.zip")
        parser.add_argument("--without-files", action="store_true", help="leave the pictures out")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the archive and say what is in it."""
        began = time.monotonic()
        try:
            made = write_here(
                options["public_id"],
                options["file"],
                with_files=not options["without_files"],
                tell=progress,
            )
        except NoShopToWrite as error:
            raise CommandError(f"There is no shop {error}.") from error
        size = options["file"].stat().st_size
        self.stdout.write(
            f"{options['file']}: {len(made.tables())} tables, {made.rows_count} rows,"
            f" {len(made.files())} files, {size / 1e6:.1f} MB, {time.monotonic() - began:.1f} s."
        )


def progress(done: int, total: int) -> None:
    """Show a line that counts, where somebody looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total}" + ("\n" if done == total else ""))

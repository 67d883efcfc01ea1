"""`manage.py migrate_tenants`: every schema, to this code's version."""

import sys
import time
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants import cells
from tenants.cells import HOME
from tenants.fleet import actions
from tenants.fleet.actions import FleetIsMoving, Progress, Report, Wish
from tenants.fleet.states import RunState

EXIT = {RunState.DONE: 0, RunState.FAILED: 1, RunState.STOPPED: 2}


class Command(BaseCommand):
    """Exit code 0: all have the version. 1: some are named below. 2: stopped before the end."""

    help = (
        "Bring every schema to this code's version: canaries first, then waves. Goes on past a"
        " shop that fails, and where it was killed. Run it before the new code is started."
    )
    # As Django's own `migrate`. The programs check themselves at their start, and every address
    # that a check of addresses would import takes as long as a hundred schemas.
    requires_system_checks: list[str] = []  # Django's own form

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how careful and how quick to be."""
        known = Wish()
        parser.add_argument("--plan", action="store_true", help="say what would be done, only")
        parser.add_argument("--canaries", type=int, default=known.canaries, metavar="N")
        parser.add_argument("--workers", type=int, default=known.workers, metavar="N")
        parser.add_argument(
            "--lock-timeout", type=int, default=known.lock_milliseconds, metavar="MS"
        )
        parser.add_argument("--most-failures", type=int, default=known.most_failures, metavar="N")
        parser.add_argument(
            "--verify", action="store_true", help="read every schema's own record, not ours of it"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Plan or migrate; print the report; exit by it."""
        wish = Wish(
            canaries=max(0, options["canaries"]),
            workers=max(1, options["workers"]),
            lock_milliseconds=max(1, options["lock_timeout"]),
            most_failures=max(0, options["most_failures"]),
            verify=options["verify"],
        )
        self._last = 0.0
        try:
            if options["plan"]:
                self._tell_plan(wish)
                return
            worst = 0
            for cell, report in actions.migrate_all(wish, self._watch):
                self._tell(cell, report)
                worst = max(worst, EXIT[report.state])
        except FleetIsMoving as moving:
            raise CommandError(str(moving)) from moving
        if worst:
            sys.exit(worst)

    def _tell_plan(self, wish: Wish) -> None:
        groups = []
        for cell in cells.names():
            with cells.entered(cell):
                groups += actions.plan(wish)
        for script, names in groups:
            self.stdout.write(f"{len(names)} schemas lack {_listed(script.migrations)}:")
            if script.needs_django:
                self.stdout.write("    (Python among it: Django does these one by one)")
            for statement in script.statements:
                self.stdout.write(f"    {statement}")
        self.stdout.write(f"{sum(len(names) for _, names in groups)} schemas are behind.")

    def _watch(self, progress: Progress) -> None:
        passed = progress.done + progress.failed
        if time.monotonic() - self._last < 1 and passed < progress.total:
            return
        self._last = time.monotonic()
        left = progress.seconds_left
        wave = f"wave {progress.wave}" if progress.wave else "canaries"
        self.stdout.write(
            f"{wave}: {passed} of {progress.total}, {progress.failed} failed"
            + (f", about {left:.0f} s left" if left is not None else "")
        )

    def _tell(self, cell: str, report: Report) -> None:
        if cell != HOME:
            self.stdout.write(f"In cell {cell}:")
        for number, script in report.scripts:
            self.stdout.write(f"{number} schemas lacked {_listed(script.migrations)}.")
        for schema_name, reason in report.failures:
            self.stderr.write(f"{schema_name}: {reason}")
        if report.milliseconds:
            inside = sorted(report.milliseconds)
            self.stdout.write(
                f"A schema took {median(inside):.0f} ms (median),"
                f" {inside[int(len(inside) * 0.99)]} ms (p99)."
            )
        self.stdout.write(
            f"{report.state}: {report.migrated} schemas migrated, {len(report.failures)} failed,"
            f" version {report.target}, {report.seconds:.1f} s."
        )


def _listed(migrations: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{app}.{name}" for app, name in migrations)

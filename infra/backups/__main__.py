"""Backups by hand or by a timer.

    python -m infra.backups settings DIR              PostgreSQL's settings that keep its log
    python -m infra.backups base URL DIR              a base backup; URL of a login that replicates
    python -m infra.backups forget DIR DAYS           older bases, and the log before what is left
    python -m infra.backups whole DIR INTO [TIME]     lay the whole server down, to be started
    python -m infra.backups shops DIR DAYS MINUTES    a dump of every shop, with the settings of a
                                                      worker; those older than DAYS go
    python -m infra.backups list DIR                  what there is
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

from infra.backups import recovery, taking
from infra.backups.places import STAMP, NoPrograms, ProgramFailed, bases, dumps


def main(arguments: list[str]) -> int:
    """Run one command of the command line; return the exit code."""
    try:
        match arguments:
            case ["settings", backups]:
                for name, value in taking.settings(Path(backups).absolute()).items():
                    print(f"{name} = '{value}'")
            case ["base", url, backups]:
                print(taking.take_base(url, Path(backups)))
            case ["forget", backups, days] if days.isdigit():
                for path in taking.forget(Path(backups), days=int(days)):
                    print(f"{path} is gone")
            case ["whole", backups, into, *time] if len(time) <= 1:
                to = datetime.fromisoformat(time[0]) if time else None
                to = to.replace(tzinfo=UTC) if to and not to.tzinfo else to
                base = recovery.restore_whole(Path(backups), Path(into), to)
                print(f"{into} comes from {base}; start the server")
            case ["shops", backups, days, minutes] if days.isdigit() and minutes.isdigit():
                return dump_shops(Path(backups), int(days), int(minutes))
            case ["list", backups]:
                for at, path in bases(Path(backups)):
                    print(f"base  {at:{STAMP}}  {path}")
                for public_id, its in dumps(Path(backups)).items():
                    print(f"shop  {its[-1][0]:{STAMP}}  {public_id}, {len(its)} dumps")
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (NoPrograms, ProgramFailed, recovery.NoBackupOfThen, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def dump_shops(backups: Path, days: int, minutes: int) -> int:
    """Write a dump of every shop; return 1 when a shop has none of today."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    from infra.backups import shops

    try:
        run = shops.dump_all(backups, days=days, seconds=minutes * 60, tell=print)
    except shops.AlreadyRunning as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in run.written)
    print(
        f"{len(run.written)} shops, {size / 1e6:.1f} MB; {len(run.failed)} failed,"
        f" {run.left_count} left for the next run"
    )
    return 1 if run.failed or run.left_count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

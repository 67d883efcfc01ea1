"""Backups by hand or by a timer.

    python -m infra.backups settings DIR              PostgreSQL's settings that keep its log
    python -m infra.backups base URL DIR              a base backup; URL of a login that replicates
    python -m infra.backups forget DIR DAYS           older bases, and the log before what is left
    python -m infra.backups whole DIR INTO [TIME]     lay the whole server down, to be started
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.backups import recovery, taking
from infra.backups.places import NoPrograms, ProgramFailed


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
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (NoPrograms, ProgramFailed, recovery.NoBackupOfThen, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

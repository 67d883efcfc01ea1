"""`python -m infra.migration_rules`: exit 1 when a migration since the last release breaks a rule.

`released.txt` names the migrations that a release has brought to shops: they are history. The
release adds its own with `--released`.
"""

import os
import sys
from pathlib import Path

import django
from django.db.migrations.loader import MigrationLoader

from infra.migration_rules.rules import breaches

RELEASED = Path(__file__).with_name("released.txt")


def main(arguments: list[str]) -> int:
    """Check, or write down what is released."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    ours = {
        f"{app}.{name}": migration
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if not migration.__module__.startswith(("django.", "allauth."))
    }
    if "--released" in arguments:
        RELEASED.write_text("".join(f"{name}\n" for name in sorted(ours)))
        return 0
    released = set(RELEASED.read_text().split())
    found = [told for name in sorted(ours.keys() - released) for told in breaches(ours[name])]
    for sentence in found:
        print(sentence)
    new = len(ours.keys() - released)
    print(f"Migrations since the last release: {new}, {len(found)} breaches.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

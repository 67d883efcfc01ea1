"""`manage.py restore_shop`: one shop as it was at some moment."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from infra.backups.places import NoPrograms, ProgramFailed
from infra.backups.recovery import PORT, NoBackupOfThen, recovered
from infra.backups.taking import settle
from kernel.errors import Refusal
from tenants import provisioning
from tenants.archives import restoring
from tenants.archives.writing import NoShopToWrite
from tenants.management.commands.export_shop import progress
from tenants.models import Tenant
from tenants.states import LIVE_STATES


class Command(BaseCommand):
    """Nothing changes before the shop of then is loaded and proven; then it changes at once."""

    help = "Put one shop back to a moment, from the base backups and the log; others see nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop, the moment and the backups."""
        parser.add_argument("public_id", metavar="PUBLIC_ID")
        parser.add_argument("--to", metavar="TIME", help="ISO 8601; UTC where it names no zone")
        parser.add_argument("--backup", type=Path, metavar="DIR")
        parser.add_argument("--take-back", action="store_true", help="undo the last restore")

    def handle(self, *_: Any, **options: Any) -> None:
        """Restore, or take a restore back; say what happened."""
        shops = Tenant.objects.filter(state__in=LIVE_STATES)
        tenant = shops.filter(public_id=options["public_id"]).first()
        if tenant is None:
            raise CommandError(f"There is no live shop {options['public_id']}.")
        try:
            if options["take_back"]:
                schema = restoring.take_back(tenant=tenant)
                self.stdout.write(f"{tenant.public_id} lives in {schema} again.")
            else:
                self._restore(tenant, _moment(options["to"]), options["backup"])
        except (Refusal, NoBackupOfThen, NoPrograms, ProgramFailed) as error:
            raise CommandError(str(error)) from error
        except NoShopToWrite as error:
            raise CommandError(f"There was no shop {error} at that time.") from error

    def _restore(self, tenant: Tenant, to: datetime, backups: Path | None) -> None:
        if backups is None:
            raise CommandError("--backup names the folder of the backups.")
        began = time.monotonic()
        settle(provisioning.owner_conninfo())
        with recovered(backups, to) as socket:
            self.stdout.write(f"The server stands at {to:%F %T} UTC, {_since(began)}.")
            where = provisioning.owner_conninfo(host=socket, port=PORT)
            with psycopg.connect(where, autocommit=True) as then:
                done = restoring.restore_shop(tenant=tenant, then=then, to=to, tell=progress)
        self.stdout.write(
            f"{tenant.public_id} {tenant.name}: {done.rows_count} rows as of {to:%F %T} UTC,"
            f" {_since(began)}. Schema {done.kept_schema} is kept until {done.until:%F}."
        )


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise CommandError("--to is a moment like 2026-11-29T14:05:00+08:00.") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise CommandError("--to lies ahead.")
    return moment.astimezone(UTC)


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"

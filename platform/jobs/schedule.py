"""What runs when, declared as data next to its handler; any worker may send it, once each time."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils.module_loading import import_string

from jobs.messages import publish
from jobs.models import Slot
from kernel import clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Entry:
    """A message that is due every `seconds`, on the platform or inside each live shop."""

    message: Any
    seconds: int
    each_shop: bool

    @property
    def job(self) -> str:
        """Return the name of the slot."""
        kind = type(self.message)
        return f"{kind.__module__}.{kind.__qualname__}"


_entries: list[Entry] = []
_SHOPS_PER_SECOND = 20
"""Thousands of shops have their hourly jobs one after the other, not all when the clock strikes."""


def every(*, message: Any, minutes: int = 0, hours: int = 0, each_shop: bool = False) -> None:
    """Declare a period. `each_shop` sends one message into every live shop."""
    _entries.append(Entry(message, minutes * 60 + hours * 3600, each_shop))


def entries() -> tuple[Entry, ...]:
    """Return what is declared."""
    return tuple(_entries)


def send_due(moment: datetime | None = None) -> int:
    """Send what is due and not yet sent by another worker; return how many slots were ours.

    An entry that cannot be sent keeps none behind it; what it raised is raised at the end.
    """
    moment = moment or clock.now()
    due = [(entry, _due_at(entry, moment)) for entry in _entries]
    jobs, times = {entry.job for entry, _ in due}, {at for _, at in due}
    slots = Slot.objects.filter(job__in=jobs, due_at__in=times)
    taken = set(slots.values_list("job", "due_at"))
    ours, broken = 0, list[Exception]()
    for entry, at in due:
        try:
            ours += (entry.job, at) not in taken and _send(entry, at)
        except Exception as error:
            broken.append(error)
    if broken:
        raise broken[0]
    return ours


def _due_at(entry: Entry, moment: datetime) -> datetime:
    """Return when the period began that `moment` lies in."""
    stamp = int(moment.timestamp()) // entry.seconds * entry.seconds
    return datetime.fromtimestamp(stamp, UTC)


def _send(entry: Entry, due_at: datetime) -> bool:
    """Take the slot and send, unless another worker was faster."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_slot (job, due_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [entry.job, due_at],
        )
        if not cursor.rowcount:
            return False
        for place, tenant in enumerate(_targets(entry)):
            publish(entry.message, tenant=tenant, delay_seconds=place // _SHOPS_PER_SECOND)
        Slot.objects.filter(job=entry.job, due_at__lt=due_at - timedelta(days=3)).delete()
    return True


def _targets(entry: Entry) -> Iterable[str]:
    shops: Callable[[], Iterable[str]] = import_string(settings.JOBS_SHOPS)
    return shops() if entry.each_shop else ("",)


class Ticker(threading.Thread):
    """Looks every second what is due. One per worker process; they need no leader."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="schedule")
        self._stopping = threading.Event()

    def run(self) -> None:
        """Tick until stopped; a database that is away is a pause, not an end."""
        while not self._stopping.wait(1.0):
            try:
                send_due()
            except Exception:
                log.warning("schedule_tick_failed", exc_info=True)
            finally:
                close_old_connections()

    def stop(self) -> None:
        """Stop at the next tick."""
        self._stopping.set()

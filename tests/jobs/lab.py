"""Messages and handlers of the queue's own tests. What handlers do is a line in LAB_LOG."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from jobs.messages import handles, publish
from jobs.models import Slot
from kernel import clock


@dataclass(frozen=True)
class Noted:
    """Write a line."""

    word: str
    seconds: float = 0


@dataclass(frozen=True)
class Slow:
    """Take long, in bulk."""

    word: str
    seconds: float


@dataclass(frozen=True)
class Urgent:
    """Write a line, as a payment does."""

    word: str


@dataclass(frozen=True)
class Poison:
    """Kill the process that handles it."""

    word: str


def note(line: str) -> None:
    """Append a line to the log in one write."""
    with Path(os.environ["LAB_LOG"]).open("ab", buffering=0) as log:
        log.write(f"{line}\n".encode())


def where() -> str:
    """Return the schema that the database says is current."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


@handles(Noted, queue="notify", min_backoff=100, max_backoff=200, max_retries=3)
def write_down(message: Noted) -> None:
    time.sleep(message.seconds)
    note(f"{message.word} {where()}")


@handles(Slow, queue="bulk")
def take_long(message: Slow) -> None:
    note(f"began-{message.word} {where()}")
    time.sleep(message.seconds)
    note(f"{message.word} {where()}")


@handles(Urgent, queue="pay")
def hurry(message: Urgent) -> None:
    note(f"{message.word} {where()}")


@handles(Poison, queue="notify")
def die(message: Poison) -> None:
    note(f"{message.word} {where()}")
    os.kill(os.getpid(), 9)


def publish_until_killed() -> None:
    number = 0
    while True:
        number += 1
        with transaction.atomic():
            Slot.objects.create(job=f"lab-{os.getpid()}-{number}", due_at=clock.now())
            publish(Noted(f"lab-{os.getpid()}-{number}"))

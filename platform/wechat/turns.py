"""One worker at a time, over all processes, with no transaction open meanwhile."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from wechat.errors import WeChatUnreachable

POLL_SECONDS = 0.05


@contextmanager
def turn(name: str) -> Iterator[bool]:
    """Try to take the turn called `name`; yield whether it is ours, and give it back after.

    It is an advisory lock of the database *session*: a killed worker drops its connection, and
    so its turn. (Hence a connection must stay ours between statements: no pgbouncer in
    transaction mode.)
    """
    digest = hashlib.sha256(name.encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_mine = cursor.fetchone() == (True,)
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def waited_turn(name: str, *, seconds: float) -> Iterator[None]:
    """Take the turn called `name`, waiting for those before us.

    Raises WeChatUnreachable when they take longer than `seconds`.
    """
    give_up_at = time.monotonic() + seconds
    while True:
        with turn(name) as is_mine:
            if is_mine:
                yield
                return
        if time.monotonic() > give_up_at:
            raise WeChatUnreachable("another worker is still at this")
        time.sleep(POLL_SECONDS)

"""A verb is one transaction; called by another verb it is a part of that one.

Note [no savepoint]. `atomic` inside a transaction sets a savepoint: two more statements, which buy
only that the caller may catch what was raised and go on. Our verbs let a refusal through, so what
fails inside fails whole. Whoever means to go on says so with `transaction.atomic()` around the
call, as orders.paying does for a payment that came too late.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


def verb(run: Callable[P, R]) -> Callable[P, R]:
    """Run a function in a transaction: the one under way, or its own. See Note [no savepoint]."""

    @wraps(run)
    def atomically(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=not _is_inside()):
            return run(*args, **kwargs)

    return atomically


@contextmanager
def snapshot() -> Iterator[None]:
    """See the database as it is at one moment, and change nothing. Inside a transaction: as is."""
    is_inside = connection.in_atomic_block
    with transaction.atomic(savepoint=False):
        if not is_inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _is_inside() -> bool:
    """Say whether a transaction is under way. That of a test case does not count."""
    blocks: list[Any] = connection.atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase

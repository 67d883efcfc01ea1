"""The one clock. Tests may stand it still or set it forward; nothing else may."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta()
_frozen: datetime | None = None


def now() -> datetime:
    """Return the present as an aware datetime in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC) + _offset


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` inside the block. For tests."""
    global _frozen
    previous, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = previous


@contextmanager
def ahead(by: timedelta) -> Iterator[None]:
    """Run ahead of the machine's clock by `by` inside the block. For tests."""
    global _offset
    previous, _offset = _offset, by
    try:
        yield
    finally:
        _offset = previous

"""Times as WeChat writes them."""

from datetime import datetime, timedelta, timezone

_BEIJING = timezone(timedelta(hours=8))


def rfc3339(moment: datetime, *, timespec: str = "seconds") -> str:
    """Write an aware moment as `2026-11-20T18:00:10+08:00`; `milliseconds` adds `.123`."""
    if moment.tzinfo is None:
        raise ValueError("a moment for WeChat must be aware")
    return moment.astimezone(_BEIJING).isoformat(timespec=timespec)


def read_rfc3339(text: object) -> datetime:
    """Read WeChat's time as an aware datetime. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("a time must be a text")  # noqa: TRY004 - callers catch one kind
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time must name its offset")
    return moment

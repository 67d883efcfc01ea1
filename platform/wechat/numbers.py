"""What cannot be right is never sent: numbers that name money, and amounts."""

import re


def checked(name: str, pattern: re.Pattern[str], value: str) -> str:
    """Return `value` when it wholly matches. Raises ValueError, naming it but not showing it."""
    if not pattern.fullmatch(value):
        raise ValueError(f"{name} must match {pattern.pattern}")
    return value


def fen(name: str, value: int) -> int:
    """Return an amount to move: a whole number of fen above zero. Raises ValueError."""
    if type(value) is not int or value <= 0:
        raise ValueError(f"{name} must be a whole number of fen above zero")
    return value


def sub_mchid(value: str | None) -> dict[str, str]:
    """Name the sub-merchant in a request; None is direct mode, where nobody is named.

    An empty text is refused: it is a shop without a number, not the platform's own account.
    Raises ValueError.
    """
    if value is None:
        return {}
    if not (value.isascii() and value.isdigit()):
        raise ValueError("sub_mchid must be a merchant number, or None for direct mode")
    return {"sub_mchid": value}

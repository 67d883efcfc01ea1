"""Names for things: time-ordered ids, opaque public ids, secrets."""

import os
import secrets
import time
from uuid import UUID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is read as a digit."""


def uuid7() -> UUID:
    """Return a time-ordered UUID (RFC 9562, version 7): made by us, before the row exists.

    Twelve bits after the milliseconds hold their fraction (method 3 of §6.2: steps of 0.25 µs), so
    that ids made one after the other in one process are in that order.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFFFFFFFFFFFFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | tail)


def opaque(length: int) -> str:
    """Return `length` random characters of a 32-letter alphabet (5 bits each)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def secret() -> str:
    """Return a 256-bit secret as 43 characters that fit into a URL path or a header."""
    return secrets.token_urlsafe(32)

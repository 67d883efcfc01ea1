"""Ports of this machine for programs that start later than their port is chosen."""

import random
import socket
from pathlib import Path

_LOWEST = 20_000
_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
_given: set[int] = set()


def is_free(port: int) -> bool:
    """Say whether nobody listens there. Raises PermissionError for a port that is root's."""
    try:
        socket.create_server(("127.0.0.1", port), reuse_port=False).close()
    except PermissionError:
        raise
    except OSError:
        return False
    return True


def free() -> int:
    """Return a port of 127.0.0.1 that nobody listens on; another one each time.

    The kernel gives none of these to outgoing connections. One that it does would be taken by
    anybody's connection before the program starts that is to listen there, or by a client that
    knocks too early: the kernel would connect it to itself.
    """
    outgoing = _outgoing()
    numbers = [n for n in range(_LOWEST, 65_536) if n not in outgoing and n not in _given]
    port = next(n for n in random.sample(numbers, len(numbers)) if is_free(n))
    _given.add(port)
    return port


def _outgoing() -> range:
    """Return the ports that outgoing connections get."""
    try:
        first, last = map(int, _OUTGOING.read_text().split())
    except OSError:  # not Linux: what the registry of the Internet keeps for this
        first, last = 49_152, 65_535
    return range(first, last + 1)

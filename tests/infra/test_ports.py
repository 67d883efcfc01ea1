"""Ports that are chosen before their program starts."""

import socket
from pathlib import Path

from infra import ports


def test_the_kernel_gives_none_of_them_to_outgoing_connections():
    limits = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    first, last = map(int, limits)
    given = [ports.free() for _ in range(50)]
    assert [port for port in given if first <= port <= last] == []
    assert len(set(given)) == 50


def test_where_somebody_listens_is_not_free():
    port = ports.free()
    assert ports.is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not ports.is_free(port)

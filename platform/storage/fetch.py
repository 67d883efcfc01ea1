"""Fetching a stranger's picture without becoming his way into our network.

The name is resolved once, every address it gives is checked, and the connection goes to a checked
address and nowhere else, so a name that changes its mind later (DNS rebinding) changes nothing.
Source of the rules: RELIABILITY §W2 and OWASP's SSRF sheet.
"""

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, cast
from urllib.parse import quote, urlsplit

from kernel.errors import Refusal

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 15.0
MAX_BYTES = 10 * 1024 * 1024
MAX_URL_LENGTH = 2048
ALLOWED_PORTS = {"http": (80, 443), "https": (443, 80)}

_CHUNK_BYTES = 64 * 1024
_HEADERS = {
    "Accept": "image/webp,image/jpeg,image/png,image/gif",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "Xiaopu-Pictures/1",
}


class FetchReason(StrEnum):
    """Why a picture was not fetched; stable words for reports."""

    NOT_AN_ADDRESS = "not_an_address"
    SCHEME_NOT_ALLOWED = "scheme_not_allowed"
    CREDENTIALS_NOT_ALLOWED = "credentials_not_allowed"
    PORT_NOT_ALLOWED = "port_not_allowed"
    HOST_NOT_ALLOWED = "host_not_allowed"
    CANNOT_BE_REACHED = "cannot_be_reached"
    CERTIFICATE_NOT_TRUSTED = "certificate_not_trusted"
    TOO_SLOW = "too_slow"
    REDIRECTED = "redirected"
    NOT_FOUND = "not_found"
    ANSWER_NOT_UNDERSTOOD = "answer_not_understood"
    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"


_SENTENCES: dict[FetchReason, tuple[str, str]] = {
    FetchReason.NOT_AN_ADDRESS: ("This is not a web address.", "这不是有效的网址。"),
    FetchReason.SCHEME_NOT_ALLOWED: (
        "Only http and https addresses are fetched.",
        "只支持 http 和 https 网址。",
    ),
    FetchReason.CREDENTIALS_NOT_ALLOWED: (
        "The address must not carry a user name or password.",
        "网址中不能带有用户名或密码。",
    ),
    FetchReason.PORT_NOT_ALLOWED: (
        "Only ports 80 and 443 are allowed.",
        "只允许 80 和 443 端口。",
    ),
    FetchReason.HOST_NOT_ALLOWED: (
        "The address does not lead to the public internet.",
        "该网址不是公网地址。",
    ),
    FetchReason.CANNOT_BE_REACHED: (
        "The picture's server cannot be reached.",
        "无法连接图片所在的服务器。",
    ),
    FetchReason.CERTIFICATE_NOT_TRUSTED: (
        "The picture's server has no valid certificate.",
        "图片所在服务器的证书无效。",
    ),
    FetchReason.TOO_SLOW: ("The picture took too long to arrive.", "下载图片超时。"),
    FetchReason.REDIRECTED: (
        "The address leads to another address; use the final one.",
        "该网址跳转到了其他网址，请使用最终的图片网址。",
    ),
    FetchReason.NOT_FOUND: (
        "The server did not give this picture.",
        "服务器没有返回这张图片。",
    ),
    FetchReason.ANSWER_NOT_UNDERSTOOD: (
        "The server's answer was broken or cut short.",
        "服务器的回应不完整或无法识别。",
    ),
    FetchReason.TOO_LARGE: ("The picture is larger than 10 MB.", "图片超过 10 MB。"),
    FetchReason.NOT_AN_IMAGE: (
        "What is there is not a JPEG, PNG, WebP or GIF picture.",
        "该网址的内容不是 JPEG、PNG、WebP 或 GIF 图片。",
    ),
}


class FetchRefused(Refusal):
    """A picture that was not fetched; `reason_code` is a `FetchReason`."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "{sentence_en}"
    zh: ClassVar[str] = "{sentence_zh}"

    def __init__(self, reason_code: FetchReason) -> None:
        self.reason_code = reason_code
        english, chinese = _SENTENCES[reason_code]
        super().__init__(reason=reason_code.value, sentence_en=english, sentence_zh=chinese)


# Global unicast is 2000::/3; what is carved out of it, and public-looking IPv4 that is not
# public: relays, protocol assignments, and one cloud's metadata door (168.63.129.16).
_IPV6_PUBLIC = ipaddress.IPv6Network("2000::/3")
_CARVED_OUT = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
        "2001::/23",  # Teredo, ORCHID and other protocol space
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any IPv4 address inside
        "3fff::/20",
    )
)


def is_global(address: str) -> bool:
    """Say whether an IP address lies on the public internet.

    Every IPv6 form that carries an IPv4 address inside (mapped, compatible, 6to4, NAT64, Teredo)
    is outside: no picture needs it, and each is a second spelling of some private address.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(ip in network for network in _CARVED_OUT):
        return False
    if ip.version == 6 and ip not in _IPV6_PUBLIC:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@dataclass(frozen=True)
class _Target:
    """A web address that has passed every check that needs no network."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == ALLOWED_PORTS[self.scheme][0] else f"{name}:{self.port}"


def fetch_image(url: str, *, allow_address: Callable[[str], bool] = is_global) -> bytes:
    """Return the bytes of the picture at `url`, at most 10 MB.

    The bytes begin like a picture but are otherwise untrusted: give them to `pictures.reencode`.
    `allow_address` exists for tests, which can only serve from this machine.
    Raises `FetchRefused`. The operating system's resolver has its own time limit, which comes on
    top of the 15 seconds when a name server is silent.
    """
    target = _target(url)
    addresses = _resolve(target, allow_address)
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        connection = _connect(target, addresses, deadline)
        try:
            data = _download(connection, target, deadline)
        finally:
            connection.close()
    except ssl.SSLCertVerificationError as error:
        raise FetchRefused(FetchReason.CERTIFICATE_NOT_TRUSTED) from error
    except TimeoutError as error:
        raise FetchRefused(FetchReason.TOO_SLOW) from error
    except (http.client.HTTPException, OSError) as error:
        raise FetchRefused(FetchReason.ANSWER_NOT_UNDERSTOOD) from error
    if not looks_like_image(data):
        raise FetchRefused(FetchReason.NOT_AN_IMAGE)
    return data


def looks_like_image(data: bytes) -> bool:
    """Say whether the first bytes are those of a JPEG, PNG, GIF or WebP file."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return True
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _target(url: str) -> _Target:
    # Python's urlsplit drops tabs and newlines, and browsers turn "\" into "/": two parsers that
    # disagree are how a checked host becomes another one, so neither is let in.
    if len(url) > MAX_URL_LENGTH or re.search(r"[\x00-\x20\x7f\\]", url):
        raise FetchRefused(FetchReason.NOT_AN_ADDRESS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchRefused(FetchReason.NOT_AN_ADDRESS) from error
    if parts.scheme not in ALLOWED_PORTS:
        raise FetchRefused(FetchReason.SCHEME_NOT_ALLOWED)
    if "@" in parts.netloc:
        raise FetchRefused(FetchReason.CREDENTIALS_NOT_ALLOWED)
    allowed = ALLOWED_PORTS[parts.scheme]
    port = allowed[0] if port is None else port
    if port not in allowed:
        raise FetchRefused(FetchReason.PORT_NOT_ALLOWED)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return _Target(
        parts.scheme, _host(parts.hostname or ""), port, f"{path}?{query}" if query else path
    )


def _host(written: str) -> str:
    """Return a host as an IP literal or an ASCII name with a dot, in no other spelling."""
    if ":" in written:
        if "%" in written:  # a zone id names one of our own interfaces
            raise FetchRefused(FetchReason.HOST_NOT_ALLOWED)
        return written
    try:
        host = written.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise FetchRefused(FetchReason.NOT_AN_ADDRESS) from error
    if not re.fullmatch(r"[a-z0-9._-]+", host):
        raise FetchRefused(FetchReason.NOT_AN_ADDRESS)
    last = host.rstrip(".").rpartition(".")[2]
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        return _plain_ipv4(host)
    if "." not in host.rstrip("."):
        raise FetchRefused(FetchReason.HOST_NOT_ALLOWED)
    return host


def _plain_ipv4(host: str) -> str:
    """Refuse 2130706433, 0x7f.1, 0177.0.0.1 and their kind: only four plain decimals."""
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError as error:
        raise FetchRefused(FetchReason.HOST_NOT_ALLOWED) from error


def _resolve(target: _Target, allow_address: Callable[[str], bool]) -> list[str]:
    """Ask for the host's addresses, once; one bad address condemns the name."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused(FetchReason.CANNOT_BE_REACHED) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(allow_address(address) for address in addresses):
        raise FetchRefused(FetchReason.HOST_NOT_ALLOWED)
    return addresses


def _connect(target: _Target, addresses: list[str], deadline: float) -> socket.socket:
    for address in addresses:
        try:
            plain = socket.create_connection(
                (address, target.port), timeout=min(CONNECT_SECONDS, _remaining(deadline))
            )
        except OSError:
            continue  # the next address of the same name may answer
        if target.scheme == "http":
            return plain
        try:
            plain.settimeout(_remaining(deadline))
            context = ssl.create_default_context()
            return context.wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise
    raise FetchRefused(FetchReason.CANNOT_BE_REACHED)


def _remaining(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class _TimedReader(io.RawIOBase):
    """Reads that share one deadline: a server dripping one byte a second must not hold us."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # stubs say Buffer
        self._connection.settimeout(_remaining(self._deadline))
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Be the one part of a socket that HTTPResponse uses."""
        return io.BufferedReader(self)


def _download(connection: socket.socket, target: _Target, deadline: float) -> bytes:
    lines = [f"GET {target.path} HTTP/1.1", f"Host: {target.host_header}"]
    lines += [f"{name}: {value}" for name, value in _HEADERS.items()]
    connection.settimeout(_remaining(deadline))
    connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    reader = cast(socket.socket, _TimedReader(connection, deadline))
    response = http.client.HTTPResponse(reader, method="GET")
    try:
        response.begin()
        _check_status(response.status)
        return _body(response)
    finally:
        response.close()


def _check_status(status: int) -> None:
    if 300 <= status < 400:
        raise FetchRefused(FetchReason.REDIRECTED)
    if status != http.client.OK:
        raise FetchRefused(FetchReason.NOT_FOUND)


def _body(response: http.client.HTTPResponse) -> bytes:
    announced = response.length
    if announced is not None and announced > MAX_BYTES:
        raise FetchRefused(FetchReason.TOO_LARGE)
    body = bytearray()
    while chunk := response.read(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            raise FetchRefused(FetchReason.TOO_LARGE)
    if announced is not None and len(body) < announced:
        raise FetchRefused(FetchReason.ANSWER_NOT_UNDERSTOOD)
    return bytes(body)

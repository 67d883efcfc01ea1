"""W2: a picture's address never becomes a way into our network."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from storage import fetch
from storage.fetch import FetchReason, FetchRefused, fetch_image, is_global

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
HOST = "pictures.example.test"
PUBLIC = "93.184.215.14"

HOST_NOT_ALLOWED = FetchReason.HOST_NOT_ALLOWED
HOSTILE = [
    ("http://127.0.0.1/a.png", HOST_NOT_ALLOWED),
    ("http://127.8.9.1/a.png", HOST_NOT_ALLOWED),
    ("http://0.0.0.0/a.png", HOST_NOT_ALLOWED),
    ("http://localhost/a.png", HOST_NOT_ALLOWED),
    ("http://localhost./a.png", HOST_NOT_ALLOWED),
    ("http://10.0.0.5/a.png", HOST_NOT_ALLOWED),
    ("http://172.16.0.1/a.png", HOST_NOT_ALLOWED),
    ("http://192.168.1.1/a.png", HOST_NOT_ALLOWED),
    ("http://169.254.169.254/latest/meta-data/", HOST_NOT_ALLOWED),
    ("http://169.254.0.23/meta-data/", HOST_NOT_ALLOWED),
    ("http://168.63.129.16/machine", HOST_NOT_ALLOWED),
    ("http://100.100.100.200/latest/", HOST_NOT_ALLOWED),
    ("http://224.0.0.1/a.png", HOST_NOT_ALLOWED),
    ("http://255.255.255.255/a.png", HOST_NOT_ALLOWED),
    ("http://240.0.0.1/a.png", HOST_NOT_ALLOWED),
    ("http://192.0.2.1/a.png", HOST_NOT_ALLOWED),
    ("http://[::1]/a.png", HOST_NOT_ALLOWED),
    ("http://[::]/a.png", HOST_NOT_ALLOWED),
    ("http://[::ffff:127.0.0.1]/a.png", HOST_NOT_ALLOWED),
    ("http://[::ffff:8.8.8.8]/a.png", HOST_NOT_ALLOWED),
    ("http://[::127.0.0.1]/a.png", HOST_NOT_ALLOWED),
    ("http://[2002:7f00:1::]/a.png", HOST_NOT_ALLOWED),
    ("http://[64:ff9b::7f00:1]/a.png", HOST_NOT_ALLOWED),
    ("http://[64:ff9b:1::a00:1]/a.png", HOST_NOT_ALLOWED),
    ("http://[2001:0:7f00:1::]/a.png", HOST_NOT_ALLOWED),
    ("http://[fe80::1]/a.png", HOST_NOT_ALLOWED),
    ("http://[fe80::1%25lo]/a.png", HOST_NOT_ALLOWED),
    ("http://[fd00:ec2::254]/a.png", HOST_NOT_ALLOWED),
    ("http://[ff02::1]/a.png", HOST_NOT_ALLOWED),
    ("http://2130706433/a.png", HOST_NOT_ALLOWED),
    ("http://0x7f000001/a.png", HOST_NOT_ALLOWED),
    ("http://0x7f.0x0.0x0.0x1/a.png", HOST_NOT_ALLOWED),
    ("http://0177.0.0.1/a.png", HOST_NOT_ALLOWED),
    ("http://127.1/a.png", HOST_NOT_ALLOWED),
    ("http://134744072/a.png", HOST_NOT_ALLOWED),
    ("http://①②⑦.⓪.⓪.①/a.png", HOST_NOT_ALLOWED),
    ("http://127。0。0。1/a.png", HOST_NOT_ALLOWED),
    ("http://inside.example.test/a.png", HOST_NOT_ALLOWED),
    ("http://half-inside.example.test/a.png", HOST_NOT_ALLOWED),
    ("http://user:secret@example.com/a.png", FetchReason.CREDENTIALS_NOT_ALLOWED),
    ("http://example.com@127.0.0.1/a.png", FetchReason.CREDENTIALS_NOT_ALLOWED),
    ("http://example.com\\@127.0.0.1/a.png", FetchReason.NOT_AN_ADDRESS),
    ("http://127.0.0.1\t/a.png", FetchReason.NOT_AN_ADDRESS),
    ("http://example.com/a.png\r\nHost: inside", FetchReason.NOT_AN_ADDRESS),
    ("http://example.com:22/a.png", FetchReason.PORT_NOT_ALLOWED),
    ("http://example.com:6379/a.png", FetchReason.PORT_NOT_ALLOWED),
    ("http://example.com:99999/a.png", FetchReason.NOT_AN_ADDRESS),
    ("http://[::1/a.png", FetchReason.NOT_AN_ADDRESS),
    ("http:///a.png", FetchReason.NOT_AN_ADDRESS),
    ("", FetchReason.SCHEME_NOT_ALLOWED),
    ("//example.com/a.png", FetchReason.SCHEME_NOT_ALLOWED),
    ("ftp://example.com/a.png", FetchReason.SCHEME_NOT_ALLOWED),
    ("file:///etc/passwd", FetchReason.SCHEME_NOT_ALLOWED),
    ("gopher://127.0.0.1:70/_x", FetchReason.SCHEME_NOT_ALLOWED),
    ("data:image/png;base64,iVBORw0KGgo=", FetchReason.SCHEME_NOT_ALLOWED),
    ("http://example.com/" + "a" * 3000, FetchReason.NOT_AN_ADDRESS),
]

NAMES = {
    HOST: ["127.0.0.1"],
    "public.example.test": [PUBLIC],
    "inside.example.test": ["10.1.2.3"],
    "half-inside.example.test": [PUBLIC, "127.0.0.1"],
}


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer for the names above, let numbers answer for themselves, and count the questions."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, **how: object) -> list[tuple[object, ...]]:
        asked.append(host)
        found: list[tuple[object, ...]] = []
        for address in NAMES.get(host, [host]):
            flags = {**how, "flags": socket.AI_NUMERICHOST}
            found += real(address, port, **flags)  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note every connection that is tried, and let none happen."""
    tried: list[object] = []

    def refuse(address: object, *_: object, **__: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: refuse(address))
    monkeypatch.setattr(socket.socket, "connect_ex", lambda _, address: refuse(address))
    return tried


@pytest.mark.parametrize(("url", "reason"), HOSTILE)
def test_a_hostile_address_opens_no_connection(
    url: str, reason: FetchReason, resolved: list[str], connected: list[object]
) -> None:
    with pytest.raises(FetchRefused) as refusal:
        fetch_image(url)
    assert refusal.value.reason_code == reason
    assert connected == []


def test_a_name_is_asked_once_and_the_checked_address_is_the_one_called(
    resolved: list[str], connected: list[object]
) -> None:
    with pytest.raises(FetchRefused) as refusal:
        fetch_image("http://public.example.test/a.png")
    assert resolved == ["public.example.test"]
    assert connected == [(PUBLIC, 80)]
    assert refusal.value.reason_code == FetchReason.CANNOT_BE_REACHED
    assert refusal.value.code == "fetch_refused"
    assert refusal.value.sentence("en") == "The picture's server cannot be reached."
    assert refusal.value.sentence("zh-hans") == "无法连接图片所在的服务器。"


def test_a_name_nobody_knows_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch, connected: list[object]
) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(FetchRefused) as refusal:
        fetch_image("https://nowhere.example.test/a.png")
    assert refusal.value.reason_code == FetchReason.CANNOT_BE_REACHED
    assert connected == []


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for reason in FetchReason:
        refusal = FetchRefused(reason)
        assert refusal.facts["reason"] == reason.value
        assert refusal.sentence("en").endswith(".")
        assert refusal.sentence("zh").endswith("。")


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "2606:4700:4700::1111", "2a00:1450::1"])
def test_the_public_internet_is_global(address: str) -> None:
    assert is_global(address)


@pytest.mark.parametrize("address", ["", "name", "fe80::1%eth0", "192.88.99.1", "198.18.0.1"])
def test_what_is_no_public_address_is_not_global(address: str) -> None:
    assert not is_global(address)


# --- a server of our own -------------------------------------------------------------------------

Answer = Callable[[socket.socket], None]


class Server:
    """Serves one scripted answer to each caller and keeps what it was asked."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.requests: list[bytes] = []
        self.answer: Answer = lambda _: None
        self.tls: ssl.SSLContext | None = None
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while True:
            caller, _ = self.listener.accept()
            with caller:
                if not self.talk(caller):
                    return

    def talk(self, caller: socket.socket) -> bool:
        try:
            if self.tls:
                caller = self.tls.wrap_socket(caller, server_side=True)
            request = caller.recv(4096)
            if request == b"stop":
                return False
            self.requests.append(request)
            self.answer(caller)
            caller.close()
        except OSError:
            caller.close()  # the caller hung up, which is what several tests want
        return True

    def stop(self) -> None:
        self.tls = None
        with socket.socket() as last:
            last.connect(("127.0.0.1", self.port))
            last.sendall(b"stop")
        self.thread.join()
        self.listener.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, resolved: list[str]) -> Iterator[Server]:
    running = Server()

    def redirect(address: tuple[str, int], timeout: float) -> socket.socket:
        assert address[0] == "127.0.0.1"
        assert address[1] in (80, 443)
        connection = socket.socket()
        connection.settimeout(timeout)
        connection.connect(("127.0.0.1", running.port))
        return connection

    monkeypatch.setattr(socket, "create_connection", redirect)
    yield running
    running.stop()


def everywhere(address: str) -> bool:
    return address == "127.0.0.1"


def says(head: str, body: bytes = b"") -> Answer:
    return lambda caller: caller.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)


def refused(url: str = f"http://{HOST}/a.png") -> FetchReason:
    with pytest.raises(FetchRefused) as refusal:
        fetch_image(url, allow_address=everywhere)
    return refusal.value.reason_code


def test_a_picture_arrives_byte_for_byte(server: Server, resolved: list[str]) -> None:
    server.answer = says(f"HTTP/1.1 200 OK\nContent-Length: {len(PNG)}", PNG)
    url = f"http://{HOST}/图 片.png?v=1".replace(" ", "%20")
    assert fetch_image(url, allow_address=everywhere) == PNG
    (request,) = server.requests
    assert request.startswith(b"GET /%E5%9B%BE%20%E7%89%87.png?v=1 HTTP/1.1\r\nHost: ")
    assert f"\r\nHost: {HOST}\r\n".encode() in request
    assert b"Cookie" not in request
    assert resolved == [HOST]


def test_the_same_server_is_refused_without_the_hook(server: Server) -> None:
    server.answer = says(f"HTTP/1.1 200 OK\nContent-Length: {len(PNG)}", PNG)
    with pytest.raises(FetchRefused) as refusal:
        fetch_image(f"http://{HOST}/a.png")
    assert refusal.value.reason_code == HOST_NOT_ALLOWED
    assert server.requests == []


def test_a_chunked_picture_arrives(server: Server) -> None:
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PNG), PNG)
    server.answer = says("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", chunked)
    assert fetch_image(f"http://{HOST}/a.png", allow_address=everywhere) == PNG


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = says("HTTP/1.1 302 Found\nLocation: http://127.0.0.1/secret")
    assert refused() == FetchReason.REDIRECTED
    assert len(server.requests) == 1


def test_a_missing_picture_is_not_found(server: Server) -> None:
    server.answer = says("HTTP/1.1 404 Not Found", PNG)
    assert refused() == FetchReason.NOT_FOUND


def test_an_announced_giant_is_refused_before_its_body(server: Server) -> None:
    server.answer = says("HTTP/1.1 200 OK\nContent-Length: 10485761", PNG)
    assert refused() == FetchReason.TOO_LARGE


def test_an_unannounced_giant_is_cut_off_at_the_cap(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 100_000)
    sent = []

    def pour(caller: socket.socket) -> None:
        says("HTTP/1.1 200 OK\nConnection: close", PNG)(caller)
        for _ in range(1000):
            caller.sendall(b"x" * 100_000)
            sent.append(100_000)

    server.answer = pour
    assert refused() == FetchReason.TOO_LARGE
    server.thread.join(timeout=0.2)
    assert sum(sent) < 100_000_000


def test_a_web_page_is_not_an_image(server: Server) -> None:
    page = b"<html><script>alert(1)</script>"
    server.answer = says(
        f"HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: {len(page)}", page
    )
    assert refused() == FetchReason.NOT_AN_IMAGE


@pytest.mark.parametrize("head", ["nonsense", "HTTP/1.1 200 OK\nContent-Length: 500"])
def test_a_broken_or_short_answer_is_named(server: Server, head: str) -> None:
    server.answer = says(head, PNG)
    assert refused() == FetchReason.ANSWER_NOT_UNDERSTOOD


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_is_left_at_the_deadline(
    server: Server, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.4)

    def drip(caller: socket.socket) -> None:
        caller.sendall(start)
        for _ in range(40):
            caller.sendall(b"X")
            time.sleep(0.1)

    server.answer = drip
    began = time.monotonic()
    assert refused() == FetchReason.TOO_SLOW
    assert time.monotonic() - began < 3.9  # the drops take four seconds


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """Make a self-signed certificate for `name`; return the server's context and its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, secret = folder / "public.pem", folder / "secret.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return context, public


@pytest.mark.parametrize(("name", "trusted"), [(HOST, True), (HOST, False), ("other.test", True)])
def test_https_checks_the_certificate_for_the_name(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, trusted: bool
) -> None:
    server.tls, public = certificate(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
    server.answer = says(f"HTTP/1.1 200 OK\nContent-Length: {len(PNG)}", PNG)
    url = f"https://{HOST}/a.png"
    if trusted and name == HOST:
        assert fetch_image(url, allow_address=everywhere) == PNG
        assert f"\r\nHost: {HOST}\r\n".encode() in server.requests[0]
    else:
        assert refused(url) == FetchReason.CERTIFICATE_NOT_TRUSTED
        assert server.requests == []

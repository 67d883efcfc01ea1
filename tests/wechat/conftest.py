"""A WeChat made of one loopback server and the test keys of vectors.json."""

import base64
import json
import threading
import time
from collections import deque
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings as django_settings
from django.test import override_settings

from kernel import clock

if not django_settings.configured:
    django_settings.configure(SECRET_KEY="only-for-tests", USE_TZ=True, WECHAT=None)

from wechat import breaker, http
from wechat.credentials import Credentials


@pytest.fixture(scope="session")
def vectors():
    return json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def content(vectors):
    """A whole credentials file, with the keys of the vectors."""
    keys, push = vectors["keys"], vectors["component_push"]
    return {
        "api_base": "http://127.0.0.1:9",
        "pay_base": "http://127.0.0.1:9",
        "component": {
            "appid": push["component_appid"],
            "appsecret": "component-secret",
            "token": push["token"],
            "encoding_aes_key": push["encoding_aes_key"],
        },
        "pay": {
            "sp_mchid": keys["mchid_partner"],
            "sp_appid": "wx0000000000000100",
            "merchant_private_key_pem": keys["merchant_private_key_pem"],
            "merchant_serial_no": keys["merchant_cert_serial"],
            "apiv3_key": keys["apiv3_key"],
            "wechatpay_public_key_id": keys["wechatpay_public_key_id"],
            "wechatpay_public_key_pem": keys["wechatpay_public_key_pem"],
            "platform_certificates_pem": [keys["platform_cert_pem"]],
        },
    }


@lru_cache
def _parsed(text):
    """Parse once: OpenSSL takes its time to check a private key."""
    return Credentials.of(json.loads(text))


@pytest.fixture
def given(content):
    """Say which credentials are in force; `{"pay.sp_mchid": …}` replaces single values."""
    stack = []

    def give(changes=None):
        whole = json.loads(json.dumps(content))
        for name, value in (changes or {}).items():
            group, _, key = name.rpartition(".")
            (whole[group] if group else whole)[key] = value
        override = override_settings(WECHAT=_parsed(json.dumps(whole)))
        override.enable()
        stack.append(override)
        return django_settings.WECHAT

    yield give
    for override in reversed(stack):
        override.disable()


@pytest.fixture
def credentials(given):
    return given()


@pytest.fixture
def no_network(monkeypatch):
    """Fail the test's call when any socket is opened towards anyone."""
    opened = []

    def refuse(_socket, address):
        opened.append(address)
        raise AssertionError(f"a socket was opened to {address}")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.socket.connect_ex", refuse)
    return opened


class Forge:
    """Signs and seals as WeChat Pay does; shares no code with `wechat.signing`."""

    def __init__(self, keys):
        self.serial = keys["wechatpay_public_key_id"]
        self.apiv3_key = keys["apiv3_key"]
        self._private = load_pem_private_key(
            keys["wechatpay_public_key_private_pem"].encode(), None
        )
        self._stranger = load_pem_private_key(keys["merchant_private_key_pem"].encode(), None)

    def headers(self, body, *, at=None, serial=None, stranger=False):
        timestamp = str(int(clock.now().timestamp()) if at is None else at)
        text = b"%s\nNONCE\n%s\n" % (timestamp.encode(), body)
        key = self._stranger if stranger else self._private
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": "NONCE",
            "Wechatpay-Signature": base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode(),
            "Wechatpay-Serial": serial or self.serial,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def body(self, plaintext, *, event_type="TRANSACTION.SUCCESS", apiv3_key=None, **changes):
        plain = plaintext if isinstance(plaintext, bytes) else json.dumps(plaintext).encode()
        cipher = AESGCM((apiv3_key or self.apiv3_key).encode())
        sealed = base64.b64encode(cipher.encrypt(b"0123456789ab", plain, b"transaction")).decode()
        outer = {
            "id": "EV-1",
            "create_time": "2026-11-20T18:00:10+08:00",
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": "支付成功",
            "resource": {
                "original_type": "transaction",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": sealed,
                "associated_data": "transaction",
                "nonce": "0123456789ab",
            },
        }
        outer["resource"].update(changes.pop("sealed", {}))
        outer.update(changes)
        return json.dumps(outer, ensure_ascii=False).encode()


@pytest.fixture
def forge(vectors):
    return Forge(vectors["keys"])


class Stub:
    """A loopback server that gives the scripted answers in order and keeps what was asked."""

    def __init__(self):
        self.script, self.asked = deque(), []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = (self.command, self.path, dict(self.headers), self.rfile.read(length))
                stub.asked.append(request)
                answer = stub.script.popleft()
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads, block_on_close = True, False

            def handle_error(self, *_):
                pass  # a client that gave up is what some tests want

        self.server = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, *answers):
        self.script.extend(answers)

    def says_json(self, *contents):
        for content in contents:
            body = json.dumps(content).encode()
            self.script.append((200, {"Content-Type": "application/json"}, body))

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def _forget():
    breaker.reset()
    session = getattr(http._local, "session", None)
    if session is not None:
        session.close()
        del http._local.session


@pytest.fixture
def stub(given):
    """A scripted WeChat; settings.WECHAT points at it."""
    server = Stub()
    given({"api_base": server.base, "pay_base": server.base})
    _forget()
    yield server
    _forget()
    server.close()


@pytest.fixture
def answers(stub, forge):
    """Script signed answers of WeChat Pay: `answers(200, {...})`."""

    def script(status, content=None, **headers):
        body = json.dumps(content).encode() if content is not None else b""
        stub.says(lambda _: (status, forge.headers(body) | headers, body))

    return script


@pytest.fixture
def opened(vectors):
    """Open a field that we sealed for WeChat Pay, as WeChat Pay does."""
    pem = vectors["keys"]["wechatpay_public_key_private_pem"]
    key = load_pem_private_key(pem.encode(), None)
    padding = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)
    return lambda sealed: key.decrypt(base64.b64decode(sealed), padding).decode()


@pytest.fixture
def slow():
    """Make an answer that comes after so many seconds."""

    def later(seconds, answer):
        def give(_handler):
            time.sleep(seconds)
            return answer

        return give

    return later

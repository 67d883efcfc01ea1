"""The stage for these tests: the program itself, a shop that listens, a merchant that signs."""

import base64
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

import httpx

from infra.wechat_simulator import crypto

ROOT = Path(__file__).parents[2]


class Program:
    """`python -m infra.wechat_simulator` as a process of its own."""

    def __init__(self, directory: Path, port: int = 0, stderr: IO[str] | None = None) -> None:
        self.directory, self._port, self._stderr = directory, port, stderr
        self.process: subprocess.Popen[str] | None = None
        self.ready_line = ""

    def start(self) -> "Program":
        return self.launch().await_ready()

    def launch(self) -> "Program":
        """Start it, and do something else until it is needed."""
        command = [sys.executable, "-m", "infra.wechat_simulator"]
        command += ["--port", str(self._port), "--data", str(self.directory)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=self._stderr, text=True
        )
        return self

    def await_ready(self) -> "Program":
        assert self.process is not None
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline().strip()
        self._port = httpx.URL(self.credentials["api_base"]).port or 0
        return self

    @property
    def credentials(self) -> dict[str, Any]:
        return json.loads((self.directory / "credentials.json").read_text())

    def end(self, how: int = signal.SIGTERM) -> int:
        """Stop it and return its exit status."""
        assert self.process is not None
        os.kill(self.process.pid, how)
        status = self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        return status


@dataclass
class Received:
    """One request the shop got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """The shop's web server: remembers every request and answers `status` to all."""

    base: str
    status: int = 204
    received: list[Received] = field(default_factory=list)
    pause_seconds: float = 0
    reply: Callable[[Received], str] = lambda _: ""

    def wait_for(self, count: int) -> list[Received]:
        deadline = time.monotonic() + 5
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.received) >= count, f"{len(self.received)} of {count} came"
        return self.received


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.received.append(Received(self.path, dict(self.headers), body))
            time.sleep(heard.pause_seconds)
            self._answer(heard.status, heard.reply(heard.received[-1]).encode())

        def do_GET(self) -> None:
            echo = httpx.URL(self.path).params.get("echostr", "")
            self._answer(200, echo.encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    heard = Listener(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


class Simulated:
    """A running simulator, with the control API and a signing merchant at hand."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.credentials = program.credentials
        self.pay = self.credentials["pay"]
        self.http = httpx.Client(base_url=self.credentials["api_base"], timeout=30, verify=False)

    def control(self, method: str, path: str, **wish: Any) -> dict[str, Any]:
        answer = self.http.request(method, f"/_control/{path}", json=wish or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def weixin(self, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """Call api.weixin.qq.com: POST when there is a body, GET otherwise."""
        if body is None:
            return self.http.get(path, params=query).json()
        return self.http.post(path, params=query, json=body).json()

    # --- the merchant -------------------------------------------------------------------------

    def authorization(
        self, method: str, target: str, body: bytes, **changed: str
    ) -> dict[str, str]:
        """Headers of a signed request; `changed` replaces parts after signing."""
        timestamp = changed.pop("signed_timestamp", str(int(time.time())))
        nonce = changed.pop("signed_nonce", secrets.token_hex(16))
        key = crypto.private_key(self.pay["merchant_private_key_pem"])
        parts = {
            "mchid": self.pay["sp_mchid"],
            "nonce_str": nonce,
            "signature": crypto.sign(
                key, crypto.request_text(method, target, timestamp, nonce, body)
            ),
            "timestamp": timestamp,
            "serial_no": self.pay["merchant_serial_no"],
        }
        said = ",".join(f'{name}="{value}"' for name, value in {**parts, **changed}.items())
        return {
            "Authorization": f"WECHATPAY2-SHA256-RSA2048 {said}",
            "Content-Type": "application/json",
        }

    def signed(self, method: str, target: str, content: object = None, **changed: str) -> Any:
        body = b"" if content is None else json.dumps(content).encode()
        headers = self.authorization(method, target, body, **changed)
        return self.http.request(method, target, content=body, headers=headers)

    def verify(self, answer: httpx.Response) -> bool:
        """Whether WeChat Pay signed this answer with its public-key pair."""
        head = answer.headers
        text = crypto.answer_text(
            head["Wechatpay-Timestamp"], head["Wechatpay-Nonce"], answer.content
        )
        key = crypto.public_key(self.pay["wechatpay_public_key_pem"])
        is_named = head["Wechatpay-Serial"] == self.pay["wechatpay_public_key_id"]
        return is_named and crypto.is_signed(key, text, head["Wechatpay-Signature"])

    def opened(self, received: Received) -> dict[str, Any]:
        """Verify a callback's signature and decrypt it."""
        text = crypto.answer_text(
            received.headers["Wechatpay-Timestamp"],
            received.headers["Wechatpay-Nonce"],
            received.body,
        )
        key = crypto.public_key(self.pay["wechatpay_public_key_pem"])
        assert crypto.is_signed(key, text, received.headers["Wechatpay-Signature"])
        return self.unsealed(received.body)

    def unsealed(self, body: bytes) -> dict[str, Any]:
        envelope = json.loads(body)
        resource = envelope["resource"]
        plain = crypto.unseal(
            self.pay["apiv3_key"],
            resource["nonce"],
            resource["associated_data"],
            resource["ciphertext"],
        )
        return {**envelope, "resource": json.loads(plain)}


@dataclass
class Shop:
    """A mini-program with one logged-in customer and an address for callbacks."""

    simulated: Simulated
    listener: Listener
    appid: str
    sub_mchid: str
    openid: str
    extra: dict[str, Any]

    def order(self, number: str, **changed: Any) -> dict[str, Any]:
        pay = self.simulated.pay
        return {
            "sp_appid": pay["sp_appid"],
            "sp_mchid": pay["sp_mchid"],
            "sub_appid": self.appid,
            "sub_mchid": self.sub_mchid,
            "description": "龙井茶",
            "out_trade_no": number,
            "notify_url": f"{self.listener.base}/wxpay/notify/tokenoftheshop",
            "amount": {"total": 100, "currency": "CNY"},
            "payer": {"sub_openid": self.openid},
            **changed,
        }

    def prepay(self, number: str, **changed: Any) -> httpx.Response:
        target = "/v3/pay/partner/transactions/jsapi"
        return self.simulated.signed("POST", target, self.order(number, **changed))

    def sheet(self, prepay_id: str, **changed: Any) -> dict[str, Any]:
        """What the mini-program hands to wx.requestPayment, signed by the merchant."""
        stamp, nonce, package = (
            str(int(time.time())),
            secrets.token_hex(16),
            f"prepay_id={prepay_id}",
        )
        key = crypto.private_key(self.simulated.pay["merchant_private_key_pem"])
        signature = crypto.sign(key, crypto.payment_text(self.appid, stamp, nonce, package))
        sheet = {"timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA"}
        return {"appid": self.appid, **sheet, "paySign": signature, "wait": True, **changed}

    def paid(self, number: str, *, prepay: dict[str, Any] | None = None, **plan: Any) -> str:
        """Prepay and pay; returns the transaction_id."""
        prepay_id = self.prepay(number, **(prepay or {})).json()["prepay_id"]
        answer = self.simulated.control("POST", "pay", **self.sheet(prepay_id, **plan))
        assert answer["errMsg"] == "requestPayment:ok", answer
        return answer["transaction_id"]

    def query(self, number: str) -> httpx.Response:
        merchants = f"sp_mchid={self.simulated.pay['sp_mchid']}&sub_mchid={self.sub_mchid}"
        base = "/v3/pay/partner/transactions/out-trade-no"
        return self.simulated.signed("GET", f"{base}/{number}?{merchants}")

    def refund(self, number: str, refund_number: str, fen: int, **changed: Any) -> httpx.Response:
        wish = {
            "sub_mchid": self.sub_mchid,
            "out_trade_no": number,
            "out_refund_no": refund_number,
            "notify_url": f"{self.listener.base}/wxpay/refunds/tokenoftheshop",
            "amount": {"refund": fen, "total": 100, "currency": "CNY"},
            **changed,
        }
        return self.simulated.signed("POST", "/v3/refund/domestic/refunds", wish)

    def authorizer_token(self) -> str:
        code = {"authorization_code": self.extra["auth_code"]}
        answer = self.simulated.weixin(
            "/cgi-bin/component/api_query_auth",
            {"component_appid": self.simulated.credentials["component"]["appid"], **code},
            component_access_token=component_token(self.simulated, self.listener),
        )
        return answer["authorization_info"]["authorizer_access_token"]


def ticket_in(simulated: Simulated, received: Received) -> str:
    """Open a ticket push the way a platform does."""
    component = simulated.credentials["component"]
    query = httpx.URL(received.path).params
    sealed = received.body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    signature = crypto.push_signature(
        component["token"], query["timestamp"], query["nonce"], sealed
    )
    assert signature == query["msg_signature"]
    text = crypto.decrypt_push(sealed, component["appid"], component["encoding_aes_key"])
    return text.split("<ComponentVerifyTicket><![CDATA[")[1].split("]]>")[0]


def component_token(simulated: Simulated, listener: Listener) -> str:
    """Register the push address, take the ticket, trade it for a token."""
    before = len(listener.received)
    simulated.control("PUT", "component", ticket_url=f"{listener.base}/hooks/wechat/component")
    ticket = ticket_in(simulated, listener.wait_for(before + 1)[before])
    component = simulated.credentials["component"]
    wish = {"component_appid": component["appid"], "component_appsecret": component["appsecret"]}
    path = "/cgi-bin/component/api_component_token"
    answer = simulated.weixin(path, {**wish, "component_verify_ticket": ticket})
    return answer["component_access_token"]


def payload_bytes(request: dict[str, Any]) -> bytes:
    return base64.b64decode(request["body_b64"])

"""A merchant of the simulator that signs with its own keys, for these tests."""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

import httpx

from infra.wechat_simulator import crypto
from tests.wechat_simulator.stage import Listener, Received, Shop, Simulated

PICTURE = b"\x89PNG\r\n\x1a\n picture"


@dataclass(frozen=True)
class Seller:
    """`keys` is what GET /_control/merchants/{mchid} answers."""

    simulated: Simulated
    listener: Listener
    keys: dict[str, Any]

    @property
    def mchid(self) -> str:
        return self.keys["sp_mchid"]

    @property
    def notify_url(self) -> str:
        return f"{self.listener.base}/wxpay/notify/tokenoftheshop"

    def call(self, method: str, target: str, content: object = None) -> httpx.Response:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        headers = {**self._signed(method, target, body), "Content-Type": "application/json"}
        return self.simulated.http.request(method, target, content=body, headers=headers)

    def upload(self, path: str, content_type: str = "") -> httpx.Response:
        """Send a picture; `content_type` may leave out the boundary, as some clients do."""
        digest = hashlib.sha256(PICTURE).hexdigest()
        meta = json.dumps({"filename": "licence.png", "sha256": digest}).encode()
        body = (
            b'--frontier\r\nContent-Disposition: form-data; name="meta"\r\n'
            b"Content-Type: application/json\r\n\r\n" + meta + b"\r\n--frontier\r\n"
            b'Content-Disposition: form-data; name="file"; filename="licence.png"\r\n'
            b"Content-Type: image/png\r\n\r\n" + PICTURE + b"\r\n--frontier--\r\n"
        )
        kind = content_type or "multipart/form-data; boundary=frontier"
        headers = {**self._signed("POST", path, meta), "Content-Type": kind}
        return self.simulated.http.post(path, content=body, headers=headers)

    def sealed(self, text: str) -> str:
        """A sensitive field for WeChat Pay."""
        return crypto.conceal(crypto.public_key(self.keys["wechatpay_public_key_pem"]), text)

    def opened(self, received: Received) -> dict[str, Any]:
        """Verify a callback with this merchant's keys and decrypt it."""
        head = {name.lower(): value for name, value in received.headers.items()}
        said = crypto.answer_text(
            head["wechatpay-timestamp"], head["wechatpay-nonce"], received.body
        )
        key = crypto.public_key(self.keys["wechatpay_public_key_pem"])
        assert head["wechatpay-serial"] == self.keys["wechatpay_public_key_id"]
        assert crypto.is_signed(key, said, head["wechatpay-signature"])
        told = json.loads(received.body)
        sealed = told["resource"]
        plain = crypto.unseal(
            self.keys["apiv3_key"],
            sealed["nonce"],
            sealed["associated_data"],
            sealed["ciphertext"],
        )
        return {**told, "resource": json.loads(plain)}

    def again(self) -> "Seller":
        """With the keys its console shows now."""
        return replace(self, keys=self.simulated.control("GET", f"merchants/{self.mchid}"))

    def _signed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        key = crypto.private_key(self.keys["merchant_private_key_pem"])
        text = crypto.request_text(method, target, timestamp, nonce, body)
        said = (
            f'mchid="{self.mchid}",nonce_str="{nonce}",signature="{crypto.sign(key, text)}",'
            f'timestamp="{timestamp}",serial_no="{self.keys["merchant_serial_no"]}"'
        )
        return {"Authorization": f"WECHATPAY2-SHA256-RSA2048 {said}", "Accept": "*/*"}


def first_of(shop: Shop) -> Seller:
    """The merchant of credentials.json."""
    return Seller(shop.simulated, shop.listener, shop.simulated.pay)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]

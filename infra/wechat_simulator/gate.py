"""The front door of pay v3: who calls, and is the signature theirs (CONTRACT §4.1)."""

import re
import time
from dataclasses import dataclass

from . import crypto
from .merchants import Merchant, Merchants
from .refusals import PayRefusal
from .store import Store

WINDOW_SECONDS = 300
PARAMETER = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*')
NAMES = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")


@dataclass(frozen=True)
class SignedRequest:
    """The exact bytes that were signed. `target` is the path with its query as sent."""

    method: str
    target: str
    body: bytes
    authorization: str


class Gate:
    """Lets a request through only with a fresh, unused, correct signature of the merchant."""

    def __init__(self, store: Store, merchants: Merchants) -> None:
        self._store, self._merchants = store, merchants
        self._admitted_count = 0

    def admit(self, request: SignedRequest) -> Merchant:
        """The calling merchant. Raises PayRefusal 401 SIGN_ERROR."""
        claim = _claim(request.authorization)
        merchant = self._merchants.find(claim["mchid"])
        if merchant is None:
            raise _sign_error("商户号不存在")
        key = self._merchants.public_key(merchant, claim["serial_no"])
        if key is None:
            raise _sign_error("商户证书序列号有误")
        _check_time(claim["timestamp"])
        text = crypto.request_text(
            request.method, request.target, claim["timestamp"], claim["nonce_str"], request.body
        )
        if not crypto.is_signed(key, text, claim["signature"]):
            raise _sign_error("错误的签名,验签失败")
        self._use_nonce(claim["nonce_str"])
        return merchant

    def _use_nonce(self, nonce: str) -> None:
        now = time.time()
        self._admitted_count += 1
        if self._admitted_count % 200 == 0:
            self._store.run("DELETE FROM nonces WHERE seen_at < ?", now - 2 * WINDOW_SECONDS)
        fresh = self._store.run(
            "INSERT OR IGNORE INTO nonces (nonce, seen_at) VALUES (?, ?)", nonce, now
        )
        if not fresh:
            raise _sign_error("随机串重复,请求已被使用")


def _claim(authorization: str) -> dict[str, str]:
    scheme, _, rest = authorization.partition(" ")
    if scheme != crypto.SCHEME:
        raise _sign_error("Http头Authorization认证类型不正确")
    claim: dict[str, str] = {}
    for part in rest.split(","):
        match = PARAMETER.fullmatch(part)
        if match is None:
            raise _sign_error("Http头Authorization值格式错误")
        claim[match[1]] = match[2]
    if not all(claim.get(name) for name in NAMES):
        raise _sign_error("Http头Authorization值缺少参数")
    return claim


def _check_time(timestamp: str) -> None:
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp[:12])) > WINDOW_SECONDS:
        raise _sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")


def _sign_error(message: str) -> PayRefusal:
    return PayRefusal(401, "SIGN_ERROR", message, {"location": "authorization"})

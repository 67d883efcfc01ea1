"""Do it once: the same key gives the same answer, byte for byte, and only one effect."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from shop.idempotency.models import Key

HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replay"
KEPT_FOR = timedelta(hours=48)
LONGEST_KEY = 255

_CLAIM = """
INSERT INTO idempotency_key (id, caller, key, request_hash, body, created_at)
VALUES (%s, %s, %s, %s, '', %s) ON CONFLICT (caller, key) DO NOTHING"""


class IdempotencyKeyMissing(Refusal):
    """The request makes money or orders and has no key."""

    status: ClassVar[int] = 422
    en = "The header Idempotency-Key is missing. Send a new random value for each attempt to buy."
    zh = "缺少请求头 Idempotency-Key，请为每次操作发送一个新的随机值。"


class IdempotencyKeyUnfit(Refusal):
    """The key is too long or holds characters that no header should."""

    status: ClassVar[int] = 422
    en = "Idempotency-Key must have 1 to 255 printable ASCII characters."
    zh = "Idempotency-Key 需为 1 到 255 个可见的 ASCII 字符。"


class IdempotencyKeyReused(Refusal):
    """The same key came with another request."""

    status: ClassVar[int] = 422
    en = "This Idempotency-Key was used for a different request."
    zh = "该 Idempotency-Key 已用于另一个请求。"


def once(
    request: HttpRequest,
    *,
    caller: str,
    body: BaseModel | bytes,
    do: Callable[[], tuple[int, BaseModel]],
) -> HttpResponse:
    """Run `do` in one transaction with the key, or give back the answer it gave before.

    `do` returns the HTTP status and what to answer. A second request with the same key waits for
    the first, then gets the same bytes with `Idempotent-Replay: true`. A refusal by `do` rolls
    everything back, the key included, so the same key may be tried again. Raises
    IdempotencyKeyMissing, IdempotencyKeyUnfit, or IdempotencyKeyReused (422).
    """
    key = _key_of(request)
    request_hash = _hash(request, body)
    with transaction.atomic():
        key_id = _claim(caller, key, request_hash)
        if key_id is None:
            return _replay(caller, key, request_hash)
        status, answer = do()
        content = answer.model_dump_json().encode()
        Key.objects.filter(pk=key_id).update(status=status, body=content)
    return _respond(status, content)


def forget_old() -> int:
    """Delete keys older than 48 hours; return how many."""
    deleted, _ = Key.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted


def _key_of(request: HttpRequest) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        raise IdempotencyKeyMissing
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyUnfit
    return key


def _hash(request: HttpRequest, body: BaseModel | bytes) -> str:
    raw = body.model_dump_json().encode() if isinstance(body, BaseModel) else body
    return hashlib.sha256(f"{request.method} {request.path}\n".encode() + raw).hexdigest()


def _claim(caller: str, key: str, request_hash: str) -> Any:
    """Insert the key; None if it is there. Waits while another transaction holds it."""
    key_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [key_id, caller, key, request_hash, clock.now()])
        return key_id if cursor.rowcount else None


def _replay(caller: str, key: str, request_hash: str) -> HttpResponse:
    found = Key.objects.get(caller=caller, key=key)
    if found.request_hash != request_hash or found.status is None:
        raise IdempotencyKeyReused
    response = _respond(found.status, bytes(found.body))
    response.headers[REPLAY_HEADER] = "true"
    return response


def _respond(status: int, content: bytes) -> HttpResponse:
    return HttpResponse(content, status=status, content_type="application/json; charset=utf-8")

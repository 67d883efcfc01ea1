"""How many requests of one shop a web process answers: a crowd in one shop is not everybody's.

A bucket per shop, in the process: so many requests a second, twice as many at once after a quiet
moment. WeChat's callbacks do not come through here, nor do the portal's pages.
"""

import threading
import time
from dataclasses import dataclass

from django.conf import settings

from kernel.errors import Refusal

_MOST_SHOPS = 20_000


class ShopTooBusy(Refusal):
    """More customers ask than the shop has room for; `Retry-After` says when to come back."""

    status = 429
    en = "This shop is very busy right now. Please try again in a moment."
    zh = "本店当前访问人数过多，请稍后再试。"


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


_buckets: dict[str, _Bucket] = {}
_lock = threading.Lock()


def admit(public_id: str) -> bool:
    """Count a request of this shop; say whether it may be answered now."""
    pace = settings.SHOP_REQUESTS_PER_SECOND
    if not pace:
        return True
    now = time.monotonic()
    with _lock:
        bucket = _buckets.get(public_id)
        if bucket is None:
            if len(_buckets) >= _MOST_SHOPS:
                _buckets.clear()
            bucket = _buckets[public_id] = _Bucket(2.0 * pace, now)
        bucket.left = min(2.0 * pace, bucket.left + pace * (now - bucket.at))
        bucket.at = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

"""Who is meant by a public id, a callback's path or an appid: cached, because every request asks.

The cache lives in the process for a few seconds; a suspended shop is refused everywhere within
that time, and at once in the process that suspended it.
"""

import time
from collections.abc import Callable

from django.conf import settings

from tenants import context
from tenants.context import Shop
from tenants.models import Merchant, MiniProgram, Tenant

_cache: dict[tuple[str, str], tuple[float, Shop]] = {}
_MOST = 20_000


def shop_by_public_id(public_id: str) -> Shop | None:
    """Return the shop of an address, whatever its state; None if there is none."""
    return _cached("id", public_id, lambda: Tenant.objects.filter(public_id=public_id).first())


def shop_by_notify_token(token: str) -> Shop | None:
    """Return the shop whose pay callbacks come under this secret path."""
    rows = Merchant.objects.select_related("tenant")
    return _cached("notify", token, lambda: _tenant(rows.filter(notify_token=token).first()))


def shop_by_appid(appid: str) -> Shop | None:
    """Return the shop that a mini-program belongs to."""
    rows = MiniProgram.objects.select_related("tenant")
    return _cached("appid", appid, lambda: _tenant(rows.filter(appid=appid).first()))


def shop_of(tenant: Tenant) -> Shop:
    """Return what code inside the shop may know of its tenant."""
    return Shop(
        id=tenant.pk,
        public_id=tenant.public_id,
        schema_name=tenant.schema_name or "",
        code=tenant.code,
        name=tenant.name,
        state=tenant.state,
        currency=tenant.currency,
        timezone=tenant.timezone,
    )


def forget() -> None:
    """Drop the cache of this process."""
    _cache.clear()


def _tenant(row: Merchant | MiniProgram | None) -> Tenant | None:
    return row.tenant if row is not None else None


def _cached(kind: str, key: str, find: Callable[[], Tenant | None]) -> Shop | None:
    known = _cache.get((kind, key))
    if known and known[0] > time.monotonic():
        return known[1]
    with context.public():
        tenant = find()
    if tenant is None:
        _cache.pop((kind, key), None)
        return None
    if len(_cache) >= _MOST:
        _cache.clear()
    shop = shop_of(tenant)
    _cache[kind, key] = (time.monotonic() + settings.TENANT_CACHE_SECONDS, shop)
    return shop

"""Who is meant by a public id, a callback's path or an appid: cached, because every request asks.

The cache lives in the process for a few seconds; a suspended shop is refused everywhere within
that time, and at once in the process that suspended it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from tenants import context
from tenants.context import Shop
from tenants.models import Merchant, MiniProgram, Tenant
from tenants.states import TenantState


@dataclass(frozen=True, slots=True)
class Payee:
    """How a shop is paid: its sub-merchant, the secret path of its callbacks, its mini-programs."""

    shop: Shop
    sub_mchid: str
    notify_token: str
    appids: frozenset[str]
    is_sharing: bool = False


T = TypeVar("T", Shop, Payee)
_cache: dict[tuple[str, str], tuple[float, Shop | Payee]] = {}
_MOST = 20_000


def shop_by_public_id(public_id: str) -> Shop | None:
    """Return the shop of an address, whatever its state; None if there is none."""
    rows = Tenant.objects.filter(public_id=public_id)
    return _cached("id", public_id, lambda: _shop(rows.first()))


def payee_of(shop: Shop) -> Payee | None:
    """Return how a shop is paid; None if no merchant is bound."""
    return _cached("payee", shop.public_id, lambda: _find_payee(tenant=shop.id))


def payee_by_notify_token(token: str) -> Payee | None:
    """Return the shop whose pay callbacks come under this secret path."""
    return _cached("notify", token, lambda: _find_payee(notify_token=token))


def shop_by_appid(appid: str) -> Shop | None:
    """Return the shop that a mini-program belongs to."""
    rows = Tenant.objects.filter(mini_programs__appid=appid)
    return _cached("appid", appid, lambda: _shop(rows.first()))


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
        modules=tuple(tenant.modules),
        limits=tuple(sorted(tenant.limits.items())),
    )


def forget() -> None:
    """Drop the cache of this process."""
    _cache.clear()


def _shop(tenant: Tenant | None) -> Shop | None:
    return shop_of(tenant) if tenant is not None else None


def _find_payee(**which: object) -> Payee | None:
    """Find a merchant with the shop's mini-programs, and keep it under both of its names."""
    programs = MiniProgram.objects.filter(tenant=OuterRef("tenant")).values("appid")
    rows = Merchant.objects.select_related("tenant").annotate(appids=ArraySubquery(programs))
    row = rows.filter(**which).first()
    if row is None:
        return None
    payee = Payee(
        shop_of(row.tenant),
        row.sub_mchid,
        row.notify_token,
        frozenset(row.appids),
        row.is_sharing,
    )
    _keep("payee", payee.shop.public_id, payee)
    _keep("notify", payee.notify_token, payee)
    return payee


def _cached(kind: str, key: str, find: Callable[[], T | None]) -> T | None:
    known = _cache.get((kind, key))
    if known and known[0] > time.monotonic():
        return cast(T, known[1])
    with context.public():
        found = find()
    if found is None or _is_waiting(found):
        _cache.pop((kind, key), None)
    else:
        _keep(kind, key, found)
    return found


def _is_waiting(found: Shop | Payee) -> bool:
    """A shop that is being built is ready any moment: nobody should wait for our memory."""
    return isinstance(found, Shop) and found.state == TenantState.PROVISIONING


def _keep(kind: str, key: str, value: Shop | Payee) -> None:
    if len(_cache) >= _MOST:
        _cache.clear()
    _cache[kind, key] = (time.monotonic() + settings.TENANT_CACHE_SECONDS, value)

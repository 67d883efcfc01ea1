"""Who is meant by a public id, a callback's path or an appid: cached, because every request asks.

The cache lives in the process for a few seconds; a suspended shop is refused everywhere within
that time, and at once in the process that suspended it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from tenants import context
from tenants.context import Shop
from tenants.models import DirectMerchant, Merchant, MiniProgram, Tenant
from tenants.states import TenantState


@dataclass(frozen=True, slots=True)
class Payee:
    """How a shop is paid: as whom, the secret path of its callbacks, its mini-programs.

    Either `sub_mchid` is empty or `direct_mchid` is: see tenants.merchants, Note [two ways].
    """

    shop: Shop
    sub_mchid: str
    notify_token: str
    appids: frozenset[str]
    is_sharing: bool = False
    direct_mchid: str = ""
    is_key_proved: bool = True
    """Whether the APIv3 key of a merchant of the shop's own has opened something of WeChat's."""


T = TypeVar("T", Shop, Payee)
_cache: dict[tuple[str, str], tuple[float, Shop | Payee]] = {}
_MOST = 20_000


def shop_by_public_id(public_id: str) -> Shop | None:
    """Return the shop of an address, whatever its state; None if there is none."""
    rows = Tenant.objects.filter(public_id=public_id)
    return _cached("id", public_id, lambda: _shop(rows.first()))


def opened_at(shop: Shop) -> datetime:
    """Return since when a shop is here: its rows may be older, if it came from elsewhere."""
    return Tenant.objects.values_list("created_at", flat=True).get(pk=shop.id)


def payee_of(shop: Shop) -> Payee | None:
    """Return how a shop is paid now; None if no merchant is bound."""
    return _cached("payee", shop.public_id, lambda: _present_payee(shop.id))


def payee_as(shop: Shop, direct_mchid: str) -> Payee | None:
    """Return how a shop is, or was, paid as this merchant of its own; as its sub-merchant if ""."""
    return _cached(
        "payee",
        f"{shop.public_id}/{direct_mchid}",
        lambda: (
            _direct_payee(tenant=shop.id, mchid=direct_mchid)
            if direct_mchid
            else _partner_payee(tenant=shop.id)
        ),
    )


def payee_by_notify_token(token: str) -> Payee | None:
    """Return the shop whose pay callbacks come under this secret path."""
    return _cached(
        "notify",
        token,
        lambda: _partner_payee(notify_token=token) or _direct_payee(notify_token=token),
    )


def payee_by_sub_mchid(sub_mchid: str) -> Payee | None:
    """Return the shop that is paid under a sub-merchant's number."""
    return _cached("merchant", sub_mchid, lambda: _partner_payee(sub_mchid=sub_mchid))


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
        cell=tenant.cell,
        is_moving=bool(tenant.moving_to),
    )


def forget() -> None:
    """Drop the cache of this process."""
    _cache.clear()


def _shop(tenant: Tenant | None) -> Shop | None:
    return shop_of(tenant) if tenant is not None else None


def _present_payee(tenant_id: int) -> Payee | None:
    is_direct = Exists(DirectMerchant.objects.filter(tenant=OuterRef("tenant"), is_used=True))
    rows = Merchant.objects.exclude(is_direct)
    partner = _partner_payee(rows, tenant=tenant_id)
    return partner or _direct_payee(tenant=tenant_id, is_used=True)


def _partner_payee(rows: QuerySet[Merchant] | None = None, **which: object) -> Payee | None:
    found = Merchant.objects.all() if rows is None else rows
    row = _with_apps(found).filter(**which).first()
    if row is None:
        return None
    return Payee(
        shop_of(row.tenant), row.sub_mchid, row.notify_token, frozenset(row.appids), row.is_sharing
    )


def _direct_payee(**which: object) -> Payee | None:
    """Find a merchant of a shop's own. It shares no profit: see docs/developers/merchants.md."""
    row = _with_apps(DirectMerchant.objects.all()).filter(**which).first()
    if row is None:
        return None
    return Payee(
        shop_of(row.tenant),
        "",
        row.notify_token,
        frozenset(row.appids),
        direct_mchid=row.mchid,
        is_key_proved=row.is_apiv3_key_proved,
    )


def _with_apps(rows: QuerySet[Any]) -> QuerySet[Any]:
    programs = MiniProgram.objects.filter(tenant=OuterRef("tenant")).values("appid")
    found: QuerySet[Any] = rows.select_related("tenant")
    with_apps: QuerySet[Any] = found.annotate(appids=ArraySubquery(programs))
    return with_apps


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
        if isinstance(found, Payee):
            _keep_by_its_names(found)
    return found


def _is_waiting(found: Shop | Payee) -> bool:
    """A shop that is being built is ready any moment: nobody should wait for our memory."""
    return isinstance(found, Shop) and found.state == TenantState.PROVISIONING


def _keep_by_its_names(payee: Payee) -> None:
    """Keep a payee for whoever asks by another of its names: a payment asks by three."""
    _keep("payee", f"{payee.shop.public_id}/{payee.direct_mchid}", payee)
    _keep("notify", payee.notify_token, payee)
    if payee.sub_mchid:
        _keep("merchant", payee.sub_mchid, payee)


def _keep(kind: str, key: str, value: Shop | Payee) -> None:
    if len(_cache) >= _MOST:
        _cache.clear()
    _cache[kind, key] = (time.monotonic() + settings.TENANT_CACHE_SECONDS, value)

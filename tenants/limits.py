"""What a shop's plan allows. Written by billing, asked by whoever adds something to the shop.

Refused when it is written, with the figures, and only what would be added: refunds, parcels,
pay-outs and exports know no limit. `context.shop().limits` may be a few seconds old.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import connection

from kernel import clock
from kernel.errors import Refusal
from tenants import context, directory
from tenants.models import Tenant


class Limit(StrEnum):
    """What is counted."""

    STAFF = "staff"
    PRODUCTS = "products"
    STORAGE_BYTES = "storage_bytes"
    ORDERS_PER_MONTH = "orders_per_month"
    MESSAGES_PER_MONTH = "messages_per_month"


WARN_PERCENT = 80
"""From here on owners are warned."""


class StaffLimitReached(Refusal):
    """The plan allows no more members of staff."""

    status = 403
    en = "The plan allows {limit} members of staff and {used} work here. A larger plan has room."
    zh = "当前套餐最多 {limit} 位成员，已有 {used} 位。升级套餐可增加。"


class ProductLimitReached(Refusal):
    """The plan allows no more products."""

    status = 403
    en = "The plan allows {limit} products; there are {used} and {adding} would be added."
    zh = "当前套餐最多 {limit} 个商品，已有 {used} 个，无法再添加 {adding} 个。升级套餐可增加。"


class StorageLimitReached(Refusal):
    """The plan allows no more bytes of files."""

    status = 403
    en = "The plan allows {limit} bytes of files; {used} are used and {adding} would be added."
    zh = "当前套餐最多存储 {limit} 字节，已用 {used}，无法再添加 {adding}。升级套餐可增加。"


class OrderLimitReached(Refusal):
    """The plan allows no more orders this month."""

    status = 403
    en = "This shop takes no more orders this month ({used} of {limit})."
    zh = "本店本月接单数已达上限（{used}/{limit}）。"


class MessageLimitReached(Refusal):
    """The plan allows no more messages to customers this month."""

    status = 403
    en = "The plan allows {limit} messages a month and {used} were sent."
    zh = "当前套餐每月最多发送 {limit} 条消息，已发送 {used} 条。"


_REFUSALS: Mapping[Limit, type[Refusal]] = {
    Limit.STAFF: StaffLimitReached,
    Limit.PRODUCTS: ProductLimitReached,
    Limit.STORAGE_BYTES: StorageLimitReached,
    Limit.ORDERS_PER_MONTH: OrderLimitReached,
    Limit.MESSAGES_PER_MONTH: MessageLimitReached,
}


def allow(*, tenant: Tenant, allowed: Mapping[str, int]) -> None:
    """Note what the shop's plan allows; what is not named has no limit. On the platform."""
    wanted = {str(limit): int(allowed[limit]) for limit in Limit if limit in allowed}
    if tenant.limits == wanted:
        return
    Tenant.objects.filter(pk=tenant.pk).update(limits=wanted)
    tenant.limits = wanted
    directory.forget()


def demand_room(
    limit: Limit, *, adding: int, count: Callable[[], int], of: Mapping[str, int]
) -> None:
    """Raise the limit's refusal unless `adding` more fit into what `of` allows."""
    most = of.get(limit)
    if most is None or adding <= 0:
        return
    used = count()
    if used + adding > most:
        raise _REFUSALS[limit](limit=most, used=used, adding=adding)


def hold_room(limit: Limit, *, adding: int, count: Callable[[], int]) -> None:
    """Let the current shop add so many, or raise; who asks next waits for this transaction.

    `count` says how many there are: it is asked after whoever was before has committed.
    """
    shop = context.shop()
    allowed = dict(shop.limits)
    if limit not in allowed or adding <= 0:
        return
    with connection.cursor() as cursor:
        name = f"{shop.public_id} {limit}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    demand_room(limit, adding=adding, count=count, of=allowed)


def month_began() -> datetime:
    """Return when the present month began, in the current shop's time zone."""
    local = clock.now().astimezone(ZoneInfo(context.shop().timezone))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def has_room(limit: Limit, *, count: Callable[[], int]) -> bool:
    """Say whether one more fits. For what is left out quietly where it does not."""
    most = dict(context.shop().limits).get(limit)
    return most is None or count() < most

"""What each door of a shop does in each state of its life: one table, which every door asks.

Money in flight finishes wherever there is a schema: what WeChat tells, what was bought, shipped,
asked back or withdrawn, and the jobs of all that. So nothing is ever refused that somebody is
owed; what is refused is what would begin anew.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.errors import Refusal
from tenants.states import LIVE_STATES, OPEN_STATES, TenantState


class Door(StrEnum):
    """Where something wants into a shop, and what for."""

    BROWSE = "browse"
    """Customers look at what is sold."""
    ORDER = "order"
    """Customers begin something new: a cart, a checkout, an order."""
    PAY = "pay"
    """Customers pay an order that was taken; it expires by itself within minutes."""
    FINISH = "finish"
    """What began is seen and ended, by customers (receipt, refund) and staff (parcel, refund)."""
    READ = "read"
    """Staff look: backoffice, portal, exports."""
    WRITE = "write"
    """Staff change what the shop is or sells."""
    ACCOUNT = "account"
    """The owner and the platform: the plan, its invoices, closing and coming back."""
    CALLBACK = "callback"
    """WeChat tells us something: callbacks and pushes."""
    PAY_JOBS = "jobs of pay"
    SETTLE_JOBS = "jobs of settle"
    NOTIFY_JOBS = "jobs of notify"
    BULK_JOBS = "jobs of bulk"


S = TenantState
_SHOWN = OPEN_STATES | {S.SUSPENDED, S.CLOSING}
_KEPT = _SHOWN | {S.LOCKED}
_TRIED = frozenset({S.SANDBOX})
OPEN: Mapping[Door, frozenset[TenantState]] = {
    Door.BROWSE: _SHOWN | _TRIED,
    Door.ORDER: OPEN_STATES,
    Door.PAY: _SHOWN,
    Door.FINISH: _KEPT | _TRIED,
    Door.READ: _KEPT | _TRIED,
    Door.WRITE: OPEN_STATES | _TRIED,
    Door.ACCOUNT: _KEPT,
    Door.CALLBACK: LIVE_STATES,
    Door.PAY_JOBS: LIVE_STATES,
    Door.SETTLE_JOBS: LIVE_STATES,
    Door.NOTIFY_JOBS: LIVE_STATES,
    Door.BULK_JOBS: _KEPT | _TRIED,
}
"""In which states each door is open."""


class NoSuchShop(Refusal):
    """The address names no shop, or one that is closed."""

    status = 404
    en = "There is no such shop."
    zh = "没有这家小铺。"


class ShopNotReady(Refusal):
    """The shop was named and is being built."""

    status = 503
    en = "This shop is being set up. Please try again in a moment."
    zh = "小铺正在准备中，请稍后再试。"


class ShopSuspended(Refusal):
    """The shop shows what it has and finishes what was begun; it takes nothing new."""

    status = 403
    en = "This shop is suspended and takes no new orders. What was paid is still processed."
    zh = "小铺已暂停营业，暂不接受新订单；已付款的订单会继续处理。"


class ShopClosing(Refusal):
    """The owner closes the shop: what was begun is finished, nothing new is begun."""

    status = 403
    en = "This shop is closing and takes no new orders. What was paid is still processed."
    zh = "小铺即将关店，不再接受新订单；已付款的订单会继续处理。"


class ShopLocked(Refusal):
    """The platform's staff locked the shop: what was begun is finished, the rest is shut."""

    status = 403
    en = "This shop was locked by the platform. What was paid is still processed."
    zh = "小铺已被平台锁定；已付款的订单会继续处理。"


class ShopIsSandbox(Refusal):
    """The shop is a copy to try things in: nothing is sold, paid or said to WeChat."""

    status = 403
    en = "This is a copy of a shop to try things in. Nothing can be ordered or paid here."
    zh = "这是供试用的店铺副本，不能下单或付款。"


class ShopMoving(Refusal):
    """The shop goes to another database; for some seconds nobody enters."""

    status = 503
    en = "This shop is being moved. Please try again in a moment; nothing is lost."
    zh = "小铺正在迁移，请稍后再试，数据不会丢失。"


_WHY: Mapping[TenantState, type[Refusal]] = {
    S.PROVISIONING: ShopNotReady,
    S.SUSPENDED: ShopSuspended,
    S.CLOSING: ShopClosing,
    S.LOCKED: ShopLocked,
    S.SANDBOX: ShopIsSandbox,
}


def may(state: str, door: Door) -> bool:
    """Say whether a door is open in a state."""
    return state in OPEN[door]


def refusal(state: str | None, door: Door, *, is_moving: bool = False) -> Refusal | None:
    """Return what a door says that is shut; None where it is open. `None` is no shop at all."""
    if state is None:
        return NoSuchShop()
    if may(state, door):
        return ShopMoving() if is_moving else None
    return _WHY.get(TenantState(state), NoSuchShop)()


def door_of_queue(queue: str) -> Door:
    """Return the door through which the jobs of a queue go."""
    return Door(f"jobs of {queue}")

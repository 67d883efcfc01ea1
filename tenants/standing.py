"""What may happen to an open shop: suspended, locked, closed, and all of it taken back.

Each verb is one transaction on the platform with its line of history; `reason` is told to the
owners. Nobody's money waits for any of it: see `tenants.lifecycle`.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from kernel import clock
from kernel.errors import Refusal
from tenants import context, directory
from tenants.models import Tenant
from tenants.moves import TenantCannotMove, move
from tenants.states import STANDINGS, TenantState

S = TenantState
_BATCH = 500


class StillOwing(Refusal):
    """Orders, refunds or pay-outs of the shop are not finished yet."""

    en = "{count} orders, refunds or pay-outs of this shop are not finished yet."
    zh = "本店还有 {count} 笔订单、退款或提现未完成。"


class TooEarlyToPurge(Refusal):
    """A closed shop can be brought back for a while; its data is kept until then."""

    en = "The data of this shop is kept until {day}."
    zh = "本店数据将保留至 {day}。"


def suspend(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Take no new orders; customers and staff still look, and what was begun is finished."""
    return move(tenant, S.SUSPENDED, reason=reason, by=by, since=STANDINGS)


def restore(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Open a suspended shop again, in the state it was suspended from."""
    target = _before(tenant, STANDINGS - {S.SUSPENDED})
    return move(tenant, target, reason=reason, by=by, since={S.SUSPENDED})


def stand(*, tenant: Tenant, standing: TenantState, reason: str, by: str) -> bool:
    """Put a shop where its plan says; False where it is locked, closing or closed just now.

    Standing there already changes nothing.
    """
    if standing not in STANDINGS:
        raise ValueError(f"{standing} is not a plan's to give")
    with transaction.atomic():
        row = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        if row.state not in STANDINGS:
            return False
        if row.state != standing:
            move(row, standing, reason=reason, by=by)
        tenant.state = row.state
    return True


def lock(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Shut the shop to customers and to changes, whatever its plan says, until it is unlocked."""
    return move(tenant, S.LOCKED, reason=reason, by=by)


def unlock(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Give the shop back where it was locked, closing included."""
    target = _before(tenant, STANDINGS | {S.CLOSING})
    return move(tenant, target, reason=reason, by=by, since={S.LOCKED})


def begin_closing(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Take no new orders, and close for good after settings.CLOSING_DAYS, for exports."""
    closes_at = clock.now() + timedelta(days=settings.CLOSING_DAYS)
    return move(tenant, S.CLOSING, reason=reason, by=by, since=STANDINGS, closes_at=closes_at)


def come_back(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Open a shop again that is closing, or closed and not yet purged, where it stood before."""
    target = _before(tenant, STANDINGS)
    since = {S.CLOSING, S.CLOSED}
    return move(tenant, target, reason=reason, by=by, since=since, closes_at=None)


def close_due() -> int:
    """Close the shops whose time is over and who owe nothing any more; return how many.

    A shop that cannot be asked keeps no other open; what it raised is raised at the end.
    """
    due = Tenant.objects.filter(state=S.CLOSING, closes_at__lte=clock.now()).order_by("pk")
    closed, broken = 0, list[Exception]()
    for tenant in due[:_BATCH]:
        try:
            if unfinished(tenant):
                continue
            move(tenant, S.CLOSED, reason="its time was over", by="platform", since={S.CLOSING})
        except TenantCannotMove:  # its owner came back at this moment
            continue
        except Exception as error:  # a version behind, on the move, in a cell that is away
            broken.append(error)
            continue
        closed += 1
    if broken:
        raise broken[0]
    return closed


def purge(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    """Give a closed shop's data up for good: from now on it may be erased.

    Who may decide that, and what is erased, is `tenants.archives.erasing`'s. Raises as
    `require_purgeable`.
    """
    require_purgeable(tenant)
    return move(tenant, S.PURGED, reason=reason, by=by, since={S.CLOSED})


def require_purgeable(tenant: Tenant) -> None:
    """Refuse what is not closed, may still come back, or owes somebody something.

    Raises TenantCannotMove, TooEarlyToPurge within settings.PURGE_AFTER_DAYS of closing,
    StillOwing.
    """
    if tenant.state != S.CLOSED:
        raise TenantCannotMove(state=tenant.state, target=S.PURGED)
    keeps_until = _closed_at(tenant) + timedelta(days=settings.PURGE_AFTER_DAYS)
    if clock.now() < keeps_until:
        raise TooEarlyToPurge(day=keeps_until.date())
    if count := unfinished(tenant):
        raise StillOwing(count=count)


def unfinished(tenant: Tenant) -> int:
    """Return how many orders, refunds and pay-outs of a shop have not ended."""
    with context.activate(directory.shop_of(tenant)):
        return sum(import_string(name)() for name in settings.UNFINISHED)


def _before(tenant: Tenant, among: frozenset[TenantState]) -> TenantState:
    """Return the latest of these states that the shop was in; a trial where it was in none."""
    steps = tenant.steps.filter(state__in=among).order_by("-pk")
    found = steps.values_list("state", flat=True).first()
    return TenantState(found) if found else S.TRIAL


def _closed_at(tenant: Tenant) -> datetime:
    step = tenant.steps.filter(state=S.CLOSED).order_by("-pk").first()
    return step.at if step else clock.now()

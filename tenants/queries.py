"""Questions about who rents which shop. All of them run on the platform (`context.public`)."""

from collections.abc import Iterator

from tenants import directory
from tenants.context import Shop
from tenants.models import Account, Membership, Tenant
from tenants.states import LIVE_STATES


def memberships_of(account: Account) -> list[Membership]:
    """Return the shops an account works in, the oldest first."""
    return list(Membership.objects.filter(account=account).select_related("tenant").order_by("pk"))


def find_role(account_id: int, shop: Shop) -> str | None:
    """Return the account's role in the shop, or None for a stranger."""
    return (
        Membership.objects.filter(account_id=account_id, tenant_id=shop.id)
        .values_list("role", flat=True)
        .first()
    )


def live_shops() -> Iterator[Shop]:
    """Yield every shop whose jobs must run, suspended ones included."""
    for tenant in Tenant.objects.filter(state__in=LIVE_STATES).order_by("pk").iterator(500):
        yield directory.shop_of(tenant)


def live_public_ids() -> list[str]:
    """Return the public ids of all live shops: the targets of a schedule entry for each shop."""
    ids = Tenant.objects.filter(state__in=LIVE_STATES).order_by("pk")
    return list(ids.values_list("public_id", flat=True))

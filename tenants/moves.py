"""The only writer of a tenant's state, and of its history."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from jobs.messages import publish
from kernel.errors import Refusal
from tenants import directory
from tenants.messages import ShopMoved
from tenants.models import Tenant, TenantStep
from tenants.states import TENANT_FLOW, TenantState


class TenantCannotMove(Refusal):
    """The shop is not in a state from which this step is allowed."""

    en = "The shop is {state} and cannot become {target}."
    zh = "小铺当前状态为 {state}，不能变为 {target}。"


@transaction.atomic
def move(
    tenant: Tenant,
    target: TenantState,
    *,
    reason: str,
    by: str,
    since: Collection[TenantState] = frozenset(TenantState),
    **columns: Any,
) -> Tenant:
    """Step forward if, and only if, the row still stands where the flow and `since` allow it.

    Writes `columns` with it, a line of history, and tells whoever hears ShopMoved. Raises
    TenantCannotMove; then nothing was written.
    """
    allowed = TENANT_FLOW.before(target) & set(since)
    if not Tenant.objects.filter(pk=tenant.pk, state__in=allowed).update(state=target, **columns):
        raise TenantCannotMove(state=tenant.state, target=target)
    TenantStep.objects.create(tenant=tenant, state=target, reason=reason[:200], by=by)
    publish(ShopMoved(tenant.pk, tenant.state, target, reason[:200]), tenant="")
    for name, value in {"state": target, **columns}.items():
        setattr(tenant, name, value)
    directory.forget()
    return tenant

"""The life of a tenant: from an empty schema to a closed shop."""

from enum import StrEnum

from kernel.states import Flow


class TenantState(StrEnum):
    """Where a shop stands. Only `_move` in `tenants.actions` writes it."""

    PROVISIONING = "provisioning"
    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


S = TenantState
TENANT_FLOW = Flow(
    start=S.PROVISIONING,
    steps={
        S.PROVISIONING: frozenset({S.TRIAL}),
        S.TRIAL: frozenset({S.ACTIVE, S.SUSPENDED, S.CLOSED}),
        S.ACTIVE: frozenset({S.SUSPENDED, S.CLOSED}),
        S.SUSPENDED: frozenset({S.TRIAL, S.ACTIVE, S.CLOSED}),
        S.CLOSED: frozenset(),
    },
)
OPEN_STATES = frozenset({S.TRIAL, S.ACTIVE})
LIVE_STATES = frozenset({S.TRIAL, S.ACTIVE, S.SUSPENDED})
"""Shops that have a schema in use: money in flight finishes in all of them."""


class Role(StrEnum):
    """What a member of a shop's staff may do; each role may do all that the next one may."""

    OWNER = "owner"
    MANAGER = "manager"
    FULFILMENT = "fulfilment"


ROLE_RANK = {Role.OWNER: 3, Role.MANAGER: 2, Role.FULFILMENT: 1}

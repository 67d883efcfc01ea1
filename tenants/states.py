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


class ProgramKind(StrEnum):
    """What an app at WeChat is."""

    MINI_PROGRAM = "mini_program"
    OFFICIAL_ACCOUNT = "official_account"


class ProgramState(StrEnum):
    """Whether we may act for an app. Only `tenants.programs.moves` writes it."""

    CONNECTED = "connected"
    """Its appid was typed in by hand: it is paid in, but we cannot configure or release it."""
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    """Its owner took the authorisation back; authorising again restores it."""


A = ProgramState
PROGRAM_FLOW = Flow(
    start=A.CONNECTED,
    steps={
        A.CONNECTED: frozenset({A.AUTHORISED, A.UNAUTHORISED}),
        A.AUTHORISED: frozenset({A.UNAUTHORISED}),
        A.UNAUTHORISED: frozenset({A.AUTHORISED}),
    },
)

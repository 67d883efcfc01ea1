"""The life of a tenant: from an empty schema to one that is gone.

    trial, active    the shop is open
    grace            open, and its plan is overdue
    suspended        browsing only: the plan is not paid, or staff stopped the sales
    locked           by the platform's staff, until they unlock it
    closing          its owner leaves: time to take everything along, and to come back
    closed           gone for all but the platform's staff; its money still finishes
    purged           its data is gone
    sandbox          a copy to try things in: no money, no customers, nothing said to WeChat

What each door of the shop does in each state is the table of `tenants.lifecycle`.
"""

from enum import StrEnum

from kernel.states import Flow


class TenantState(StrEnum):
    """Where a shop stands. Only `tenants.moves` writes it."""

    PROVISIONING = "provisioning"
    TRIAL = "trial"
    ACTIVE = "active"
    GRACE = "grace"
    SUSPENDED = "suspended"
    LOCKED = "locked"
    CLOSING = "closing"
    CLOSED = "closed"
    PURGED = "purged"
    SANDBOX = "sandbox"


S = TenantState
STANDINGS = frozenset({S.TRIAL, S.ACTIVE, S.GRACE, S.SUSPENDED})
"""Where a shop stands by its plan. What happens to it otherwise is laid over these, and lifted."""
OPEN_STATES = frozenset({S.TRIAL, S.ACTIVE, S.GRACE})
"""Shops that sell."""
HOUSED_STATES = frozenset(S) - {S.PROVISIONING, S.PURGED}
"""Shops that have a schema in use."""
LIVE_STATES = HOUSED_STATES - {S.SANDBOX}
"""Shops with money of their own: what is in flight finishes in all of them."""
_LAID_OVER = frozenset({S.LOCKED, S.CLOSING})
TENANT_FLOW = Flow(
    start=S.PROVISIONING,
    steps={
        S.PROVISIONING: frozenset({S.TRIAL, S.SANDBOX}),
        **{standing: (STANDINGS - {standing}) | _LAID_OVER for standing in STANDINGS},
        S.LOCKED: STANDINGS | {S.CLOSING},
        S.CLOSING: STANDINGS | {S.LOCKED, S.CLOSED},
        S.CLOSED: STANDINGS | {S.PURGED},
        S.PURGED: frozenset(),
        S.SANDBOX: frozenset({S.PURGED}),
    },
)


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

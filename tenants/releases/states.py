"""The life of a release (DOMAIN §5.2), and how far it goes by itself."""

from enum import StrEnum

from kernel.states import Flow


class ReleaseState(StrEnum):
    """Where a release stands. Only `releases.moves` writes it.

    COMMITTING, SUBMITTING, RELEASING and REVERTING are intents: committed before WeChat is called,
    so that whatever dies in between is found again, and WeChat is asked before it is told twice.
    """

    DRAFT = "draft"
    PREFLIGHT_FAILED = "preflight_failed"
    """Something must be mended first, or WeChat did not take the code; `problem_code` says what."""
    READY = "ready"
    COMMITTING = "committing"
    COMMITTED = "committed"
    """The trial version: it can be previewed, and submitted once WeChat's detection is over."""
    SUBMITTING = "submitting"
    AUDITING = "auditing"
    REJECTED = "rejected"
    DELAYED = "delayed"
    """WeChat needs longer; the audit goes on."""
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    GRAY = "gray"
    """Given to a share of the customers."""
    RELEASING = "releasing"
    RELEASED = "released"
    """What customers have. One per mini-program."""
    SUPERSEDED = "superseded"
    """A newer release took its place; rolling that one back brings this one back."""
    REVERTING = "reverting"
    REVERTED = "reverted"
    STOPPED = "stopped"
    """It goes no further: the authorisation was lost, or its train was aborted."""


S = ReleaseState
RELEASE_FLOW = Flow(
    start=S.DRAFT,
    steps={
        S.DRAFT: frozenset({S.PREFLIGHT_FAILED, S.READY, S.SUPERSEDED, S.STOPPED}),
        S.PREFLIGHT_FAILED: frozenset({S.READY, S.SUPERSEDED, S.STOPPED}),
        S.READY: frozenset({S.COMMITTING, S.SUPERSEDED, S.STOPPED}),
        S.COMMITTING: frozenset({S.COMMITTED, S.PREFLIGHT_FAILED, S.STOPPED}),
        S.COMMITTED: frozenset({S.SUBMITTING, S.SUPERSEDED, S.STOPPED}),
        S.SUBMITTING: frozenset({S.AUDITING, S.COMMITTED, S.STOPPED}),
        S.AUDITING: frozenset({S.REJECTED, S.DELAYED, S.APPROVED, S.WITHDRAWN, S.STOPPED}),
        S.DELAYED: frozenset({S.REJECTED, S.AUDITING, S.APPROVED, S.WITHDRAWN, S.STOPPED}),
        S.REJECTED: frozenset({S.COMMITTED, S.SUPERSEDED, S.STOPPED}),
        S.WITHDRAWN: frozenset({S.COMMITTED, S.SUPERSEDED, S.STOPPED}),
        S.APPROVED: frozenset({S.GRAY, S.RELEASING, S.SUPERSEDED, S.STOPPED}),
        S.GRAY: frozenset({S.GRAY, S.APPROVED, S.RELEASING, S.STOPPED}),
        S.RELEASING: frozenset({S.RELEASED, S.APPROVED, S.STOPPED}),
        S.RELEASED: frozenset({S.SUPERSEDED, S.REVERTING}),
        S.SUPERSEDED: frozenset({S.RELEASED}),
        S.REVERTING: frozenset({S.REVERTED, S.RELEASED}),
        S.REVERTED: frozenset(),
        S.STOPPED: frozenset({S.RELEASED}),  # found released when the app came back
    },
)
IN_AUDIT = frozenset({S.AUDITING, S.DELAYED})
RESTING = frozenset(
    {S.DRAFT, S.PREFLIGHT_FAILED, S.READY, S.COMMITTED, S.REJECTED, S.WITHDRAWN, S.APPROVED}
)
"""Nothing is under way at WeChat: a newer release may take its place."""
BUSY = frozenset({S.COMMITTING, S.SUBMITTING, S.AUDITING, S.DELAYED, S.GRAY, S.RELEASING})
OPEN = RESTING | BUSY
"""On its way. One per mini-program."""
LIVE = frozenset({S.RELEASED, S.REVERTING})
"""What customers have. One per mini-program."""
SUBMITTABLE = frozenset({S.COMMITTED, S.REJECTED, S.WITHDRAWN})
PREVIEWABLE = SUBMITTABLE | IN_AUDIT | {S.SUBMITTING, S.APPROVED, S.GRAY}
"""The trial version at WeChat is this release's."""


class Goal(StrEnum):
    """How far a release goes by itself; a person does the rest."""

    PREVIEW = "preview"
    """Until the trial version can be looked at."""
    AUDIT = "audit"
    """Until WeChat has decided."""
    RELEASE = "release"
    """Until customers have it."""


class Wish(StrEnum):
    """Something to do at WeChat that has no state of its own."""

    NONE = ""
    WITHDRAW = "withdraw"
    GREY = "grey"
    END_GREY = "end_grey"
    SPEED_UP = "speed_up"

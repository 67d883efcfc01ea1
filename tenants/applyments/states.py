"""The life of an applyment: ours until it is handed in, then WeChat's."""

from enum import StrEnum

from kernel.states import Flow
from wechat.onboarding import ApplicationState as Told


class ApplymentState(StrEnum):
    """Where an applyment stands. Only `applyments.moves` writes it."""

    DRAFT = "draft"
    SUBMITTING = "submitting"
    """Handed in here; WeChat may or may not have it yet."""
    AUDITING = "auditing"
    REJECTED = "rejected"
    """WeChat wants something changed: by its reviewers, or for the form at once."""
    TO_BE_CONFIRMED = "to_be_confirmed"
    """The account waits to be verified, at WeChat's link."""
    TO_BE_SIGNED = "to_be_signed"
    SIGNING = "signing"
    """Signed; WeChat opens the permissions."""
    FINISHED = "finished"
    CANCELLED = "cancelled"


A = ApplymentState
EDITABLE = frozenset({A.DRAFT, A.REJECTED})
ENDED = frozenset({A.FINISHED, A.CANCELLED})
AT_WECHAT = frozenset({A.AUDITING, A.TO_BE_CONFIRMED, A.TO_BE_SIGNED, A.SIGNING})
"""States of which only WeChat knows what comes next: it calls nobody back, so we ask."""
FOLLOWED = AT_WECHAT | {A.SUBMITTING}
_WORDS = AT_WECHAT | {A.REJECTED} | ENDED
"""All that WeChat can say; it may skip steps, or say one that we have never seen again."""

APPLYMENT_FLOW = Flow(
    start=A.DRAFT,
    steps={
        A.DRAFT: frozenset({A.SUBMITTING, A.CANCELLED}),
        A.SUBMITTING: _WORDS,
        A.REJECTED: frozenset({A.SUBMITTING, A.CANCELLED}),
        **{state: _WORDS - {state} for state in AT_WECHAT},
        A.FINISHED: frozenset(),
        A.CANCELLED: frozenset(),
    },
)

STATE_OF = {
    Told.EDITTING: A.REJECTED,
    Told.AUDITING: A.AUDITING,
    Told.REJECTED: A.REJECTED,
    Told.TO_BE_CONFIRMED: A.TO_BE_CONFIRMED,
    Told.TO_BE_SIGNED: A.TO_BE_SIGNED,
    Told.SIGNING: A.SIGNING,
    Told.FINISHED: A.FINISHED,
    Told.CANCELED: A.CANCELLED,
}
"""Where an applyment stands of which WeChat says this (CONTRACT §4.13)."""

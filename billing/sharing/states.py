"""The life of a sharing, of each part of it, and of a return."""

from enum import StrEnum

from kernel.states import Flow


class SharingState(StrEnum):
    """Where the sharing of one paid order stands. Only `sharing.moves` writes it."""

    PLANNED = "planned"
    """Parts may still be added; a refund makes them smaller. WeChat was not asked, or refused."""
    SUBMITTED = "submitted"
    """Handed over: parts and amounts stay as they are, whatever WeChat has heard of it."""
    FINISHED = "finished"
    """Every part has ended and the rest of the money is the owner's."""
    LAPSED = "lapsed"
    """WeChat released the money by itself, 30 days after the payment; nothing was given."""


S = SharingState
SHARING_FLOW = Flow(
    start=S.PLANNED,
    steps={
        # FINISHED at once: WeChat refused our call, but an earlier one had arrived after all.
        S.PLANNED: frozenset({S.SUBMITTED, S.FINISHED, S.LAPSED}),
        S.SUBMITTED: frozenset({S.PLANNED, S.FINISHED, S.LAPSED}),
        S.FINISHED: frozenset(),
        S.LAPSED: frozenset(),
    },
)
ENDED = frozenset({S.FINISHED, S.LAPSED})


class PartKind(StrEnum):
    """Who gets a part."""

    PLATFORM = "platform"
    """The platform's merchant number: its commission. It can be made to give back."""
    PERSON = "person"
    """An openid of the shop's app. WeChat takes nothing back from a person (CONTRACT §4.11)."""


class PartState(StrEnum):
    """What became of one part."""

    PLANNED = "planned"
    GIVEN = "given"
    NOT_GIVEN = "not_given"
    """The money stayed with the shop, which owes it all the same: `Part.reason` says why."""


class Reason(StrEnum):
    """Our own reasons for a part that was not given; WeChat's stand as it words them."""

    REFUNDED = "refunded"
    """What the part was taken of went back to the customer before it could be given."""
    OVER_RATIO = "over_ratio"
    """The shop lets WeChat share less of an order than all parts come to."""
    EXPIRED = "expired"


class ReturnState(StrEnum):
    """Where it stands that the platform gives back a part of its part."""

    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """The platform still has the money, and owes it to the shop."""

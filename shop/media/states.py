"""The life of a picture: waited for, kept, or given up with a reason."""

from enum import StrEnum

from kernel.states import Flow


class ImageState(StrEnum):
    """Where a picture stands."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


S = ImageState
IMAGE_FLOW = Flow(
    start=S.PENDING,
    steps={
        S.PENDING: frozenset({S.STORED, S.FAILED}),
        S.FAILED: frozenset({S.PENDING}),
        S.STORED: frozenset(),
    },
)

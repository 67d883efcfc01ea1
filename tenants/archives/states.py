"""The life of an export, and the two sides on which a schema may stand beside its shop."""

from enum import StrEnum

from kernel.states import Flow


class ExportState(StrEnum):
    """Where an export stands. Only `actions._move` writes it."""

    WANTED = "wanted"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"
    """Its file was deleted: its time was over, or the shop was erased."""


E = ExportState
EXPORT_FLOW = Flow(
    start=E.WANTED,
    steps={
        E.WANTED: frozenset({E.RUNNING, E.FAILED}),
        E.RUNNING: frozenset({E.RUNNING, E.READY, E.FAILED}),
        E.READY: frozenset({E.GONE}),
        E.FAILED: frozenset(),
        E.GONE: frozenset(),
    },
)


class StraySide(StrEnum):
    """Why a schema with data is no shop's."""

    ARRIVING = "arriving"
    """Loaded and proven; the shop that moves in is made next."""
    REPLACED = "replaced"
    """A restore put another schema in its place."""
    MOVED = "moved"
    """The shop lives in another cell now."""


class ErasureState(StrEnum):
    """Where an erasure stands: one person asks, another decides, the worker does it."""

    ASKED = "asked"
    DECLINED = "declined"
    AGREED = "agreed"
    ERASED = "erased"


R = ErasureState
ERASURE_FLOW = Flow(
    start=R.ASKED,
    steps={
        R.ASKED: frozenset({R.DECLINED, R.AGREED}),
        R.DECLINED: frozenset(),
        R.AGREED: frozenset({R.ERASED}),
        R.ERASED: frozenset(),
    },
)

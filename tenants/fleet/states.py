"""How runs, and schemas in them, end."""

from enum import StrEnum


class RunState(StrEnum):
    """`failed`: some schemas are named and wait for a person. `stopped`: most were not tried."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class OutcomeState(StrEnum):
    """Whether a schema has the version."""

    DONE = "done"
    FAILED = "failed"

"""When to ask WeChat again: nothing that it tells by itself is promised. Pure."""

DETECTION_SECONDS = (5, 10, 20, 40, 60, 120, 300)
"""The code detection after a commit takes minutes."""

MOST_DETECTIONS = 40
"""About three hours: then a person looks."""

AUDIT_SECONDS = (60, 300, 900, 1800, 3600, 7200)
"""An audit takes hours to days. The push comes first; this is for the push that was lost."""

MOST_UNKNOWN = 3
"""So often may WeChat not know an audit that it has just taken."""

RETRY_SECONDS = (1, 5, 15, 30, 60)
"""When WeChat is away: within a minute after it is back, everything goes on."""

OPERATOR_SECONDS = 600
"""When our own configuration is refused: a person has been alarmed."""

OVERDUE_SECONDS = 300
"""A step that is so late was lost, with its message or its worker's patience."""


def wait(seconds: tuple[int, ...], times: int) -> int:
    """Return how long to wait after so many times: the last rung repeats."""
    return seconds[min(times, len(seconds) - 1)]

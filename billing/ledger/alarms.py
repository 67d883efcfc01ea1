"""What a person must look at: counted, logged and sent to Sentry, all in one call."""

import sentry_sdk
import structlog
from prometheus_client import Counter

ALARMS = Counter("billing_alarms", "Money events that need a person, by kind.", ["kind"])
log = structlog.get_logger(__name__)


def alarm(kind: str, **facts: object) -> None:
    """Raise the alarm `kind` (a short stable word). Facts are numbers and ids, no persons."""
    ALARMS.labels(kind).inc()
    log.warning("billing_alarm", kind=kind, **facts)
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("alarm", kind)
        scope.set_context("facts", dict(facts))
        sentry_sdk.capture_message(f"billing alarm: {kind}", level="error")

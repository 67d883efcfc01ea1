"""The hourly proof: what `manage.py verify_invariants` asks, told to staff by an alarm."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice

import structlog

from billing.ledger.alarms import alarm
from tenants.proofs import proofs_of_platform, proofs_of_shop

MOST = 100
"""So many violations of one shop are told; the command tells all of them."""
log = structlog.get_logger(__name__)


def prove_shop() -> int:
    """Prove the current shop; return how many violations were told."""
    return _tell(proofs_of_shop())


def prove_platform() -> int:
    """Prove the platform's own books; return how many violations were told."""
    return _tell(proofs_of_platform())


def _tell(sentences: Iterable[str]) -> int:
    """Log each sentence, and raise one alarm for each rule that is broken."""
    rules: Counter[str] = Counter()
    for sentence in islice(sentences, MOST):
        rules[sentence.split(" ", 1)[0].rstrip(":")] += 1
        log.error("invariant_violated", sentence=sentence)
    for rule, count in sorted(rules.items()):
        alarm("invariant_violated", rule=rule, count=count)
    return rules.total()

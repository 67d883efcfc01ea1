"""What the worker does in a shop for the platform's books."""

from billing.ledger.messages import PlatformOwed
from billing.ledger.states import JournalKind
from billing.platform_books import mirroring
from billing.platform_books.messages import CatchUp
from jobs.messages import handles
from jobs.schedule import every


@handles(PlatformOwed, queue="settle")
def mirror_journal(message: PlatformOwed) -> None:
    """Write it. Again finds it written."""
    mirroring.mirror(kind=JournalKind(message.kind), reference=message.reference)


@handles(CatchUp, queue="bulk")
def catch_up(message: CatchUp) -> None:
    """Write what is missing. Again finds nothing."""
    mirroring.catch_up()


every(hours=24, each_shop=True, message=CatchUp())

"""What the worker does for archives: write exports, and clear away what is too old."""

from jobs.messages import handles
from jobs.schedule import every
from tenants.archives import erasing, exports, moving, strays
from tenants.archives.messages import (
    ArchivesDue,
    ErasureAgreed,
    ExportWanted,
    MovesDue,
    SandboxDiscarded,
)
from tenants.models import Tenant
from tenants.states import TenantState


@handles(ExportWanted, queue="bulk", time_limit=3_600_000)
def write_export(message: ExportWanted) -> None:
    """Write a shop into a file. Again, after the worker died, it starts over."""
    exports.run(message.export_id)


@handles(ErasureAgreed, queue="bulk", time_limit=3_600_000)
def erase_shop(message: ErasureAgreed) -> None:
    """Erase it and write the certificate. Again finds it done."""
    erasing.carry_out(message.erasure_id)


@handles(SandboxDiscarded, queue="bulk")
def erase_sandbox(message: SandboxDiscarded) -> None:
    """Erase it. Again finds nothing."""
    erasing.erase(Tenant.objects.get(pk=message.tenant_id, state=TenantState.PURGED), [])


@handles(ArchivesDue, queue="bulk")
def clear_away(message: ArchivesDue) -> None:
    """Delete exports and schemas whose time is over. Again finds none."""
    exports.expire_due()
    strays.drop_due()


@handles(MovesDue, queue="settle")
def open_again(message: MovesDue) -> None:
    """Open the shops whose move was killed where they were. Again finds none."""
    moving.take_back_killed()


every(hours=1, message=ArchivesDue())
every(minutes=5, message=MovesDue())

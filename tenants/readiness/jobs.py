"""What the worker does for readiness: look at an app when asked, once configured, and daily."""

from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.programs.messages import ProgramConfigured
from tenants.readiness import actions
from tenants.readiness.messages import CheckupsDue, CheckupWanted, RoutineCheckup


@handles(CheckupWanted, queue="settle")
def check_up(message: CheckupWanted) -> None:
    """Look at an app for somebody who waits. Again is harmless."""
    with context.public():
        actions.check_up(program_id=message.program_id)


@handles(RoutineCheckup, queue="bulk")
def check_up_again(message: RoutineCheckup) -> None:
    """Look at an app as every day. Again is harmless."""
    with context.public():
        actions.check_up(program_id=message.program_id)


@handles(ProgramConfigured, queue="bulk")
def check_configured(message: ProgramConfigured) -> None:
    """Look at an app whose configuration was applied. Again is harmless."""
    with context.public():
        actions.check_up(program_id=message.program_id)


@handles(CheckupsDue, queue="bulk")
def check_all(message: CheckupsDue) -> None:
    """Have every app looked at. Again costs a second look."""
    with context.public():
        actions.want_all_checkups()


every(hours=24, message=CheckupsDue())

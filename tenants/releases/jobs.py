"""What the worker does for releases: the next step of each, and what WeChat tells of them."""

from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.models import MiniProgram
from tenants.programs.messages import ProgramAuthorised, ProgramUnauthorised
from tenants.pushes import actions as pushes
from tenants.pushes import queries as told
from tenants.pushes.messages import AuditDecided
from tenants.releases import actions, carrying, many, pictures, queries, quota
from tenants.releases.messages import (
    CarryOn,
    CarryOnInBulk,
    QuotaDue,
    ReleasesOverdue,
    ScreenshotsWanted,
)
from wechat.errors import WeChatFailure


@handles(CarryOn, queue="settle")
def carry_on(message: CarryOn) -> None:
    """Take the next step of a release that somebody waits for. Again is harmless."""
    with context.public():
        carrying.carry_on(release_id=message.release_id, turn=message.turn)


@handles(CarryOnInBulk, queue="bulk")
def carry_on_in_bulk(message: CarryOnInBulk) -> None:
    """Take the next step of a release of a train. Again is harmless."""
    with context.public():
        carrying.carry_on(release_id=message.release_id, turn=message.turn)


@handles(AuditDecided, queue="settle")
def hear_decision(message: AuditDecided) -> None:
    """Ask WeChat at once for what it pushed: so a push that is late or lost makes no difference."""
    with context.public():
        release = queries.release_in_audit(told.push(message.push_id).appid)
        outcome = "no_audit"
        if release is not None:
            try:
                actions.ask_now(release=release, by="wechat")
                outcome = "asked"
            except actions.ReleaseCannot:  # decided while we looked
                outcome = "decided"
        pushes.note_handled(push_id=message.push_id, outcome=outcome)


@handles(ProgramUnauthorised, queue="settle")
def stop_releases(message: ProgramUnauthorised) -> None:
    """Stop what is on its way to an app that is no longer ours. Again is harmless."""
    with context.public():
        program = MiniProgram.objects.get(pk=message.program_id)
        actions.stop_all_of(program=program, reason="not_authorised")


@handles(ProgramAuthorised, queue="settle")
def reconcile_releases(message: ProgramAuthorised) -> None:
    """Ask what customers of an app have that came back. Again is harmless."""
    with context.public():
        carrying.reconcile(program_id=message.program_id)


@handles(ScreenshotsWanted, queue="notify")
def fetch_screenshots(message: ScreenshotsWanted) -> None:
    """Fetch a refusal's pictures; a WeChat that is away is asked again. Again is harmless."""
    with context.public():
        pictures.fetch_screenshots(rejection_id=message.rejection_id)


@handles(ReleasesOverdue, queue="settle")
def find_overdue(message: ReleasesOverdue) -> None:
    """Take up releases whose next step was lost."""
    with context.public():
        many.find_overdue()


@handles(QuotaDue, queue="notify", max_retries=3)
def ask_quota(message: QuotaDue) -> None:
    """Ask WeChat for the month's audits, if any app can ask. Again is harmless."""
    with context.public():
        try:
            quota.refresh()
        except (quota.QuotaUnknown, WeChatFailure) as failure:
            carrying.log.info("quota_not_read", failure=type(failure).__name__)


every(minutes=5, message=ReleasesOverdue())
every(hours=6, message=QuotaDue())

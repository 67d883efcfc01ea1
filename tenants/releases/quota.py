"""The month's audits: one pool for all shops, never overdrawn (CONTRACT §3.6).

An audit is reserved by one conditional UPDATE before it is submitted, and counted as used, or given
back, when WeChat has answered. Two workers that want the last one meet at the row's lock.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import F
from django.db.models.functions import Greatest

from kernel import clock
from kernel.errors import Refusal
from tenants.models import MiniProgram
from tenants.releases.models import QUOTA_LEFT, Quota
from tenants.states import ProgramKind, ProgramState
from tenants.transactions import verb
from wechat import program_code

_BEIJING = ZoneInfo("Asia/Shanghai")
FRESH = timedelta(hours=6)


class QuotaUnknown(Refusal):
    """No mini-program has authorised the platform yet, through which WeChat could be asked."""

    en = "The month's audits are not known yet: no mini-program has authorised the platform."
    zh = "尚不知道本月审核额度：还没有小程序授权给平台。"


def month_now() -> str:
    """Return the present month, `2026-11`, where WeChat counts."""
    return clock.now().astimezone(_BEIJING).strftime("%Y-%m")


def present() -> Quota | None:
    """Return the present month's row; None before WeChat was asked for it."""
    return Quota.objects.filter(month=month_now()).first()


def known(appid: str) -> Quota:
    """Return the present month's row, asking WeChat where it is missing or old.

    Outside any transaction. Raises a WeChatFailure.
    """
    row = present()
    if row is not None and row.checked_at > clock.now() - FRESH:
        return row
    return refresh(appid)


def refresh(appid: str = "") -> Quota:
    """Ask WeChat for the month's audits, through this app or any that is authorised.

    Outside any transaction. Raises QuotaUnknown, or a WeChatFailure.
    """
    appid = appid or _any_app()
    month = month_now()
    before = Quota.objects.filter(month=month).values_list("used", "reserved").first() or (0, 0)
    return _take(month, program_code.quota(appid), before)


@verb
def reserve(month: str, *, kept: int = 0) -> bool:
    """Reserve one audit, if more than `kept` are left; say whether. In the caller's transaction."""
    rows = Quota.objects.annotate(left_over=QUOTA_LEFT).filter(month=month, left_over__gt=kept)
    return bool(rows.update(reserved=F("reserved") + 1))


@verb
def count_used(month: str, number: int = 1) -> None:
    """Turn reservations into audits that were submitted.

    In another month by now, the audit may be that month's: it is read again before its next use.
    """
    Quota.objects.filter(month=month, reserved__gte=number).update(
        reserved=F("reserved") - number, used=F("used") + number
    )
    if month != month_now():
        Quota.objects.filter(month=month_now()).update(checked_at=F("checked_at") - FRESH)


@verb
def give_back_as_spent(month: str) -> None:
    """Drop a reservation: WeChat says that no audit is left, so none is, whatever we counted."""
    give_back(month)
    left = F("granted") - F("used") - F("reserved")
    Quota.objects.filter(month=month).update(elsewhere=Greatest(F("elsewhere"), left))


@verb
def give_back(month: str) -> None:
    """Drop a reservation: WeChat did not take the submission."""
    Quota.objects.filter(month=month, reserved__gt=0).update(reserved=F("reserved") - 1)


@verb
def _take(month: str, told: program_code.Quota, before: tuple[int, int]) -> Quota:
    """Keep what WeChat says. What it counts and we did not submit was used elsewhere.

    A submission on its way may be counted there already or not yet. So unless all was quiet while
    we asked (`before`: used and reserved then), `elsewhere` only grows, by what cannot be ours.
    """
    taken = max(0, told.limit - told.rest)
    Quota.objects.bulk_create(
        [Quota(month=month, granted=told.limit, elsewhere=taken, checked_at=clock.now())],
        ignore_conflicts=True,
    )
    row = Quota.objects.select_for_update().get(month=month)
    others = taken - row.used - row.reserved
    is_quiet = before == (row.used, row.reserved) and row.reserved == 0
    elsewhere = max(0, others) if is_quiet else Greatest(F("elsewhere"), others)
    Quota.objects.filter(pk=row.pk).update(
        granted=told.limit,
        elsewhere=elsewhere,
        speedup_left=told.speedup_rest,
        checked_at=clock.now(),
    )
    row.refresh_from_db()
    return row


def _any_app() -> str:
    rows = MiniProgram.objects.filter(
        state=ProgramState.AUTHORISED, kind=ProgramKind.MINI_PROGRAM
    ).order_by("pk")
    appid = rows.values_list("appid", flat=True).first()
    if appid is None:
        raise QuotaUnknown
    return appid

"""What became of a train's cars, by what became of their releases: a few statements for all."""

from django.db.models import Q

from tenants.releases.carrying import QUOTA_SPENT
from tenants.releases.states import Goal, ReleaseState
from tenants.trains.models import ReleaseTrain
from tenants.trains.moves import move_cars
from tenants.trains.states import CarState

R = ReleaseState
_FAILED = (R.PREFLIGHT_FAILED, R.STOPPED, R.SUPERSEDED, R.WITHDRAWN, R.REVERTED)
_RESTING = Q(release__due_at__isnull=True, release__state__in=(R.COMMITTED, R.APPROVED, R.GRAY))
_TROUBLED = ~Q(release__problem_code__in=("", QUOTA_SPENT))
_TAKEN_OVER = Q(release__state=R.GRAY) | ~Q(release__goal=Goal.RELEASE)


def settle_cars(train: ReleaseTrain) -> None:
    """Note on each running car what became of its release.

    A release that rests with a problem is stuck; one that its owner stopped on its way, or gives
    to a share of the customers first, is taken over. Neither is waited for.
    """
    running = train.cars.filter(state=CarState.RUNNING)
    arrived = Q(release__state=R.RELEASED)
    overtaken = Q(release__state=R.SUPERSEDED, release__released_at__isnull=False)
    move_cars(running.filter(arrived | overtaken), CarState.RELEASED)
    move_cars(running.filter(release__state=R.REJECTED), CarState.REFUSED, reason="refused")
    for state in _FAILED:
        move_cars(running.filter(release__state=state), CarState.FAILED, reason=str(state))
    move_cars(running.filter(_RESTING & _TROUBLED), CarState.FAILED, reason="stuck")
    move_cars(running.filter(_RESTING & _TAKEN_OVER), CarState.FAILED, reason="taken_over")

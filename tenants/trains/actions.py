"""Everything that can happen to a train. On the platform. For staff.

Note [levers]. A train drives its cars by one lever: how far a release goes by itself (Goal). To
start and resume sets it to RELEASE, to pause or stop sets it to PREVIEW, by one statement for all
cars: then nothing more is submitted or released, and what WeChat decides meanwhile is kept.

Note [turns]. A running train has one message in the queue, its next turn (`trains.driving`). It
settles its cars by a few set-based statements and starts the next ones. Killed anywhere, the
message is heard again; lost, `find_overdue` publishes another.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel import clock
from kernel.errors import Refusal
from tenants.models import MiniProgram
from tenants.releases import many
from tenants.releases.models import Template
from tenants.releases.states import Goal, ReleaseState
from tenants.states import OPEN_STATES, ProgramKind, ProgramState
from tenants.trains import queries
from tenants.trains.models import ReleaseTrain, TrainCar
from tenants.trains.moves import come_back, move_cars, move_train, note
from tenants.trains.settling import settle_cars
from tenants.trains.states import DRIVEN, CarState, TrainState
from tenants.transactions import verb

OVERDUE_SECONDS = 120


class TrainEmpty(Refusal):
    """The filter leaves no mini-program for the train."""

    status = 422
    en = "No mini-program was chosen for this train."
    zh = "没有符合条件的小程序。"


class TrainCannot(Refusal):
    """The train does not stand where this can be done."""

    en = "This cannot be done now: the train is {state}."
    zh = "当前状态（{state}）不能进行此操作。"


@dataclass(frozen=True)
class TrainFilter:
    """Which mini-programs a train takes, of all that are authorised, in open shops, and not on the
    template yet. Without `has_unreleased`, only those whose customers have a version of ours."""

    appids: tuple[str, ...] = ()
    """Only these, if any are named."""
    without: tuple[str, ...] = ()
    has_unreleased: bool = False


def plan(
    *,
    template: Template,
    chosen: TrainFilter,
    canaries: Sequence[str],
    waves: Sequence[int],
    most_refusals: int,
    quota_kept: int,
    by: str,
) -> ReleaseTrain:
    """Plan a train: the canaries (appids) are wave 1, then waves of these sizes, then the rest.

    Two statements choose and write the cars, however many. `trains.queries.cost_of` tells what it
    costs before `start`. Raises TrainEmpty.
    """
    train = ReleaseTrain(
        template=template,
        chosen=asdict(chosen),
        most_refusals=most_refusals,
        quota_kept=quota_kept,
        by=by,
    )
    return _plan(train, chosen, set(canaries), [size for size in waves if size > 0])


def start(*, train: ReleaseTrain, by: str) -> ReleaseTrain:
    """Let a planned train go. Raises TrainCannot."""
    if train.state != TrainState.PLANNED:
        raise TrainCannot(state=train.state)
    return _go(train, by, "started", started_at=clock.now())


def pause(*, train: ReleaseTrain, by: str, reason: str = "") -> ReleaseTrain:
    """Submit and release nothing more, until `resume`. Raises TrainCannot."""
    return _halt(train, TrainState.PAUSED, by=by, event="paused", reason=reason)


def resume(*, train: ReleaseTrain, by: str, again: bool = False) -> ReleaseTrain:
    """Go on where the train stood; with `again`, its refused and failed cars are tried again.

    Refusals known by now do not stop it again. Raises TrainCannot.
    """
    if train.state not in {TrainState.PAUSED, TrainState.STOPPED}:
        raise TrainCannot(state=train.state)
    return _resume(train, by, again=again)


def abort(*, train: ReleaseTrain, by: str, reason: str) -> ReleaseTrain:
    """End a train for good: what waits stays on its version, what is released stays released.

    What WeChat looks at now is not withdrawn (it allows few): its car is skipped, and its owner may
    release it. What is just being released ends so, and its car with it. Raises TrainCannot.
    """
    return _abort(train, by, reason)


def retry(*, car: TrainCar, by: str) -> TrainCar:
    """Try a refused, failed or skipped car again: a refused one is submitted as it is.

    Raises TrainCannot for a car or a train that does not stand so.
    """
    train = car.train
    if train.state not in {TrainState.RUNNING, TrainState.FINISHED}:
        raise TrainCannot(state=train.state)
    _retry(train, car, by)
    car.refresh_from_db()
    return car


@verb
def find_overdue() -> int:
    """Publish again the turns that are long overdue: their message was lost; return how many."""
    before = clock.now() - timedelta(seconds=OVERDUE_SECONDS)
    rows = ReleaseTrain.objects.filter(state__in=DRIVEN, due_at__lt=before)
    late = list(rows.select_for_update(skip_locked=True))
    for train in late:
        come_back(train, 0)
    return len(late)


@verb
def stop_itself(train: ReleaseTrain, *, reason: str) -> None:
    """Stop a running train by its own rule, as `pause` does."""
    _halt(train, TrainState.STOPPED, by="platform", event="stopped", reason=reason)


@verb
def wait_for_quota(train: ReleaseTrain) -> None:
    """Pause a train for which no audits are left. What was submitted goes its way to the end."""
    move_train(train, TrainState.PAUSED, event="paused", by="platform", reason="audit_quota_spent")


def release_ids(train: ReleaseTrain, *states: CarState) -> list[UUID]:
    """Return the releases of the cars in these states."""
    rows = train.cars.filter(state__in=states, release__isnull=False)
    return list(rows.values_list("release_id", flat=True))


@verb
def _plan(
    train: ReleaseTrain, chosen: TrainFilter, canaries: set[str], sizes: list[int]
) -> ReleaseTrain:
    rows = list(
        _chosen(train.template, chosen)
        .annotate(has=queries.live_version_of_program())
        .order_by("pk")
        .values_list("pk", "appid", "has")
    )
    first = [row for row in rows if row[1] in canaries]
    rest = [row for row in rows if row[1] not in canaries]
    waves = [first] if first else []
    for size in sizes:
        if rest:
            waves.append(rest[:size])
            rest = rest[size:]
    if rest:
        waves.append(rest)
    if not waves:
        raise TrainEmpty
    train.waves = [len(wave) for wave in waves]
    train.save()
    TrainCar.objects.bulk_create(
        TrainCar(train=train, mini_program_id=pk, wave=number, from_version=has or "")
        for number, wave in enumerate(waves, start=1)
        for pk, _, has in wave
    )
    note(train, "planned", by=train.by, waves=train.waves)
    return train


def _chosen(template: Template, chosen: TrainFilter) -> QuerySet[MiniProgram]:
    rows = MiniProgram.objects.filter(
        state=ProgramState.AUTHORISED,
        kind=ProgramKind.MINI_PROGRAM,
        tenant__state__in=OPEN_STATES,
    )
    if chosen.appids:
        rows = rows.filter(appid__in=chosen.appids)
    if chosen.without:
        rows = rows.exclude(appid__in=chosen.without)
    rows = rows.annotate(version=queries.live_version_of_program())
    if chosen.has_unreleased:
        return rows.filter(Q(version__isnull=True) | ~Q(version=template.version))
    return rows.filter(version__isnull=False).exclude(version=template.version)


@verb
def _go(train: ReleaseTrain, by: str, event: str, **values: object) -> ReleaseTrain:
    if not move_train(train, TrainState.RUNNING, event=event, by=by, reason="", **values):
        train.refresh_from_db()
        raise TrainCannot(state=train.state)
    return train


@verb
def _halt(
    train: ReleaseTrain, target: TrainState, *, by: str, event: str, reason: str
) -> ReleaseTrain:
    """See Note [levers]."""
    if not move_train(train, target, event=event, by=by, reason=reason[:200]):
        train.refresh_from_db()
        raise TrainCannot(state=train.state)
    running = release_ids(train, CarState.RUNNING)
    many.aim_many(release_ids=running, goal=Goal.PREVIEW)
    return train


@verb
def _resume(train: ReleaseTrain, by: str, *, again: bool) -> ReleaseTrain:
    _go(train, by, "resumed")
    if again:
        _try_again(train, train.cars.exclude(state=CarState.SKIPPED), by)
    train.forgiven = train.cars.filter(wave=train.wave, state=CarState.REFUSED).count()
    train.save(update_fields=["forgiven"])
    running = release_ids(train, CarState.RUNNING)
    many.aim_many(release_ids=running, goal=Goal.RELEASE)
    return train


def _try_again(train: ReleaseTrain, cars: QuerySet[TrainCar], by: str) -> None:
    refused = list(cars.filter(state=CarState.REFUSED, train=train).values_list("pk", "release_id"))
    move_cars(TrainCar.objects.filter(pk__in=[pk for pk, _ in refused]), CarState.RUNNING)
    ids = [release_id for _, release_id in refused]
    many.resubmit_many(release_ids=ids, goal=Goal.RELEASE, by=by)
    others = cars.filter(state__in={CarState.FAILED, CarState.SKIPPED}, train=train)
    move_cars(others, CarState.WAITING, release=None)


@verb
def _abort(train: ReleaseTrain, by: str, reason: str) -> ReleaseTrain:
    if not move_train(train, TrainState.ABORTED, event="aborted", by=by, reason=reason[:200]):
        train.refresh_from_db()
        raise TrainCannot(state=train.state)
    running = release_ids(train, CarState.RUNNING)
    many.aim_many(release_ids=running, goal=Goal.PREVIEW)
    many.stop_many(release_ids=running, reason="train_aborted")
    settle_cars(train)
    left = Q(state=CarState.WAITING) | Q(state=CarState.RUNNING)
    left &= ~Q(release__state=ReleaseState.RELEASING)
    move_cars(train.cars.filter(left), CarState.SKIPPED, reason="train_aborted")
    come_back(train, 0)
    return train


@verb
def _retry(train: ReleaseTrain, car: TrainCar, by: str) -> None:
    _try_again(train, train.cars.filter(pk=car.pk), by)
    note(train, "car_retried", by=by, appid=car.mini_program.appid)
    if train.state == TrainState.FINISHED:
        _go(train, by, "resumed", wave=car.wave)

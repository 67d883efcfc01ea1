"""A train's turn: settle its cars, obey the stop rule, start the next ones. See Note [turns].

Runs in a job, on the platform; WeChat is not called here. Every turn costs the same few statements,
however many cars there are.
"""

from uuid import UUID

from kernel import clock
from tenants.releases import many
from tenants.releases.carrying import QUOTA_SPENT
from tenants.releases.states import Goal, ReleaseState
from tenants.trains.actions import stop_itself, wait_for_quota
from tenants.trains.models import ReleaseTrain, TrainCar
from tenants.trains.moves import come_back, move_cars, move_train, note
from tenants.trains.settling import settle_cars
from tenants.trains.states import DECIDED, DRIVEN, CarState, TrainState
from tenants.transactions import verb

TURN_SECONDS = 15
"""How often a running train looks at its cars: audits take hours."""
BATCH = 100
"""So many cars start at a turn."""
R = ReleaseState


@verb
def take_turn(*, train_id: int, turn: int) -> None:
    """Take a running train's turn; a message of an older turn does nothing.

    A train that was aborted only settles what was under way.
    """
    rows = ReleaseTrain.objects.select_for_update(of=("self",)).select_related("template")
    train = rows.filter(pk=train_id, turn=turn, state__in=DRIVEN).first()
    if train is None:
        return
    settle_cars(train)
    present = train.cars.filter(wave=train.wave)
    refused = present.filter(state=CarState.REFUSED).count() - train.forgiven
    if train.state == TrainState.ABORTED:
        _end(train)
    elif refused > train.most_refusals:
        stop_itself(train, reason=f"wave {train.wave}: {refused} refused")
    elif _is_out_of_quota(train):
        wait_for_quota(train)
    else:
        _drive(train)


def _end(train: ReleaseTrain) -> None:
    if train.cars.filter(state=CarState.RUNNING).exists():
        come_back(train, TURN_SECONDS)
    else:
        train.due_at = None
        train.save(update_fields=["due_at"])


def _is_out_of_quota(train: ReleaseTrain) -> bool:
    running = train.cars.filter(state=CarState.RUNNING)
    return running.filter(release__state=R.COMMITTED, release__problem_code=QUOTA_SPENT).exists()


def _drive(train: ReleaseTrain) -> None:
    """Start waiting cars of the wave; when all are decided, go on to the next wave, or end."""
    present = train.cars.filter(wave__lte=train.wave)
    if _start_cars(train) or present.exclude(state__in=DECIDED).exists():
        come_back(train, TURN_SECONDS)
    elif train.wave < len(train.waves):
        train.wave, train.forgiven = train.wave + 1, 0
        train.save(update_fields=["wave", "forgiven"])
        note(train, "wave", wave=train.wave)
        _start_cars(train)
        come_back(train, TURN_SECONDS)
    else:
        move_train(
            train, TrainState.FINISHED, event="finished", by="platform", finished_at=clock.now()
        )


def _start_cars(train: ReleaseTrain) -> int:
    """Start up to BATCH waiting cars of this wave and those before; return how many were taken."""
    waiting = train.cars.filter(wave__lte=train.wave, state=CarState.WAITING).order_by("pk")
    cars = list(waiting.values_list("pk", "mini_program_id")[:BATCH])
    if not cars:
        return 0
    made = many.start_many(
        program_ids=[program_id for _, program_id in cars],
        template=train.template,
        goal=Goal.RELEASE,
        by=f"train {train.pk}",
        quota_kept=train.quota_kept,
    )
    busy = [pk for pk, program_id in cars if program_id not in made]
    move_cars(TrainCar.objects.filter(pk__in=busy), CarState.SKIPPED, reason="busy")
    _couple(train, made)
    return len(cars)


def _couple(train: ReleaseTrain, made: dict[int, UUID]) -> None:
    """Note each car's release, and that it runs: two statements."""
    cars = list(train.cars.filter(mini_program_id__in=made))
    for car in cars:
        car.release_id = made[car.mini_program_id]
    TrainCar.objects.bulk_update(cars, ["release"])
    move_cars(TrainCar.objects.filter(pk__in=[c.pk for c in cars]), CarState.RUNNING)

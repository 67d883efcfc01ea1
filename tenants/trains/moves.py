"""The only writer of a train's and its cars' states, and of the train's history."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet

from jobs.messages import publish
from kernel import clock
from tenants.trains.messages import TrainTurn
from tenants.trains.models import ReleaseTrain, TrainCar, TrainStep
from tenants.trains.states import CAR_FLOW, TRAIN_FLOW, CarState, TrainState
from tenants.transactions import verb


@verb
def move_train(
    train: ReleaseTrain, target: TrainState, *, event: str, by: str, **values: Any
) -> bool:
    """Step forward; say whether the row stood where it may. A running train has a turn at once."""
    rows = ReleaseTrain.objects.filter(pk=train.pk, state__in=TRAIN_FLOW.before(target))
    if not rows.update(state=target, turn=F("turn") + 1, due_at=None, **values):
        return False
    train.refresh_from_db()
    note(train, event, by=by, **{k: str(v) for k, v in values.items()})
    if target == TrainState.RUNNING:
        come_back(train, 0)
    return True


def move_cars(
    cars: QuerySet[TrainCar], target: CarState, *, reason: str = "", **values: Any
) -> int:
    """Move all of these that stand where they may, by one statement; return how many."""
    rows = cars.filter(state__in=CAR_FLOW.before(target))
    return rows.update(state=target, reason=reason, **values)


def note(train: ReleaseTrain, event: str, *, by: str = "platform", **facts: Any) -> None:
    """Add a line to the history."""
    TrainStep.objects.create(train=train, event=event, state=train.state, by=by, facts=facts)


def come_back(train: ReleaseTrain, seconds: float) -> None:
    """Publish the train's next turn. In the caller's transaction."""
    train.turn += 1
    train.due_at = clock.now() + timedelta(seconds=seconds)
    train.save(update_fields=["turn", "due_at"])
    publish(TrainTurn(train.pk, train.turn), tenant="", delay_seconds=seconds)

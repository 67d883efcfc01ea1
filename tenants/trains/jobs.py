"""What the worker does for trains."""

from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.trains import actions, driving
from tenants.trains.messages import TrainsOverdue, TrainTurn


@handles(TrainTurn, queue="settle")
def take_turn(message: TrainTurn) -> None:
    """Take a train's turn. Again is harmless."""
    with context.public():
        driving.take_turn(train_id=message.train_id, turn=message.turn)


@handles(TrainsOverdue, queue="settle")
def find_overdue(message: TrainsOverdue) -> None:
    """Take up trains whose next turn was lost."""
    with context.public():
        actions.find_overdue()


every(minutes=2, message=TrainsOverdue())

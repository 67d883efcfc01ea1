"""Questions about trains. All of them run on the platform (`context.public`). For staff."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from tenants.releases import queries as releases
from tenants.releases.models import Release
from tenants.releases.states import LIVE
from tenants.trains.models import ReleaseTrain, TrainCar, TrainStep
from tenants.trains.states import CarState


@dataclass(frozen=True)
class Cost:
    """What a train costs of the month's audits, and whether they are enough.

    `audits` counts cars that are not submitted yet. The figures of the quota are None before
    WeChat was asked (`releases.quota.refresh`).
    """

    cars: int
    waves: tuple[int, ...]
    audits: int
    granted: int | None
    left: int | None
    kept: int

    @property
    def is_enough(self) -> bool:
        """Say whether all of it fits into this month."""
        return self.left is not None and self.audits <= self.left - self.kept


@dataclass(frozen=True)
class Standing:
    """Where one mini-program of a train stands, and what its customers have."""

    appid: str
    shop: str
    wave: int
    state: str
    reason: str
    from_version: str
    on_version: str


def cost_of(train: ReleaseTrain) -> Cost:
    """Return the preview of a train's cost. Two statements."""
    present = releases.quota()
    waiting = train.cars.filter(state=CarState.WAITING).count()
    return Cost(
        cars=sum(train.waves),
        waves=tuple(train.waves),
        audits=waiting,
        granted=present.granted if present else None,
        left=present.left if present else None,
        kept=train.quota_kept,
    )


def figures_of(train: ReleaseTrain) -> dict[int, dict[str, int]]:
    """Return how many cars stand where, by wave and state. One statement."""
    found: dict[int, dict[str, int]] = {n: {} for n in range(1, len(train.waves) + 1)}
    for wave, state, n in (
        train.cars.values_list("wave", "state").annotate(n=Count("pk")).order_by("wave", "state")
    ):
        found[wave][state] = n
    return found


def standings_of(train: ReleaseTrain) -> list[Standing]:
    """Return every car, and which version its customers have now. Two statements."""
    names = ("mini_program__appid", "mini_program__tenant__name")
    fields = (*names, "wave", "state", "reason", "from_version")
    versions = list(
        train.cars.order_by("wave", "pk").values_list(
            live_version_of_program("mini_program"), flat=True
        )
    )
    cars = train.cars.order_by("wave", "pk").values_list(*fields)
    return [
        Standing(appid, shop, wave, state, reason, before, version or "")
        for (appid, shop, wave, state, reason, before), version in zip(cars, versions, strict=True)
    ]


def versions_of(train: ReleaseTrain) -> dict[str, int]:
    """Return how many of a train's mini-programs are on which version; "" is none of ours."""
    rows = train.cars.values_list(live_version_of_program("mini_program"), flat=True)
    counted = Counter(version or "" for version in rows)
    return dict(sorted(counted.items()))


def trains() -> list[ReleaseTrain]:
    """Return every train, the latest first."""
    return list(ReleaseTrain.objects.select_related("template").order_by("-pk")[:200])


def steps_of(train: ReleaseTrain) -> list[TrainStep]:
    """Return a train's history, the oldest line first."""
    return list(train.steps.order_by("pk"))


def refused_cars(train: ReleaseTrain) -> list[TrainCar]:
    """Return the cars that WeChat's reviewers refused, with why."""
    rows = train.cars.filter(state=CarState.REFUSED).select_related(
        "release", "mini_program__tenant"
    )
    return list(rows.prefetch_related("release__rejections").order_by("pk"))


def live_version_of_program(program: str = "pk") -> Subquery:
    """Return the version that a mini-program's customers have, for an annotation."""
    live = Release.objects.filter(mini_program=OuterRef(program), state__in=LIVE)
    return Subquery(live.values("template__version")[:1])

"""A train's small print: who is chosen, what it costs, when it stops, what a pause means."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from tenants import context
from tenants.models import MiniProgram, Tenant
from tenants.programs.models import Setting
from tenants.releases import carrying, library, quota
from tenants.releases.models import Quota, Release, Template
from tenants.trains import actions, driving, queries
from tenants.trains.actions import TrainCannot, TrainEmpty, TrainFilter
from tenants.trains.models import ReleaseTrain, TrainCar

BY = "staff@example.com"


@pytest.fixture
def platform(db):
    """On the platform, with a month's audits known; WeChat is not asked."""
    with context.public():
        Quota.objects.create(month=quota.month_now(), granted=50, checked_at=clock.now())
        yield


@pytest.fixture
def old(platform) -> Template:
    return library.register_template(version="1.0.0", wx_template_id=1)


@pytest.fixture
def new(platform) -> Template:
    return library.register_template(version="2.0.0", wx_template_id=2)


@pytest.fixture
def shops(old) -> Callable[..., list[MiniProgram]]:
    """Make shops whose customers have the old version; their schemas do not exist."""

    def make(count: int, *, first: int = 0, live: bool = True) -> list[MiniProgram]:
        tenants = Tenant.objects.bulk_create(
            Tenant(
                name=f"Train {n}", public_id=f"train{n}", code=f"TR{n}",
                schema_name=f"t_none_{n}", state="trial",
            )
            for n in range(first, first + count)
        )  # fmt: skip
        made = MiniProgram.objects.bulk_create(
            MiniProgram(tenant=t, appid=f"wxtrain{t.code}", state="authorised") for t in tenants
        )
        Setting.objects.bulk_create(
            Setting(mini_program=p, part=part, state="applied")
            for p in made
            for part in ("domains", "privacy")
        )
        if live:
            Release.objects.bulk_create(
                Release(mini_program=p, template=old, ext={}, ext_hash="", state="released", by=BY)
                for p in made
            )
        return made

    return make


def planned(template: Template, **wish) -> ReleaseTrain:
    given = {"chosen": TrainFilter(), "canaries": [], "waves": [], "most_refusals": 0}
    return actions.plan(template=template, quota_kept=0, by=BY, **{**given, **wish})


def turn(train: ReleaseTrain) -> ReleaseTrain:
    train.refresh_from_db()
    driving.take_turn(train_id=train.pk, turn=train.turn)
    train.refresh_from_db()
    return train


def force(train: ReleaseTrain, state: str, wave: int = 1, **values: object) -> None:
    """Say that WeChat brought the releases of a wave to this state."""
    rows = Release.objects.filter(cars__train=train, cars__wave=wave)
    Release.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        state=state, due_at=None, **values
    )


def states(train: ReleaseTrain) -> dict[int, dict[str, int]]:
    return queries.figures_of(train)


def test_only_what_is_ours_and_behind_is_chosen(shops, new):
    chosen = shops(3)
    shops(1, first=10, live=False)
    shops(1, first=20)[0].tenant.__class__.objects.filter(code="TR20").update(state="suspended")
    MiniProgram.objects.filter(pk=chosen[2].pk).update(state="unauthorised")
    train = planned(new)
    assert {c.mini_program_id for c in train.cars.all()} == {chosen[0].pk, chosen[1].pk}
    assert {c.from_version for c in train.cars.all()} == {"1.0.0"}
    wider = planned(new, chosen=TrainFilter(has_unreleased=True, without=(chosen[0].appid,)))
    assert wider.cars.count() == 2
    with pytest.raises(TrainEmpty):
        planned(new, chosen=TrainFilter(appids=("wxnobody",)))


def test_the_cost_is_known_before_the_start(shops, new):
    made = shops(10)
    train = planned(new, canaries=[made[7].appid, made[8].appid], waves=[3])
    assert train.waves == [2, 3, 5]
    cost = queries.cost_of(train)
    assert (cost.cars, cost.audits, cost.left, cost.is_enough) == (10, 10, 50, True)
    first = set(train.cars.filter(wave=1).values_list("mini_program_id", flat=True))
    assert first == {made[7].pk, made[8].pk}
    Quota.objects.update(used=45)
    assert not queries.cost_of(train).is_enough


def test_planning_and_a_turn_cost_the_same_for_few_and_many(shops, new):
    shops(4)

    def cost(run) -> int:
        with CaptureQueriesContext(connection) as seen:
            run()
        return len(seen)

    few = planned(new)
    actions.start(train=few, by=BY)
    few_turn = cost(lambda: turn(few))
    few_plan = cost(lambda: planned(new))
    TrainCar.objects.all().delete()
    shops(60, first=100)
    many = planned(new, chosen=TrainFilter(appids=tuple(f"wxtrainTR{n}" for n in range(100, 160))))
    many_plan = cost(
        lambda: planned(
            new, chosen=TrainFilter(appids=tuple(f"wxtrainTR{n}" for n in range(100, 160)))
        )
    )
    actions.start(train=many, by=BY)
    many_turn = cost(lambda: turn(many))
    assert states(many) == {1: {"running": 60}}
    assert many_plan <= few_plan
    assert many_turn <= few_turn


def test_a_wave_starts_when_the_former_is_decided(shops, new):
    made = shops(6)
    train = planned(new, canaries=[made[0].appid], waves=[2])
    actions.start(train=train, by=BY)
    turn(train)
    assert states(train) == {1: {"running": 1}, 2: {"waiting": 2}, 3: {"waiting": 3}}
    assert turn(train).wave == 1
    Release.objects.filter(mini_program=made[0], state="released").update(state="superseded")
    force(train, "released")
    assert turn(train).wave == 2
    assert states(train)[2] == {"running": 2}


def test_one_refusal_too_many_stops_the_train_and_mending_resumes_it(shops, new):
    made = shops(5)
    train = planned(new, waves=[3], most_refusals=1)
    actions.start(train=train, by=BY)
    turn(train)
    force(train, "auditing", audit_id="1")
    one = Release.objects.filter(mini_program=made[0], template=new)
    one.update(state="rejected")
    assert turn(train).state == "running"
    Release.objects.filter(mini_program=made[1], template=new).update(state="rejected")
    assert turn(train).state == "stopped"
    assert train.reason == "wave 1: 2 refused"
    assert Release.objects.get(mini_program=made[2], template=new).goal == "preview"
    assert states(train)[2] == {"waiting": 2}
    actions.resume(train=train, by=BY, again=True)
    assert train.state == "running"
    assert one.get().state == "committed"
    assert states(train)[1] == {"running": 3}
    assert Release.objects.get(mini_program=made[2], template=new).goal == "release"


def test_a_pause_submits_and_releases_nothing(shops, new, queued):
    shops(1)
    train = planned(new)
    actions.start(train=train, by=BY)
    turn(train)
    force(train, "committed", detected_at=clock.now())
    actions.pause(train=train, by=BY, reason="lunch")
    release = Release.objects.get(template=new)
    carrying.carry_on(release_id=release.pk, turn=release.turn)
    release.refresh_from_db()
    assert (release.state, release.due_at) == ("committed", None)
    assert Quota.objects.get().reserved == 0
    before = release.turn
    actions.resume(train=train, by=BY)
    release.refresh_from_db()
    assert release.turn == before + 1
    assert release.due_at is not None
    with pytest.raises(TrainCannot):
        actions.resume(train=train, by=BY)


def test_a_spent_quota_pauses_the_train(shops, new):
    shops(2)
    train = planned(new)
    actions.start(train=train, by=BY)
    turn(train)
    force(train, "committed", problem_code=carrying.QUOTA_SPENT)
    assert turn(train).state == "paused"
    assert train.reason == "audit_quota_spent"


def test_what_its_owner_has_under_way_is_left_alone(shops, new, old):
    made = shops(2)
    Release.objects.create(
        mini_program=made[0], template=old, ext={}, ext_hash="", state="auditing", by="owner"
    )
    train = planned(new)
    actions.start(train=train, by=BY)
    turn(train)
    assert states(train) == {1: {"running": 1, "skipped": 1}}
    assert train.cars.get(state="skipped").reason == "busy"
    assert Release.objects.get(by="owner").state == "auditing"


def test_aborted_everybody_stays_on_a_known_version(shops, new):
    made = shops(4)
    train = planned(new, waves=[2])
    actions.start(train=train, by=BY)
    turn(train)
    Release.objects.filter(mini_program=made[0], state="released").update(state="superseded")
    Release.objects.filter(mini_program=made[0], template=new).update(state="released")
    force_one = Release.objects.filter(mini_program=made[1], template=new)
    force_one.update(state="committed", due_at=None)
    actions.abort(train=train, by=BY, reason="wrong colour")
    assert train.state == "aborted"
    assert force_one.get().state == "stopped"
    assert queries.versions_of(train) == {"1.0.0": 3, "2.0.0": 1}
    assert {s.on_version for s in queries.standings_of(train)} == {"1.0.0", "2.0.0"}


def test_refusals_that_somebody_accepted_do_not_stop_it_again(shops, new):
    made = shops(4)
    train = planned(new, waves=[3])
    actions.start(train=train, by=BY)
    turn(train)
    Release.objects.filter(mini_program=made[0], template=new).update(state="rejected")
    assert turn(train).state == "stopped"
    actions.resume(train=train, by=BY)
    assert turn(train).state == "running"
    Release.objects.filter(mini_program=made[1], template=new).update(state="rejected")
    assert turn(train).state == "stopped"
    actions.resume(train=train, by=BY)
    Release.objects.filter(mini_program=made[2], state="released").update(state="superseded")
    Release.objects.filter(mini_program=made[2], template=new).update(state="released")
    assert turn(train).wave == 2
    Release.objects.filter(mini_program=made[3], template=new).update(state="rejected")
    assert turn(train).state == "stopped"  # what was forgiven was another wave's


def test_what_its_owner_took_over_is_not_waited_for(shops, new):
    made = shops(3)
    train = planned(new)
    actions.start(train=train, by=BY)
    turn(train)
    force(train, "auditing")
    rows = Release.objects.filter(template=new)
    rows.filter(mini_program=made[0]).update(state="gray")
    rows.filter(mini_program=made[1]).update(state="approved", goal="audit")
    moment = clock.now()
    rows.filter(mini_program=made[2]).update(state="superseded", released_at=moment)
    turn(train)
    assert {(c.state, c.reason) for c in train.cars.all()} == {
        ("failed", "taken_over"), ("released", ""),
    }  # fmt: skip


def test_an_aborted_train_follows_what_is_just_being_released_to_its_end(shops, new):
    made = shops(3)
    train = planned(new)
    actions.start(train=train, by=BY)
    turn(train)
    force(train, "auditing", audit_id="1")
    Release.objects.filter(mini_program=made[0], template=new).update(state="releasing")
    actions.abort(train=train, by=BY, reason="wrong colour")
    assert states(train) == {1: {"running": 1, "skipped": 2}}
    assert turn(train).due_at is not None
    Release.objects.filter(mini_program=made[0], state="released").update(state="superseded")
    Release.objects.filter(mini_program=made[0], template=new).update(state="released")
    assert turn(train).due_at is None
    assert train.state == "aborted"
    assert states(train) == {1: {"released": 1, "skipped": 2}}
    with pytest.raises(TrainCannot):
        actions.resume(train=train, by=BY)


def test_a_car_that_failed_is_tried_again_after_the_end(shops, new):
    made = shops(1)
    Setting.objects.filter(part="privacy").update(state="wanted")
    train = planned(new)
    actions.start(train=train, by=BY)
    turn(train)
    assert turn(train).state == "finished"
    car = train.cars.get()
    assert (car.state, car.reason) == ("failed", "preflight_failed")
    Setting.objects.filter(part="privacy").update(state="applied")
    actions.retry(car=car, by=BY)
    turn(train)
    assert Release.objects.get(mini_program=made[0], state="committing").template == new


def test_a_turn_is_taken_once_and_a_lost_one_is_found(shops, new, queued):
    from datetime import timedelta

    shops(1)
    train = planned(new)
    actions.start(train=train, by=BY)
    old_turn = train.turn
    turn(train)
    before = train.turn
    driving.take_turn(train_id=train.pk, turn=old_turn)
    train.refresh_from_db()
    assert train.turn == before
    with clock.ahead(timedelta(minutes=5)):
        assert actions.find_overdue() == 1
    assert all(message["tenant"] == "" for message in queued("Train") + queued("take_turn"))

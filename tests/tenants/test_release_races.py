"""What meets on a release: two hands, late messages, lost authorisations, the end of a month."""

from datetime import timedelta

import pytest

from tenants.models import MiniProgram
from tenants.programs import actions as programs
from tenants.programs.actions import ProgramNotAuthorised
from tenants.programs.messages import ProgramUnauthorised
from tenants.releases import actions, carrying, jobs, ladder, library, many, moves, pictures, quota
from tenants.releases.actions import ReleaseCannot
from tenants.releases.models import Quota, Release, ReleaseStep, Template
from tenants.releases.states import Goal
from tests.tenants.release_stage import BY, events, fresh, offered, released
from wechat import program_code
from wechat.errors import AuditQuotaSpent, AuditUnknown, WeChatTimedOut


def step(release: Release) -> Release:
    """Take its next step now, whatever messages wait."""
    carrying.carry_on(release_id=release.pk, turn=fresh(release).turn)
    return fresh(release)


def until_state(release: Release, state: str) -> Release:
    """Take one step after the other until the release stands there."""
    for _ in range(10):
        if fresh(release).state == state:
            return fresh(release)
        step(release)
    raise AssertionError(f"it is {fresh(release).state}")


def test_of_two_hands_at_one_step_one_is_the_first(app, template):
    release = actions.start(program=app, by=BY)
    one, other = fresh(release), fresh(release)
    assert moves.begin(one)
    assert not moves.begin(other)
    later = fresh(release)
    assert moves.begin(later)
    assert (one.tries, later.tries) == (1, 2)


def test_what_wechat_did_is_noted_though_the_goal_was_changed_meanwhile(
    wechat, app, template, run_jobs, monkeypatch
):
    release = actions.start(program=app, by=BY, goal=Goal.RELEASE)
    wechat.pass_time(10)
    run_jobs()
    wechat.pass_time(10)
    release = until_state(release, "submitting")
    submit = program_code.submit_audit

    def and_stopped(appid, **more):
        audit_id = submit(appid, **more)
        many.aim_many(release_ids=[release.pk], goal=Goal.PREVIEW)
        return audit_id

    monkeypatch.setattr(program_code, "submit_audit", and_stopped)
    carrying.carry_on(release_id=release.pk, turn=release.turn)
    release = fresh(release)
    assert (release.state, release.goal) == ("auditing", "preview")
    assert (Quota.objects.get().used, Quota.objects.get().reserved) == (1, 0)


def test_a_goal_that_changed_while_wechat_was_asked_is_followed(
    wechat, app, template, run_jobs, run, monkeypatch
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    wechat.control("POST", f"mini_programs/{app.appid}/audit", {"decision": "pass"})
    ask = program_code.audit_status

    def and_resumed(appid, audit_id):
        told = ask(appid, audit_id)
        many.aim_many(release_ids=[release.pk], goal=Goal.RELEASE)
        return told

    monkeypatch.setattr(program_code, "audit_status", and_resumed)
    release = fresh(release)
    carrying.carry_on(release_id=release.pk, turn=release.turn)
    run_jobs(ahead=5)
    assert fresh(release).state == "released"


def test_what_was_being_submitted_when_it_was_stopped_counts_as_used(
    wechat, app, template, run_jobs
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run_jobs()
    wechat.pass_time(10)
    until_state(release, "submitting")
    programs.lose(program=app, reason="unauthorized")
    run_jobs()
    release = fresh(release)
    assert (release.state, release.problem_code) == ("stopped", "not_authorised")
    row = Quota.objects.get()
    assert (row.used, row.reserved) == (1, 0)


def test_a_late_word_of_a_lost_authorisation_stops_nothing_of_today(app, template, run_jobs):
    release = actions.start(program=app, by=BY)
    jobs.stop_releases(ProgramUnauthorised(app.pk))
    assert fresh(release).state == "committing"


def test_an_audit_of_other_code_is_not_taken_for_ours(wechat, app, template, run_jobs, run):
    wx = template.wx_template_id
    ext = program_code.ExtJson(app.appid, {"tenant": "x", "apiBase": "https://x", "v": "0"})
    program_code.commit(app.appid, template_id=wx, ext=ext, user_version="0", user_desc="theirs")
    wechat.pass_time(10)
    program_code.submit_audit(app.appid, submission=program_code.Submission())
    release = actions.start(program=app, by=BY, goal=Goal.RELEASE)
    run()
    release = fresh(release)
    assert (release.state, release.problem_code) == ("committed", "85009")
    assert release.audit_id == ""
    assert Quota.objects.get().reserved == 0
    wechat.control("POST", f"mini_programs/{app.appid}/audit", {"decision": "refuse"})
    actions.retry(release=release, by=BY)
    run_jobs()
    assert fresh(release).state == "auditing"


def test_a_month_that_ends_between_reserving_and_submitting_takes_from_the_new_one(
    wechat, app, template, run_jobs
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run_jobs()
    wechat.pass_time(10)
    release = until_state(release, "submitting")
    Quota.objects.update(month="2020-01")
    Release.objects.update(quota_month="2020-01")
    release = until_state(release, "auditing")
    old, new = Quota.objects.order_by("month")
    assert (old.used, old.reserved) == (0, 0)
    assert (new.month, new.used, new.reserved) == (quota.month_now(), 1, 0)
    assert events(release).count("submitted") == 1


def test_a_month_that_ends_while_wechat_takes_it_is_read_again(db):
    row = Quota.objects.create(month="2020-01", granted=5, reserved=1, checked_at=quota.clock.now())
    now = Quota.objects.create(month=quota.month_now(), granted=5, checked_at=quota.clock.now())
    quota.count_used(row.month)
    now.refresh_from_db()
    assert now.checked_at < quota.clock.now() - quota.FRESH + timedelta(minutes=1)


def test_a_pool_that_wechat_calls_spent_is_spent(wechat, app, template, run_jobs, monkeypatch):
    def spent(*_, **__):
        raise AuditQuotaSpent("limit", code="85085")

    monkeypatch.setattr(program_code, "submit_audit", spent)
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run_jobs()
    wechat.pass_time(10)
    run_jobs(ahead=100)
    release = fresh(release)
    assert (release.state, release.problem_code) == ("committed", "audit_quota_spent")
    row = Quota.objects.get()
    assert (row.reserved, row.left, row.used) == (0, 0, 0)
    assert not quota.reserve(row.month)


def test_an_audit_that_wechat_does_not_know_ends_after_a_while(
    wechat, app, template, run, run_jobs, monkeypatch
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()

    def unknown(*_):
        raise AuditUnknown("no such audit", code="85012")

    monkeypatch.setattr(program_code, "audit_status", unknown)
    asked = fresh(release).asked
    for _ in range(asked, ladder.MOST_UNKNOWN + 1):
        assert fresh(release).state == "auditing"
        step(release)
    release = fresh(release)
    assert (release.state, release.problem_code, release.due_at) == ("withdrawn", "85012", None)
    assert events(release).count("refused") == 1


def test_a_detection_that_never_ends_is_given_to_a_person(
    wechat, app, template, run_jobs, monkeypatch
):
    slow = program_code.Detection(is_finished=False)
    monkeypatch.setattr(program_code, "detection", lambda _: slow)
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run_jobs(ahead=1_000)
    release = fresh(release)
    assert (release.state, release.due_at) == ("committed", None)
    assert release.problem_code == carrying.DETECTION_SLOW
    monkeypatch.undo()
    wechat.pass_time(10)
    actions.retry(release=release, by=BY)
    run_jobs()
    assert fresh(release).state == "auditing"


def test_a_lost_message_is_published_again_under_its_own_turn(app, template, run_jobs):
    release = actions.start(program=app, by=BY)
    with quota.clock.ahead(timedelta(minutes=6)):
        assert many.find_overdue() == 1
        assert many.find_overdue() == 0
    assert fresh(release).turn == release.turn
    run_jobs()
    assert events(fresh(release)).count("committed") == 1


def test_a_finished_grey_of_before_is_not_taken_for_the_new_one(
    wechat, app, versions, run, run_jobs, decide, monkeypatch
):
    released(app, run, decide, offered(wechat, versions, "1.0.0"))
    second = actions.start(
        program=app, by=BY, goal=Goal.AUDIT, template=offered(wechat, versions, "1.1.0")
    )
    run()
    decide(app, "pass")
    actions.grey(release=fresh(second), percentage=60, by=BY)
    run_jobs()
    actions.publish(release=fresh(second), by=BY)
    run_jobs()
    third = actions.start(
        program=app, by=BY, goal=Goal.AUDIT, template=offered(wechat, versions, "1.2.0")
    )
    run()
    decide(app, "pass")
    grey, calls = program_code.grey, []

    def lost_at_first(appid, **more):
        calls.append(more)
        if len(calls) == 1:
            raise WeChatTimedOut("no answer")
        grey(appid, **more)

    monkeypatch.setattr(program_code, "grey", lost_at_first)
    actions.grey(release=fresh(third), percentage=10, by=BY)
    run_jobs(ahead=10)
    assert fresh(third).state == "gray"
    assert wechat.code_of(app.appid)["grey"]["percentage"] == 10
    with pytest.raises(ValueError, match="1 to 99"):
        actions.grey(release=fresh(third), percentage=100, by=BY)


def test_rolling_back_and_releasing_exclude_each_other(
    wechat, app, versions, run, run_jobs, decide
):
    released(app, run, decide, offered(wechat, versions, "1.0.0"))
    live = released(app, run, decide, offered(wechat, versions, "1.1.0"))
    new = actions.start(
        program=app, by=BY, goal=Goal.AUDIT, template=offered(wechat, versions, "1.2.0")
    )
    run()
    decide(app, "pass")
    actions.roll_back(release=live, by=BY)
    with pytest.raises(ReleaseCannot):
        actions.publish(release=fresh(new), by=BY)
    run_jobs()
    assert fresh(live).state == "reverted"
    actions.publish(release=fresh(new), by=BY)
    before = fresh(live).supersedes
    with pytest.raises(ReleaseCannot):
        actions.roll_back(release=fresh(before), by=BY)
    run_jobs()
    assert fresh(new).state == "released"
    assert wechat.code_of(app.appid)["released"]["user_version"] == "1.2.0"


def test_an_app_lost_in_the_middle_of_a_release_comes_back_to_what_customers_have(
    wechat, app, versions, run, run_jobs, decide, monkeypatch
):
    old = released(app, run, decide, offered(wechat, versions, "1.0.0"))
    new = actions.start(
        program=app, by=BY, goal=Goal.AUDIT, template=offered(wechat, versions, "1.1.0")
    )
    run()
    decide(app, "pass")
    release = program_code.release

    def and_lost(appid):
        release(appid)
        raise WeChatTimedOut("the answer was lost")

    monkeypatch.setattr(program_code, "release", and_lost)
    actions.publish(release=fresh(new), by=BY)
    step(new)
    monkeypatch.undo()
    wechat.control("POST", f"mini_programs/{app.appid}/unauthorise")
    wechat.deliver()
    run_jobs(ahead=10)
    assert (fresh(new).state, fresh(old).state) == ("stopped", "released")
    wechat.ears.heard.clear()
    made = wechat.control("POST", f"mini_programs/{app.appid}/authorise", {"push": True})
    assert made
    wechat.deliver()
    run_jobs()
    assert MiniProgram.objects.get(pk=app.pk).state == "authorised"
    assert (fresh(new).state, fresh(old).state) == ("released", "superseded")
    assert fresh(new).supersedes == fresh(old)
    lines = ReleaseStep.objects.filter(release=new)
    carrying.reconcile(program_id=app.pk)
    assert lines.filter(event="released").count() == 1


def test_nothing_is_rolled_back_without_the_owners_authorisation(
    wechat, app, versions, run, run_jobs, decide
):
    released(app, run, decide, offered(wechat, versions, "1.0.0"))
    live = released(app, run, decide, offered(wechat, versions, "1.1.0"))
    wechat.control("POST", f"mini_programs/{app.appid}/unauthorise")
    actions.roll_back(release=live, by=BY)  # we have not heard of it yet
    run_jobs()
    assert (fresh(live).state, fresh(live).problem_code) == ("released", "not_authorised")
    with pytest.raises(ProgramNotAuthorised):
        actions.roll_back(release=fresh(live), by=BY)


def test_of_two_templates_with_one_version_the_later_counts(wechat, versions, db):
    first, second = wechat.new_template("7.0.0"), wechat.new_template("7.0.0")
    assert first < second
    library.read_templates()
    assert Template.objects.get(version="7.0.0").wx_template_id == second
    assert library.read_templates() == []


def test_pictures_that_wechat_does_not_give_end_the_matter(
    wechat, app, template, run, decide, run_jobs
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    decide(app, "refuse", screenshots=1)
    rejection = fresh(release).rejections.get()
    rejection.media_ids, rejection.files = ["gone"], []
    rejection.save()
    pictures.fetch_screenshots(rejection_id=rejection.pk)
    rejection.refresh_from_db()
    assert rejection.files == []


def test_it_is_hurried_once_even_if_the_answer_is_lost(
    wechat, app, template, run, run_jobs, monkeypatch
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    hurry, calls = program_code.speed_up, []

    def and_lost(*given):
        calls.append(given)
        hurry(*given)
        raise WeChatTimedOut("the answer was lost")

    monkeypatch.setattr(program_code, "speed_up", and_lost)
    actions.speed_up(release=fresh(release), by=BY)
    run_jobs(ahead=10)
    release = fresh(release)
    assert (release.state, release.wish) == ("auditing", "")
    assert len(calls) == 1
    assert wechat.code_of(app.appid)["audit"]["is_hurried"]
    assert events(release)[-1] == "sped_up"
    with pytest.raises(ReleaseCannot):
        actions.speed_up(release=actions.start(program=other_of(app), by=BY), by=BY)


def other_of(app: MiniProgram) -> MiniProgram:
    """An app of the same shop that has nothing under way."""
    made = MiniProgram.objects.create(
        tenant=app.tenant, appid=f"{app.appid[:-1]}z", state="authorised"
    )
    made.settings.bulk_create(
        [type(s)(mini_program=made, part=s.part, state=s.state) for s in app.settings.all()]
    )
    return made

"""A version on its way to one mini-program, against the simulator program."""

import json

import pytest
from django.db import IntegrityError, transaction

from storage import files
from tenants import context
from tenants.programs import actions as programs
from tenants.programs.models import Setting
from tenants.releases import (
    actions,
    advice,
    carrying,
    describing,
    library,
    many,
    pictures,
    queries,
    quota,
)
from tenants.releases.actions import (
    DetectionRunning,
    GreyOnlyGrows,
    PreflightFailed,
    ReleaseCannot,
    ReleaseUnderWay,
)
from tenants.releases.models import Quota, Rejection, Release, ReleaseStep, Template
from tenants.releases.states import Goal
from tests.tenants.release_stage import BY, events, fresh, offered, released
from wechat import program_code


def test_the_whole_way_by_the_owners_clicks(wechat, app, template, run, run_jobs, decide):
    release = actions.start(program=app, by=BY)
    assert release.state == "committing"
    run_jobs()
    with pytest.raises(DetectionRunning):
        actions.submit(release=fresh(release), by=BY)
    run()
    release = fresh(release)
    assert (release.state, release.due_at) == ("committed", None)
    assert pictures.preview(release=release).startswith((b"\x89PNG", b"\xff\xd8\xff"))
    assert pictures.preview(release=fresh(release)) == files.read(fresh(release).preview_key)
    actions.submit(release=release, by=BY, version_desc="第一版")
    run(0)
    assert fresh(release).state == "auditing"
    decide(app, "pass")
    release = fresh(release)
    assert release.state == "approved"
    actions.publish(release=release, by=BY)
    run_jobs()
    release = fresh(release)
    assert release.state == "released"
    assert wechat.code_of(app.appid)["released"]["user_version"] == "1.0.0"
    assert events(release) == [
        "started", "ready", "committing", "committed", "detected", "wanted_audit",
        "submitting", "submitted", "asked", "approved", "releasing", "released",
    ]  # fmt: skip
    assert (Quota.objects.get().used, Quota.objects.get().reserved) == (1, 0)


def test_ext_json_holds_tenant_api_base_and_version_only(wechat, app, template, run_jobs, teahouse):
    release = actions.start(program=app, by=BY)
    run_jobs()
    sent = wechat.code_of(app.appid)["trial"]["ext_json"]
    sent = json.loads(sent) if isinstance(sent, str) else sent
    assert sent["ext"] == {
        "tenant": teahouse.public_id,
        "apiBase": "https://api.example.com",
        "v": "1.0.0",
    }
    assert release.ext == sent["ext"]
    assert release.ext_hash == describing.hash_of(sent["ext"])


def test_a_refusal_is_kept_with_reason_and_pictures_and_mended(wechat, app, template, run, decide):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    reason = "1:小程序<b>服务类目</b>不符<br>请补充"
    decide(app, "refuse", reason=reason, screenshots=2)
    release = fresh(release)
    assert (release.state, release.problem_code) == ("rejected", "refused")
    rejection = Rejection.objects.get()
    assert rejection.reason == "1:小程序服务类目不符\n请补充"
    assert rejection.advice_code == "category"
    assert len(rejection.files) == len(rejection.media_ids) == 2
    assert all(files.read(key)[:4] in {b"\x89PNG", b"\xff\xd8\xff\xe0"} for key in rejection.files)
    first = release.audit_id
    actions.submit(release=release, by=BY, feedback="已补充类目")
    run(0)
    release = fresh(release)
    assert release.state == "auditing"
    assert release.audit_id != first
    decide(app, "pass")
    assert fresh(release).state == "approved"
    assert Quota.objects.get().used == 2


def test_a_lost_push_makes_no_difference_and_a_push_makes_it_quick(
    wechat, app, template, run, run_jobs
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    wechat.control("POST", f"mini_programs/{app.appid}/audit", {"decision": "delay"})
    wechat.deliver()
    run_jobs()
    assert fresh(release).state == "delayed"
    wechat.ears.heard.clear()
    wechat.control("POST", f"mini_programs/{app.appid}/audit", {"decision": "pass"})
    run_jobs(ahead=7300)
    assert fresh(release).state == "approved"
    statuses = wechat.deliver()
    run_jobs()
    assert statuses == [200]
    assert fresh(release).state == "approved"


def test_what_is_in_audit_can_be_withdrawn_and_submitted_again(
    wechat, app, template, run, run_jobs
):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    actions.withdraw(release=fresh(release), by=BY)
    run_jobs()
    release = fresh(release)
    assert release.state == "withdrawn"
    actions.submit(release=release, by=BY)
    run_jobs()
    assert fresh(release).state == "auditing"


def test_grey_grows_ends_and_becomes_everybody(wechat, app, versions, run, run_jobs, decide):
    released(app, run, decide, offered(wechat, versions, "1.0.0"))
    release = actions.start(
        program=app, by=BY, goal=Goal.AUDIT, template=offered(wechat, versions, "1.1.0")
    )
    run()
    decide(app, "pass")
    actions.grey(release=fresh(release), percentage=10, by=BY)
    run_jobs()
    assert (fresh(release).state, fresh(release).grey_percentage) == ("gray", 10)
    with pytest.raises(GreyOnlyGrows):
        actions.grey(release=fresh(release), percentage=5, by=BY)
    actions.grey(release=fresh(release), percentage=50, by=BY)
    run_jobs()
    assert fresh(release).grey_percentage == 50
    actions.end_grey(release=fresh(release), by=BY)
    run_jobs()
    assert (fresh(release).state, fresh(release).grey_percentage) == ("approved", 0)
    actions.publish(release=fresh(release), by=BY)
    run_jobs()
    assert queries.live_versions([app.pk]) == {app.pk: "1.1.0"}


def test_rolled_back_the_release_before_is_live_again(wechat, app, versions, run, run_jobs, decide):
    old = released(app, run, decide, offered(wechat, versions, "1.0.0"))
    new = released(app, run, decide, offered(wechat, versions, "1.1.0"))
    assert fresh(old).state == "superseded"
    actions.roll_back(release=new, by=BY)
    run_jobs()
    assert (fresh(new).state, fresh(old).state) == ("reverted", "released")
    assert wechat.code_of(app.appid)["released"]["user_version"] == "1.0.0"
    actions.roll_back(release=fresh(old), by=BY)
    run_jobs()
    old = fresh(old)
    assert (old.state, old.problem_code) == ("released", "87012")


def test_the_preflight_says_what_to_mend_and_is_tried_again(wechat, app, template, run_jobs):
    Setting.objects.filter(part="privacy").update(state="wanted")
    with pytest.raises(PreflightFailed) as refused:
        actions.start(program=app, by=BY)
    assert "隐私" in refused.value.sentence("zh")
    release = queries.open_release(app)
    assert release is not None
    assert (release.state, release.problem_code) == ("preflight_failed", "privacy_not_set")
    Setting.objects.filter(part="privacy").update(state="applied")
    actions.retry(release=release, by=BY)
    run_jobs()
    assert fresh(release).state == "committed"


def test_one_release_is_on_its_way_at_a_time(wechat, app, versions, template, run, run_jobs):
    first = actions.start(program=app, by=BY)
    with pytest.raises(ReleaseUnderWay):
        actions.start(program=app, by=BY)
    run_jobs()
    second = actions.start(program=app, by=BY)
    assert fresh(first).state == "superseded"
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(
            mini_program=app, template=template, ext={}, ext_hash="", state="ready", by=BY
        )
    assert queries.open_release(app) == second


def test_a_lost_authorisation_stops_what_is_under_way(wechat, app, template, run, run_jobs):
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    wechat.control("POST", f"mini_programs/{app.appid}/unauthorise")
    wechat.deliver()
    run_jobs()
    release = fresh(release)
    assert (release.state, release.problem_code) == ("stopped", "not_authorised")
    with pytest.raises(ReleaseCannot):
        actions.withdraw(release=release, by=BY)
    with pytest.raises(PreflightFailed):
        actions.start(program=app, by=BY)
    assert programs.queries.lacks_of(release.mini_program)[0].code == "not_authorised"


def test_the_months_audits_are_never_overdrawn(wechat, app, template, run, run_jobs):
    wechat.control("PUT", "settings", {"audit_quota": 5, "audit_used": 5})
    release = actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    release = fresh(release)
    assert (release.state, release.problem_code) == ("committed", "audit_quota_spent")
    row = Quota.objects.get()
    assert (row.granted, row.used, row.reserved, row.elsewhere, row.left) == (5, 0, 0, 5, 0)
    with pytest.raises(actions.AuditQuotaUsedUp):
        actions.submit(release=release, by=BY)
    wechat.control("PUT", "settings", {"audit_quota": 6})
    quota.refresh()
    actions.submit(release=release, by=BY)
    run_jobs()
    assert fresh(release).state == "auditing"
    assert Quota.objects.get().left == 0


def test_some_audits_are_kept_for_new_shops(db):
    with context.public():
        month = quota.month_now()
        Quota.objects.create(month=month, granted=10, used=6, checked_at=quota.clock.now())
        assert quota.reserve(month, kept=3)
        assert not quota.reserve(month, kept=3)
        assert quota.reserve(month, kept=2)
        assert [quota.reserve(month) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("path", ["/wxa/commit", "/wxa/submit_audit", "/wxa/release"])
def test_an_answer_that_is_lost_is_asked_after_not_repeated(
    wechat, app, template, run, run_jobs, decide, path
):
    wechat.control("POST", "faults", {"path_prefix": path, "kind": "cut_after_commit", "times": 1})
    release = actions.start(program=app, by=BY, goal=Goal.RELEASE)
    run()
    run()
    decide(app, "pass")
    run()
    release = fresh(release)
    assert release.state == "released"
    steps = ReleaseStep.objects.filter(release=release)
    for event in ("committed", "submitted", "released"):
        assert steps.filter(event=event).count() == 1
    assert program_code.quota(app.appid).rest == 99
    assert Quota.objects.get().used == 1


def test_a_message_of_an_older_turn_does_nothing(wechat, app, template, run_jobs, monkeypatch):
    release = actions.start(program=app, by=BY)
    old = fresh(release).turn
    run_jobs()
    before = events(release)
    monkeypatch.setattr(program_code, "commit", lambda *_, **__: pytest.fail("committed twice"))
    carrying.carry_on(release_id=release.pk, turn=old)
    assert events(release) == before


def test_a_lost_message_is_found_by_the_sweep(wechat, app, template, run, run_jobs, queued):
    release = actions.start(program=app, by=BY)
    from datetime import timedelta

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue")
    with quota.clock.ahead(timedelta(minutes=6)):
        assert many.find_overdue() == 1
    run_jobs()
    assert fresh(release).state == "committed"


def test_templates_are_read_from_the_library(wechat, versions):
    offered(wechat, versions, "1.0.0")
    wx = wechat.new_template("9.9.9")
    (new,) = [t for t in library.read_templates() if t.version == "9.9.9"]
    assert new.wx_template_id == wx
    assert library.read_templates() == []


PASSED_CATEGORIES = [{"first_class": "社交", "second_class": "社区/论坛"}]


@pytest.mark.parametrize("why", ["nobody", "template", "category", "shop"])
def test_a_submission_says_how_what_customers_publish_is_checked(
    wechat, app, template, run, settings, why
):
    if why == "template":
        Template.objects.filter(pk=template.pk).update(has_ugc=True)
    if why == "category":
        facts = {"categories": PASSED_CATEGORIES}
        Setting.objects.create(mini_program=app, part="categories", state="applied", facts=facts)
    settings.USER_CONTENT = [f"{__name__}.customers_publish"] if why == "shop" else []
    actions.start(program=app, by=BY, goal=Goal.AUDIT)
    run()
    sent = wechat.code_of(app.appid)["audit"]["body"]
    assert ("ugc_declare" in sent) == (why != "nobody")
    assert "item_list" not in sent
    if why != "nobody":
        assert sent["ugc_declare"]["audit_desc"]


def customers_publish() -> bool:
    return context.shop().name == "Teahouse"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("你的小程序涉及食品，请补充服务类目", "category"),
        ("请上传食品经营许可证", "licence"),
        ("隐私保护指引与实际收集不符", "privacy"),
        ("小程序内页面无法打开", "broken"),
        ("something else", "other"),
    ],
)
def test_a_reason_leads_to_an_advice(reason, code):
    found = advice.advice_for(reason)
    assert found.code == code
    assert found.advice_zh
    assert found.advice_en
    assert found.link.startswith("https://")


def test_a_reason_is_plain_text_whatever_is_in_it():
    told = '<p>甲<script>alert(1)</script><br/>乙 &lt;img src=x&gt; <a href="x">丙</a></p>'
    plain = advice.plain(told)
    assert plain == "甲\n乙 〈img src=x> 丙"
    assert len(advice.plain("长" * 5_000)) == 2_000

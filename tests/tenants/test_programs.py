"""Apps are authorised, configured, lost and found again, against the simulator program."""

import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps as django_apps

from kernel import clock
from tenants import context, directory
from tenants.actions import AppidTaken
from tenants.models import MiniProgram
from tenants.programs import actions, configuring, jobs, queries, registering
from tenants.programs.actions import AuthorizationTicketInvalid, ProgramNotAuthorised
from tenants.programs.collected import COLLECTED
from tenants.programs.models import (
    AuthorizationTicket,
    ProgramRegistration,
    ProgramStep,
    Setting,
    Unplaced,
)
from tenants.pushes.messages import AppAuthorized, ProgramJudged
from tenants.pushes.models import Push
from tenants.states import ProgramKind
from wechat import categories, component, privacy, program_code

KIND = ProgramKind.MINI_PROGRAM


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def consent(page: str, account: str) -> tuple[str, str]:
    """Be the owner on WeChat's page: choose the account, agree; return our token and the code."""
    address = page.partition("#")[0]
    opener = urllib.request.build_opener(NoRedirect)
    with opener.open(address, timeout=10) as answer:
        html = answer.read().decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', html)
    fields = [(name, unescape(value)) for name, value in hidden]
    fields += [("account", account), ("decision", "consent")]
    fields += [("scopes", number) for number in ("17", "18", "142")]
    target = address.partition("?")[0]
    try:
        opener.open(target, urllib.parse.urlencode(fields).encode(), timeout=10)
    except urllib.error.HTTPError as redirect:
        location = redirect.headers["Location"]
        redirect.close()
        parts = urllib.parse.urlsplit(location)
        token = parts.path.strip("/").split("/")[-1]
        return token, urllib.parse.parse_qs(parts.query)["auth_code"][0]
    raise AssertionError("the page did not send us back")


@pytest.fixture
def app(wechat):
    """A mini-program that nobody has authorised for a shop of ours yet."""
    made = wechat.control("POST", "mini_programs", {"name": "Teahouse"})
    wechat.control("PUT", "platform_domains", {"server": ["api.example.com"]})
    wechat.ears.heard.clear()
    return made["appid"]


@pytest.fixture
def authorise(wechat, app):
    """Send an owner to WeChat's page for a tenant; return our token and the code."""

    def go(tenant, appid=app):
        pages = actions.begin_authorisation(tenant=tenant, by="owner@example.com", kind=KIND)
        return consent(pages.desktop, appid)

    return go


def state_of(appid: str) -> str:
    return MiniProgram.objects.get(appid=appid).state


def test_an_owner_authorises_and_all_is_configured(wechat, app, authorise, teahouse, run_jobs):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    assert (program.tenant_id, program.appid, program.state) == (teahouse.pk, app, "authorised")
    run_jobs()
    program = queries.get_program(teahouse.pk, program.pk)
    assert {p: s.state for p, s in queries.settings_of(program).items()} == {
        "info": "applied", "domains": "applied", "privacy": "applied", "categories": "applied",
    }  # fmt: skip
    assert program.user_name.startswith("gh_")
    assert program.nick_name == "Teahouse"
    assert queries.lacks_of(program) == []
    there = wechat.control("GET", f"mini_programs/{app}")
    assert there["domains"]["requestdomain"] == ["https://api.example.com"]
    told = dict(privacy.guide(app).settings)
    assert told == {item.privacy_key: item.purpose_zh for item in COLLECTED}
    ticket = AuthorizationTicket.objects.get()
    assert token not in str(vars(ticket))
    assert [s.event for s in program.steps.order_by("pk")][:2] == [
        "authorised",
        "configuration_wanted",
    ]


@pytest.mark.parametrize("first", ["redirect", "push"])
def test_redirect_and_push_may_come_in_either_order(
    wechat, app, authorise, teahouse, run_jobs, first
):
    token, code = authorise(teahouse)
    if first == "redirect":
        actions.finish_authorisation(token=token, auth_code=code)
    assert set(wechat.deliver()) == {200}
    run_jobs()
    program = actions.finish_authorisation(token=token, auth_code=code)
    assert MiniProgram.objects.get(appid=app).pk == program.pk
    assert program.tenant_id == teahouse.pk
    assert ProgramStep.objects.filter(mini_program=program, event="authorised").count() == 1
    assert component.is_adopted(app)


def test_an_app_of_another_shop_changes_nothing(wechat, app, authorise, teahouse, bookshop):
    token, code = authorise(teahouse)
    actions.finish_authorisation(token=token, auth_code=code)
    other, code = authorise(bookshop)
    with pytest.raises(AppidTaken):
        actions.finish_authorisation(token=other, auth_code=code)
    program = MiniProgram.objects.get(appid=app)
    assert (program.tenant_id, program.state) == (teahouse.pk, "authorised")
    (left,) = queries.unplaced()
    assert (left.appid, left.why, left.tenant_id) == (app, "taken", bookshop.pk)


def test_a_token_that_nobody_gave_opens_nothing(wechat):
    with pytest.raises(AuthorizationTicketInvalid):
        actions.finish_authorisation(token="x" * 43, auth_code="queryauthcode@@@x")
    assert not MiniProgram.objects.filter(state="authorised").exists()


def test_an_authorisation_taken_back_is_noted_and_given_again_restored(
    wechat, app, authorise, teahouse, run_jobs
):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    wechat.deliver()
    run_jobs()
    directory.shop_by_appid(app)
    wechat.control("POST", f"mini_programs/{app}/unauthorise")
    wechat.deliver()
    run_jobs()
    assert state_of(app) == "unauthorised"
    assert not component.is_adopted(app)
    program.refresh_from_db()
    with pytest.raises(ProgramNotAuthorised):
        actions.configure(program=program, by="owner")
    token, code = authorise(teahouse)
    actions.finish_authorisation(token=token, auth_code=code)
    assert state_of(app) == "authorised"
    events = ProgramStep.objects.filter(mini_program=program).order_by("pk")
    assert [e for e in events.values_list("event", flat=True) if "authorised" in e] == [
        "authorised",
        "unauthorised",
        "authorised",
    ]


def test_a_push_that_nobody_asked_for_waits_for_staff(wechat, app, bookshop, run_jobs):
    wechat.control("POST", f"mini_programs/{app}/authorise", {"push": True})
    wechat.deliver()
    run_jobs()
    assert not MiniProgram.objects.filter(appid=app).exists()
    (left,) = queries.unplaced()
    assert (left.appid, left.why, left.tenant) == (app, "unknown", None)
    program = actions.place(unplaced=left, tenant=bookshop, by="staff@example.com")
    assert (program.tenant_id, program.state) == (bookshop.pk, "authorised")
    assert queries.unplaced() == []


def test_recovery_makes_lost_rows_ours_again(wechat, app, authorise, teahouse, run_jobs):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    actions.lose(program=program, reason="by mistake")
    found = actions.recover(by="staff@example.com")
    assert app in found.restored
    assert state_of(app) == "authorised"
    assert component.is_adopted(app)


def test_a_domain_that_is_not_the_platforms_is_a_problem_with_a_name(
    wechat, app, authorise, teahouse, run_jobs, settings
):
    settings.MINI_PROGRAM_API_BASE = "https://nowhere.example.org"
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    run_jobs()
    row = Setting.objects.get(mini_program=program, part="domains")
    assert (row.state, row.problem_code) == ("failed", "85018")
    program = queries.get_program(teahouse.pk, program.pk)
    assert [lack.code for lack in queries.lacks_of(program)] == ["domains_not_set"]
    settings.MINI_PROGRAM_API_BASE = "https://api.example.com"
    actions.configure(program=program, by="owner")
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.problem_code) == ("applied", "")


def test_more_permissions_have_it_configured_again(wechat, app, authorise, teahouse, run_jobs):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    run_jobs()
    Setting.objects.filter(part="privacy").update(state="failed", problem_code="48001")
    MiniProgram.objects.filter(pk=program.pk).update(permission_set_ids=[1])
    token, code = authorise(teahouse)
    actions.finish_authorisation(token=token, auth_code=code)
    run_jobs()
    assert Setting.objects.get(mini_program=program, part="privacy").state == "applied"


def test_a_configuration_that_was_given_up_is_found(
    wechat, app, authorise, teahouse, run_jobs, queued
):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    run_jobs()
    Setting.objects.filter(mini_program=program, part="domains").update(state="applying")
    assert actions.find_overdue() == 0
    with clock.ahead(timedelta(minutes=16)):
        assert actions.find_overdue() == 1
    run_jobs()
    assert Setting.objects.get(mini_program=program, part="domains").state == "applied"


def test_a_category_that_passed_is_read_again(wechat, app, authorise, teahouse, run_jobs):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    wechat.deliver()
    run_jobs()
    paper = program_code.upload_media(app, name="licence.png", body=b"\x89PNG", mime="image/png")
    licence = categories.Certificate("食品经营许可证", paper)
    categories.add(app, first_id=1, second_id=101, certificates=[licence])
    decided = {"first": 1, "second": 101, "decision": "pass"}
    wechat.control("POST", f"mini_programs/{app}/categories", decided)
    assert wechat.deliver() == [200]
    run_jobs()
    program = queries.get_program(teahouse.pk, program.pk)
    assert "食品饮料" in {c["second_class"] for c in queries.categories_of(program)}
    said = list(program.steps.order_by("pk").values_list("event", "by"))
    assert ("wxa_category_audit", "wechat") in said
    assert ("configuration_wanted", "wechat") in said


@pytest.mark.parametrize(("ret", "times"), [("3", 1), ("2", 0)])
def test_a_new_name_is_read_again(wechat, app, authorise, teahouse, run_jobs, ret, times):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    run_jobs()
    wechat.control("PUT", f"mini_programs/{app}", {"name": "Old Teahouse"})
    push = Push.objects.create(
        source="app", appid=app, event="wxa_nickname_audit", digest=ret * 64, fields={"ret": ret}
    )
    for _ in range(2):  # at least once
        jobs.note_judgement(ProgramJudged(push.pk))
    run_jobs()
    program.refresh_from_db()
    assert program.nick_name == ("Old Teahouse" if times else "Teahouse")
    assert program.steps.filter(event="wxa_nickname_audit").count() == 1
    assert program.steps.filter(event="configuration_wanted", by="wechat").count() == times


CODE = "91330100MA27XQ5P8K"


@pytest.fixture
def registration(wechat, teahouse):
    """Ask for a new mini-program of the first shop's company; WeChat waits for its legal person."""
    wechat.control("PUT", "platform_domains", {"server": ["api.example.com"]})

    def go(tenant=teahouse, code=CODE):
        row = actions.begin_registration(
            tenant=tenant, name="杭州茶馆有限公司", code=code, component_phone="0571", by="owner"
        )
        wechat.ears.heard.clear()
        return row

    yield go
    for task in wechat.control("GET", "registrations")["registrations"]:
        if task["status"] == 0:
            wechat.control("POST", f"registrations/{task['taskid']}", {"decision": "refuse"})


def test_a_new_mini_program_is_registered_for_the_shop_that_asked(
    wechat, registration, teahouse, run_jobs
):
    row = registration()
    assert row.state == "waiting"
    assert row.task_id in registering.authorize_url(row)
    assert row.task_id not in row.sealed_url
    wechat.control("POST", f"registrations/{row.task_id}", {"decision": "consent"})
    assert wechat.deliver() == [200]
    run_jobs()
    row.refresh_from_db()
    program = row.mini_program
    assert (row.state, registering.authorize_url(row)) == ("registered", "")
    assert (program.tenant_id, program.state) == (teahouse.pk, "authorised")
    assert component.is_adopted(program.appid)
    assert queries.unplaced() == []
    program = queries.get_program(teahouse.pk, program.pk)
    assert queries.lacks_of(program) == []


def test_the_same_result_again_changes_nothing(wechat, registration, run_jobs):
    row = registration()
    wechat.control("POST", f"registrations/{row.task_id}", {"decision": "consent"})
    wechat.deliver()
    run_jobs()
    push = Push.objects.latest("received_at")
    jobs.take_authorisation(AppAuthorized(push.pk))
    row.refresh_from_db()
    steps = ProgramStep.objects.filter(mini_program=row.mini_program, event="authorised")
    assert (row.state, steps.count()) == ("registered", 1)


def test_a_company_registers_one_at_a_time_and_only_for_one_shop(registration, bookshop):
    registration()
    for tenant in (registration, bookshop):
        given = {} if tenant is registration else {"tenant": tenant}
        with pytest.raises(registering.RegistrationUnderWay):
            registration(**given)


def test_wechats_no_to_a_registration_is_kept_and_it_can_be_tried_again(
    wechat, registration, run_jobs
):
    row = registration()
    wish = {"decision": "fail", "status": 89247, "msg": "internal error"}
    wechat.control("POST", f"registrations/{row.task_id}", wish)
    wechat.deliver()
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.problem_code, row.problem) == ("failed", "89247", "internal error")
    again = registration()
    assert (again.pk != row.pk, again.state) == (True, "waiting")


def test_a_registration_that_nobody_answers_ends(registration):
    row = registration()
    with clock.ahead(timedelta(hours=24)):
        assert registering.give_up_expired() == 0
    with clock.ahead(timedelta(hours=26)):
        assert registering.give_up_expired() == 1
    row.refresh_from_db()
    assert (row.state, row.problem_code) == ("failed", "expired")


def test_an_answer_that_was_lost_leaves_a_registration_that_wechats_push_finds(
    wechat, registration, teahouse, run_jobs
):
    path = "/wxa/component/fastregisterenterpriseweapp"
    wechat.control("POST", "faults", {"path_prefix": path, "kind": "cut_after_commit", "times": 1})
    with pytest.raises(registering.RegistrationUnclear):
        registration()
    row = ProgramRegistration.objects.get()
    assert (row.state, registering.authorize_url(row)) == ("asking", "")
    (task,) = [
        t for t in wechat.control("GET", "registrations")["registrations"] if t["status"] == 0
    ]
    wechat.control("POST", f"registrations/{task['taskid']}", {"decision": "consent"})
    wechat.deliver()
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.mini_program.tenant_id) == ("registered", teahouse.pk)


def test_a_company_that_wechat_refuses_is_told_at_once(wechat, registration):
    with pytest.raises(registering.RegistrationRefused) as refused:
        registration(code="0" * 17 + "O")
    assert "89255" in refused.value.sentence("en")
    assert ProgramRegistration.objects.get().state == "failed"


def test_without_a_phone_of_the_platform_nothing_is_registered(wechat, teahouse):
    with pytest.raises(registering.RegistrationClosed):
        actions.begin_registration(
            tenant=teahouse, name="甲", code=CODE, component_phone="", by="owner"
        )
    assert not ProgramRegistration.objects.exists()


def test_what_is_declared_is_what_is_collected():
    for item in COLLECTED:
        for name in item.fields:
            model, _, field = name.rpartition(".")
            assert django_apps.get_model(model)._meta.get_field(field)


def test_the_guide_names_the_owner(wechat, app, authorise, teahouse):
    token, code = authorise(teahouse)
    program = actions.finish_authorisation(token=token, auth_code=code)
    assert configuring.guide_of(program).contact_email == "tea@example.com"


def test_a_typed_in_app_is_connected_only(teahouse, db):
    with context.public():
        made = MiniProgram.objects.create(tenant=teahouse, appid="wx" + "1" * 16)
        assert made.state == "connected"
        assert Unplaced.objects.count() == 0

"""The readiness doctor: each check by facts, failures of WeChat, the simulator, answers, doors."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from kernel import clock
from tenants import context
from tenants.models import Account, Membership, Merchant, MiniProgram
from tenants.programs import actions as programs
from tenants.programs import configuring
from tenants.programs.models import Setting
from tenants.programs.moves import note
from tenants.readiness import actions, gathering, queries
from tenants.readiness.actions import AnswerUnfit, QuestionUnknown
from tenants.readiness.checking import verdict_of
from tenants.readiness.checks import CHECKS, of_programs, of_shops
from tenants.readiness.facts import Facts, ShopKnows, Told
from tenants.readiness.handbook import markdown
from tenants.readiness.models import Answer, Finding
from tenants.readiness.queries import NoMiniProgram
from tenants.readiness.states import Blocks, FindingState
from tenants.releases import actions as releases
from tenants.releases import library, many
from tenants.releases.actions import PreflightFailed
from tenants.releases.states import Goal
from wechat import component, domains, shipping
from wechat.categories import Category
from wechat.component import AppInfo
from wechat.domains import Domains
from wechat.errors import AuthorizationLost, WeChatRefused, WeChatTimedOut
from wechat.privacy import CurrentGuide

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOST = "https://api.example.com"
INFO = AppInfo(
    "wx1", "Teahouse", "gh_1", "Tea Ltd", "https://x/y.png", "Tea and cups", True, True,
    (), (), 0, (17, 18, 142),
)  # fmt: skip
GOODS = Category("商家自营", "百货", "", 1, 103, 0)
FORUM = Category("社交", "社区/论坛", "", 4, 401, 0)
TOOL = Category("工具", "备忘录", "", 3, 301, 0)
GUIDE = CurrentGuide(True, ("Address",), (("Address", "to deliver"), ("PhoneNumber", "to call")))
KNOWS = ShopKnows(
    has_template=True, order_path="pages/orders/index", notices="done", was_prepaid=True
)
FINE = Facts(
    now=NOW,
    api_host=HOST,
    is_authorised=True,
    has_program=True,
    collected={"Address": "to deliver", "PhoneNumber": "to call"},
    ticket_at=NOW - timedelta(minutes=5),
    heard_at=NOW,
    anybody_heard_at=NOW,
    filing_status="6",
    sub_mchid="1900000109",
    answers={
        "main_category": "yes", "licence": "2027-01-01", "pay_features_applied": "2026-01-01",
        "pay_features_granted": "yes", "account_order": "yes", "paper_code": "yes",
        "paper_person": "yes", "paper_administrator": "yes", "paper_bank": "yes",
        "paper_filing": "yes",
    },
    knows=KNOWS,
    info=Told(INFO),
    domains=Told(Domains(request=(HOST,), upload=(HOST,), download=(HOST,))),
    platform_domains=Told(("api.example.com",)),
    categories=Told((GOODS,)),
    guide=Told(GUIDE),
    is_managed=Told(True),
    is_confirmed=Told(True),
    shipping_path=Told("pages/orders/index"),
)  # fmt: skip


def info(**changed: object) -> Facts:
    return replace(FINE, info=Told(replace(INFO, **changed)))


def knows(**changed: object) -> Facts:
    return replace(FINE, knows=replace(KNOWS, **changed))


def answers(facts: Facts = FINE, **changed: str) -> Facts:
    return replace(facts, answers={**FINE.answers, **changed})


def guide(*keys: str, in_code: tuple[str, ...] = ()) -> Facts:
    settings = tuple((key, "why") for key in keys)
    return replace(FINE, guide=Told(CurrentGuide(True, in_code, settings, (("Album", "相册"),))))


BARE = replace(FINE, has_program=False)
UNFILED = replace(FINE, filing_status="")
UNPAID = knows(was_prepaid=False)
CASES = [
    ("authorised", replace(FINE, is_authorised=False), "todo", ""),
    ("name", info(nick_name=""), "todo", ""),
    ("avatar", info(head_img=""), "todo", ""),
    ("introduction", info(signature=""), "todo", ""),
    ("categories", replace(FINE, categories=Told(())), "todo", ""),
    ("categories", replace(FINE, categories=Told((TOOL,))), "wrong", "工具 > 备忘录"),
    ("categories", replace(FINE, categories=Told((TOOL, GOODS))), "ok", "商家自营 > 百货"),
    ("main_category", answers(main_category="no"), "todo", ""),
    ("main_category", answers(main_category=""), "asked", ""),
    ("privacy", guide(), "todo", "no guide"),
    ("privacy", guide("Address"), "wrong", "PhoneNumber"),
    ("privacy", guide("Address", "PhoneNumber", in_code=("Album",)), "wrong", "Album 相册"),
    ("domains", replace(FINE, domains=Told(Domains())), "todo", "request、upload、download"),
    (
        "domains",
        replace(FINE, domains=Told(Domains(request=(HOST,), download=(HOST,)))),
        "todo",
        "upload",
    ),
    (
        "platform_domains",
        replace(FINE, platform_domains=Told(("other.example.com",))),
        "wrong",
        "api.example.com",
    ),
    ("permissions", info(permission_set_ids=(17, 18)), "wrong", "142"),
    ("filing", UNFILED, "asked", ""),
    ("filing", answers(UNFILED, filing="yes"), "ok", ""),
    ("filing", answers(UNFILED, filing="no"), "todo", ""),
    ("filing", replace(FINE, filing_status="5"), "wrong", "sent back"),
    ("filing", replace(FINE, filing_status="4"), "todo", "under way"),
    ("filing", answers(replace(FINE, filing_status="4"), filing="yes"), "ok", ""),
    ("order_path", knows(order_path=""), "wrong", "none"),
    ("order_path", knows(has_template=False), "unknown", "no version"),
    ("ugc", replace(FINE, categories=Told((GOODS, FORUM))), "wrong", "社区/论坛"),
    ("ugc", replace(knows(declares_ugc=True), categories=Told((GOODS, FORUM))), "ok", ""),
    ("ugc", knows(publishes_ugc=True, declares_ugc=True), "todo", "社交"),
    ("ugc", replace(knows(has_template=False), categories=Told((FORUM,))), "unknown", "no version"),
    ("ticket", replace(FINE, ticket_at=None), "wrong", "None"),
    ("ticket", replace(FINE, ticket_at=NOW - timedelta(minutes=36)), "todo", "36 minutes"),
    ("ticket", replace(FINE, ticket_at=NOW - timedelta(hours=12)), "wrong", "720 minutes"),
    ("verified", info(is_verified=False), "todo", ""),
    ("merchant", replace(FINE, sub_mchid=""), "todo", ""),
    ("merchant_binding", UNPAID, "asked", ""),
    ("merchant_binding", answers(UNPAID, merchant_binding="yes"), "ok", ""),
    ("merchant_binding", answers(UNPAID, merchant_binding="no"), "todo", ""),
    ("shipping", replace(FINE, is_managed=Told(False)), "ok", "does not hold"),
    ("shipping", replace(FINE, is_confirmed=Told(False)), "todo", "not agreed"),
    ("shipping_path", replace(FINE, is_managed=Told(False)), "ok", ""),
    ("shipping_path", knows(order_path=""), "unknown", "no order page"),
    ("notices", knows(notices=""), "todo", ""),
    ("notices", knows(notices="wanted"), "todo", "being chosen"),
    ("notices", knows(notices="failed"), "todo", "did not let"),
    ("notices", knows(notices_missing=("refunded",)), "todo", "refunded"),
    ("pushes", replace(FINE, heard_at=None), "ok", "others"),
    ("pushes", replace(FINE, heard_at=None, anybody_heard_at=None), "unknown", "30 days"),
    ("licence", answers(licence=""), "asked", ""),
    ("licence", answers(licence="2026-07-31"), "todo", "2026-07-31"),
    ("licence", answers(licence="2026-08-01"), "ok", ""),
    ("licence", answers(licence="2026-06-30"), "wrong", "expired"),
    ("pay_features_applied", answers(pay_features_applied=""), "asked", ""),
    (
        "pay_features_granted",
        answers(pay_features_granted="", pay_features_applied=""),
        "todo",
        "Not applied",
    ),
    (
        "pay_features_granted",
        answers(pay_features_granted="", pay_features_applied="2026-06-01"),
        "todo",
        "2026-08-30",
    ),
    (
        "pay_features_granted",
        answers(pay_features_granted="", pay_features_applied="2026-04-02"),
        "asked",
        "",
    ),
    *[
        (key, answers(BARE, **{key: "no"}), "todo", "")
        for key in CHECKS
        if key.startswith(("paper", "account"))
    ],
    *[
        (key, answers(BARE, **{key: ""}), "asked", "")
        for key in CHECKS
        if key.startswith(("paper", "account"))
    ],
]
BY_WECHAT = {
    "info": {"name", "avatar", "introduction", "permissions", "verified"},
    "domains": {"domains"},
    "platform_domains": {"platform_domains"},
    "categories": {"categories", "ugc"},
    "guide": {"privacy"},
    "is_managed": {"shipping", "shipping_path"},
    "is_confirmed": {"shipping"},
    "shipping_path": {"shipping_path"},
}


# --- each check, by facts alone ---------------------------------------------------------------


@pytest.mark.parametrize("key", CHECKS)
def test_a_shop_that_has_everything_is_fine(key):
    assert verdict_of(CHECKS[key], FINE).state == FindingState.OK


@pytest.mark.parametrize(("key", "facts", "state", "detail"), CASES)
def test_a_check_finds_what_lacks(key, facts, state, detail):
    found = verdict_of(CHECKS[key], facts)
    assert (found.state, detail in found.detail.en) == (state, True), found
    assert bool(found.detail.zh) == bool(found.detail.en)


def test_every_check_has_a_case_that_is_not_fine():
    assert {key for key, _, state, _ in CASES if state != "ok"} == set(CHECKS)


@pytest.mark.parametrize("part", BY_WECHAT)
def test_what_wechat_does_not_tell_is_unknown_and_the_rest_stays_fine(part):
    facts = replace(FINE, **{part: Told(failure="48001")})
    found = {key: verdict_of(check, facts) for key, check in CHECKS.items()}
    assert {key for key, v in found.items() if v.state == "unknown"} == BY_WECHAT[part]
    assert {v.state for key, v in found.items() if key not in BY_WECHAT[part]} == {"ok"}
    assert "48001" in found[min(BY_WECHAT[part])].detail.zh


def test_what_the_owner_or_the_shop_answers_needs_no_wechat():
    untold = replace(FINE, **dict.fromkeys(BY_WECHAT, Told(failure="x")))
    for check in CHECKS.values():
        if check.question is not None or check in of_shops():
            assert verdict_of(check, untold).state == FindingState.OK, check.key


def test_words_are_there_in_both_languages_and_keys_fit():
    for key, check in CHECKS.items():
        assert key == check.key
        assert len(key) <= 32
        for words in (check.title, check.why, check.how):
            assert words.en
            assert any("\u4e00" <= letter <= "\u9fff" for letter in words.zh), key
        assert check.link.startswith("https://") or check.link.endswith("/") or not check.link
        assert check.source


def test_the_handbook_is_what_the_registry_says():
    from tests.tenants.wechat_stage import ROOT

    assert (ROOT / "docs/owners/readiness.md").read_text() == markdown()
    assert all(f"(`{key}`)" in markdown() for key in CHECKS)


# --- gathering, and the simulator ---------------------------------------------------------------


@pytest.fixture
def app(wechat, teahouse):
    """An authorised mini-program of the first shop that nobody has configured."""
    wechat.control("PUT", "platform_domains", {"server": ["api.example.com"]})
    made = wechat.control("POST", "mini_programs", {"name": "Teahouse"})
    component.adopt_authorization(made["auth_code"])
    wechat.ears.heard.clear()
    return MiniProgram.objects.create(tenant=teahouse, appid=made["appid"], state="authorised")


def states(program: MiniProgram) -> dict[str, str]:
    return dict(Finding.objects.filter(mini_program=program).values_list("key", "state"))


def look(program: MiniProgram) -> dict[str, str]:
    actions.check_up(program_id=program.pk)
    return states(program)


def test_an_app_lacks_things_and_then_has_them(wechat, app, teahouse):
    poor = {
        "name": "",
        "signature": "",
        "has_head_img": False,
        "is_verified": False,
        "categories": [],
        "scopes": [18, 142],
    }
    wechat.control("PUT", f"mini_programs/{app.appid}", poor)
    wechat.control("PUT", "platform_domains", {"server": ["other.example.com"]})
    found = look(app)
    assert set(found) == {check.key for check in of_programs()}
    assert {key for key, state in found.items() if state == "ok"} == {
        "authorised",
        "ticket",
        "shipping",
        "ugc",
    }
    assert {
        key: found[key] for key in ("name", "avatar", "introduction", "categories")
    } == dict.fromkeys(("name", "avatar", "introduction", "categories"), "todo")
    assert found["domains"] == found["privacy"] == "todo"
    assert found["platform_domains"] == found["permissions"] == "wrong"
    assert [c.key for c in queries.blocking(app)] == [
        "name",
        "avatar",
        "introduction",
        "categories",
    ]

    rich = {
        "name": "Teahouse",
        "signature": "Tea",
        "has_head_img": True,
        "is_verified": True,
        "categories": [[1, 102]],
        "scopes": [17, 18, 142],
    }
    wechat.control("PUT", f"mini_programs/{app.appid}", rich)
    wechat.control("PUT", "platform_domains", {"server": ["api.example.com"]})
    programs.configure(program=app, by="owner@example.com")
    configuring.apply(program_id=app.pk)
    library.register_template(version="9.9.9", wx_template_id=999, order_path="pages/orders/index")
    Merchant.objects.update_or_create(
        tenant=teahouse, defaults={"sub_mchid": "1900000999", "notify_token": "readiness"}
    )
    note(app, gathering.FILING_EVENT, by="wechat", beian_status="6")
    actions.answer(tenant=teahouse, program=app, key="main_category", value="yes", by="o")
    actions.answer(tenant=teahouse, program=app, key="merchant_binding", value="yes", by="o")
    found = look(app)
    assert {key: state for key, state in found.items() if state != "ok"} == {
        "notices": "todo",
        "pushes": "unknown",
    }
    assert queries.blocking(app) == []
    seen = queries.readiness_of(teahouse, queries.program_of(teahouse.pk, app.pk))
    assert seen.is_ready(Blocks.RELEASE)
    assert not seen.is_ready(Blocks.PAYMENT), "the licence was not recorded"


@pytest.mark.parametrize(
    ("module", "name", "failure", "code", "keys"),
    [
        (component, "app_info", WeChatTimedOut("slow"), "WeChatTimedOut", BY_WECHAT["info"]),
        (domains, "get", WeChatRefused("no", code="48001"), "48001", {"domains"}),
        (shipping, "is_trade_managed", WeChatRefused("no", code="61007"), "61007", {"shipping", "shipping_path"}),
        (shipping, "set_jump_path", WeChatTimedOut("slow"), "WeChatTimedOut", {"shipping_path"}),
    ],
)  # fmt: skip
def test_a_call_that_fails_leaves_unknown_never_ok(
    app, monkeypatch, module, name, failure, code, keys
):
    library.register_template(version="9.9.9", wx_template_id=999, order_path="pages/orders/index")
    before = look(app)
    assert not {key for key in keys if before[key] == "unknown"}

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(module, name, fail)
    after = look(app)
    assert {key for key in after if after[key] == "unknown"} - {"pushes"} == keys
    for row in Finding.objects.filter(mini_program=app, key__in=keys):
        assert code in row.detail["en"]


def test_a_lost_authorisation_is_taken_note_of_and_nothing_more_is_asked(app, monkeypatch):
    asked = []
    monkeypatch.setattr(domains, "get", asked.append)

    def lost(_: str) -> None:
        raise AuthorizationLost("gone", code="61003")

    monkeypatch.setattr(component, "app_info", lost)
    found = look(app)
    app.refresh_from_db()
    assert (app.state, asked) == ("unauthorised", [])
    assert found["name"] == found["domains"] == "unknown"
    assert look(app)["authorised"] == "todo"


def test_an_app_that_was_never_authorised_is_not_asked_for(app, monkeypatch):
    MiniProgram.objects.filter(pk=app.pk).update(state="connected")
    monkeypatch.setattr(component, "app_info", lambda _: pytest.fail("WeChat was asked"))
    found = look(app)
    assert (found["authorised"], found["name"]) == ("todo", "unknown")


def test_it_is_looked_at_after_configuring_on_demand_and_daily(app, run_jobs):
    programs.configure(program=app, by="o")
    run_jobs()
    assert states(app)["domains"] == states(app)["privacy"] == "ok"
    Finding.objects.all().delete()
    assert actions.want_checkup(program=app)
    assert not actions.want_checkup(program=app), "one look is enough"
    assert queries.is_running(queries.checkup_of(queries.program_of(app.tenant_id, app.pk)))
    run_jobs()
    assert states(app)["domains"] == "ok"
    assert not queries.is_running(queries.checkup_of(queries.program_of(app.tenant_id, app.pk)))
    Finding.objects.all().delete()
    MiniProgram.objects.create(tenant=app.tenant, appid="wx9", state="connected")
    assert actions.want_all_checkups() == 1
    run_jobs()
    assert states(app)["domains"] == "ok"


def test_a_look_that_never_came_may_be_asked_for_again(app):
    assert actions.want_checkup(program=app)
    with clock.ahead(queries.PATIENCE + timedelta(seconds=1)):
        assert actions.want_checkup(program=app)


def test_what_the_registry_does_not_know_any_more_is_forgotten(app):
    Finding.objects.create(mini_program=app, key="gone", state="ok", checked_at=clock.now())
    assert "gone" not in look(app)


# --- answers ------------------------------------------------------------------------------------


def test_an_answer_counts_at_once_and_expires(app, teahouse):
    assert look(app)["filing"] == "asked"
    actions.answer(tenant=teahouse, program=app, key="filing", value="yes", by="owner@example.com")
    assert states(app)["filing"] == "ok"
    kept = Answer.objects.get()
    assert (kept.value, kept.by, kept.mini_program_id) == ("yes", "owner@example.com", app.pk)
    assert kept.expires_at == kept.answered_at + timedelta(days=365)
    with clock.at(kept.expires_at):
        assert gathering.answers_of(teahouse, app) == {}
        facts = gathering.local_facts(teahouse, app)
        assert verdict_of(CHECKS["filing"], facts).state == FindingState.ASKED
    actions.answer(tenant=teahouse, program=app, key="filing", value="no", by="x")
    assert states(app)["filing"] == "todo"
    assert Answer.objects.count() == 1


def test_an_answer_about_one_app_says_nothing_of_another_and_the_shops_is_for_all(app, teahouse):
    other = MiniProgram.objects.create(tenant=teahouse, appid="wx9", state="connected")
    actions.answer(tenant=teahouse, program=app, key="filing", value="yes", by="o")
    actions.answer(tenant=teahouse, program=app, key="licence", value="2099-12-31", by="o")
    assert gathering.answers_of(teahouse, other) == {"licence": "2099-12-31"}
    assert gathering.answers_of(teahouse, None) == {"licence": "2099-12-31"}


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("filing", "maybe", AnswerUnfit), ("licence", "2026-02-30", AnswerUnfit),
        ("licence", "yes", AnswerUnfit), ("domains", "yes", QuestionUnknown), ("x", "yes", QuestionUnknown),
    ],
)  # fmt: skip
def test_unfit_answers_are_refused_and_change_nothing(app, teahouse, key, value, refusal):
    with pytest.raises(refusal):
        actions.answer(tenant=teahouse, program=app, key=key, value=value, by="o")
    assert not Answer.objects.exists()
    assert not Finding.objects.exists()


def test_papers_can_be_ticked_before_there_is_an_app(teahouse, db):
    with context.public():
        actions.answer(tenant=teahouse, program=None, key="paper_code", value="yes", by="o")
        with pytest.raises(NoMiniProgram):
            actions.answer(tenant=teahouse, program=None, key="filing", value="yes", by="o")
        seen = queries.readiness_of(teahouse, None)
        by_key = {item.check.key: item for item in seen.items}
        assert by_key["paper_code"].state == "ok"
        assert by_key["paper_bank"].state == "asked"
        assert set(by_key) == {check.key for check in of_shops()}
        assert not seen.is_ready(Blocks.RELEASE)


# --- releases -----------------------------------------------------------------------------------


@pytest.fixture
def nameless(wechat, app):
    """An app that is configured, and that WeChat would take no submission of."""
    wechat.control("PUT", f"mini_programs/{app.appid}", {"signature": ""})
    Setting.objects.bulk_create(
        Setting(mini_program=app, part=part, state="applied") for part in ("domains", "privacy")
    )
    look(app)
    library.register_template(version="9.9.9", wx_template_id=999)
    return app


def test_a_preview_goes_on_but_nothing_is_submitted_that_wechat_would_refuse(nameless):
    release = releases.start(program=nameless, by="o")
    assert release.state == "committing"
    release.detected_at = clock.now()
    type(release).objects.filter(pk=release.pk).update(state="committed", detected_at=clock.now())
    release.refresh_from_db()
    with pytest.raises(PreflightFailed, match="Introduction is missing"):
        releases.submit(release=release, by="o")
    release.refresh_from_db()
    assert release.state == "committed"


def test_a_release_to_all_fails_its_preflight_and_is_retried_when_mended(wechat, nameless):
    with pytest.raises(PreflightFailed, match="Introduction is missing"):
        releases.start(program=nameless, by="o", goal=Goal.RELEASE)
    (release,) = nameless.releases.all()
    assert (release.state, release.problem_code) == ("preflight_failed", "readiness_introduction")
    wechat.control("PUT", f"mini_programs/{nameless.appid}", {"signature": "Tea"})
    look(nameless)
    assert releases.retry(release=release, by="o").state == "committing"


def test_a_train_leaves_out_what_is_not_ready_and_old_findings_stop_nothing(nameless):
    template = releases.queries.newest_template()
    made = many.start_many(
        program_ids=[nameless.pk], template=template, goal=Goal.AUDIT, by="o"
    )
    assert nameless.releases.get(pk=made[nameless.pk]).state == "preflight_failed"
    with clock.ahead(queries.STOPS_FOR + timedelta(seconds=1)):
        assert queries.blocking(nameless) == []


# --- the door -----------------------------------------------------------------------------------


@pytest.fixture
def door(two_shops, db):
    """Call the first shop's API as an account, in a language."""

    def call(method: str, path: str, body=None, *, email="tea@example.com", language="en"):
        with context.public():
            client = Client(headers={"accept-language": language})
            account = Account.objects.get(email=email)
            client.force_login(account, "django.contrib.auth.backends.ModelBackend")
            address = f"/b/{two_shops[0].public_id}/v1/readiness{path}"
            return getattr(client, method)(
                address, json.dumps(body) if body else None, content_type="application/json"
            )

    return call


def test_the_owner_reads_runs_and_answers(app, door, run_jobs):
    answer = door("get", "").json()
    assert (answer["program_id"], answer["checked_at"], answer["is_running"]) == (
        app.pk,
        None,
        False,
    )
    assert {item["state"] for item in answer["items"]} <= {"unknown", "asked", "todo", "ok"}
    assert not answer["is_ready_to_release"]
    ran = door("post", "/run")
    assert (ran.status_code, ran.json()["is_running"]) == (202, True)
    run_jobs()
    by_key = {item["key"]: item for item in door("get", "").json()["items"]}
    assert by_key["name"]["state"] == "ok"
    assert by_key["domains"]["link"] == f"mini-programs/{app.pk}/"
    assert by_key["filing"]["question"] == {
        "kind": "yes_no",
        "text": "Is the filing passed?",
        "answer": "",
    }
    told = door("post", "/answers/filing", {"value": "yes"}).json()
    assert next(i for i in told["items"] if i["key"] == "filing")["state"] == "ok"
    in_chinese = door("get", "", language="zh-hans").json()
    assert in_chinese["items"][1]["title"] == "小程序名称"
    assert door("post", "/answers/nothing", {"value": "yes"}).status_code == 404
    assert door("post", "/answers/filing", {"value": "si"}).status_code == 422


def test_others_are_refused(app, door, two_shops, bookshop):
    manager = Account.objects.create_user("manager@example.com")
    Membership.objects.create(account=manager, tenant=app.tenant, role="manager")
    theirs = MiniProgram.objects.create(tenant=bookshop, appid="wx9", state="connected")
    for method, path, body in (
        ("get", "", None),
        ("post", "/run", None),
        ("post", "/answers/filing", {"value": "yes"}),
    ):
        assert door(method, path, body, email="manager@example.com").status_code == 403
        assert door(method, path, body, email="book@example.com").status_code == 401
        assert door(method, f"{path}?program_id={theirs.pk}", body).status_code == 404
    assert not Answer.objects.exists()


def test_a_shop_without_an_app_is_told_so(door):
    assert door("get", "").json()["program_id"] is None
    answer = door("post", "/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_mini_program")


def test_without_wechats_credentials_nothing_is_ok_that_wechat_would_tell(teahouse, settings):
    settings.WECHAT = None
    with context.public():
        app = MiniProgram.objects.create(tenant=teahouse, appid="wx9", state="authorised")
        found = look(app)
    assert {found[key] for keys in BY_WECHAT.values() for key in keys} == {"unknown"}
    assert found["ticket"] == "wrong"

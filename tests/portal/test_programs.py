"""A mini-program's five steps at the owner's desk: where each stands, and the one next click."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from kernel import clock, identifiers
from storage import files
from tenants import context
from tenants.context import Shop
from tenants.models import Account, MiniProgram
from tenants.programs import queries as programs
from tenants.programs.models import AuthorizationTicket, ProgramStep, Setting
from tenants.releases import library
from tenants.releases.models import Quota, Rejection, Release, ReleaseStep, Template
from tenants.releases.quota import month_now
from tenants.releases.states import Goal, Wish
from tenants.states import Role
from wechat import authorization, component, program_code
from wechat.authorization import AuthorizationPages
from wechat.component import Authorization
from wechat.errors import WeChatTimedOut

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
NOW = clock.now
ALL = ["domains", "privacy", "info", "categories"]


@pytest.fixture
def place(two_shops: tuple[Shop, Shop], db: None, settings: Any, tmp_path: Any) -> Iterator[Shop]:
    settings.MEDIA_ROOT = tmp_path
    with context.public():
        yield two_shops[0]


@pytest.fixture
def desk(place: Shop) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Account.objects.get(email="tea@example.com"), "django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def template(place: Shop) -> Template:
    return library.register_template(
        version="1.0.0", wx_template_id=1, order_path="pages/orders/index", changelog="First"
    )


@pytest.fixture
def program(place: Shop) -> MiniProgram:
    """An authorised app of the shop of which nothing is configured yet."""
    return MiniProgram.objects.create(
        tenant_id=place.id, appid="wx1234", state="authorised", nick_name="Cloudleaf <b>",
        principal_name="Cloudleaf Ltd", authorised_at=NOW(),
    )  # fmt: skip


@pytest.fixture
def ready(program: MiniProgram) -> MiniProgram:
    """The same, configured."""
    for part in ALL:
        Setting.objects.create(
            mini_program=program, part=part, state="applied", applied_at=NOW(),
            facts={
                "domains": {"request": ["https://api.example.com"]},
                "categories": {"categories": [{"first_class": "食品", "second_class": "茶"}]},
            }.get(part, {}),
        )  # fmt: skip
    return program


@pytest.fixture
def page(desk: Client, place: Shop) -> Callable[..., Any]:
    """Open an app's page: `(its words, its steps)`."""

    def go(program: MiniProgram, **headers: str) -> tuple[str, dict[str, str]]:
        answer = desk.get(f"/shops/{place.public_id}/mini-programs/{program.pk}/", headers=headers)
        assert answer.status_code == 200
        steps = {
            step.name: f"{step.stand}{' here' if step.is_here else ''}"
            for step in answer.context["steps"]
        }
        return answer.content.decode(), steps

    return go


@pytest.fixture
def post(desk: Client, place: Shop) -> Callable[..., str]:
    """Send a form of the shop, follow on, and return the words of the page."""

    def go(path: str, **fields: Any) -> str:
        answer = desk.post(f"/shops/{place.public_id}/{path}", fields, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    return go


def bring(program: MiniProgram, template: Template, state: str, **values: Any) -> Release:
    values = {"detected_at": NOW(), "goal": Goal.PREVIEW, **values}
    ext = {"tenant": "t", "apiBase": "https://a.example", "v": template.version}
    return Release.objects.create(
        mini_program=program, template=template, ext=ext, ext_hash="h", state=state, by="o@x.com",
        **values,
    )  # fmt: skip


def main_buttons(words: str) -> list[str]:
    """The green buttons of the steps: the next clicks."""
    steps = words[words.index('<ol class="steps life">') : words.index("</ol>")]
    found = re.findall(r'<button class="([^"]*)"[^>]*>([^<]*)<', steps)
    return [label for kind, label in found if "quiet" not in kind]


# --- the way there --------------------------------------------------------------------------------


def test_without_an_app_the_page_shows_the_way_and_the_checklist_leads_there(
    desk: Client, place: Shop
) -> None:
    start = desk.get(f"/shops/{place.public_id}/").content.decode()
    assert f'href="/shops/{place.public_id}/mini-programs/"' in start
    words = desk.get(f"/shops/{place.public_id}/mini-programs/").content.decode()
    assert "Authorise with WeChat" in words
    assert f'href="/shops/{place.public_id}/wechat/"' in words
    typed = desk.get(f"/shops/{place.public_id}/wechat/").content.decode()
    assert f'href="/shops/{place.public_id}/mini-programs/"' in typed


def test_the_invitation_shows_wechats_pages_and_is_made_by_a_form_only(
    desk: Client, place: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def pages(**wish: Any) -> AuthorizationPages:
        asked.update(wish)
        query = "pre_auth_code=p1"
        later = NOW() + timedelta(minutes=10)
        return AuthorizationPages(f"https://mp.example/?{query}", f"https://o.example/?{query}", later)

    monkeypatch.setattr(authorization, "pages", pages)
    address = f"/shops/{place.public_id}/mini-programs/authorise/"
    assert desk.get(address)["Location"] == f"/shops/{place.public_id}/mini-programs/"
    assert desk.post(address, {"kind": "bank"}).status_code == 404
    assert not AuthorizationTicket.objects.exists()

    answer = desk.post(address, {"kind": "mini_program"})
    words = answer.content.decode()
    assert 'href="https://mp.example/?pre_auth_code=p1" referrerpolicy="origin"' in words
    assert 'href="https://o.example/?pre_auth_code=p1" referrerpolicy="origin"' in words
    assert "<svg" in words
    assert answer["Cache-Control"].startswith("max-age=0")
    ticket = AuthorizationTicket.objects.get()
    assert (ticket.tenant_id, ticket.by, ticket.kind) == (
        place.id, "tea@example.com", "mini_program",
    )  # fmt: skip
    token = asked["redirect_uri"].rstrip("/").rpartition("/")[2]
    assert programs.open_ticket(token) == ticket


def test_without_wechat_the_invitation_is_refused_in_words(
    desk: Client, place: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages(**_: Any) -> AuthorizationPages:
        raise WeChatTimedOut("slow")

    monkeypatch.setattr(authorization, "pages", pages)
    address = f"/shops/{place.public_id}/mini-programs/authorise/"
    answer = desk.post(address, {"kind": "mini_program"}, follow=True)
    assert "WeChat does not answer at the moment" in answer.content.decode()


@pytest.fixture
def ticket(place: Shop) -> str:
    """The token in the address of return."""
    token = identifiers.secret()
    AuthorizationTicket.objects.create(
        tenant_id=place.id, kind="mini_program", by="tea@example.com",
        token_hash=programs.hashed(token), expires_at=NOW() + timedelta(hours=1),
    )  # fmt: skip
    return token


@pytest.fixture
def adopted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """WeChat trades every code for wxnew; the codes that were traded."""
    codes: list[str] = []

    def adopt(code: str, **_: Any) -> Authorization:
        codes.append(code)
        return Authorization("wxnew", (17, 18))

    monkeypatch.setattr(component, "adopt_once", adopt)
    return codes


def test_who_comes_back_from_wechat_is_led_to_the_app_and_it_is_configured(
    desk: Client, place: Shop, ticket: str, adopted: list[str], queued: Callable[..., list[Any]]
) -> None:
    before = desk.get(f"/shops/{place.public_id}/mini-programs/state.json").json()["mark"]
    answer = desk.get(f"/authorised/{ticket}/", {"auth_code": "c1", "expires_in": "3600"})
    program = MiniProgram.objects.get(appid="wxnew")
    assert program.tenant_id == place.id
    assert answer["Location"] == f"/shops/{place.public_id}/mini-programs/{program.pk}/"
    assert len(queued("configure_program")) == 1
    after = desk.get(f"/shops/{place.public_id}/mini-programs/state.json").json()["mark"]
    assert before != after
    again = desk.get(f"/authorised/{ticket}/", {"auth_code": "c1"})
    assert again["Location"] == answer["Location"]
    assert adopted == ["c1"]


@pytest.mark.parametrize("who", ["nobody", "a stranger"])
def test_on_a_strange_device_the_return_tells_nothing_of_the_shop(
    visitor: Client, person: Callable[..., Client], place: Shop, ticket: str, adopted: list[str],
    who: str,
) -> None:  # fmt: skip
    client = visitor if who == "nobody" else person("stranger@example.com")
    words = client.get(f"/authorised/{ticket}/", {"auth_code": "c1"}).content.decode()
    assert "Done: the platform is authorised" in words
    assert place.name not in words
    assert place.public_id not in words
    assert MiniProgram.objects.get(appid="wxnew").tenant_id == place.id


def test_a_return_that_fails_says_what_to_do(
    visitor: Client, place: Shop, two_shops: tuple[Shop, Shop], ticket: str, adopted: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    unknown = visitor.get("/authorised/nonsense/", {"auth_code": "c1"})
    assert unknown.status_code == 404
    assert "This authorisation has expired" in unknown.content.decode()

    MiniProgram.objects.create(tenant_id=two_shops[1].id, appid="wxnew", state="authorised")
    taken = visitor.get(f"/authorised/{ticket}/", {"auth_code": "c1"})
    assert taken.status_code == 409
    assert "begin again" in taken.content.decode()
    assert MiniProgram.objects.get(appid="wxnew").tenant_id == two_shops[1].id

    def away(code: str, **_: Any) -> Authorization:
        raise WeChatTimedOut("slow")

    monkeypatch.setattr(component, "adopt_once", away)
    slow = visitor.get(f"/authorised/{ticket}/", {"auth_code": "c2"})
    assert slow.status_code == 503
    assert "Try again" in slow.content.decode()


# --- the steps ------------------------------------------------------------------------------------


def test_a_typed_app_is_asked_to_be_authorised(
    program: MiniProgram, template: Template, page: Callable[..., Any]
) -> None:
    MiniProgram.objects.filter(pk=program.pk).update(state="connected", authorised_at=None)
    words, steps = page(program)
    assert steps == {
        "authorise": "next here", "configure": "later", "preview": "later", "submit": "later",
        "release": "later",
    }  # fmt: skip
    assert main_buttons(words) == ["Authorise with WeChat"]
    assert "Cloudleaf &lt;b&gt;" in words


def test_an_authorisation_that_was_taken_back_is_given_again(
    ready: MiniProgram, template: Template, page: Callable[..., Any]
) -> None:
    bring(ready, template, "released", released_at=NOW())
    MiniProgram.objects.filter(pk=ready.pk).update(state="unauthorised", unauthorised_at=NOW())
    words, steps = page(ready)
    assert steps["authorise"] == "stuck here"
    assert {steps[n] for n in ("configure", "preview", "submit", "release")} == {"later"}
    assert main_buttons(words) == ["Authorise again"]
    assert "customers have version 1.0.0" in words


def test_the_configuration_is_followed_part_by_part(
    program: MiniProgram, template: Template, page: Callable[..., Any], desk: Client, place: Shop
) -> None:
    for part in ALL:
        Setting.objects.create(mini_program=program, part=part, state="applying")
    words, steps = page(program)
    assert steps["configure"] == "waiting"
    assert main_buttons(words) == []
    assert 'data-waiting="yes"' in words
    address = f"/shops/{place.public_id}/mini-programs/{program.pk}/state.json"
    told = desk.get(address).json()
    assert told["is_waiting"] is True
    assert f'data-mark="{told["mark"]}"' in words

    Setting.objects.exclude(part="domains").update(state="applied")
    Setting.objects.filter(part="domains").update(state="failed", problem_code="85018")
    words, steps = page(program)
    assert (steps["configure"], steps["preview"]) == ("stuck here", "later")
    assert "on the platform&#x27;s list at WeChat yet" in words
    assert main_buttons(words) == ["Configure again"]
    assert desk.get(address).json() != told

    Setting.objects.filter(part="domains").update(
        state="applied", problem_code="", facts={"request": ["https://api.example.com"]}
    )
    words, steps = page(program)
    assert (steps["configure"], steps["preview"]) == ("done", "next here")
    assert "https://api.example.com" in words
    assert "WeChat reviews nothing without one" in words  # no category yet


def test_configuring_again_asks_once_and_says_so(
    ready: MiniProgram, post: Callable[..., str], queued: Callable[..., list[Any]]
) -> None:
    words = post(f"mini-programs/{ready.pk}/configure/")
    assert "WeChat is being asked" in words
    assert set(Setting.objects.values_list("state", flat=True)) == {"wanted"}
    assert len(queued("configure_program")) == 1
    MiniProgram.objects.filter(pk=ready.pk).update(state="unauthorised")
    assert "not authorised for this mini-program" in post(f"mini-programs/{ready.pk}/configure/")
    assert len(queued("configure_program")) == 1


def test_without_a_version_there_is_nothing_to_click(
    ready: MiniProgram, page: Callable[..., Any], post: Callable[..., str]
) -> None:
    words, steps = page(ready)
    assert (steps["configure"], steps["preview"]) == ("done", "later")
    assert main_buttons(words) == []
    assert "no version to offer yet" in words
    assert "no version of the mini-program" in post(f"mini-programs/{ready.pk}/start/")
    assert not Release.objects.exists()


def test_preparing_a_preview_starts_a_release_of_the_newest_version(
    ready: MiniProgram, template: Template, page: Callable[..., Any], post: Callable[..., str],
    queued: Callable[..., list[Any]], place: Shop,
) -> None:  # fmt: skip
    words, _ = page(ready)
    assert main_buttons(words) == ["Prepare the preview"]
    words = post(f"mini-programs/{ready.pk}/start/")
    assert "Version 1.0.0 is on its way to WeChat." in words
    release = Release.objects.get()
    assert (release.state, release.goal, release.by) == ("committing", "preview", "tea@example.com")
    assert set(release.ext) == {"tenant", "apiBase", "v"}
    assert len(queued("carry_on")) == 1
    assert "under way (committing)" in post(f"mini-programs/{ready.pk}/start/")
    assert Release.objects.count() == 1


def test_something_to_mend_first_is_named_and_tried_again(
    program: MiniProgram, template: Template, page: Callable[..., Any], post: Callable[..., str]
) -> None:
    assert "server domains are not set yet" in post(f"mini-programs/{program.pk}/start/")
    for part in ALL:
        Setting.objects.create(mini_program=program, part=part, state="applied")
    words, steps = page(program)
    assert steps["preview"] == "stuck here"
    assert main_buttons(words) == ["Try again"]
    chinese, _ = page(program, **{"accept-language": "zh-CN"})
    assert "小程序服务器域名尚未设置" in chinese
    release = Release.objects.get()
    assert "We try again." in post(f"releases/{release.pk}/retry/")
    assert Release.objects.get().state == "committing"


STEPS = [
    ("committing", {"detected_at": None}, "waiting", "later", "later", []),
    ("committed", {"detected_at": None, "due_at": NOW()}, "waiting", "later", "later", []),
    ("committed", {"detected_at": None, "problem_code": "61040"}, "stuck here", "later", "later",
     ["Try again"]),
    ("committed", {}, "done", "next here", "later", ["Submit for review"]),
    ("committed", {"due_at": NOW()}, "done", "waiting", "later", []),
    ("committed", {"problem_code": "audit_quota_spent", "problem": "2026-11"}, "done",
     "stuck here", "later", ["Submit again"]),
    ("submitting", {"due_at": NOW()}, "done", "waiting", "later", []),
    ("auditing", {"submitted_at": NOW(), "due_at": NOW()}, "done", "waiting", "later", []),
    ("delayed", {"submitted_at": NOW(), "problem": "busy"}, "done", "waiting", "later", []),
    ("withdrawn", {}, "done", "next here", "later", ["Submit again"]),
    ("approved", {"decided_at": NOW()}, "done", "done", "next here", ["Release to all customers"]),
    ("approved", {"problem_code": "85079", "problem": "no <b>"}, "done", "done", "stuck here",
     ["Release to all customers"]),
    ("approved", {"wish": Wish.GREY, "due_at": NOW()}, "done", "done", "waiting", []),
    ("gray", {"grey_percentage": 10}, "done", "done", "next here", ["Give it to all customers"]),
    ("releasing", {"due_at": NOW()}, "done", "done", "waiting", []),
    ("released", {"released_at": NOW()}, "done", "done", "done", []),
    ("reverting", {"released_at": NOW()}, "done", "done", "waiting", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "values", "preview", "submit", "release", "buttons"), STEPS,
    ids=[f"{row[0]}{n}" for n, row in enumerate(STEPS)],
)  # fmt: skip
def test_each_state_shows_where_it_stands_and_one_next_click(
    ready: MiniProgram, template: Template, page: Callable[..., Any], state: str,
    values: dict[str, Any], preview: str, submit: str, release: str, buttons: list[str],
) -> None:  # fmt: skip
    bring(ready, template, state, **values)
    words, steps = page(ready)
    assert (steps["authorise"], steps["configure"]) == ("done", "done")
    assert (steps["preview"], steps["submit"], steps["release"]) == (preview, submit, release)
    assert main_buttons(words) == buttons
    assert "<b>" not in words
    waiting = "waiting" in {preview, submit, release}
    assert f'data-waiting="{"yes" if waiting else "no"}"' in words
    assert ('data-fallback' in words) == (state not in {"committing", "releasing", "released",
                                                        "reverting"})  # fmt: skip
    chinese, _ = page(ready, **{"accept-language": "zh-CN"})
    steps_in_chinese = chinese[chinese.index('<ol class="steps') : chinese.index("</ol>")]
    assert not re.search(r">\s*[A-Z][a-z]+ [a-z]+", steps_in_chinese)


def test_only_new_versions_lead_away_from_what_is_released(
    ready: MiniProgram, template: Template, page: Callable[..., Any]
) -> None:
    first = bring(ready, template, "superseded", released_at=NOW())
    bring(ready, template, "released", released_at=NOW(), supersedes=first)
    words, steps = page(ready)
    assert set(steps.values()) == {"done"}
    assert "Roll back to the version before" in words
    library.register_template(version="1.1.0", wx_template_id=2)
    words, steps = page(ready)
    assert (steps["preview"], steps["release"]) == ("next here", "later")
    assert "Version 1.1.0 is ready" in words
    assert "Roll back to the version before" in words


def test_the_preview_picture_is_asked_of_wechat_once(
    ready: MiniProgram, template: Template, desk: Client, place: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked: list[str] = []
    monkeypatch.setattr(program_code, "trial_qr", lambda appid: asked.append(appid) or PNG)
    release = bring(ready, template, "committed")
    address = f"/shops/{place.public_id}/releases/{release.pk}/preview/"
    answers = [desk.get(address) for _ in range(2)]
    assert [(a.status_code, a["Content-Type"], a.content) for a in answers] == [
        (200, "image/png", PNG)
    ] * 2
    assert asked == ["wx1234"]
    Release.objects.update(state="committing", preview_key="")
    assert desk.get(address).status_code == 409


def test_submitting_takes_what_reviewers_read_and_refuses_too_much(
    ready: MiniProgram, template: Template, desk: Client, place: Shop, post: Callable[..., str],
    page: Callable[..., Any],
) -> None:  # fmt: skip
    release = bring(ready, template, "committed")
    Quota.objects.create(month=month_now(), granted=20, used=5, reserved=1, checked_at=NOW())
    words, _ = page(ready)
    assert "14 of 20 this month" in words
    assert "pages/orders/index" in words
    assert "What you mended" not in words
    address = f"/shops/{place.public_id}/releases/{release.pk}/submit/"
    long = desk.post(address, {"version_desc": "x" * 201})
    assert long.status_code == 422
    assert "at most 200 characters" in long.content.decode()
    assert Release.objects.get().goal == "preview"

    words = post(f"releases/{release.pk}/submit/", version_desc="Teas <i>")
    assert "on its way to WeChat&#x27;s reviewers" in words
    release.refresh_from_db()
    assert (release.goal, release.version_desc, release.feedback) == ("audit", "Teas <i>", "")
    assert release.due_at is not None


def refuse(release: Release, reason: str, code: str, pictures: int = 0, fetched: int = 0) -> None:
    keys = [
        files.put(prefix="t/releases", name=f"r{n}.png", data=PNG, content_type="image/png")
        for n in range(fetched)
    ]
    Rejection.objects.create(
        release=release, audit_id="1", reason=reason, advice_code=code,
        media_ids=[f"m{n}" for n in range(pictures)], files=keys,
    )  # fmt: skip


def test_a_refusal_shows_reason_advice_and_pictures_and_is_answered(
    ready: MiniProgram, template: Template, page: Callable[..., Any], post: Callable[..., str]
) -> None:
    release = bring(ready, template, "rejected", problem_code="refused", problem="1:")
    refuse(release, "服务类目不符 <script>\n第二行", "category", pictures=2, fetched=1)
    words, steps = page(ready)
    assert steps["submit"] == "stuck here"
    assert "服务类目不符 &lt;script&gt;<br>第二行" in words
    assert "add the fitting category" in words
    key = Rejection.objects.get().files[0]
    assert words.count(f'src="{files.url(key)}"') == 1
    assert "1 picture of the reviewer is on its way." in words
    assert 'data-waiting="yes"' in words  # the second picture
    assert main_buttons(words) == ["I have mended it: submit again"]
    assert 'href="https://mp.weixin.qq.com/"' in words
    chinese, _ = page(ready, **{"accept-language": "zh-CN"})
    assert "补充与所售商品一致的类目" in chinese

    post(f"releases/{release.pk}/submit/", feedback="类目已补充")
    release.refresh_from_db()
    assert (release.state, release.goal, release.feedback) == ("committed", "audit", "类目已补充")
    _, steps = page(ready)
    assert steps["submit"] == "waiting"


@pytest.mark.parametrize(
    ("code", "link"), [("privacy", "#configure"), ("empty", "products/"), ("nonsense", "https://mp")]
)
def test_each_refusal_has_an_exact_place_to_mend_it(
    ready: MiniProgram, template: Template, page: Callable[..., Any], code: str, link: str
) -> None:
    refuse(bring(ready, template, "rejected"), "不合规", code)
    words, _ = page(ready)
    part = words[words.index("What to do") : words.index('<dl class="facts">')]
    assert link in part


@pytest.mark.parametrize(
    ("verb", "state", "sentence"),
    [
        ("withdraw", "auditing", "being taken back"),
        ("publish", "approved", "The release begins."),
        ("publish", "gray", "The release begins."),
        ("end-grey", "gray", "being ended"),
        ("roll-back", "released", "Rolling back begins."),
    ],
)
def test_clicks_do_what_they_say_and_nothing_elsewhere(
    ready: MiniProgram, template: Template, post: Callable[..., str],
    queued: Callable[..., list[Any]], verb: str, state: str, sentence: str,
) -> None:  # fmt: skip
    release = bring(ready, template, state, submitted_at=NOW(), released_at=NOW())
    assert sentence in post(f"releases/{release.pk}/{verb}/")
    assert len(queued("carry_on")) == 1
    Release.objects.filter(pk=release.pk).update(state="committed")
    assert "This cannot be done now" in post(f"releases/{release.pk}/{verb}/")
    assert len(queued("carry_on")) == 1


def test_a_part_of_the_customers_is_offered_only_where_all_have_a_version(
    ready: MiniProgram, template: Template, page: Callable[..., Any]
) -> None:
    newer = library.register_template(version="1.1.0", wx_template_id=2)
    bring(ready, newer, "approved")
    assert "data-slider" not in page(ready)[0]
    bring(ready, template, "released", released_at=NOW())
    assert "data-slider" in page(ready)[0]


def test_a_share_of_customers_only_grows(
    ready: MiniProgram, template: Template, desk: Client, place: Shop, post: Callable[..., str]
) -> None:
    release = bring(ready, template, "gray", grey_percentage=30)
    assert "30 % of the customers have it already" in post(
        f"releases/{release.pk}/grey/", percentage=20
    )
    for nonsense in ("0", "100", "x", ""):
        answer = desk.post(
            f"/shops/{place.public_id}/releases/{release.pk}/grey/", {"percentage": nonsense}
        )
        assert answer.status_code == 422
    assert Release.objects.get().wish == ""
    assert "50 per cent" in post(f"releases/{release.pk}/grey/", percentage=50)
    release.refresh_from_db()
    assert (release.wish, release.wished_percentage) == ("grey", 50)


def test_the_history_of_app_and_releases_is_read_in_the_readers_language(
    ready: MiniProgram, template: Template, page: Callable[..., Any]
) -> None:
    ProgramStep.objects.create(mini_program=ready, event="authorised", state="authorised", by="o@x.com")
    ProgramStep.objects.create(mini_program=ready, event="wxa_<new>", state="authorised", by="wechat")
    release = bring(ready, template, "gray", grey_percentage=10)
    for event, facts in (("committing", {}), ("committed", {}), ("grey", {"percentage": 10})):
        ReleaseStep.objects.create(release=release, event=event, state="gray", facts=facts, by="train 3")
    words, _ = page(ready)
    history = words[words.index("<h2>History</h2>") :]
    assert [w in history for w in ("given to some of the customers: 10 %", "WeChat took the code",
                                   "wxa_&lt;new&gt;", "(platform)", "train 3")] == [
        True, True, True, True, False]  # fmt: skip
    chinese, _ = page(ready, **{"accept-language": "zh-CN"})
    assert "微信收到了代码" in chinese


def test_several_apps_are_switched_between_and_an_official_account_has_two_steps(
    ready: MiniProgram, template: Template, page: Callable[..., Any], desk: Client, place: Shop
) -> None:
    account = MiniProgram.objects.create(
        tenant_id=place.id, appid="wxoa", kind="official_account", state="authorised",
        authorised_at=NOW(),
    )  # fmt: skip
    Setting.objects.create(mini_program=account, part="info", state="applied")
    first = desk.get(f"/shops/{place.public_id}/mini-programs/")
    assert first["Location"].endswith(f"/mini-programs/{ready.pk}/")
    words, steps = page(account)
    assert steps == {"authorise": "done", "configure": "done"}
    assert f'/mini-programs/{ready.pk}/"' in words
    assert f'/mini-programs/{account.pk}/" aria-current="page"' in words


# --- who may --------------------------------------------------------------------------------------

ADDRESSES = ["mini-programs/", "mini-programs/state.json", "mini-programs/authorise/",
             "mini-programs/{p}/", "mini-programs/{p}/state.json", "mini-programs/{p}/configure/",
             "mini-programs/{p}/start/", "releases/{r}/preview/", "releases/{r}/submit/",
             "releases/{r}/grey/", "releases/{r}/publish/"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_the_shops_owners_get_here(
    ready: MiniProgram, template: Template, place: Shop, two_shops: tuple[Shop, Shop],
    visitor: Client, colleague: Callable[..., Client], queued: Callable[..., list[Any]],
    address: str,
) -> None:  # fmt: skip
    release = bring(ready, template, "approved")
    path = address.format(p=ready.pk, r=release.pk)
    manager = colleague(place, Role.MANAGER, "manager@example.com")
    other = colleague(two_shops[1], Role.OWNER, "other@example.com")
    forms = ("authorise/", "configure/", "start/", "submit/", "grey/", "publish/")
    method = "post" if path.endswith(forms) else "get"
    statuses = {
        name: getattr(client, method)(f"/shops/{shop.public_id}/{path}").status_code
        for name, client, shop in (
            ("visitor", visitor, place), ("manager", manager, place), ("stranger", other, place),
            ("through their own shop", other, two_shops[1]),
        )
    }  # fmt: skip
    through = statuses.pop("through their own shop")
    assert statuses == {"visitor": 302, "manager": 403, "stranger": 404}
    if "{" in address:
        assert through == 404
    assert queued("carry_on") == []
    assert Release.objects.get().state == "approved"


def test_an_unknown_verb_or_app_is_not_found(
    ready: MiniProgram, template: Template, desk: Client, place: Shop
) -> None:
    release = bring(ready, template, "approved")
    shop = f"/shops/{place.public_id}"
    assert desk.post(f"{shop}/releases/{release.pk}/erase/").status_code == 404
    assert desk.get(f"{shop}/mini-programs/999999/").status_code == 404
    assert desk.get(f"{shop}/releases/{release.pk}/publish/").status_code == 405
    assert desk.get(f"/authorised/{quote('a b')}/").status_code == 404

"""Staff at the console: apps of all shops, their releases, templates, trains, the month's reviews."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kernel import clock
from storage import files
from superadmin.models import AuditEntry
from tenants.context import Shop
from tenants.models import MiniProgram
from tenants.programs.models import Setting
from tenants.releases import library, quota
from tenants.releases.models import Quota, Rejection, Release, Template
from tenants.releases.quota import month_now
from tenants.trains.models import ReleaseTrain, TrainCar
from wechat import templates
from wechat.errors import TemplateUnknown, WeChatTimedOut
from wechat.templates import CodeTemplate, Draft

NOW = clock.now
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
Queued = Callable[..., list[dict[str, object]]]


@pytest.fixture
def template(db: None) -> Template:
    return library.register_template(version="1.0.0", wx_template_id=1)


@pytest.fixture
def apps(two_shops: tuple[Shop, Shop], db: None) -> list[MiniProgram]:
    """Four authorised and configured apps of two shops."""
    made = [
        MiniProgram.objects.create(
            tenant_id=two_shops[n % 2].id, appid=f"wx{n}", nick_name=f"App {n}", state="authorised",
            authorised_at=NOW(),
        )
        for n in range(4)
    ]  # fmt: skip
    Setting.objects.bulk_create(
        Setting(mini_program=app, part=part, state="applied")
        for app in made
        for part in ("domains", "privacy")
    )
    return made


def bring(app: MiniProgram, template: Template, state: str, **values: Any) -> Release:
    ext = {"tenant": "t", "apiBase": "https://a.example", "v": template.version}
    return Release.objects.create(
        mini_program=app, template=template, ext=ext, ext_hash="h", state=state, by="o@x.com",
        **values,
    )  # fmt: skip


@pytest.fixture
def refused(apps: list[MiniProgram], template: Template, settings: Any, tmp_path: Any) -> Release:
    settings.MEDIA_ROOT = tmp_path
    release = bring(apps[0], template, "rejected", submitted_at=NOW(), problem_code="refused")
    key = files.put(prefix="t/releases", name="r.png", data=PNG, content_type="image/png")
    Rejection.objects.create(
        release=release, audit_id="1", reason="类目 <b>", advice_code="category", media_ids=["m"],
        files=[key],
    )  # fmt: skip
    return release


def test_apps_of_all_shops_are_listed_filtered_and_found(
    admin: Client, apps: list[MiniProgram], refused: Release, template: Template
) -> None:
    bring(apps[1], template, "released", released_at=NOW(), submitted_at=NOW())
    address = "/superadmin/tenants/miniprogram/"
    words = admin.get(address).content.decode()
    assert [app.appid in words for app in apps] == [True] * 4
    assert "类目 &lt;b&gt;" in words

    def found(**query: str) -> list[str]:
        rows = admin.get(address, query).context["cl"].result_list
        return sorted(row.appid for row in rows)

    assert found(q='"App 2"') == ["wx2"]
    assert found(q="Teahouse") == ["wx0", "wx2"]
    assert found(review="rejected") == ["wx0"]
    assert found(version="1.0.0") == ["wx1"]
    assert found(version="-") == ["wx0", "wx2", "wx3"]
    assert found(state__exact="unauthorised") == []
    page = admin.get(f"{address}{apps[0].pk}/change/").content.decode()
    assert "rejected" in page


def test_lists_cost_the_same_however_long_they_are(
    admin: Client, apps: list[MiniProgram], template: Template, two_shops: tuple[Shop, Shop],
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    addresses = ["/superadmin/tenants/miniprogram/", "/superadmin/releases/release/"]
    bring(apps[0], template, "released", released_at=NOW())
    counts = []
    for more in (False, True):
        if more:
            for app in apps[1:]:
                bring(app, template, "released", released_at=NOW())
        for address in addresses:
            admin.get(address)
            with CaptureQueriesContext(connection, ) as seen:
                admin.get(address)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


def test_an_app_is_configured_again_and_that_is_audited(
    admin: Client, apps: list[MiniProgram], queued: Queued
) -> None:
    address = f"/superadmin/tenants/miniprogram/{apps[0].pk}/configure/"
    assert admin.post(address, {"reason": "x"}).status_code == 422
    assert queued("configure_program") == []
    assert admin.post(address, {"reason": "owner asked"}).status_code == 302
    assert len(queued("configure_program")) == 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason, entry.object_label) == ("configure", "owner asked", "wx0")
    assert entry.before == {"domains": "applied", "privacy": "applied"}
    assert set(entry.after.values()) == {"wanted"}


def test_a_refusal_is_shown_with_reason_advice_and_picture(admin: Client, refused: Release) -> None:
    page = admin.get(f"/superadmin/releases/release/{refused.pk}/change/").content.decode()
    assert "类目 &lt;b&gt;" in page
    assert "add the fitting category" in page
    assert f'<img src="{files.url(Rejection.objects.get().files[0])}"' in page


@pytest.mark.parametrize(("verb", "wish"), [("hurry", "speed_up"), ("withdraw", "withdraw"), ("ask", "")])
def test_staff_act_on_a_review_and_only_on_one_that_is_open(
    admin: Client, apps: list[MiniProgram], template: Template, queued: Queued, verb: str, wish: str
) -> None:
    release = bring(apps[0], template, "auditing", submitted_at=NOW(), audit_id="1")
    address = f"/superadmin/releases/release/{release.pk}/{verb}/"
    admin.post(address, {"reason": "owner is in a hurry"})
    release.refresh_from_db()
    assert (release.wish, len(queued("carry_on"))) == (wish, 1)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after["wish"], entry.after["appid"]) == (f"{verb} release", wish, "wx0")
    Release.objects.update(state="approved")
    answer = admin.post(address, {"reason": "again"}, follow=True)
    assert "This cannot be done now" in answer.content.decode()
    assert AuditEntry.objects.count() == 1


def test_the_months_reviews_are_shown_and_asked_for(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Quota.objects.create(
        month=month_now(), granted=20, used=3, reserved=1, elsewhere=2, speedup_left=4,
        checked_at=NOW(),
    )  # fmt: skip
    words = admin.get("/superadmin/releases/quota/").content.decode()
    assert month_now() in words
    assert ">14<" in words.replace(" ", "").replace("\n", "")
    refused = admin.post("/superadmin/quota/ask/", follow=True).content.decode()
    assert "no mini-program has authorised" in refused
    assert AuditEntry.objects.count() == 0
    monkeypatch.setattr(quota, "refresh", lambda: Quota.objects.get())
    admin.post("/superadmin/quota/ask/")
    assert AuditEntry.objects.get().after == {"left": 14}


# --- templates ------------------------------------------------------------------------------------


@pytest.fixture
def wechat_library(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """WeChat's drafts and templates."""
    held: dict[str, Any] = {"drafts": [Draft(7, "2.0.0", "new <i>", NOW())], "templates": []}

    def add(draft_id: int) -> None:
        held["templates"] += [CodeTemplate(70, "2.0.0", "new <i>", NOW(), False)]

    def delete(template_id: int) -> None:
        kept = [t for t in held["templates"] if t.template_id != template_id]
        if len(kept) == len(held["templates"]):
            raise TemplateUnknown("no", code="85064")
        held["templates"] = kept

    monkeypatch.setattr(templates, "drafts", lambda: tuple(held["drafts"]))
    monkeypatch.setattr(templates, "templates", lambda: tuple(held["templates"]))
    monkeypatch.setattr(templates, "add_draft", add)
    monkeypatch.setattr(templates, "delete", delete)
    return held


def test_a_draft_becomes_a_template_with_what_reviewers_need(
    admin: Client, wechat_library: dict[str, Any]
) -> None:
    words = admin.get("/superadmin/library/").content.decode()
    assert "new &lt;i&gt;" in words
    wrong = {"draft_id": "7", "order_path": "no spaces please"}
    assert admin.post("/superadmin/library/", wrong).status_code == 422
    assert not Template.objects.exists()
    wish = {"draft_id": "7", "order_path": "pages/orders/orders", "has_ugc": "on"}
    assert admin.post("/superadmin/library/", wish).status_code == 302
    made = Template.objects.get()
    assert (made.version, made.wx_template_id, made.order_path, made.has_ugc, made.is_offered) == (
        "2.0.0", 70, "pages/orders/orders", True, True,
    )  # fmt: skip
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after["draft_id"]) == ("add template", 7)


def test_a_template_is_edited_and_taken_out_but_its_row_stays(
    admin: Client, wechat_library: dict[str, Any]
) -> None:
    admin.post("/superadmin/library/", {"draft_id": "7", "order_path": ""})
    template = Template.objects.get()
    address = f"/superadmin/releases/template/{template.pk}/"
    form = {"changelog": "teas", "order_path": "pages/a/a", "is_offered": "on"}
    assert admin.post(f"{address}change/", form).status_code == 302
    template.refresh_from_db()
    assert (template.order_path, template.changelog) == ("pages/a/a", "teas")

    assert admin.post(f"{address}remove/", {"reason": "x"}).status_code == 422
    assert len(wechat_library["templates"]) == 1
    admin.post(f"{address}remove/", {"reason": "broken"})
    template.refresh_from_db()
    assert (wechat_library["templates"], template.is_offered) == ([], False)
    admin.post(f"{address}remove/", {"reason": "gone at WeChat already"})
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "add template", "change", "remove template", "remove template",
    ]  # fmt: skip


def test_without_wechat_nothing_is_noted(
    admin: Client, wechat_library: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise WeChatTimedOut("slow")

    template = library.register_template(version="1.0.0", wx_template_id=1)
    for name in ("drafts", "add_draft", "delete"):
        monkeypatch.setattr(templates, name, away)
    assert "WeChat did not tell" in admin.get("/superadmin/library/").content.decode()
    admin.post("/superadmin/library/", {"draft_id": "7", "order_path": ""})
    answer = admin.post(
        f"/superadmin/releases/template/{template.pk}/remove/", {"reason": "broken"}, follow=True
    )
    assert "WeChat does not answer" in answer.content.decode()
    template.refresh_from_db()
    assert template.is_offered
    assert AuditEntry.objects.count() == 0


# --- trains ---------------------------------------------------------------------------------------

WISH = {"canaries": "wx0", "waves": "1", "most_refusals": "0", "quota_kept": "2", "appids": "",
        "without": "wx3", "has_unreleased": "on"}  # fmt: skip


@pytest.fixture
def train(admin: Client, apps: list[MiniProgram], template: Template) -> ReleaseTrain:
    """A planned train of three apps: a canary, a wave of one, and the rest."""
    answer = admin.post("/superadmin/trains/plan/", {**WISH, "template": template.pk})
    made = ReleaseTrain.objects.get()
    assert answer["Location"] == f"/superadmin/trains/releasetrain/{made.pk}/change/"
    return made


def act(admin: Client, train: ReleaseTrain, verb: str) -> str:
    address = f"/superadmin/trains/releasetrain/{train.pk}/{verb}/"
    page = admin.post(address, {"reason": f"because {verb}"}, follow=True).content.decode()
    train.refresh_from_db()
    return page


def test_a_plan_shows_whom_and_what_it_costs_before_anything_starts(
    admin: Client, train: ReleaseTrain, queued: Queued
) -> None:
    assert (train.state, train.waves, train.quota_kept) == ("planned", [1, 1, 1], 2)
    assert [c.mini_program.appid for c in train.cars.order_by("wave")] == ["wx0", "wx1", "wx2"]
    assert queued("take_turn") == []
    address = f"/superadmin/trains/releasetrain/{train.pk}/change/"
    assert "are not known yet" in admin.get(address).content.decode()
    month = Quota.objects.create(month=month_now(), granted=4, used=0, checked_at=NOW())
    scarce = admin.get(address)
    assert "4 of 4 reviews are left this month, 2 are kept" in scarce.content.decode()
    assert scarce.context["cost"].is_enough is False
    Quota.objects.filter(pk=month.pk).update(granted=5)
    assert admin.get(address).context["cost"].is_enough is True
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after) == ("plan train", {"waves": "[1, 1, 1]"})


def test_a_plan_for_nobody_or_of_nonsense_is_refused(
    admin: Client, apps: list[MiniProgram], template: Template
) -> None:
    for change in ({"has_unreleased": ""}, {"waves": "ten"}, {"most_refusals": "-1"}, {"template": ""}):
        answer = admin.post("/superadmin/trains/plan/", {**WISH, "template": template.pk, **change})
        assert answer.status_code == 422
    assert not ReleaseTrain.objects.exists()
    assert AuditEntry.objects.count() == 0


def test_a_train_is_driven_and_every_act_is_audited(
    admin: Client, train: ReleaseTrain, queued: Queued
) -> None:
    for verb, state in (("start", "running"), ("pause", "paused"), ("resume", "running"),
                        ("pause", "paused"), ("resume-again", "running"), ("abort", "aborted")):  # fmt: skip
        act(admin, train, verb)
        assert train.state == state
    assert "This cannot be done now" in act(admin, train, "resume")
    said = list(AuditEntry.objects.order_by("pk").values_list("action", "reason"))
    assert said[1:] == [
        ("start train", "because start"), ("pause train", "because pause"),
        ("resume train", "because resume"), ("pause train", "because pause"),
        ("resume again train", "because resume-again"), ("abort train", "because abort"),
    ]  # fmt: skip
    assert set(train.cars.values_list("state", flat=True)) == {"skipped"}


def test_the_page_of_a_train_follows_waves_and_names_who_was_refused(
    admin: Client, train: ReleaseTrain, refused: Release, template: Template
) -> None:
    TrainCar.objects.filter(wave=1).update(state="refused", release=refused)
    ReleaseTrain.objects.filter(pk=train.pk).update(state="stopped", reason="wave 1: 1 refused")
    page = admin.get(f"/superadmin/trains/releasetrain/{train.pk}/change/")
    waves = {wave["number"]: dict(zip(page.context["states"], wave["counts"], strict=True))
             for wave in page.context["waves"]}  # fmt: skip
    assert (waves[1]["refused"], waves[2]["waiting"], waves[3]["waiting"]) == (1, 1, 1)
    words = page.content.decode()
    assert "类目 &lt;b&gt;" in words
    assert "wave 1: 1 refused" in words


def test_a_refused_car_is_tried_again_while_the_train_runs(
    admin: Client, train: ReleaseTrain, refused: Release, queued: Queued
) -> None:
    car = train.cars.get(wave=1)
    TrainCar.objects.filter(pk=car.pk).update(state="refused", release=refused)
    address = f"/superadmin/trains/traincar/{car.pk}/retry/"
    answer = admin.post(address, {"reason": "mended"}, follow=True)
    assert "the train is planned" in answer.content.decode()
    act(admin, train, "start")
    admin.post(address, {"reason": "mended"})
    car.refresh_from_db()
    refused.refresh_from_db()
    assert (car.state, refused.state, refused.goal) == ("running", "committed", "release")
    assert AuditEntry.objects.latest("pk").action == "retry car"


def test_staff_without_rights_look_and_do_not_touch(
    signed_in: Callable[..., Client], train: ReleaseTrain, refused: Release,
    wechat_library: dict[str, Any],
) -> None:  # fmt: skip
    watcher = signed_in("watcher@example.com", is_staff=True)
    car, before = train.cars.first(), AuditEntry.objects.count()
    assert car is not None
    looks = ["trains/plan/", "library/", f"trains/releasetrain/{train.pk}/change/",
             f"trains/traincar/{car.pk}/change/", f"releases/release/{refused.pk}/change/"]  # fmt: skip
    assert [watcher.get(f"/superadmin/{page}").status_code for page in looks] == [200] * 5
    acts = [f"trains/releasetrain/{train.pk}/start/", f"trains/traincar/{car.pk}/retry/",
            "trains/plan/", "library/", f"releases/release/{refused.pk}/retry/",
            f"tenants/miniprogram/{refused.mini_program_id}/configure/",
            f"releases/template/{refused.template_id}/remove/"]  # fmt: skip
    answers = [watcher.post(f"/superadmin/{a}", {"reason": "because", "draft_id": "7"}) for a in acts]
    assert [a.status_code for a in answers] == [403] * 7
    train.refresh_from_db()
    assert (train.state, AuditEntry.objects.count()) == ("planned", before)
    assert wechat_library["templates"] == []


def test_the_pages_speak_chinese(admin: Client, train: ReleaseTrain) -> None:
    header = {"accept-language": "zh-CN"}
    page = admin.get(f"/superadmin/trains/releasetrain/{train.pk}/change/", headers=header)
    assert "批次" in page.content.decode()
    assert "计划并查看所需额度" in admin.get("/superadmin/trains/plan/", headers=header).content.decode()

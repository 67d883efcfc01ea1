"""The readiness page: each line with its state, the exact next click, answers, and who may see."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from kernel import clock
from shop.notices.models import SetUp
from tenants import context
from tenants.context import Shop
from tenants.models import Account, MiniProgram
from tenants.readiness.checks import CHECKS, of_programs
from tenants.readiness.models import Answer, Checkup, Finding
from tenants.states import Role


@pytest.fixture
def place(two_shops: tuple[Shop, Shop], db: None) -> Iterator[Shop]:
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
def read(desk: Client, place: Shop) -> Callable[..., Any]:
    def go(page: str = "", status: int = 200, **headers: str) -> Any:
        answer = desk.get(f"/shops/{place.public_id}/readiness/{page}", headers=headers)
        assert answer.status_code == status
        return answer

    return go


@pytest.fixture
def send(desk: Client, place: Shop) -> Callable[..., Any]:
    def go(page: str, **fields: Any) -> Any:
        return desk.post(f"/shops/{place.public_id}/readiness/{page}", fields, follow=True)

    return go


@pytest.fixture
def program(place: Shop) -> MiniProgram:
    """An app that was looked at: its name is missing, its filing asked, all else is fine."""
    made = MiniProgram.objects.create(tenant_id=place.id, appid="wx1234", state="authorised")
    odd = {"name": "todo", "filing": "asked", "ticket": "unknown", "merchant": "wrong"}
    odd["domains"] = "todo"
    Finding.objects.bulk_create(
        Finding(
            mini_program=made, key=check.key, state=odd.get(check.key, "ok"),
            detail={"en": "It is <gone>.", "zh": "没有了。"} if check.key == "merchant" else {},
            checked_at=clock.now(),
        )
        for check in of_programs()
    )  # fmt: skip
    Checkup.objects.create(mini_program=made, looked_at=clock.now())
    return made


def lines(answer: Any) -> dict[str, list[str]]:
    """The keys under each heading."""
    groups = {group["name"]: group["lines"] for group in answer.context["groups"]}
    return {
        name: [line.key for line in found]
        for name, found in {**groups, "fine": answer.context["fine"]}.items()
    }


def test_each_line_is_under_what_it_blocks_with_its_next_click(read, program, place):
    answer = read()
    found, words = lines(answer), answer.content.decode()
    assert found["release"] == ["name", "domains", "filing", "ticket"]
    assert found["payment"] == ["merchant", "licence"]
    assert "avatar" in found["fine"]
    assert sorted(key for keys in found.values() for key in keys) == sorted(CHECKS)
    assert CHECKS["name"].how.en in words
    assert CHECKS["ticket"].how.en not in words, "what is unknown waits for the next look"
    assert "It is &lt;gone&gt;." in words
    assert 'href="https://mp.weixin.qq.com/" target="_blank" rel="noopener"' in words
    assert f'href="/shops/{place.public_id}/mini-programs/{program.pk}/"' in words
    assert f'href="/shops/{place.public_id}/merchant/"' in words
    assert 'data-waiting="no"' in words


def test_the_links_lead_to_pages(read, program, desk):
    for group in read().context["groups"]:
        for line in group["lines"]:
            if line.link and not line.is_elsewhere:
                assert desk.get(line.link).status_code == 200, line.key


def test_it_reads_in_chinese(read, program):
    words = read(**{"accept-language": "zh-hans"}).content.decode()
    for part in ("就绪检查", "影响发布", CHECKS["name"].how.zh, "没有了。"):
        assert part in words
    assert CHECKS["name"].title.en not in words


def test_checking_again_waits_and_then_shows_another_mark(read, send, program, queued):
    before = read("state.json").json()["mark"]
    words = send("run/", program=program.pk).content.decode()
    assert 'data-waiting="yes"' in words
    assert read("state.json").json()["mark"] == "running" != before
    assert len(queued("readiness.jobs.check_up")) == 1
    send("run/", program=program.pk)
    assert len(queued("readiness.jobs.check_up")) == 1
    Checkup.objects.update(looked_at=clock.now())
    assert read("state.json").json()["mark"] not in {"running", before}


def test_answers_are_kept_and_move_the_line(read, send, program):
    send("answers/filing/", program=program.pk, value="yes")
    send("answers/licence/", program=program.pk, value="2099-12-31")
    found = lines(read())
    assert {"filing", "licence"} <= set(found["fine"])
    assert set(Answer.objects.values_list("key", "value", "by")) == {
        ("filing", "yes", "tea@example.com"),
        ("licence", "2099-12-31", "tea@example.com"),
    }
    told = send("answers/licence/", program=program.pk, value="soon").content.decode()
    assert "Please answer with 2027-01-31." in told
    assert Answer.objects.get(key="licence").value == "2099-12-31"


def test_templates_of_messages_are_chosen_by_a_button(read, send, program, place):
    Finding.objects.filter(key="notices").update(state="todo")
    assert "Choose the templates" in read().content.decode()
    send("notices/", program=program.pk)
    with context.activate(place):
        assert SetUp.objects.get().appid == "wx1234"


def test_before_there_is_a_mini_program_papers_are_ticked(read, send):
    answer = read()
    words = answer.content.decode()
    assert "No mini-program yet" in words
    assert "paper_code" in lines(answer)["nothing"]
    assert lines(answer)["release"] == []
    send("answers/paper_code/", value="yes")
    assert "paper_code" in lines(read())["fine"]
    assert "There is no such question" in send("answers/nothing/", value="yes").content.decode()
    assert "no mini-program yet" in send("answers/filing/", value="yes").content.decode()


def test_a_choice_between_several(read, program, place):
    other = MiniProgram.objects.create(tenant_id=place.id, appid="wx5678", nick_name="Second")
    assert read().context["program"] == other
    words = read(f"?program={program.pk}").content.decode()
    assert f'href="?program={other.pk}"' in words
    assert "It is &lt;gone&gt;." in words
    assert "was not looked at yet" in read().content.decode()


def test_others_are_refused(desk, place, program, colleague, person, two_shops):
    theirs = MiniProgram.objects.create(tenant_id=two_shops[1].id, appid="wx9")
    base = f"/shops/{place.public_id}/readiness/"
    for wrong in (theirs.pk, "x", "9" * 30):
        assert desk.get(f"{base}?program={wrong}").status_code == 404
    assert desk.post(f"{base}run/", {"program": theirs.pk}).status_code == 404
    manager = colleague(place, Role.MANAGER, "manager@example.com")
    stranger = person("stranger@example.com")
    for method, page in (
        ("get", ""),
        ("get", "state.json"),
        ("post", "run/"),
        ("post", "notices/"),
        ("post", "answers/filing/"),
    ):
        assert getattr(manager, method)(base + page).status_code == 403
        assert getattr(stranger, method)(base + page).status_code == 404
        assert getattr(Client(), method)(base + page).status_code == 302
    assert desk.get(f"{base}run/").status_code == 405
    assert not Answer.objects.exists()

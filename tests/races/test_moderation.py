"""Authors, staff, workers and WeChat at once: the last text decides what is public, and only it."""

from collections import Counter
from uuid import uuid4

import pytest

from shop.members import actions as members
from shop.moderation import actions, queries
from shop.moderation.actions import CheckOutdated, SubmittedTooOften
from shop.moderation.models import Check, CheckStep, Content
from shop.moderation.parts import Author, PicturePart, Subject, TextPart
from shop.moderation.states import StandingState, Verdict
from tenants import context
from tests.races.test_orders_races import at_once
from tests.shop.checking import Censor, fields_for
from wechat.content import Scene
from wechat.errors import OpenidNotRecent


@pytest.fixture
def shop(new_shop):
    opened = new_shop()
    with context.activate(opened):
        yield opened


@pytest.fixture
def censor(shop, monkeypatch):
    return Censor(monkeypatch)


def author(member_id=None):
    return Author(member_id or uuid4(), "wx1", "o-1")


def submit(subject, text, by=None):
    return actions.submit(
        subject=subject, parts={"body": TextPart(text)}, author=by or author(), scene=Scene.FORUM
    )


def test_an_edit_and_a_decision_about_the_old_text(shop, censor):
    subjects = [Subject("post", uuid4()) for _ in range(8)]
    works = []
    for subject in subjects:
        submit(subject, "old")
        check_id = Check.objects.get(content__subject_id=subject.id).pk
        works += [
            lambda c=check_id: actions.decide(check_id=c, verdict=Verdict.PASS, by="she@x"),
            lambda s=subject: submit(s, "new"),
        ]
    answers = at_once(shop, works)
    assert all(not isinstance(a, Exception) or isinstance(a, CheckOutdated) for a in answers)
    for subject in subjects:
        assert not queries.is_public("post", subject.id)
        [current] = Check.objects.filter(content__subject_id=subject.id, is_current=True)
        assert (current.body, current.state) == ("new", "pending")


def test_many_edits_of_one_thing_leave_one_text(shop, censor):
    subject = Subject("post", uuid4())
    answers = at_once(shop, [lambda n=n: submit(subject, f"text {n}") for n in range(32)])
    assert {a.state for a in answers} == {StandingState.HELD}
    assert Content.objects.count() == 1
    assert Check.objects.filter(is_current=True).count() == 1
    assert Check.objects.count() == 32


def test_one_question_in_many_hands_has_one_outcome(shop, censor):
    subject = Subject("post", uuid4())
    submit(subject, "fine")
    check_id = Check.objects.get().pk
    answers = at_once(shop, [lambda: actions.ask(check_id=check_id, attempt=0)] * 16)
    assert set(answers) == {None}
    assert queries.is_public("post", subject.id)
    assert Check.objects.get().attempts == 1
    assert list(CheckStep.objects.order_by("pk").values_list("state", flat=True)) == [
        "pending",
        "passed",
    ]


def test_a_push_a_timer_and_a_person_decide_once_each_at_most(shop, censor):
    subject = Subject("post", uuid4())
    actions.submit(
        subject=subject,
        parts={"photo": PicturePart("a/b.webp", "0" * 64)},
        author=author(),
        scene=Scene.FORUM,
    )
    check_id = Check.objects.get().pk
    actions.ask(check_id=check_id, attempt=0)
    risky = fields_for("trace-1", "risky", 20002)
    answers = at_once(
        shop,
        [
            *[lambda: actions.take_answer(push_id=uuid4(), fields=risky)] * 8,
            *[lambda: actions.give_up_waiting(check_id=check_id, attempt=1)] * 8,
        ],
    )
    assert Counter(a for a in answers if a) == {"decided": 1, "repeated": 7}
    assert Check.objects.get().state == "refused"
    assert len(CheckStep.objects.all()) in {3, 4}


def test_the_allowance_is_exact_under_many_hands(shop, censor):
    by = author()
    answers = at_once(shop, [lambda: submit(Subject("post", uuid4()), "x", by)] * 40)
    refused = [a for a in answers if isinstance(a, SubmittedTooOften)]
    assert len(refused) == 40 - actions.MOST_SUBMISSIONS
    assert Content.objects.count() == actions.MOST_SUBMISSIONS


def test_a_member_who_signs_in_and_renames_at_once_does_neither_in_vain(shop, censor):
    censor.failure = OpenidNotRecent("61010", code="61010")
    member = members.sign_in(appid="wx1", openid="o-1").member
    members.rename(member=member, nickname="waits")
    actions.ask(check_id=Check.objects.get().pk, attempt=0)
    works = [
        work
        for n in range(8)
        for work in (
            lambda: members.sign_in(appid="wx1", openid="o-1").member.pk,
            lambda n=n: members.rename(member=member, nickname=f"name {n}").pk,
        )
    ]
    assert set(at_once(shop, works)) == {member.pk}
    assert Check.objects.filter(is_current=True).count() == 1

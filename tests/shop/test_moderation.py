"""Content safety: nobody sees what is not known to be clean, and nothing is asked twice for fun."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.test.utils import CaptureQueriesContext

from jobs.messages import publish
from kernel import clock
from shop.catalog import actions as catalog
from shop.catalog.models import Product
from shop.catalog.states import ProductState
from shop.imports import actions as imports
from shop.imports.states import Mode
from shop.members.models import Member
from shop.moderation import actions, jobs, labels, ladder, queries, words
from shop.moderation.messages import CheckWanted
from shop.moderation.models import Check, CheckStep, Content, ProhibitedWord
from shop.moderation.parts import (
    MOST_CHARACTERS,
    OVERLAP,
    PicturePart,
    Subject,
    TextPart,
    pieces_of,
)
from shop.moderation.states import (
    CHECK_FLOW,
    CheckState,
    Reason,
    StandingState,
    Verdict,
    combined,
)
from tenants.pushes.messages import MediaChecked
from tests.shop.buying import Buyer, Desk
from tests.shop.catalogue import product
from tests.shop.checking import APPID, RISKY_LABEL, Censor, author, fields_for, outcome_of, pushed
from wechat.content import MediaKind, Scene
from wechat.errors import (
    AuthorizationLost,
    BadAnswer,
    OpenidNotRecent,
    OperatorMustAct,
    TokenNotAccepted,
    WeChatBusy,
    WeChatFailure,
    WeChatNotConfigured,
    WeChatRefused,
    WeChatTimedOut,
    WeChatUnreachable,
)

pytestmark = pytest.mark.django_db
KIND = "post"
TWO_HOURS = 2 * 3600


@pytest.fixture
def censor(shop, monkeypatch):
    return Censor(monkeypatch)


@pytest.fixture
def post():
    return Subject(KIND, uuid4())


def submit(subject, by=None, **parts):
    made = {n: TextPart(p) if isinstance(p, str) else p for n, p in parts.items()}
    return actions.submit(
        subject=subject, parts=made, author=by or author(), scene=Scene.FORUM
    )


def picture(name="a"):
    return PicturePart(key=f"shop/images/{name * 64}/640.webp", sha256=name * 64)


def states(subject) -> dict[str, Any]:
    standing = queries.standing_of(subject.kind, subject.id)
    return {p.part: (p.state.value, p.reason) for p in standing.parts}


def told(queued) -> list[Any]:
    heard = queued("members.jobs.settle_nickname")
    return [m["kwargs"]["subject_id"] for m in heard]


def history(check) -> list[str]:
    return list(check.steps.order_by("pk").values_list("state", flat=True))


# --- the verdicts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state", "part"),
    [
        ("a fine day", "passed", ("passed", "clean")),
        ("MAYBE a fine day", "held", ("held", "doubtful")),
        ("a BAD day", "refused", ("refused", "risky")),
    ],
)
def test_the_machine_decides(censor, run_jobs, queued, post, text, state, part):
    by = author()
    before = submit(post, by, body=text)
    assert (before.state, before.is_public) == (StandingState.HELD, False)
    assert states(post) == {"body": ("pending", "waiting")}
    assert censor.texts == []  # nobody is asked inside the noun's transaction
    actions.ask(check_id=Check.objects.get().pk, attempt=0)
    assert censor.texts == [text]
    assert censor.asked == [{"appid": APPID, "openid": "o-1", "scene": Scene.FORUM}]
    after = queries.standing_of(KIND, post.id)
    assert after.state == state
    assert states(post) == {"body": part}
    assert queries.is_public(KIND, post.id) is (state == "passed")
    assert told(queued) == ([] if state == "held" else [str(post.id)])
    assert history(Check.objects.get()) == ["pending", part[0]]


def test_one_refused_part_refuses_and_one_doubt_holds(censor, run_jobs, post):
    submit(post, title="fine", body="MAYBE")
    run_jobs()
    assert queries.standing_of(KIND, post.id).state == StandingState.HELD
    submit(post, title="BAD", body="MAYBE")
    run_jobs()
    assert queries.standing_of(KIND, post.id).state == StandingState.REFUSED
    assert combined([]) == StandingState.PASSED
    assert combined(["passed", "sent"]) == StandingState.HELD


def test_what_is_unknown_is_not_public(shop):
    assert queries.is_public(KIND, uuid4()) is False
    assert queries.standing_of(KIND, uuid4()) is None


def test_an_empty_text_needs_no_check(censor, run_jobs, post):
    assert submit(post, body="  ").is_public
    assert run_jobs() == 0
    assert censor.texts == []


def test_reasons_are_told_in_both_languages(censor, run_jobs, post):
    submit(post, body="BAD")
    run_jobs()
    standing = queries.standing_of(KIND, post.id)
    assert standing.sentence("en") == "It was refused because of pornography."
    assert standing.sentence("zh-CN") == "因涉及“色情”未通过审核。"
    assert {Reason(r) for r in labels.SENTENCES} == set(Reason)
    for label in (*labels.LABELS, 424242):
        assert labels.label_in_words(label, "en") != labels.label_in_words(label, "zh")


# --- every failure holds --------------------------------------------------------------------

FINAL = [WeChatRefused, WeChatNotConfigured, AuthorizationLost, OperatorMustAct]
PASSING = [WeChatUnreachable, WeChatTimedOut, WeChatBusy, BadAnswer, TokenNotAccepted]


@pytest.mark.parametrize("kind", FINAL)
@pytest.mark.parametrize("part", [TextPart("fine"), picture()], ids=["text", "picture"])
def test_a_final_failure_holds_at_once(censor, run_jobs, queued, post, kind, part):
    censor.failure = kind("no")
    submit(post, part=part)
    run_jobs(ahead=TWO_HOURS)
    assert len(censor.texts + censor.pictures) == 1
    assert states(post) == {"part": ("held", "not_checkable")}
    assert Check.objects.get().last_error.startswith(kind.__name__)
    assert told(queued) == []


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("part", [TextPart("fine"), picture()], ids=["text", "picture"])
def test_a_passing_failure_is_tried_again_and_holds_in_the_end(
    censor, run_jobs, queued, post, kind, part
):
    censor.failure = kind("no")
    submit(post, part=part)
    run_jobs()
    assert states(post) == {"part": ("pending", "waiting")}
    with clock.ahead(ladder.VISIT_LASTS):
        run_jobs(ahead=10)
    assert len(censor.texts + censor.pictures) == 2
    assert states(post) == {"part": ("held", "unanswered")}
    assert queries.is_public(KIND, post.id) is False
    assert told(queued) == []
    assert run_jobs(ahead=TWO_HOURS) == 0  # no message is left that would ask again


def test_tries_are_bounded_and_never_five_minutes_apart():
    waited, attempts = timedelta(), 0
    now = clock.now()
    while True:
        wait = ladder.wait_seconds(attempts + 1)
        assert wait < 300
        if ladder.is_over(visited_at=now, now=now + waited, wait=wait):
            break
        waited, attempts = waited + timedelta(seconds=wait), attempts + 1
    assert attempts < 40
    assert timedelta(minutes=110) < waited < timedelta(hours=2)


def test_a_failure_that_passes_does_no_harm(censor, run_jobs, queued, post):
    censor.failure = WeChatBusy("45009")
    submit(post, body="fine")
    run_jobs()
    assert not queries.is_public(KIND, post.id)
    censor.failure = None
    run_jobs(ahead=10)
    assert censor.texts == ["fine", "fine"]
    assert queries.is_public(KIND, post.id)
    assert told(queued) == []  # heard: the handlers ran


# --- the two hours --------------------------------------------------------------------------


def test_an_author_who_left_is_asked_about_when_they_come_back(censor, run_jobs, post):
    by = author()
    censor.failure = OpenidNotRecent("61010", code="61010")
    submit(post, by, body="fine")
    run_jobs(ahead=TWO_HOURS)
    assert states(post) == {"body": ("held", "visit_too_old")}
    assert len(censor.texts) == 1
    censor.failure = None
    actions.note_visit(author=author())  # somebody else
    assert run_jobs() == 0
    actions.note_visit(author=by)
    assert states(post) == {"body": ("pending", "waiting")}
    run_jobs()
    assert states(post) == {"body": ("passed", "clean")}
    assert len(censor.texts) == 2
    actions.note_visit(author=by)
    assert run_jobs() == 0


def test_a_doubt_is_not_asked_again_by_a_visit(censor, run_jobs, post):
    by = author()
    submit(post, by, body="MAYBE")
    run_jobs()
    actions.note_visit(author=by)
    assert run_jobs() == 0
    assert states(post) == {"body": ("held", "doubtful")}


def test_sending_the_same_again_asks_again_if_there_was_no_answer(censor, run_jobs, post):
    censor.failure = OpenidNotRecent("61010", code="61010")
    submit(post, body="fine")
    run_jobs()
    censor.failure = None
    submit(post, body="fine")
    run_jobs()
    assert states(post) == {"body": ("passed", "clean")}
    assert Check.objects.count() == 1


# --- edits ----------------------------------------------------------------------------------


def test_an_edit_asks_about_the_changed_part_only(censor, run_jobs, post):
    submit(post, title="tea", body="good tea", photo=picture("a"))
    run_jobs()
    assert censor.texts == ["tea", "good tea"]
    hear(censor, run_jobs, "trace-1")
    assert queries.is_public(KIND, post.id)
    submit(post, title="tea", body="better tea", photo=picture("a"))
    assert states(post) == {
        "title": ("passed", "clean"),
        "body": ("pending", "waiting"),
        "photo": ("passed", "clean"),
    }
    run_jobs()
    assert censor.texts == ["tea", "good tea", "better tea"]
    assert len(censor.pictures) == 1
    assert queries.is_public(KIND, post.id)


def test_a_text_that_was_decided_keeps_its_decision(censor, run_jobs, post):
    submit(post, body="one")
    run_jobs()
    submit(post, body="BAD two")
    run_jobs()
    assert submit(post, body="one").is_public
    assert submit(post, body="BAD two").state == StandingState.REFUSED
    assert run_jobs() == 0
    assert censor.texts == ["one", "BAD two"]


def test_an_answer_about_an_old_text_says_nothing_of_the_new_one(censor, run_jobs, queued, post):
    submit(post, body="one")
    old = Check.objects.get()
    submit(post, photo=picture())
    sent = Check.objects.get(is_current=True)
    actions.ask(check_id=old.pk, attempt=0)
    assert censor.texts == []  # nobody will see it
    actions.ask(check_id=sent.pk, attempt=0)
    submit(post, body="three")
    assert actions.take_answer(push_id=uuid4(), fields=fields_for("trace-1")) == "decided"
    assert states(post) == {"body": ("pending", "waiting")}
    assert told(queued) == []
    run_jobs()
    assert submit(post, photo=picture()).is_public  # it was passed meanwhile


def test_a_text_that_was_passed_over_is_asked_about_when_it_is_wanted_again(
    censor, run_jobs, post
):
    submit(post, body="one")
    submit(post, body="two")
    run_jobs()
    assert censor.texts == ["two"]
    submit(post, body="one")
    run_jobs()
    assert censor.texts == ["two", "one"]
    assert queries.is_public(KIND, post.id)


def test_a_long_text_is_checked_in_pieces_that_overlap(censor, run_jobs, post):
    text = "x" * (MOST_CHARACTERS - 2) + "BAD" + "y" * 3000
    submit(post, body=text)
    run_jobs()
    assert all(len(piece) <= MOST_CHARACTERS for piece in censor.texts)
    assert len(censor.texts) == 3
    assert censor.texts[1].startswith("x" * (OVERLAP - 2) + "BAD")
    assert states(post) == {"body": ("refused", "risky")}
    submit(post, body=text[:-1] + "z")
    run_jobs()
    assert len(censor.texts) == 4  # only its last piece changed
    for length in (1, 2499, 2500, 2501, 4950, 4951, 7400):
        pieces = [p.body for p in pieces_of({"t": TextPart("".join(map(str, range(length)))[:length])})]
        whole = pieces[0] + "".join(p[OVERLAP:] for p in pieces[1:])
        assert (len(whole), max(map(len, pieces)) <= MOST_CHARACTERS) == (length, True)
        assert whole == "".join(map(str, range(length)))[:length]


def test_too_much_is_refused(shop, post):
    with pytest.raises(actions.TooMuchToCheck):
        submit(post, body="x" * 60_000)
    with pytest.raises(actions.TooMuchToCheck):
        submit(post, **{f"p{n}": "x" for n in range(21)})
    assert not Content.objects.exists()


# --- pictures -------------------------------------------------------------------------------


def hear(censor, run_jobs, trace_id, suggest="pass", label=100):
    push = pushed(fields_for(trace_id, suggest, label))
    with transaction.atomic():
        publish(MediaChecked(push.pk))
    run_jobs()
    return outcome_of(push)


@pytest.fixture
def sent(censor, run_jobs, post, settings):
    settings.PUBLIC_URL = "https://shops.example"
    submit(post, photo=picture())
    run_jobs()
    assert states(post) == {"photo": ("sent", "waiting")}
    assert censor.pictures == [f"https://shops.example/media/{picture().key}"]
    assert censor.asked[-1]["kind"] == MediaKind.IMAGE
    return post


@pytest.mark.parametrize(
    ("suggest", "label", "part"),
    [
        ("pass", 100, ("passed", "clean")),
        ("review", 20006, ("held", "doubtful")),
        ("risky", 20002, ("refused", "risky")),
    ],
)
def test_a_picture_is_decided_by_the_push(sent, censor, run_jobs, suggest, label, part):
    assert hear(censor, run_jobs, "trace-1", suggest, label) == "decided"
    assert states(sent) == {"photo": part}
    assert Check.objects.get().label == label
    assert hear(censor, run_jobs, "trace-1", "pass") == "repeated"
    assert states(sent) == {"photo": part}
    assert len(history(Check.objects.get())) == 3


def test_no_answer_within_half_an_hour_holds(sent, run_jobs):
    run_jobs(ahead=ladder.PICTURE_SECONDS - 1)
    assert states(sent) == {"photo": ("sent", "waiting")}
    run_jobs(ahead=ladder.PICTURE_SECONDS + 1)
    assert states(sent) == {"photo": ("held", "overdue")}
    assert queries.is_public(KIND, sent.id) is False


@pytest.mark.parametrize(
    ("suggest", "part"),
    [
        ("pass", ("passed", "clean")),
        ("risky", ("refused", "risky")),
        ("review", ("held", "overdue")),
    ],
)
def test_a_late_answer_counts_while_nobody_decided(sent, censor, run_jobs, suggest, part):
    run_jobs(ahead=ladder.PICTURE_SECONDS + 1)
    hear(censor, run_jobs, "trace-1", suggest, 20002)
    assert states(sent) == {"photo": part}


def test_a_late_answer_does_not_overrule_a_person(sent, censor, run_jobs):
    run_jobs(ahead=ladder.PICTURE_SECONDS + 1)
    check = Check.objects.get()
    actions.decide(check_id=check.pk, verdict=Verdict.REFUSE, by="she@example.com", statement="no")
    assert hear(censor, run_jobs, "trace-1", "pass") == "repeated"
    assert states(sent) == {"photo": ("refused", "person")}


def test_an_answer_in_time_leaves_nothing_for_the_timer(sent, censor, run_jobs):
    hear(censor, run_jobs, "trace-1", "pass")
    run_jobs(ahead=ladder.PICTURE_SECONDS + 1)
    assert states(sent) == {"photo": ("passed", "clean")}


def test_an_error_in_the_push_holds(sent, censor, run_jobs):
    fields = {**fields_for("trace-1"), "errcode": "-1008", "errmsg": "cannot fetch"}
    push = pushed(fields)
    with transaction.atomic():
        publish(MediaChecked(push.pk))
    run_jobs()
    assert states(sent) == {"photo": ("held", "doubtful")}


def test_an_answer_that_overtakes_our_note_is_looked_at_again(censor, run_jobs, post):
    submit(post, photo=picture())
    check = Check.objects.get()
    assert hear_early(run_jobs) == "early"
    actions.ask(check_id=check.pk, attempt=0)
    run_jobs(ahead=6)
    assert states(post) == {"photo": ("passed", "clean")}


def hear_early(run_jobs):
    push = pushed(fields_for("trace-1"))
    jobs.hear_about_picture(MediaChecked(push.pk))
    return outcome_of(push)


def test_an_answer_about_nothing_of_ours_ends(censor, run_jobs, shop):
    assert hear_early(run_jobs) == "early"
    run_jobs(ahead=70)
    assert run_jobs(ahead=TWO_HOURS) == 0
    assert actions.take_answer(push_id=uuid4(), fields={}, tries=2) == "unknown"


# --- a kill between the question and its outcome --------------------------------------------


def test_a_worker_that_dies_after_asking_asks_once_more_and_decides_once(
    censor, run_jobs, post, monkeypatch, queued
):
    submit(post, body="fine")
    check = Check.objects.get()

    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(actions, "_take_finding", dies)
        with pytest.raises(Killed):
            actions.ask(check_id=check.pk, attempt=0)
    assert states(post) == {"body": ("pending", "waiting")}
    assert told(queued) == []
    run_jobs()  # its message is delivered again
    assert censor.texts == ["fine", "fine"]
    with transaction.atomic():
        publish(CheckWanted(check.pk, 0))  # and again
    run_jobs()
    assert censor.texts == ["fine", "fine"]
    assert history(check) == ["pending", "passed"]


def test_two_workers_with_one_question_have_one_outcome(censor, post, monkeypatch, queued):
    submit(post, body="fine")
    check = Check.objects.get()
    asked = actions._ask_about_text

    def overtaken(row):
        monkeypatch.setattr(actions, "_ask_about_text", asked)
        actions.ask(check_id=check.pk, attempt=0)
        return asked(row)

    monkeypatch.setattr(actions, "_ask_about_text", overtaken)
    actions.ask(check_id=check.pk, attempt=0)
    assert censor.texts == ["fine", "fine"]
    assert history(check) == ["pending", "passed"]
    assert told(queued) == [str(post.id)]


# --- people ---------------------------------------------------------------------------------


def test_a_person_decides_over_the_machine_and_back(censor, run_jobs, queued, post):
    submit(post, body="MAYBE")
    run_jobs()
    check = Check.objects.get()
    actions.decide(check_id=check.pk, verdict=Verdict.PASS, by="she@example.com")
    assert queries.is_public(KIND, post.id)
    assert told(queued) == [str(post.id)]
    actions.decide(check_id=check.pk, verdict=Verdict.REFUSE, by="he@example.com", statement="ads")
    assert states(post) == {"body": ("refused", "person")}
    with pytest.raises(actions.CheckCannotMove):
        actions.decide(check_id=check.pk, verdict=Verdict.REFUSE, by="he@example.com")
    steps = CheckStep.objects.order_by("pk").values_list("state", "by", "statement")
    assert list(steps) == [
        ("pending", "machine", ""),
        ("held", "machine", ""),
        ("passed", "she@example.com", ""),
        ("refused", "he@example.com", "ads"),
    ]
    submit(post, body="MAYBE")
    assert run_jobs() > 0  # what the nouns hear
    assert states(post) == {"body": ("refused", "person")}
    assert censor.texts == ["MAYBE"]


def test_nobody_decides_about_what_is_not_there_any_more(censor, post):
    submit(post, body="one")
    old = Check.objects.get()
    submit(post, body="two")
    with pytest.raises(actions.CheckOutdated):
        actions.decide(check_id=old.pk, verdict=Verdict.PASS, by="she@example.com")


def test_history_cannot_be_changed(shop, post):
    submit(post, body="one")
    for change in (
        lambda: CheckStep.objects.update(by="nobody"),
        lambda: CheckStep.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


# --- the shop's own words -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "text", "is_in"),
    [
        ("假货", "这是假货吗", True),
        ("假货", "这是 假 ·货 吗", True),
        ("假货", "假\u200b货", True),
        ("假货", "真货", False),
        ("ass", "first class", False),
        ("ass", "kick ASS!", True),
        ("ＶＩＰ", "a vip card", True),
        ("buy now", "Buy   Now!", True),
        ("c++", "learn c++ here", True),
        ("★", "a ★ here", True),
        ("★", "nothing here", False),
    ],
)
def test_a_prohibited_word_is_found_however_it_is_spelt(word, text, is_in):
    plain = words.normalised(word)
    assert words.first_hit([plain], text) == (plain if is_in else None)


def test_a_prohibited_word_refuses_without_a_question(censor, run_jobs, queued, post):
    row = actions.prohibit(word="假货", by="she@example.com")
    assert submit(post, title="好茶", body="不是假 货").state == StandingState.REFUSED
    run_jobs()
    assert censor.texts == ["好茶"]
    assert states(post)["body"] == ("refused", "prohibited_word")
    actions.allow(word=row)
    submit(post, title="好茶", body="不是假 货")
    run_jobs()
    assert censor.texts == ["好茶", "不是假 货"]
    assert queries.is_public(KIND, post.id)
    actions.prohibit(word="好茶", by="she@example.com")
    assert submit(post, title="好茶", body="不是假 货").state == StandingState.REFUSED


def test_a_word_is_prohibited_once_and_the_list_ends(shop, monkeypatch):
    first = actions.prohibit(word="Fake", by="she@example.com")
    assert actions.prohibit(word="ＦＡＫＥ", by="he@example.com") == first
    monkeypatch.setattr(actions, "MOST_WORDS", 1)
    with pytest.raises(actions.TooManyWords):
        actions.prohibit(word="other", by="he@example.com")
    assert ProhibitedWord.objects.count() == 1


@pytest.mark.parametrize("word", ["\u200b", "\u00ad", "\ufdfa" * 3])
def test_a_word_that_nobody_sees_or_keeps_is_not_prohibited(desk, word):
    """Of the first two nothing is left to compare: they would be in every text."""
    made = desk.post("/moderation/words", {"word": word})
    assert (made.status_code, made.json()["code"]) == (422, "word_unfit")
    assert desk.get("/moderation/words").json()["items"] == []


def test_the_shops_own_words_are_not_sent_to_wechat(censor, run_jobs, post):
    actions.prohibit(word="假货", by="she@example.com")
    answer = actions.submit(
        subject=post, parts={"t": TextPart("茶"), "p": picture()}, author=None, scene=Scene.SOCIAL
    )
    assert answer.is_public
    assert states(post) == {"p": ("passed", "declared"), "t": ("passed", "declared")}
    answer = actions.submit(
        subject=post, parts={"t": TextPart("假货")}, author=None, scene=Scene.SOCIAL
    )
    assert answer.state == StandingState.REFUSED
    assert run_jobs() == 0
    assert censor.texts + censor.pictures == []


def test_a_product_with_a_prohibited_word_is_not_put_on_sale(desk, owner):
    actions.prohibit(word="假货", by=owner.email)
    body = {"title": "好茶", "description_html": "不是<b>假</b>货", "skus": [{"price_minor": 1}]}
    made = desk.post("/products", body)
    assert made.status_code == 201  # as a draft
    path = f"/products/{made.json()['id']}"
    refused = desk.post(f"{path}/publish", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "prohibited_word_found")
    assert refused.json()["detail"] == "The text holds the prohibited word “假货”."
    with pytest.raises(actions.ProhibitedWordFound):
        product("假 货")
    clean = product("好茶")
    with pytest.raises(actions.ProhibitedWordFound), transaction.atomic():
        catalog.edit(product=clean, version=clean.version, changes={"subtitle": "假货"}, by="test")
    clean.refresh_from_db()
    assert (clean.subtitle, clean.state) == ("", ProductState.ON_SALE)
    assert catalog.edit(
        product=clean, version=clean.version, changes={"subtitle": "真货"}, by="test"
    ).subtitle == "真货"


def test_an_import_hides_what_holds_a_prohibited_word(shop):
    actions.prohibit(word="fake", by="she@example.com")
    data = (
        b"Handle,Title,Variant Price,Status\n"
        b"a,Tea,1,active\nb,A fake tea,1,active\nc,A fake draft,1,draft\n"
    )
    for _ in range(2):
        done = imports.run(data=data, file_name="a.csv", mode=Mode.ALL_OR_NOTHING, dry_run=False, by="x")
        found = dict(Product.objects.filter(code__in="abc").values_list("code", "state"))
        assert found == {"a": "on_sale", "b": "hidden", "c": "draft"}
        [warning] = [w for w in done.warnings if w["code"] == "prohibited_word"]
        assert (warning["line"], "“A fake tea”" in warning["en"]) == (3, True)
    assert done.unchanged_count == 3


# --- limits ---------------------------------------------------------------------------------


def test_a_member_submits_so_many_times_a_minute(shop):
    by = author()
    moment = clock.now()
    with clock.at(moment):
        for n in range(actions.MOST_SUBMISSIONS):
            submit(Subject(KIND, uuid4()), by, body=f"{n}")
        before = Check.objects.count()
        with pytest.raises(actions.SubmittedTooOften), transaction.atomic():
            submit(Subject(KIND, uuid4()), by, body="more")
        assert Check.objects.count() == before
        submit(Subject(KIND, uuid4()), author(), body="somebody else")
    with clock.at(moment + timedelta(seconds=61)):
        submit(Subject(KIND, uuid4()), by, body="later")


def test_a_submission_costs_a_bounded_number_of_statements(shop, post):
    from django.db import connection

    def cost(**parts):
        with CaptureQueriesContext(connection) as seen:
            submit(post, **parts)
        return len(seen)

    cost(a="1")
    assert cost(a="1") <= 11
    assert cost(a="2") <= 15


# --- a member's nickname --------------------------------------------------------------------


@pytest.fixture
def buyer(shop, censor):
    return Buyer(shop, APPID, openid="o-1")


def me(buyer):
    found = buyer.get("/me").json()
    return found["nickname"], found["pending_nickname"], found["nickname_standing"]


def test_the_old_nickname_stays_until_the_new_one_passed(buyer, censor, run_jobs):
    answer = buyer.patch("/me", {"nickname": "小王"}).json()
    assert answer == {
        "id": str(buyer.member.pk),
        "nickname": "",
        "pending_nickname": "小王",
        "nickname_standing": "held",
        "nickname_reason": "It is being checked.",
    }
    run_jobs()
    assert me(buyer) == ("小王", "", "passed")
    assert censor.asked[-1]["scene"] == Scene.PROFILE
    buyer.patch("/me", {"nickname": "MAYBE 小李"})
    run_jobs()
    assert me(buyer) == ("小王", "MAYBE 小李", "held")
    buyer.patch("/me", {"nickname": "BAD"})
    run_jobs()
    assert me(buyer) == ("小王", "BAD", "refused")
    assert "pornography" in buyer.get("/me").json()["nickname_reason"]
    assert buyer.patch("/me", {"nickname": "小王"}).json()["pending_nickname"] == ""
    assert me(buyer) == ("小王", "", "passed")
    assert censor.texts == ["小王", "MAYBE 小李", "BAD"]


def test_a_nickname_that_a_person_takes_down_is_gone(buyer, run_jobs, owner, shop):
    desk = Desk(shop, owner)
    buyer.patch("/me", {"nickname": "小王"})
    run_jobs()
    check = Check.objects.get()
    for verdict, seen in (
        ("refuse", ("", "小王", "refused")),
        ("pass", ("小王", "", "passed")),
    ):
        answer = desk.post(f"/moderation/checks/{check.pk}/decide", {"verdict": verdict})
        assert answer.status_code == 200, answer.content
        run_jobs()
        assert me(buyer) == seen


def test_a_decision_about_an_earlier_nickname_changes_nothing(buyer, run_jobs, censor):
    buyer.patch("/me", {"nickname": "one"})
    actions.ask(check_id=Check.objects.get().pk, attempt=0)  # passed, not heard yet
    buyer.patch("/me", {"nickname": "two"})
    assert me(buyer) == ("", "two", "held")
    censor.failure = WeChatFailure("no")
    run_jobs()
    assert me(buyer) == ("", "two", "held")


def test_a_nickname_waits_for_the_next_sign_in(buyer, shop, censor, run_jobs):
    censor.failure = OpenidNotRecent("61010", code="61010")
    buyer.patch("/me", {"nickname": "小王"})
    run_jobs()
    assert me(buyer) == ("", "小王", "held")
    censor.failure = None
    Buyer(shop, APPID, openid="o-1")  # signs in
    run_jobs()
    assert me(buyer) == ("小王", "", "passed")


def test_a_member_who_renames_too_often_is_told_so(buyer):
    for n in range(actions.MOST_SUBMISSIONS):
        assert buyer.patch("/me", {"nickname": f"n{n}"}).status_code == 200
    answer = buyer.patch("/me", {"nickname": "more"})
    assert (answer.status_code, answer.json()["code"]) == (429, "submitted_too_often")
    assert Member.objects.get().pending_nickname == f"n{actions.MOST_SUBMISSIONS - 1}"


# --- the desk -------------------------------------------------------------------------------


def test_staff_see_what_waits_and_decide(desk, owner, censor, run_jobs, post):
    submit(post, title="MAYBE", photo=picture())
    run_jobs()
    page = desk.get("/moderation/checks").json()
    [item] = page["items"]
    assert page["next"] is None
    assert (item["text"], item["picture_url"], item["reason"]) == ("MAYBE", "", "doubtful")
    assert item["reason_in_words"] == "A person has to look at it."
    assert item["label_in_words"] == "other reasons"
    assert (item["subject_kind"], item["subject_id"]) == (KIND, str(post.id))
    [sent] = desk.get("/moderation/checks", state="sent").json()["items"]
    assert sent["picture_url"].endswith(picture().key)
    decided = desk.post(
        f"/moderation/checks/{item['id']}/decide", {"verdict": "refuse", "statement": "ads"}
    ).json()
    assert (decided["state"], decided["statement"]) == ("refused", "ads")
    assert decided["decided_by"] == owner.email
    whole = desk.get(f"/moderation/checks/{item['id']}").json()
    assert [step["state"] for step in whole["steps"]] == ["pending", "held", "refused"]
    again = desk.post(f"/moderation/checks/{item['id']}/decide", {"verdict": "refuse"})
    assert (again.status_code, again.json()["code"]) == (409, "check_cannot_move")
    assert desk.get(f"/moderation/checks/{uuid4()}").status_code == 404


def test_the_list_goes_on(desk, censor, run_jobs):
    for n in range(5):
        submit(Subject(KIND, uuid4()), title=f"MAYBE {n}")
    run_jobs()
    first = desk.get("/moderation/checks", limit=3).json()
    second = desk.get("/moderation/checks", limit=3, before=first["next"]).json()
    assert [i["text"] for i in first["items"] + second["items"]] == [
        f"MAYBE {n}" for n in (4, 3, 2, 1, 0)
    ]
    assert second["next"] is None


def test_staff_keep_a_list_of_words(desk):
    made = desk.post("/moderation/words", {"word": " Fake "})
    assert (made.status_code, made.json()["word"]) == (201, "fake")
    assert [w["word"] for w in desk.get("/moderation/words").json()["items"]] == ["fake"]
    gone = desk.send("delete", f"/moderation/words/{made.json()['id']}", None)
    assert gone.status_code == 204
    assert desk.get("/moderation/words").json()["items"] == []


def test_every_state_can_be_left_or_is_the_end():
    assert CHECK_FLOW.ends() == frozenset()
    assert CHECK_FLOW.before(CheckState.SENT) == {CheckState.PENDING}
    assert RISKY_LABEL in labels.LABELS

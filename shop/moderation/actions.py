"""Content safety as a service: nouns submit, WeChat or a person decides, and the noun hears of it.

Note [closed]. Whatever is not known to be clean is not public: no answer, an error, a spent quota
and a doubt all hold it (ADR 0012). A noun shows its last passed version until the next one passed.

Note [repeat]. A check is its own intent: its row is committed before WeChat is asked, and the
outcome counts the attempt. A worker that dies in between has its message run again: one more
question, and no second outcome.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.db import connection
from prometheus_client import Counter

from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from shop.moderation import ladder, queries, words
from shop.moderation.messages import (
    AnswerCameEarly,
    AnswerOverdue,
    CheckWanted,
    ContentDecided,
)
from shop.moderation.models import Check, Content, ProhibitedWord
from shop.moderation.moves import MACHINE, move_check, move_content, note
from shop.moderation.parts import (
    MOST_PIECES,
    Author,
    PicturePart,
    Piece,
    Standing,
    Subject,
    TextPart,
    pieces_of,
)
from shop.moderation.states import (
    ASK_AGAIN,
    TARGETS,
    CheckState,
    PartKind,
    Reason,
    StandingState,
    Verdict,
)
from tenants import context
from tenants.inserting import insert_unless_there
from tenants.transactions import verb
from wechat import content as wechat_content
from wechat.content import Finding, MediaKind, Scene, Suggest
from wechat.errors import OpenidNotRecent, WeChatFailure

MOST_SUBMISSIONS = 20
"""Of one member in a minute."""
MOST_WORDS = 1_000
CHECKS = Counter("content_checks", "Outcomes of content checks by kind and reason.", ["kind", "to"])
_FOUND = {
    Suggest.PASS: (CheckState.PASSED, Reason.CLEAN),
    Suggest.REVIEW: (CheckState.HELD, Reason.DOUBTFUL),
    Suggest.RISKY: (CheckState.REFUSED, Reason.RISKY),
}
_COUNT_SUBMISSION = """
INSERT INTO moderation_allowance AS a (member_id, since, used)
VALUES (%(member)s, %(now)s, 1)
ON CONFLICT (member_id) DO UPDATE SET
    since = CASE WHEN a.since <= %(past)s THEN EXCLUDED.since ELSE a.since END,
    used = CASE WHEN a.since <= %(past)s THEN 1 ELSE a.used + 1 END
WHERE a.since <= %(past)s OR a.used < %(most)s"""

log = structlog.get_logger(__name__)


class SubmittedTooOften(Refusal):
    """One member sends more in a minute than a person writes."""

    status: ClassVar[int] = 429
    en = "You are sending too much at once. Please wait a minute."
    zh = "提交太频繁，请一分钟后再试。"


class TooMuchToCheck(Refusal):
    """More pictures and text than one thing may have."""

    status: ClassVar[int] = 422
    en = "This is too long, or has too many pictures."
    zh = "内容过长或图片过多。"


class CheckOutdated(Refusal):
    """The author has sent something else since; what is decided is not shown any more."""

    en = "The author has changed this since. Please look at the new version."
    zh = "作者已修改该内容，请查看最新版本。"


class CheckCannotMove(Refusal):
    """Somebody, or the machine, has decided so already."""

    en = "This is {state} already."
    zh = "该内容当前已是 {state} 状态。"


class ProhibitedWordFound(Refusal):
    """A text of the shop itself holds a word of its own list."""

    status: ClassVar[int] = 422
    en = "The text holds the prohibited word “{word}”."
    zh = "内容包含违禁词“{word}”。"


class WordUnfit(Refusal):
    """Nothing of it is left to compare, so that it would be in every text; or it is too long."""

    status: ClassVar[int] = 422
    en = "A word needs letters or signs that can be seen, and at most {most} of them."
    zh = "词语须包含可见的文字或符号，且不超过 {most} 个。"


class TooManyWords(Refusal):
    """A list that nobody can keep in mind."""

    en = "A shop can have {most} prohibited words."
    zh = "最多可设置 {most} 个违禁词。"


@verb
def submit(
    *,
    subject: Subject,
    parts: Mapping[str, TextPart | PicturePart],
    author: Author | None,
    scene: Scene,
) -> Standing:
    """Take a subject as its noun is about to keep it, and say how it stands.

    Called inside the noun's own transaction, with all parts of the subject: only those that
    changed are checked again; a text that was decided before keeps its decision. What is not
    decided yet is held, and the noun hears ContentDecided later; what is decided at once is in the
    answer only. `author` is None where the shop itself speaks: then only its prohibited words are
    looked for. Raises SubmittedTooOften, TooMuchToCheck.
    """
    pieces = list(pieces_of(parts))
    if len(pieces) > MOST_PIECES:
        raise TooMuchToCheck
    if author is not None:
        _count_submission(author.member_id)
    content = _hold(subject)
    known = {(c.part, c.place, c.digest): c for c in Check.objects.filter(content=content)}
    _put_aside(pieces, known)
    prohibited = queries.prohibited_words()
    for piece in pieces:
        check = known.get((piece.part, piece.place, piece.digest))
        check = _renew(check, author) if check else _add(content, piece, author, scene)
        if piece.kind == PartKind.TEXT and words.first_hit(prohibited, piece.body):
            _refuse_for_word(check)
        elif author is None:
            _take_as_declared(check)
        else:
            _ask_if_open(check)
    move_content(content)
    return queries.standing(content)


@verb
def note_visit(*, author: Author) -> None:
    """The member is in the mini-program now: ask about what waits for that (61010)."""
    waiting = queries.waiting_for_visit(author.member_id)
    for check in waiting:
        content = _lock(check.content_id)
        check.refresh_from_db()
        if check.is_current and check.state == CheckState.HELD and check.reason in ASK_AGAIN:
            _ask_again(_renew(check, author))
            move_content(content)


def ask(*, check_id: UUID, attempt: int) -> None:
    """Ask WeChat about one text or picture, and take its answer. Not inside a transaction.

    Does nothing if this attempt was made before, or if its text is not the current one.
    """
    check = queries.find_check(check_id)
    if check is None or check.state != CheckState.PENDING or check.attempts != attempt:
        return
    if not check.is_current:
        return
    try:
        if check.kind == PartKind.PICTURE:
            trace_id = _ask_about_picture(check)
            _note_sent(check, trace_id)
        else:
            _take_finding(check, _ask_about_text(check), attempt=attempt)
    except WeChatFailure as failure:
        _take_failure(check, failure, attempt=attempt)


def take_answer(*, push_id: UUID, fields: Mapping[str, str], tries: int = 0) -> str:
    """Take what WeChat pushed about a picture; return what it did here.

    `decided`, `repeated` (decided before: a duplicate, or a person was faster), `early` (looked at
    again soon) or `unknown`.
    """
    check = queries.find_traced(fields.get("trace_id", ""))
    if check is None:
        if tries >= len(ladder.EARLY_SECONDS):
            log.warning("media_answer_of_nobody", push=str(push_id))
            return "unknown"
        _look_again(push_id, tries)
        return "early"
    finding = wechat_content.media_finding(fields)
    target, reason = _FOUND[finding.suggest]
    done = _decide_by_machine(check, target, reason, label=finding.label)
    return "decided" if done else "repeated"


@verb
def give_up_waiting(*, check_id: UUID, attempt: int) -> None:
    """Have a person look at a picture about which WeChat keeps silent."""
    check = queries.find_check(check_id)
    if check is None or check.attempts != attempt:
        return
    _settle(
        check, CheckState.HELD, Reason.OVERDUE, since=[CheckState.SENT], attempt=attempt
    )


@verb
def decide(*, check_id: UUID, verdict: Verdict, by: str, statement: str = "") -> Check:
    """A person decides, whatever the machine said. Raises CheckOutdated, CheckCannotMove."""
    content = _lock(Check.objects.values_list("content_id", flat=True).get(pk=check_id))
    check = Check.objects.get(pk=check_id)
    if not check.is_current:
        raise CheckOutdated
    if not move_check(
        check, TARGETS[verdict], reason=Reason.PERSON, by=by, statement=statement[:200]
    ):
        raise CheckCannotMove(state=check.state)
    _tell(content)
    check.content = content
    return check


@verb
def prohibit(*, word: str, by: str) -> ProhibitedWord:
    """Put a word on the shop's list; a word that is there stays. Raises WordUnfit, TooManyWords."""
    plain = words.normalised(word)
    if not 1 <= len(plain) <= words.LONGEST:
        raise WordUnfit(most=words.LONGEST)
    known = ProhibitedWord.objects.filter(word=plain).first()
    if known is not None:
        return known
    if ProhibitedWord.objects.count() >= MOST_WORDS:
        raise TooManyWords(most=MOST_WORDS)
    row = ProhibitedWord(word=plain, by=by)
    insert_unless_there(row)
    return ProhibitedWord.objects.get(word=plain)


def allow(*, word: ProhibitedWord) -> None:
    """Take a word off the list. What was refused for it is checked when it is sent again."""
    word.delete()


def refuse_prohibited(*texts: str) -> None:
    """Raise ProhibitedWordFound if one of the shop's own texts holds a word of its list."""
    word = queries.prohibited_word_in(texts)
    if word is not None:
        raise ProhibitedWordFound(word=word)


def _count_submission(member_id: UUID) -> None:
    now = clock.now()
    asked: dict[str, Any] = {
        "member": member_id,
        "now": now,
        "past": now - ladder.MINUTE,
        "most": MOST_SUBMISSIONS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SUBMISSION, asked)
        if not cursor.rowcount:
            raise SubmittedTooOften


def _hold(subject: Subject) -> Content:
    """Return the subject's row, locked; make it if it is new."""
    rows = Content.objects.select_for_update().filter(kind=subject.kind, subject_id=subject.id)
    found = rows.first()
    if found is None:
        insert_unless_there(Content(kind=subject.kind, subject_id=subject.id))
        found = rows.get()
    return found


def _lock(content_id: UUID) -> Content:
    return Content.objects.select_for_update().get(pk=content_id)


def _put_aside(pieces: list[Piece], known: Mapping[tuple[str, int, str], Check]) -> None:
    """Let go of texts that are not wanted any more, before others take their places."""
    wanted = {(p.part, p.place, p.digest) for p in pieces}
    left = [c.pk for key, c in known.items() if c.is_current and key not in wanted]
    if left:
        Check.objects.filter(pk__in=left).update(is_current=False)


def _add(content: Content, piece: Piece, author: Author | None, scene: Scene) -> Check:
    check = Check(
        content=content,
        part=piece.part,
        place=piece.place,
        kind=piece.kind,
        body=piece.body,
        digest=piece.digest,
        scene=scene,
        reason=Reason.WAITING,
        **_sent_by(author),
    )
    check.save(force_insert=True)
    note(check, by=MACHINE)
    return check


def _renew(check: Check, author: Author | None) -> Check:
    """Make a known text the current one, of whoever sends it now."""
    changes = {"is_current": True, "visited_at": clock.now(), **_sent_by(author)}
    Check.objects.filter(pk=check.pk).update(**changes)
    for name, value in changes.items():
        setattr(check, name, value)
    return check


def _sent_by(author: Author | None) -> dict[str, Any]:
    if author is None:
        return {}
    return {"author_id": author.member_id, "appid": author.appid, "openid": author.openid}


def _refuse_for_word(check: Check) -> None:
    if check.reason != Reason.PROHIBITED_WORD:
        move_check(check, CheckState.REFUSED, reason=Reason.PROHIBITED_WORD)


def _take_as_declared(check: Check) -> None:
    if check.state not in {CheckState.PASSED, CheckState.REFUSED}:
        move_check(check, CheckState.PASSED, reason=Reason.DECLARED)


def _ask_if_open(check: Check) -> None:
    """Ask about what is new, was passed over while another text was current, or got no answer.

    Two questions of one attempt have one outcome, so that one too many does no harm.
    """
    if check.state == CheckState.PENDING:
        publish(CheckWanted(check.pk, check.attempts))
    elif check.reason == Reason.PROHIBITED_WORD or (
        check.state == CheckState.HELD and check.reason in ASK_AGAIN
    ):
        _ask_again(check)


def _ask_again(check: Check) -> None:
    if move_check(check, CheckState.PENDING, reason=Reason.WAITING, label=0):
        publish(CheckWanted(check.pk, check.attempts))


def _ask_about_text(check: Check) -> Finding:
    with context.public():
        return wechat_content.check_text(
            appid=check.appid, openid=check.openid, scene=Scene(check.scene), content=check.body
        )


def _ask_about_picture(check: Check) -> str:
    address = queries.public_address(check.body)
    with context.public():
        return wechat_content.check_media(
            appid=check.appid,
            openid=check.openid,
            scene=Scene(check.scene),
            media_url=address,
            kind=MediaKind.IMAGE,
        )


def _take_finding(check: Check, finding: Finding, *, attempt: int) -> None:
    target, reason = _FOUND[finding.suggest]
    _settle_now(
        check, target, reason, attempt=attempt, label=finding.label, trace_id=finding.trace_id[:128]
    )


@verb
def _settle_now(check: Check, target: CheckState, reason: Reason, **columns: Any) -> bool:
    return _settle(check, target, reason, since=[CheckState.PENDING], **columns)


@verb
def _note_sent(check: Check, trace_id: str) -> None:
    """Remember by which id the answer will come, and when it is overdue."""
    _lock(check.content_id)
    attempt = check.attempts
    if move_check(
        check, CheckState.SENT, reason=Reason.WAITING, attempt=attempt, trace_id=trace_id[:128]
    ):
        publish(AnswerOverdue(check.pk, attempt + 1), delay_seconds=ladder.PICTURE_SECONDS)


@verb
def _take_failure(check: Check, failure: WeChatFailure, *, attempt: int) -> None:
    """Ask again while that makes sense; then hold it."""
    error = f"{type(failure).__name__} {failure}"[:300]
    wait = ladder.wait_seconds(attempt + 1)
    is_over = ladder.is_over(visited_at=check.visited_at, now=clock.now(), wait=wait)
    log.warning("content_check_failed", check=str(check.pk), error=error)
    if failure.retryable and not is_over:
        rows = Check.objects.filter(pk=check.pk, attempts=attempt, state=CheckState.PENDING)
        if rows.update(attempts=attempt + 1, last_error=error):
            publish(CheckWanted(check.pk, attempt + 1), delay_seconds=wait)
        return
    reason = Reason.UNANSWERED if failure.retryable else Reason.NOT_CHECKABLE
    if isinstance(failure, OpenidNotRecent):
        reason = Reason.VISIT_TOO_OLD
    _settle(
        check,
        CheckState.HELD,
        reason,
        since=[CheckState.PENDING],
        attempt=attempt,
        last_error=error,
    )


@verb
def _decide_by_machine(
    check: Check, target: CheckState, reason: Reason, *, label: int
) -> bool:
    """Take an answer about a picture, in time or late, unless it was decided already."""
    _lock(check.content_id)
    check.refresh_from_db()
    is_awaited = check.state == CheckState.SENT or check.reason == Reason.OVERDUE
    if not is_awaited:
        return False
    if target == check.state:  # late, and no more than a doubt: a person looks at it already
        return False
    return _settle(check, target, reason, label=label)


@verb
def _look_again(push_id: UUID, tries: int) -> None:
    publish(AnswerCameEarly(push_id, tries + 1), delay_seconds=ladder.EARLY_SECONDS[tries])


def _settle(check: Check, target: CheckState, reason: Reason, **how: Any) -> bool:
    """Move a check, and tell its noun what that means. In a transaction."""
    content = _lock(check.content_id)
    if not move_check(check, target, reason=reason, **how):
        return False
    CHECKS.labels(check.kind, reason).inc()
    _tell(content)
    return True


def _tell(content: Content) -> None:
    """Tell the noun if its subject was decided by this."""
    if move_content(content) and content.state != StandingState.HELD:
        publish(ContentDecided(content.kind, content.subject_id))

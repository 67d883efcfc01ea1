"""What a check is: a pure function over facts, and the words that go with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from tenants.readiness.facts import NOT_AUTHORISED, Facts, NotTold
from tenants.readiness.states import Blocks, FindingState, QuestionKind, Scope

MP = "https://mp.weixin.qq.com/"
PAY = "https://pay.weixin.qq.com/"
PROGRAM_PAGE = "mini-programs/{program_id}/"
YES, NO = "yes", "no"


class Words(NamedTuple):
    """A text in both languages."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """Return it for `zh…` or, for any other language, in English."""
        return self.zh if language.startswith("zh") else self.en


class Verdict(NamedTuple):
    """How a precondition stands, and what exactly; the words may be empty."""

    state: FindingState
    detail: Words = Words("", "")


@dataclass(frozen=True)
class Question:
    """What the owner is asked where WeChat has no API; `holds` is how long an answer counts."""

    kind: QuestionKind
    words: Words
    holds: timedelta | None = None


@dataclass(frozen=True)
class Check:
    """One precondition. `source` is where it comes from; CONTRACT sections begin with §.

    `link` is a page of WeChat's (https) or a page of the shop at our desk (`wechat/`), where
    `{program_id}` stands for the app.
    Without `is_hard` it never stops a release: only WeChat's own refusal does.
    """

    key: str
    judge: Callable[[Facts], Verdict]
    title: Words
    why: Words
    how: Words
    source: str
    blocks: Blocks = Blocks.NOTHING
    link: str = ""
    scope: Scope = Scope.PROGRAM
    question: Question | None = None
    is_hard: bool = False


def verdict_of(check: Check, facts: Facts) -> Verdict:
    """Judge; what cannot be judged because WeChat did not tell is unknown."""
    try:
        return check.judge(facts)
    except NotTold as untold:
        return Verdict(FindingState.UNKNOWN, _untold(untold.code))


def _untold(code: str) -> Words:
    if code == NOT_AUTHORISED:
        return Words(
            "WeChat tells it once the platform is authorised.", "授权平台后才能向微信查询。"
        )
    return Words(
        f"WeChat did not tell ({code}). Check again in a few minutes.",
        f"微信未返回结果（{code}），请几分钟后重新检查。",
    )


def ok(en: str = "", zh: str = "") -> Verdict:
    """Say that nothing is to be done."""
    return Verdict(FindingState.OK, Words(en, zh))


def todo(en: str = "", zh: str = "") -> Verdict:
    """Say that it is missing."""
    return Verdict(FindingState.TODO, Words(en, zh))


def wrong(en: str, zh: str) -> Verdict:
    """Say that it is there and not as it must be."""
    return Verdict(FindingState.WRONG, Words(en, zh))


def unknown(en: str, zh: str) -> Verdict:
    """Say that nobody can know yet."""
    return Verdict(FindingState.UNKNOWN, Words(en, zh))


def asked() -> Verdict:
    """Say that the owner has to answer."""
    return Verdict(FindingState.ASKED)


def by_answer(key: str) -> Callable[[Facts], Verdict]:
    """Return a check that believes the owner: yes is fine, no is to be done."""

    def judge(facts: Facts) -> Verdict:
        return {YES: ok(), NO: todo()}.get(facts.answers.get(key, ""), asked())

    return judge

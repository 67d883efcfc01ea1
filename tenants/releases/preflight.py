"""What stands in the way of a release before WeChat is told anything.

A preview needs a configured app. What is going to be audited needs all without which WeChat
refuses the submission, too, as the readiness doctor found it lately: a refusal costs an audit.
"""

from collections.abc import Collection

from tenants.models import MiniProgram
from tenants.programs.queries import LACKS, Lack, lacks_of
from tenants.readiness import queries as readiness
from tenants.readiness.checking import Check
from tenants.readiness.checks import CHECKS
from tenants.releases.states import Goal

_PREFIX = "readiness_"


def lacks(program: MiniProgram, goal: Goal) -> list[Lack]:
    """Return what must be mended, the first thing first; the app is one of `with_settings`."""
    return lacks_by_program([program], goal)[program.pk]


def lacks_by_program(programs: Collection[MiniProgram], goal: Goal) -> dict[int, list[Lack]]:
    """Return the same for many apps, by one statement more than none."""
    found = {} if goal == Goal.PREVIEW else readiness.blocking_by_program([p.pk for p in programs])
    return {p.pk: lacks_of(p) + [_lack(c) for c in found.get(p.pk, [])] for p in programs}


def submission_lacks(program: MiniProgram) -> list[Lack]:
    """Return what WeChat would refuse a submission of this app for."""
    return [_lack(check) for check in readiness.blocking(program)]


def lack_of(code: str) -> Lack | None:
    """Return what must be mended, by a release's `problem_code`; None for WeChat's numbers."""
    check = CHECKS.get(code.removeprefix(_PREFIX)) if code.startswith(_PREFIX) else None
    return _lack(check) if check is not None else LACKS.get(code)


def _lack(check: Check) -> Lack:
    en = f"{check.title.en} is missing. {check.how.en} Then check readiness again."
    zh = f"缺少{check.title.zh}。{check.how.zh}完成后请重新检查就绪状态。"
    return Lack(_PREFIX + check.key, en, zh)

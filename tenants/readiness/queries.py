"""Questions about readiness. All of them run on the platform (`context.public`)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kernel import clock
from kernel.errors import Refusal
from tenants.models import MiniProgram, Tenant
from tenants.programs.queries import ProgramNotFound
from tenants.readiness import checks
from tenants.readiness.checking import Check, Verdict, Words, verdict_of
from tenants.readiness.gathering import answers_of, local_facts
from tenants.readiness.models import Checkup, Finding
from tenants.readiness.states import Blocks, FindingState, Scope
from tenants.states import ProgramKind

PATIENCE = timedelta(minutes=5)
"""After so long a look that was asked for does not come any more, and may be asked for again."""
STOPS_FOR = timedelta(hours=48)
"""A finding that is older stops nothing: the daily look has not come, so nobody knows."""


class NoMiniProgram(Refusal):
    """The shop has no mini-program that could be looked at."""

    en = "The shop has no mini-program yet."
    zh = "该小铺还没有小程序。"


@dataclass(frozen=True)
class Item:
    """One precondition as it stands, with its words; `answer` is the owner's latest that holds."""

    check: Check
    state: FindingState
    detail: Words
    answer: str
    checked_at: datetime | None
    link: str
    """A page of WeChat's, or one below the shop's desk, or empty."""


@dataclass(frozen=True)
class Readiness:
    """All of them for a shop and one of its apps, in their order."""

    program: MiniProgram | None
    items: list[Item]
    checked_at: datetime | None
    is_running: bool

    def open_items(self, blocks: Blocks) -> list[Item]:
        """Return what is not fine and stands in the way of this."""
        return [
            item
            for item in self.items
            if item.check.blocks == blocks and item.state != FindingState.OK
        ]

    @property
    def fine(self) -> list[Item]:
        """Return what is fine."""
        return [item for item in self.items if item.state == FindingState.OK]

    def is_ready(self, blocks: Blocks) -> bool:
        """Say whether nothing stands in the way, as far as everything was looked at."""
        return self.checked_at is not None and not self.open_items(blocks)


def program_of(tenant_id: int, program_id: int | None) -> MiniProgram | None:
    """Return a mini-program of the shop: the one named, else the latest; None if there is none.

    Raises ProgramNotFound for one that is named and not the shop's.
    """
    rows = MiniProgram.objects.filter(tenant_id=tenant_id, kind=ProgramKind.MINI_PROGRAM)
    rows = rows.select_related("tenant", "checkup").order_by("-pk")
    if program_id is None:
        return rows.first()
    found = rows.filter(pk=program_id).first()
    if found is None:
        raise ProgramNotFound
    return found


def readiness_of(tenant: Tenant, program: MiniProgram | None) -> Readiness:
    """Return how a shop and its app stand: the app as looked at last, the shop as of now."""
    answers = answers_of(tenant, program)
    shop_facts = replace(local_facts(tenant, None), has_program=program is not None)
    of_shop = [
        _item(check, verdict_of(check, shop_facts), answers, None, program)
        for check in checks.of_shops()
    ]
    if program is None:
        return Readiness(None, of_shop, None, is_running=False)
    found = {row.key: row for row in program.findings.all()}
    of_program = [
        _item(check, _verdict(found.get(check.key)), answers, found.get(check.key), program)
        for check in checks.of_programs()
    ]
    checkup = checkup_of(program)
    looked_at = checkup.looked_at if checkup else None
    return Readiness(program, of_program + of_shop, looked_at, is_running=is_running(checkup))


def checkup_of(program: MiniProgram) -> Checkup | None:
    """Return when an app was looked at."""
    found: Checkup | None = getattr(program, "checkup", None)
    return found


def is_running(checkup: Checkup | None) -> bool:
    """Say whether a look was asked for and is still to be expected."""
    if checkup is None or checkup.wanted_at is None:
        return False
    is_done = checkup.looked_at is not None and checkup.looked_at >= checkup.wanted_at
    return not is_done and clock.now() - checkup.wanted_at < PATIENCE


def blocking(program: MiniProgram) -> list[Check]:
    """Return what WeChat would refuse a submission for, as found lately."""
    return blocking_by_program([program.pk]).get(program.pk, [])


def blocking_by_program(program_ids: Collection[int]) -> dict[int, list[Check]]:
    """Return the same for many apps by one statement; apps without any are absent."""
    hard = [check.key for check in checks.of_programs() if check.is_hard]
    rows = Finding.objects.filter(
        mini_program_id__in=program_ids,
        key__in=hard,
        state=FindingState.TODO,
        checked_at__gt=clock.now() - STOPS_FOR,
    )
    found: dict[int, set[str]] = {}
    for program_id, key in rows.values_list("mini_program_id", "key"):
        found.setdefault(program_id, set()).add(key)
    return {
        program_id: [check for check in checks.of_programs() if check.key in keys]
        for program_id, keys in found.items()
    }


def _verdict(finding: Finding | None) -> Verdict:
    if finding is None:
        return Verdict(FindingState.UNKNOWN, Words("It was not looked at yet.", "尚未检查。"))
    detail = Words(finding.detail.get("en", ""), finding.detail.get("zh", ""))
    return Verdict(FindingState(finding.state), detail)


def _item(
    check: Check,
    verdict: Verdict,
    answers: dict[str, str],
    finding: Finding | None,
    program: MiniProgram | None,
) -> Item:
    return Item(
        check=check,
        state=verdict.state,
        detail=verdict.detail,
        answer=answers.get(check.key, ""),
        checked_at=finding.checked_at if finding else None,
        link=check.link.replace("{program_id}", str(program.pk) if program else ""),
    )


def question_of(key: str) -> Check | None:
    """Return the check that asks this question."""
    check = checks.CHECKS.get(key)
    return check if check is not None and check.question is not None else None


def is_of_shop(check: Check) -> bool:
    """Say whether the answer is the shop's and not an app's."""
    return check.scope == Scope.SHOP

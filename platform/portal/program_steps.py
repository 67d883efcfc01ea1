"""The five steps of a mini-program's life, computed from facts: where each stands, what is next.

Of all steps exactly one has the next click, or none while WeChat or our jobs are at work.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from portal import program_words
from tenants.models import MiniProgram
from tenants.programs import queries as programs
from tenants.programs.models import Setting
from tenants.programs.states import Part, SettingState
from tenants.releases import queries
from tenants.releases.models import Rejection, Release, Template
from tenants.releases.states import IN_AUDIT, Goal, ReleaseState
from tenants.states import ProgramKind, ProgramState

R = ReleaseState
NEEDED = (Part.DOMAINS, Part.PRIVACY)
"""Without these no code can be committed; the other parts are only read."""
SHOWN_LINES = 20


class Stand(StrEnum):
    """How far a step is."""

    DONE = "done"
    NEXT = "next"
    """A person has the click."""
    STUCK = "stuck"
    """A person has the click, and must mend something."""
    WAITING = "waiting"
    """WeChat or a job of ours has it."""
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One of the five. `is_here` marks the one with the next click."""

    name: str
    title: str
    stand: Stand
    is_here: bool


@dataclass(frozen=True)
class PartLine:
    """One part of the configuration, in words."""

    title: str
    stand: Stand
    words: str


@dataclass(frozen=True)
class Line:
    """One line of the history of an app and its releases."""

    at: datetime
    words: str
    version: str
    by: str


@dataclass(frozen=True)
class Life:
    """A mini-program with what is on its way to it and what its customers have."""

    program: MiniProgram
    open: Release | None
    live: Release | None
    newest: Template | None

    @property
    def release(self) -> Release | None:
        """Return the release that the steps are about: what is on its way, else what is live."""
        return self.open or (None if self.is_newer else self.live)

    @property
    def is_newer(self) -> bool:
        """Say whether a newer version waits to be brought here."""
        newest, present = self.newest, self.open or self.live
        return newest is not None and (present is None or present.template_id != newest.pk)

    @property
    def rejection(self) -> Rejection | None:
        """Return the refusal that must be answered now."""
        if self.open is None or self.open.state != R.REJECTED:
            return None
        return next(iter(self.open.rejections.all()), None)

    @property
    def is_fetching(self) -> bool:
        """Say whether pictures of the refusal are still on their way."""
        found = self.rejection
        return found is not None and len(found.files) < len(found.media_ids)

    @property
    def is_official_account(self) -> bool:
        """Say whether it is an official account, which has no code."""
        return self.program.kind == ProgramKind.OFFICIAL_ACCOUNT


def life_of(program: MiniProgram) -> Life:
    """Read the facts, in a constant number of statements."""
    current = queries.current_releases([program.pk]).get(program.pk, [])
    live = next((r for r in current if r.state in {R.RELEASED, R.REVERTING}), None)
    opened = next((r for r in current if r is not live), None)
    return Life(program, opened, live, queries.newest_template())


def steps(life: Life) -> list[Step]:
    """Return the five steps in their order; an official account has only the first two."""
    stands = {
        "authorise": (_("Authorise"), _authorise(life)),
        "configure": (_("Configure"), _configure(life)),
        "preview": (_("Preview"), _preview(life)),
        "submit": (_("Submit for review"), _submit(life)),
        "release": (_("Release"), _release(life)),
    }
    names = list(stands)[:2] if life.is_official_account else list(stands)
    here = next((n for n in names if stands[n][1] in {Stand.NEXT, Stand.STUCK}), "")
    return [Step(name, *stands[name], is_here=name == here) for name in names]


def is_waiting(life: Life) -> bool:
    """Say whether something may change without a click."""
    return life.is_fetching or any(step.stand == Stand.WAITING for step in steps(life))


def mark(life: Life) -> str:
    """Return what changes whenever the page would look different."""
    parts = programs.settings_of(life.program).values()
    facts: list[Any] = [life.program.state, life.program.nick_name]
    facts += [(s.part, s.state, s.problem_code) for s in parts]
    for release in (life.open, life.live):
        facts += [_facts(release)] if release else [None]
    facts += [life.newest.pk if life.newest else None]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def parts(life: Life) -> list[PartLine]:
    """Return the parts of the configuration in words; nothing before it was asked for."""
    titles = {
        Part.INFO: _("Name and owner"),
        Part.DOMAINS: _("Server domains"),
        Part.PRIVACY: _("Privacy guide"),
        Part.CATEGORIES: _("Categories"),
    }
    found = programs.settings_of(life.program)
    return [
        PartLine(titles[part], _part_stand(row), _part_words(life, part, row))
        for part, row in found.items()
    ]


def is_poor(life: Life) -> bool:
    """Say whether a part failed, or WeChat knows no category, though code can be committed."""
    stands = {_part_stand(row) for row in programs.settings_of(life.program).values()}
    return Stand.STUCK in stands or not programs.categories_of(life.program)


def lines(life: Life) -> list[Line]:
    """Return the history of the app and of its releases, the latest first."""
    found = [
        Line(step.at, program_words.program_event(step.event), "", program_words.person(step.by))
        for step in programs.steps_of(life.program, SHOWN_LINES)
    ]
    for step in queries.latest_steps(life.program, 2 * SHOWN_LINES):
        if step.event in program_words.RELEASE_EVENTS:
            words = program_words.release_event(step.event, step.facts)
            version, by = step.release.template.version, program_words.person(step.by)
            found.append(Line(step.at, words, version, by))
    return sorted(found, key=lambda line: line.at, reverse=True)[:SHOWN_LINES]


def _facts(release: Release) -> tuple[Any, ...]:
    files = sum(len(r.files) for r in release.rejections.all())
    names = ("pk", "state", "wish", "problem_code", "detected_at", "grey_percentage")
    return (*(str(getattr(release, name)) for name in names), release.due_at is None, files)


def _is_authorised(life: Life) -> bool:
    return life.program.state == ProgramState.AUTHORISED


def _authorise(life: Life) -> Stand:
    if _is_authorised(life):
        return Stand.DONE
    return Stand.STUCK if life.program.state == ProgramState.UNAUTHORISED else Stand.NEXT


def _configure(life: Life) -> Stand:
    if not _is_authorised(life):
        return Stand.LATER
    found = programs.settings_of(life.program)
    stands = {part: _part_stand(row) for part, row in found.items()}
    if Stand.WAITING in stands.values():
        return Stand.WAITING
    needed = (Part.INFO,) if life.is_official_account else NEEDED
    missing = [part for part in needed if stands.get(part) != Stand.DONE]
    return Stand.STUCK if missing else Stand.DONE


def _preview(life: Life) -> Stand:
    release = life.release
    if release is None or not _is_authorised(life):
        return Stand.NEXT if _configure(life) == Stand.DONE and life.newest else Stand.LATER
    match R(release.state):
        case R.PREFLIGHT_FAILED:
            return Stand.STUCK
        case R.DRAFT | R.READY | R.COMMITTING:
            return Stand.WAITING
        case R.COMMITTED if release.detected_at is None:
            return Stand.WAITING if release.due_at else Stand.STUCK
    return Stand.DONE


def _submit(life: Life) -> Stand:
    release = life.release
    if release is None or not _is_authorised(life):
        return Stand.LATER
    state = R(release.state)
    if state in IN_AUDIT or state == R.SUBMITTING:
        return Stand.WAITING
    if state == R.COMMITTED and release.detected_at is not None:
        return _committed(release)
    if state in {R.REJECTED, R.WITHDRAWN}:
        return Stand.STUCK if state == R.REJECTED else Stand.NEXT
    is_past = state in {R.APPROVED, R.GRAY, R.RELEASING, R.RELEASED, R.REVERTING}
    return Stand.DONE if is_past else Stand.LATER


def _committed(release: Release) -> Stand:
    """Say whose click a trial version waits for: on its way to WeChat, or resting."""
    if release.due_at is not None:
        return Stand.WAITING
    return Stand.STUCK if release.problem_code else Stand.NEXT


def _release(life: Life) -> Stand:
    release = life.release
    if release is None or not _is_authorised(life):
        return Stand.LATER
    match R(release.state):
        case R.APPROVED | R.GRAY:
            is_on_its_way = release.due_at is not None and (
                release.wish or release.goal == Goal.RELEASE
            )
            if is_on_its_way:
                return Stand.WAITING
            return Stand.STUCK if release.problem_code else Stand.NEXT
        case R.RELEASING | R.REVERTING:
            return Stand.WAITING
        case R.RELEASED:
            return Stand.DONE
    return Stand.LATER


def _part_stand(row: Setting) -> Stand:
    if row.state == SettingState.APPLIED:
        return Stand.DONE
    return Stand.STUCK if row.state == SettingState.FAILED else Stand.WAITING


def _part_words(life: Life, part: Part, row: Setting) -> str:
    if row.state == SettingState.FAILED:
        return program_words.refused(row.problem_code)
    if row.state != SettingState.APPLIED:
        return _("WeChat is being asked …")
    match part:
        case Part.INFO:
            return " · ".join(filter(None, [life.program.nick_name, life.program.principal_name]))
        case Part.DOMAINS:
            return ", ".join(row.facts.get("request", []))
        case Part.PRIVACY:
            told = _("%(count)s kinds of data are declared; questions go to %(contact)s.")
            keys, contact = row.facts.get("keys", []), row.facts.get("contact", "")
            return told % {"count": len(keys), "contact": contact}
        case Part.CATEGORIES:
            found = programs.categories_of(life.program)
            if not found:
                return _(
                    "There is none yet, and WeChat reviews nothing without one. Add one on"
                    " mp.weixin.qq.com under Settings, then configure again."
                )
            return ", ".join(f"{c['first_class']}/{c['second_class']}" for c in found)


def mark_of_all(found: list[MiniProgram]) -> str:
    """Return what changes when an app of the shop is authorised, again or for the first time."""
    facts = [(p.pk, p.state, p.authorised_at) for p in found]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

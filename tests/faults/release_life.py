"""One release's life in one process: started, committed, audited, released, rolled back.

WeChat is the simulator, a program of its own; the reviewer is the tester's hand on it. The queue is
drained as the real broker does it: a message leaves only when it was handled. Pushes are lost, so
that the ladder finds what WeChat decided.
"""

from dataclasses import dataclass

import dramatiq
from django.db import connection

from jobs.broker import broker
from tenants import context
from tenants.models import MiniProgram
from tenants.programs.models import Setting
from tenants.releases import actions
from tenants.releases.models import Quota, Release, ReleaseStep, Template
from tenants.releases.states import IN_AUDIT, Goal
from tests.tenants.wechat_stage import Simulator

BY = "owner@example.com"
OLD, NEW = "1.0.0", "2.0.0"
MOST_MESSAGES = 40
_NEXT = "SELECT message::text FROM dramatiq.queue ORDER BY available_at, position LIMIT 1"


@dataclass
class World:
    """WeChat, a shop and the two versions."""

    simulator: Simulator
    tenant_id: int
    old: Template
    new: Template


def new_app(world: World, made: dict[str, str]) -> int:
    """Give the shop a configured app whose customers have the old version; return its id."""
    program = MiniProgram.objects.create(
        tenant_id=world.tenant_id, appid=made["appid"], state="authorised"
    )
    Setting.objects.bulk_create(
        Setting(mini_program=program, part=part, state="applied") for part in ("domains", "privacy")
    )
    Release.objects.create(
        mini_program=program, template=world.old, ext={}, ext_hash="", state="released", by=BY
    )
    return program.pk


def live(world: World, program_id: int) -> None:
    """Live it, or what is left of it: the owner clicks again where nothing came of a click."""
    with context.public():
        _drain(world, program_id)
        if _release(program_id) is None:
            program = MiniProgram.objects.get(pk=program_id)
            actions.start(program=program, by=BY, goal=Goal.RELEASE, template=world.new)
            _drain(world, program_id)
        release = _release(program_id)
        if release is not None and release.state == "released":
            running = _code(world, program_id)["released"]["user_version"]
            assert running == NEW, f"we say released, and customers have {running}"
            actions.roll_back(release=release, by=BY)
            _drain(world, program_id)


def wrong(world: World, program_id: int, before: dict[str, int]) -> list[str]:
    """Return what is not as it must be after a whole life, however often it was taken up."""
    with context.public():
        states = dict(
            Release.objects.filter(mini_program_id=program_id).values_list(
                "template__version", "state"
            )
        )
        lines = ReleaseStep.objects.filter(release__mini_program_id=program_id)
        events = list(lines.values_list("event", flat=True))
    code, after = _code(world, program_id), figures(world)
    done = {name: after[name] - count for name, count in before.items()}
    told = {
        "our states": (states, {OLD: "released", NEW: "reverted"}),
        "what customers have": (code["released"]["user_version"], OLD),
        "the trial version": (code["trial"]["user_version"], NEW),
        "the audited version": (code["audit"]["user_version"], NEW),
        "done at WeChat, and counted": (done, dict.fromkeys(before, 1) | {"reserved": 0}),
        **{
            f"lines of {event}": (events.count(event), 1)
            for event in ("committed", "submitted", "approved", "released", "reverted")
        },
    }
    return [f"{what}: {is_} not {must}" for what, (is_, must) in told.items() if is_ != must]


def figures(world: World) -> dict[str, int]:
    """Return what WeChat did so far, and what we counted of it."""
    calls = [e["path"] for e in world.simulator.control("GET", "events")["events"] if _is_done(e)]
    with context.public():
        row = Quota.objects.first()
    return {
        "commits": calls.count("/wxa/commit"),
        "releases": calls.count("/wxa/release"),
        "rollbacks": calls.count("/wxa/revertcoderelease"),
        "audits": world.simulator.control("GET", "settings")["audit_used"],
        "used": row.used if row else 0,
        "reserved": row.reserved if row else 0,
    }


def _is_done(event: dict[str, object]) -> bool:
    return event["code"] in ("", "0")


def _release(program_id: int) -> Release | None:
    rows = Release.objects.select_related("mini_program", "template")
    return rows.filter(mini_program_id=program_id, template__version=NEW).first()


def _code(world: World, program_id: int) -> dict[str, dict[str, str]]:
    with context.public():
        appid = MiniProgram.objects.get(pk=program_id).appid
    found: dict[str, dict[str, str]] = world.simulator.code_of(appid)
    return found


def _drain(world: World, program_id: int) -> None:
    for _ in range(MOST_MESSAGES):
        with context.public(), connection.cursor() as cursor:
            cursor.execute(_NEXT)
            row = cursor.fetchone()
        if row is None:
            return
        message = dramatiq.Message.decode(row[0].encode())
        broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
        with context.public(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM dramatiq.queue WHERE message_id = %s", [message.message_id])
        _review(world, program_id)
    raise AssertionError(f"more than {MOST_MESSAGES} messages")


def _review(world: World, program_id: int) -> None:
    """Be WeChat's reviewer, who agrees with what we know to be in audit."""
    with context.public():
        release = _release(program_id)
    if release is None or release.state not in IN_AUDIT:
        return
    appid = release.mini_program.appid
    if world.simulator.code_of(appid)["audit"]["state"] == "in_review":
        world.simulator.control("POST", f"mini_programs/{appid}/audit", {"decision": "pass"})

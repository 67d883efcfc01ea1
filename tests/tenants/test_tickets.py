"""The platform asks for WeChat's tickets when they stay away, and says so when that is no help."""

from datetime import timedelta

import pytest
import structlog

from jobs.schedule import entries
from kernel import clock
from tenants.pushes.jobs import revive_ticket
from tenants.pushes.messages import TicketDue
from wechat import component
from wechat.models import ComponentTicket

ASKED = "/cgi-bin/component/api_start_push_ticket"
DOWN = {"kind": "500", "path_prefix": ASKED, "times": -1}


@pytest.fixture
def issued_at(wechat):
    """When the newest ticket was pushed; the simulator's list of calls is empty."""
    return ComponentTicket.objects.get().issued_at


def asked(wechat):
    """How often WeChat was asked for tickets since the last time somebody looked here."""
    calls = wechat.control("GET", "events")["events"]
    return sum(call["path"] == ASKED for call in calls)


@pytest.fixture
def before(wechat, issued_at):
    return asked(wechat)


@pytest.mark.parametrize(
    ("minutes", "is_asked", "seconds"),
    [(34, False, None), (35, True, None), (120, True, None), (121, True, 7260)],
)
def test_tickets_that_stay_away_are_asked_for(
    minutes, is_asked, seconds, wechat, issued_at, before
):
    with clock.at(issued_at + timedelta(minutes=minutes)), structlog.testing.capture_logs() as logs:
        revive_ticket(TicketDue())
    assert asked(wechat) - before == is_asked
    alarms = [{"event": "ticket_away", "log_level": "error", "seconds": seconds}]
    assert logs == (alarms if seconds else [])


def test_a_platform_that_never_had_one_asks_and_alarms(wechat, before):
    ComponentTicket.objects.all().delete()
    with structlog.testing.capture_logs() as logs:
        revive_ticket(TicketDue())
    assert asked(wechat) - before == 1
    assert logs == [{"event": "ticket_away", "log_level": "error", "seconds": None}]


def test_a_wechat_that_is_away_is_left_to_the_next_message(wechat, issued_at):
    fault = wechat.control("POST", "faults", DOWN)["id"]
    later = issued_at + timedelta(hours=3)
    with clock.at(later), structlog.testing.capture_logs() as logs:
        revive_ticket(TicketDue())
    wechat.control("DELETE", f"faults/{fault}")
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("ticket_not_asked_for", "warning"),
        ("ticket_away", "error"),
    ]


def test_twice_is_harmless_and_the_next_ticket_ends_it(wechat, issued_at, before):
    later = issued_at + timedelta(minutes=40)
    with clock.at(later):
        revive_ticket(TicketDue())
        revive_ticket(TicketDue())
    assert asked(wechat) - before == 2
    component.save_ticket(
        {
            "InfoType": "component_verify_ticket",
            "ComponentVerifyTicket": "ticket@@@new",
            "CreateTime": str(int(later.timestamp())),
        }
    )
    with clock.at(later + timedelta(minutes=10)):
        revive_ticket(TicketDue())
    assert asked(wechat) - before == 2


def test_without_credentials_nobody_is_asked(settings, db):
    settings.WECHAT = None
    with structlog.testing.capture_logs() as logs:
        revive_ticket(TicketDue())
    assert logs == []


def test_it_is_due_every_ten_minutes():
    [entry] = [e for e in entries() if isinstance(e.message, TicketDue)]
    assert (entry.seconds, entry.each_shop) == (600, False)

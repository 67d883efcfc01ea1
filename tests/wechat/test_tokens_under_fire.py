"""Tokens when fifty workers want them at once, and when a process dies with one in its hand.

A real simulator, which rotates refresh tokens and lets replaced tokens die; real processes; real
commits. What was asked of WeChat is counted in the simulator's own log.
"""

import json
import time
from collections import Counter
from functools import partial

import pytest
from django.db import connection

from kernel import identifiers
from tenants import context
from tests.faults.points import Points, in_child, let_go
from tests.wechat.crowd import PROCESSES, THREADS, at_once, hang_up
from tests.wechat_simulator.stage import Program, Simulated, listening, ticket_in
from wechat import api, component, errors, http, own_app, vault
from wechat.credentials import Credentials
from wechat.models import AccessToken, AdoptedCode, ComponentTicket

CROWD = PROCESSES * THREADS
COMPONENT_TOKEN = "/cgi-bin/component/api_component_token"
AUTHORIZER_TOKEN = "/cgi-bin/component/api_authorizer_token"
QUERY_AUTH = "/cgi-bin/component/api_query_auth"
INFO = "/cgi-bin/component/api_get_authorizer_info"
STABLE_TOKEN = "/cgi-bin/stable_token"
MANAGED = "/wxa/sec/order/is_trade_managed"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("wechat")).start()
    running = Simulated(program)
    yield running
    running.http.close()
    program.end()


class Wechat:
    """The simulator as this test sees it: what it is told to do, and what it was asked."""

    def __init__(self, simulated, directory):
        self._simulated, self.directory = simulated, directory
        self.control = simulated.control
        self.me = simulated.credentials["component"]

    def made(self):
        return self.control("POST", "mini_programs", name=identifiers.opaque(8))

    def direct(self):
        """An app of our own: made without the platform, so with a secret of its own."""
        return self.control("POST", "mini_programs", name=identifiers.opaque(8), is_direct=True)

    def mark(self):
        self._known = {row["id"] for row in self.control("GET", "events")["events"]}

    def asked(self):
        """How often each (path, code) was asked since the mark; the code is empty for a success."""
        rows = self.control("GET", "events")["events"]
        return Counter((r["path"], r["code"]) for r in rows if r["id"] not in self._known)

    def replace_component_token(self):
        """Somebody else fetches the component's token, so that ours is not the latest: 40001."""
        with context.public():
            ticket = vault.unseal(ComponentTicket.objects.get().sealed_ticket)
        let_go()
        wish = {
            "component_appid": self.me["appid"],
            "component_appsecret": self.me["appsecret"],
            "component_verify_ticket": ticket,
        }
        return self._simulated.weixin(COMPONENT_TOKEN, wish)["component_access_token"]

    def replace_authorizer_token(self, appid):
        """Somebody else trades a new consent, so that the app's token is not the latest: 40001."""
        code = self.control("POST", f"mini_programs/{appid}/authorise")["auth_code"]
        wish = {"component_appid": self.me["appid"], "authorization_code": code}
        token = in_child(_component_token, self.directory / "component.json")
        self._simulated.weixin(QUERY_AUTH, wish, component_access_token=token)


def _component_token():
    with context.public():
        return component.component_token()


@pytest.fixture
def wechat(django_db_setup, django_db_blocker, simulated, settings, tmp_path):
    """A platform with its ticket, in committed rows that are removed afterwards."""
    simulated.control("POST", "reset")
    simulated.control("PUT", "settings", replaced_token_seconds=0)
    settings.WECHAT = Credentials.read(simulated.program.directory / "credentials.json")
    with listening() as ears:
        simulated.control("PUT", "component", ticket_url=f"{ears.base}/ticket")
        ticket = ticket_in(simulated, ears.wait_for(1)[0])
    push = {
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": ticket,
        "CreateTime": str(int(time.time())),
    }
    hang_up()
    with django_db_blocker.unblock():
        with context.public():
            component.save_ticket(push)
        let_go()
        yield Wechat(simulated, tmp_path)
        with context.public():
            for kind in (AccessToken, ComponentTicket, AdoptedCode):
                kind.objects.all().delete()
        connection.close()
    hang_up()


@pytest.fixture
def appid(wechat):
    """An app whose owner authorised us, adopted by a process that is gone."""
    made = wechat.made()
    adopted = in_child(partial(_adopt, made["auth_code"]), wechat.directory / "adopt.json")
    assert adopted == made["appid"]
    return adopted


def _adopt(code, appid=""):
    with context.public():
        return component.adopt_once(code, appid=appid).appid


def _managed(appid, gate=None):
    """Ask something for an app, in the way of every call: the answer, or what was raised."""

    def ask(token):
        if gate is not None:
            gate.pass_once()
        query = {"access_token": token}
        return api.post(MANAGED, call="test.managed", query=query, content={"appid": appid})

    with context.public():
        return component.as_authorizer(appid, ask)["is_trade_managed"]


class TestACrowd:
    def test_fifty_workers_who_need_the_platforms_token_make_one_call(self, wechat):
        def work(gate):
            with context.public():
                gate.pass_once()
                return component.component_token()

        wechat.mark()
        tokens = at_once(work, wechat.directory)

        assert len(tokens) == CROWD
        assert len(set(tokens)) == 1
        assert wechat.asked() == {(COMPONENT_TOKEN, ""): 1}

    def test_fifty_workers_who_need_a_shops_token_make_one_call_each_for_both(self, wechat, appid):
        with context.public():
            AccessToken.objects.update(expires_at="2026-01-01T00:00:00Z")

        def work(gate):
            with context.public():
                gate.pass_once()
                return component.authorizer_token(appid)

        wechat.mark()
        tokens = at_once(work, wechat.directory)

        assert (len(tokens), len(set(tokens))) == (CROWD, 1)
        assert wechat.asked() == {(COMPONENT_TOKEN, ""): 1, (AUTHORIZER_TOKEN, ""): 1}

    def test_fifty_workers_who_need_an_own_apps_token_make_one_call(self, wechat):
        made = wechat.direct()

        def work(gate):
            with context.public():
                gate.pass_once()
                return own_app.own_token(made["appid"], made["appsecret"])

        wechat.mark()
        tokens = at_once(work, wechat.directory)

        assert (len(tokens), len(set(tokens))) == (CROWD, 1)
        assert wechat.asked() == {(STABLE_TOKEN, ""): 1}

    def test_fifty_bringers_of_one_code_adopt_it_once(self, wechat):
        made = wechat.made()

        def work(gate):
            with context.public():
                component.component_token()
                gate.pass_once()
                found = component.adopt_once(made["auth_code"])
                return [found.appid, list(found.permission_set_ids)]

        wechat.mark()
        found = at_once(work, wechat.directory)

        assert [appid for appid, _ in found] == [made["appid"]] * CROWD
        assert len({json.dumps(ids) for _, ids in found}) == 1
        assert 142 in found[0][1]
        assert wechat.asked() == {(COMPONENT_TOKEN, ""): 1, (QUERY_AUTH, ""): 1}


class TestAStorm:
    """Every worker holds the same token, and WeChat refuses it to all of them."""

    def test_a_replaced_shop_token_is_renewed_once(self, wechat, appid):
        assert in_child(partial(_managed, appid), wechat.directory / "warm.json") is True
        wechat.replace_authorizer_token(appid)
        wechat.mark()

        answers = at_once(partial(_managed, appid), wechat.directory)

        assert answers == [True] * CROWD
        assert wechat.asked() == {
            (MANAGED, "40001"): CROWD,
            (AUTHORIZER_TOKEN, ""): 1,
            (MANAGED, ""): CROWD,
        }

    def test_expired_tokens_are_renewed_once_each(self, wechat, appid):
        assert in_child(partial(_managed, appid), wechat.directory / "warm.json") is True
        wechat.control("POST", "clock", advance_seconds=7_300)
        wechat.mark()

        answers = at_once(partial(_managed, appid), wechat.directory)

        assert answers == [True] * CROWD
        assert wechat.asked() == {
            (MANAGED, "42001"): CROWD,
            (AUTHORIZER_TOKEN, "42006"): 1,  # the platform's own had expired as well
            (COMPONENT_TOKEN, ""): 1,
            (AUTHORIZER_TOKEN, ""): 1,
            (MANAGED, ""): CROWD,
        }

    def test_a_replaced_platform_token_is_renewed_once(self, wechat, appid):
        wechat.replace_component_token()
        wechat.mark()

        def work(gate):
            content = {"component_appid": wechat.me["appid"], "authorizer_appid": appid}

            def ask(token):
                gate.pass_once()
                query = {"component_access_token": token}
                return api.post(INFO, call="test.info", query=query, content=content)

            with context.public():
                return component.as_component(ask)["authorization_info"]["authorizer_appid"]

        answers = at_once(work, wechat.directory)

        assert answers == [appid] * CROWD
        assert wechat.asked() == {
            (INFO, "40001"): CROWD,
            (COMPONENT_TOKEN, ""): 1,
            (INFO, ""): CROWD,
        }

    def test_a_token_that_is_refused_for_ever_costs_one_renewal_per_worker_at_most(
        self, wechat, appid
    ):
        """WeChat says 40001 to every token: nobody loops, and the shop's owner is not asked."""
        wechat.control(
            "POST", "faults", kind="errcode", code="40001", path_prefix=MANAGED, times=-1
        )
        wechat.mark()

        def work(gate):
            try:
                _managed(appid, gate)
            except errors.TokenNotAccepted as failure:
                return failure.code

        assert at_once(work, wechat.directory) == ["40001"] * CROWD
        asked = Counter()
        for (path, _), count in wechat.asked().items():
            asked[path] += count
        assert asked == {MANAGED: 2 * CROWD, AUTHORIZER_TOKEN: 1}


class Doors(Points):
    """The points of a renewal: also the moment when WeChat has answered and nobody has read it."""

    def install(self):
        super().install()
        read = http._read

        def _read(question, response, *, deadline):
            return self._through(
                f"READ {question.call}", lambda: read(question, response, deadline=deadline)
            )

        http._read = _read


def _renewed(appid, doors=None):
    """Renew an app's token as one does whose token was refused; the points that were passed."""
    with context.public():
        held = component.authorizer_token(appid)
        if doors is not None:
            doors.install()
        assert component.authorizer_token(appid, stale=held) != held
    return doors.names if doors is not None else []


def _adopted(made, doors):
    with context.public():
        component.component_token()
        doors.install()
        component.adopt_once(made["auth_code"])
    return doors.names


class TestAKill:
    """kill -9 at every point, with WeChat's answer unsent, unread, in hand, saved."""

    def test_a_rotated_refresh_token_survives_it(self, wechat, appid):
        report = wechat.directory / "child.json"
        names = in_child(partial(_renewed, appid, Doors()), report)
        call = "component.authorizer_token"
        assert {f"before HTTP {call}", f"before READ {call}", f"after READ {call}"} <= set(names)
        assert {f"after HTTP {call}", "before COMMIT", "after COMMIT"} <= set(names)

        for point in range(1, len(names) + 1):
            killed = in_child(partial(_renewed, appid, Doors(point)), report)
            assert killed is None, f"nobody came to point {point}"
            assert in_child(partial(_managed, appid), report) is True, names[point - 1]

    def test_an_adopted_authorisation_survives_it(self, wechat):
        report = wechat.directory / "child.json"
        names = in_child(partial(_adopted, wechat.made(), Doors()), report)
        assert "before READ component.query_auth" in names

        for point in range(1, len(names) + 1):
            made = wechat.made()
            killed = in_child(partial(_adopted, made, Doors(point)), report)
            assert killed is None, f"nobody came to point {point}"
            pushed = partial(_adopt, made["auth_code"], made["appid"])
            assert in_child(pushed, report) == made["appid"], names[point - 1]
            redirected = partial(_adopt, made["auth_code"])
            assert in_child(redirected, report) == made["appid"], names[point - 1]
            assert in_child(partial(_managed, made["appid"]), report) is True

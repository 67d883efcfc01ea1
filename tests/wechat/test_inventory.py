"""The list of calls is true: what is named goes out, and what goes out is named."""

import json
from collections import deque
from urllib.parse import urlsplit

import pytest

from infra.wechat_calls import client, exercised, page, simulator
from infra.wechat_calls.inventory import PAGE, SECTIONS, all_calls
from tenants import context
from tests.wechat.samples import COMPONENT, SAMPLES, SHOP
from wechat import errors, tokens, vault
from wechat.models import AccessToken, ComponentTicket

CALLS = all_calls()
NAMED = {name: [c for c in CALLS if name in c.client] for call in CALLS for name in call.client}
MODULES = sorted({name.split(".")[0] for name in SAMPLES})
OLD = "2026-01-01T00:00:00Z"


class Answers(deque):
    """What is scripted, and then for ever an answer without content, signed where Pay signs."""

    def __init__(self, forge):
        super().__init__()
        self._forge = forge

    def popleft(self):
        told = super().popleft() if self else {}
        return lambda handler: self._answer(handler.path, told)

    def _answer(self, path, told):
        if isinstance(told, bytes):
            return 200, {}, told
        is_pay = path.startswith("/v3/")
        body = json.dumps(told if is_pay or told else {"errcode": 0}).encode()
        return 200, self._forge.headers(body) if is_pay else {}, body


@pytest.fixture
def wechat(db, stub, forge):
    """A WeChat that takes everything and tells nothing; the tokens are there."""
    stub.script = Answers(forge)
    stub.first_answers = stub.script.extend
    with context.public():
        kinds = AccessToken.Kind
        tokens.save(COMPONENT, kind=kinds.COMPONENT, minted=tokens.Minted("C-1", 7200))
        tokens.save(SHOP, kind=kinds.AUTHORIZER, minted=tokens.Minted("S-1", 7200, "R-1"))
        ticket = {"sealed_ticket": vault.seal("ticket@@@1"), "issued_at": OLD}
        ComponentTicket.objects.create(appid=COMPONENT, **ticket)
        yield stub


@pytest.mark.parametrize("module", MODULES)
def test_exactly_the_named_calls_go_out(module, wechat):
    for name in (name for name in SAMPLES if name.startswith(f"{module}.")):
        asked, named = went_out(name, wechat), NAMED[name]
        told = {(call.method, path) for call in named for _, path in asked if is_of(call, path)}
        assert asked == told, name
        assert all(any(m == c.method and is_of(c, p) for m, p in asked) for c in named), name


def went_out(name, wechat):
    """Run the samples of a function; return method and path of everything that came of them."""
    wechat.asked.clear()
    for run in SAMPLES[name]:
        try:
            run(wechat)
        except errors.WeChatFailure:  # an answer without content: how they are read, others test
            assert wechat.asked, name
    return {(method, urlsplit(target).path) for method, target, *_ in wechat.asked}


def is_of(call, path):
    """Say whether a path is the call's, with the slash at its end, which Pay signs."""
    wanted, said = call.path.split("/"), path.split("/")
    is_long = len(wanted) == len(said)
    pairs = zip(wanted, said, strict=False)
    return is_long and all(w == s or (w[:1] == "{" and s) for w, s in pairs)


def test_every_function_that_speaks_to_wechat_is_named_and_has_a_sample():
    assert client.speaking() == set(NAMED) == set(SAMPLES)


def test_a_function_that_speaks_only_through_others_is_found():
    assert {"component.revive_ticket", "authorization.pages"} <= client.speaking()
    assert not {"qr_codes.Version", "audits.status_in", "push.rows"} & client.speaking()


def test_everything_the_simulator_answers_is_listed():
    strangers = [r for r in simulator.routes() if not any(simulator.is_of(r, c) for c in CALLS)]
    assert strangers == []


def test_no_call_is_listed_twice_and_each_has_its_place():
    assert len({(call.method, simulator.shape(call.path)) for call in CALLS}) == len(CALLS)
    assert {call.section for call in CALLS} == set(SECTIONS)
    for call in CALLS:
        assert call.method in {*exercised.METHODS, PAGE}, call
        assert bool(call.client) != bool(call.reason), call
        assert call.is_ours or not call.client, call


def test_every_call_that_we_make_is_tested():
    made = [call for call in CALLS if call.client]
    untested = [c for c in made if not (exercised.of_client(c) or exercised.of_simulator(c))]
    assert untested == []


def test_evidence_is_read_from_the_tests_not_wished():
    by_path = {(call.method, call.path): call for call in CALLS}
    commit = by_path["POST", "/wxa/commit"]
    assert "wechat/test_mini_program_life.py" in exercised.of_client(commit)
    assert "wechat/test_inventory.py" not in exercised.of_client(commit)
    assert "wechat_simulator/platform_stage.py" in exercised.of_simulator(commit)
    one = by_path["GET", "/v3/profitsharing/orders/{out_order_no}"]
    free = by_path["POST", "/v3/profitsharing/orders/unfreeze"]
    stranger = "strangers/node/wechatpay_axios_plugin.mjs"
    assert stranger in exercised.of_simulator(one)
    assert stranger not in exercised.of_simulator(free)
    assert exercised.of_simulator(by_path["POST", "/v3/transfer/batches"]) == ()


def test_the_page_tells_the_figures_and_what_is_missing():
    text = page.text()
    ours = [call for call in CALLS if call.is_ours]
    assert f"| calls | {len(CALLS)} | {len(ours)} |" in text
    assert "Without a client, though ours: none." in text
    pictures = "`GET /v3/merchant-service/images/{media_id}`"
    assert f"Not imitated, though ours: {pictures}." in text
    assert "Without a test, though ours: none." in text

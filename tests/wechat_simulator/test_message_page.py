"""The control page's forms on messages, pushes and verdicts, and the page of limits."""

from typing import Any

import httpx
import pytest

from infra.wechat_simulator.message_sections import LINKS
from tests.wechat_simulator.app_ears import listen_for_pushes, pushes
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def act(shop: Shop, path: str, **form: Any) -> str:
    """Post a form and return the page it leads to."""
    answer = shop.simulated.http.post(f"/_page/{path}", data=form)
    assert answer.status_code == 303, answer.text
    return shop.simulated.http.get(answer.headers["Location"]).text


@pytest.fixture
def template(simulated_shop: Shop) -> str:
    body = {"tid": 1128, "kidList": [1, 2, 3]}
    token = simulated_shop.authorizer_token()
    path = "/wxaapi/newtmpl/addtemplate"
    return simulated_shop.simulated.weixin(path, body, access_token=token)["priTmplId"]


def test_the_page_has_a_section_for_each_part(simulated_shop: Shop) -> None:
    page = simulated_shop.simulated.http.get("/").text
    for name in (*LINKS, "faults"):
        assert f'<section id="{name}"' in page
    assert 'href="/_page/limits"' in page


def test_a_person_writes_and_the_push_is_sent_again(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    written = act(simulated_shop, "messages", appid=simulated_shop.appid, user="alice", text="<b>")
    assert "the push is accepted" in written
    sent = simulated_shop.simulated.control("GET", "pushes")["pushes"][0]
    path = f"pushes/{sent['id']}/resend"
    again = act(simulated_shop, path, forge="bad_signature", times="2")
    assert "Sent 2 × bad_signature: answers [200, 200]" in again
    assert len(pushes(simulated_shop)) == 3


def test_a_prompt_is_answered_on_the_page(simulated_shop: Shop, template: str) -> None:
    form = {"appid": simulated_shop.appid, "template_id": template, "user": "alice"}
    assert "alice answered accept" in act(simulated_shop, "subscribe", action="accept", **form)
    stranger = act(simulated_shop, "subscribe", **(form | {"user": "bob", "action": "accept"}))
    assert "bob never logged in" in stranger


def test_a_file_is_judged_on_the_page(simulated_shop: Shop) -> None:
    form = {"sha256": "ab" * 32, "suggest": "risky", "label": "20002"}
    assert "is risky from now on" in act(simulated_shop, "verdicts", **form)
    assert "64 hex digits" in act(simulated_shop, "verdicts", **(form | {"sha256": "x"}))


def test_a_fault_with_a_code_is_ordered_on_the_page(simulated_shop: Shop) -> None:
    form = {"kind": "errcode", "path_prefix": "/cgi-bin", "times": "1", "seconds": "30"}
    act(simulated_shop, "faults", code="48001", **form)
    assert simulated_shop.simulated.weixin("/cgi-bin/token")["errcode"] == 48001
    wrong = act(simulated_shop, "faults", status="many", **(form | {"kind": "pay_error"}))
    assert "status must be a number" in wrong


def test_the_limits_are_public(simulated_shop: Shop) -> None:
    page: httpx.Response = simulated_shop.simulated.http.get("/_page/limits")
    assert page.status_code == 200
    assert "未模拟的部分" in page.text
    assert "What this does not imitate" in page.text

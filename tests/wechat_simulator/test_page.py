"""The control page: it shows everything, and its forms act as the customer."""

import re

from tests.wechat_simulator.stage import Shop, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def page(simulated: Simulated) -> str:
    answer = simulated.http.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    return answer.text


def act(simulated: Simulated, path: str, **form: str) -> str:
    """Submit a form and return the page it leads to."""
    answer = simulated.http.post(f"/_page/{path}", data=form)
    assert answer.status_code == 303, answer.text
    return simulated.http.get(answer.headers["Location"]).text


def test_the_empty_page_needs_nothing_from_elsewhere(simulated: Simulated) -> None:
    text = page(simulated)
    assert "What this does not imitate" in text
    assert not re.findall(r'(?:src|href)="(?!#|/_)', text)
    assert "<script" not in text


def test_a_mini_program_is_created_and_its_ids_are_shown(simulated: Simulated) -> None:
    text = act(simulated, "mini_programs", name="Tea <b>house</b>")
    (app,) = simulated.control("GET", "mini_programs")["mini_programs"]
    assert text.count(app["appid"]) >= 2
    assert app["sub_mchid"] in text
    assert "Tea <b>" not in text


def test_an_unpaid_order_is_paid_from_the_page(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated_shop.prepay("ORDER-0001")
    text = act(simulated, "orders/ORDER-0001/pay", callback="normal")
    assert "callback answered [204]" in text
    assert len(simulated_shop.listener.received) == 1
    assert simulated_shop.query("ORDER-0001").json()["trade_state"] == "SUCCESS"
    text = act(simulated, "orders/ORDER-0001/pay")
    assert "the order is SUCCESS" in text


def test_every_form_of_the_page_works(simulated_shop: Shop) -> None:
    simulated = simulated_shop.simulated
    simulated_shop.paid("ORDER-0001")
    simulated.control("PUT", "settings", refund_delay_seconds=999)
    simulated_shop.refund("ORDER-0001", "R1", 10)
    simulated_shop.prepay("ORDER-0002")
    assert "login code" in act(simulated, "login", appid=simulated_shop.appid, user="bob")
    assert "closed the payment sheet" in act(simulated, "orders/ORDER-0002/pay", action="refuse")
    sent = act(simulated, "orders/ORDER-0001/callback", forge="signtest", times="3")
    assert "[204, 204, 204]" in sent
    assert "ended SUCCESS" in act(simulated, "refunds/R1", status="SUCCESS")
    assert "not shipped" in act(simulated, "orders/ORDER-0001/confirm_receipt")
    assert "shows" in act(simulated, "clock", advance_seconds="60")
    assert "Fault 500" in act(simulated, "faults", kind="500", path_prefix="/v3", times="1")
    assert "Removed 1" in act(simulated, "faults/remove")
    registered = act(simulated, "component", ticket_url=simulated_shop.listener.base)
    assert "Push address registered" in registered
    assert "answer 204" in act(simulated, "component/push_ticket")
    saved = act(
        simulated,
        "settings",
        trust="alternate",
        refund_delay_seconds="1",
        shipping_known_after_seconds="0",
    )
    assert "Settings saved" in saved
    assert "forgotten" in act(simulated, "reset")

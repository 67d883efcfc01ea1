"""Time-outs, retries, the breaker, and what is never said aloud."""

import json
import logging
import time

import pytest
from django.test import override_settings

from infra import ports
from wechat import api, breaker, errors, http
from wechat.breaker import Breaker

OK = (200, {}, b'{"errcode":0}')


def get():
    return api.get("/cgi-bin/x", call="test.get", query={"access_token": "SECRET-TOKEN"})


def post(content=None):
    query = {"access_token": "SECRET-TOKEN"}
    return api.post("/cgi-bin/x", call="test.post", query=query, content=content or {})


@pytest.fixture
def nobody(given):
    """WeChat's address, with nobody listening."""
    breaker.reset()
    given({"api_base": f"http://127.0.0.1:{ports.free()}"})
    yield
    breaker.reset()


def test_json_goes_out_as_raw_utf8(stub):
    stub.says(OK)
    post({"item_desc": "龙井茶"})
    method, path, headers, body = stub.asked[0]
    assert (method, path) == ("POST", "/cgi-bin/x?access_token=SECRET-TOKEN")
    assert headers["Content-Type"] == "application/json"
    assert body == '{"item_desc":"龙井茶"}'.encode()


def test_a_slow_answer_is_given_up_and_its_outcome_is_unknown(stub, slow, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    stub.says(slow(10, OK))
    started = time.monotonic()
    with pytest.raises(errors.WeChatTimedOut) as caught:
        post()
    assert time.monotonic() - started < 8  # it did not wait for the answer
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, True)
    assert len(stub.asked) == 1


def test_a_dripping_answer_is_given_up(stub, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.1)

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b" " * 100)
            handler.wfile.flush()
            time.sleep(0.05)

    stub.says(drip)
    started = time.monotonic()
    with pytest.raises(errors.WeChatTimedOut):
        post()
    assert time.monotonic() - started < 8  # nor for the last drop


def test_all_calls_for_one_customer_share_one_time(stub, slow):
    stub.says(slow(10, OK))
    with http.within(0.4):
        with pytest.raises(errors.WeChatTimedOut):
            post()
        with pytest.raises(errors.WeChatUnreachable) as caught:
            post()
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)
    assert len(stub.asked) == 1  # the second was not made at all

    stub.says(OK)
    assert post() == {"errcode": 0}


def test_a_longer_time_inside_a_shorter_one_changes_nothing(stub):
    with http.within(0.01), http.within(60), pytest.raises(errors.WeChatUnreachable):
        post()
    assert stub.asked == []


def test_an_answer_cut_in_half_has_an_unknown_outcome(stub):
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"errcode"')

    stub.says(half)
    with pytest.raises(errors.WeChatTimedOut) as caught:
        post()
    assert caught.value.outcome_unknown
    assert len(stub.asked) == 1


def test_a_connection_cut_without_an_answer_has_an_unknown_outcome(stub):
    stub.says(lambda _: None)
    with pytest.raises(errors.WeChatTimedOut):
        post()
    assert len(stub.asked) == 1


@pytest.mark.parametrize("status", [200, 502])
def test_html_instead_of_json_is_a_bad_answer(status, stub):
    stub.says((status, {"Content-Type": "text/html"}, b"<html>busy</html>"))
    with pytest.raises(errors.BadAnswer) as caught:
        post()
    assert (caught.value.status, caught.value.outcome_unknown) == (status, True)


def test_an_endless_answer_is_given_up(stub):
    stub.says((200, {}, b" " * (http.MAX_ANSWER_BYTES + 1)))
    with pytest.raises(errors.BadAnswer, match="longer than"):
        post()


def test_nobody_there_means_surely_nothing_happened(nobody):
    with pytest.raises(errors.WeChatUnreachable) as caught:
        post()
    assert type(caught.value) is errors.WeChatUnreachable
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)


def test_a_busy_wechat_is_asked_once_more_at_once(stub):
    stub.says_json({"errcode": -1, "errmsg": "system error"}, {"errcode": 0})
    assert post() == {"errcode": 0}
    assert len(stub.asked) == 2


def test_a_wechat_that_stays_busy_is_asked_twice_and_no_more(stub):
    stub.says_json({"errcode": -1}, {"errcode": -1}, {"errcode": 0})
    with pytest.raises(errors.WeChatBusy):
        post()
    assert len(stub.asked) == 2


@pytest.mark.parametrize("errcode", [40001, 45009, 61003, 40029])
def test_no_other_code_is_retried_here(errcode, stub):
    stub.says_json({"errcode": errcode}, {"errcode": 0})
    with pytest.raises(errors.WeChatFailure):
        get()
    assert len(stub.asked) == 1


def test_a_read_that_never_arrived_is_tried_twice_a_write_once(nobody, monkeypatch):
    tries = []
    real = http.ask
    monkeypatch.setattr(http, "ask", lambda question: tries.append(question) or real(question))
    with pytest.raises(errors.WeChatUnreachable):
        get()
    assert len(tries) == 2
    with pytest.raises(errors.WeChatUnreachable):
        post()
    assert len(tries) == 3


def test_a_read_that_timed_out_is_not_repeated(stub, slow, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    stub.says(slow(0.5, OK), OK)
    with pytest.raises(errors.WeChatTimedOut):
        get()
    assert len(stub.asked) == 1


def test_with_the_breaker_open_no_socket_is_opened(nobody, no_network):
    for _ in range(5):
        breaker.breaker_of("127.0.0.1:1").unreachable()
    question = http.Question("test.x", "GET", "http://127.0.0.1:1/")
    with pytest.raises(errors.WeChatUnreachable, match="moments ago"):
        http.ask(question)
    assert no_network == []


def test_real_failures_open_the_breaker_of_their_host_only(nobody, stub):
    dead = f"http://127.0.0.1:{ports.free()}/"
    for _ in range(5):
        with pytest.raises(errors.WeChatUnreachable, match="no connection"):
            http.ask(http.Question("test.x", "GET", dead))
    with pytest.raises(errors.WeChatUnreachable, match="moments ago"):
        http.ask(http.Question("test.x", "GET", dead))
    stub.says(OK)
    assert http.ask(http.Question("test.x", "GET", stub.base + "/")).status == 200


def test_an_open_breaker_lets_one_trial_through_after_its_pause():
    moment = [100.0]
    fuse = Breaker(clock=lambda: moment[0])
    for _ in range(4):
        fuse.unreachable()
    assert fuse.lets_through()
    fuse.unreachable()
    assert not fuse.lets_through()
    moment[0] += breaker.OPEN_SECONDS
    assert fuse.lets_through()
    assert not fuse.lets_through(), "only one caller tries, the others fail fast"
    fuse.answered()
    assert fuse.lets_through()


def test_failures_in_a_row_are_forgotten_when_wechat_answers():
    fuse = Breaker()
    for _ in range(4):
        fuse.unreachable()
    fuse.answered()
    fuse.unreachable()
    assert fuse.lets_through()


def test_no_secret_is_said_in_logs_or_messages(nobody, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(errors.WeChatUnreachable) as caught:
        post({"component_appsecret": "SECRET-BODY"})
    told = caplog.text + str(caught.value) + repr(caught.value)
    assert caught.value.__suppress_context__
    assert "WeChatUnreachable" in told
    assert "SECRET" not in told


def test_no_secret_is_said_about_a_call_that_answers(stub, caplog):
    caplog.set_level(logging.DEBUG)
    stub.says_json({"errcode": 40001, "errmsg": "token SECRET-TOKEN bad rid: 1-2-3"})
    with pytest.raises(errors.TokenNotAccepted):
        post()
    assert "code=40001 rid=1-2-3" in caplog.text
    assert "SECRET" not in caplog.text


def test_proxies_of_the_environment_are_ignored(stub, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{ports.free()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{ports.free()}")
    stub.says(OK)
    assert post() == {"errcode": 0}


def test_a_redirect_is_not_followed(stub):
    stub.says((302, {"Location": stub.base + "/elsewhere"}, b"{}"), OK)
    with pytest.raises(errors.BadAnswer):
        post()
    assert len(stub.asked) == 1


def test_connections_are_kept_and_cookies_are_not(stub):
    peers = []

    def remember(handler):
        peers.append(handler.client_address)
        return 200, {"Set-Cookie": "a=b"}, b"{}"

    stub.says(remember, remember)
    post()
    post()
    assert peers[0] == peers[1]
    assert "Cookie" not in stub.asked[1][2]


def test_without_credentials_every_call_says_so():
    with override_settings(WECHAT=None), pytest.raises(errors.WeChatNotConfigured):
        post()


def test_calls_are_counted_by_name_and_result(stub):
    from prometheus_client import REGISTRY

    def count(result):
        labels = {"call": "test.post", "result": result}
        return REGISTRY.get_sample_value("wechat_calls_total", labels) or 0

    before = count("ok"), count("WeChatRefused")
    stub.says_json({"errcode": 0}, {"errcode": 40003})
    post()
    with pytest.raises(errors.WeChatRefused):
        post()
    assert (count("ok"), count("WeChatRefused")) == (before[0] + 1, before[1] + 1)
    assert json.loads(stub.asked[0][3]) == {}

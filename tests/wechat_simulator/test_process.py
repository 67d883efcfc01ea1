"""The program as a process: its files, its end, and what survives a kill."""

import signal
import socket
import stat
import time
from pathlib import Path

import httpx
import pytest

from tests.wechat_simulator.stage import Listener, Program, Shop, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def test_the_credentials_have_the_agreed_shape(simulator_program: Program) -> None:
    given = simulator_program.credentials
    assert set(given) == {"api_base", "pay_base", "component", "pay"}
    assert set(given["component"]) == {"appid", "appsecret", "token", "encoding_aes_key"}
    assert set(given["pay"]) == {
        "sp_mchid",
        "sp_appid",
        "merchant_private_key_pem",
        "merchant_serial_no",
        "apiv3_key",
        "wechatpay_public_key_id",
        "wechatpay_public_key_pem",
    }
    assert len(given["component"]["appid"]) == 18
    assert len(given["component"]["encoding_aes_key"]) == 43
    assert (len(given["pay"]["sp_mchid"]), len(given["pay"]["apiv3_key"])) == (10, 32)
    assert given["api_base"] == given["pay_base"]
    assert given["api_base"] in simulator_program.ready_line
    for name in ("credentials.json", "wechat_private.json"):
        mode = (simulator_program.directory / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_nothing_is_lost_by_a_kill(tmp_path: Path, listener: Listener) -> None:
    program = Program(tmp_path).start()
    before = program.credentials
    simulated = Simulated(program)
    made = simulated.control("POST", "mini_programs", name="Tea")
    openid = simulated.control("POST", "login", appid=made["appid"], user="alice")["openid"]
    shop = Shop(simulated, listener, made["appid"], made["sub_mchid"], openid, made)
    listener.status = 500
    transaction_id = shop.paid("ORDER-0001")
    shop.refund("ORDER-0001", "R1", 30)
    shop.prepay("ORDER-0002")
    simulated.control("POST", "clock", advance_seconds=0.5)
    program.end(signal.SIGKILL)

    program.start()
    assert program.credentials == before
    order = simulated.control("GET", "orders/ORDER-0001")
    assert order["transaction_id"] == transaction_id
    assert order["refunds"][0]["state"] in ("PROCESSING", "SUCCESS")
    assert order["callbacks"][0]["state"] == "pending"
    assert simulated.control("GET", "clock")["offset_seconds"] > 0
    assert shop.query("ORDER-0002").json()["trade_state"] == "NOTPAY"
    listener.status = 204
    simulated.control("POST", "clock", advance_seconds=40)
    states = {c["state"] for c in simulated.control("GET", "orders/ORDER-0001")["callbacks"]}
    assert states == {"accepted"}
    assert simulated.control("GET", "refunds")["refunds"][0]["state"] == "SUCCESS"
    simulated.http.close()
    started = time.monotonic()
    assert program.end() == 0
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("has_left", [True, False], ids=["client-left", "client-waits"])
def test_a_stop_while_a_slow_answer_is_under_way_is_clean(tmp_path: Path, has_left: bool) -> None:
    """The work is abandoned before the store is closed: nothing is said on the error output."""
    with (tmp_path / "stderr").open("w+") as stderr:
        program = Program(tmp_path, stderr=stderr).start()
        simulated = Simulated(program)
        path = "/cgi-bin/component/api_start_push_ticket"
        simulated.control("POST", "faults", kind="slow", seconds=600, path_prefix=path)
        address = httpx.URL(simulated.credentials["api_base"])
        with socket.create_connection((address.host, address.port or 0)) as client:
            client.sendall(
                f"POST {path} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\n"
                "Content-Length: 2\r\n\r\n{}".encode()
            )
            while simulated.control("GET", "faults")["faults"][0]["hits"] == 0:
                time.sleep(0.01)
            if has_left:
                client.shutdown(socket.SHUT_RDWR)
            simulated.http.close()
            assert program.end() == 0
        stderr.seek(0)
        assert stderr.read() == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "https://evil.example"},
    ],
)
def test_other_host_names_and_origins_are_turned_away(
    simulated: Simulated, headers: dict[str, str]
) -> None:
    assert simulated.http.get("/_control/clock", headers=headers).status_code == 403
    assert simulated.http.post("/_page/reset", headers=headers).status_code == 403
    host = {"Host": f"localhost:{httpx.URL(simulated.credentials['api_base']).port}"}
    assert simulated.http.get("/_control/clock", headers=host).status_code == 200


def test_calls_are_logged_newest_first_without_the_control_api(simulated: Simulated) -> None:
    simulated.http.get("/cgi-bin/token")
    simulated.http.get("/v3/certificates")
    events = simulated.control("GET", "events")["events"]
    assert [(e["path"], e["status"], e["code"]) for e in events] == [
        ("/v3/certificates", 401, "SIGN_ERROR"),
        ("/cgi-bin/token", 200, "40002"),
    ]


def test_the_program_shares_no_code_with_the_platform() -> None:
    folder = Path(__file__).parents[2] / "infra" / "wechat_simulator"
    for module in folder.glob("*.py"):
        for line in module.read_text().splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in {"wechat", "wechatpy", "wechatpayv3", "kernel"}
                assert not words[1].startswith("..")

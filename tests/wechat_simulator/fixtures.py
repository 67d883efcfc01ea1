"""Fixtures of these tests, loaded as a plugin so that they need no conftest."""

from collections.abc import Iterator

import pytest

from tests.wechat_simulator.stage import Listener, Program, Shop, Simulated, listening


@pytest.fixture(scope="session")
def simulator_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("wechat")).start()
    yield program
    program.end()


@pytest.fixture
def simulated(simulator_program: Program) -> Iterator[Simulated]:
    """The running simulator with an empty memory and no offset on its clock."""
    it = Simulated(simulator_program)
    it.control("POST", "reset")
    yield it
    it.http.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as it:
        yield it


@pytest.fixture
def simulated_shop(simulated: Simulated, listener: Listener) -> Shop:
    made = simulated.control("POST", "mini_programs", name="Tea")
    openid = simulated.control("POST", "login", appid=made["appid"], user="alice")["openid"]
    return Shop(simulated, listener, made["appid"], made["sub_mchid"], openid, made)

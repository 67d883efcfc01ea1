"""A shop at the real simulator program."""

from collections.abc import Iterator

import pytest

from tenants import context
from tenants.context import Shop
from tenants.models import MiniProgram, Tenant
from tests.tenants.release_stage import configured_app, offered
from tests.tenants.wechat_stage import Simulator
from wechat import breaker


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    running = Simulator(tmp_path_factory.mktemp("wechat"))
    yield running
    running.stop()


@pytest.fixture
def wechat(simulator: Simulator, settings, db: None, tmp_path) -> Iterator[Simulator]:
    """The platform, known at the simulator; the test runs on the platform, not inside a shop."""
    breaker.reset()
    settings.WECHAT = simulator.credentials
    settings.MINI_PROGRAM_API_BASE = "https://api.example.com"
    settings.MEDIA_ROOT = tmp_path
    with context.public():
        simulator.push_ticket()
        yield simulator


@pytest.fixture
def teahouse(two_shops: tuple[Shop, Shop], db: None) -> Tenant:
    with context.public():
        return Tenant.objects.get(pk=two_shops[0].id)


@pytest.fixture
def bookshop(two_shops: tuple[Shop, Shop], db: None) -> Tenant:
    with context.public():
        return Tenant.objects.get(pk=two_shops[1].id)


@pytest.fixture(scope="module")
def versions() -> dict[str, int]:
    """Templates made in the simulator by this module, by version."""
    return {}


@pytest.fixture
def app(wechat: Simulator, teahouse: Tenant) -> MiniProgram:
    """An authorised and configured mini-program of the first shop."""
    return configured_app(wechat, teahouse)


@pytest.fixture
def template(wechat, versions):
    return offered(wechat, versions, "1.0.0")


@pytest.fixture
def run(wechat, run_jobs):
    """Do what is due now, let WeChat's time pass, and do what is due then."""

    def go(seconds: int = 10) -> None:
        run_jobs()
        wechat.pass_time(seconds)
        run_jobs(ahead=100)

    return go


@pytest.fixture
def decide(wechat, run_jobs):
    """Be WeChat's reviewer: decide, and have the push carried to our door."""

    def go(program: MiniProgram, decision: str, **more: object) -> None:
        wechat.ears.heard.clear()
        wish = {"decision": decision, **more}
        wechat.control("POST", f"mini_programs/{program.appid}/audit", wish)
        assert wechat.deliver() == [200]
        run_jobs()

    return go

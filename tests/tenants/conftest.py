"""A shop at the real simulator program."""

from collections.abc import Iterator

import pytest

from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
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

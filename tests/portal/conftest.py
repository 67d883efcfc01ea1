"""People at the portal's door."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tenants import actions, directory, provisioning
from tenants.context import Shop
from tenants.models import Account, Membership, Tenant
from tenants.states import Role
from tests.billing.test_against_simulator import Simulator
from wechat import breaker


@pytest.fixture(scope="session")
def _spare(two_shops: object, django_db_blocker: DjangoDbBlocker) -> None:
    """A shop that opens in a test finds a schema; the rollback gives it back."""
    with django_db_blocker.unblock():
        provisioning.refill_spares(1)


@pytest.fixture(autouse=True)
def _spare_waits(_spare: None) -> None:
    """Every test here may open one shop."""


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The simulator program, for a module that asks for it."""
    running = Simulator(tmp_path_factory.mktemp("wechat"))
    yield running
    running.stop()


@pytest.fixture
def wechat(simulator: Simulator, settings) -> Simulator:
    """The platform's WeChat is the simulator; callbacks are carried by hand."""
    breaker.reset()
    settings.WECHAT = simulator.credentials
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    return simulator


@pytest.fixture
def visitor(db: None) -> Client:
    """Somebody who is not signed in and reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def person(db: None) -> Callable[..., Client]:
    """Make a client that is signed in with a new account."""

    def make(email: str = "mei@example.com", **extra: object) -> Client:
        account = Account.objects.create_user(email, **extra)  # no password: hashing is slow
        client = Client(headers={"accept-language": "en"})
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        client.account = account
        return client

    return make


@pytest.fixture
def own_shop(db: None) -> Callable[..., Shop]:
    """Open a shop for an account, without its samples."""

    def make(account: Account, name: str = "Lotus Tea") -> Shop:
        tenant = actions.open_shop(account=account, name=name)
        return directory.shop_of(Tenant.objects.get(pk=tenant.pk))

    return make


@pytest.fixture
def colleague(person: Callable[..., Client]) -> Callable[..., Client]:
    """Make a client of somebody who works in a shop in a role."""

    def make(shop: Shop, role: Role, email: str) -> Client:
        client = person(email)
        Membership.objects.create(account=client.account, tenant_id=shop.id, role=role)
        return client

    return make

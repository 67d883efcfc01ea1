"""Members of the platform's staff at the console's door."""

from collections.abc import Callable

import pytest
from django.test import Client

from tenants.models import Account


@pytest.fixture
def signed_in(db: None) -> Callable[..., Client]:
    """Make a client that is signed in; `is_staff` and `is_superuser` as given."""

    def make(email: str, **rights: bool) -> Client:
        account = Account.objects.create_user(email, **rights)
        client = Client(headers={"accept-language": "en"})
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def admin(signed_in: Callable[..., Client]) -> Client:
    """A superuser of the platform."""
    return signed_in("root@example.com", is_staff=True, is_superuser=True)

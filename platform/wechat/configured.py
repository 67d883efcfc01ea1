"""The credentials this process was started with, and the merchant that speaks just now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from wechat.credentials import Credentials, PayCredentials
from wechat.errors import WeChatNotConfigured

_speaking: ContextVar[PayCredentials | None] = ContextVar("wechat_merchant", default=None)


def credentials() -> Credentials:
    """Return `settings.WECHAT`. Raises WeChatNotConfigured when the operator gave none."""
    found: Credentials | None = settings.WECHAT
    if found is None:
        raise WeChatNotConfigured("no WeChat credentials: set WECHAT_CREDENTIALS_FILE")
    return found


def merchant() -> PayCredentials:
    """Return the merchant in whose name WeChat Pay is asked: the platform, unless told otherwise.

    Raises WeChatNotConfigured.
    """
    return _speaking.get() or credentials().pay


@contextmanager
def as_merchant(pay: PayCredentials) -> Iterator[None]:
    """Speak to WeChat Pay, and open its callbacks, as another merchant with keys of its own.

    For direct merchants (CONTRACT §4.6): a shop that has its own contract with WeChat Pay.
    """
    held = _speaking.set(pay)
    try:
        yield
    finally:
        _speaking.reset(held)

"""The credentials this process was started with."""

from django.conf import settings

from wechat.credentials import Credentials
from wechat.errors import WeChatNotConfigured


def credentials() -> Credentials:
    """Return `settings.WECHAT`. Raises WeChatNotConfigured when the operator gave none."""
    found: Credentials | None = settings.WECHAT
    if found is None:
        raise WeChatNotConfigured("no WeChat credentials: set WECHAT_CREDENTIALS_FILE")
    return found

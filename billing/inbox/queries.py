"""Questions about callbacks and where WeChat sends them."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings

from billing.inbox.models import Notification
from tenants import merchants
from tenants.directory import Payee
from wechat import signing


def notify_url(payee: Payee) -> str:
    """Return the address that WeChat Pay calls back for a shop (CONTRACT §4.5: no query)."""
    return f"{settings.PUBLIC_URL}/hooks/wechatpay/{payee.notify_token}"


def platform_notify_url() -> str:
    """Return the address that WeChat Pay calls back for what the platform itself sells."""
    return f"{settings.PUBLIC_URL}/hooks/wechatpay-platform"


def get_resource(notification_id: UUID) -> dict[str, Any]:
    """Return what a kept callback said, decrypted again: the row keeps it as it came. Public.

    Raises Notification.DoesNotExist, wechat.signing.NotAuthentic when the key has changed since.
    """
    row = Notification.objects.only("body", "direct_mchid").get(pk=notification_id)
    sealed = json.loads(bytes(row.body))["resource"]
    plain = signing.unseal(
        ciphertext=sealed["ciphertext"],
        nonce=sealed["nonce"],
        associated_data=sealed.get("associated_data") or "",
        pay=merchants.keys_of(row.direct_mchid),
    )
    resource: dict[str, Any] = json.loads(plain)
    return resource

"""Questions about callbacks and where WeChat sends them."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings

from billing.inbox.models import Notification
from tenants import context
from tenants.models import Merchant, MiniProgram
from wechat import signing
from wechat.configured import credentials


def merchant_of_shop() -> Merchant | None:
    """Return the sub-merchant that the current shop is paid through, or None if none is bound."""
    shop = context.shop()
    with context.public():
        return Merchant.objects.filter(tenant_id=shop.id).first()


def notify_url(merchant: Merchant) -> str:
    """Return the address that WeChat Pay calls back for this shop (CONTRACT §4.5: no query)."""
    return f"{settings.PUBLIC_URL}/hooks/wechatpay/{merchant.notify_token}"


def is_of_shop(shop: context.Shop, *, sub_mchid: str, sub_appid: str | None) -> bool:
    """Say whether a sub-merchant, and an appid if one is named, belong to the shop. Public."""
    if not Merchant.objects.filter(tenant_id=shop.id, sub_mchid=sub_mchid).exists():
        return False
    programs = MiniProgram.objects.filter(tenant_id=shop.id, appid=sub_appid)
    return sub_appid is None or programs.exists()


def get_resource(notification_id: UUID) -> dict[str, Any]:
    """Return what a kept callback said, decrypted again: the row keeps it as it came. Public.

    Raises Notification.DoesNotExist, wechat.signing.NotAuthentic when the key has changed since.
    """
    body = bytes(Notification.objects.values_list("body", flat=True).get(pk=notification_id))
    sealed = json.loads(body)["resource"]
    plain = signing.unseal(
        ciphertext=sealed["ciphertext"],
        nonce=sealed["nonce"],
        associated_data=sealed.get("associated_data") or "",
        pay=credentials().pay,
    )
    resource: dict[str, Any] = json.loads(plain)
    return resource

"""Questions about pushes; they may be asked from inside a shop, too."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings

from tenants import context
from tenants.pushes.models import Push, Source
from wechat import vault


def push(push_id: UUID) -> Push:
    """Return a kept push. Raises Push.DoesNotExist."""
    with context.public():
        return Push.objects.get(pk=push_id)


def fields_of(push_id: UUID) -> dict[str, str]:
    """Return all that a push said, the sealed fields opened again.

    Raises Push.DoesNotExist, wechat.vault.SealBroken.
    """
    kept = push(push_id)
    secret = vault.unseal(kept.sealed_fields)
    return {**kept.fields, **(json.loads(secret) if secret else {})}


def last_heard(appid: str = "") -> datetime | None:
    """Return when WeChat last pushed to the message URL about an app, or about any. Public."""
    rows = Push.objects.filter(source=Source.APP, **({"appid": appid} if appid else {}))
    return rows.order_by("-received_at").values_list("received_at", flat=True).first()


def component_url() -> str:
    """Return the authorisation events URL to enter in WeChat's console."""
    return f"{settings.PUBLIC_URL}/hooks/wechat/component"


def message_url() -> str:
    """Return the message and event URL to enter in WeChat's console; WeChat fills in `$APPID$`."""
    return f"{settings.PUBLIC_URL}/hooks/wechat/apps/$APPID$/events"

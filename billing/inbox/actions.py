"""Keep what was proved, once, and tell the shop it concerns."""

from datetime import datetime
from uuid import UUID

from billing.inbox.messages import (
    PaymentNotified,
    PlatformPaymentNotified,
    PlatformRefundNotified,
    RefundNotified,
    SharingNotified,
    TransferNotified,
)
from billing.inbox.models import Notification
from jobs.messages import publish
from kernel import clock
from tenants.context import Shop
from tenants.inserting import insert_unless_there
from tenants.transactions import verb

_HEARD: dict[str, type] = {
    "TRANSACTION.SUCCESS": PaymentNotified,
    "REFUND.SUCCESS": RefundNotified,
    "REFUND.ABNORMAL": RefundNotified,
    "REFUND.CLOSED": RefundNotified,
    "MCHTRANSFER.BILL.FINISHED": TransferNotified,
    # Documented without an ending; clients of others know these two as well (CONTRACT §4.5).
    "PROFITSHARING": SharingNotified,
    "PROFITSHARING.SUCCESS": SharingNotified,
    "PROFITSHARING.RETURN": SharingNotified,
}
_HEARD_BY_PLATFORM: dict[str, type] = {
    "TRANSACTION.SUCCESS": PlatformPaymentNotified,
    "REFUND.SUCCESS": PlatformRefundNotified,
    "REFUND.ABNORMAL": PlatformRefundNotified,
    "REFUND.CLOSED": PlatformRefundNotified,
}
IGNORED = "ignored"


@verb
def keep(
    *,
    shop: Shop | None,
    external_id: str,
    event_type: str,
    headers: dict[str, str],
    body: bytes,
    direct_mchid: str = "",
) -> str:
    """Keep a proved callback and tell its shop; return `kept`, `repeated` or `ignored`. Public.

    Without a shop it concerns what the platform itself sells, and is heard there.
    A type that nobody here hears is kept for staff and marked as ignored.
    """
    told = (_HEARD if shop else _HEARD_BY_PLATFORM).get(event_type)
    row = Notification(
        source="wechatpay",
        external_id=external_id,
        tenant_public_id=shop.public_id if shop else "",
        direct_mchid=direct_mchid,
        event_type=event_type[:64],
        headers=headers,
        body=body,
        handled_at=None if told else clock.now(),
        outcome="" if told else IGNORED,
    )
    if not insert_unless_there(row):
        return "repeated"
    if told is None:
        return IGNORED
    publish(told(row.pk), tenant=shop.public_id if shop else "")
    return "kept"


def note_handled(*, notification_id: UUID, outcome: str) -> None:
    """Note what a callback did here, the first time it is handled. Public."""
    Notification.objects.filter(pk=notification_id, handled_at__isnull=True).update(
        handled_at=clock.now(), outcome=outcome
    )


@verb
def hear_again(*, shop: Shop, since: datetime) -> int:
    """Tell a shop again what came for it since a moment; return how many callbacks. Public.

    For a shop that was set back to that moment: its handlers find what they do not know.
    """
    rows = Notification.objects.filter(tenant_public_id=shop.public_id, received_at__gte=since)
    heard = 0
    for row in rows.filter(event_type__in=_HEARD).order_by("received_at").iterator(500):
        Notification.objects.filter(pk=row.pk).update(handled_at=None, outcome="")
        publish(_HEARD[row.event_type](row.pk), tenant=shop.public_id)
        heard += 1
    return heard

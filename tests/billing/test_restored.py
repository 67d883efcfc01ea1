"""A shop that was set back to a moment learns again what WeChat said and billed since."""

from datetime import date, timedelta

import pytest

from billing.bills.models import BillFile
from billing.inbox.models import Notification
from billing.reconciliation.jobs import learn_again
from kernel import clock
from tenants import context
from tenants.archives.messages import ShopRestored

pytestmark = pytest.mark.django_db


def callback(public_id: str, event: str, minutes: int) -> Notification:
    return Notification.objects.create(
        source="wechatpay", external_id=f"{public_id}{event}{minutes}", event_type=event,
        tenant_public_id=public_id, headers={}, body=b"", outcome="applied",
        received_at=clock.now() - timedelta(minutes=minutes), handled_at=clock.now(),
    )  # fmt: skip


def test_callbacks_and_bills_since_that_moment_and_no_others(shop, other_shop, queued):
    since = clock.now() - timedelta(minutes=30)
    with context.public():
        told = callback(shop.public_id, "TRANSACTION.SUCCESS", 10)
        for one in ((shop.public_id, "TRANSACTION.SUCCESS", 60), (shop.public_id, "OTHER", 5),
                    (other_shop.public_id, "REFUND.SUCCESS", 5)):  # fmt: skip
            callback(*one)
        today = (since + timedelta(hours=8)).date()
        for day in (date(2026, 1, 1), today):
            BillFile.objects.create(kind="trade", day=day, state="loaded")
    for _ in range(2):  # again does the same
        learn_again(ShopRestored(since.isoformat()))
    with context.public():
        again = Notification.objects.filter(handled_at__isnull=True)
        assert list(again.values_list("pk", "outcome")) == [(told.pk, "")]
    heard = queued("take_notified_payment")
    assert {m["kwargs"]["notification_id"] for m in heard} == {str(told.pk)}
    assert {m["tenant"] for m in heard} == {shop.public_id}
    days = {m["kwargs"]["day"] for m in queued("reconcile_day")}
    assert days == {today.isoformat()}

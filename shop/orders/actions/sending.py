"""Parcels: what goes out, what WeChat is told of it, and when it counts as received."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F
from prometheus_client import Counter

from billing.settlements import actions as settlements
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from shop.orders import queries
from shop.orders.actions.moving import (
    PLATFORM,
    OrderCannotMove,
    move,
    move_upload,
    moved,
    note,
)
from shop.orders.carriers import CARRIERS
from shop.orders.messages import AutoConfirm, UploadShipping
from shop.orders.models import Order, OrderLine, Parcel, ParcelLine, ShippingUpload
from shop.orders.states import OrderState, UploadState
from tenants import context
from tenants.transactions import verb
from wechat import shipping
from wechat.errors import WeChatFailure, WeChatRefused

SOON_SECONDS, LATE_SECONDS = 1, 240
"""Waits between attempts: at most four minutes, so that whatever WeChat missed while it was away
is told within five minutes after it is back."""
GIVE_UP_AFTER = timedelta(days=15)
"""WeChat takes ordinary goods within 48 hours and promised ones within 15 days (CONTRACT §5.2)."""
NOTHING_NEW = "10060023"
"""WeChat knows these very parcels: an earlier attempt went through and we died before noting it."""
ALARM_AFTER = 8
"""Attempts without success until the upload counts as failed (about four minutes)."""

UPLOADS = Counter("shipping_uploads_total", "Attempts to tell WeChat of parcels.", ["result"])
log = structlog.get_logger(__name__)


class OrderNotShippable(Refusal):
    """Only a paid order with something left to send takes a parcel."""

    en = "The order is {state}; there is nothing to ship."
    zh = "订单当前状态为 {state}，没有可发货的商品。"


class OrderIsBeingRefunded(Refusal):
    """The whole of it goes back to the buyer, so nothing more happens to it."""

    en = "This order is being refunded."
    zh = "该订单正在退款。"


class OrderIsFetched(Refusal):
    """No courier brings it: the buyer comes for it."""

    en = "The buyer fetches this order. It is handed over, not shipped."
    zh = "该订单为到店自提，无需发货。"


class TooManyParcels(Refusal):
    """WeChat takes only so many parcels for one order (CONTRACT §5.1)."""

    en = "An order goes out in up to {most} parcels."
    zh = "一个订单最多分 {most} 个包裹发货。"


class ParcelAlreadyNoted(Refusal):
    """The same number of the same courier is on this order already."""

    en = "The parcel {tracking_number} is on this order already."
    zh = "运单 {tracking_number} 已登记在该订单中。"


class CarrierUnknown(Refusal):
    """WeChat knows no courier by this code."""

    status: ClassVar[int] = 422
    en = "There is no courier with the code {carrier_code}."
    zh = "没有代码为 {carrier_code} 的快递公司。"


class LineUnknown(Refusal):
    """The line is not of this order."""

    status: ClassVar[int] = 422
    en = "This line is not part of the order."
    zh = "该商品不属于此订单。"


class ShippedTooMany(Refusal):
    """More pieces than the line has left."""

    en = "Only {left} of “{title}” are left to ship."
    zh = "“{title}”仅剩 {left} 件未发货。"


@verb
def ship(
    *,
    order: Order,
    carrier_code: str,
    tracking_number: str,
    by: str,
    contents: Mapping[UUID, int] | None = None,
) -> Parcel:
    """Note a parcel with quantities by line id, or with everything that is left.

    With the last piece the order is shipped. Raises CarrierUnknown, OrderIsFetched,
    OrderIsBeingRefunded, OrderNotShippable, TooManyParcels, ParcelAlreadyNoted, LineUnknown,
    ShippedTooMany.
    """
    if carrier_code not in CARRIERS:
        raise CarrierUnknown(carrier_code=carrier_code)
    if order.pickup is not None:
        raise OrderIsFetched
    hold_for_parcel(order)
    if Parcel.objects.filter(
        order=order, carrier_code=carrier_code, tracking_number=tracking_number
    ).exists():
        raise ParcelAlreadyNoted(tracking_number=tracking_number)
    parcel = Parcel(order=order, carrier_code=carrier_code, tracking_number=tracking_number, by=by)
    pack(parcel, contents, reason=f"parcel {parcel}")
    return parcel


def pack(parcel: Parcel, contents: Mapping[UUID, int] | None, *, reason: str) -> None:
    """Write what is in a parcel. Its order is held. Raises OrderNotShippable for an empty one."""
    lines = list(OrderLine.objects.filter(order=parcel.order).order_by("position"))
    sent = _choose(lines, contents)
    if not sent:  # the rest was taken out, and its money has not arrived yet
        raise OrderNotShippable(state=parcel.order.state)
    parcel.save(force_insert=True)
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, line=line, quantity=quantity) for line, quantity in sent
    )
    for line, quantity in sent:
        line.quantity_shipped += quantity
    OrderLine.objects.bulk_update([line for line, _ in sent], ["quantity_shipped"])
    is_last = not any(line.quantity_unshipped for line in lines)
    _tell(parcel.order, reason=reason, is_last=is_last, by=parcel.by)


def finish_shipping(order: Order, *, reason: str) -> None:
    """If the rest of a partly shipped order goes out no more, it is shipped; WeChat hears it.

    In the caller's transaction, under the order's lock.
    """
    if order.state != OrderState.PAID or not order.parcels_count:
        return
    if any(line.quantity_unshipped for line in OrderLine.objects.filter(order=order)):
        return
    _tell(order, reason=reason, is_last=True, by=PLATFORM)


def go_on(order: Order) -> None:
    """Take up again what rested while all of the money was to go back, and stays after all.

    In the caller's transaction, under the order's lock.
    """
    if ShippingUpload.objects.filter(order=order, state=UploadState.NOT_NEEDED).exists():
        _owe_upload(order)
    if order.state == OrderState.SHIPPED and order.shipped_at is not None:
        # Its time may have come meanwhile, and then it was passed over.
        due = order.shipped_at + timedelta(days=settings.AUTO_CONFIRM_DAYS)
        left = (due - clock.now()).total_seconds()
        publish(AutoConfirm(order.pk), delay_seconds=max(0, left))


@verb
def confirm_receipt(*, order: Order, by: str, reason: str = "receipt confirmed") -> None:
    """The buyer has it: the order is completed and the money earned. Again changes nothing.

    Raises OrderCannotMove before everything is shipped, OrderIsBeingRefunded.
    """
    if order.state == OrderState.COMPLETED:
        return
    try:
        move(order, OrderState.COMPLETED, reason=reason, by=by, unless_refunding=True)
    except OrderCannotMove:
        if order.state == OrderState.COMPLETED:
            return
        if order.refund_requested_at is not None:
            raise OrderIsBeingRefunded from None
        raise
    _received(order)


@verb
def confirm_silently(*, order_id: UUID) -> None:
    """Complete an order whose buyer said nothing for `AUTO_CONFIRM_DAYS`."""
    reason = f"counts as received {settings.AUTO_CONFIRM_DAYS} days after shipping"
    target = OrderState.COMPLETED
    if moved(order_id, target, reason=reason, by=PLATFORM, unless_refunding=True):
        _received(Order.objects.get(pk=order_id))


def upload_shipping(*, order_id: UUID, attempt: int) -> None:
    """Tell WeChat of the order's parcels; record how it went, and come back if it did not go.

    Waits 1, 2, 4 s and so on up to four minutes. An attempt that was recorded already is not made
    again, so a repeated message starts no second chain.
    """
    upload = queries.find_upload(order_id)
    if upload is None or upload.attempts != attempt or upload.state == UploadState.NOT_NEEDED:
        return
    if upload.state == UploadState.SENT and upload.parcels_count >= upload.order.parcels_count:
        return
    as_of = clock.now()  # before the parcels are read: WeChat keeps the newer of two
    told = queries.shipment_of(upload.order)
    if told is None or upload.order.refund_requested_at is not None:
        _record(upload, state=UploadState.NOT_NEEDED)
        return
    try:
        _upload(told, as_of)
    except WeChatFailure as failure:
        if failure.code != NOTHING_NEW:
            _upload_failed(upload, failure)
            return
    UPLOADS.labels("sent").inc()
    _record(upload, state=UploadState.SENT, parcels_count=len(told.parcels), sent_at=clock.now())


@verb
def retry_upload(*, order: Order) -> None:
    """Try again now, however often it failed; an upload that was sent stays as it is."""
    rows = ShippingUpload.objects.filter(
        order=order, state__in=[UploadState.PENDING, UploadState.FAILED]
    )
    attempts = rows.select_for_update().values_list("attempts", flat=True).first()
    if attempts is not None:
        move_upload(rows, UploadState.PENDING, since=clock.now())
        publish(UploadShipping(order.pk, attempts))


def hold_for_parcel(order: Order) -> None:
    """Count the parcel on the order's row, which keeps every rival waiting until commit."""
    fit = Order.objects.filter(
        pk=order.pk,
        state=OrderState.PAID,
        refund_requested_at__isnull=True,
        parcels_count__lt=shipping.MAX_PARCELS,
    )
    if fit.update(parcels_count=F("parcels_count") + 1):
        return
    order.refresh_from_db()
    if order.refund_requested_at is not None:
        raise OrderIsBeingRefunded
    if order.state != OrderState.PAID:
        raise OrderNotShippable(state=order.state)
    raise TooManyParcels(most=shipping.MAX_PARCELS)


def _choose(
    lines: list[OrderLine], contents: Mapping[UUID, int] | None
) -> list[tuple[OrderLine, int]]:
    if contents is None:
        return [(line, line.quantity_unshipped) for line in lines if line.quantity_unshipped]
    by_id = {line.pk: line for line in lines}
    if not contents or not contents.keys() <= by_id.keys():
        raise LineUnknown
    for line_id, quantity in contents.items():
        line = by_id[line_id]
        if not 1 <= quantity <= line.quantity_unshipped:
            raise ShippedTooMany(left=line.quantity_unshipped, title=line.title)
    return [(by_id[line_id], quantity) for line_id, quantity in contents.items()]


def _tell(order: Order, *, reason: str, is_last: bool, by: str) -> None:
    """Write the history, and have WeChat told."""
    if is_last:
        move(order, OrderState.SHIPPED, reason=reason, by=by)
        publish(AutoConfirm(order.pk), delay_seconds=settings.AUTO_CONFIRM_DAYS * 86_400)
    else:
        note(order.pk, order.state, reason=f"{reason}, more to come", by=by)
    if order.pickup is None:  # what is fetched went out when the buyer has it (ADR 0017)
        _owe_upload(order)


def _received(order: Order) -> None:
    """The money is earned; of what was fetched WeChat hears now."""
    settlements.earn(order_id=order.pk, order_number=order.number)
    if order.pickup is not None:
        _owe_upload(order)


def _owe_upload(order: Order) -> None:
    """Have WeChat told of all parcels so far, in the caller's transaction."""
    upload, is_new = ShippingUpload.objects.get_or_create(order=order)
    if not is_new:
        rows = ShippingUpload.objects.filter(pk=upload.pk)
        move_upload(rows, UploadState.PENDING, since=clock.now())
        # The row is ours now; an attempt may have been recorded since it was read above.
        upload.refresh_from_db(fields=["attempts"])
    publish(UploadShipping(order.pk, upload.attempts))


def _upload(told: queries.Shipment, as_of: datetime) -> None:
    try:
        with context.public():
            if told.is_fetched:
                shipping.upload_pickup(
                    appid=told.appid,
                    transaction_id=told.transaction_id,
                    openid=told.openid,
                    item_description=told.parcels[0].item_description,
                    uploaded_at=as_of,
                )
                return
            shipping.upload(
                appid=told.appid,
                transaction_id=told.transaction_id,
                openid=told.openid,
                parcels=told.parcels,
                all_shipped=told.all_shipped,
                uploaded_at=as_of,
            )
    except ValueError as wrong:  # what no repeat mends: staff must look at it
        raise WeChatRefused(str(wrong)) from wrong


def _upload_failed(upload: ShippingUpload, failure: WeChatFailure) -> None:
    UPLOADS.labels("failed").inc()
    attempts = upload.attempts + 1
    is_failed = not failure.retryable or attempts >= ALARM_AFTER
    again = failure.retryable and clock.now() < upload.since + GIVE_UP_AFTER
    log.warning(
        "shipping_upload_failed",
        order=str(upload.order_id), attempts=attempts, error=str(failure), again=again,
    )  # fmt: skip
    wait = min(SOON_SECONDS * 2 ** min(upload.attempts, 8), LATE_SECONDS)
    _record(
        upload,
        state=UploadState.FAILED if is_failed else UploadState.PENDING,
        last_error=str(failure)[:300],
        again_in=wait if again else None,
    )


@verb
def _record(upload: ShippingUpload, *, again_in: float | None = None, **outcome: object) -> None:
    """Write the outcome of one attempt, once; go on if a parcel came in between."""
    rows = ShippingUpload.objects.filter(pk=upload.pk, attempts=upload.attempts)
    if not rows.update(attempts=F("attempts") + 1, **{"last_error": "", **outcome}):
        return
    if outcome["state"] == UploadState.SENT:
        behind = Order.objects.filter(
            pk=upload.order_id, parcels_count__gt=F("upload__parcels_count")
        )
        if not behind.exists():
            return
        move_upload(ShippingUpload.objects.filter(pk=upload.pk), UploadState.PENDING)
        again_in = 0
    if again_in is not None:
        publish(UploadShipping(upload.order_id, upload.attempts + 1), delay_seconds=again_in)

"""What notices hear: news of orders, what customers allow, and what is due."""

from billing.refunds.messages import RefundSucceeded
from jobs.messages import handles
from shop.notices import actions
from shop.notices.messages import NoticeDue, TemplatesWanted
from shop.notices.news import News
from shop.orders.messages import OrderPaid, OrderShipped
from tenants.pushes import actions as pushes
from tenants.pushes import queries as push_queries
from tenants.pushes.messages import PermitsChanged


@handles(OrderPaid, queue="notify")
def tell_of_payment(message: OrderPaid) -> None:
    """Tell the buyer that the shop has the money."""
    actions.tell(news=News.ORDER_PAID, order_id=message.order_id)


@handles(OrderShipped, queue="notify")
def tell_of_parcel(message: OrderShipped) -> None:
    """Tell the buyer that the last parcel went out."""
    actions.tell(news=News.ORDER_SHIPPED, order_id=message.order_id)


@handles(RefundSucceeded, queue="notify")
def tell_of_refund(message: RefundSucceeded) -> None:
    """Tell the buyer that money is on its way back, each time."""
    actions.tell(news=News.REFUNDED, order_id=message.order_id, refund_id=message.refund_id)


@handles(PermitsChanged, queue="notify")
def note_permits(message: PermitsChanged) -> None:
    """Keep the ledger of permits. Again changes nothing."""
    kept = push_queries.push(message.push_id)
    changed = actions.note_permits(
        push_id=message.push_id, appid=kept.appid, fields=push_queries.fields_of(message.push_id)
    )
    pushes.note_handled(push_id=message.push_id, outcome=f"changed {changed}")


@handles(NoticeDue, queue="notify")
def send_notice(message: NoticeDue) -> None:
    """Send it. Again sends nothing."""
    actions.send(notice_id=message.notice_id, attempt=message.attempt)


@handles(TemplatesWanted, queue="notify")
def choose_templates(message: TemplatesWanted) -> None:
    """Choose an app's templates. Again finds them chosen."""
    actions.choose_templates(setup_id=message.setup_id, attempt=message.attempt)

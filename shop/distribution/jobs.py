"""What distribution hears: an order was paid, was received; money went back, or stayed."""

from jobs.messages import handles
from shop.distribution import earning
from shop.distribution.messages import SettleCommission
from shop.orders.messages import MoneyStayed, MoneyWentBack, OrderCompleted, OrderPaid


@handles(OrderPaid, queue="settle")
def work_out_commission(message: OrderPaid) -> None:
    """Whose it is and how much. Again finds it worked out."""
    earning.attribute(order_id=message.order_id)


@handles(OrderCompleted, queue="settle")
def start_holding(message: OrderCompleted) -> None:
    """The time for giving the goods back runs. Again finds it running."""
    earning.receive(order_id=message.order_id)


@handles(SettleCommission, queue="settle")
def settle_commission(message: SettleCommission) -> None:
    """Pay into the wallet. Again finds it paid."""
    earning.settle(commission_id=message.commission_id)


@handles(MoneyWentBack, queue="settle")
def follow_refund(message: MoneyWentBack) -> None:
    """Keep what remains, to the fen. Again finds it kept."""
    earning.recount(order_id=message.order_id)


@handles(MoneyStayed, queue="settle")
def follow_money_that_stayed(message: MoneyStayed) -> None:
    """What was waited for stays with the shop. Again changes nothing."""
    earning.recount(order_id=message.order_id)

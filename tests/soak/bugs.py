"""Bugs that are planted into a run, each of which it must catch. Only ever in a child."""

from collections.abc import Callable

from billing.refunds import actions as refunds
from kernel import identifiers
from shop.inventory import actions as inventory
from shop.orders import queries, storefront
from shop.orders.models import Order


def keeps_the_goods_of_cancelled_orders() -> None:
    """An order that is given up goes on holding what it held."""
    inventory.release = lambda **_: None


def shows_any_order_to_any_member() -> None:
    """Whoever knows an order's id may look at it, and more."""

    def anybodys(_: object, order_id: object) -> Order:
        return Order.objects.get(pk=order_id)

    storefront._mine = anybodys
    queries.orders_of = lambda _: Order.objects.all()


def refunds_under_a_new_number_on_every_try() -> None:
    """A refund whose answer was lost is asked for again, and WeChat pays it again."""
    ask = refunds.pay.refund

    def under_another(**asked: object) -> object:
        number = f"{str(asked['out_refund_no'])[:20]}{identifiers.opaque(8)}"
        return ask(**{**asked, "out_refund_no": number})

    refunds.pay.refund = under_another


ALL: list[Callable[[], None]] = [
    keeps_the_goods_of_cancelled_orders,
    shows_any_order_to_any_member,
    refunds_under_a_new_number_on_every_try,
]

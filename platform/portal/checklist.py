"""What a new shop still needs, computed from facts; nothing is ticked by hand."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.withdrawals import queries as withdrawals
from portal.access import Desk
from shop.catalog.models import Product
from shop.catalog.states import ProductState
from shop.orders import queries as orders
from shop.orders.states import OrderState
from shop.samples import queries as samples
from tenants import context, directory
from tenants.states import Role


@dataclass(frozen=True)
class Facts:
    """What is true of a shop now."""

    public_id: str
    has_samples: bool
    had_samples: bool
    own_products_count: int
    own_on_sale_count: int
    is_connected: bool
    orders_count: int
    paid_count: int
    to_ship_count: int
    shipped_count: int
    to_review_count: int
    """Withdrawals that wait for a yes or no: their money is held, and nothing else says so."""


@dataclass(frozen=True)
class Step:
    """One line of the checklist. `link` is the exact next click."""

    name: str
    title: str
    why: str
    is_done: bool
    link: str = ""
    words: str = ""
    least: Role = Role.MANAGER


def facts_of(desk: Desk, connected: dict[str, str]) -> Facts:
    """Read the facts, in a constant number of statements."""
    with context.activate(desk.shop):
        own = Product.objects.exclude(pk__in=samples.product_ids())
        states = list(own.values_list("state", flat=True))
        counts = orders.counts_by_state(orders.search())
        return Facts(
            public_id=desk.shop.public_id,
            has_samples=samples.are_present(),
            had_samples=samples.were_added(),
            own_products_count=len(states),
            own_on_sale_count=states.count(ProductState.ON_SALE),
            is_connected=bool(connected["appid"] and directory.payee_of(desk.shop)),
            orders_count=sum(counts.values()),
            paid_count=sum(counts.get(state, 0) for state in _PAID),
            to_ship_count=counts.get(OrderState.PAID, 0),
            shipped_count=counts.get(OrderState.SHIPPED, 0) + counts.get(OrderState.COMPLETED, 0),
            to_review_count=withdrawals.to_review_count(),
        )


_PAID = (OrderState.PAID, OrderState.SHIPPED, OrderState.COMPLETED, OrderState.REFUNDED)


def steps(facts: Facts) -> list[Step]:
    """Return the checklist in its order."""
    shop = [facts.public_id]
    return [
        Step("open", _("Your shop is open"), _("It has a name, an address of its own and room"
             " for your goods."), True),
        Step("products", _("Bring your own products"),
             _("Customers buy what they see. Export a CSV file from your old shop or spreadsheet in"
               " Shopify's format; a try-out shows every mistake first. About ten minutes."),
             facts.own_on_sale_count > 0,
             *_product_click(facts)),
        Step("wechat", _("Connect your mini-program"),
             _("Orders are paid through WeChat Pay into your own account. WeChat needs one to seven"
               " days to give you an AppID and a merchant number; entering them takes a minute."),
             facts.is_connected, reverse("portal:programs", args=shop), _("Connect WeChat"),
             Role.OWNER),
        Step("samples", _("Clear away the samples"),
             _("Samples help you to look around; customers should not see them."),
             facts.had_samples and not facts.has_samples,
             reverse("portal:products", args=shop), _("Look at the products")),
        Step("order", _("Receive a first paid order"),
             _("Buy something yourself for a cent, from the first tap to the payment."),
             facts.paid_count > 0, reverse("portal:orders", args=shop), _("Look at the orders"),
             Role.FULFILMENT),
        Step("ship", _("Ship it"),
             _("WeChat keeps the money until it knows of the parcel. One form, one minute."),
             facts.shipped_count > 0, reverse("portal:orders", args=shop) + "?state=paid",
             _("Orders to ship"), Role.FULFILMENT),
    ]  # fmt: skip


def _product_click(facts: Facts) -> tuple[str, str]:
    shop = [facts.public_id]
    if facts.own_products_count:
        return reverse("portal:products", args=shop), _("Put products on sale")
    return reverse("portal:import", args=shop), _("Import a file")

"""A shop that opens finds samples on its shelves."""

from jobs.messages import handles
from shop.samples import actions
from tenants.messages import ShopOpened


@handles(ShopOpened, queue="notify")
def add_samples(message: ShopOpened) -> None:
    """Add the samples, once: those that the owner removed stay away."""
    actions.add_first()

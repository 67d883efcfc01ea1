"""The life of a product and of a SKU."""

from enum import StrEnum

from kernel.states import Flow


class ProductState(StrEnum):
    """Where a product stands; buyers see `on_sale` only."""

    DRAFT = "draft"
    ON_SALE = "on_sale"
    HIDDEN = "hidden"


P = ProductState
PRODUCT_FLOW = Flow(
    start=P.DRAFT,
    steps={
        P.DRAFT: frozenset({P.ON_SALE, P.HIDDEN}),
        P.ON_SALE: frozenset({P.HIDDEN, P.DRAFT}),
        P.HIDDEN: frozenset({P.ON_SALE, P.DRAFT}),
    },
)
"""Only a file that says so takes a product back to draft."""


class SkuState(StrEnum):
    """A SKU is retired and revived, never deleted: orders and stock point at it."""

    ACTIVE = "active"
    RETIRED = "retired"

"""Which part of the mini-program each operation of the storefront belongs to. The one such list."""

from tenants import modules
from tenants.modules import Module

_EVERYBODYS = None
MODULE_OF: dict[str, Module | None] = {
    "login": _EVERYBODYS,
    "logout": _EVERYBODYS,
    "me": _EVERYBODYS,
    "home": _EVERYBODYS,
    "theme": _EVERYBODYS,
    "notices": _EVERYBODYS,
    "wallet": _EVERYBODYS,
    "withdrawals": _EVERYBODYS,
    "categories": Module.SHOP,
    "products": Module.SHOP,
    "search": Module.SHOP,
    "cart": Module.SHOP,
    "coupons": Module.SHOP,
    "checkout": Module.SHOP,
    "orders": Module.SHOP,
    "pickup-points": Module.SHOP,
    "addresses": Module.SHOP,
    "aftersales": Module.SHOP,
    "distribution": Module.SHOP,
}
"""By the first word of the path below `/s/{shop}/v1/`. A test demands that all are listed."""


def demand(place: str) -> None:
    """Raise ModuleOff where the current shop has closed the part that `place` belongs to.

    `place` is the path below `/s/{shop}/v1/`. What no operation has is left to the addresses.
    """
    module = MODULE_OF.get(place.partition("/")[0])
    if module is not None:
        modules.demand(module)

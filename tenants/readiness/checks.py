"""The registry: every precondition, in the order in which an owner meets them."""

from tenants.readiness.checking import Check
from tenants.readiness.payment_checks import PAYMENT_CHECKS
from tenants.readiness.release_checks import RELEASE_CHECKS
from tenants.readiness.shop_checks import SHOP_CHECKS
from tenants.readiness.states import Scope

CHECKS: dict[str, Check] = {
    check.key: check for check in (*RELEASE_CHECKS, *PAYMENT_CHECKS, *SHOP_CHECKS)
}


def of_programs() -> list[Check]:
    """Return what is looked at for each app."""
    return [check for check in CHECKS.values() if check.scope == Scope.PROGRAM]


def of_shops() -> list[Check]:
    """Return what is looked at once for a shop."""
    return [check for check in CHECKS.values() if check.scope == Scope.SHOP]

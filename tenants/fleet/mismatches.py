"""What it means that a shop's tables are not what the code took them for."""

import structlog
from psycopg.errors import UndefinedColumn, UndefinedTable

from kernel.errors import Refusal
from tenants import context, directory
from tenants.context import Shop
from tenants.fleet import queries
from tenants.lifecycle import ShopMoving

log = structlog.get_logger(__name__)
UPDATED_WITHIN = 60
"""After so many seconds it is worth to come again."""


class ShopBeingUpdated(Refusal):
    """The shop's tables are a version behind, and what was asked for needs the new ones."""

    status = 503
    en = "This shop is being updated. Nothing was changed; please try again in a minute."
    zh = "本店正在升级，未做任何更改，请一分钟后再试。"


def why(error: BaseException, shop: Shop) -> Refusal | None:
    """Return why a statement did not fit the shop's schema; None where it is our fault.

    The shop is a version behind newer code, or left while the request was on its way in.
    """
    if not isinstance(error.__cause__, UndefinedColumn | UndefinedTable):
        return None
    if _has_left(shop):
        return ShopMoving()
    with context.activate(shop):
        is_behind = queries.is_behind(shop.schema_name)
    if not is_behind:
        return None
    log.warning("shop_behind", error=str(error).splitlines()[0])
    return ShopBeingUpdated()


def _has_left(shop: Shop) -> bool:
    with context.public():
        now = directory.shop_by_public_id(shop.public_id)
    return now is None or now.is_moving or now.schema_name != shop.schema_name

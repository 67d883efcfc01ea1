"""Questions about the shop front."""

from typing import Any

from shop.catalog.queries import CARD, fetch, shown
from shop.home import palette
from shop.home.models import TABS, Banner, Front
from shop.media.queries import address_base
from shop.media.states import ImageState
from tenants import context

NEWEST_SHOWN = 10

_HOME = f"""
WITH front AS (
    SELECT announcement, chosen_product_ids, shows_newest FROM home_front WHERE id = 1
), newest AS (
    SELECT * FROM catalog_product WHERE state = 'on_sale'
      AND coalesce((SELECT shows_newest FROM front), TRUE)
    ORDER BY id DESC LIMIT {NEWEST_SHOWN}
), chosen AS (
    SELECT product.*, wanted.place FROM front,
        unnest(front.chosen_product_ids) WITH ORDINALITY AS wanted (id, place)
    JOIN catalog_product product ON product.id = wanted.id AND product.state = 'on_sale'
)
SELECT json_build_object(
    'name', %(name)s::text,
    'announcement', coalesce((SELECT announcement FROM front), ''),
    'banners', coalesce((
        SELECT json_agg(json_build_object(
            'id', b.id, 'title', b.title, 'image_url', %(media)s || i.large_key,
            'product_id', (SELECT id FROM catalog_product
                           WHERE id = b.product_id AND state = 'on_sale'))
            ORDER BY b.position, b.id)
        FROM home_banner b JOIN media_image i ON i.id = b.image_id
        WHERE i.state = 'stored'), '[]'::json),
    'categories', coalesce((
        SELECT json_agg(json_build_object('id', c.id, 'name', c.name) ORDER BY c.position, c.id)
        FROM catalog_category c WHERE c.parent_id IS NULL AND c.is_visible), '[]'::json),
    'chosen', coalesce((SELECT json_agg({CARD} ORDER BY p.place) FROM chosen p), '[]'::json),
    'newest', coalesce((SELECT json_agg({CARD} ORDER BY p.id DESC) FROM newest p), '[]'::json)
)::text"""


def home() -> bytes:
    """Return the shop front, by one statement: HomeOut."""
    return fetch(_HOME, {"name": context.shop().name, **shown()})


def theme() -> dict[str, Any]:
    """Return how the shop looks, by one statement: ThemeOut."""
    shop = context.shop()
    front = Front.objects.select_related("logo").filter(pk=Front.ONLY).first() or Front()
    logo = front.logo
    levels = palette.levels(front.brand_colour)
    return {
        "name": shop.name,
        "logo_url": address_base() + logo.medium_key
        if logo is not None and logo.state == ImageState.STORED
        else None,
        "palette": levels,
        "on_brand": palette.on_brand(levels[palette.BRAND - 1]),
        "brand_text": palette.brand_text(levels),
        "currency": shop.currency,
        "language": front.language,
        "modules": front.modules,
        "tab_labels": {tab: front.tab_labels.get(tab, "") for tab in TABS},
        "service_phone": front.service_phone,
    }


def front() -> Front:
    """Return how the shop front is decorated; the defaults where nobody did."""
    return Front.objects.filter(pk=Front.ONLY).first() or Front()


def banners() -> list[Banner]:
    """Return the banners in their order, those whose pictures are awaited included."""
    return list(Banner.objects.order_by("position", "id"))

"""Questions about the shop front."""

from typing import Any

from kernel import clock
from shop.catalog.queries import CARD, fetch, shown
from shop.home import palette
from shop.home.models import TABS, Banner, Front
from shop.media.queries import address_base
from shop.media.states import ImageState
from tenants import context
from tenants.modules import Module

NEWEST_SHOWN = 10
COUPONS_SHOWN = 3
HOT_WORDS_SHOWN = 10
ORDERS_LOOKED_AT = 300
"""So many of the newest orders tell what sells best: the question costs the same in any shop."""

_HOME = f"""
WITH front AS (
    SELECT announcement, chosen_product_ids, shows_newest FROM home_front WHERE id = 1
), newest AS (
    SELECT * FROM catalog_product WHERE state = 'on_sale'
      AND coalesce((SELECT shows_newest FROM front), TRUE)
      AND %(sells)s
    ORDER BY id DESC LIMIT {NEWEST_SHOWN}
), chosen AS (
    SELECT product.*, wanted.place FROM front,
        unnest(front.chosen_product_ids) WITH ORDINALITY AS wanted (id, place)
    JOIN catalog_product product ON product.id = wanted.id AND product.state = 'on_sale'
    WHERE %(sells)s
)
SELECT json_build_object(
    'name', %(name)s::text,
    'announcement', coalesce((SELECT announcement FROM front), ''),
    'banners', coalesce((
        SELECT json_agg(json_build_object(
            'id', b.id, 'title', b.title, 'image_url', %(media)s || i.large_key,
            'product_id', (SELECT id FROM catalog_product
                           WHERE id = b.product_id AND state = 'on_sale' AND %(sells)s))
            ORDER BY b.position, b.id)
        FROM home_banner b JOIN media_image i ON i.id = b.image_id
        WHERE i.state = 'stored'), '[]'::json),
    'categories', coalesce((
        SELECT json_agg(json_build_object('id', c.id, 'name', c.name) ORDER BY c.position, c.id)
        FROM catalog_category c
        WHERE c.parent_id IS NULL AND c.is_visible AND %(sells)s), '[]'::json),
    'coupons', coalesce((
        SELECT json_agg(json_build_object(
            'id', c.id, 'title', c.title, 'kind', c.kind, 'amount_minor', c.amount_minor,
            'rate_bp', c.rate_bp, 'most_minor', c.most_minor, 'least_minor', c.least_minor,
            'currency', %(currency)s::text) ORDER BY c.id DESC)
        FROM (SELECT * FROM coupons_coupon
              WHERE stopped_at IS NULL AND claimed_count < total AND %(sells)s
                AND (ends_at IS NULL OR ends_at > %(now)s)
              ORDER BY id DESC LIMIT {COUPONS_SHOWN}) c), '[]'::json),
    'chosen', coalesce((SELECT json_agg({CARD} ORDER BY p.place) FROM chosen p), '[]'::json),
    'newest', coalesce((SELECT json_agg({CARD} ORDER BY p.id DESC) FROM newest p), '[]'::json)
)::text"""


_HOT_WORDS = f"""
WITH own AS (
    SELECT word, place FROM home_front, unnest(hot_words) WITH ORDINALITY AS w (word, place)
    WHERE home_front.id = 1
), recent AS (
    SELECT id, state FROM orders_order ORDER BY id DESC LIMIT {ORDERS_LOOKED_AT}
), sold AS (
    SELECT line.product_id, sum(line.quantity) AS pieces
    FROM recent JOIN orders_orderline line ON line.order_id = recent.id
    WHERE recent.state IN ('paid', 'shipped', 'completed') GROUP BY line.product_id
), best AS (
    SELECT btrim(left(p.title, 64)) AS word,
        row_number() OVER (ORDER BY max(sold.pieces) DESC, max(p.id::text) DESC) AS place
    FROM sold JOIN catalog_product p ON p.id = sold.product_id AND p.state = 'on_sale'
    WHERE NOT EXISTS (SELECT 1 FROM own)
    GROUP BY 1 ORDER BY place LIMIT {HOT_WORDS_SHOWN}
)
SELECT json_build_object('items', coalesce(json_agg(word ORDER BY place), '[]'::json))::text
FROM (SELECT word, place FROM own UNION ALL SELECT word, place FROM best) words"""
"""Whether an order is paid is read where it stands: what belongs on the first pages is one
statement, as Note [stock] of the catalogue's questions explains."""


def home() -> bytes:
    """Return the shop front, by one statement: HomeOut. Without a shop it shows no goods."""
    shop = context.shop()
    sells = Module.SHOP in shop.modules
    return fetch(_HOME, {"name": shop.name, "sells": sells, "now": clock.now(), **shown()})


def hot_words() -> bytes:
    """Return what the search page offers, by one statement: HotWordsOut."""
    return fetch(_HOT_WORDS, {})


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
        "modules": shop.modules,
        "tab_labels": {tab: front.tab_labels.get(tab, "") for tab in TABS},
        "service_phone": front.service_phone,
    }


def front() -> Front:
    """Return how the shop front is decorated; the defaults where nobody did."""
    return Front.objects.filter(pk=Front.ONLY).first() or Front()


def banners() -> list[Banner]:
    """Return the banners in their order, those whose pictures are awaited included."""
    return list(Banner.objects.order_by("position", "id"))

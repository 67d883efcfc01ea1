"""The doors of the building: one Ninja API per kind of visitor."""

from typing import Any

from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from billing.inbox import hooks as inbox
from billing.reconciliation import backoffice as reconciliation
from billing.settlements import backoffice as settlements
from config.problems import PROBLEM, render_problems
from shop.aftersale import backoffice as aftersale_backoffice
from shop.aftersale import storefront as aftersale
from shop.cart import storefront as cart
from shop.catalog import backoffice as catalog_backoffice
from shop.catalog import storefront as catalog
from shop.coupons import backoffice as coupons_backoffice
from shop.coupons import storefront as coupons
from shop.distribution import backoffice as distribution_backoffice
from shop.distribution import storefront as distribution
from shop.explanations import backoffice as explanations_backoffice
from shop.explanations import storefront as explanations
from shop.figures import backoffice as figures
from shop.home import backoffice as home_backoffice
from shop.home import storefront as home
from shop.imports import backoffice as imports
from shop.inventory import backoffice as inventory
from shop.media import backoffice as media
from shop.members import storefront as members
from shop.moderation import backoffice as moderation
from shop.notices import backoffice as notices_backoffice
from shop.notices import storefront as notices
from shop.orders import backoffice as orders_backoffice
from shop.orders import storefront as orders
from shop.pickup_points import backoffice as pickup_points_backoffice
from shop.pickup_points import storefront as pickup_points
from shop.replies import backoffice as replies
from shop.wallets import backoffice as wallets_backoffice
from shop.wallets import storefront as wallets
from tenants import backoffice as tenants
from tenants import phones_backoffice as phones
from tenants.programs import backoffice as programs
from tenants.pushes import hooks as pushes
from tenants.readiness import backoffice as readiness
from tenants.releases import backoffice as releases


class Api(NinjaAPI):
    """A Ninja API whose document says what refusals look like."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Add the problem to every operation: any of them may refuse."""
        document = super().get_openapi_schema(**options)
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in document["paths"].values():
            for operation in operations.values():
                for status in ("4XX", "5XX"):
                    operation["responses"].setdefault(
                        status, {"description": "A refusal", "content": content}
                    )
        return document


def _assemble(name: str, description: str, routers: list[tuple[str, Router]]) -> Api:
    api = Api(
        title=f"Xiaopu {name}",
        description=description,
        version="1.0",
        urls_namespace=name,
        docs_url="/docs",
    )
    render_problems(api)
    for prefix, router in routers:
        api.add_router(prefix, router)
    return api


storefront = _assemble(
    "storefront",
    "What a shop's customers use. Sign in with the code of wx.login; send the token as Bearer.",
    [
        ("", members.router),
        ("", home.router),
        ("", catalog.router),
        ("/cart", cart.router),
        ("/coupons", coupons.router),
        ("", orders.router),
        ("", pickup_points.router),
        ("/aftersales", aftersale.router),
        ("", wallets.router),
        ("", explanations.router),
        ("/notices", notices.router),
        ("/distribution", distribution.router),
    ],
)
backoffice = _assemble(
    "backoffice",
    "What a shop's staff use. Sign in on the portal; send its session cookie and the CSRF token."
    " A linked phone signs in with a code of wx.login; it sends its token as Bearer.",
    [
        ("", tenants.router),
        ("/phones", phones.router),
        ("", programs.router),
        ("", readiness.router),
        ("", releases.router),
        ("", figures.router),
        ("", home_backoffice.router),
        ("", catalog_backoffice.router),
        ("", media.router),
        ("/stock", inventory.router),
        ("", imports.router),
        ("/orders", orders_backoffice.router),
        ("/pickup-points", pickup_points_backoffice.router),
        ("/aftersales", aftersale_backoffice.router),
        ("/coupons", coupons_backoffice.router),
        ("", wallets_backoffice.router),
        ("", explanations_backoffice.router),
        ("/distribution", distribution_backoffice.router),
        ("/moderation", moderation.router),
        ("/notices", notices_backoffice.router),
        ("/replies", replies.router),
        ("", settlements.router),
        ("", reconciliation.router),
    ],
)
hooks = _assemble("hooks", "What WeChat calls.", [("", inbox.router), ("", pushes.router)])

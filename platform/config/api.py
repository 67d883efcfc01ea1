"""The doors of the building: one Ninja API per kind of visitor."""

import importlib
import importlib.util

from ninja import NinjaAPI

from config.problems import render_problems

STOREFRONT = [
    ("", "shop.members.storefront"), ("/home", "shop.home.storefront"), ("", "shop.catalog.storefront"),
    ("/cart", "shop.cart.storefront"), ("", "shop.orders.storefront"),
]
BACKOFFICE = [
    ("", "tenants.backoffice"), ("", "shop.home.backoffice"), ("", "shop.catalog.backoffice"),
    ("", "shop.media.backoffice"), ("/stock", "shop.inventory.backoffice"),
    ("", "shop.imports.backoffice"), ("/orders", "shop.orders.backoffice"),
    ("", "billing.settlements.backoffice"), ("", "shop.samples.backoffice"),
]
HOOKS = [("", "billing.inbox.hooks")]


def _assemble(title: str, namespace: str, routers: list[tuple[str, str]]) -> NinjaAPI:
    api = NinjaAPI(title=title, version="1.0", urls_namespace=namespace, docs_url="/docs")
    render_problems(api)
    for prefix, name in routers:
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            found = None
        if found:
            api.add_router(prefix, importlib.import_module(name).router)
    return api


storefront = _assemble("Xiaopu storefront", "storefront", STOREFRONT)
backoffice = _assemble("Xiaopu backoffice", "backoffice", BACKOFFICE)
hooks = _assemble("Xiaopu hooks", "hooks", HOOKS)

"""Every request to a shop passes here: whose shop is it, and is it open."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from psycopg_pool import PoolTimeout

from config import modules
from config.problems import NotFound, problem, unavailable
from kernel.errors import Refusal
from tenants import context, directory
from tenants.modules import ModuleOff
from tenants.states import OPEN_STATES, TenantState


class NoSuchShop(Refusal):
    """The address names no shop."""

    status = 404
    en = "There is no such shop."
    zh = "没有这家小铺。"


class ShopSuspended(Refusal):
    """The shop's doors are closed for now."""

    status = 403
    en = "This shop is suspended. Payments already made are still processed."
    zh = "小铺已暂停营业，已付款的订单会继续处理。"


class ShopNotReady(Refusal):
    """The shop was named and is being built."""

    status = 503
    en = "This shop is being set up. Please try again in a moment."
    zh = "小铺正在准备中，请稍后再试。"


class ShopOfPath:
    """Make the shop of `/s/{shop}/v1/…` and `/b/{shop}/v1/…` current for the request.

    Customers bring a token: their requests go straight to their operation, past the middleware of
    pages (sessions, CSRF, languages, accounts), which would cost a fifth of a product list.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or go on inside the shop; every other path goes on on the platform."""
        head, _, rest = request.path_info[1:].partition("/")
        if head not in {"s", "b"}:
            return self.get_response(request)
        try:
            shop = directory.shop_by_public_id(rest.partition("/")[0][:32])
        except (OperationalError, PoolTimeout) as error:
            return unavailable(request, error)
        refusal = _refusal(shop)
        if shop is None or refusal is not None:
            return problem(request, refusal or NoSuchShop())
        request.shop = shop  # type: ignore[attr-defined]  # for the access line
        with context.activate(shop):
            if head == "s" and not rest.endswith("/docs"):
                return _operation(request, rest)
            return self.get_response(request)


def _operation(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer by the operation itself; what it raises it renders (config.problems)."""
    request.get_host()  # refuses a host that is not ours: CommonMiddleware is not passed
    try:
        modules.demand(rest.partition("/v1/")[2])
        match = resolve(request.path_info)
    except Resolver404:
        return problem(request, NotFound())
    except ModuleOff as refusal:
        return problem(request, refusal)
    request.resolver_match = match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


def _refusal(shop: context.Shop | None) -> Refusal | None:
    if shop is None or shop.state == TenantState.CLOSED:
        return NoSuchShop()
    if shop.state == TenantState.PROVISIONING:
        return ShopNotReady()
    return None if shop.state in OPEN_STATES else ShopSuspended()

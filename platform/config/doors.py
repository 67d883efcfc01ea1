"""Every request to a shop passes here: whose shop is it, and is the door open.

Which doors are open when is the table of `tenants.lifecycle`; here stands which operation goes
through which. A new one that changes something goes through the doors that shut first.
"""

from collections.abc import Callable

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from psycopg_pool import PoolTimeout

from config import modules
from config.problems import NotFound, problem, unavailable
from tenants import context, directory, rates
from tenants.lifecycle import Door, NoSuchShop, refusal
from tenants.modules import ModuleOff
from tenants.rates import ShopTooBusy

_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
_WITHIN_POST = frozenset({"PATCH", "PUT", "DELETE"})
_OF_CUSTOMERS = frozenset(
    {"addresses", "aftersales", "login", "logout", "me", "notices", "orders", "theme", "wallet"}
    | {"withdrawals"}
)
"""First words of the storefront's addresses under which customers see and end what they began."""
_OF_MONEY = frozenset(
    {"aftersales", "differences", "orders", "phones", "refunds", "sharing", "withdrawals"}
)
"""First words of the backoffice's addresses under which staff come in and end what began."""
_OF_OWNERS = frozenset({"plan", "invoices", "closing"})
"""First words of what stands between the owner and the platform."""


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
            if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
                raise Http404  # PostgreSQL refuses to look for a NUL; schemas say so of the APIs
            return self.get_response(request)
        request.method = verb_of(request)
        public_id, _, address = rest.partition("/")
        if "\x00" in public_id:
            return problem(request, NoSuchShop())
        try:
            shop = directory.shop_by_public_id(public_id[:32])
        except (OperationalError, PoolTimeout) as error:
            return unavailable(request, error)
        if shop is None:
            return problem(request, NoSuchShop())
        door = door_of(head, request.method, address)
        if refused := refusal(shop.state, door, is_moving=shop.is_moving):
            return problem(request, refused)
        request.shop = shop  # type: ignore[attr-defined]  # for the access line
        if not rates.admit(shop.public_id):
            return problem(request, ShopTooBusy(), retry_after=1)
        with context.activate(shop):
            if head == "s" and not rest.endswith("/docs"):
                return _operation(request, rest)
            return self.get_response(request)


def verb_of(request: HttpRequest) -> str | None:
    """Return what a request wants: X-HTTP-Method-Override of a POST, else its own method.

    WeChat's `wx.request` has no PATCH, and its manual says nothing of the body of a DELETE.
    """
    wanted = request.headers.get("X-HTTP-Method-Override")
    return wanted if request.method == "POST" and wanted in _WITHIN_POST else request.method


def door_of(head: str, method: str | None, address: str) -> Door:
    """Return through which door a request wants: `head` is s or b, `address` begins with v1/."""
    noun, _, rest = address.partition("/")[2].partition("/")
    is_looking = method in _LOOKING
    if head == "s":
        if noun == "orders" and not is_looking and not rest:
            return Door.ORDER
        if noun == "orders" and rest.endswith("/pay"):
            return Door.PAY
        if noun in _OF_CUSTOMERS:
            return Door.FINISH
        return Door.BROWSE if is_looking else Door.ORDER
    if is_looking:
        return Door.READ
    if noun in _OF_MONEY and rest != "freight":
        return Door.FINISH
    return Door.ACCOUNT if noun in _OF_OWNERS else Door.WRITE


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

"""What the simulator imitates, read from the routes of its application."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.wechat_calls.inventory import PAGE, Call
from infra.wechat_simulator import app, credentials
from infra.wechat_simulator.simulator import Simulator

OWN = ("/_control", "/_page")
ANY = "*"
_HOLE = re.compile(r"\{[^}]*\}")

Route = tuple[str, str]


@cache
def routes() -> frozenset[Route]:
    """Return method and path of every route but the tester's own and the catch-all of Pay."""
    with TemporaryDirectory() as directory:
        here = Path(directory)
        made = Simulator(here, credentials.load(here, "http://127.0.0.1:1"))
        try:
            built = app.build(made, is_loopback_only=True)
            found = {
                (route.method, route.resource.canonical)
                for route in built.router.routes()
                if route.resource is not None
            }
        finally:
            made.store.close()
    return frozenset((method, path) for method, path in found if not _is_own(method, path))


def imitates(call: Call) -> bool:
    """Say whether the simulator has a route for it."""
    return any(is_of(route, call) for route in routes())


def is_of(route: Route, call: Call) -> bool:
    """Say whether a route answers a call: holes may be named as they like."""
    method, path = route
    is_same = shape(path) == shape(call.path)
    return is_same and (method in (ANY, call.method) or call.method == PAGE)


def shape(path: str) -> str:
    """Return a path without the names of its holes, and without a trailing slash."""
    return _HOLE.sub("{}", path).rstrip("/")


def _is_own(method: str, path: str) -> bool:
    is_rest = method == ANY and path.startswith("/v3/")
    return path == "/" or path.startswith(OWN) or is_rest or method == "HEAD"

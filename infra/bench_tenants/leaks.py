"""Thousands of mixed requests of many shops over few connections: does anybody see a stranger?

The web server runs with each way of holding connections, while statements are cancelled from
outside and time out by themselves. A request may then fail; it must never be answered with what is
another shop's, nor miss what is its own.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
import psycopg

from infra.bench.visits import Visitor, Wares
from infra.bench_tenants.crew import Crew

_CLIENTS = 8
_POOL = """
DATABASES["default"]["OPTIONS"]["options"] += " -c statement_timeout={timeout}"
"""
_LASTING = (
    _POOL
    + """
DATABASES["default"]["OPTIONS"].pop("pool")
DATABASES["default"]["CONN_MAX_AGE"] = None
"""
)
_FRESH = (
    _POOL
    + """
DATABASES["default"]["OPTIONS"].pop("pool")
DATABASES["default"]["CONN_MAX_AGE"] = 0
"""
)
_STATEMENT_TIMEOUT_MS = 30
_CANCEL = """
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
WHERE usename = %s AND state = 'active' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"""


@dataclass(frozen=True)
class Mode:
    """One way to run the web server."""

    name: str
    settings: str
    processes: int
    threads: int


MODES = (
    Mode("pool", _POOL, 1, 4),
    Mode("pool, two processes", _POOL, 2, 2),
    Mode("lasting connections", _LASTING, 1, 4),
    Mode("fresh connections", _FRESH, 1, 4),
)


@dataclass
class Leaks:
    """What one mode came to."""

    mode: str
    answered: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    """How many requests had another end, by status."""
    wrong: list[str] = field(default_factory=list)
    cancelled: int = 0

    def line(self) -> str:
        """Return how it reads."""
        asked = self.answered + sum(self.failed.values())
        return (
            f"{self.mode:22} {asked} requests, {self.answered} answered,"
            f" failed {self.failed or 0}, {self.cancelled} cancels, {len(self.wrong)} wrong"
        )


@dataclass(frozen=True)
class Ask:
    """A request, and what its answer says if it is right. `problem` describes a wrong one."""

    path: str
    problem: Callable[[int, Any], str]
    token: str = ""


class Inhabitant:
    """A member of one shop who knows what is the shop's own and what is a stranger's."""

    def __init__(self, wares: Wares, visitor: Visitor, stranger: Wares, order: str) -> None:
        self.wares, self.visitor, self.stranger, self.order = wares, visitor, stranger, order
        self._products, self._skus = set(visitor.all_products()), set(wares.skus)

    def asks(self, chance: random.Random) -> Ask:
        """Return one of the requests, picked by chance."""
        base, token = f"/s/{self.wares.public_id}/v1", self.visitor.token
        category, product = chance.choice(self.wares.categories), chance.choice(self.wares.products)
        foreign, word = chance.choice(self.stranger.products), chance.choice(self.wares.words)
        return chance.choice(
            (
                Ask(f"{base}/products?category={category}&limit=20", self._products_are_ours),
                Ask(f"{base}/search?q={quote(word)}&limit=20", self._products_are_ours),
                Ask(f"{base}/products/{product}", self._is_ours),
                Ask(f"{base}/products/{foreign}", _is_unknown),
                Ask(f"{base}/addresses", self._is_our_address, token),
                Ask(f"{base}/cart", self._cart_is_ours, token),
                Ask(f"{base}/orders", self._orders_are_ours, token),
                Ask(f"{base}/orders/{self.order}", self._order_is_ours, token),
                Ask(f"/s/{self.stranger.public_id}/v1/orders", _is_refused, token),
            )
        )

    def _products_are_ours(self, status: int, body: Any) -> str:
        if status != 200 or not body["items"]:
            return f"{status}, nothing found"
        strangers = [one["id"] for one in body["items"] if one["id"] not in self._products]
        return f"strangers {strangers}" if strangers else ""

    def _is_ours(self, status: int, body: Any) -> str:
        if status != 200:
            return f"{status} for a product of ours"
        own = body["id"] in self._products and {sku["id"] for sku in body["skus"]} <= self._skus
        return "" if own else f"another product: {body['id']}"

    def _is_our_address(self, status: int, body: Any) -> str:
        ids = [one["id"] for one in body["items"]] if status == 200 else None
        return "" if ids == [self.visitor.address] else f"{status}, addresses {ids}"

    def _cart_is_ours(self, status: int, body: Any) -> str:
        if status != 200 or not body["lines"]:
            return f"{status}, an empty cart"
        strange = [one["sku_id"] for one in body["lines"] if one["sku_id"] not in self._skus]
        return f"strange lines {strange}" if strange else ""

    def _orders_are_ours(self, status: int, body: Any) -> str:
        ids = [one["id"] for one in body["items"]] if status == 200 else None
        return "" if ids == [self.order] else f"{status}, orders {ids}"

    def _order_is_ours(self, status: int, body: Any) -> str:
        return "" if status == 200 and body["id"] == self.order else f"{status} for our order"


def _is_unknown(status: int, _: Any) -> str:
    return "" if status == 404 else f"{status} for a stranger's product"


def _is_refused(status: int, _: Any) -> str:
    return "" if status == 401 else f"{status} for a stranger's token"


def measure(crew: Crew, *, requests: int) -> list[Leaks]:
    """Ask so many times in each mode."""
    web = crew.stage.programs["web"]
    command, environment = web.command, web.environment
    crew.wait_until_quiet()
    people = [_inhabitant(crew, number) for number in range(len(crew.stocked))]
    found = []
    try:
        for mode in MODES:
            crew.tell(f"{requests} mixed requests, {mode.name}")
            crew.stage.kill("web")
            web.command = _processes(command, mode)
            web.environment = _environment(crew, environment, mode)
            crew.stage.start("web")
            found.append(_storm(crew, mode, people, requests))
    finally:
        crew.stage.kill("web")
        web.command, web.environment = command, environment
        crew.stage.start("web")
    return found


def _inhabitant(crew: Crew, shop: int) -> Inhabitant:
    visitor = crew.visitor(shop, f"inhabitant-{shop}")
    order = visitor.order()
    visitor.keep_in_cart()
    stranger = crew.stocked[(shop + 1) % len(crew.stocked)]
    inhabitant = Inhabitant(crew.stocked[shop], visitor, stranger, order)
    visitor.leave()
    return inhabitant


def _processes(command: list[str], mode: Mode) -> list[str]:
    changed = list(command)
    changed[changed.index("--workers") + 1] = str(mode.processes)
    changed[changed.index("--blocking-threads") + 1] = str(mode.threads)
    return changed


def _environment(crew: Crew, environment: Any, mode: Mode) -> dict[str, str]:
    """Return the web's environment with settings of its own."""
    place = crew.stage.place.data / "leaks"
    place.mkdir(exist_ok=True)
    name = f"leaks_{MODES.index(mode)}"
    text = mode.settings.format(timeout=_STATEMENT_TIMEOUT_MS)
    (place / f"{name}.py").write_text("from config.settings import *\n" + text)
    path = os.pathsep.join((environment["PYTHONPATH"], str(place)))
    return {**environment, "DJANGO_SETTINGS_MODULE": name, "PYTHONPATH": path}


def _storm(crew: Crew, mode: Mode, people: list[Inhabitant], requests: int) -> Leaks:
    leaks = Leaks(mode.name)
    lock = threading.Lock()
    with _cancelling(crew, leaks):
        threads = [
            threading.Thread(
                target=_ask_around,
                args=(crew, people, requests // _CLIENTS, random.Random(n), leaks, lock),  # noqa: S311
            )
            for n in range(_CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return leaks


def _ask_around(
    crew: Crew,
    people: list[Inhabitant],
    requests: int,
    chance: random.Random,
    leaks: Leaks,
    lock: threading.Lock,
) -> None:
    connection = HTTPConnection(urlsplit(crew.stage.url).netloc, timeout=30)
    for _ in range(requests):
        ask = chance.choice(people).asks(chance)
        status, body = _answer(connection, ask)
        with lock:
            note(leaks, ask, status, body)


def _answer(connection: HTTPConnection, ask: Ask) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {ask.token}"} if ask.token else {}
    try:
        connection.request("GET", ask.path, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException):
        connection.close()
        return 0, None
    return answer.status, orjson.loads(content) if content else None


def note(leaks: Leaks, ask: Ask, status: int, body: Any) -> None:
    """Count an answer. Whoever was cancelled says 5xx; anything else must be right."""
    if status >= 500 or not status:
        leaks.failed[str(status)] = leaks.failed.get(str(status), 0) + 1
        return
    leaks.answered += 1
    if problem := ask.problem(status, body):
        leaks.wrong.append(f"{ask.path}: {problem}")


@contextmanager
def _cancelling(crew: Crew, leaks: Leaks) -> Iterator[None]:
    """Cancel a running statement of the application every few milliseconds."""
    over = threading.Event()

    def run() -> None:
        chance = random.Random(7)  # noqa: S311  # no secret
        with psycopg.connect(crew.stage.place.owner_url, autocommit=True) as connection:
            login = connection.execute("SELECT current_database() || '_app'").fetchone()
            while not over.wait(chance.uniform(0.001, 0.01)):
                if connection.execute(_CANCEL, login).fetchone():
                    leaks.cancelled += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

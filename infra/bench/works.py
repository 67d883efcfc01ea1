"""The works that are measured, with the floors and the goals that they are held against."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.bench.visits import Visitor


@dataclass(frozen=True)
class Work:
    """One work. `goal_ms` is CPU per operation; `goal_floor` how many times the floor it may be."""

    key: str
    title: str
    run: Callable[[Visitor], object]
    http: int
    """HTTP requests per operation, WeChat's callback included."""
    floor: str = ""
    goal_ms: float | None = None
    goal_floor: float | None = None
    goal_sql: float | None = None


W1 = Work("W1", "list 20 products", lambda one: one.list_products(), 1, "list", 1.0, 30)
W2 = Work("W2", "product detail", lambda one: one.show_product(), 1, "detail", 2.0)
W3 = Work("W3", "whole checkout", lambda one: one.check_out(), 7, "order", 20.0, 70, 40)
W4 = Work("W4", "search", lambda one: one.search(), 1, "", 3.0)
ORDER = Work("W3a", "preview + create", lambda one: one.order(), 2, "order", None, 25)
WORKS = (W1, W2, W3, W4, ORDER)

"""unfold's decorators, with the types they lack: words may be lazy, functions stay themselves."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.utils.html import escape
from unfold import decorators

from superadmin.words import said

F = TypeVar("F", bound=Callable[..., Any])


def action(
    *, description: Any, url_path: str, permissions: Sequence[str], icon: str
) -> Callable[[F], F]:
    """Make a method a button of the detail page."""
    mark: Any = decorators.action
    made = mark(
        description=description, url_path=url_path, permissions=list(permissions), icon=icon
    )
    return cast("Callable[[F], F]", made)


class _Word(tuple[str, str]):
    """A state and its word: unfold's lists colour by the one; pages of one row know no pairs."""

    __slots__ = ()

    def __html__(self) -> str:
        return escape(self[1])


def display(
    *, description: Any, ordering: str | None = None, label: Mapping[Any, str]
) -> Callable[[F], F]:
    """Make a method a column whose state is said in words and coloured by `label`."""
    mark: Any = decorators.display
    colours: defaultdict[Any, str | None] = defaultdict(lambda: None, label)
    made = mark(description=description, ordering=ordering, label=colours)

    def decorate(fn: F) -> F:
        @wraps(fn)
        def show(*args: Any) -> Any:
            value = fn(*args)
            return _Word((value, str(said(value)))) if isinstance(value, str) else value

        return cast("F", made(show))

    return decorate


def column(field: str, words: Any) -> Any:
    """Return a column or a read-only line that shows `field` (dots lead on) under our words."""

    def show(row: Any) -> Any:
        value = attrgetter(field)(row)
        return f"{value:%Y-%m-%d %H:%M:%S %Z}" if isinstance(value, datetime) else said(value)

    show.__name__ = f"{field.replace('.', '_')}_shown"
    shown: Any = show
    shown.short_description = words
    shown.admin_order_field = field.replace(".", "__")
    return shown

"""What of platform/wechat speaks to WeChat, read from its source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "platform" / "wechat"

WIRE = "http.ask"
"""The one function that opens a connection to WeChat."""

CARRIERS = {"api", "apiv3", "callers", "http"}
"""Modules that carry any call. They are no calls themselves."""

PASSING_ON = {"component.as_authorizer", "component.as_component", "own_app.as_own"}
"""Functions that make the call they are given, and besides only fetch its token."""


@cache
def speaking() -> frozenset[str]:
    """Return `module.function` of every public function from which a call to WeChat can come."""
    uses = {name: used for path in CLIENT.glob("*.py") for name, used in _uses(path)}
    found = {WIRE}
    while more := {name for name, used in uses.items() if used & found} - found:
        found |= more
    return frozenset(name for name in found if _is_call(name))


def _is_call(name: str) -> bool:
    module, function = name.split(".")
    return not (module in CARRIERS or function.startswith("_") or name in PASSING_ON)


def _uses(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Give each function of a module with the functions it mentions, of any module of ours."""
    tree, module = ast.parse(path.read_text()), path.stem
    imported = dict(_imported(tree))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    local = {name: f"{module}.{name}" for name in functions}
    for name, function in functions.items():
        yield f"{module}.{name}", frozenset(_mentioned(function, {**local, **imported}))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wechat"):
            inner = (node.module or "").removeprefix("wechat").removeprefix(".")
            for alias in node.names:
                name = f"{inner}.{alias.name}" if inner else alias.name
                yield alias.asname or alias.name, name


def _mentioned(function: ast.FunctionDef, names: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{names.get(node.value.id, '')}.{node.attr}"

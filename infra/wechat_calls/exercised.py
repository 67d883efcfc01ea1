"""Which test files exercise a call, read from their source.

A test of the client names the function. A test of the simulator, and a stranger, spells the path:
whole, or by its end where only one call ends so.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

from infra.wechat_calls.inventory import Call, all_calls

TESTS = Path(__file__).parents[2] / "tests"
METHODS = {"GET", "POST", "PUT", "DELETE"}
_HOLE = "{}"
_LONG_ENOUGH = 10
_CHAIN = re.compile(r"\.(v3(?:\.[\w$]+)+)\.(get|post|put|delete)\(")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_BY_ITSELF = {"test_inventory.py", "samples.py"}

Said = tuple[str, str]
"""A method, empty where none stands beside it, and a path or the end of one."""


def of_client(call: Call) -> tuple[str, ...]:
    """Return the files of tests/wechat that use one of the call's functions."""
    wanted = set(call.client)
    files = (TESTS / "wechat").glob("*.py")
    return _names(f for f in files if f.name not in _NOT_BY_ITSELF and wanted & _functions_in(f))


def of_simulator(call: Call) -> tuple[str, ...]:
    """Return the files of tests/wechat_simulator and tests/strangers that spell the path."""
    return _names(_spelling()[call])


@cache
def _spelling() -> dict[Call, set[Path]]:
    found: dict[Call, set[Path]] = defaultdict(set)
    for file, said in _all_said():
        for call in _meant(*said):
            found[call].add(file)
    return found


def _all_said() -> Iterator[tuple[Path, Said]]:
    for folder in ("wechat_simulator", "strangers"):
        for file in sorted((TESTS / folder).glob("*.py")):
            yield from ((file, said) for said in _said_in(file))
    for file in sorted((TESTS / "strangers" / "node").glob("*.mjs")):
        yield from ((file, said) for said in _chained_in(file))


def _names(files: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(str(file.relative_to(TESTS)) for file in files))


@cache
def _functions_in(file: Path) -> frozenset[str]:
    """Return every `module.function` of the client that a file mentions."""
    tree = ast.parse(file.read_text())
    modules: dict[str, str] = {}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "wechat":
            modules |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wechat."):
            inner = (node.module or "").removeprefix("wechat.")
            found |= {f"{inner}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{modules.get(node.value.id, '')}.{node.attr}")
    return frozenset(found)


def _meant(method: str, text: str) -> list[Call]:
    """Return the calls that a text means; none when it could be several of one path."""
    path = text.partition("?")[0].rstrip("/")
    fitting = [call for call in all_calls() if _fits(call, path)]
    if method:
        fitting = [call for call in fitting if call.method == method]
    elif len({call.method for call in fitting}) > 1:
        return []
    most = max((_likeness(call, path) for call in fitting), default=0)
    return [call for call in fitting if _likeness(call, path) == most]


def _fits(call: Call, path: str) -> bool:
    if not path.startswith("/"):
        return call in _ending().get(path, ())
    parts = path.split("/")
    same_length = len(parts) == len(call.segments)
    return same_length and all(map(_is_part, call.segments, parts))


def _is_part(wanted: str, said: str) -> bool:
    return wanted == said or (wanted.startswith("{") and bool(said))


def _likeness(call: Call, path: str) -> int:
    return sum(map(str.__eq__, call.segments, path.split("/")))


@cache
def _ending() -> dict[str, tuple[Call, ...]]:
    """Return what ends in a telling way: long, or of several words, and like no other call."""
    found: dict[str, set[Call]] = defaultdict(set)
    for call in all_calls():
        for start in range(2, len(call.segments)):
            end = "/".join(call.segments[start:])
            if "_" in end or len(end) >= _LONG_ENOUGH:
                found[end].add(call)
    return {end: tuple(calls) for end, calls in found.items() if len(calls) == 1}


def _said_in(file: Path) -> Iterator[Said]:
    """Give every text of a Python file, with the method of the call it is part of."""
    tree = ast.parse(file.read_text())
    known = _assigned(tree)
    for node in ast.walk(tree):
        for text in _texts(node, known):
            yield "", text
        if isinstance(node, ast.Call):
            for method, place in _asked(node):
                for text in _texts(place, known):
                    yield method, text


def _asked(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Give the method and the path of `x.call("GET", path)` and of `x.get(path)`."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and first.value in METHODS and len(node.args) > 1:
        yield str(first.value), node.args[1]
    elif isinstance(node.func, ast.Attribute) and node.func.attr.upper() in METHODS and first:
        yield node.func.attr.upper(), first


def _assigned(tree: ast.Module) -> dict[str, set[str]]:
    """Return the texts that names of a file stand for, wherever they are assigned."""
    known: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            for name, value in _pairs(target, node.value):
                known[name] |= set(_texts(value, known))
    return known


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, its)


def _texts(node: ast.AST, known: dict[str, set[str]]) -> list[str]:
    """Return what an expression may say: what is not known is a hole."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return sorted(known.get(node.id, ()))
    if isinstance(node, ast.JoinedStr):
        return _joined(node.values, known)
    if isinstance(node, ast.FormattedValue):
        return _texts(node.value, known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([node.left, node.right], known)
    return []


def _joined(parts: Iterable[ast.expr], known: dict[str, set[str]]) -> list[str]:
    choices = [_texts(part, known) or [_HOLE] for part in parts]
    return ["".join(chosen) for chosen in product(*choices)]


def _chained_in(file: Path) -> Iterator[Said]:
    """Give the calls of wechatpay-axios-plugin: `v3.pay.transactions.outTradeNo.$number$.get(`."""
    for chain, method in _CHAIN.findall(file.read_text()):
        parts = (_HOLE if "$" in part else _CAMEL.sub("-", part) for part in chain.split("."))
        yield method.upper(), "/" + "/".join(parts).lower()

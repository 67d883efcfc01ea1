"""The two libraries of WeChat we stand on: which parts, where, and in which version (LIBS §5).

Their bytes are held by the vectors (test_vectors.py, test_more_vectors.py). Here: that only the
version whose bytes were compared is installed, and that nobody else leans on them.
"""

import ast
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import wechatpy.utils

ROOT = Path(__file__).resolve().parents[2]
PINS = {"wechatpy": "1.8.18", "wechatpayv3": "2.0.4"}
USED = {
    # library: by which module of platform/wechat, and what of it
    "wechatpy": {
        "push": {"wechatpy.crypto", "wechatpy.exceptions", "wechatpy.utils"},
        "official_account": {"wechatpy"},
    },
    "wechatpayv3": {"signing": {"wechatpayv3"}},
}


@pytest.mark.parametrize("name", PINS)
def test_the_version_is_the_one_whose_bytes_were_compared(name):
    content = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {text.partition("[")[0].partition("=")[0]: text for text in _dependencies(content)}
    assert wanted[name].endswith(f"=={PINS[name]}")
    assert version(name) == PINS[name]
    assert f"\n{name}=={PINS[name]} " in (ROOT / "requirements.lock").read_text()


@pytest.mark.parametrize("name", PINS)
def test_only_its_own_module_leans_on_it(name):
    found: dict[str, set[str]] = {}
    for path in (ROOT / "platform" / "wechat").rglob("*.py"):
        for module in _imported(path):
            if module.partition(".")[0] == name:
                found.setdefault(path.stem, set()).add(module)
    assert found == USED[name]


def test_neither_librarys_own_client_is_used():
    for path in (ROOT / "platform" / "wechat").rglob("*.py"):
        assert (
            _imported(path) & {"wechatpy.client", "wechatpy.component", "wechatpayv3.core"} == set()
        )
        assert "WeChatPay(" not in path.read_text(), path


def test_simplejson_does_not_slip_in():
    """wechatpy and requests take it silently when it is there, and it reads numbers otherwise."""
    assert wechatpy.utils.json.__name__ == "json"


def _dependencies(content):
    project = content["project"]
    yield from project["dependencies"]
    for extra in project.get("optional-dependencies", {}).values():
        yield from extra


def _imported(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names

"""The one trap of our tree: `platform/` must never become a package."""

import importlib.util
import platform
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [
    "billing",
    "config",
    "infra",
    "jobs",
    "kernel",
    "portal",
    "preview",
    "shop",
    "storage",
    "superadmin",
    "tenants",
    "wechat",
]


def test_platform_is_a_source_root_not_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.python_implementation() == "CPython"


@pytest.mark.parametrize("name", PACKAGES)
def test_our_packages_are_ours(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def test_every_room_has_something_in_it() -> None:
    rooms = [
        p
        for p in (ROOT / "shop", ROOT / "billing", ROOT / "platform")
        for p in p.iterdir()
        if p.is_dir() and p.name != "__pycache__"
    ]
    assert rooms
    for room in rooms:
        code = [p for p in room.rglob("*.py") if p.name not in {"__init__.py", "apps.py"}]
        assert code, f"{room} is empty"

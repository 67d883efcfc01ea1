"""Rules of taste that matter are programs. Each test names its decision (infra/decisions)."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    p
    for room in ("platform", "tenants", "billing", "shop")
    for p in (ROOT / room).rglob("*.py")
    if "migrations" not in p.parts
]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def inside(tree: ast.AST, name: str) -> set[ast.AST]:
    """Return every node inside functions of this name."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith(name):
            found.update(ast.walk(node))
    return found


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_keeps_the_rules(path: Path) -> None:
    tree = ast.parse(path.read_text())
    moves = inside(tree, "_move") | inside(tree, "move")
    if path.stem in {"moves", "moving"}:
        moves |= set(ast.walk(tree))
    copied = {
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "state"
        for target in node.targets
    }  # what was read from a row is no change
    for node in ast.walk(tree):
        # ADR 0002: a state is written by `_move`, or by the noun's own module of moves, only
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr == "state"
        ):
            assert node in moves | copied, f"line {node.lineno}: a state is written outside _move"
        # STYLE §6: reactions are typed messages, not signals
        if isinstance(node, ast.Name) and node.id == "receiver":
            raise AssertionError(f"line {node.lineno}: a signal receiver")
    for call in calls(tree):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name == "update" and any(k.arg == "state" for k in call.keywords):
            assert call in moves, f"line {call.lineno}: a state is written outside _move"
        if name in {"send", "send_with_options"} and "jobs" not in path.parts[-2:]:
            text = ast.unparse(call.func)
            assert "actor" not in text, f"line {call.lineno}: publish(), not actor.{name}"
        # django-tenants: the one switch is tenants.context
        if name in {"set_tenant", "set_schema", "set_schema_to_public"}:
            assert path.parent.name in {"tenants", "backend"}, f"line {call.lineno}: use context"
        if (
            isinstance(call.func, ast.Name)
            and call.func.id == "float"
            and (path.name == "amounts.py" or "ledger" in path.relative_to(ROOT).parts)
        ):
            raise AssertionError(f"line {call.lineno}: float money")


def test_threads_are_for_the_worker_and_the_queue_only() -> None:
    users = {
        str(p.relative_to(ROOT))
        for p in CODE
        if re.search(
            r"^import threading|to_thread|"
            r"ThreadPoolExecutor|sync_to_async",
            p.read_text(),
            re.MULTILINE,
        )
    }
    assert users <= {
        "platform/config/worker.py",
        "platform/jobs/queue.py",
        "platform/jobs/schedule.py",
        "platform/wechat/breaker.py",
        "platform/wechat/http.py",
        "platform/wechat/configured.py",
        "tenants/rates.py",  # a lock around its buckets, no thread
        "tenants/fleet/applying.py",  # plain connections of its own, none of Django's
    }


def shop_models() -> list[type[models.Model]]:
    labels = {apps.get_app_config(name.split(".")[-1]).label for name in settings.TENANT_APPS}
    return [m for m in apps.get_models() if m._meta.app_label in labels]


@pytest.mark.parametrize("model", shop_models(), ids=lambda m: m._meta.label)
def test_a_table_of_a_shop_can_move_between_databases(model: type[models.Model]) -> None:
    """ADR 0009 and the tenancy report's rules 12, 13, 18 and 20."""
    key = model._meta.pk
    assert not isinstance(key, models.AutoField), "its key is a sequence"
    ours = {m._meta.label for m in shop_models()}
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and not field.auto_created:
            assert field.related_model._meta.label in ours, f"{field.name} leaves the shop"
        if isinstance(field, models.CharField | models.TextField):
            assert not field.db_index, f"{field.name} makes a _like index"
            assert not (field.unique and not field.primary_key), (
                f"{field.name}: name the constraint"
            )
    for named in [*model._meta.constraints, *model._meta.indexes]:
        assert named.name


def test_append_only_tables_exist() -> None:
    tables = {m._meta.db_table for m in apps.get_models()}
    assert set(settings.APPEND_ONLY_TABLES + settings.APPEND_ONLY_PUBLIC_TABLES) <= tables


def test_no_table_name_is_used_twice() -> None:
    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True)]
    assert len(tables) == len(set(tables))


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    wrong = re.compile(
        r"https?://[^\s\"']*(pypi|pythonhosted|npmjs|npmmirror)|/ho" + r"me/\w+/|/wo" + r"rk/"
    )
    for path in [
        *ROOT.glob("*.toml"),
        *ROOT.glob("*.lock"),
        ROOT / "Makefile",
        *ROOT.rglob("*.md"),
        *CODE,
    ]:
        if {".venv", ".data", "node_modules"} & set(path.parts) or not path.exists():
            continue
        assert not wrong.search(path.read_text()), path


def test_a_schema_name_means_one_thing() -> None:
    """Two classes of one name become one in OpenAPI, and clients generated from it break."""
    found = []
    for path in CODE:
        if path.name == "schemas.py":
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found += [
                name
                for name, kind in vars(module).items()
                if isinstance(kind, type) and kind.__module__ == module.__name__
            ]
    twice = {name for name in found if found.count(name) > 1}
    assert twice <= {"Strict"}
    assert len(found) > 50

"""Every command in the docs exists, and is run by a test or by CI."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = [p for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if p.name != "errors.md"]
CI = (ROOT / ".ci" / "run").read_text()
TESTS = "\n".join(p.read_text() for p in (ROOT / "tests").rglob("*.py"))


def commands(pattern: str) -> set[str]:
    text = "\n".join(page.read_text() for page in PAGES)
    return set(re.findall(pattern, text, re.MULTILINE))


def test_every_make_target_in_the_docs_exists_and_is_run() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = commands(r"(?:^    |`)(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]+)\b")
    assert {"demo", "test", "check", "first-sale"} <= used
    assert used <= targets
    by_hand = {"lock", "fmt", "openapi", "reset"}  # they write or delete the developer's own files
    for target in used - by_hand:
        assert f"make {target}" in CI or f'"{target}"' in TESTS or f"make {target}" in TESTS, target


def test_every_management_command_in_the_docs_exists_and_is_run() -> None:
    used = commands(r"manage\.py ([a-z_]+)")
    assert {"prepare_database", "verify_invariants", "ensure_superuser"} <= used
    assert used <= set(get_commands())
    for name in used:
        assert name in TESTS, name


def test_every_module_that_the_docs_run_exists() -> None:
    for name in commands(r"python -m ([a-z_.]+[a-z_])"):
        places = [ROOT / root / name.replace(".", "/") for root in ("", "platform")]
        assert any(p.with_suffix(".py").exists() or (p / "__main__.py").exists() for p in places), (
            name
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_every_setting_is_in_the_example_and_the_other_way_round() -> None:
    read = set(
        re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "platform/config/settings.py").read_text())
    )
    listed = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - listed == set()
    assert listed - read <= {"PORT", "SIMULATOR_PORT", "SUPERUSER_PASSWORD"}  # the demo's own


def test_every_refusal_of_a_door_is_in_the_list_of_codes() -> None:
    """Written by a process of its own, in which nothing but the documents loads the doors."""
    listed = (ROOT / "docs" / "developers" / "errors.md").read_text()
    import config.api  # noqa: F401
    from config.catalogue import entries

    ours = {entry.code for entry in entries() if not entry.source.startswith("tests")}
    assert {code for code in ours if f"| `{code}` |" not in listed} == set()

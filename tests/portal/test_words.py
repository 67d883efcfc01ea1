"""Everything that is read exists in Chinese and English."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.template import templatize

from portal import history

PLATFORM = Path(__file__).parents[2] / "platform"
LOCALE = PLATFORM / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES"
SOURCES = [PLATFORM / "portal", PLATFORM / "superadmin"]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}


def compiled() -> dict[str, str]:
    """What Django reads: msgid to msgstr, the plural's one form under its singular."""
    with (LOCALE / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {key if isinstance(key, str) else key[0]: text for key, text in catalogue.items()}


def written() -> dict[str, str]:
    """What the .po file says."""
    found = {}
    for block in (LOCALE / "django.po").read_text("utf-8").strip().split("\n\n"):
        fields: dict[str, str] = {}
        for line in block.splitlines():
            name, _, value = line.partition(" ")
            if line.startswith('"'):
                fields[list(fields)[-1]] += ast.literal_eval(line)
            elif not line.startswith("#"):
                fields[name] = ast.literal_eval(value)
        found[fields["msgid"]] = fields.get("msgstr", fields.get("msgstr[0]", ""))
    return found


def in_code() -> set[str]:
    """The words of Python files."""
    words = set()
    for file in (f for folder in SOURCES for f in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    words.add(argument.value)
    return words


def in_templates() -> set[str]:
    """The words of templates, as Django's own extraction sees them."""
    words = set()
    for file in (f for folder in SOURCES for f in folder.rglob("templates/**/*.*")):
        told = templatize(file.read_text("utf-8"), origin=str(file))
        for match in re.finditer(r"n?gettext\((u?(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'))", told):
            words.add(ast.literal_eval(match.group(1)))
        for match in re.finditer(r"\b_\((\"[^\"]*\"|'[^']*')\)", told):
            words.add(ast.literal_eval(match.group(1)))
    return words


def test_every_word_has_a_chinese_one() -> None:
    used, known = in_code() | in_templates(), compiled()
    assert len(used) > 200, "the extraction finds the words"
    assert sorted(word for word in used if not known.get(word)) == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert {k: v for k, v in compiled().items() if k} == {k: v for k, v in written().items() if k}


def test_no_word_is_translated_that_nobody_says() -> None:
    said = in_code() | in_templates()
    assert sorted(word for word in compiled() if word and word not in said) == []


@pytest.mark.parametrize("pattern", [r"%\(\w+\)s", r"%d"])
def test_translations_keep_the_blanks(pattern: str) -> None:
    for msgid, msgstr in compiled().items():
        if msgid:
            assert sorted(re.findall(pattern, msgid)) == sorted(re.findall(pattern, msgstr)), msgid


def reasons() -> set[str]:
    """What the verbs of orders write into an order's history, with 10 in every blank."""
    words = set()
    for file in (PLATFORM.parent / "shop" / "orders" / "actions").glob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        named: list[tuple[str | None, ast.expr]] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                named += [(getattr(t, "id", ""), node.value) for t in node.targets]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):  # not the stock's
                named += [(k.arg, k.value) for k in node.keywords]
        whys = [v.value for n, v in named if n == "because" and isinstance(v, ast.Constant)]
        for name, value in named:
            if name == "reason" and isinstance(value, ast.Constant):
                words.add(value.value)
            elif name == "reason" and isinstance(value, ast.JoinedStr):
                for why in whys if "because" in ast.dump(value) else ["10"]:
                    parts = [getattr(part, "value", "10") for part in value.values]
                    words.add("".join(p if isinstance(p, str) else why for p in parts))
    return {word for word in words if not word.startswith("10")}


def test_an_orders_history_is_said_in_chinese() -> None:
    found = reasons()
    assert {"payment arrived", "refunded so far: 10"} <= found, "the extraction finds the words"
    with translation.override("zh-hans"):
        assert sorted(word for word in found if history.said(word) == word) == []


def test_pages_hold_no_inline_script_or_style() -> None:
    for file in (PLATFORM / "portal").rglob("templates/**/*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), file
        assert not re.search(r"\sstyle=|<style|\son(click|change|input|load|submit)=", text), file
        assert "http://" not in text.replace("http://www.w3.org", ""), file
        assert "https://" not in text, file

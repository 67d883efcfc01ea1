"""How words find products: bigrams to find, LIKE to be sure.

PostgreSQL's own parsers cut Chinese wrongly (jieba found 2 of 219 mixed matches) and pg_trgm needs
three characters; bigrams with a recheck find every substring of two or more (ECOSYSTEM §6).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A search as SQL wants it; `bigrams` is empty where every word has one character only."""

    bigrams: str
    patterns: list[str]


def normalise(text: str) -> str:
    """Return text as it is compared: width, case and spacing do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.replace("\x00", "").split())


def searchable(fields: Iterable[str]) -> str:
    """Return what is searched: a line for each field, so that no match runs across two."""
    return "\n".join(dict.fromkeys(line for field in fields if (line := normalise(field))))


def vector(text: str) -> str:
    """Return the tsvector of a searchable text, as PostgreSQL reads it."""
    return " ".join(_lexeme(bigram) for bigram in sorted(_bigrams(text.split())))


def ask(q: str) -> Asked:
    """Return the search for products that hold every word of `q` as a substring."""
    words = normalise(q).split(" ") if normalise(q) else []
    bigrams = " & ".join(_lexeme(bigram) for bigram in sorted(_bigrams(words)))
    return Asked(bigrams, [f"%{escape(word)}%" for word in words])


def escape(word: str) -> str:
    """Take from LIKE's own signs their meaning."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _bigrams(words: Iterable[str]) -> set[str]:
    return {word[i : i + 2] for word in words for i in range(len(word) - 1)}


def _lexeme(bigram: str) -> str:
    doubled = bigram.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"

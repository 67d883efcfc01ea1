"""Finding a shop's prohibited words in a text, however it is spaced or spelt. Pure."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
"""Characters of a word as it is compared: some letters become many (`ﷺ` is eighteen)."""
_ASCII = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")


def normalised(text: str) -> str:
    """Return a text as it is compared: full-width as half-width, capitals as small letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = (c for c in plain if unicodedata.category(c) != "Cf")  # zero-width and its kind
    return " ".join("".join(seen).split())


def first_hit(words: Iterable[str], text: str) -> str | None:
    """Return the first of these words that a text holds, or None. Words are normalised.

    A word of Latin letters must stand alone (`ass` is not in `class`); any other word is found
    through the spaces and signs that are put between its letters to hide it.
    """
    plain = normalised(text)
    dense = _without_signs(plain)
    return next((word for word in words if _is_in(word, plain, dense)), None)


def _is_in(word: str, plain: str, dense: str) -> bool:
    if _ASCII.fullmatch(word):
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", plain) is not None
    letters = _without_signs(word)
    return letters in dense if letters else word in plain


def _without_signs(text: str) -> str:
    return "".join(c for c in text if c.isalnum())

"""How a refusal is said to the person who looks at the page."""

from django.utils.translation import get_language

from kernel.errors import Refusal


def sentence(refusal: Refusal) -> str:
    """Return the refusal in the language of the page."""
    return refusal.sentence(get_language() or "zh-hans")

"""How a refusal, or a reason, is said to the person who looks at the page."""

from typing import Any

from django.utils.translation import get_language

from kernel.errors import Refusal
from kernel.explanations import Explanation
from portal.templatetags.portal import money
from shop.explanations.words import figures


def sentence(refusal: Refusal) -> str:
    """Return the refusal in the language of the page."""
    return refusal.sentence(get_language() or "zh-hans")


def explained(told: Explanation) -> dict[str, Any]:
    """Return an explanation in the language of the page: title, amount, and its steps."""
    language = "zh" if (get_language() or "zh-hans").startswith("zh") else "en"
    steps = [
        {
            "words": getattr(step, language),
            "figures": figures(step, lambda amount: money(amount.minor, amount.currency)),
            "minor": step.amount.minor,
        }
        for step in told.steps
    ]
    return {
        "title": getattr(told, language),
        "reference": told.reference if told.subject == "refund" else "",
        "minor": told.amount.minor,
        "steps": steps,
    }

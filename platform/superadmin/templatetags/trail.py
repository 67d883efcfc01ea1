"""Where one is in the console, in the words of its sidebar."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import template
from django.urls import reverse

from superadmin.site import NAVIGATION

register = template.Library()


@register.filter
def trail(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return unfold's breadcrumbs with the sidebar's section and page instead of Django's names."""
    return list(_said(parts))


def _said(parts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    pages = {reverse(name): (section, title)
             for section, items in NAVIGATION for title, _, name, _ in items}  # fmt: skip
    links = [str(part.get("link", "")) for part in parts]
    for place, part in enumerate(parts):
        section, title = pages.get(links[place], ("", ""))
        above, _ = pages.get(links[place + 1], ("", "")) if place + 1 < len(parts) else ("", "")
        if above:  # Django's page of the app, which nobody needs
            yield {"title": above}
        elif section:
            yield {"title": title, "link": part["link"]}
        else:
            yield part

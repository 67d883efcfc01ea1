"""Words of unfold's pages, which come without Chinese (ECOSYSTEM §4): ours to translate."""

from django.utils.translation import gettext_noop as _

UNFOLD = (
    _("Type to search"),
    _("Filters"),
    _("Apply Filters"),
    _("Select action"),
    _("Run"),
    _("Select record"),
    _("Reset filters"),
    _("Light"),
    _("Dark"),
    _("System"),
    _("View site"),
    _("No results found"),
    _("This page yielded into no results. Create a new item or reset your filters."),
)

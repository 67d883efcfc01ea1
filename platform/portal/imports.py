"""Bringing products by a file: try it out first, see every row that is wrong, then bring it in."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.access import Desk, at_desk
from tenants.states import Role


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(label=_("CSV file in Shopify's format"))


@require_safe
@at_desk(Role.MANAGER)
def bring(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form."""
    return render(request, "portal/import.html", {"desk": desk, "form": FileForm()})

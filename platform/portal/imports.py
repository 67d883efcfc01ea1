"""Bringing products by a file: try it out first, see every row that is wrong, then bring it in."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from shop.catalog import shopify
from shop.imports import actions, queries
from shop.imports.models import Import
from shop.imports.states import Mode
from tenants import context
from tenants.states import Role

SHOWN_ROWS = 100


class FileForm(forms.Form):
    """The file, and whether it is only tried out."""

    file = forms.FileField(
        label=_("CSV file in Shopify's format"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    dry_run = forms.BooleanField(
        label=_("Only try it out: show what would happen and change nothing"),
        required=False,
        initial=True,
    )
    good_rows = forms.BooleanField(
        label=_("Bring in the good products even if others have mistakes"), required=False
    )

    def clean_file(self) -> Any:
        """Refuse what no product file is."""
        file = self.cleaned_data["file"]
        if file.size is None or file.size > shopify.MAX_BYTES:
            most = shopify.MAX_BYTES // 2**20
            raise forms.ValidationError(gettext("The file is larger than %d MB.") % most)
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER)
def bring(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form; read the file when it comes, and lead to what became of it."""
    is_sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_sent else FileForm()
    if form.is_valid():
        try:
            done = _run(desk, form.cleaned_data)
        except Refusal as refusal:
            form.add_error("file", sentence(refusal))
        else:
            return redirect("portal:imported", public_id=desk.shop.public_id, import_id=done.pk)
    with context.activate(desk.shop):
        latest = list(queries.imports()[:5])
    content = {"desk": desk, "form": form, "latest": latest}
    return render(request, "portal/import.html", content, status=422 if form.is_bound else 200)


@require_safe
@at_desk(Role.MANAGER)
def show(request: HttpRequest, desk: Desk, import_id: Any) -> HttpResponse:
    """Show what became of a file: counts, every mistake with its row, and the pictures."""
    with context.activate(desk.shop):
        found = queries.find_import(import_id)
        if found is None:
            raise Http404
        pictures = queries.picture_progress(found, get_language() or "zh-hans")
    content = {
        "desk": desk,
        "found": found,
        "errors": _said(found.errors),
        "warnings": _said(found.warnings),
        "pictures": pictures,
    }
    return render(request, "portal/imported.html", content)


def _run(desk: Desk, wish: dict[str, Any]) -> Import:
    with context.activate(desk.shop):
        return actions.run(
            data=wish["file"].read(),
            file_name=wish["file"].name or "",
            mode=Mode.GOOD_ROWS if wish["good_rows"] else Mode.ALL_OR_NOTHING,
            dry_run=wish["dry_run"],
            by=desk.account.email,
        )


def _said(complaints: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first complaints in the reader's language."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [{**each, "words": each[language]} for each in complaints[:SHOWN_ROWS]]

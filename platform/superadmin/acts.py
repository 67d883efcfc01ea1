"""A page that asks why before something is done to a shop or a job."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from kernel.errors import Refusal


class ReasonForm(forms.Form):
    """Why: it stands in the audit log for ever."""

    reason = forms.CharField(
        label=_("Reason"), min_length=3, max_length=200, widget=UnfoldAdminTextInputWidget
    )


def ask_why(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    title: str,
    words: str,
    back: str,
    do: Callable[[str], str],
) -> HttpResponse:
    """Show the form; when it comes back filled, act and return to `back` with one sentence."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            messages.success(request, do(form.cleaned_data["reason"]))
        except Refusal as refusal:
            messages.error(request, refusal.sentence(get_language() or "zh-hans"))
        return HttpResponseRedirect(back)
    content = {**context, "title": title, "words": words, "form": form, "back": back}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "superadmin/ask_why.html", content, status=status)

"""A page that asks why before something is done to a shop or a job."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from kernel.errors import Refusal
from superadmin.audit import record
from superadmin.site import site


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


def act_on(
    request: HttpRequest,
    row: Model,
    *,
    name: str,
    title: str,
    words: str,
    back: str,
    verb: Callable[[str], object],
    facts: Callable[[Any], Mapping[str, Any]],
    first: Callable[[], object] = lambda: None,
) -> HttpResponse:
    """Ask why, then have `verb(reason)` change the row: that and the audit line, or nothing.

    `first` is done before, outside the transaction: what is said to WeChat.
    """

    def do(reason: str) -> str:
        before = dict(facts(row))
        first()
        with transaction.atomic():
            verb(reason)
            left = type(row)._default_manager.filter(pk=row.pk).first()
            after = facts(left) if left else {}
            record(request, name, row, before=before, after=after, reason=reason)
        return gettext("Done: %(job)s") % {"job": f"{title}: {left or row}"}

    context = {**site.each_context(request), "opts": row._meta}
    return ask_why(request, context, title=f"{title}: {row}", words=words, back=back, do=do)

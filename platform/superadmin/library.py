"""The platform's code at WeChat: drafts become templates, which are offered to shops, or not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from superadmin.acts import act_on
from superadmin.audit import Audited, record
from superadmin.marks import action, column
from superadmin.site import site
from tenants.programs.actions import WeChatUnavailable
from tenants.releases import library
from tenants.releases.models import Template
from tenants.releases.states import LIVE
from wechat import templates
from wechat.errors import TemplateUnknown, WeChatFailure


class DraftForm(forms.Form):
    """Which draft becomes a template, and what WeChat's reviewers must be told of it."""

    draft_id = forms.IntegerField(widget=forms.HiddenInput)
    order_path = forms.RegexField(
        label=_("Page of orders"),
        regex=r"^[A-Za-z0-9_\-/]{1,128}$",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "pages/orders/orders"}),
        error_messages={"invalid": _("A page's path: letters, digits and slashes.")},
    )
    has_ugc = forms.BooleanField(label=_("Customers publish in it"), required=False)


@admin.register(Template, site=site)
class Templates(Audited):
    """Versions that stand in WeChat's library, as we know them."""

    list_display = (
        column("version", _("Version")), column("wx_template_id", _("WeChat's number")),
        "is_offered", column("order_path", _("Page of orders")), "has_ugc",
        column("live_count", _("Apps that have it")), column("created_at", _("Since")),
    )  # fmt: skip
    list_filter = ("is_offered",)
    search_fields = ("version", "changelog", "git_sha")
    ordering = ("-created_at", "-pk")
    actions = None
    fields = (
        *("version", "wx_template_id", "is_offered", "changelog", "order_path", "has_ugc"),
        *("min_api", "git_sha", "created_at"),
    )
    readonly_fields = ("version", "wx_template_id", "created_at")
    actions_detail: Any = ("remove",)
    list_before_template: Any = "superadmin/library_link.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count the apps whose customers have each."""
        live = Count("releases", filter=Q(releases__state__in=LIVE))
        return super().get_queryset(request).annotate(live_count=live)

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may take a template out."""
        return _may_change(request)

    @action(description=_("Take out of WeChat's library"), url_path="remove",
            permissions=["act"], icon="delete")  # fmt: skip
    def remove(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete it at WeChat; our row stays, for releases tell of it, and is not offered."""
        template = get_object_or_404(Template, pk=object_id)
        words = gettext(
            "WeChat forgets this template: nobody can be brought to it any more. Apps that have it"
            " keep it."
        )
        return act_on(
            request,
            template,
            name="remove template",
            title=gettext("Take out of WeChat's library"),
            words=words,
            back=reverse("superadmin:releases_template_changelist"),
            verb=lambda _: library.offer(template=template, is_offered=False),
            first=lambda: _delete(template),
            facts=lambda t: {"is_offered": t.is_offered, "wx_template_id": t.wx_template_id},
        )


@site.page("library/", "library")
def show(request: HttpRequest) -> HttpResponse:
    """Show the drafts that developers uploaded; make one a template when its form comes back."""
    form = DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not _may_change(request):
        return HttpResponse(status=403)
    if form.is_valid():
        try:
            made = _add(request, form.cleaned_data)
        except WeChatUnavailable as refusal:
            messages.error(request, refusal.sentence(get_language() or "zh-hans"))
            return redirect("superadmin:library")
        names = ", ".join(template.version for template in made)
        messages.success(request, gettext("In the library now: %(versions)s") % {"versions": names})
        return redirect("superadmin:releases_template_changelist")
    content = {**site.each_context(request), "title": _("Drafts at WeChat"), "form": form}
    content["may_change"] = _may_change(request)
    try:
        content["drafts"] = templates.drafts()
    except WeChatFailure as failure:
        told = gettext("WeChat did not tell: %(why)s") % {"why": failure}
        messages.error(request, told)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "superadmin/library.html", content, status=status)


def _add(request: HttpRequest, wish: dict[str, Any]) -> list[Template]:
    """Have WeChat make a template of the draft, and note it: what others made meanwhile, too."""
    try:
        templates.add_draft(wish["draft_id"])
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure
    made = library.read_templates()
    with transaction.atomic():
        for template in made:
            Template.objects.filter(pk=template.pk).update(
                order_path=wish["order_path"], has_ugc=wish["has_ugc"]
            )
            facts = {"draft_id": wish["draft_id"], "order_path": wish["order_path"]}
            record(request, "add template", template, after=facts)
    return made


def _delete(template: Template) -> None:
    """Delete it at WeChat; gone already is as good."""
    try:
        templates.delete(template.wx_template_id)
    except TemplateUnknown:
        return
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure


def _may_change(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("releases.change_template"))

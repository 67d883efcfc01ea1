"""Every act of the platform's staff leaves a line that nobody can change."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from superadmin.models import AuditEntry

_HIDDEN = ("password", "token", "secret")


def record(
    request: HttpRequest,
    action: str,
    obj: Model,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write who did what to which object; call it in the transaction of the act."""
    return AuditEntry.objects.create(
        by=str(request.user),
        action=action,
        object_kind=obj._meta.label,
        object_id=str(obj.pk),
        object_label=str(obj)[:200],
        before=_plain(before or {}),
        after=_plain(after or {}),
        reason=reason[:200],
        ip=_address(request),
    )


class Audited(ModelAdmin):
    """A ModelAdmin whose every change is audited and in which nothing can be deleted.

    Every member of staff may look; acting needs Django's own permissions or a superuser.
    """

    actions_on_bottom = False
    actions_detail: Any = ()
    list_before_template: Any = None
    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let all staff look."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section to all staff."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows come to be through the platform's verbs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """History stays."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> TemplateResponse:
        """Name the list as the sidebar does, instead of by Django's name of the model."""
        named = self._named(request, extra_context)
        answer: TemplateResponse = super().changelist_view(request, named)
        return answer

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "",
        extra_context: Any = None,
    ) -> Any:  # fmt: skip
        """Name the page of a row as the sidebar names its list; the row itself stands beside."""
        named = self._named(request, extra_context)
        return super().changeform_view(request, object_id, form_url, named)

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        """Note what the form changes, for the audit line."""
        request.audited = (  # type: ignore[attr-defined]
            {name: form.initial.get(name) for name in form.changed_data},
            {name: form.cleaned_data.get(name) for name in form.changed_data},
        )
        super().save_model(request, obj, form, change)

    def _named(self, request: HttpRequest, extra_context: Any) -> dict[str, Any]:
        console: Any = self.admin_site
        title = console.words_of(request, self.model)
        return {**({"title": title} if title else {}), **(extra_context or {})}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Audit a new row."""
        record(request, "add", obj, after=_audited(request)[1])
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Audit a change with the values before and after."""
        before, after = _audited(request)
        record(request, "change", obj, before=before, after=after)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Audit a removal, should a subclass ever allow one."""
        for obj in queryset:
            record(request, "delete", obj)
        return super().log_deletions(request, queryset)


class ReadOnly(Audited):
    """A page to look at."""

    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is changed here."""
        return False


def _audited(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    return getattr(request, "audited", ({}, {}))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON can hold, without secrets."""
    return {
        name: "***" if any(word in name for word in _HIDDEN) else _word(value)
        for name, value in values.items()
    }


def _word(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(get_adapter().get_client_ip(request)))
    except ValueError:
        return None

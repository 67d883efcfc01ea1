"""Jobs: what waits, what runs, and the dead letters with why they died."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import QueuedMessage
from jobs.queue import QUEUES
from superadmin import letters
from superadmin.acts import ask_why
from superadmin.audit import ReadOnly, record
from superadmin.marks import action, column, display
from superadmin.site import site


class StateFilter(admin.SimpleListFilter):
    """The states of dramatiq's table, said for people."""

    title = _("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return [
            ("queued", _("waiting")),
            ("consumed", _("running")),
            ("rejected", _("dead letter")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the chosen state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class QueueFilter(admin.SimpleListFilter):
    """The four queues."""

    title = _("Queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the queues."""
        return [(name, name) for name in QUEUES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the chosen queue."""
        return queryset.filter(queue_name=self.value()) if self.value() else queryset


class AboutFilter(admin.SimpleListFilter):
    """Jobs that move money, and which."""

    title = _("About")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the parts of the code that handle them."""
        return [
            (letters.MONEY, _("money")),
            ("billing.payments", _("payment")),
            ("billing.refunds", _("refund")),
            ("billing.withdrawals", _("withdrawal")),
            ("billing.sharing", _("profit sharing")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the chosen part."""
        return queryset.filter(letters.about(self.value() or "")) if self.value() else queryset


@admin.register(QueuedMessage, site=site)
class Jobs(ReadOnly):
    """Messages in the queue."""

    list_display = (
        "actor", column("queue_name", _("Queue")), "state_label", column("tenant", _("Shop")),
        column("deliveries", _("Deliveries")), column("mtime", _("Last moved")), "why",
    )  # fmt: skip
    list_filter = (StateFilter, AboutFilter, QueueFilter)
    search_fields = ("tenant", "reason", "message__actor_name")
    ordering = ("-mtime",)
    fields = readonly_fields = (
        "actor", column("message_id", _("Number")), column("queue_name", _("Queue")),
        column("state", _("State")), column("tenant", _("Shop")),
        column("deliveries", _("Deliveries")), column("available_at", _("Due")),
        column("mtime", _("Last moved")), "payload", "traceback",
    )  # fmt: skip
    actions_detail: Any = ("run_again", "discard")

    @admin.display(description=_("Job"))
    def actor(self, job: QueuedMessage) -> str:
        """Return the name of the handler."""
        return str(job.message.get("actor_name", ""))

    @display(
        description=_("State"), ordering="state",
        label={"rejected": "danger", "queued": "info", "consumed": "warning"},
    )
    def state_label(self, job: QueuedMessage) -> str:
        """Return the state, coloured."""
        return job.state

    @admin.display(description=_("Why it died"))
    def why(self, job: QueuedMessage) -> str:
        """Return the last line of the reason: the exception."""
        lines = [line for line in job.reason.strip().splitlines() if line.strip()]
        return lines[-1][:160] if lines else ""

    @admin.display(description=_("What it was to do"))
    def payload(self, job: QueuedMessage) -> str:
        """Return the message's own words."""
        words = json.dumps(job.message.get("kwargs", {}), indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', words)

    @admin.display(description=_("Why it died"))
    def traceback(self, job: QueuedMessage) -> str:
        """Return the whole reason."""
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', job.reason or "-")

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may run again and discard."""
        return bool(request.user.has_perm("jobs.change_queuedmessage"))

    @action(description=_("Run again"), url_path="run-again", permissions=["act"], icon="replay")
    def run_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a dead letter back into its queue."""
        words = gettext("The job starts from the beginning. Handlers are made to be run twice.")
        title = gettext("Run again")

        return self._act(request, object_id, "run again", title, words, letters.run_again)

    @action(description=_("Discard"), url_path="discard", permissions=["act"], icon="delete")
    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set a dead letter aside."""
        words = gettext("The job will never run. What it was to do stays in the audit log.")
        title = gettext("Discard")
        return self._act(request, object_id, "discard", title, words, letters.discard)

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        words: str,
        verb: Callable[..., None],
    ) -> HttpResponse:
        letter = get_object_or_404(QueuedMessage, pk=object_id)

        def do(reason: str) -> str:
            before = _facts(letter)
            with transaction.atomic():
                verb(letter=letter)
                left = QueuedMessage.objects.filter(pk=letter.pk).first()
                after = _facts(left) if left else {}
                record(request, name, letter, before=before, after=after, reason=reason)
            return gettext("Done: %(job)s") % {"job": self.actor(letter)}

        context = {**site.each_context(request), "opts": self.opts}
        back = reverse("superadmin:jobs_queuedmessage_changelist") + "?state=rejected"
        title = f"{title}: {self.actor(letter)}"
        return ask_why(request, context, title=title, words=words, back=back, do=do)


def _facts(letter: QueuedMessage) -> dict[str, Any]:
    """Return what the audit log keeps of a letter: all of it, for it may be gone afterwards."""
    return {
        "state": letter.state,
        "deliveries": letter.deliveries,
        "tenant": letter.tenant,
        "message": json.dumps(letter.message, ensure_ascii=False),
        "reason": letter.reason,
    }

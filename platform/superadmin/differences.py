"""What differs between WeChat's bills and the shops' books: explain, repair, write off."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from billing.reconciliation import actions, repairs, telling, words
from billing.reconciliation.models import Difference
from billing.reconciliation.repairs import Answer
from billing.rollups.models import ShopDifference
from kernel.money import Money
from superadmin.acts import act_on
from superadmin.audit import ReadOnly
from superadmin.marks import action, column, display
from superadmin.site import site
from tenants import context, directory
from tenants.context import Shop

COLOURS = {"open": "danger", "explained": "warning", "fixed": "success", "written_off": "info"}


@admin.register(ShopDifference, site=site)
class Differences(ReadOnly):
    """Differences of all shops; each shop's own row decides, this one shows it."""

    list_display = (
        column("day", _("Day")), column("tenant_public_id", _("Shop")), "kind_said", "state_label",
        column("number", _("Number")), "there", "here", column("note", _("Note")),
    )  # fmt: skip
    list_filter = ("state", "kind", "bill", "day")
    search_fields = ("number", "order_number", "tenant_public_id")
    ordering = ("-day", "-pk")
    fields = readonly_fields = (
        "why", "would", "state_label", column("note", _("Note")),
        column("ended_by", _("Settled by")), column("tenant_public_id", _("Shop")),
        column("day", _("Day")), column("number", _("Number")),
        column("order_number", _("Order")), "there", "here", "history",
        column("found_at", _("Found")), column("changed_at", _("Last moved")),
    )  # fmt: skip
    actions_detail: Any = ("repair", "explain", "write_off")

    @admin.display(description=_("Kind"), ordering="kind")
    def kind_said(self, row: ShopDifference) -> str:
        """Return the kind in words."""
        return words.TITLES[row.kind].said(_language())

    @display(description=_("State"), ordering="state", label=COLOURS)
    def state_label(self, row: ShopDifference) -> str:
        """Return the state, coloured."""
        return row.state

    @admin.display(description=_("WeChat says"), ordering="there_minor")
    def there(self, row: ShopDifference) -> str:
        """Return WeChat's figure."""
        return _money(row.there_minor, row.currency)

    @admin.display(description=_("Our books say"), ordering="here_minor")
    def here(self, row: ShopDifference) -> str:
        """Return our figure."""
        return _money(row.here_minor, row.currency)

    @admin.display(description=_("Why"))
    def why(self, row: ShopDifference) -> str:
        """Return the explanation with its figures."""
        said = words.why(
            kind=row.kind,
            noun=row.noun,
            number=row.number,
            there=_amount(row.there_minor, row.currency),
            here=_amount(row.here_minor, row.currency),
            facts=row.facts,
        )
        return said.said(_language())

    @admin.display(description=_("What the repair does"))
    def would(self, row: ShopDifference) -> str:
        """Return what one click would do."""
        return words.REPAIRS[repairs.of(_as_in_shop(row))].said(_language())

    @admin.display(description=_("History"))
    def history(self, row: ShopDifference) -> str:
        """Return the shop's own lines about it, the oldest first."""
        with context.activate(_shop(row)):
            steps = Difference.objects.get(pk=row.difference_id).steps.order_by("at", "id")
            lines = [f"{s.at:%Y-%m-%d %H:%M:%S} {s.event} {s.by}".rstrip() for s in steps]
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', "\n".join(lines))

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may settle differences."""
        return bool(request.user.has_perm("rollups.change_shopdifference"))

    @action(description=_("Repair"), url_path="repair", permissions=["act"], icon="build")
    def repair(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask WeChat, or post a journal: what the page says."""
        row = get_object_or_404(ShopDifference, pk=object_id)
        answers: list[Answer] = []

        def ask() -> None:
            with context.activate(_shop(row)):
                answers.append(actions.ask(row.difference_id))

        def conclude(reason: str) -> None:
            actions.conclude(
                difference_id=row.difference_id,
                answer=answers[0],
                by=str(request.user),
                note=reason,
            )

        text = self.would(row)
        return self._act(request, row, "repair", gettext("Repair"), text, conclude, first=ask)

    @action(description=_("Explain"), url_path="explain", permissions=["act"], icon="edit_note")
    def explain(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down why."""
        row = get_object_or_404(ShopDifference, pk=object_id)
        text = gettext("The owner reads it, too. The difference stays until it is gone.")
        return self._settle(request, row, "explain", gettext("Explain"), text, actions.explain)

    @action(description=_("Write off"), url_path="write-off", permissions=["act"], icon="block")
    def write_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leave it as it is, for good."""
        row = get_object_or_404(ShopDifference, pk=object_id)
        text = gettext("Nothing is posted: the books keep what they say. This cannot be undone.")
        title = gettext("Write off")
        return self._settle(request, row, "write off", title, text, actions.write_off)

    def _settle(
        self, request: HttpRequest, row: ShopDifference, name: str, title: str, text: str,
        verb: Callable[..., object],
    ) -> HttpResponse:  # fmt: skip
        def do(reason: str) -> None:
            verb(difference_id=row.difference_id, by=str(request.user), note=reason)

        return self._act(request, row, name, title, text, do)

    def _act(
        self, request: HttpRequest, row: ShopDifference, name: str, title: str, text: str,
        verb: Callable[[str], object], first: Callable[[], object] = lambda: None,
    ) -> HttpResponse:  # fmt: skip
        def inside(reason: str) -> None:
            with context.activate(_shop(row)):
                verb(reason)
                telling.tell()

        return act_on(
            request, row, name=f"{name} difference", title=title,
            words=f"{self.why(row)} {text}",
            back=reverse("superadmin:rollups_shopdifference_change", args=[row.pk]),
            verb=inside, first=first,
            facts=lambda one: {"state": one.state, "note": one.note, "kind": one.kind},
        )  # fmt: skip


def _shop(row: ShopDifference) -> Shop:
    shop = directory.shop_by_public_id(row.tenant_public_id)
    if shop is None:
        raise Difference.DoesNotExist(row.tenant_public_id)
    return shop


def _as_in_shop(row: ShopDifference) -> Difference:
    """Return the row as its shop has it, for what is asked of its kind only."""
    return Difference(
        kind=row.kind, noun=row.noun, number=row.number, currency=row.currency, facts=row.facts
    )


def _amount(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _money(minor: int | None, currency: str) -> str:
    return "—" if minor is None else str(Money(minor, currency))


def _language() -> str:
    return get_language() or "zh-hans"

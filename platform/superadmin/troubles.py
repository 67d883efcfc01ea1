"""Payments, refunds, withdrawals and sharings of all shops that need a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.reconciliation import troubles
from billing.reconciliation.troubles import Noun
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from billing.rollups import troubles as rollups
from billing.rollups.models import ShopTrouble
from kernel.money import Money
from superadmin.acts import act_on
from superadmin.audit import ReadOnly
from superadmin.marks import action, column, display
from superadmin.site import site
from tenants import context, directory

NOUNS = {
    Noun.PAYMENT: _("payment"),
    Noun.REFUND: _("refund"),
    Noun.WITHDRAWAL: _("withdrawal"),
    Noun.SHARING: _("profit sharing"),
}


class NounFilter(admin.SimpleListFilter):
    """What it is that waits."""

    title = _("What")
    parameter_name = "noun"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the nouns."""
        return [(str(noun), words) for noun, words in NOUNS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the chosen noun."""
        return queryset.filter(noun=self.value()) if self.value() else queryset


class SettledFilter(admin.SimpleListFilter):
    """What waits, unless what was settled is asked for."""

    title = _("Settled by hand")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two lists."""
        return [("no", _("waiting")), ("yes", _("settled by hand"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the chosen list."""
        return queryset.filter(settled_at__isnull=self.value() != "yes")

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Offer the two lists, and not both in one."""
        for name, words in self.lookup_choices:
            link = changelist.get_query_string({self.parameter_name: name})
            chosen = (self.value() or "no") == name
            yield {"selected": chosen, "query_string": link, "display": words}


@admin.register(ShopTrouble, site=site)
class Troubles(ReadOnly):
    """What did not come to an end by itself, in any shop; each shop's own row decides."""

    list_display = (
        column("since_at", _("Since")), column("tenant_public_id", _("Shop")), "what",
        column("number", _("Number")), column("order_number", _("Order")), "amount",
        "state_label", column("reason", _("WeChat's reason")), column("tries_count", _("Tries")),
    )  # fmt: skip
    fields = readonly_fields = (
        *list_display, column("settled_at", _("Settled")), column("settled_by", _("Settled by")),
        column("note", _("Note")),
    )  # fmt: skip
    list_filter = (SettledFilter, NounFilter, "reason")
    search_fields = ("number", "order_number", "tenant_public_id")
    ordering = ("since_at", "pk")
    actions_detail: Any = ("try_again", "by_hand", "settle")

    @admin.display(description=_("What"), ordering="noun")
    def what(self, row: ShopTrouble) -> str:
        """Return the noun in words."""
        return str(NOUNS[Noun(row.noun)])

    @admin.display(description=_("Amount"), ordering="amount_minor")
    def amount(self, row: ShopTrouble) -> str:
        """Return what it is about."""
        return str(Money(row.amount_minor, row.currency))

    @display(description=_("State"), ordering="state", label={"abnormal": "danger"})
    def state_label(self, row: ShopTrouble) -> str:
        """Return the state, coloured."""
        return row.state

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may try again and settle."""
        return bool(request.user.has_perm("rollups.change_shoptrouble"))

    @action(description=_("Try again"), url_path="try-again", permissions=["act"], icon="replay")
    def try_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have the worker ask WeChat now, under the same number."""
        row = get_object_or_404(ShopTrouble, pk=object_id)

        def retry(_reason: str) -> None:
            with _shop_of(row):
                troubles.retry(noun=Noun(row.noun), row_id=row.row_id, by=str(request.user))
                troubles.tell()

        words = gettext(
            "The worker asks WeChat at once, under the same number: nothing is done twice."
        )
        return self._act(request, row, "retry", gettext("Try again"), words, retry)

    def has_by_hand_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may note what a shop paid itself: a refund that was left to a person."""
        rows = ShopTrouble.objects.filter(pk=object_id, noun=Noun.REFUND)
        return self.has_act_permission(request) and rows.exists()

    @action(
        description=_("Refunded by hand"), url_path="by-hand", permissions=["by_hand"],
        icon="account_balance",
    )  # fmt: skip
    def by_hand(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that the shop gave the money back itself, and post it."""
        row = get_object_or_404(ShopTrouble, pk=object_id, noun=Noun.REFUND)
        seen: list[int] = []

        def prove() -> None:
            with _shop_of(row):
                seen.append(refunds.prove_unpaid(refund=Refund.objects.get(pk=row.row_id)))

        def note(reason: str) -> None:
            with _shop_of(row):
                refund = Refund.objects.get(pk=row.row_id)
                refunds.note_paid_by_hand(
                    refund=refund, why=reason, by=str(request.user), seen_tries=seen[-1]
                )
                troubles.tell()

        words = gettext(
            "The shop paid the customer outside WeChat, for instance through its bank. WeChat is"
            " asked first: it must know nothing of this refund. Then the books say that the owner"
            " paid it, and it counts as refunded. This cannot be taken back."
        )
        title = gettext("Refunded by hand")
        return self._act(request, row, "by_hand", title, words, note, first=prove)

    @action(description=_("Settled by hand"), url_path="settle", permissions=["act"], icon="done")
    def settle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take it off the list, with the reason why nothing is left to do; see `rollups.settle`."""
        row = get_object_or_404(ShopTrouble, pk=object_id)

        def settled(reason: str) -> None:
            rollups.settle(trouble=row, by=str(request.user), note=reason)

        words = gettext(
            "It leaves the list until it moves. Nothing is posted: the shop's books stay as they"
            " are, and the worker goes on asking."
        )
        return self._act(request, row, "settle", gettext("Settled by hand"), words, settled)

    def _act(
        self, request: HttpRequest, row: ShopTrouble, name: str, title: str, words: str,
        verb: Callable[[str], None], *, first: Callable[[], object] = lambda: None,
    ) -> HttpResponse:  # fmt: skip
        return act_on(
            request, row, name=f"{name} {row.noun}", title=title, words=words,
            back=reverse("superadmin:rollups_shoptrouble_changelist"), verb=verb, first=first,
            facts=lambda one: {"number": one.number, "state": one.state, "reason": one.reason,
                               "settled_by": one.settled_by},
        )  # fmt: skip


@contextmanager
def _shop_of(row: ShopTrouble) -> Iterator[None]:
    shop = directory.shop_by_public_id(row.tenant_public_id)
    if shop is None:
        raise ShopTrouble.DoesNotExist
    with context.activate(shop):
        yield

"""Plans and their versions, subscriptions and invoices of all shops."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from billing.plans import accepting, actions, giving_back, issuing, library, queries
from billing.plans.models import (
    Invoice,
    InvoiceLine,
    Plan,
    PlanVersion,
    Subscription,
    SubscriptionStep,
)
from billing.plans.moves import locked
from billing.plans.states import InvoiceState, SubscriptionState
from kernel.money import Money
from superadmin.acts import act_on
from superadmin.audit import Audited, ReadOnly
from superadmin.marks import action, column, display
from superadmin.shown import History, Shown
from superadmin.site import site
from tenants.limits import Limit
from tenants.modules import BUILT

TRIAL_DAYS = 14
SUBSCRIPTION_COLOURS = {
    SubscriptionState.TRIALING: "info", SubscriptionState.ACTIVE: "success",
    SubscriptionState.PAST_DUE: "warning", SubscriptionState.SUSPENDED: "danger",
    SubscriptionState.CANCELLED: "warning", SubscriptionState.ENDED: "danger",
}  # fmt: skip
INVOICE_COLOURS = {
    InvoiceState.OPEN: "warning", InvoiceState.PAID: "success", InvoiceState.VOID: "info",
}  # fmt: skip


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """A plan's names, and whether it is the default instead of another one."""

    class Meta:
        model = Plan
        fields = ("code", "name_zh", "name_en", "is_offered", "is_default")
        labels: ClassVar[dict[str, Any]] = {
            "code": _("Code"),
            "name_zh": _("Chinese name"),
            "name_en": _("English name"),
            "is_offered": _("Owners may choose it"),
            "is_default": _("New shops try this one"),
        }

    def _get_validation_exclusions(self) -> set[str]:
        """Let a second default through: saving it takes the first one's place."""
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return found | {"is_default"}


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version: price and limits; empty limits are none."""

    class Meta:
        model = PlanVersion
        fields = ("plan", "currency", "month_minor", "year_minor", "trial_days")
        labels: ClassVar[dict[str, Any]] = {
            "plan": _("Plan"),
            "currency": _("Currency"),
            "month_minor": _("Price of a month, in minor units"),
            "year_minor": _("Price of a year, in minor units"),
            "trial_days": _("Days of trial"),
        }


class LimitedVersionForm(VersionForm):
    """With a field for each limit."""

    staff = forms.IntegerField(
        label=_("Members of staff"), required=False, min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    products = forms.IntegerField(
        label=_("Products"), required=False, min_value=0, widget=UnfoldAdminIntegerFieldWidget
    )
    storage_bytes = forms.IntegerField(
        label=_("Bytes of pictures"), required=False, min_value=0,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    orders_per_month = forms.IntegerField(
        label=_("Orders a month"), required=False, min_value=0,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    messages_per_month = forms.IntegerField(
        label=_("Messages a month"), required=False, min_value=0,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip

    modules = forms.MultipleChoiceField(
        label=_("Parts (none ticked: all)"), required=False,
        choices=[(part.value, part.value) for part in BUILT],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def limits(self) -> dict[str, int]:
        """Return the limits that were filled in."""
        found = {str(limit): self.cleaned_data.get(str(limit)) for limit in Limit}
        return {name: most for name, most in found.items() if most is not None}


@admin.register(Plan, site=site)
class Plans(Audited):
    """The plans by name: rename, offer, choose the default."""

    list_display = (
        column("code", _("Code")), column("name_zh", _("Chinese name")),
        column("name_en", _("English name")), "is_offered", "is_default",
    )  # fmt: skip
    form = PlanForm
    fields = ("code", "name_zh", "name_en", "is_offered", "is_default")
    ordering = ("code",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add plans."""
        return bool(request.user.has_perm("plans.add_plan"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A plan keeps its code."""
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let only one plan be the default."""
        if obj.is_default:
            Plan.objects.exclude(pk=obj.pk).update(is_default=False)
        super().save_model(request, obj, form, change)


@admin.register(PlanVersion, site=site)
class PlanVersions(Audited):
    """Prices and limits: added, never changed."""

    list_display = (
        column("plan.code", _("Plan")), column("number", _("Number")), "month", "year",
        column("trial_days", _("Days of trial")), column("limits", _("Limits")),
        column("modules", _("Parts")),
        column("created_by", _("By")), column("created_at", _("Since")),
    )  # fmt: skip
    form = LimitedVersionForm
    list_select_related = ("plan",)
    ordering = ("plan__code", "-number")

    @admin.display(description=_("By the month"))
    def month(self, version: PlanVersion) -> str:
        """Return the price of a month."""
        return str(Money(version.month_minor, version.currency))

    @admin.display(description=_("By the year"))
    def year(self, version: PlanVersion) -> str:
        """Return the price of a year."""
        return str(Money(version.year_minor, version.currency))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add versions."""
        return bool(request.user.has_perm("plans.add_planversion"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sold stays as it was sold."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add the version by its verb: the number is the next one."""
        wish = form.cleaned_data
        made = library.add_version(
            plan=wish["plan"], currency=wish["currency"], month_minor=wish["month_minor"],
            year_minor=wish["year_minor"], trial_days=wish["trial_days"], limits=form.limits(),
            modules=wish["modules"] or None, by=str(request.user),
        )  # fmt: skip
        obj.pk, obj.number = made.pk, made.number
        obj._state.adding = False
        request.audited = ({}, {**wish, "number": made.number})  # type: ignore[attr-defined]


class Steps(History):
    """The subscription's history."""

    model = SubscriptionStep


@admin.register(Subscription, site=site)
class Subscriptions(ReadOnly):
    """Who has which plan."""

    list_display = (
        column("tenant.name", _("Shop")), column("tenant.state", _("State of the shop")),
        column("version", _("Version")), "state_label", column("trial_ends_at", _("Trial until")),
        column("period_ends_at", _("Paid until")),
    )  # fmt: skip
    list_filter = ("state", "interval", "version__plan")
    search_fields = ("tenant__name", "tenant__public_id")
    list_select_related = ("tenant", "version__plan")
    ordering = ("-pk",)
    fields = readonly_fields = (
        column("tenant", _("Shop")), column("version", _("Version")),
        column("interval", _("Interval")), column("state", _("State")),
        column("trial_ends_at", _("Trial until")), column("period_started_at", _("Paid from")),
        column("period_ends_at", _("Paid until")), column("next_version", _("Then")),
        column("due_at", _("Looked at next")),
    )  # fmt: skip
    inlines = (Steps,)
    actions_detail: Any = ("extend", "cancel")

    @display(description=_("State"), ordering="state", label=SUBSCRIPTION_COLOURS)
    def state_label(self, row: Subscription) -> str:
        """Return the state, coloured."""
        return row.state

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may act on plans of shops."""
        return bool(request.user.has_perm("plans.change_subscription"))

    @action(description=_("Extend the trial"), url_path="extend", permissions=["act"],
            icon="more_time")  # fmt: skip
    def extend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give two weeks more."""
        words = gettext("The trial lasts %(days)s days longer; an unpaid invoice is taken back.")
        return self._act(
            request, object_id, "extend trial", gettext("Extend the trial"),
            words % {"days": TRIAL_DAYS},
            lambda row, by: actions.extend_trial(subscription=row, days=TRIAL_DAYS, by=by),
        )  # fmt: skip

    @action(description=_("Cancel"), url_path="cancel", permissions=["act"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Cancel for the owner."""
        words = gettext("The plan runs to the end of what is paid, and then ends.")
        return self._act(request, object_id, "cancel plan", gettext("Cancel"), words,
                         lambda row, by: actions.cancel(subscription=row, by=by))  # fmt: skip

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        words: str,
        verb: Callable[[Subscription, str], object],
    ) -> HttpResponse:
        row = get_object_or_404(Subscription, pk=object_id)
        return act_on(
            request, row, name=name, title=title, words=words,
            back=reverse("superadmin:plans_subscription_change", args=[row.pk]),
            verb=lambda _: verb(row, str(request.user)),
            facts=lambda r: {"state": r.state, "trial_ends_at": str(r.trial_ends_at)},
        )  # fmt: skip


class Lines(Shown):
    """The invoice's lines."""

    model = InvoiceLine
    fields = readonly_fields = (
        column("kind", _("Kind")), column("version", _("Version")),
        column("amount_minor", _("Amount (minor units)")), column("why", _("Derivation")),
    )  # fmt: skip
    verbose_name_plural = _("Lines")


@admin.register(Invoice, site=site)
class Invoices(ReadOnly):
    """All invoices."""

    list_display = (
        column("name", _("Number")), column("subscription.tenant.name", _("Shop")), "total_shown",
        "state_label", column("issued_at", _("Issued")), column("due_at", _("Due")),
        column("paid_at", _("Paid")),
    )  # fmt: skip
    list_filter = ("state", "purpose", "issued_at")
    search_fields = ("subscription__tenant__name", "subscription__tenant__public_id", "number")
    list_select_related = ("subscription__tenant",)
    ordering = ("-number",)
    fields = readonly_fields = (
        column("name", _("Number")), column("subscription.tenant", _("Shop")), "total_shown",
        column("state", _("State")), column("purpose", _("Purpose")),
        column("version", _("Version")), column("period_from", _("Paid from")),
        column("period_to", _("Paid until")), column("due_at", _("Due")),
        column("paid_at", _("Paid")), column("paid_by", _("Paid by")),
        column("refunded_minor", _("Given back (minor units)")),
    )  # fmt: skip
    inlines = (Lines,)
    actions_detail: Any = ("paid_by_bank", "give_back", "take_back")

    @admin.display(description=_("Total"), ordering="total_minor")
    def total_shown(self, invoice: Invoice) -> str:
        """Return the total."""
        return str(invoice.total)

    @display(description=_("State"), ordering="state", label=INVOICE_COLOURS)
    def state_label(self, invoice: Invoice) -> str:
        """Return the state, coloured."""
        return invoice.state

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may act on invoices."""
        return bool(request.user.has_perm("plans.change_invoice"))

    @action(description=_("Paid by bank"), url_path="bank", permissions=["act"],
            icon="account_balance")  # fmt: skip
    def paid_by_bank(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note a bank transfer; the reason is the bank's reference."""
        words = gettext("The money is in the platform's bank account. The reason is its reference.")
        return self._act(
            request, object_id, "paid by bank", gettext("Paid by bank"), words,
            lambda row, why, by: accepting.pay_by_bank(invoice=row, reference=why, by=by),
        )  # fmt: skip

    @action(description=_("Give back"), url_path="give-back", permissions=["act"], icon="undo")
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give back all that is left of what was paid by WeChat."""
        words = gettext("All that is left of it goes back to who paid. The plan stays as it is.")
        return self._act(
            request, object_id, "give back invoice", gettext("Give back"), words,
            lambda row, why, by: giving_back.request(
                invoice=row, amount=row.refundable, reason=why, by=by,
                key=f"staff {queries.refunds_count(row)}",  # again once WeChat closed the last
            ),
        )  # fmt: skip

    @action(description=_("Take back"), url_path="void", permissions=["act"], icon="block")
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take an unpaid invoice back."""
        words = gettext("An invoice that is not paid is taken back; its number stays.")
        return self._act(
            request, object_id, "void invoice", gettext("Take back"), words,
            _take_back,
        )  # fmt: skip

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        words: str,
        verb: Callable[[Invoice, str, str], object],
    ) -> HttpResponse:
        row = get_object_or_404(Invoice, pk=object_id)
        return act_on(
            request, row, name=name, title=title, words=words,
            back=reverse("superadmin:plans_invoice_change", args=[row.pk]),
            verb=lambda reason: verb(row, reason, str(request.user)),
            facts=lambda i: {"state": i.state, "refunded_minor": i.refunded_minor},
        )  # fmt: skip


def _take_back(row: Invoice, why: str, by: str) -> None:
    subscription = locked(row.subscription_id)
    if not issuing.void(row, subscription=subscription, reason=why, by=by):
        row.refresh_from_db()
        raise accepting.InvoiceNotOpen(invoice=row.name, state=row.state)

"""Recommendations at the owner's desk: the programme's rules, product rates, and who recommends."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from shop.catalog.models import Product
from shop.distribution import actions, queries
from shop.distribution.amounts import MOST_BP, Rule
from shop.distribution.models import Distributor
from shop.distribution.states import DistributorState, Entry, Touch
from tenants import context
from tenants.states import Role

PER_PAGE = 20
MOST_TO_CHOOSE = 500
"""So many products stand in the list to choose from, the newest first."""
D = DistributorState
STATES: dict[str, tuple[str, str]] = {
    D.APPLIED: ("wait", gettext_noop("Applied")),
    D.ACTIVE: ("good", gettext_noop("Active")),
    D.PAUSED: ("", gettext_noop("Paused")),
    D.REFUSED: ("bad", gettext_noop("Refused")),
}
"""How a distributor's state looks, and what it is called."""
VERBS = {"accept": D.ACTIVE, "refuse": D.REFUSED, "pause": D.PAUSED}


class ProgrammeForm(forms.Form):
    """The programme's rules, in percent and days."""

    is_open = forms.BooleanField(label=_("Customers may recommend the shop"), required=False)
    percent = forms.DecimalField(
        label=_("Commission in percent"), min_value=0, max_value=MOST_BP // 100, decimal_places=2,
        help_text=_("Of what is paid for goods, without delivery."),
    )  # fmt: skip
    entry = forms.ChoiceField(
        label=_("Who may take part"),
        choices=[(Entry.APPLY, _("Who applies and is accepted")), (Entry.EVERYONE, _("Everyone"))],
    )
    touch = forms.ChoiceField(
        label=_("Which link counts"),
        choices=[(Touch.LAST, _("The last one opened")), (Touch.FIRST, _("The first one opened"))],
    )
    window_days = forms.IntegerField(
        label=_("So many days a link counts"), min_value=1, max_value=180
    )
    hold_days = forms.IntegerField(
        label=_("Paid so many days after the receipt"), min_value=0, max_value=60,
        help_text=_("As long as goods may be given back, usually 7."),
    )  # fmt: skip

    @classmethod
    def showing(cls, rule: Rule) -> "ProgrammeForm":
        """Return the form filled with what counts now."""
        kept = {name: getattr(rule, name) for name in Rule.__slots__}
        return cls(initial={**kept, "percent": rule.rate_bp / 100})

    def rule(self) -> Rule:
        """Return what was typed."""
        typed = dict(self.cleaned_data)
        return Rule(rate_bp=int(typed.pop("percent") * 100), **typed)


class RateForm(forms.Form):
    """A product's own rate; empty: the programme's."""

    product = forms.ChoiceField(label=_("Product"))
    percent = forms.DecimalField(
        label=_("Commission in percent"), min_value=0, max_value=MOST_BP // 100, decimal_places=2,
        required=False, help_text=_("Empty: as the programme says. 0: none."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "rate-%s")  # another form on the page has a `percent` too
        super().__init__(*args, **kwargs)
        goods = Product.objects.order_by("-pk").values_list("pk", "title")[:MOST_TO_CHOOSE]
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(pk), title) for pk, title in goods]


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show distributors and rules; the owner sets the rules here."""
    form = ProgrammeForm(request.POST) if request.method == "POST" else None
    if form is not None and not desk.is_owner:
        raise Http404
    if form is not None and form.is_valid():
        with context.activate(desk.shop):
            actions.set_rules(rule=form.rule(), by=desk.account.email)
        messages.success(request, gettext("The rules count for orders from now on."))
        return redirect("portal:distribution", public_id=desk.shop.public_id)
    return _page(request, desk, form=form)


@require_POST
@at_desk(Role.OWNER)
def set_rate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give a product a rate of its own, or take it away."""
    with context.activate(desk.shop):
        form = RateForm(request.POST)
        if form.is_valid():
            percent = form.cleaned_data["percent"]
            actions.set_rate(
                product_id=UUID(form.cleaned_data["product"]),
                rate_bp=None if percent is None else int(percent * 100),
                by=desk.account.email,
            )
    if not form.is_valid():
        return _page(request, desk, rate_form=form)
    messages.success(request, gettext("The rate counts for orders from now on."))
    return redirect("portal:distribution", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.MANAGER)
def review(request: HttpRequest, desk: Desk, distributor_id: UUID, verb: str) -> HttpResponse:
    """Accept, refuse or pause somebody; a refusal comes back above the list."""
    if verb not in VERBS:
        raise Http404
    with context.activate(desk.shop):
        row = Distributor.objects.filter(pk=distributor_id).first()
        if row is None:
            raise Http404
        try:
            actions.review(distributor=row, target=VERBS[verb], by=desk.account.email)
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
        else:
            messages.success(request, gettext("Noted."))
    return redirect("portal:distribution", public_id=desk.shop.public_id)


def _page(
    request: HttpRequest,
    desk: Desk,
    *,
    form: ProgrammeForm | None = None,
    rate_form: RateForm | None = None,
) -> HttpResponse:
    state = request.GET.get("state", "")
    if state and state not in set(D):
        raise Http404
    with context.activate(desk.shop):
        rule, counts = queries.rule(), queries.counts_by_state()
        rows = queries.distributors(state=state or None)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        shown = [_shown(row) for row in page.object_list]
        rates = queries.named_rates()
        rate_form = rate_form or RateForm()
    filters = [("", gettext("All"), sum(counts.values()))]
    filters += [(s.value, gettext(STATES[s][1]), counts.get(s, 0)) for s in D]
    content = {
        "desk": desk, "rule": rule, "rows": shown, "page": page, "state": state, "q": "",
        "filters": filters, "rates": rates, "form": form or ProgrammeForm.showing(rule),
        "rate_form": rate_form,
    }  # fmt: skip
    is_wrong = (form is not None) or rate_form.is_bound
    return render(request, "portal/distribution.html", content, status=422 if is_wrong else 200)


def _shown(row: Distributor) -> Distributor:
    """Give a row how it looks on a page, and what may be done with it."""
    row.look, words = STATES[row.state]  # type: ignore[attr-defined]
    row.words = gettext(words)  # type: ignore[attr-defined]
    row.may_accept = row.state != D.ACTIVE  # type: ignore[attr-defined]
    row.may_refuse = row.state == D.APPLIED  # type: ignore[attr-defined]
    row.may_pause = row.state == D.ACTIVE  # type: ignore[attr-defined]
    return row

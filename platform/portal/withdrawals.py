"""Withdrawals at the owner's desk: who wants money of a wallet, yes or no, and by which rules."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.ledger import queries as books
from billing.withdrawals import actions, queries, transferring
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import IN_FLIGHT, RELEASED, TO_REVIEW, UNTOLD
from billing.withdrawals.states import WithdrawalState as W
from kernel.errors import Refusal
from kernel.money import EXPONENTS
from portal.access import Desk, at_desk
from portal.words import sentence
from shop.wallets import queries as wallets
from tenants import context
from tenants.lifecycle import Door
from tenants.states import Role

PER_PAGE = 20
STATES: dict[str, tuple[str, str]] = {
    W.REQUESTED: ("wait", gettext_noop("To review")),
    W.REVIEWED: ("wait", gettext_noop("One more yes")),
    W.APPROVED: ("", gettext_noop("Approved")),
    W.SUBMITTING: ("", gettext_noop("Being handed to WeChat")),
    W.UNKNOWN: ("wait", gettext_noop("Asking WeChat")),
    W.WAIT_USER_CONFIRM: ("", gettext_noop("Customer must confirm")),
    W.PROCESSING: ("", gettext_noop("WeChat is paying")),
    W.CANCELLING: ("wait", gettext_noop("Being cancelled")),
    W.PAID: ("good", gettext_noop("Paid")),
    W.EXPIRED: ("bad", gettext_noop("Not confirmed in time")),
    W.CANCELLED: ("bad", gettext_noop("Cancelled")),
    W.FAILED: ("bad", gettext_noop("Failed")),
    W.REJECTED: ("bad", gettext_noop("Rejected")),
}
"""How a state looks, and what it is called."""
EVENTS = {
    "requested": gettext_noop("Requested"),
    "reviewed": gettext_noop("One of two said yes"),
    "approved": gettext_noop("Approved"),
    "handed_over": gettext_noop("Handed to WeChat"),
    "refused": gettext_noop("WeChat refused"),
    "unclear": gettext_noop("WeChat's answer was lost"),
    "cancel_asked": gettext_noop("WeChat was asked to cancel"),
    "cancel_refused": gettext_noop("WeChat did not cancel"),
    "retried": gettext_noop("Tried again"),
    "paid_by_hand": gettext_noop("Paid by hand"),
    "mismatched": gettext_noop("WeChat told something that does not fit"),
    "contradicted": gettext_noop("WeChat contradicted how it ended"),
}
PEOPLE = {
    "customer": gettext_noop("customer"),
    "wechat": gettext_noop("WeChat"),
    "platform": gettext_noop("platform"),
}
REFUSALS = {
    "NO_AUTH": _("Your merchant at WeChat Pay does not let the platform transfer yet."),
    "NOT_ENOUGH": _("The operating account of your merchant at WeChat Pay holds too little."),
    "RULE_LIMIT": _("A daily limit of WeChat Pay is reached. It is tried again."),
}
"""What WeChat's commonest codes mean for the owner."""
FILTERS = [
    ("", _("To review"), TO_REVIEW),
    ("flight", _("Being paid out"), IN_FLIGHT | {W.APPROVED}),
    ("paid", _("Paid out"), frozenset({W.PAID})),
    ("returned", _("Not paid"), RELEASED),
    ("all", _("All"), frozenset(W)),
]


class AnswerForm(forms.Form):
    """Why not, or how it was paid: the customer reads it."""

    answer = forms.CharField(label=_("What the customer reads"), min_length=2, max_length=200)


class RulesForm(forms.Form):
    """The shop's rules, in whole units of money and in percent."""

    is_open = forms.BooleanField(label=_("Customers may withdraw"), required=False)
    minimum = forms.DecimalField(label=_("Least amount"), min_value=Decimal("0.01"))
    fee_percent = forms.DecimalField(
        label=_("Fee in percent"), min_value=0, max_value=50, decimal_places=2
    )
    fee_fixed = forms.DecimalField(label=_("Fixed fee"), min_value=0, max_value=10_000)
    daily = forms.DecimalField(
        label=_("A customer's most for a day"), min_value=0, max_value=20_000,
        help_text=_("WeChat itself allows 20,000 yuan a day."),
    )  # fmt: skip
    daily_count = forms.IntegerField(
        label=_("Withdrawals of a customer in a day"), min_value=0, max_value=100
    )
    second_approval_from = forms.DecimalField(
        label=_("Two persons must agree from"), min_value=0, max_value=10**8, required=False,
        help_text=_("Empty: one person is always enough."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = Decimal(10) ** EXPONENTS.get(currency, 2)

    @classmethod
    def showing(cls, rules: Rules, currency: str) -> "RulesForm":
        """Return the form filled with what counts now."""
        form = cls(currency=currency)
        limit = rules.second_approval_from_minor
        form.initial = {
            "is_open": rules.is_open,
            "minimum": rules.minimum_minor / form.unit,
            "fee_percent": Decimal(rules.fee_bp) / 100,
            "fee_fixed": rules.fee_fixed_minor / form.unit,
            "daily": rules.daily_minor / form.unit,
            "daily_count": rules.daily_count,
            "second_approval_from": None if limit is None else limit / form.unit,
        }
        return form

    def rules(self) -> Rules:
        """Return what was typed, in minor units."""
        typed = self.cleaned_data
        limit = typed["second_approval_from"]
        return Rules(
            is_open=typed["is_open"],
            minimum_minor=int(typed["minimum"] * self.unit),
            fee_bp=int(typed["fee_percent"] * 100),
            fee_fixed_minor=int(typed["fee_fixed"] * self.unit),
            daily_minor=int(typed["daily"] * self.unit),
            daily_count=typed["daily_count"],
            second_approval_from_minor=None if limit is None else int(limit * self.unit),
        )


@require_safe
@at_desk(Role.MANAGER)
def list_withdrawals(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a page of withdrawals, the newest first; those to review if nothing was chosen."""
    state = request.GET.get("state", "")
    chosen = {value: states for value, _words, states in FILTERS}.get(state)
    if chosen is None:
        raise Http404
    with context.activate(desk.shop):
        found = queries.search().filter(state__in=chosen)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        rows = [_shown(row) for row in page.object_list]
        names = wallets.nicknames(row.holder for row in rows)
        for row in rows:
            row.nickname = names.get(row.holder, "")  # type: ignore[attr-defined]
        counts = queries.counts_by_state()
    filters = [
        (value, words, sum(counts.get(s, 0) for s in states)) for value, words, states in FILTERS
    ]
    content = {"desk": desk, "rows": rows, "page": page, "state": state, "q": "",
               "filters": filters, "is_empty": not counts}
    return render(request, "portal/withdrawals.html", content)


@require_safe
@at_desk(Role.MANAGER)
def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show a withdrawal whole."""
    return _page(request, desk, number)


@require_POST
@at_desk(Role.MANAGER, door=Door.FINISH)
def act(request: HttpRequest, desk: Desk, number: str, verb: str) -> HttpResponse:
    """Approve, reject, pay by hand, stop, or try again; a refusal comes back above the forms."""
    form = AnswerForm(request.POST) if verb in {"reject", "by-hand"} else None
    if verb not in _VERBS:
        raise Http404
    if form is not None and not form.is_valid():
        return _page(request, desk, number, form=form, verb=verb, status=422)
    answer = form.cleaned_data["answer"] if form else ""
    with context.activate(desk.shop):
        row = _row(number)
        try:
            told = _VERBS[verb](row, desk.account.email, answer)
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
        else:
            messages.success(request, gettext(told))
    return redirect("portal:withdrawal", public_id=desk.shop.public_id, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.OWNER)
def rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show and set the rules, and say whether WeChat lets the platform transfer."""
    with context.activate(desk.shop):
        form = RulesForm.showing(queries.rules(), desk.shop.currency)
        if request.method == "POST":
            form = RulesForm(request.POST, currency=desk.shop.currency)
            if form.is_valid():
                try:
                    actions.set_rules(rules=form.rules())
                except Refusal as refusal:
                    form.add_error(None, sentence(refusal))
        grant = _grant()
    if form.is_bound and form.is_valid():
        messages.success(request, gettext("The rules count from the next request on."))
        return redirect("portal:withdrawal_rules", public_id=desk.shop.public_id)
    content = {"desk": desk, "form": form, "grant": grant}
    status = 422 if form.is_bound else 200
    return render(request, "portal/withdrawal_rules.html", content, status=status)


@require_POST
@at_desk(Role.OWNER)
def ask_grant(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask WeChat to let the platform transfer from the shop's merchant."""
    with context.activate(desk.shop):
        try:
            state = transferring.ask_grant().state
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
        else:
            done = gettext("WeChat lets the platform transfer.")
            asked = gettext("WeChat was asked. Please agree in WeChat Pay's merchant pages.")
            messages.success(request, done if state == "AUTHORIZED" else asked)
    return redirect("portal:withdrawal_rules", public_id=desk.shop.public_id)


def _approve(row: Withdrawal, by: str, _answer: str) -> str:
    done = actions.approve(withdrawal=row, by=by)
    if done.state == W.REVIEWED:
        return gettext_noop("Your yes is noted. A second person must agree.")
    return gettext_noop("Approved. WeChat is being asked; then the customer confirms.")


def _reject(row: Withdrawal, by: str, answer: str) -> str:
    actions.reject(withdrawal=row, answer=answer, by=by)
    return gettext_noop("Rejected. The money is in the wallet again.")


def _by_hand(row: Withdrawal, by: str, answer: str) -> str:
    transferring.pay_by_hand(withdrawal=row, answer=answer, by=by)
    return gettext_noop("Noted as paid by hand. WeChat will never be asked to pay it.")


def _stop(row: Withdrawal, by: str, _answer: str) -> str:
    done = transferring.stop(withdrawal=row, by=by)
    if done.state == W.CANCELLING:
        return gettext_noop("WeChat was asked to cancel. It usually needs a minute.")
    return gettext_noop("Stopped. The money is in the wallet again.")


def _retry(row: Withdrawal, by: str, _answer: str) -> str:
    transferring.retry(withdrawal=row, by=by)
    return gettext_noop("WeChat is asked again, under the same number.")


_VERBS: dict[str, Callable[[Withdrawal, str, str], str]] = {
    "approve": _approve,
    "reject": _reject,
    "by-hand": _by_hand,
    "stop": _stop,
    "retry": _retry,
}


def _row(number: str) -> Withdrawal:
    row = queries.whole(queries.search().filter(number=number)).first()
    if row is None:
        raise Http404
    return row


def _shown(row: Withdrawal) -> Withdrawal:
    """Give a row how it looks on a page."""
    row.look, words = STATES[row.state]  # type: ignore[attr-defined]
    row.words = gettext(words)  # type: ignore[attr-defined]
    return row


def _page(
    request: HttpRequest,
    desk: Desk,
    number: str,
    *,
    form: AnswerForm | None = None,
    verb: str = "",
    status: int = 200,
) -> HttpResponse:
    with context.activate(desk.shop):
        row = _shown(_row(number))
        kept = books.wallet(row.holder)
        name = wallets.nicknames([row.holder]).get(row.holder, "")
        steps = [_told(step) for step in row.steps.all()]
    unknown = {W.SUBMITTING, W.UNKNOWN}
    content = {
        "desk": desk, "row": row, "wallet": kept, "nickname": name, "steps": steps, "verb": verb,
        "reject_form": form if verb == "reject" else AnswerForm(auto_id="reject-%s"),
        "hand_form": form if verb == "by-hand" else AnswerForm(auto_id="hand-%s"),
        "why_refused": REFUSALS.get(row.refusal, row.refusal),
        "may_review": row.state in TO_REVIEW,
        "may_pay_by_hand": row.state in UNTOLD | unknown,
        "may_stop": row.state in (IN_FLIGHT | {W.APPROVED}) - {W.CANCELLING},
        "may_retry": row.state in unknown,
    }  # fmt: skip
    return render(request, "portal/withdrawal.html", content, status=status)


def _told(step: Any) -> dict[str, Any]:
    """Say a line of the history."""
    words = EVENTS.get(step.event) or STATES.get(step.event, ("", step.event))[1]
    return {
        "at": step.at,
        "words": gettext(words),
        "by": gettext(PEOPLE[step.by]) if step.by in PEOPLE else step.by,
        "code": step.facts.get("code", ""),
    }


def _grant() -> str:
    """Return WeChat's word on whether the platform may transfer; empty when it cannot be asked."""
    try:
        return transferring.grant().state
    except Refusal:
        return ""


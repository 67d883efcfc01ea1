"""What the worker does for the portal: write to owners about their shops."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from billing.plans.messages import InvoiceReminder
from billing.plans.models import Invoice
from billing.plans.states import InvoiceState
from jobs.messages import handles
from portal.accounts import Site
from tenants.messages import ShopMoved
from tenants.models import Membership, Tenant
from tenants.states import Role, TenantState

S = TenantState
_TOLD = frozenset({S.SUSPENDED, S.LOCKED, S.CLOSING, S.CLOSED, S.PURGED})
"""States that owners are written to about, when a shop comes into them or out of them."""


@handles(ShopMoved, queue="notify")
def tell_owners(message: ShopMoved) -> None:
    """Write to the owners where their shop stands. Again writes again: better than never."""
    if not {message.before, message.state} & _TOLD:
        return
    tenant = Tenant.objects.get(pk=message.tenant_id)
    address = f"{settings.PUBLIC_URL}/shops/{tenant.public_id}/"
    write_to_owners(tenant, "moved", {"state": message.state, "reason": message.reason,
                                      "address": address})  # fmt: skip


@handles(InvoiceReminder, queue="notify")
def remind_owners(message: InvoiceReminder) -> None:
    """Write to the owners about what is not paid; one that was paid meanwhile is let be."""
    rows = Invoice.objects.select_related("subscription__tenant")
    invoice = rows.get(pk=message.invoice_id)
    if invoice.state != InvoiceState.OPEN:
        return
    tenant = invoice.subscription.tenant
    address = f"{settings.PUBLIC_URL}/shops/{tenant.public_id}/invoices/{invoice.number}/"
    facts = {"invoice": invoice, "days": message.days, "address": address,
             "suspended_on": invoice.due_at + timedelta(days=settings.GRACE_DAYS)}  # fmt: skip
    write_to_owners(tenant, "reminder", facts)


def write_to_owners(tenant: Tenant, letter: str, facts: dict[str, object]) -> None:
    """Send the owners of a shop a letter of `portal/email/`, in Chinese and in English.

    Nobody knows which of the two an owner reads while no browser asks.
    """
    owners = Membership.objects.filter(tenant=tenant, role=Role.OWNER, account__is_active=True)
    content = {"shop": tenant, **facts}
    subjects, bodies = [], []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            subjects.append(_said(f"portal/email/{letter}_subject.txt", content))
            bodies.append(_said(f"portal/email/{letter}_message.txt", content))
    subject, body = " / ".join(subjects), "\n\n---\n\n".join(bodies)
    for email in owners.values_list("account__email", flat=True):
        send_mail(f"[{Site.name}] {subject}", f"{body}\n", settings.DEFAULT_FROM_EMAIL, [email])


def _said(template: str, content: dict[str, object]) -> str:
    return render_to_string(template, content).strip()

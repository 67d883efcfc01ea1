"""One plan paid in one process: trial over, invoice, code, scan, callback. It can be taken up.

WeChat is the simulator, and the platform sells itself there (direct mode, a code on the screen).
What happens here is the platform's own: no shop is ever entered, so these have no schema.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.test import Client

from billing.plans import actions, library
from billing.plans.amounts import months_later
from billing.plans.models import Invoice, InvoiceAttempt, Subscription
from billing.platform_books.models import Journal
from kernel import identifiers
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Membership, Tenant, TenantStep
from tests.faults import bugs
from tests.faults.crash import Flow
from tests.faults.draining import EVER_SECONDS, PLATFORM, SOON_SECONDS, drain
from tests.wechat_simulator.stage import Simulated, payload_bytes

OWNER = Client()
"""Of all these shops; one for all, so that children inherit its middleware warm."""
MONTH_MINOR = 9_900
HANDLERS = "billing.plans.%"


@dataclass
class World:
    """A platform with a plan, somebody who owns shops, and WeChat."""

    simulated: Simulated
    owner: Account


@dataclass
class Subscriber:
    """A shop that will pay its first month, once."""

    tenant_id: int
    public_id: str


def build(_: Shop, simulated: Simulated) -> World:
    """Offer a plan without a trial to somebody at the desk."""
    with context.public():
        plan = library.offer_plan(code="crash", name_zh="小店", name_en="Small", is_default=True)
        library.add_version(
            plan=plan, month_minor=MONTH_MINOR, year_minor=99_000, limits={}, by="s", trial_days=0
        )
        owner = Account.objects.create_user(f"{uuid4().hex}@example.com", "correct horse")
        OWNER.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    return World(simulated, owner)


def new_subscriber(world: World) -> Subscriber:
    """Open a shop, as far as the platform sees it."""
    word = identifiers.opaque(12)
    with context.public():
        tenant = Tenant.objects.create(
            schema_name=f"t_{word}", public_id=word, code=identifiers.opaque(6).upper(), name=f"Crash {word}",
            state="trial",
        )  # fmt: skip
        TenantStep.objects.create(tenant=tenant, state="trial", reason="opened", by="test")
        Membership.objects.create(account=world.owner, tenant=tenant, role="owner")
    return Subscriber(tenant.pk, word)


def subscribe(
    world: World, subscriber: Subscriber, *, callbacks: int = 1, owner_is_gone: bool = False
) -> None:
    """Do what is left to do: the owner taps and scans, WeChat and the worker repeat themselves.

    An owner who is gone does nothing once WeChat has the money.
    """
    with context.public():
        actions.start_trial(tenant=Tenant.objects.get(pk=subscriber.tenant_id))
    drain(PLATFORM, SOON_SECONDS, of=HANDLERS)
    if not (owner_is_gone and paid_at_wechat(world, subscriber)):
        _pay(world, subscriber)
    for number in paid_at_wechat(world, subscriber):
        for _ in range(callbacks):
            _deliver(world, number)
    drain(PLATFORM, SOON_SECONDS, of=HANDLERS)


def paid_at_wechat(world: World, subscriber: Subscriber) -> list[str]:
    """Return WeChat's numbers of what this shop paid."""
    with context.public():
        code = Tenant.objects.get(pk=subscriber.tenant_id).code
    told = world.simulated.control("GET", f"orders?number=PLAN{code}")["orders"]
    return [o["out_trade_no"] for o in told if o["paid_at"]]


def wrong(world: World, subscriber: Subscriber) -> list[str]:
    """Return what is not as it must be once a month was paid."""
    with context.public():
        drain(PLATFORM, EVER_SECONDS, of=HANDLERS)
        rows = Subscription.objects.filter(tenant_id=subscriber.tenant_id)
        tenant = Tenant.objects.get(pk=subscriber.tenant_id)
        invoices = list(Invoice.objects.filter(subscription__in=rows).order_by("number"))
        attempts = InvoiceAttempt.objects.filter(invoice__in=invoices, state="succeeded")
        journals = Journal.objects.filter(why__shop=tenant.public_id)
        kinds = sorted(journals.values_list("kind", flat=True))
        facts = {
            "subscriptions": ([row.state for row in rows], ["active"]),
            "shop": (tenant.state, "active"),
            "invoices": ([i.state for i in invoices], ["paid"]),
            "codes paid": (list(attempts.values_list("is_extra", flat=True)), [False]),
            "journals": (kinds, ["invoice", "payment"]),
            "steps": (sorted(s.event for row in rows for s in row.steps.all() if s.event in _ONCE),
                      sorted(_ONCE)),
            "WeChat": (len(paid_at_wechat(world, subscriber)), 1),
        }  # fmt: skip
        if len(rows) == len(invoices) == 1:
            begins = invoices[0].period_from
            ends = months_later(begins, 1, anchor_day=begins.day)
            facts["period"] = ((rows[0].period_started_at, rows[0].period_ends_at), (begins, ends))
            facts["invoiced"] = (rows[0].trial_ends_at - begins < timedelta(seconds=1), True)
    return [f"{name}: {is_} and not {ought}" for name, (is_, ought) in facts.items() if is_ != ought]


_ONCE = ("invoiced", "paid", "trial")


def _pay(world: World, subscriber: Subscriber) -> None:
    """Have a code shown for the invoice that is open, and scan it."""
    with context.public():
        invoices = Invoice.objects.filter(subscription__tenant_id=subscriber.tenant_id)
        invoice = invoices.filter(state="open").first()
        if invoice is None:
            return
        path = f"/shops/{subscriber.public_id}/invoices/{invoice.number}/"
        answer = OWNER.post(f"{path}pay/")
        assert answer.status_code == 302, answer.content
        assert answer["Location"].endswith(path), answer["Location"]
        shown = invoice.attempts.filter(state="shown").first()
    if shown is not None and not paid_at_wechat(world, subscriber):
        plan = {"callback": "drop", "user": "owner"}
        world.simulated.control("POST", f"orders/{shown.out_trade_no}/pay", **plan)


def _deliver(world: World, number: str) -> None:
    """Bring WeChat's genuine callback to the platform's own door."""
    request = world.simulated.control("GET", f"callback_request/{number}")
    path = "/" + request["url"].split("/", 3)[3]
    answer = OWNER.post(
        path,
        payload_bytes(request),
        content_type="application/json",
        headers=request["headers"],
    )
    assert answer.status_code == 204, answer.content


def _again(world: World, subscriber: Subscriber, is_gone: bool) -> None:
    subscribe(world, subscriber, callbacks=2, owner_is_gone=is_gone)


FLOW = Flow(
    name="subscribe",
    build=build,
    begin=new_subscriber,
    run=subscribe,
    again=_again,
    wrong=wrong,
    calls=frozenset({"HTTP pay.prepay_native"}),
    bugs=(
        bugs.extends_the_period_once_more_when_told_once_more,
        bugs.takes_the_invoice_number_ahead,
    ),
    lanes=1,
)

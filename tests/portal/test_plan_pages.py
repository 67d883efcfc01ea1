"""The plan at the owner's desk: choose, scan, and a page that says paid when it is paid."""

from collections.abc import Callable

import pytest
from django.test import Client

from billing.plans import actions, advancing, library
from billing.plans.models import Invoice, InvoiceAttempt, PlanVersion
from kernel import clock
from tenants.context import Shop
from tenants.models import Tenant
from tenants.states import Role
from tests.billing.plan_till import PlanTill


@pytest.fixture
def till(db, monkeypatch, settings) -> PlanTill:
    return PlanTill(monkeypatch, settings)


@pytest.fixture
def plans(db) -> list[PlanVersion]:
    made = []
    for code, minor, limits in (("small", 9_900, {"staff": 2, "products": 10}), ("large", 29_900, {})):
        plan = library.offer_plan(code=code, name_zh=code, name_en=code.title(),
                                  is_default=code == "small")  # fmt: skip
        made.append(library.add_version(
            plan=plan, month_minor=minor, year_minor=10 * minor, limits=limits, by="s"
        ))  # fmt: skip
    return made


@pytest.fixture
def owner(person: Callable[..., Client]) -> Client:
    return person("owner@example.com")


@pytest.fixture
def home(owner, plans, own_shop: Callable[..., Shop]) -> str:
    shop = own_shop(owner.account)
    actions.start_trial(tenant=Tenant.objects.get(pk=shop.id))
    return f"/shops/{shop.public_id}/"


def test_the_page_shows_the_plan_what_is_used_and_the_others(home, owner) -> None:
    page = owner.get(f"{home}plan/").content.decode()
    for words in ("Small", "Large", "on trial", "1 / 2", "¥99.00", "¥2,990.00", "Trial until"):
        assert words in page
    assert "The trial ends on" in owner.get(home).content.decode()


def test_choosing_leads_to_an_invoice_whose_page_never_lies(
    home, owner, plans, till, run_jobs, monkeypatch
):
    monkeypatch.setattr("tenants.provisioning.refill_spares", lambda wanted: 0)
    answer = owner.post(f"{home}plan/choose/", {"version": plans[1].pk, "interval": "month"})
    invoice = Invoice.objects.get()
    address = f"{home}invoices/{invoice.number}/"
    assert answer["Location"] == address
    assert "Show the code" in owner.get(address).content.decode()
    assert owner.post(f"{address}pay/").status_code == 302
    page = owner.get(address).content.decode()
    assert "Scan with WeChat and pay ¥299.00" in page
    assert "<svg" in page
    attempt = InvoiceAttempt.objects.get()
    mark = owner.get(f"{address}state.json").json()["mark"]
    assert mark == f"open-{attempt.pk}"
    till.pays(attempt.out_trade_no)
    assert owner.get(f"{address}state.json").json()["mark"] == mark  # nobody told us yet
    assert "to be paid" in owner.get(address).content.decode()
    assert till.calls_back(attempt.out_trade_no) == 204
    run_jobs()
    assert owner.get(f"{address}state.json").json()["mark"] == "paid-none"
    page = owner.get(address).content.decode()
    assert "Scan with WeChat" not in page
    assert "WeChat Pay" in page


def test_whoever_has_paid_may_ask_at_once(home, owner, plans, till) -> None:
    owner.post(f"{home}plan/choose/", {"version": plans[0].pk, "interval": "year"})
    address = f"{home}invoices/{Invoice.objects.get().number}/"
    owner.post(f"{address}pay/")
    assert "no payment" in owner.post(f"{address}look/", follow=True).content.decode()
    till.pays(InvoiceAttempt.objects.get().out_trade_no)
    owner.post(f"{address}look/")
    assert Invoice.objects.get().state == "paid"


def test_an_overdue_plan_is_told_on_every_page(home, owner, plans) -> None:
    subscription = actions.Subscription.objects.get()
    with clock.at(subscription.trial_ends_at):
        advancing.advance(subscription_id=subscription.pk)
    page = owner.get(f"{home}orders/").content.decode()
    assert "The plan is overdue" in page
    assert f"{home}invoices/1/" in page


def test_cancelling_and_keeping(home, owner) -> None:
    owner.post(f"{home}plan/cancel/")
    assert "Keep the plan after all" in owner.get(f"{home}plan/").content.decode()
    owner.post(f"{home}plan/resume/")
    assert actions.Subscription.objects.get().state == "trialing"


def test_an_invoice_of_another_shop_is_not_found(home, owner, plans, colleague, two_shops) -> None:
    owner.post(f"{home}plan/choose/", {"version": plans[0].pk, "interval": "month"})
    number = Invoice.objects.get().number
    shop = two_shops[1]
    other = colleague(shop, Role.OWNER, "other@example.com")
    assert other.get(f"/shops/{shop.public_id}/invoices/{number}/").status_code == 404
    assert other.get(f"{home}invoices/{number}/").status_code == 404

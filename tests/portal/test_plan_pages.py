"""The plan at the owner's desk: choose, scan, and a page that says paid when it is paid."""

from collections.abc import Callable

import pytest
from django.test import Client

from billing.plans import actions, advancing, library
from billing.plans.models import Invoice, InvoiceAttempt, PlanVersion
from kernel import clock
from tenants import modules
from tenants.context import Shop
from tenants.models import Tenant
from tenants.modules import Module
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


def test_the_start_page_warns_at_eighty_percent_and_when_it_is_full(home, owner) -> None:
    tenant = Tenant.objects.get(public_id=home.split("/")[2])
    subscription = actions.Subscription.objects.get()
    assert "Your plan is" not in owner.get(home).content.decode()
    plan = subscription.version.plan
    for most, words in ((1, "Your plan is full: Members of staff 1 of 1"), (5, "")):
        version = library.add_version(
            plan=plan, month_minor=1, year_minor=1, limits={"staff": most}, by="s"
        )
        actions.Subscription.objects.update(version=version)
        page = owner.get(home).content.decode()
        assert words in page
        assert bool(words) == ("Your plan is" in page)
    for number in range(3):
        account = type(owner.account).objects.create_user(f"p{number}@example.com")
        tenant.memberships.create(account=account, role=Role.MANAGER)
    assert "Your plan is nearly full: Members of staff 4 of 5" in owner.get(home).content.decode()


def test_a_part_outside_the_plan_is_refused_by_its_code_and_what_is_open_stays(
    home, owner, plans
) -> None:
    tenant = Tenant.objects.get(public_id=home.split("/")[2])
    subscription = actions.Subscription.objects.get()
    version = library.add_version(
        plan=subscription.version.plan, month_minor=9_900, year_minor=99_000,
        limits={}, modules=["shop"], by="s",
    )  # fmt: skip
    with pytest.raises(actions.PlanLacksModule):  # the shop has its staff's part open
        actions.choose(subscription=subscription, version=version, interval="month", by="o")
    modules.choose(tenant=tenant, modules=[Module.SHOP], by="o")
    subscription = actions.Subscription.objects.get()
    assert actions.choose(subscription=subscription, version=version, interval="month", by="o")
    modules.allow(tenant=tenant, allowed=version.modules)
    with pytest.raises(modules.ModuleNotInPlan) as refused:
        modules.choose(tenant=tenant, modules=[Module.SHOP, Module.OWNER], by="o")
    assert (refused.value.code, refused.value.status) == ("module_not_in_plan", 403)
    tenant.refresh_from_db()
    assert tenant.modules == ["shop"]
    page = owner.post(f"{home}look/parts/", {"parts": ["shop", "owner"]}, follow=True)
    assert "The plan does not have" in page.content.decode()
    modules.allow(tenant=tenant, allowed=None)
    assert modules.choose(tenant=tenant, modules=[Module.SHOP, Module.OWNER], by="o")
    modules.allow(tenant=tenant, allowed=["shop"])  # a smaller plan closes nothing by itself
    assert modules.choose(tenant=tenant, modules=[Module.SHOP, Module.OWNER], by="o")


def test_a_new_shop_opens_with_what_its_first_plan_has(owner, own_shop, plans) -> None:
    library.add_version(
        plan=plans[0].plan, month_minor=1, year_minor=1, limits={}, modules=["shop"], by="s"
    )
    tenant = Tenant.objects.get(pk=own_shop(owner.account, "Second Tea").id)
    actions.start_trial(tenant=tenant)
    tenant.refresh_from_db()
    assert (tenant.modules, tenant.plan_modules) == (["shop"], ["shop"])

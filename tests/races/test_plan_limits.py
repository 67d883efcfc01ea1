"""Two who add the last thing that a plan allows: one wins, whoever runs when."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from billing.plans import accepting, actions, advancing, library, paying
from billing.plans.models import Invoice, InvoiceAttempt, InvoiceRefund, Subscription
from billing.platform_books import queries as books
from billing.platform_books.states import PlatformAccount
from kernel.errors import Refusal
from shop.catalog import actions as catalog
from shop.catalog.models import Product
from shop.catalog.wanted import WantedProduct, WantedSku
from tenants import context, directory, limits, membership
from tenants.context import Shop
from tenants.models import Membership, Tenant
from tenants.states import Role
from tests.billing.plan_till import PlanTill

THREADS = 6


def at_once(doing: list[Callable[[], object]]) -> list[str]:
    """Do all of it at once in threads; return what was refused, or `done`, for each."""
    gate = threading.Barrier(len(doing))

    def run(one: Callable[[], object]) -> str:
        try:
            gate.wait()
            one()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(doing)) as pool:
        return sorted(pool.map(run, doing))


@pytest.fixture
def limited(new_shop: Callable[[], Shop]) -> Callable[..., Shop]:
    def make(**allowed: int) -> Shop:
        shop = new_shop()
        limits.allow(tenant=Tenant.objects.get(pk=shop.id), allowed=allowed)
        found = directory.shop_by_public_id(shop.public_id)
        assert found is not None
        return found

    return make


def test_of_many_products_at_the_limit_exactly_so_many_are_made(limited) -> None:
    shop = limited(products=3)

    def make(number: int) -> None:
        with context.activate(shop):
            catalog.create(
                wanted=WantedProduct(
                    code=f"tea-{number}", title=f"Tea {number}", skus=(WantedSku(price_minor=100),)
                )
            )

    told = at_once([lambda n=n: make(n) for n in range(THREADS)])
    assert told == ["done"] * 3 + ["product_limit_reached"] * 3
    with context.activate(shop):
        assert Product.objects.count() == 3


def test_of_many_members_at_the_limit_exactly_so_many_are_added(limited) -> None:
    shop = limited(staff=3)  # one of them is the owner
    tenant = Tenant.objects.get(pk=shop.id)
    told = at_once([
        lambda n=n: membership.add_member(
            tenant=tenant, email=f"{n}.{shop.public_id}@example.com", role=Role.MANAGER, by="o"
        )
        for n in range(THREADS)
    ])  # fmt: skip
    assert told == ["done"] * 2 + ["staff_limit_reached"] * 4
    assert Membership.objects.filter(tenant=tenant).count() == 3


def test_two_payments_of_one_invoice_at_once_have_one_effect(new_shop, monkeypatch, settings):
    """And the other one's money is set aside to go back."""
    till = PlanTill(monkeypatch, settings)
    shop = new_shop()
    tenant = Tenant.objects.get(pk=shop.id)
    plan = library.offer_plan(code=f"p{shop.id}", name_zh="套餐", name_en="Plan")
    library.add_version(plan=plan, month_minor=9_900, year_minor=99_000, trial_days=1, limits={},
                        by="s")  # fmt: skip
    subscription = actions.start_trial(tenant=tenant, plan=plan)
    advancing.advance(subscription_id=subscription.pk)
    [invoice] = Invoice.objects.filter(subscription=subscription)
    first = paying.show_code(invoice=invoice, description="plan")
    InvoiceAttempt.objects.filter(pk=first.pk).update(state="closed")
    second = paying.show_code(invoice=invoice, description="plan")
    for attempt in (first, second):
        till.pays(attempt.out_trade_no)

    def hear(number: str) -> None:
        told = accepting.apply_success(
            out_trade_no=number, transaction=till._query(sub_mchid=None, out_trade_no=number)
        )
        assert told in {"applied", "extra", "repeated"}

    numbers = [first.out_trade_no, second.out_trade_no] * 2
    assert at_once([lambda n=n: hear(n) for n in numbers]) == ["done"] * 4
    attempts = InvoiceAttempt.objects.filter(invoice=invoice)
    assert sorted(attempts.values_list("state", "is_extra")) == [
        ("succeeded", False), ("succeeded", True),
    ]  # fmt: skip
    assert InvoiceRefund.objects.filter(attempt__invoice=invoice).count() == 1
    row = Subscription.objects.get(pk=subscription.pk)
    assert row.period_ends_at == invoice.period_to
    owed = books.balance_of_shop(PlatformAccount.RECEIVABLE, shop.public_id)
    credit = books.balance_of_shop(PlatformAccount.CREDIT, shop.public_id)
    assert (owed.minor, credit.minor) == (0, 9_900)

"""Staff and plans: a version is added, a trial extended, an invoice taken back, all audited."""

import pytest
from django.test import Client

from billing.plans import actions, advancing, giving_back, library, paying
from billing.plans.models import Invoice, InvoiceRefund, Plan, PlanVersion, Subscription
from billing.refunds.accepting import Word
from kernel import clock
from superadmin.models import AuditEntry
from tenants.context import Shop
from tenants.models import Tenant
from tests.billing.plan_till import PlanTill


@pytest.fixture
def subscription(two_shops: tuple[Shop, Shop], db: None) -> Subscription:
    plan = library.offer_plan(code="small", name_zh="小", name_en="Small", is_default=True)
    library.add_version(plan=plan, month_minor=9_900, year_minor=99_000, limits={}, by="s")
    found = actions.start_trial(tenant=Tenant.objects.get(pk=two_shops[0].id))
    assert found is not None
    return found


def test_a_version_is_added_and_never_changed(admin: Client, subscription) -> None:
    plan = Plan.objects.get()
    sent = {"plan": plan.pk, "currency": "CNY", "month_minor": 12_900, "year_minor": 129_000,
            "trial_days": 7, "staff": 4}  # fmt: skip
    assert admin.post("/superadmin/plans/planversion/add/", sent).status_code == 302
    made = PlanVersion.objects.latest("number")
    assert (made.number, made.month_minor, made.limits, made.created_by) == (
        2, 12_900, {"staff": 4}, "root@example.com",
    )  # fmt: skip
    assert AuditEntry.objects.get().action == "add"
    address = f"/superadmin/plans/planversion/{made.pk}/change/"
    admin.post(address, {**sent, "month_minor": 1})
    made.refresh_from_db()
    assert made.month_minor == 12_900


def test_a_trial_is_extended_with_a_reason(admin: Client, subscription) -> None:
    before = subscription.trial_ends_at
    address = f"/superadmin/plans/subscription/{subscription.pk}/extend/"
    assert admin.post(address, {"reason": "fair"}).status_code == 302
    subscription.refresh_from_db()
    assert (subscription.trial_ends_at - before).days == 14
    assert AuditEntry.objects.get().action == "extend trial"


def test_an_invoice_is_paid_by_bank_or_taken_back(admin: Client, subscription) -> None:
    with clock.at(subscription.trial_ends_at):
        advancing.advance(subscription_id=subscription.pk)
    invoice = Invoice.objects.get()
    page = admin.get(f"/superadmin/plans/invoice/{invoice.pk}/change/").content.decode()
    assert "XP00000001" in page
    admin.post(f"/superadmin/plans/invoice/{invoice.pk}/bank/", {"reason": "RF18 5390"})
    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid_by) == ("paid", "RF18 5390")
    address = f"/superadmin/plans/invoice/{invoice.pk}/void/"
    said = admin.post(address, {"reason": "mistake"}, follow=True).content.decode()
    invoice.refresh_from_db()
    assert invoice.state == "paid"
    assert "The invoice XP00000001 is paid." in said
    assert not AuditEntry.objects.filter(action="void invoice").exists()


def test_an_invoice_is_given_back_once_and_again_after_wechat_closed_the_refund(
    admin: Client, subscription, monkeypatch, settings
) -> None:
    till = PlanTill(monkeypatch, settings)
    with clock.at(subscription.trial_ends_at):
        advancing.advance(subscription_id=subscription.pk)
        invoice = Invoice.objects.get()
        attempt = paying.show_code(invoice=invoice, description="plan")
        till.pays(attempt.out_trade_no)
        paying.ask(invoice=invoice)
    address = f"/superadmin/plans/invoice/{invoice.pk}/give-back/"
    for _ in range(2):
        admin.post(address, {"reason": "good will"})
    [refund] = InvoiceRefund.objects.all()
    closed = Word(
        out_refund_no=refund.out_refund_no, out_trade_no=attempt.out_trade_no,
        status="CLOSED", amount_fen=9_900, total_fen=9_900, success_at=None,
    )  # fmt: skip
    assert giving_back.apply_word(closed) == "applied"
    admin.post(address, {"reason": "good will"})
    assert list(InvoiceRefund.objects.order_by("pk").values_list("state", "amount_minor")) == [
        ("closed", 9_900), ("requested", 9_900),
    ]  # fmt: skip
    invoice.refresh_from_db()
    assert invoice.refunded_minor == 9_900


def test_a_plan_is_made_renamed_and_made_the_default_by_its_forms(admin: Client, subscription) -> None:
    sent = {"code": "large", "name_zh": "大", "name_en": "Large", "is_offered": "on", "is_default": "on"}
    assert admin.post("/superadmin/plans/plan/add/", sent).status_code == 302
    assert list(Plan.objects.order_by("code").values_list("code", "is_default")) == [
        ("large", True), ("small", False),
    ]  # fmt: skip
    made = Plan.objects.get(code="large")
    address = f"/superadmin/plans/plan/{made.pk}/change/"
    assert admin.post(address, {**sent, "code": "other", "name_en": "Larger"}).status_code == 302
    made.refresh_from_db()
    assert (made.code, made.name_en) == ("large", "Larger")
    wish = {"plan": made.pk, "currency": "CNY", "month_minor": 100, "year_minor": 1_000,
            "trial_days": 3, "modules": ["shop"]}  # fmt: skip
    page = admin.get("/superadmin/plans/planversion/add/").content.decode()
    assert 'name="modules"' in page
    assert admin.post("/superadmin/plans/planversion/add/", wish).status_code == 302
    version = PlanVersion.objects.latest("pk")
    assert (version.plan, version.modules, version.limits) == (made, ["shop"], {})
    wrong = {**wish, "staff": 0, "modules": ["casino"]}
    answer = admin.post("/superadmin/plans/planversion/add/", wrong)
    assert answer.status_code == 200
    assert PlanVersion.objects.latest("pk") == version
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["add", "change", "add"]


def test_states_are_said_in_the_readers_language(admin: Client, subscription) -> None:
    for page in ("subscription", "invoice", "plan", "planversion"):
        assert admin.get(f"/superadmin/plans/{page}/").status_code == 200
    chinese = {"accept-language": "zh-hans"}
    page = admin.get("/superadmin/plans/subscription/", headers=chinese).content.decode()
    assert "试用中" in page
    assert "trialing</span>" not in page
    shops = admin.get("/superadmin/tenants/tenant/", headers=chinese).content.decode()
    assert "试用中" in shops

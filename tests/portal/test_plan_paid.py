"""An owner buys a larger plan: the portal's pages, the simulator program, our doors, the worker."""

import base64
from datetime import timedelta

import pytest
from django.test import Client

from billing.plans import actions, library
from billing.plans.invariants import violations
from billing.plans.models import Invoice, InvoiceAttempt, PlanVersion, Subscription
from kernel import clock
from tenants.models import Tenant


@pytest.fixture
def plans(db) -> list[PlanVersion]:
    made = []
    for code, minor in (("small", 9_900), ("large", 29_900)):
        plan = library.offer_plan(
            code=code, name_zh=code, name_en=code.title(), is_default=code == "small"
        )
        made.append(library.add_version(
            plan=plan, month_minor=minor, year_minor=10 * minor, limits={}, by="s"
        ))  # fmt: skip
    return made


@pytest.fixture
def owner(person) -> Client:
    return person("owner@example.com")


@pytest.fixture
def home(owner, plans, own_shop, monkeypatch) -> str:
    monkeypatch.setattr("tenants.provisioning.refill_spares", lambda wanted: 0)
    shop = own_shop(owner.account)
    actions.start_trial(tenant=Tenant.objects.get(pk=shop.id))
    return f"/shops/{shop.public_id}/"


@pytest.fixture
def code(owner, home, plans, wechat) -> InvoiceAttempt:
    """The larger plan is chosen and its code is on the screen."""
    answer = owner.post(f"{home}plan/choose/", {"version": plans[1].pk, "interval": "month"})
    owner.post(f"{answer['Location']}pay/")
    attempt = InvoiceAttempt.objects.get()
    assert attempt.code_url.startswith("weixin://wxpay/bizpayurl?pr=")
    page = owner.get(answer["Location"]).content.decode()
    assert "Scan with WeChat and pay ¥299.00" in page
    assert "<svg" in page
    return attempt


def carry(wechat, client: Client, number: str, **wish: str) -> int:
    """Carry WeChat's callback to our door by hand; return the answer's status."""
    asked = "&".join(f"{k}={v}" for k, v in wish.items())
    made = wechat.control("GET", f"callback_request/{number}?{asked}")
    answer = client.post(
        "/hooks/" + made["url"].partition("/hooks/")[2], data=base64.b64decode(made["body_b64"]),
        content_type="application/json", headers=made["headers"],
    )  # fmt: skip
    return answer.status_code


def test_scanned_paid_called_back_and_extended_once(
    owner, home, code, plans, wechat, client, run_jobs
) -> None:
    before = Subscription.objects.get()
    paid = wechat.control("POST", f"orders/{code.out_trade_no}/pay", {"callback": "drop"})
    assert paid["errMsg"] == "requestPayment:ok"
    assert carry(wechat, client, code.out_trade_no, forge="bad_signature") == 401
    assert [carry(wechat, client, code.out_trade_no) for _ in range(3)] == [204] * 3
    run_jobs(ahead=16)  # and the ladder asks, too
    after, invoice = Subscription.objects.get(), Invoice.objects.get()
    assert (invoice.state, invoice.paid_by, after.version) == ("paid", "wechat", plans[1])
    assert after.period_ends_at == invoice.period_to
    assert invoice.period_from == before.trial_ends_at
    steps = list(after.steps.order_by("pk").values_list("event", flat=True))
    assert steps.count("paid") == 1
    address = f"{home}invoices/{invoice.number}/"
    assert owner.get(f"{address}state.json").json() == {"mark": "paid-none"}
    assert "Scan with WeChat" not in owner.get(address).content.decode()
    assert list(violations()) == []


def test_a_lost_callback_is_found_by_asking(code, plans, wechat, run_jobs) -> None:
    wechat.control("POST", f"orders/{code.out_trade_no}/pay", {"callback": "drop"})
    run_jobs()
    assert Invoice.objects.get().state == "open"
    run_jobs(ahead=16)
    assert Invoice.objects.get().state == "paid"
    assert Subscription.objects.get().version == plans[1]
    assert list(violations()) == []


def test_a_code_that_nobody_pays_buys_nothing(owner, home, code, wechat, run_jobs) -> None:
    run_jobs(ahead=16)
    address = f"{home}invoices/{Invoice.objects.get().number}/"
    assert "no payment" in owner.post(f"{address}look/", follow=True).content.decode()
    assert Subscription.objects.get().period_ends_at is None
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert "Show the code" in owner.get(address).content.decode()

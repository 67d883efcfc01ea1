"""A shop that is paid as its own merchant, against the simulator program: its keys, nobody else's."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from billing.bills import actions as bills
from billing.bills.models import BillFile
from billing.bills.states import day_of
from billing.ledger import queries as books
from billing.payments import actions as payments
from billing.payments.models import Attempt
from billing.reconciliation.models import Difference, Line
from billing.refunds import actions as refunds
from billing.settlements import actions as settlements
from billing.settlements.invariants import violations
from billing.sharing.models import Sharing
from billing.wallets import actions as wallets
from billing.withdrawals import actions as withdrawals
from billing.withdrawals import transferring
from billing.withdrawals.amounts import Rules
from billing.withdrawals.invariants import violations as withdrawal_violations
from billing.withdrawals.models import Withdrawal
from kernel import clock
from kernel.money import Money
from tenants import context, directory, merchants
from tenants.merchants import Keys
from tenants.models import DirectMerchant, Tenant
from tests.billing.mornings import until_bills_of
from tests.billing.test_against_simulator import (  # noqa: F401
    app,
    buy,
    carry,
    notifications,
    paid,
    simulator,
    till,
)
from wechat import breaker


def keys_of(handed: dict[str, str]) -> Keys:
    """What the owner copies from the merchant's console."""
    return Keys(
        mchid=handed["sp_mchid"],
        serial_no=handed["merchant_serial_no"],
        private_key_pem=handed["merchant_private_key_pem"],
        apiv3_key=handed["apiv3_key"],
        wechatpay_public_key_id=handed["wechatpay_public_key_id"],
        wechatpay_public_key_pem=handed["wechatpay_public_key_pem"],
    )


@pytest.fixture
def console(simulator, app) -> dict[str, str]:  # noqa: F811
    """The console of a merchant of the shop's own, for the shop's app."""
    wish = {"kind": "direct", "name": "Teahouse", "appid": app["appid"]}
    return simulator.control("POST", "merchants", wish)


@pytest.fixture
def direct(till, console) -> DirectMerchant:  # noqa: F811
    """The shop, paid directly."""
    shop = context.shop()
    with context.public():
        row = Tenant.objects.get(pk=shop.id)
        made = merchants.enter(tenant=row, keys=keys_of(console), by="owner@example.com")
        merchants.use(tenant=row, mchid=made.mchid, by="owner@example.com")
        made.refresh_from_db()
    return made


def number_of(payment) -> str:
    """What the simulator calls the order: numbers are unique for each merchant."""
    attempt = payment.attempts.get()
    return f"{attempt.direct_mchid}:{attempt.out_trade_no}"


def test_the_whole_way_of_a_direct_payment(buy, carry, simulator, run_jobs, direct, settings):  # noqa: F811
    settings.WECHAT_FEE_BP, settings.COMMISSION_BP = 60, 100
    payment, sheet = buy(9_900)
    attempt = payment.attempts.get()
    assert (attempt.direct_mchid, attempt.sub_mchid, attempt.is_shared) == (direct.mchid, "", False)
    paid(simulator, sheet)
    assert [carry(number_of(payment)), carry(number_of(payment))] == [204, 204]
    run_jobs()
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    [kept] = notifications()
    assert (kept.outcome, kept.direct_mchid) == ("applied", direct.mchid)
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
    assert not Sharing.objects.exists()
    refund = refunds.request(payment=payment, amount=Money(3_300), reason="破损", by="b", key="k")
    run_jobs()
    simulator.control("POST", "clock", {"advance_seconds": 60})
    told = f"{direct.mchid}:{refund.out_refund_no}"
    assert carry(number_of(payment), refund=told) == 204
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert {a.value: m.minor for a, m in books.balances().items() if m.minor} == {
        "wechat": 6_560, "sales": 9_900, "refunded": 3_300, "fees": 40,
    }  # fmt: skip
    assert list(violations()) == []


def is_proved(direct: DirectMerchant, *, unless: bool | None = None) -> bool:
    """Say whether the APIv3 key counts as proved; `unless` writes what it counts as before."""
    with context.public():
        if unless is not None:
            DirectMerchant.objects.filter(pk=direct.pk).update(is_apiv3_key_proved=unless)
            directory.forget()
        return DirectMerchant.objects.get(pk=direct.pk).is_apiv3_key_proved


def test_the_first_callback_that_the_key_opens_proves_it(buy, carry, simulator, direct):  # noqa: F811
    assert not is_proved(direct, unless=False)
    payment, sheet = buy()
    paid(simulator, sheet)
    for forgery in ("bad_signature", "wrong_apiv3_key"):
        assert carry(number_of(payment), forge=forgery) == 401
        assert not is_proved(direct)
    assert [carry(number_of(payment)), carry(number_of(payment))] == [204, 204]
    assert is_proved(direct)
    assert len(notifications()) == 1


@pytest.fixture
def asked(direct, app) -> Withdrawal:  # noqa: F811
    """A withdrawal of 50.00 to which the owner has said yes."""
    withdrawals.set_rules(rules=Rules(fee_bp=100))
    holder = uuid4()
    wallets.credit(holder=holder, amount=Money(9_000), reference="L1", why={})
    row = withdrawals.request(
        holder=holder, appid=app["appid"], openid=app["openid"], amount=Money(5_000), key="k"
    )
    return withdrawals.approve(withdrawal=row, by="owner@example.com")


def told_of(simulator, row: Withdrawal) -> dict:  # noqa: F811
    found = simulator.control("GET", "transfers")["transfers"]
    (told,) = [transfer for transfer in found if transfer["out_bill_no"] == row.number]
    return told


@pytest.mark.parametrize(
    ("ending", "state", "left"), [("confirm", "paid", 4_000), ("expire", "expired", 9_000)]
)
def test_a_withdrawal_is_paid_by_the_shops_own_merchant_once(
    ending, state, left, carry, simulator, run_jobs, direct, asked  # noqa: F811
):
    run_jobs()
    asked.refresh_from_db()
    assert (asked.direct_mchid, asked.sub_mchid) == (direct.mchid, "")
    assert (asked.state, asked.refusal) == ("wait_user_confirm", "")
    transferring.submit(withdrawal=asked)
    told = told_of(simulator, asked)
    simulator.control("POST", f"transfers/{asked.number}", {"action": ending})
    for _ in range(2):
        assert carry(asked.number, part=told["transfer_bill_no"]) == 204
        run_jobs()
    run_jobs(ahead=86_400)
    asked.refresh_from_db()
    assert asked.state == state
    assert books.wallet(asked.holder).available == Money(left)
    assert books.wallet(asked.holder).withdrawing == Money(0)
    kinds = [row.journal.kind for row in books.transfers_of(asked.number)]
    assert sorted(set(kinds)) == ["hold", "resolution"]
    assert [*violations(), *withdrawal_violations()] == []


def test_a_direct_withdrawal_follows_its_merchant_through_a_switch(
    carry, simulator, run_jobs, direct, asked  # noqa: F811
):
    run_jobs()
    shop = context.shop()
    with context.public():
        merchants.stop(tenant=Tenant.objects.get(pk=shop.id), by="owner@example.com")
    simulator.control("POST", f"transfers/{asked.number}", {"action": "confirm"})
    run_jobs(ahead=3_600)
    asked.refresh_from_db()
    assert (asked.state, asked.direct_mchid) == ("paid", direct.mchid)


def test_without_callbacks_asking_finds_payment_and_refund(buy, simulator, run_jobs, direct):  # noqa: F811
    payment, sheet = buy()
    paid(simulator, sheet)
    run_jobs(ahead=16)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    refund = refunds.request(payment=payment, amount=payment.amount, reason="r", by="b", key="k")
    run_jobs()
    simulator.control("POST", "clock", {"advance_seconds": 60})
    run_jobs(ahead=61)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert payments.close(payment=buy()[0], reason="cancelled") == "closed"


@pytest.mark.parametrize("forgery", ["bad_signature", "wrong_apiv3_key", "other_mchid", "other_appid"])
def test_a_forgery_is_refused(buy, carry, simulator, run_jobs, direct, forgery):  # noqa: F811
    payment, sheet = buy()
    paid(simulator, sheet)
    assert carry(number_of(payment), forge=forgery) == 401
    assert notifications() == []


def test_what_another_merchants_keys_sign_is_refused_on_this_shops_path(
    buy, simulator, direct, other_shop, client, app  # noqa: F811
):
    """Another shop with good keys of its own cannot tell this shop that it was paid."""
    import base64

    payment, sheet = buy()
    paid(simulator, sheet)
    with context.public():
        thief = simulator.control("POST", "merchants", {"kind": "direct", "name": "Thief"})
        row = Tenant.objects.get(pk=other_shop.id)
        made = merchants.enter(tenant=row, keys=keys_of(thief), by="thief@example.com")
        merchants.use(tenant=row, mchid=made.mchid, by="thief@example.com")
        made.refresh_from_db()
    told = simulator.control("GET", f"callback_request/{number_of(payment)}")
    assert told["url"].endswith(direct.notify_token)
    body = base64.b64decode(told["body_b64"])
    with context.public():
        for token, status in ((made.notify_token, 401), ("nobody", 401), (direct.notify_token, 204)):
            answer = client.post(
                f"/hooks/wechatpay/{token}", data=body, content_type="application/json",
                headers=told["headers"],
            )  # fmt: skip
            assert answer.status_code == status, token
    assert [n.tenant_public_id for n in notifications()] == [context.shop().public_id]


def test_switching_with_money_in_flight_ends_it_where_it_began(
    buy, carry, simulator, run_jobs, till, console  # noqa: F811
):
    """Ordered through the platform, switched, paid: taken, refunded by the platform's keys."""
    old, sheet = buy(5_000)
    shop = context.shop()
    with context.public():
        row = Tenant.objects.get(pk=shop.id)
        made = merchants.enter(tenant=row, keys=keys_of(console), by="o")
        merchants.use(tenant=row, mchid=made.mchid, by="o")
    new, new_sheet = buy(7_000)
    assert [a.direct_mchid for a in Attempt.objects.order_by("pk")] == ["", made.mchid]
    paid(simulator, sheet)
    assert carry(old.attempts.get().out_trade_no) == 204
    paid(simulator, new_sheet)
    with context.public():
        merchants.stop(tenant=row, by="o")  # and back again, with money in flight the other way
    run_jobs(ahead=16)
    for payment in (old, new):
        payment.refresh_from_db()
        assert payment.state == "succeeded"
        refund = refunds.request(payment=payment, amount=Money(100), reason="r", by="b", key="k")
        run_jobs()
        simulator.control("POST", "clock", {"advance_seconds": 60})
        run_jobs(ahead=61)
        refund.refresh_from_db()
        assert refund.state == "succeeded"
    assert buy()[0].attempts.get().direct_mchid == ""
    assert list(violations()) == []


def test_a_repeated_prepay_after_a_switch_is_the_same_order(buy, till, console, app):  # noqa: F811
    payment, _ = buy()
    shop = context.shop()
    with context.public():
        row = Tenant.objects.get(pk=shop.id)
        made = merchants.enter(tenant=row, keys=keys_of(console), by="o")
        merchants.use(tenant=row, mchid=made.mchid, by="o")
    payments.prepay(order_id=payment.order_id, appid=app["appid"], openid=app["openid"])
    assert [a.direct_mchid for a in payment.attempts.all()] == [""]


def test_keys_are_changed_while_a_payment_waits(buy, carry, simulator, run_jobs, direct, console):  # noqa: F811
    payment, sheet = buy()
    paid(simulator, sheet)
    fresh = simulator.control("POST", f"merchants/{direct.mchid}/rotate", {"what": "merchant_key"})
    public = simulator.control("POST", f"merchants/{direct.mchid}/rotate", {"what": "public_key"})
    assert carry(number_of(payment)) == 401  # signed with a key that was not entered yet
    shop = context.shop()
    with context.public():
        row = Tenant.objects.get(pk=shop.id)
        merchants.enter(tenant=row, keys=keys_of(public), by="o")
        simulator.control(
            "POST", f"merchants/{direct.mchid}/withdraw_key",
            {"serial_no": console["merchant_serial_no"]},
        )  # fmt: skip
    assert fresh["merchant_serial_no"] == public["merchant_serial_no"]
    assert carry(number_of(payment)) == 204
    run_jobs()
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    with context.public():
        direct.refresh_from_db()
    assert (direct.is_used, direct.serial_no) == (True, public["merchant_serial_no"])


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"serial_no": "0123456789ABCDEF"}, merchants.KeysNotAccepted),
        ({"apiv3_key": "0" * 32}, merchants.Apiv3KeyWrong),
        ({"mchid": "1999999999"}, merchants.KeysNotAccepted),
        ({"private_key_pem": "no key"}, merchants.KeysUnreadable),
        ({"wechatpay_public_key_id": "PUB_KEY_ID_0999"}, merchants.KeysNotAccepted),
    ],
)
def test_keys_that_wechat_does_not_accept_are_not_kept(till, console, wrong, refusal):  # noqa: F811
    shop = context.shop()
    with context.public(), pytest.raises(refusal):
        row = Tenant.objects.get(pk=shop.id)
        merchants.enter(tenant=row, keys=replace(keys_of(console), **wrong), by="o")
    with context.public():
        assert not DirectMerchant.objects.exists()


def test_another_public_key_and_another_shops_number_are_refused(
    till, console, other_shop, simulator, direct  # noqa: F811
):
    other = simulator.control("POST", "merchants", {"kind": "direct", "name": "Other"})
    shop = context.shop()
    with context.public():
        row = Tenant.objects.get(pk=shop.id)
        mixed = replace(
            keys_of(console), wechatpay_public_key_pem=other["wechatpay_public_key_pem"]
        )
        with pytest.raises(merchants.KeysNotAccepted):
            merchants.enter(tenant=row, keys=mixed, by="o")
        with pytest.raises(merchants.MerchantTaken):
            merchants.enter(
                tenant=Tenant.objects.get(pk=other_shop.id), keys=keys_of(console), by="o"
            )
        ours = replace(keys_of(console), mchid=simulator.credentials.pay.sp_mchid)
        with pytest.raises(merchants.MerchantTaken):
            merchants.enter(tenant=row, keys=ours, by="o")


def test_wechat_away_keeps_nothing(till, console, simulator):  # noqa: F811
    simulator.control("POST", "faults", {"path_prefix": "/v3/pay/trans", "kind": "html", "times": 9})
    shop = context.shop()
    with context.public(), pytest.raises(merchants.WeChatSilent):
        row = Tenant.objects.get(pk=shop.id)
        merchants.enter(tenant=row, keys=keys_of(console), by="o")
    simulator.control("DELETE", "faults")
    breaker.reset()
    with context.public():
        assert not DirectMerchant.objects.exists()


def test_secrets_are_sealed_and_another_shop_has_no_voice(direct, other_shop, console):
    from django.db import connection

    with context.public(), connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM tenants_directmerchant d")
        [(text,)] = cursor.fetchall()
    assert console["apiv3_key"] not in text
    assert "PRIVATE KEY" not in text
    with context.activate(other_shop), pytest.raises(merchants.NoDirectMerchant):
        merchants.keys_of(direct.mchid)
    assert console["apiv3_key"] not in repr(keys_of(console))


def test_its_own_bills_and_the_platforms_are_compared_together(
    buy, simulator, run_jobs, till, console, settings  # noqa: F811
):
    """A day on which the shop changed over: two bills of trades, nothing differs."""
    settings.WECHAT_FEE_BP = 60
    sold = [buy(5_000)]
    shop = context.shop()
    with context.public():
        row = Tenant.objects.get(pk=shop.id)
        made = merchants.enter(tenant=row, keys=keys_of(console), by="o")
        merchants.use(tenant=row, mchid=made.mchid, by="o")
    sold.append(buy(9_900))
    for _, sheet in sold:
        paid(simulator, sheet)
    run_jobs(ahead=16)
    day = day_of(clock.now())
    left = until_bills_of(day)
    simulator.control("POST", "clock", {"advance_seconds": left})
    with clock.ahead(timedelta(seconds=left)), context.public():
        bills.want_missing(days_back=1)
    run_jobs()
    with context.public():
        rows = BillFile.objects.filter(day=day).order_by("direct_mchid", "kind")
        assert list(rows.values_list("direct_mchid", "kind", "state")) == [
            ("", "basic", "loaded"), ("", "operation", "wanted"), ("", "trade", "loaded"),
            (made.mchid, "basic", "loaded"), (made.mchid, "operation", "wanted"),
            (made.mchid, "trade", "loaded"),
        ]  # fmt: skip
    lines = Line.objects.filter(bill="trade").order_by("place")
    assert [line.place for line in lines] == [1, 2]
    assert {line.number for line in lines} == {p.attempts.get().out_trade_no for p, _ in sold}
    assert not Difference.objects.exists()
    assert list(violations()) == []

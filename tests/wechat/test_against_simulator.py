"""The client and the simulator share no code; here they speak to each other for real."""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from kernel import clock
from tenants import context
from tests.wechat.test_global_codes import every_code
from wechat import breaker, component, errors, login, notify, pay, push, shipping
from wechat.credentials import Credentials
from wechat.models import AccessToken

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


class Simulator:
    """The running program, and the tester's hand on it."""

    def __init__(self, directory):
        command = [sys.executable, "-m", "infra.wechat_simulator", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--data", str(directory)],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert " ready on " in line, line
        self.base = line.split(" ready on ")[1].split(",")[0]
        self.credentials = Credentials.read(directory / "credentials.json")

    def control(self, method, path, wish=None):
        request = urllib.request.Request(
            f"{self.base}/_control/{path}",
            method=method,
            data=json.dumps(wish or {}).encode() if method != "GET" else None,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def stop(self):
        self.process.terminate()
        self.process.wait(5)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory):
    running = Simulator(tmp_path_factory.mktemp("wechat"))
    yield running
    running.stop()


@pytest.fixture
def ears(stub):
    """Our doors, as WeChat sees them: whatever is posted is kept and answered with success."""
    stub.says(*[(200, {}, b"success")] * 20)
    return stub


@pytest.fixture
def platform(db, simulator, ears):
    """The platform with a ticket that was really pushed, sealed and signed."""
    breaker.reset()
    with override_settings(WECHAT=simulator.credentials), context.public():
        simulator.control("PUT", "component", {"ticket_url": f"{ears.base}/push"})
        simulator.control("POST", "component/push_ticket")
        _, target, _, body = ears.asked[-1]
        query = dict(urllib.parse.parse_qsl(target.partition("?")[2]))
        component.save_ticket(push.open_component_push(query, body))
        yield simulator


@pytest.fixture
def app(platform):
    """A mini-program whose owner has just authorised us."""
    made = platform.control("POST", "mini_programs", {"name": "Teahouse"})
    adopted = component.adopt_authorization(made["auth_code"])
    assert adopted.appid == made["appid"]
    assert 142 in adopted.permission_set_ids
    return made


@pytest.fixture
def buyer(platform, app):
    code = platform.control("POST", "login", {"appid": app["appid"], "user": "buyer"})
    return {**code, "session": login.code_to_session(appid=app["appid"], code=code["code"])}


class Purchase:
    """One order on its way: the calls a payment needs, with this test's numbers filled in."""

    def __init__(self, simulator, app, openid, base):
        self.simulator, self.app, self.openid, self.base = simulator, app, openid, base
        self.number = f"T{time.time_ns()}"
        self.expires_at = clock.now() + timedelta(minutes=30)  # once: a changed one is refused

    def prepay(self, amount_fen=990):
        return pay.prepay(
            sub_mchid=self.app["sub_mchid"],
            sub_appid=self.app["appid"],
            openid=self.openid,
            out_trade_no=self.number,
            description="龙井茶",
            amount_fen=amount_fen,
            notify_url=f"{self.base}/wxpay/notify/abc",
            expires_at=self.expires_at,
        )

    def pay(self):
        params = pay.request_payment_params(appid=self.app["appid"], prepay_id=self.prepay())
        sheet = {"appid": self.app["appid"], "openid": self.openid, **params.as_dict()}
        answer = self.simulator.control("POST", "pay", sheet)
        assert answer["errMsg"] == "requestPayment:ok", answer
        return answer["transaction_id"]

    def query(self):
        return pay.query(sub_mchid=self.app["sub_mchid"], out_trade_no=self.number)

    def refund(self, number, amount_fen):
        return pay.refund(
            sub_mchid=self.app["sub_mchid"],
            out_trade_no=self.number,
            out_refund_no=number,
            amount_fen=amount_fen,
            total_fen=990,
            reason="少发一件",
            notify_url=f"{self.base}/wxpay/refund/abc",
        )

    def callback(self, **wish):
        query = urllib.parse.urlencode(wish)
        path = f"callback_request/{self.number}" + (f"?{query}" if query else "")
        request = self.simulator.control("GET", path)
        return {"headers": request["headers"], "body": base64.b64decode(request["body_b64"])}


@pytest.fixture
def purchase(platform, app, buyer, ears):
    return Purchase(platform, app, buyer["openid"], ears.base)


def test_a_buyer_signs_in_once_per_code(buyer, app):
    assert buyer["session"].openid == buyer["openid"]
    with pytest.raises(login.LoginCodeRefused):
        login.code_to_session(appid=app["appid"], code=buyer["code"])


def test_a_purchase_is_paid_reported_refunded_and_asked_about(purchase):
    prepay_id = purchase.prepay()
    assert prepay_id
    assert purchase.query().trade_state == "NOTPAY"
    transaction_id = purchase.pay()
    paid = purchase.query()
    assert (paid.trade_state, paid.transaction_id) == ("SUCCESS", transaction_id)
    assert (paid.amount_fen, paid.currency) == (990, "CNY")
    assert (paid.payer_openid, paid.sub_appid) == (purchase.openid, purchase.app["appid"])

    envelope = notify.open_envelope(**purchase.callback())
    assert envelope.event_type == "TRANSACTION.SUCCESS"
    assert notify.transaction_from(envelope.resource) == paid

    number = f"R{time.time_ns()}"
    asked = purchase.refund(number, 100)
    assert (asked.out_refund_no, asked.amount_fen, asked.total_fen) == (number, 100, 990)
    purchase.simulator.control("POST", "clock", {"advance_seconds": 60})
    with clock.ahead(timedelta(seconds=60)):
        known = pay.query_refund(sub_mchid=purchase.app["sub_mchid"], out_refund_no=number)
        assert (known.refund_id, known.status) == (asked.refund_id, "SUCCESS")
        assert purchase.query().trade_state == "REFUND"
        again = purchase.refund(number, 100)
        assert again.refund_id == asked.refund_id
        told = notify.open_envelope(**purchase.callback(refund=number))
    notice = notify.refund_from(told.resource)
    assert (notice.out_refund_no, notice.refund_status) == (number, "SUCCESS")
    assert (notice.amount_fen, notice.refund_id) == (100, asked.refund_id)


def test_what_wechat_does_not_know_is_named_so(purchase):
    with pytest.raises(errors.OrderNotExist):
        purchase.query()
    with pytest.raises(errors.OrderNotExist):
        pay.query_refund(sub_mchid=purchase.app["sub_mchid"], out_refund_no="R000000")


def test_an_order_is_closed_and_a_paid_one_is_not(purchase, platform, app, buyer, ears):
    purchase.prepay()
    pay.close(sub_mchid=app["sub_mchid"], out_trade_no=purchase.number)
    assert purchase.query().trade_state == "CLOSED"
    other = Purchase(platform, app, buyer["openid"], ears.base)
    other.pay()
    with pytest.raises(errors.OrderPaid):
        pay.close(sub_mchid=app["sub_mchid"], out_trade_no=other.number)
    assert other.query().trade_state == "SUCCESS"


def test_an_order_cannot_be_ordered_again_for_another_amount(purchase):
    assert purchase.prepay() != purchase.prepay()
    with pytest.raises(errors.WeChatFailure) as caught:
        purchase.prepay(amount_fen=1)
    assert not isinstance(caught.value, errors.BadResponseSignature)
    assert purchase.query().trade_state == "NOTPAY"


def test_a_parcel_is_told_and_seen(purchase, app):
    transaction_id = purchase.pay()
    status = shipping.order_status(appid=app["appid"], transaction_id=transaction_id)
    assert status.order_state == 1
    parcel = shipping.ParcelInfo("SF1234567890123", "SF", "龙井茶", "189****1234")
    shipping.upload(
        appid=app["appid"],
        transaction_id=transaction_id,
        openid=purchase.openid,
        parcels=[parcel],
        all_shipped=True,
        uploaded_at=clock.now(),
    )
    status = shipping.order_status(appid=app["appid"], transaction_id=transaction_id)
    assert status.order_state == 2


def test_a_pick_up_is_told_and_seen(purchase, app):
    transaction_id = purchase.pay()
    shipping.upload_pickup(
        appid=app["appid"],
        transaction_id=transaction_id,
        openid=purchase.openid,
        item_description="龙井茶",
        uploaded_at=clock.now(),
    )
    status = shipping.order_status(appid=app["appid"], transaction_id=transaction_id)
    assert status.order_state == 2


def test_a_parcel_told_too_soon_is_worth_a_retry(purchase, app, platform):
    platform.control("PUT", "settings", {"shipping_known_after_seconds": 3600})
    try:
        transaction_id = purchase.pay()
        with pytest.raises(errors.PaymentNotYetKnown):
            shipping.order_status(appid=app["appid"], transaction_id=transaction_id)
    finally:
        platform.control("PUT", "settings", {"shipping_known_after_seconds": 0})


def test_tokens_that_wechat_no_longer_knows_are_renewed_by_themselves(platform, app):
    component_appid = platform.credentials.component.appid
    for appid, token in ((component_appid, "T_gone"), (app["appid"], "T_gone_too")):
        row = AccessToken.objects.get(appid=appid)
        row.sealed_token = component.vault.seal(token)
        row.save()
    with pytest.raises(errors.PaymentNotYetKnown):
        shipping.order_status(appid=app["appid"], transaction_id="42")
    assert component.authorizer_token(app["appid"]) != "T_gone_too"


def test_a_refresh_token_lost_between_answer_and_commit_is_recovered(platform, app):
    row = AccessToken.objects.get(appid=app["appid"])
    before = row.sealed_refresh_token
    first = component.authorizer_token(app["appid"], stale=component.vault.unseal(row.sealed_token))
    AccessToken.objects.filter(pk=row.pk).update(sealed_refresh_token=before)
    second = component.authorizer_token(app["appid"], stale=first)
    assert second not in (first, "")


def test_an_authorisation_taken_back_is_named_so(platform, app):
    platform.control("POST", f"mini_programs/{app['appid']}/unauthorise")
    with pytest.raises(errors.AuthorizationLost):
        shipping.order_status(appid=app["appid"], transaction_id="42")


@every_code
def test_a_global_code_that_the_simulator_says(
    platform, app, errcode, kind, retryable, asked, renewed
):
    path = "/wxa/sec/order/get_order"
    known = {row["id"] for row in platform.control("GET", "events")["events"]}
    fault = {"kind": "errcode", "code": str(errcode), "path_prefix": path, "times": -1}
    platform.control("POST", "faults", fault)
    try:
        with pytest.raises(errors.WeChatFailure) as caught:
            shipping.order_status(appid=app["appid"], transaction_id="42")
    finally:
        platform.control("DELETE", "faults")
    assert type(caught.value) is kind
    assert caught.value.retryable is retryable
    rows = [r for r in platform.control("GET", "events")["events"] if r["id"] not in known]
    paths = [row["path"] for row in reversed(rows)]
    renewal = ["/cgi-bin/component/api_authorizer_token"] if renewed else []
    assert paths == ([path, *renewal, path] if asked == 2 else [path])


FAULTS = {
    # how WeChat fails: what we call it, whether it may have happened
    "500": (errors.AnswerUnclear, True),
    "system_error": (errors.AnswerUnclear, True),
    "429": (errors.WeChatBusy, False),
    "slow": (errors.WeChatTimedOut, True),
    "cut_after_commit": (errors.WeChatTimedOut, True),
    "half_body": (errors.WeChatTimedOut, True),
    "html": (errors.BadResponseSignature, True),
    "bad_signature": (errors.BadResponseSignature, True),
    "signtest": (errors.BadResponseSignature, True),
    "old_timestamp": (errors.BadResponseSignature, True),
    "wrong_serial": (errors.BadResponseSignature, True),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_refund_whose_answer_failed_is_repeated_under_its_number_and_happens_once(
    kind, purchase, platform
):
    failure, outcome_unknown = FAULTS[kind]
    purchase.pay()
    number = f"R{time.time_ns()}"
    fault = {"kind": kind, "path_prefix": "/v3/refund", "times": 1, "seconds": 4}
    platform.control("POST", "faults", fault)
    with pytest.raises(errors.WeChatFailure) as caught:
        purchase.refund(number, 100)
    assert type(caught.value) is failure
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, outcome_unknown)
    assert purchase.refund(number, 100).amount_fen == 100
    refunds = platform.control("GET", f"orders/{purchase.number}")["refunds"]
    assert [(row["out_refund_no"], row["refund_fen"]) for row in refunds] == [(number, 100)]


UNPROVEN = [
    "bad_signature",
    "signtest",
    "wrong_serial",
    "nonhex_serial",
    "missing_signature",
    "missing_serial",
    "missing_timestamp",
    "missing_nonce",
    "missing_signature_type",
    "reserialised_body",
    "huge_body",
    "gzip_bomb",
    "old_timestamp",
    "future_timestamp",
    "wrong_apiv3_key",
    "not_json",
]
CLAIMS = ["other_sub_mchid", "other_mchid", "other_appid", "amount_plus_one", "other_currency"]


def test_forged_callbacks_are_refused_and_false_claims_are_seen(purchase):
    purchase.pay()
    paid = purchase.query()
    for forge in UNPROVEN:
        with pytest.raises(notify.BadCallback):
            notify.open_envelope(**purchase.callback(forge=forge))
    for forge in CLAIMS:
        envelope = notify.open_envelope(**purchase.callback(forge=forge))
        assert notify.transaction_from(envelope.resource) != paid


def test_answers_and_callbacks_may_be_signed_by_the_platform_certificate(
    purchase, platform, content
):
    """While a merchant moves to the public key, both sign; both are believed (CONTRACT §4.3)."""
    directory = Path(platform.process.args[-1])
    kept = json.loads((directory / "wechat_private.json").read_text())
    handed = json.loads((directory / "credentials.json").read_text())
    platform.control("PUT", "settings", {"trust": "certificate"})
    try:
        with pytest.raises(errors.BadResponseSignature, match="unknown_serial"):
            purchase.prepay()
        handed["pay"]["platform_certificates_pem"] = [kept["platform_certificate_pem"]]
        with override_settings(WECHAT=Credentials.of(handed)):
            purchase.pay()
            assert purchase.query().trade_state == "SUCCESS"
            envelope = notify.open_envelope(**purchase.callback())
            assert notify.transaction_from(envelope.resource).amount_fen == 990
    finally:
        platform.control("PUT", "settings", {"trust": "public_key"})

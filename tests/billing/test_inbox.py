"""WeChat's door: what is proved is kept once; what is not leaves no trace and calls nobody."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from prometheus_client import REGISTRY

from billing.inbox.models import Notification
from billing.payments import actions as payments
from billing.refunds import actions as refunds
from kernel import clock
from kernel.money import Money
from tenants import actions as tenant_actions
from tenants import context
from tenants import standing as tenant_standing
from tenants.models import Merchant, Tenant

APPID, SUB_MCHID, OPENID = "wx00000000000000bb", "1900000777", "o-first-customer-000000000001"
RFC3339 = "%Y-%m-%dT%H:%M:%S+00:00"


@pytest.fixture
def forge(keys):
    """Sign and seal as WeChat Pay does; shares no code with `wechat`."""
    private = load_pem_private_key(keys["wechatpay_public_key_private_pem"].encode(), None)
    stranger = load_pem_private_key(keys["merchant_private_key_pem"].encode(), None)

    def make(resource, *, event_id="EV-1", event_type="TRANSACTION.SUCCESS", at=None, by="wechat"):
        sealed = AESGCM(keys["apiv3_key"].encode()).encrypt(
            b"0123456789ab", json.dumps(resource).encode(), b"transaction"
        )
        body = json.dumps(
            {
                "id": event_id,
                "create_time": clock.now().strftime(RFC3339),
                "resource_type": "encrypt-resource",
                "event_type": event_type,
                "summary": "支付成功",
                "resource": {
                    "original_type": "transaction",
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(sealed).decode(),
                    "associated_data": "transaction",
                    "nonce": "0123456789ab",
                },
            }
        ).encode()
        stamp = str(int((at or clock.now()).timestamp()))
        key = private if by == "wechat" else stranger
        signature = key.sign(b"%s\nNONCE\n%s\n" % (stamp.encode(), body), PKCS1v15(), SHA256())
        headers = {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": "NONCE",
            "Wechatpay-Signature": base64.b64encode(signature).decode(),
            "Wechatpay-Serial": keys["wechatpay_public_key_id"],
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }
        return headers, body

    return make


@pytest.fixture
def token(shop) -> str:
    with context.public():
        return Merchant.objects.get(sub_mchid=SUB_MCHID).notify_token


@pytest.fixture
def send(client, token, monkeypatch):
    """POST to the door with the platform current, as the web server does; no socket may open."""

    def refuse(_socket, address):
        raise AssertionError(f"a socket was opened to {address}")

    def post(headers, body, *, path=None):
        with context.public(), monkeypatch.context() as patch:
            patch.setattr("socket.socket.connect", refuse)
            return client.post(
                f"/hooks/wechatpay/{token if path is None else path}",
                data=body,
                content_type="application/json",
                headers=headers,
            )

    return post


@pytest.fixture
def bought(wechat, open_payment, keys):
    """A payment that WeChat knows to be paid and we do not, and what WeChat says of it."""
    payment = open_payment(10_000)
    payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
    number = payment.attempts.get().out_trade_no
    told = wechat.take_money(number)
    return payment, {
        "sp_mchid": keys["mchid_partner"],
        "sub_mchid": SUB_MCHID,
        "sp_appid": "wx0000000000000100",
        "sub_appid": APPID,
        "out_trade_no": number,
        "transaction_id": told.transaction_id,
        "trade_state": "SUCCESS",
        "trade_type": "JSAPI",
        "bank_type": "OTHERS",
        "attach": "",
        "success_time": clock.now().strftime(RFC3339),
        "payer": {"sp_openid": "o-sp", "sub_openid": OPENID},
        "amount": {
            "total": 10_000,
            "payer_total": 10_000,
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }


def kept() -> list[Notification]:
    with context.public():
        return list(Notification.objects.order_by("received_at"))


def state_of(payment) -> str:
    payment.refresh_from_db()
    return payment.state


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("callbacks_total", {"result": result}) or 0


def test_a_callback_is_kept_once_and_the_shop_takes_the_payment(
    bought, forge, send, run_jobs, shop
):
    payment, resource = bought
    headers, body = forge(resource)
    answers = [send(headers, body) for _ in range(3)]
    assert [(a.status_code, a.content) for a in answers] == [(204, b"")] * 3
    [row] = kept()
    assert (row.external_id, row.tenant_public_id, row.outcome) == ("EV-1", shop.public_id, "")
    assert bytes(row.body) == body
    assert "signature" not in json.dumps(row.headers).lower()
    assert run_jobs() >= 1
    assert state_of(payment) == "succeeded"
    [row] = kept()
    assert row.outcome == "applied"
    assert row.handled_at is not None


def test_the_same_payment_under_another_event_has_no_second_effect(bought, forge, send, run_jobs):
    _payment, resource = bought
    for event_id in ("EV-1", "EV-2"):
        assert send(*forge(resource, event_id=event_id)).status_code == 204
    run_jobs()
    assert sorted(row.outcome for row in kept()) == ["applied", "repeated"]


def test_a_callback_of_a_suspended_shop_is_taken(bought, forge, send, run_jobs, shop):
    payment, resource = bought
    with context.public():
        tenant = Tenant.objects.get(pk=shop.id)
        tenant_standing.suspend(tenant=tenant, reason="test", by="test")
    assert send(*forge(resource)).status_code == 204
    run_jobs()
    assert state_of(payment) == "succeeded"


def test_a_callback_is_understood_long_after_it_came(bought, forge, send, run_jobs):
    payment, resource = bought
    assert send(*forge(resource)).status_code == 204
    with clock.ahead(timedelta(days=3)):
        run_jobs()
    assert state_of(payment) == "succeeded"


def _damaged(forge, resource):
    """Name, headers, body of everything that must have no effect."""
    headers, body = forge(resource)
    yield "signed by a stranger", *forge(resource, by="stranger")
    yield "a probe", headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + "A" * 300}, body
    for name in headers:
        yield f"without {name}", {k: v for k, v in headers.items() if k != name}, body
    yield "unknown serial", headers | {"Wechatpay-Serial": "PUB_KEY_ID_0999"}, body
    yield "serial of no kind", headers | {"Wechatpay-Serial": "../../etc"}, body
    yield "other signature type", headers | {"Wechatpay-Signature-Type": "NONE"}, body
    yield "30 days old", *forge(resource, at=clock.now() - timedelta(days=30))
    yield "from the future", *forge(resource, at=clock.now() + timedelta(days=3650))
    yield (
        "another timestamp",
        headers | {"Wechatpay-Timestamp": str(int(clock.now().timestamp()) + 1)},
        body,
    )
    yield "another nonce", headers | {"Wechatpay-Nonce": "OTHER"}, body
    yield (
        "serialised again",
        headers,
        json.dumps(json.loads(body), ensure_ascii=False, indent=1).encode(),
    )
    yield "an amount changed", headers, body.replace(b"EV-1", b"EV-2")
    yield "cut", headers, body[:-1]
    yield "empty", headers, b""
    yield "10 MB", headers, b" " * 10_000_000
    yield "no JSON", headers, b"<xml/>"
    yield "gzip", headers | {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00" + b"\x00" * 100


def test_nothing_damaged_or_forged_has_an_effect(bought, forge, send, queued):
    payment, resource = bought
    names = []
    for name, headers, body in _damaged(forge, resource):
        answer = send(headers, body)
        assert answer.status_code == 401, name
        assert answer.json()["code"] == "FAIL", name
        names.append(name)
    assert len(names) >= 20
    assert kept() == []
    assert queued("notified") == []
    assert state_of(payment) == "open"


@pytest.mark.parametrize(
    "lie",
    [
        {"sp_mchid": "1900009999"},
        {"sub_mchid": "1900009999"},
        {"sub_appid": "wx0000000000009999"},
        {"sub_mchid": None},
        {"sp_mchid": None},
        {"sub_mchid": ["1900000777"]},
    ],
    ids=str,
)
def test_a_proved_callback_of_another_merchant_is_refused(bought, forge, send, queued, lie):
    _payment, resource = bought
    before = counted("other_merchant")
    answer = send(*forge(resource | lie))
    assert (answer.status_code, answer.json()["message"]) == (401, "other_merchant")
    assert kept() == []
    assert queued("notified") == []
    assert counted("other_merchant") == before + 1


def test_a_proved_callback_under_another_shops_path_is_refused(bought, forge, send, other_shop):
    payment, resource = bought
    with context.public():
        tenant = Tenant.objects.get(pk=other_shop.id)
        tenant_actions.connect_wechat(tenant=tenant, appid="wxother", sub_mchid="1900000888")
        path = tenant.merchant.notify_token
    assert send(*forge(resource), path=path).status_code == 401
    assert send(*forge(resource), path="nobody").status_code == 404
    assert kept() == []
    assert state_of(payment) == "open"


@pytest.mark.parametrize(
    "lie",
    [
        {"amount": {"total": 9_999, "currency": "CNY"}},
        {"amount": {"total": 10_000, "currency": "USD"}},
        {"payer": {"sub_openid": "o-somebody-else"}},
        {"out_trade_no": "NOBODYS0001"},
    ],
    ids=str,
)
def test_a_proved_callback_that_does_not_fit_is_kept_and_has_no_effect(
    bought, forge, send, run_jobs, lie
):
    payment, resource = bought
    assert send(*forge(resource | lie)).status_code == 204
    run_jobs()
    assert kept()[0].outcome in {"mismatched", "unknown"}
    assert state_of(payment) == "open"


def test_a_forged_body_with_a_genuine_id_does_not_hide_the_genuine_callback(
    bought, forge, send, run_jobs
):
    payment, resource = bought
    forged = forge(resource | {"amount": {"total": 1, "currency": "CNY"}}, by="stranger")
    assert send(*forged).status_code == 401
    assert send(*forge(resource)).status_code == 204
    run_jobs()
    assert state_of(payment) == "succeeded"


def test_a_type_that_nobody_hears_is_kept_and_ignored(bought, forge, send, queued):
    _payment, resource = bought
    before = counted("ignored")
    assert send(*forge(resource, event_type="COMPLAINT.CREATE")).status_code == 204
    [row] = kept()
    assert (row.outcome, row.event_type) == ("ignored", "COMPLAINT.CREATE")
    assert row.handled_at is not None
    assert queued("notified") == []
    assert counted("ignored") == before + 1


def test_a_refund_callback_ends_the_refund(bought, forge, send, run_jobs, wechat, keys):
    payment, resource = bought
    payments.sync(payment=payment)
    refund = refunds.request(payment=payment, amount=Money(4_000), reason="r", by="b", key="k")
    refunds.submit(refund=refund)
    told = {
        "sp_mchid": keys["mchid_partner"],
        "sub_mchid": SUB_MCHID,
        "out_trade_no": resource["out_trade_no"],
        "transaction_id": resource["transaction_id"],
        "out_refund_no": refund.out_refund_no,
        "refund_id": "50" + refund.out_refund_no,
        "refund_status": "SUCCESS",
        "success_time": clock.now().strftime(RFC3339),
        "user_received_account": "支付用户零钱",
        "amount": {"total": 10_000, "refund": 4_000, "payer_total": 10_000, "payer_refund": 4_000},
    }
    assert send(*forge(told, event_type="REFUND.SUCCESS")).status_code == 204
    run_jobs()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert [row.outcome for row in kept()] == ["applied"]


def test_a_callback_that_cannot_be_read_is_kept_and_marked(bought, forge, send, run_jobs):
    payment, resource = bought
    assert send(*forge({k: resource[k] for k in ("sp_mchid", "sub_mchid")})).status_code == 204
    run_jobs()
    assert [row.outcome for row in kept()] == ["unreadable"]
    assert state_of(payment) == "open"


def test_the_secret_path_is_not_logged_by_the_door(bought, forge, send, token, caplog, capsys):
    _payment, resource = bought
    with caplog.at_level("DEBUG", logger="billing"):
        send(*forge(resource))
        send(*forge(resource, by="stranger"))
    assert token not in caplog.text

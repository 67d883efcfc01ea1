"""WeChat tells that somebody got a part: heard at the platform's one door, believed only if asked."""

import pytest
from django.test import Client

from billing.inbox.models import Notification
from tenants import context, directory
from tenants.models import Merchant
from tests.billing.test_sharing import sharing_of, sound, till  # noqa: F401  # the fixture
from tests.wechat_simulator.stage import payload_bytes

pytest_plugins = ("tests.wechat_simulator.fixtures",)
DOOR = "/hooks/wechatpay-platform"


@pytest.fixture
def handed_over(till, simulated):  # noqa: F811
    """A sharing that WeChat is at, with our next question far away; WeChat has just given it."""
    address = f"http://127.0.0.1:9{DOOR}"
    simulated.control("PUT", f"merchants/{till.sp_mchid}", sharing_url=address)
    simulated.control("PUT", "settings", sharing_delay_seconds=7_200)
    payment = till.earned()
    till.pass_by(900)
    sharing = sharing_of(payment)
    assert sharing.state == "submitted"
    (told,) = [
        row
        for row in simulated.control("GET", "sharings")["sharings"]
        if row["out_order_no"] == sharing.out_order_no
    ]
    simulated.control("POST", f"sharings/{told['order_id']}", result="SUCCESS")
    simulated.control("PUT", "settings", sharing_delay_seconds=1)
    part = told["receivers"][0]["detail_id"]
    return payment, f"callback_request/{payment.attempts.get().out_trade_no}?part={part}"


def calls_back(simulated, request):
    made = simulated.control("GET", request)
    with context.public():
        answer = Client().post(
            DOOR, payload_bytes(made), content_type="application/json", headers=made["headers"]
        )
    return answer.status_code


def outcomes():
    with context.public():
        rows = Notification.objects.filter(event_type__startswith="PROFITSHARING")
        return list(rows.values_list("outcome", flat=True))


def test_a_callback_makes_us_ask_at_once_and_again_changes_nothing(till, simulated, handed_over):  # noqa: F811
    payment, request = handed_over
    assert calls_back(simulated, request) == 204
    assert sharing_of(payment).state == "submitted"
    till.pass_by(5)
    assert sharing_of(payment).state == "finished"
    assert outcomes() == ["applied"]
    assert calls_back(simulated, request) == 204
    till.pass_by(5)
    assert outcomes() == ["applied"]
    assert sound()


def test_without_a_callback_the_question_is_asked_all_the_same(till, handed_over):  # noqa: F811
    payment, _ = handed_over
    till.pass_by(400)
    assert sharing_of(payment).state == "finished"
    assert outcomes() == []


def test_a_forged_one_and_one_for_a_stranger_leave_nothing(till, simulated, handed_over):  # noqa: F811
    payment, request = handed_over
    assert calls_back(simulated, f"{request}&forge=bad_signature") == 401
    with context.public():
        Merchant.objects.filter(sub_mchid=till.sub_mchid).update(sub_mchid="1900009999")
    directory.forget()
    assert calls_back(simulated, request) == 401
    till.pass_by(5)
    assert (sharing_of(payment).state, outcomes()) == ("submitted", [])

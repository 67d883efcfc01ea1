"""Transfers: what goes out, what is believed, and that doubt never makes a second payment."""

import json
from datetime import UTC, datetime

import pytest

from wechat import errors, notify, transfers
from wechat.transfers import TransferState

NUMBER = "W20261120000001"
WECHATS = "1330000000000202611200000001"
ASKED = {
    "appid": "wx0000000000000001",
    "openid": "oSeller",
    "out_bill_no": NUMBER,
    "amount_fen": 500,
    "scene_id": "1005",
    "remark": "佣金",
    "report_infos": [
        transfers.ReportInfo("岗位类型", "推广员"),
        transfers.ReportInfo("报酬说明", "十一月佣金"),
    ],
}
MADE = {
    "out_bill_no": NUMBER,
    "transfer_bill_no": WECHATS,
    "create_time": "2026-11-20T18:00:00+08:00",
    "state": "WAIT_USER_CONFIRM",
    "package_info": "affffddafdfafddffda==",
}
TOLD = {
    "mch_id": "1900000100",
    "out_bill_no": NUMBER,
    "transfer_bill_no": WECHATS,
    "appid": "wx0000000000000001",
    "state": "SUCCESS",
    "transfer_amount": 500,
    "transfer_remark": "佣金",
    "openid": "oSeller",
    "create_time": "2026-11-20T18:00:00+08:00",
    "update_time": "2026-11-20T18:05:00+08:00",
}
SENT = {
    "appid": "wx0000000000000001",
    "out_bill_no": NUMBER,
    "transfer_scene_id": "1005",
    "openid": "oSeller",
    "transfer_amount": 500,
    "transfer_remark": "佣金",
    "transfer_scene_report_infos": [
        {"info_type": "岗位类型", "info_content": "推广员"},
        {"info_type": "报酬说明", "info_content": "十一月佣金"},
    ],
}


@pytest.mark.parametrize(
    ("sub_mchid", "path", "shop"),
    [
        (None, "/v3/fund-app/mch-transfer/transfer-bills", {}),
        (
            "1900000109",
            "/v3/fund-app/mch-transfer/partner/transfer-bills",
            {"sub_mchid": "1900000109"},
        ),
    ],
)
def test_a_transfer_is_asked_for(sub_mchid, path, shop, stub, answers):
    answers(200, MADE | shop)
    made = transfers.create(sub_mchid=sub_mchid, **ASKED)
    assert made == transfers.TransferAsked(
        out_bill_no=NUMBER,
        transfer_bill_no=WECHATS,
        state=TransferState.WAIT_USER_CONFIRM,
        package_info="affffddafdfafddffda==",
        fail_reason=None,
        created_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    )
    assert "affffddafdfafddffda" not in repr(made)
    assert stub.asked[0][:2] == ("POST", path)
    assert json.loads(stub.asked[0][3]) == SENT | shop


def test_what_is_optional_goes_along_and_the_name_is_sealed(stub, answers, opened):
    answers(200, MADE)
    infos = list(ASKED["report_infos"])
    transfers.create(
        sub_mchid=None,
        **ASKED | {"amount_fen": 200_000, "remark": "佣" * 40, "report_infos": infos},
        user_name="张三",
        notify_url="https://shop.example.com/wxpay/notify/abc",
        perception="劳务报酬",
        view=transfers.RecipientView.RED_PACKET,
    )
    _method, _, headers, body = stub.asked[0]
    sent = json.loads(body)
    assert headers["Wechatpay-Serial"] == "PUB_KEY_ID_0110000000000000000000000000000001"
    assert "张三".encode() not in body
    assert opened(sent.pop("user_name")) == "张三"
    assert sent == SENT | {
        "transfer_amount": 200_000,
        "transfer_remark": "佣" * 32,
        "notify_url": "https://shop.example.com/wxpay/notify/abc",
        "user_recv_perception": "劳务报酬",
        "user_recv_style": {"type": "RED_PACKET"},
    }
    assert infos == ASKED["report_infos"]


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 200_000},
        {"amount_fen": 0},
        {"amount_fen": 9.9},
        {"out_bill_no": "W-1"},
        {"out_bill_no": "W" * 33},
        {"out_bill_no": ""},
        {"scene_id": "x"},
        {"sub_mchid": ""},
    ],
)
def test_a_transfer_that_cannot_be_right_is_never_sent(change, credentials, no_network):
    with pytest.raises(ValueError):
        transfers.create(**{"sub_mchid": None} | ASKED | change)
    assert no_network == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"package_info": "p=="}, TransferState.WAIT_USER_CONFIRM),
        ({}, TransferState.ACCEPTED),
        ({"state": "PROCESSING"}, TransferState.PROCESSING),
        ({"state": "TRANSFERING"}, TransferState.TRANSFERING),
        ({"state": "TRANSFERRING"}, TransferState.TRANSFERING),
        ({"state": "FAIL", "fail_reason": "NAME_NOT_MATCH"}, TransferState.FAIL),
        ({"state": "FAILED"}, TransferState.FAIL),
        ({"state": "CANCELED"}, TransferState.CANCELLED),
        ({"state": "CANCELLED"}, TransferState.CANCELLED),
        ({"state": "CANCELLING"}, TransferState.CANCELING),
    ],
)
def test_states_are_known_in_every_spelling(answer, state, answers):
    bare = {name: MADE[name] for name in ("out_bill_no", "transfer_bill_no", "create_time")}
    answers(200, bare | answer)
    assert transfers.create(sub_mchid="1900000109", **ASKED).state is state


def test_only_an_end_without_payment_frees_the_debt():
    assert {state for state in TransferState if state.is_unpaid} == {
        TransferState.FAIL,
        TransferState.CANCELLED,
    }
    assert {state for state in TransferState if state.is_final} == {
        TransferState.SUCCESS,
        TransferState.FAIL,
        TransferState.CANCELLED,
    }


def test_a_state_nobody_told_us_about_is_doubt(answers):
    answers(200, MADE | {"state": "ENCHANTED"})
    with pytest.raises(errors.BadAnswer) as caught:
        transfers.create(sub_mchid=None, **ASKED)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: None,
        (500, {}, b'{"code":"SYSTEM_ERROR","message":"x"}'),
        (502, {}, b"<html></html>"),
        (400, {}, b'{"code":"NEVER_HEARD_OF","message":"x"}'),
        (200, {}, json.dumps(MADE).encode()),
    ],
)
def test_doubt_is_said_and_nothing_is_sent_again(answer, stub):
    stub.says(answer)
    with pytest.raises(errors.WeChatFailure) as caught:
        transfers.create(sub_mchid=None, **ASKED)
    assert caught.value.outcome_unknown
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "NOT_ENOUGH", errors.BalanceNotEnough),
        (403, "RULE_LIMIT", errors.LimitReached),
        (403, "NO_AUTH", errors.WeChatRefused),
        (400, "PARAM_ERROR", errors.WeChatRefused),
        (429, "FREQUENCY_LIMITED", errors.WeChatBusy),
        (401, "SIGN_ERROR", errors.OperatorMustAct),
    ],
)
def test_a_refusal_has_its_kind(status, code, kind, answers):
    answers(status, {"code": code, "message": "x"})
    with pytest.raises(errors.WeChatFailure) as caught:
        transfers.create(sub_mchid=None, **ASKED)
    assert type(caught.value) is kind


def test_a_transfer_is_asked_about_by_either_number(stub, answers):
    for content in (TOLD, TOLD, TOLD | {"sub_mchid": "1900000109"}):
        answers(200, content)
    told = transfers.query(sub_mchid=None, out_bill_no=NUMBER)
    assert (told.mchid, told.sub_mchid, told.appid) == ("1900000100", None, "wx0000000000000001")
    assert (told.state, told.amount_fen, told.openid) == (TransferState.SUCCESS, 500, "oSeller")
    assert told.updated_at == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
    same = transfers.query_by_wechats_number(sub_mchid=None, transfer_bill_no=WECHATS)
    assert same == told
    partner = transfers.query(sub_mchid="1900000109", out_bill_no=NUMBER)
    assert partner.sub_mchid == "1900000109"
    base = "/v3/fund-app/mch-transfer"
    assert [request[1] for request in stub.asked] == [
        f"{base}/transfer-bills/out-bill-no/{NUMBER}",
        f"{base}/transfer-bills/transfer-bill-no/{WECHATS}",
        f"{base}/partner/transfer-bills/out-bill-no/{NUMBER}?sub_mchid=1900000109",
    ]


@pytest.mark.parametrize("code", ["NOT_FOUND", "RESOURCE_NOT_EXISTS"])
def test_a_transfer_that_wechat_does_not_know_is_named_so(code, answers):
    answers(404, {"code": code, "message": "x"})
    with pytest.raises(errors.OrderNotExist):
        transfers.query(sub_mchid=None, out_bill_no=NUMBER)


def test_an_answer_about_another_transfer_is_not_believed(answers):
    answers(200, TOLD | {"out_bill_no": "W2"})
    with pytest.raises(errors.BadAnswer, match="another out_bill_no"):
        transfers.query(sub_mchid=None, out_bill_no=NUMBER)


def test_a_transfer_is_cancelled_with_no_body_or_the_shops_name(stub, answers):
    cancelled = {"out_bill_no": NUMBER, "transfer_bill_no": WECHATS, "state": "CANCELING"}
    answers(200, cancelled)
    answers(200, cancelled | {"state": "CANCELLED"})
    assert transfers.cancel(sub_mchid=None, out_bill_no=NUMBER) is TransferState.CANCELING
    assert transfers.cancel(sub_mchid="19001", out_bill_no=NUMBER) is TransferState.CANCELLED
    assert stub.asked[0][0] == "POST"
    assert stub.asked[0][1].endswith(f"/transfer-bills/out-bill-no/{NUMBER}/cancel")
    assert stub.asked[0][3] == b""
    assert "/partner/" in stub.asked[1][1]
    assert json.loads(stub.asked[1][3]) == {"sub_mchid": "19001"}


def test_a_shop_is_asked_for_its_grant(stub, answers):
    asked = {"sub_mchid": "19001", "out_apply_no": "G1", "state": "INVITED"}
    answers(200, asked)
    answers(200, {"sub_mchid": "19001", "state": "AUTHORIZED", "apply_order": asked})
    invited = transfers.ask_grant(sub_mchid="19001", out_apply_no="G1")
    assert invited == transfers.Grant("19001", "INVITED", "G1")
    assert transfers.grant_of(sub_mchid="19001") == transfers.Grant("19001", "AUTHORIZED", "G1")
    base = "/v3/fund-app/mch-transfer/partner/sub-mch-authorizations"
    assert [request[:2] for request in stub.asked] == [("POST", base), ("GET", f"{base}/19001")]
    assert json.loads(stub.asked[0][3]) == {"sub_mchid": "19001", "out_apply_no": "G1"}


@pytest.mark.parametrize("spelling", ["mch_id", "mchid", "sp_mchid"])
def test_a_notice_is_read_in_every_spelling(spelling):
    resource = {name: value for name, value in TOLD.items() if name != "mch_id"}
    notice = notify.transfer_from(resource | {spelling: "1900000100", "state": "FAIL"})
    assert (notice.mchid, notice.out_bill_no, notice.amount_fen) == ("1900000100", NUMBER, 500)
    assert (notice.state, notice.openid) == (TransferState.FAIL, "oSeller")


def test_the_notice_of_the_vectors_is_read(vectors):
    vector = next(v for v in vectors["callbacks"] if v["name"] == "mch_transfer_bill")
    notice = notify.transfer_from(json.loads(vector["expected_plaintext"]))
    assert (notice.mchid, notice.state) == ("1900000001", TransferState.SUCCESS)


@pytest.mark.parametrize(
    "change",
    [{"mch_id": ""}, {"state": "ENCHANTED"}, {"transfer_amount": "500"}, {"out_bill_no": None}],
)
def test_a_notice_of_another_shape_is_refused(change):
    with pytest.raises(notify.BadCallback, match="resource_shape"):
        notify.transfer_from(TOLD | change)

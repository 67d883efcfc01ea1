"""Profit sharing: what goes out, what is believed."""

import json
from datetime import UTC, datetime

import pytest

from wechat import errors, notify, sharing
from wechat.sharing import Part, PartResult, ReceiverKind, Relation, ReturnResult, SharingState

SHOP, PAYMENT = "1900000109", "4200000000202611200000000001"
PROVIDER = {"type": "MERCHANT_ID", "account": "1900000100"}
TOLD_PART = {
    "type": "PERSONAL_SUB_OPENID",
    "account": "oSeller",
    "amount": 99,
    "description": "佣金",
    "result": "PENDING",
    "detail_id": "36",
    "create_time": "2026-11-20T18:00:00+08:00",
    "finish_time": "1970-01-01T08:00:00+08:00",
}
TOLD = {
    "sub_mchid": SHOP,
    "transaction_id": PAYMENT,
    "out_order_no": "S1",
    "order_id": "30",
    "state": "PROCESSING",
    "receivers": [TOLD_PART],
}
RETURNED = {
    "sub_mchid": SHOP,
    "order_id": "30",
    "out_order_no": "S1",
    "out_return_no": "B1",
    "return_id": "31",
    "return_mchid": "1900000100",
    "amount": 40,
    "description": "退货",
    "result": "FAILED",
    "fail_reason": "BALANCE_NOT_ENOUGH",
    "create_time": "2026-11-20T18:00:00+08:00",
    "finish_time": "2026-11-20T18:00:05+08:00",
}
NOTICE = {
    "sp_mchid": "1900000100",
    "sub_mchid": SHOP,
    "transaction_id": PAYMENT,
    "order_id": "30",
    "out_order_no": "S1",
    "receiver": {"type": "MERCHANT_ID", "account": "1900000100", "amount": 5, "description": "佣"},
    "success_time": "2026-11-20T18:00:09+08:00",
}


def share(**changes):
    asked = {
        "sub_mchid": SHOP,
        "sub_appid": "wx0000000000000001",
        "transaction_id": PAYMENT,
        "out_order_no": "S1",
        "parts": [Part(ReceiverKind.SUB_OPENID, "oSeller", 99, "佣金", name="张三")],
        "releases_rest": False,
    }
    return sharing.share(**asked | changes)


def test_a_receiver_is_added_with_its_name_sealed(stub, answers, opened):
    answers(200, PROVIDER | {"relation_type": "SERVICE_PROVIDER"})
    sharing.add_receiver(
        sub_mchid=SHOP,
        kind=ReceiverKind.MERCHANT,
        account="1900000100",
        relation=Relation.SERVICE_PROVIDER,
        name="小铺科技有限公司",
    )
    method, path, headers, body = stub.asked[0]
    assert (method, path) == ("POST", "/v3/profitsharing/receivers/add")
    assert headers["Wechatpay-Serial"] == "PUB_KEY_ID_0110000000000000000000000000000001"
    sent = json.loads(body)
    assert opened(sent.pop("name")) == "小铺科技有限公司"
    assert sent == PROVIDER | {
        "sub_mchid": SHOP,
        "appid": "wx0000000000000100",
        "relation_type": "SERVICE_PROVIDER",
    }


def test_a_receiver_of_ones_own_relation_and_its_removal(stub, answers):
    person = {"type": "PERSONAL_OPENID", "account": "oFriend"}
    answers(200, person)
    answers(200, person)
    names = {"sub_mchid": None, "kind": ReceiverKind.OPENID, "account": "oFriend"}
    sharing.add_receiver(**names, relation=Relation.CUSTOM, custom_relation="团长")
    sharing.remove_receiver(**names)
    assert json.loads(stub.asked[0][3]) == person | {
        "appid": "wx0000000000000100",
        "relation_type": "CUSTOM",
        "custom_relation": "团长",
    }
    assert stub.asked[1][1] == "/v3/profitsharing/receivers/delete"
    assert json.loads(stub.asked[1][3]) == person | {"appid": "wx0000000000000100"}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ReceiverKind.MERCHANT},
        {"relation": Relation.CUSTOM},
        {"custom_relation": "团长"},
        {"kind": ReceiverKind.SUB_OPENID},
        {"kind": ReceiverKind.SUB_OPENID, "sub_mchid": None, "sub_appid": "wx1"},
        {"sub_mchid": ""},
    ],
)
def test_a_receiver_that_cannot_be_right_is_never_sent(change, credentials, no_network):
    usual = {
        "sub_mchid": SHOP,
        "kind": ReceiverKind.OPENID,
        "account": "oFriend",
        "relation": Relation.USER,
    }
    with pytest.raises(ValueError):
        sharing.add_receiver(**usual | change)
    assert no_network == []


def test_an_answer_about_another_receiver_is_not_believed(answers):
    answers(200, PROVIDER | {"account": "1900000999"})
    with pytest.raises(errors.BadAnswer, match="another account"):
        sharing.remove_receiver(sub_mchid=SHOP, kind=ReceiverKind.MERCHANT, account="1900000100")


def test_an_order_is_shared(stub, answers, opened):
    answers(200, TOLD)
    told = share()
    assert (told.order_id, told.out_order_no, told.transaction_id) == ("30", "S1", PAYMENT)
    assert (told.state, told.sub_mchid) == (SharingState.PROCESSING, SHOP)
    (part,) = told.parts
    assert (part.kind, part.account, part.amount_fen) == (ReceiverKind.SUB_OPENID, "oSeller", 99)
    assert (part.result, part.fail_reason, part.detail_id) == (PartResult.PENDING, None, "36")
    assert stub.asked[0][:2] == ("POST", "/v3/profitsharing/orders")
    assert "张三".encode() not in stub.asked[0][3]
    sent = json.loads(stub.asked[0][3])
    assert opened(sent["receivers"][0].pop("name")) == "张三"
    assert sent == {
        "sub_mchid": SHOP,
        "appid": "wx0000000000000100",
        "sub_appid": "wx0000000000000001",
        "transaction_id": PAYMENT,
        "out_order_no": "S1",
        "receivers": [
            {
                "type": "PERSONAL_SUB_OPENID",
                "account": "oSeller",
                "amount": 99,
                "description": "佣金",
            }
        ],
        "unfreeze_unsplit": False,
    }
    assert "张三" not in repr(Part(ReceiverKind.OPENID, "o", 1, "x", name="张三"))


def test_a_direct_merchant_shares_too(stub, answers):
    answers(200, {name: value for name, value in TOLD.items() if name != "sub_mchid"})
    part = Part(ReceiverKind.MERCHANT, "1900000999", 5, "服务费")
    told = share(sub_mchid=None, sub_appid="", parts=[part], releases_rest=True)
    assert told.sub_mchid is None
    sent = json.loads(stub.asked[0][3])
    assert sent.keys() == {
        "appid",
        "transaction_id",
        "out_order_no",
        "receivers",
        "unfreeze_unsplit",
    }
    assert sent["unfreeze_unsplit"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"parts": []},
        {"parts": [Part(ReceiverKind.OPENID, "o", 1, "x")] * 51},
        {"parts": [Part(ReceiverKind.OPENID, "o", 0, "x")]},
        {"out_order_no": ""},
        {"out_order_no": "S" * 65},
        {"transaction_id": "../42"},
        {"sub_appid": ""},
        {"sub_mchid": ""},
    ],
)
def test_a_sharing_that_cannot_be_right_is_never_sent(change, credentials, no_network):
    with pytest.raises(ValueError):
        share(**change)
    assert no_network == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "RULE_LIMIT", errors.LimitReached),
        (403, "NOT_ENOUGH", errors.BalanceNotEnough),
        (400, "INVALID_REQUEST", errors.WeChatRefused),
        (403, "NO_AUTH", errors.WeChatRefused),
        (404, "RESOURCE_NOT_EXISTS", errors.OrderNotExist),
        (429, "RATELIMIT_EXCEEDED", errors.WeChatBusy),
        (500, "SYSTEM_ERROR", errors.AnswerUnclear),
        (401, "SIGN_ERROR", errors.OperatorMustAct),
    ],
)
def test_a_refusal_has_its_kind(status, code, kind, stub, answers):
    answers(status, {"code": code, "message": "x"})
    with pytest.raises(errors.WeChatFailure) as caught:
        share()
    assert type(caught.value) is kind
    assert len(stub.asked) == 1


def test_a_sharing_is_asked_about_and_the_rest_released(stub, answers):
    done = TOLD_PART | {"result": "CLOSED", "fail_reason": "NO_RELATION"}
    answers(200, TOLD | {"state": "FINISHED", "receivers": [done]})
    answers(200, TOLD | {"state": "FINISHED", "out_order_no": "S2", "receivers": []})
    told = sharing.query(sub_mchid=SHOP, transaction_id=PAYMENT, out_order_no="S1")
    assert told.state is SharingState.FINISHED
    assert (told.parts[0].result, told.parts[0].fail_reason) == (PartResult.CLOSED, "NO_RELATION")
    released = sharing.release(
        sub_mchid=SHOP, transaction_id=PAYMENT, out_order_no="S2", description="解冻"
    )
    assert (released.state, released.parts) == (SharingState.FINISHED, ())
    assert stub.asked[0][1] == (
        f"/v3/profitsharing/orders/S1?transaction_id={PAYMENT}&sub_mchid={SHOP}"
    )
    assert stub.asked[1][1] == "/v3/profitsharing/orders/unfreeze"
    assert json.loads(stub.asked[1][3]) == {
        "sub_mchid": SHOP,
        "transaction_id": PAYMENT,
        "out_order_no": "S2",
        "description": "解冻",
    }


def test_a_part_is_taken_back(stub, answers):
    answers(200, RETURNED | {"result": "PROCESSING"})
    answers(200, RETURNED)
    asked = {"sub_mchid": SHOP, "out_order_no": "S1", "out_return_no": "B1"}
    told = sharing.take_back(**asked, return_mchid="1900000100", amount_fen=40, description="退货")
    assert (told.result, told.amount_fen, told.return_id) == (ReturnResult.PROCESSING, 40, "31")
    ended = sharing.query_return(**asked)
    assert (ended.result, ended.fail_reason) == (ReturnResult.FAILED, "BALANCE_NOT_ENOUGH")
    assert ended.finished_at == datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert stub.asked[0][1] == "/v3/profitsharing/return-orders"
    assert json.loads(stub.asked[0][3]) == {
        "sub_mchid": SHOP,
        "out_order_no": "S1",
        "out_return_no": "B1",
        "return_mchid": "1900000100",
        "amount": 40,
        "description": "退货",
    }
    assert stub.asked[1][1] == (
        f"/v3/profitsharing/return-orders/B1?out_order_no=S1&sub_mchid={SHOP}"
    )


def test_what_may_be_shared_is_asked_about(stub, answers):
    answers(200, {"transaction_id": PAYMENT, "unsplit_amount": 984})
    answers(200, {"sub_mchid": SHOP, "max_ratio": 2000})
    answers(200, {"transaction_id": PAYMENT, "unsplit_amount": 0})
    assert sharing.unsplit_fen(transaction_id=PAYMENT) == 984
    assert sharing.max_ratio(sub_mchid=SHOP) == 2000
    assert sharing.unsplit_fen(transaction_id=PAYMENT) == 0
    assert [request[1] for request in stub.asked[:2]] == [
        f"/v3/profitsharing/transactions/{PAYMENT}/amounts",
        f"/v3/profitsharing/merchant-configs/{SHOP}",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "ENCHANTED"},
        {"receivers": [TOLD_PART | {"result": "ENCHANTED"}]},
        {"receivers": [TOLD_PART | {"amount": 9.9}]},
        {"receivers": {}, "order_id": ""},
        {"out_order_no": "S2"},
        {"transaction_id": "43"},
    ],
)
def test_an_answer_of_another_shape_is_doubt(change, answers):
    answers(200, TOLD | change)
    with pytest.raises(errors.BadAnswer) as caught:
        share()
    assert caught.value.outcome_unknown


def test_a_notice_is_read():
    told = notify.sharing_from(NOTICE)
    assert (told.sp_mchid, told.sub_mchid, told.order_id) == ("1900000100", SHOP, "30")
    assert (told.kind, told.account, told.amount_fen) == (ReceiverKind.MERCHANT, "1900000100", 5)
    assert told.success_at == datetime(2026, 11, 20, 10, 0, 9, tzinfo=UTC)
    direct = {k: v for k, v in NOTICE.items() if not k.endswith("mchid")} | {"mchid": "19001"}
    assert notify.sharing_from(direct).sub_mchid == ""
    assert notify.sharing_from(direct).sp_mchid == "19001"


@pytest.mark.parametrize(
    "change", [{"receiver": {}}, {"success_time": ""}, {"sp_mchid": ""}, {"order_id": 3}]
)
def test_a_notice_of_another_shape_is_refused(change):
    with pytest.raises(notify.BadCallback, match="resource_shape"):
        notify.sharing_from(NOTICE | change)

"""Complaints: what is asked, what is said, and that a phone number opens only on demand."""

import json
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from wechat import complaints, errors, notify, signing
from wechat.complaints import ComplaintState

ID = "200000020261120000000000001"
SHOP = "1900000109"
TOLD = {
    "complaint_id": ID,
    "complaint_time": "2026-11-20T18:00:10.00+08:00",
    "complaint_detail": "少发一件",
    "complaint_state": "PENDING",
    "complainted_mchid": SHOP,
    "complaint_order_info": [
        {"transaction_id": "42", "out_trade_no": "TEA1", "amount": 990},
    ],
    "complaint_media_list": [
        {"media_type": "USER_COMPLAINT_IMAGE", "media_url": ["https://x/1", "https://x/2"]}
    ],
    "complaint_full_refunded": False,
    "incoming_user_response": True,
    "problem_description": "商品问题",
    "user_complaint_times": 1,
    "problem_type": "REFUND",
    "apply_refund_amount": 100,
}
STEP = {
    "log_id": "L1",
    "operator": "投诉人",
    "operate_time": "2026-11-20T18:00:10+08:00",
    "operate_type": "USER_CREATE_COMPLAINT",
    "operate_details": "少发一件",
    "image_list": ["https://x/3"],
    "complaint_media_list": {"media_type": "OPERATION_IMAGE", "media_url": ["https://x/4"]},
}


def test_complaints_are_asked_for_page_by_page(stub, answers):
    answers(200, {"data": [TOLD], "limit": 50, "offset": 50, "total_count": 51})
    answers(200, {"limit": 10, "offset": 0})
    page = complaints.page(
        begin=date(2026, 10, 21), end=date(2026, 11, 20), offset=50, sub_mchid=SHOP
    )
    assert (page.offset, page.total) == (50, 51)
    (told,) = page.complaints
    assert told.complained_at == datetime(2026, 11, 20, 10, 0, 10, tzinfo=UTC)
    assert (told.complaint_id, told.state, told.complained_mchid) == (
        ID,
        ComplaintState.PENDING,
        SHOP,
    )
    assert told.orders == (complaints.ComplainedOrder("42", "TEA1", 990),)
    assert told.pictures == ("https://x/1", "https://x/2")
    assert (told.is_fully_refunded, told.awaits_answer) == (False, True)
    assert (told.problem_type, told.wanted_refund_fen, told.times_complained) == ("REFUND", 100, 1)
    nothing = complaints.page(begin=date(2026, 11, 20), end=date(2026, 11, 20), limit=10)
    assert (nothing.complaints, nothing.total) == ((), None)
    path = urlsplit(stub.asked[0][1])
    assert path.path == "/v3/merchant-service/complaints-v2"
    assert parse_qs(path.query) == {
        "limit": ["50"],
        "offset": ["50"],
        "begin_date": ["2026-10-21"],
        "end_date": ["2026-11-20"],
        "complainted_mchid": [SHOP],
    }
    assert "complainted_mchid" not in stub.asked[1][1]


@pytest.mark.parametrize(
    "change",
    [
        {"begin": date(2026, 10, 20)},
        {"begin": date(2026, 11, 21)},
        {"limit": 51},
        {"limit": 0},
        {"offset": -1},
    ],
)
def test_a_page_that_wechat_does_not_give_is_not_asked_for(change, credentials, no_network):
    days = {"begin": date(2026, 11, 1), "end": date(2026, 11, 20)}
    with pytest.raises(ValueError):
        complaints.page(**days | change)
    assert no_network == []


def test_a_phone_number_is_opened_on_demand_only(answers, vectors):
    sealed = next(v for v in vectors["sensitive_fields"] if v["name"] == "response_payer_phone")[
        "ciphertext_b64"
    ]
    answers(200, TOLD | {"payer_phone": sealed})
    answers(200, TOLD)
    answers(200, TOLD | {"payer_phone": "AAAA"})
    told = complaints.detail(complaint_id=ID)
    assert sealed not in repr(told)
    assert complaints.phone_of(told) == "13800138000"
    assert complaints.phone_of(complaints.detail(complaint_id=ID)) == ""
    with pytest.raises(signing.NotAuthentic):
        complaints.phone_of(complaints.detail(complaint_id=ID))


def test_the_history_is_read(stub, answers):
    answers(200, {"data": [STEP], "limit": 300, "offset": 0})
    (step,) = complaints.history(complaint_id=ID)
    assert (step.log_id, step.operator, step.kind) == ("L1", "投诉人", "USER_CREATE_COMPLAINT")
    assert (step.words, step.pictures) == ("少发一件", ("https://x/3", "https://x/4"))
    assert stub.asked[0][1] == (
        f"/v3/merchant-service/complaints-v2/{ID}/negotiation-historys?limit=300&offset=0"
    )


def test_we_answer_complete_and_tell_of_refunds(stub, answers):
    for _ in range(5):
        answers(204)
    one = {"complaint_id": ID}
    shop = {"complained_mchid": SHOP}
    complaints.respond(**one, **shop, words="今天补发", media_ids=("M1", "M2"))
    complaints.respond(**one, **shop, words="好")
    complaints.complete(**one, **shop)
    complaints.approve_refund(**one, days=0)
    complaints.reject_refund(**one, reason="已签收", media_ids=["M3"])
    base = f"/v3/merchant-service/complaints-v2/{ID}"
    assert [(method, path, json.loads(body)) for method, path, _, body in stub.asked] == [
        (
            "POST",
            f"{base}/response",
            {
                "complainted_mchid": SHOP,
                "response_content": "今天补发",
                "response_images": ["M1", "M2"],
            },
        ),
        ("POST", f"{base}/response", {"complainted_mchid": SHOP, "response_content": "好"}),
        ("POST", f"{base}/complete", {"complainted_mchid": SHOP}),
        (
            "POST",
            f"{base}/update-refund-progress",
            {"action": "APPROVE", "launch_refund_day": 0},
        ),
        (
            "POST",
            f"{base}/update-refund-progress",
            {"action": "REJECT", "reject_reason": "已签收", "reject_media_list": ["M3"]},
        ),
    ]


@pytest.mark.parametrize(
    "say",
    [
        lambda: complaints.respond(complaint_id=ID, complained_mchid=SHOP, words=""),
        lambda: complaints.respond(complaint_id=ID, complained_mchid=SHOP, words="好" * 201),
        lambda: complaints.respond(
            complaint_id=ID, complained_mchid=SHOP, words="好", media_ids="12345"
        ),
        lambda: complaints.complete(complaint_id="../x", complained_mchid=SHOP),
        lambda: complaints.approve_refund(complaint_id=ID, days=-1),
        lambda: complaints.reject_refund(complaint_id=ID, reason=""),
        lambda: complaints.reject_refund(complaint_id=ID, reason="x", media_ids="12345"),
        lambda: complaints.history(complaint_id=ID, limit=301),
        lambda: complaints.upload(b"GIF89a"),
        lambda: complaints.upload(b"BM" + b"0" * complaints.MAX_PICTURE_BYTES),
    ],
)
def test_what_cannot_be_right_is_never_said(say, credentials, no_network):
    with pytest.raises(ValueError):
        say()
    assert no_network == []


def test_pictures_go_up_and_come_down(stub, answers):
    answers(200, {"media_id": "M1"})
    stub.says((200, {}, b"\xff\xd8\xffpicture"))
    assert complaints.upload(b"\xff\xd8\xffx") == "M1"
    assert stub.asked[0][:2] == ("POST", "/v3/merchant-service/images/upload")
    address = f"{stub.base}/v3/merchant-service/images/abc%2B"
    assert complaints.picture(address) == b"\xff\xd8\xffpicture"
    assert stub.asked[1][:2] == ("GET", "/v3/merchant-service/images/abc%2B")
    assert stub.asked[1][2]["Authorization"].startswith("WECHATPAY2-SHA256-RSA2048 ")
    with pytest.raises(errors.BadAnswer):
        complaints.picture("https://evil.example/x.jpg")
    assert len(stub.asked) == 2


def test_the_address_of_notices_is_told_asked_moved_and_removed(stub, answers):
    url = "https://shop.example.com/wxpay/complaints/abc"
    for address in (url, f"{url}d", f"{url}d"):
        answers(200, {"mchid": "1900000100", "url": address})
    answers(204)
    answers(404, {"code": "RESOURCE_NOT_EXISTS", "message": "x"})
    complaints.register_url(url)
    complaints.replace_url(f"{url}d")
    assert complaints.registered_url() == f"{url}d"
    complaints.remove_url()
    with pytest.raises(errors.OrderNotExist):
        complaints.registered_url()
    path = "/v3/merchant-service/complaint-notifications"
    assert [request[:2] for request in stub.asked] == [
        ("POST", path),
        ("PUT", path),
        ("GET", path),
        ("DELETE", path),
        ("GET", path),
    ]
    assert [json.loads(request[3]) for request in stub.asked[:2]] == [
        {"url": url},
        {"url": f"{url}d"},
    ]


def test_an_address_that_was_not_taken_is_seen(answers):
    answers(200, {"mchid": "1900000100", "url": "https://other.example.com/x"})
    with pytest.raises(errors.BadAnswer, match="another url"):
        complaints.register_url("https://shop.example.com/x")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "PARAM_ERROR", errors.WeChatRefused),
        (403, "NO_AUTH", errors.WeChatRefused),
        (404, "RESOURCE_NOT_EXISTS", errors.OrderNotExist),
        (429, "FREQUENCY_LIMITED", errors.WeChatBusy),
        (500, "SYSTEM_ERROR", errors.AnswerUnclear),
        (401, "SIGN_ERROR", errors.OperatorMustAct),
    ],
)
def test_a_refusal_has_its_kind(status, code, kind, stub, answers):
    answers(status, {"code": code, "message": "x"})
    with pytest.raises(errors.WeChatFailure) as caught:
        complaints.respond(complaint_id=ID, complained_mchid=SHOP, words="好")
    assert type(caught.value) is kind
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"complaint_state": "ENCHANTED"},
        {"complaint_time": ""},
        {"complaint_id": "another"},
        {"incoming_user_response": "yes"},
        {"complaint_media_list": [{"media_url": "https://x"}]},
        {"complaint_order_info": [{"transaction_id": "42"}]},
    ],
)
def test_an_answer_of_another_shape_is_doubt(change, answers):
    answers(200, TOLD | change)
    with pytest.raises(errors.BadAnswer):
        complaints.detail(complaint_id=ID)


def test_a_notice_is_read(vectors):
    vector = next(v for v in vectors["callbacks"] if v["name"] == "complaint")
    told = notify.complaint_from(json.loads(vector["expected_plaintext"]))
    assert told == complaints.ComplaintNotice(ID, "CREATE_COMPLAINT")
    with pytest.raises(notify.BadCallback, match="resource_shape"):
        notify.complaint_from({"complaint_id": ID})

"""Applications of shops: sealed, signed over their meta, read in every spelling."""

import base64
import copy
import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from wechat import errors, onboarding
from wechat.onboarding import ApplicationState

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
APPLICATION = {
    "business_code": "1900000100_tea_1",
    "contact_info": {
        "contact_type": "LEGAL",
        "contact_name": "张三",
        "contact_id_number": "110101199003070000",
        "mobile_phone": "13800138000",
        "contact_email": "zhang@example.com",
    },
    "subject_info": {
        "subject_type": "SUBJECT_TYPE_INDIVIDUAL",
        "business_license_info": {"license_copy": "MEDIA1", "merchant_name": "小茶馆"},
        "identity_info": {
            "id_doc_type": "IDENTIFICATION_TYPE_IDCARD",
            "id_card_info": {
                "id_card_copy": "MEDIA2",
                "id_card_name": "张三",
                "id_card_number": "110101199003070000",
                "id_card_address": "北京市",
                "card_period_begin": "2020-01-01",
            },
            "id_doc_info": {"id_doc_copy": "MEDIA3", "id_doc_name": "张三"},
            "owner": True,
        },
        "ubo_info_list": [{"ubo_id_doc_copy": "MEDIA4", "ubo_id_doc_name": "李四"}],
    },
    "business_info": {
        "merchant_shortname": "小茶馆",
        "sales_info": {
            "sales_scenes_type": ["SALES_SCENES_MINI_PROGRAM"],
            "mini_program_info": {"mini_program_sub_appid": "wx0000000000000001"},
        },
    },
    "settlement_info": {"settlement_id": "719", "qualification_type": "零售"},
    "bank_account_info": {
        "bank_account_type": "BANK_ACCOUNT_TYPE_PERSONAL",
        "account_name": "张三",
        "account_number": "6222000000000000001",
    },
}
CLEAR = {"张三", "李四", "110101199003070000", "13800138000", "zhang@example.com", "北京市"}
TOLD = {
    "business_code": "1900000100_tea_1",
    "applyment_id": 2000002124775691,
    "applyment_state": "APPLYMENT_STATE_REJECTED",
    "applyment_state_msg": "请修改",
    "audit_detail": [
        {"field": "id_card_copy", "field_name": "身份证人像面", "reject_reason": "不清晰"}
    ],
}


def submit(**changes):
    return onboarding.submit(onboarding.Application(**APPLICATION | changes))


def test_an_application_travels_with_its_people_sealed(stub, answers, opened):
    answers(200, {"applyment_id": 2000002124775691})
    before = copy.deepcopy(APPLICATION)
    assert submit() == "2000002124775691"
    assert before == APPLICATION
    method, path, headers, body = stub.asked[0]
    assert (method, path) == ("POST", "/v3/applyment4sub/applyment/")
    assert headers["Wechatpay-Serial"] == "PUB_KEY_ID_0110000000000000000000000000000001"
    text = body.decode()
    assert not [word for word in CLEAR | {"6222000000000000001"} if word in text]

    def revealed(content):
        if isinstance(content, dict):
            return {name: revealed(value) for name, value in content.items()}
        if isinstance(content, list):
            return [revealed(item) for item in content]
        is_sealed = isinstance(content, str) and len(content) == 344
        return opened(content) if is_sealed else content

    assert revealed(json.loads(body)) == APPLICATION
    assert "张三" not in repr(onboarding.Application(**APPLICATION))


def test_what_is_added_goes_along(stub, answers):
    answers(200, {"applyment_id": "7"})
    assert submit(addition_info={"business_addition_msg": "请加急"}) == "7"
    assert json.loads(stub.asked[0][3])["addition_info"] == {"business_addition_msg": "请加急"}


@pytest.mark.parametrize(
    "change", [{"business_code": ""}, {"business_code": "a b"}, {"contact_info": {}}]
)
def test_an_application_that_cannot_be_right_is_never_sent(change, credentials, no_network):
    with pytest.raises(ValueError):
        submit(**change)
    assert no_network == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "PARAM_ERROR", errors.WeChatRefused),
        (403, "NO_AUTH", errors.WeChatRefused),
        (429, "RATELIMIT_EXCEEDED", errors.WeChatBusy),
        (500, "SYSTEM_ERROR", errors.AnswerUnclear),
        (400, "NEVER_HEARD_OF", errors.AnswerUnclear),
    ],
)
def test_a_refusal_has_its_kind(status, code, kind, stub, answers):
    answers(status, {"code": code, "message": "x"})
    with pytest.raises(errors.WeChatFailure) as caught:
        submit()
    assert type(caught.value) is kind
    assert len(stub.asked) == 1


def test_an_application_is_asked_about_by_either_number(stub, answers):
    finished = TOLD | {
        "applyment_id": "2000002124775691",
        "applyment_state": "APPLYMENT_STATE_FINISHED",
        "sub_mchid": "1900000109",
        "sign_url": "https://pay.weixin.qq.com/x",
        "audit_detail": [],
    }
    answers(200, TOLD)
    answers(200, finished)
    refused = onboarding.query(business_code="1900000100_tea_1")
    assert refused == onboarding.ApplicationTold(
        applyment_id="2000002124775691",
        business_code="1900000100_tea_1",
        state=ApplicationState.REJECTED,
        state_message="请修改",
        sign_url=None,
        sub_mchid=None,
        rejections=(onboarding.Rejection("id_card_copy", "身份证人像面", "不清晰"),),
    )
    done = onboarding.query_by_id(applyment_id="2000002124775691")
    assert (done.state, done.sub_mchid) == (ApplicationState.FINISHED, "1900000109")
    assert done.sign_url == "https://pay.weixin.qq.com/x"
    assert [request[:2] for request in stub.asked] == [
        ("GET", "/v3/applyment4sub/applyment/business_code/1900000100_tea_1"),
        ("GET", "/v3/applyment4sub/applyment/applyment_id/2000002124775691"),
    ]


@pytest.mark.parametrize(
    ("word", "state"),
    [(state.value, state) for state in ApplicationState]
    + [
        ("APPLYMENT_STATE_EDITING", ApplicationState.EDITTING),
        ("APPLYMENT_STATE_CANCELLED", ApplicationState.CANCELED),
        ("AUDITING", ApplicationState.AUDITING),
    ],
)
def test_states_are_known_in_every_spelling(word, state, answers):
    answers(200, TOLD | {"applyment_state": word})
    told = onboarding.query(business_code="1900000100_tea_1")
    assert told.state is state
    assert state.is_final == (state.name in {"FINISHED", "CANCELED"})


@pytest.mark.parametrize(
    "change",
    [
        {"applyment_state": "APPLYMENT_STATE_ENCHANTED"},
        {"business_code": "another"},
        {"applyment_id": None},
        {"audit_detail": ["x"]},
    ],
)
def test_an_answer_of_another_shape_is_doubt(change, answers):
    answers(200, TOLD | change)
    with pytest.raises(errors.BadAnswer):
        onboarding.query(business_code="1900000100_tea_1")


def test_an_unknown_application_is_named_so(answers):
    answers(404, {"code": "RESOURCE_NOT_EXISTS", "message": "x"})
    with pytest.raises(errors.OrderNotExist):
        onboarding.query(business_code="nobody")


@pytest.mark.parametrize(
    ("send", "body", "path", "name", "mime"),
    [
        (onboarding.upload, PNG, "upload", "file.png", "image/png"),
        (onboarding.upload, b"\xff\xd8\xff\xe0x", "upload", "file.jpg", "image/jpeg"),
        (onboarding.upload, b"BMx", "upload", "file.bmp", "image/bmp"),
        (onboarding.upload, b"%PDF-1.7", "upload", "file.pdf", "application/pdf"),
        (
            onboarding.upload_video,
            b"\0\0\0\x18ftypmp42",
            "video_upload",
            "video.mp4",
            "video/mp4",
        ),
    ],
)
def test_a_file_goes_up_signed_over_its_meta(send, body, path, name, mime, stub, answers, vectors):
    answers(200, {"media_id": "MEDIA9"})
    assert send(body) == "MEDIA9"
    method, target, headers, multipart = stub.asked[0]
    assert (method, target) == ("POST", f"/v3/merchant/media/{path}")
    kind, _, boundary = headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    meta_part, file_part = multipart.split(b"--" + boundary.encode())[1:3]
    meta = meta_part.partition(b"\r\n\r\n")[2][:-2]
    assert b'name="meta"' in meta_part
    assert json.loads(meta) == {"filename": name, "sha256": hashlib.sha256(body).hexdigest()}
    assert f'name="file"; filename="{name}"'.encode() in file_part
    assert f"Content-Type: {mime}".encode() in file_part
    assert file_part.partition(b"\r\n\r\n")[2][:-2] == body
    said = dict(re.findall(r'(\w+)="([^"]*)"', headers["Authorization"]))
    text = f"POST\n{target}\n{said['timestamp']}\n{said['nonce_str']}\n{meta.decode()}\n"
    certificate = load_pem_x509_certificate(vectors["keys"]["merchant_cert_pem"].encode())
    certificate.public_key().verify(
        base64.b64decode(said["signature"]), text.encode(), PKCS1v15(), SHA256()
    )


@pytest.mark.parametrize(
    ("send", "body"),
    [
        (onboarding.upload, b"GIF89a"),
        (onboarding.upload, b""),
        (onboarding.upload, PNG + b"0" * onboarding.MAX_PICTURE_BYTES),
        (onboarding.upload, b"%PDF-" + b"0" * onboarding.MAX_PDF_BYTES),
        (onboarding.upload_video, b"AVI"),
        (onboarding.upload_video, b"\0\0\0\x18ftyp" + b"0" * onboarding.MAX_VIDEO_BYTES),
    ],
)
def test_a_file_that_wechat_does_not_take_is_never_sent(send, body, credentials, no_network):
    with pytest.raises(ValueError):
        send(body)
    assert no_network == []


def test_the_settlement_account_is_asked_about_and_changed(stub, answers, opened):
    account = {
        "account_type": "ACCOUNT_TYPE_PRIVATE",
        "account_bank": "工商银行",
        "account_number": "62*************01",
        "verify_result": "VERIFY_SUCCESS",
    }
    change = account | {
        "verify_result": "AUDIT_FAIL",
        "verify_fail_reason": "户名不符",
        "verify_finish_time": "2026-11-20T18:00:09+08:00",
    }
    answers(200, account)
    answers(200, {"application_no": "102329389"})
    answers(200, change)
    told = onboarding.settlement(sub_mchid="1900000109")
    assert (told.account_bank, told.account_number) == ("工商银行", "62*************01")
    assert (told.verify_result, told.fail_reason) == ("VERIFY_SUCCESS", None)
    number = onboarding.modify_settlement(
        sub_mchid="1900000109",
        account_type=onboarding.AccountType.PRIVATE,
        account_bank="工商银行",
        bank_address_code="110000",
        account_number="6222000000000000001",
        account_name="张三",
    )
    assert number == "102329389"
    sent = json.loads(stub.asked[1][3])
    assert opened(sent.pop("account_number")) == "6222000000000000001"
    assert opened(sent.pop("account_name")) == "张三"
    assert sent == {
        "modify_mode": "MODIFY_MODE_ASYNC",
        "account_type": "ACCOUNT_TYPE_PRIVATE",
        "account_bank": "工商银行",
        "bank_address_code": "110000",
    }
    changed = onboarding.settlement_change(sub_mchid="1900000109", application_no="102329389")
    assert (changed.verify_result, changed.fail_reason) == ("AUDIT_FAIL", "户名不符")
    assert changed.finished_at == datetime(2026, 11, 20, 10, 0, 9, tzinfo=UTC)
    base = "/v3/apply4sub/sub_merchants/1900000109"
    assert [request[:2] for request in stub.asked] == [
        ("GET", f"{base}/settlement"),
        ("POST", f"{base}/modify-settlement"),
        ("GET", f"{base}/application/102329389"),
    ]

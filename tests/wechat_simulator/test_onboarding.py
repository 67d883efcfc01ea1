"""Sub-merchant onboarding: pictures, the application, its states, the bank account."""

from typing import Any

import pytest

from infra.wechat_simulator import multipart
from tests.wechat_simulator.merchant import Seller, code_of, first_of
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)
APPLY = "/v3/applyment4sub/applyment/"
UPLOAD = "/v3/merchant/media/upload"


@pytest.fixture
def seller(simulated_shop: Shop) -> Seller:
    return first_of(simulated_shop)


def application(seller: Seller, code: str = "CODE-1", **changed: Any) -> dict[str, Any]:
    media_id = seller.upload(UPLOAD).json()["media_id"]
    return {
        "business_code": code,
        "contact_info": {
            "contact_name": seller.sealed("张三"),
            "mobile_phone": seller.sealed("13800138000"),
            "contact_email": seller.sealed("zhang@example.com"),
        },
        "subject_info": {
            "subject_type": "SUBJECT_TYPE_INDIVIDUAL",
            "business_license_info": {"license_copy": media_id, "license_number": "92"},
        },
        "business_info": {"merchant_shortname": "Tea", "service_phone": "13800138000"},
        "settlement_info": {"settlement_id": "719", "qualification_type": "餐饮"},
        "bank_account_info": {
            "bank_account_type": "BANK_ACCOUNT_TYPE_PERSONAL",
            "account_name": seller.sealed("张三"),
            "account_number": seller.sealed("6222020000000000000"),
        },
        **changed,
    }


def state(seller: Seller, code: str = "CODE-1") -> dict[str, Any]:
    return seller.call("GET", f"{APPLY}business_code/{code}").json()


@pytest.mark.parametrize(
    "content_type", ["", "multipart/form-data", 'multipart/form-data; boundary="frontier"']
)
def test_a_picture_is_uploaded_with_or_without_a_boundary(
    seller: Seller, content_type: str
) -> None:
    answer = seller.upload(UPLOAD, content_type)
    assert answer.status_code == 200
    assert answer.json()["media_id"]


def test_a_picture_is_no_video(seller: Seller) -> None:
    refused = seller.upload("/v3/merchant/media/video_upload")
    assert code_of(refused) == (400, "PARAM_ERROR")
    assert "mp4" in refused.json()["message"]


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ('form-data; name="file"; filename="a.png"', "a.png"),
        ("form-data; name=file; filename=a.png", "a.png"),
        ("form-data; name=\"file\"; filename*=UTF-8''%E7%85%A7.png", "%E7%85%A7.png"),
        ('form-data; filename="a.png"; name="file"', "a.png"),
    ],
)
def test_parts_are_named_in_many_ways(disposition: str, filename: str) -> None:
    body = f"--x\r\nContent-Disposition: {disposition}\r\n\r\nabc\r\n--x--\r\n".encode()
    part = multipart.read("Multipart/Form-Data; BOUNDARY=x", body)["file"]
    assert (part.filename, part.body) == (filename, b"abc")


def test_a_refused_application_is_sent_again_and_becomes_a_merchant(
    simulated_shop: Shop, seller: Seller
) -> None:
    number = seller.call("POST", APPLY, application(seller)).json()["applyment_id"]
    assert state(seller)["applyment_state"] == "APPLYMENT_STATE_AUDITING"
    again = seller.call("POST", APPLY, application(seller))
    assert code_of(again) == (400, "INVALID_REQUEST")
    detail = [{"field": "license_copy", "field_name": "营业执照", "reject_reason": "不清晰"}]
    seller.simulated.control("POST", f"applyments/{number}", state="REJECTED", audit_detail=detail)
    refused = state(seller)
    assert (refused["applyment_state"], refused["audit_detail"]) == (
        "APPLYMENT_STATE_REJECTED",
        detail,
    )
    sent = seller.call("POST", APPLY.rstrip("/"), application(seller))
    assert sent.json()["applyment_id"] == number
    seller.simulated.control("POST", f"applyments/{number}", state="TO_BE_SIGNED")
    base = seller.simulated.credentials["pay_base"]
    assert state(seller)["sign_url"].startswith(base)
    seller.simulated.control("POST", f"applyments/{number}", state="FINISHED")
    found = seller.call("GET", f"{APPLY}applyment_id/{number}").json()
    assert (found["applyment_state"], "sign_url" in found) == ("APPLYMENT_STATE_FINISHED", False)

    order = simulated_shop.order("ORDER-0001", sub_mchid=found["sub_mchid"])
    prepay = "/v3/pay/partner/transactions/jsapi"
    assert code_of(seller.call("POST", prepay, order)) == (400, "APPID_MCHID_NOT_MATCH")
    seller.simulated.control(
        "POST", "bindings", mchid=found["sub_mchid"], appid=simulated_shop.appid
    )
    assert seller.call("POST", prepay, order).status_code == 200


def test_what_an_application_must_not_say(seller: Seller) -> None:
    clear = application(seller)
    clear["contact_info"]["contact_name"] = "张三"
    assert code_of(seller.call("POST", APPLY, clear)) == (400, "PARAM_ERROR")
    unknown = application(seller)
    unknown["subject_info"]["business_license_info"]["license_copy"] = "nothing"
    assert code_of(seller.call("POST", APPLY, unknown)) == (400, "PARAM_ERROR")
    short = {name: value for name, value in application(seller).items() if name != "business_info"}
    assert code_of(seller.call("POST", APPLY, short)) == (400, "PARAM_ERROR")
    missing = seller.call("GET", f"{APPLY}business_code/CODE-1")
    assert code_of(missing) == (404, "RESOURCE_NOT_EXISTS")


def test_an_upload_must_be_what_its_meta_says(seller: Seller) -> None:
    wrong = seller.call("POST", UPLOAD, {"meta": {}})
    assert code_of(wrong) == (400, "PARAM_ERROR")


def test_a_bank_account_changes_by_an_application(simulated_shop: Shop, seller: Seller) -> None:
    base = f"/v3/apply4sub/sub_merchants/{simulated_shop.sub_mchid}"
    assert code_of(seller.call("GET", f"{base}/settlement")) == (404, "RESOURCE_NOT_EXISTS")
    wish = {
        "account_type": "ACCOUNT_TYPE_PRIVATE",
        "account_bank": "工商银行",
        "account_number": seller.sealed("6222020000000001234"),
    }
    number = seller.call("POST", f"{base}/modify-settlement", wish).json()["application_no"]
    asked = seller.call("GET", f"{base}/application/{number}").json()
    assert asked["verify_result"] == "AUDITING"
    seller.simulated.control("POST", f"settlements/{number}", result="AUDIT_SUCCESS")
    assert seller.call("GET", f"{base}/settlement").json() == {
        "account_type": "ACCOUNT_TYPE_PRIVATE",
        "account_bank": "工商银行",
        "account_number": "***************1234",
        "verify_result": "VERIFY_SUCCESS",
    }
    foreign = seller.call("GET", "/v3/apply4sub/sub_merchants/1600000000/settlement")
    assert code_of(foreign) == (403, "NO_AUTH")

"""The phone number a customer shares with one tap (§1.4). Each success costs the shop 0.03 yuan."""

from dataclasses import dataclass, field

from wechat import api, callers
from wechat.errors import BadAnswer


@dataclass(frozen=True)
class PhoneNumber:
    """A number that WeChat has verified. `pure_number` lacks the country code; neither is
    printed."""

    country_code: str
    number: str = field(repr=False)
    pure_number: str = field(repr=False)


def phone_number(appid: str, code: str) -> PhoneNumber:
    """Trade the code of the phone button, which is not that of `wx.login`, for the number.

    The code works once and lives five minutes, counted from when the sheet opened. Raises
    LoginCodeNotAccepted when it is wrong, spent or over, PermissionNotGranted, BadAnswer for the
    number of another app, or another WeChatFailure.
    """
    answer = callers.app_post(
        appid,
        "/wxa/business/getuserphonenumber",
        call="phone.phone_number",
        content={"code": code},
    )
    info = api.object_in(answer, "phone_info")
    if api.object_in(info, "watermark").get("appid") != appid:
        raise BadAnswer("the phone number is watermarked for another app")
    return PhoneNumber(
        api.number_text_in(info, "countryCode"),
        api.number_text_in(info, "phoneNumber"),
        api.number_text_in(info, "purePhoneNumber"),
    )

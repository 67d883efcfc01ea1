"""A mini-program for a shop that has none: the registration of companies, new version (§3.4).

WeChat closed the older ways on 2026-04-30. The field names are those of its announcement; no
official page of this call was read, so it belongs behind a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wechat import api, callers

_RESULT = "notify_third_fasteregister"
_CREDIT_CODE = 18


@dataclass(frozen=True)
class Registration:
    """A registration under way. Show `authorize_url` as a QR code: the legal person has 24 hours
    to prove who they are there."""

    task_id: str
    authorize_url: str = field(repr=False)
    status: int


@dataclass(frozen=True)
class RegistrationResult:
    """How it ended. With `status` 0 there is an app, and `auth_code` adopts it at once."""

    appid: str
    status: int
    auth_code: str = field(repr=False)
    message: str
    name: str = ""
    code: str = field(default="", repr=False)

    @property
    def is_registered(self) -> bool:
        """Whether there is an app now."""
        return self.status == 0 and bool(self.appid)


def register(*, name: str, code: str, component_phone: str) -> Registration:
    """Ask WeChat to register an app for the company `name` with credit code `code`.

    `component_phone` is the platform's. Raises ValueError for a code that has not 18 characters,
    or a WeChatFailure.
    """
    if len(code) != _CREDIT_CODE or not code.isascii() or not code.isalnum():
        raise ValueError("a unified social credit code has 18 letters and digits")
    content = {
        "new_version": True,
        "name": name,
        "code": code,
        "component_phone": component_phone,
    }
    path = "/wxa/component/fastregisterenterpriseweapp"
    answer = callers.platform_post(path, call="registration.register", content=content)
    return Registration(
        api.number_text_in(answer, "taskid"),
        api.text_in(answer, "authorize_url"),
        api.whole_or(answer, "status", 0),
    )


def registration_result(fields: Mapping[str, str]) -> RegistrationResult:
    """Read a `notify_third_fasteregister` push. Raises ValueError for another push."""
    if fields.get("InfoType") != _RESULT:
        raise ValueError("this push tells no registration's end")
    return RegistrationResult(
        appid=fields.get("appid", ""),
        status=int(fields.get("status", "")),
        auth_code=fields.get("auth_code", ""),
        message=fields.get("msg", ""),
        name=fields.get("info.name", ""),
        code=fields.get("info.code", ""),
    )

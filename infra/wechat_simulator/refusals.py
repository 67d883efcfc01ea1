"""The answers WeChat gives instead of success, one class per family of servers."""

from typing import Any


class PayRefusal(Exception):
    """A pay v3 failure: HTTP status, code, message, optional detail (CONTRACT §4.8)."""

    def __init__(
        self, status: int, code: str, message: str, detail: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code, message)
        self.status, self.code, self.message, self.detail = status, code, message, detail

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"code": self.code, "message": self.message}
        return {**answer, "detail": self.detail} if self.detail else answer


class WeixinRefusal(Exception):
    """A failure of api.weixin.qq.com: HTTP 200 with errcode and errmsg (CONTRACT §0.2).

    `beside` are fields that some calls send along with a failure.
    """

    def __init__(self, errcode: int, errmsg: str, *, beside: dict[str, Any] | None = None) -> None:
        super().__init__(errcode, errmsg)
        self.errcode, self.errmsg, self.beside = errcode, errmsg, beside or {}


class ControlRefusal(Exception):
    """The test or the operator asked the control API for something that cannot be done."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def param_error(field: str, value: object, issue: str) -> PayRefusal:
    """400 PARAM_ERROR about one field of the body; `field` is a JSON pointer."""
    detail = {"field": field, "value": value, "issue": issue, "location": "body"}
    return PayRefusal(400, "PARAM_ERROR", f"参数错误: {field} {issue}", detail)

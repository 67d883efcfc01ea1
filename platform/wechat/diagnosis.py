"""What WeChat says of our own calls: one request by its id, the day's counters (§0.2, §0.3)."""

from dataclasses import dataclass
from datetime import datetime

from wechat import api, callers


@dataclass(frozen=True)
class CallRecord:
    """A call as WeChat remembers it for seven days. Its address, with the token in it, and its
    bodies, with people in them, are not taken over."""

    invoked_at: datetime
    milliseconds: int
    client_ip: str


def request_of(appid: str, rid: str) -> CallRecord:
    """Look a request up by the `rid` of its error. WeChatRefused 76003 or 76004 when it is gone."""
    answer = callers.app_post(
        appid,
        "/cgi-bin/openapi/rid/get",
        call="diagnosis.request_of",
        content={"rid": rid},
        is_read=True,
    )
    request = api.object_in(answer, "request")
    return CallRecord(
        api.moment_in(request, "invoke_time"),
        api.whole_or(request, "cost_in_ms", 0),
        api.text_or_empty(request, "client_ip"),
    )


def clear_quota(appid: str) -> None:
    """Set the app's daily counters back to nothing, after 45009. WeChat allows it ten times a
    month: WeChatRefused 48006 afterwards. An operator's act, never a program's."""
    callers.app_post(
        appid, "/cgi-bin/clear_quota", call="diagnosis.clear_quota", content={"appid": appid}
    )

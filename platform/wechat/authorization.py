"""Where a shop's owner hands us their app: WeChat's pages at a desk and on a phone (§3.3)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from kernel import clock
from wechat import component
from wechat.configured import credentials


class AppKind(StrEnum):
    """Which apps the page offers, in WeChat's numbers."""

    OFFICIAL_ACCOUNT = "1"
    MINI_PROGRAM = "2"
    BOTH = "3"


@dataclass(frozen=True)
class AuthorizationPages:
    """The two pages of one invitation. It is used up by the first consent, and expires."""

    desktop: str = field(repr=False)
    mobile: str = field(repr=False)
    expires_at: datetime


def pages(
    *, redirect_uri: str, wanted: AppKind = AppKind.MINI_PROGRAM, appid: str = ""
) -> AuthorizationPages:
    """Invite an owner to authorise us; `appid` narrows the choice to that one app.

    WeChat sends the owner back to `redirect_uri` with `auth_code` and `expires_in` and nothing
    of ours: whose shop it is must stand in the path. ValueError when the address is not absolute.
    Needs the public schema current and no open transaction; raises a WeChatFailure.
    """
    if not urlsplit(redirect_uri).netloc:
        raise ValueError("WeChat can only send an owner back to a whole address")
    ours = credentials()
    now = clock.now()
    code, seconds = component.pre_authorization_code()
    query = {
        "component_appid": ours.component.appid,
        "pre_auth_code": code,
        "redirect_uri": redirect_uri,
        "auth_type": wanted.value,
    }
    if appid:
        query["biz_appid"] = appid
    mobile = urlencode({"action": "bindcomponent", "no_scan": "1", **query})
    return AuthorizationPages(
        desktop=f"{ours.mp_base}/cgi-bin/componentloginpage?{urlencode(query)}",
        mobile=f"{ours.open_base}/wxaopen/safe/bindcomponent?{mobile}#wechat_redirect",
        expires_at=now + timedelta(seconds=seconds),
    )

"""The accounts that authorised the component, as its API describes them (CONTRACT §3.3.6)."""

from typing import Any

from .categories import Categories
from .component import Component, func_info
from .credentials import Credentials
from .domains import KINDS, Domains
from .profiles import Profile, Profiles
from .refusals import WeixinRefusal
from .scopes import MINI_PROGRAM, OFFICIAL_ACCOUNT
from .store import Row, Store
from .visits import Visits

MOST_LISTED = 500
NETWORK_NAMES = {
    "requestdomain": "RequestDomain",
    "wsrequestdomain": "WsRequestDomain",
    "uploaddomain": "UploadDomain",
    "downloaddomain": "DownloadDomain",
}
SUBSCRIPTION, SERVICE, OF_MINI_PROGRAM = 0, 2, 0
VERIFIED, UNVERIFIED = 0, -1


class Authorisers:
    """Answers about accounts; nothing here changes them."""

    def __init__(
        self,
        store: Store,
        keys: Credentials,
        component: Component,
        profiles: Profiles,
        domains: Domains,
        categories: Categories,
        visits: Visits,
    ) -> None:
        self._store, self._keys, self._component = store, keys, component
        self._profiles, self._domains = profiles, domains
        self._categories, self._visits = categories, visits

    def listed(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_get_authorizer_list: the way back to lost tokens."""
        self._component.check_appid(body.get("component_appid"))
        start, count = _whole(body, "offset", 0), _whole(body, "count", MOST_LISTED)
        rows = self._store.rows(
            "SELECT apps.*, authorised_at FROM apps LEFT JOIN profiles USING (appid)"
            " WHERE is_authorised = 1 ORDER BY created_at DESC, appid LIMIT ? OFFSET ?",
            min(count, MOST_LISTED),
            start,
        )
        page = [
            {
                "authorizer_appid": row["appid"],
                "refresh_token": row["refresh_token"],
                "auth_time": int(row["authorised_at"] or row["created_at"]),
            }
            for row in rows
        ]
        total = self._store.number("SELECT count(*) FROM apps WHERE is_authorised = 1")
        return {"total_count": total, "list": page}

    def info(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_get_authorizer_info; MiniProgramInfo for those only."""
        self._component.check_appid(body.get("component_appid"))
        app = self._component.authorised(str(body.get("authorizer_appid", "")))
        profile = self._profiles.of(app)
        about: dict[str, Any] = {
            "nick_name": app["name"],
            **({"head_img": self.head_img(app)} if profile.has_head_img else {}),
            "service_type_info": {
                "id": SERVICE if app["kind"] == OFFICIAL_ACCOUNT else OF_MINI_PROGRAM
            },
            "verify_type_info": {"id": VERIFIED if profile.is_verified else UNVERIFIED},
            "user_name": user_name(app["appid"]),
            "principal_name": app["principal"],
            "business_info": dict.fromkeys(
                ("open_store", "open_scan", "open_pay", "open_card", "open_shake"), 0
            ),
            "alias": "",
            "qrcode_url": f"{self._keys.handed['api_base']}/wxopen/qrcode/{app['appid']}",
            "signature": profile.signature,
        }
        if app["kind"] == MINI_PROGRAM:
            about["MiniProgramInfo"] = self._program(app)
        return {"authorizer_info": about, "authorization_info": self._granted(app, profile)}

    def _granted(self, app: Row, profile: Profile) -> dict[str, Any]:
        return {
            "authorizer_appid": app["appid"],
            "authorizer_refresh_token": app["refresh_token"],
            "func_info": func_info(profile.scopes),
        }

    def head_img(self, app: Row) -> str:
        """Where the account's picture is; the simulator serves it itself (§11.4)."""
        return f"{self._keys.handed['api_base']}/mmopen/{app['appid']}/0"

    def _program(self, app: Row) -> dict[str, Any]:
        effective = self._domains.effective_of(app["appid"])
        network = {NETWORK_NAMES[kind]: effective[kind] for kind in KINDS}
        business = self._domains.webview_of(app["appid"])
        return {
            "network": {**network, "BizDomain": business, "UDPDomain": []},
            "categories": [
                {"first": one["first_class"], "second": one["second_class"]}
                for one in self._categories.usable(app["appid"])
            ],
            "visit_status": 0 if self._visits.is_open(app["appid"]) else 1,
        }


def user_name(appid: str) -> str:
    """The account's original id, which its own pushes name in ToUserName."""
    return "gh_" + appid[2:14]


def _whole(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or value < 0:
        raise WeixinRefusal(47001, f"{name} must be a whole number")
    return value
